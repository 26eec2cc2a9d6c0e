// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "../src/Eip712.sol";
import {IEnclaveRegistry, KeyStatus} from "../src/IEnclaveRegistry.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// A consumer: its address is the receipts' audience.
contract Consumer {
    function verify(IEnclaveRegistry registry, InferenceReceipt calldata receipt, bytes calldata signature)
        external
        view
        returns (address)
    {
        return ReceiptVerifier.verify(registry, receipt, signature);
    }

    function verifyWithoutAudience(
        IEnclaveRegistry registry,
        InferenceReceipt calldata receipt,
        bytes calldata signature
    ) external view returns (address) {
        return ReceiptVerifier.verifyWithoutAudience(registry, receipt, signature);
    }

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Eip712.recover(digest, signature);
    }
}

contract ReceiptVerifierTest is RegistryFixture {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    Consumer private consumer;

    function setUp() public {
        setUpRegistry();
        register();
        consumer = new Consumer();
    }

    function sample() private pure returns (InferenceReceipt memory) {
        return InferenceReceipt({
            requestId: keccak256("request"),
            modelId: keccak256("model"),
            inputHash: keccak256("input"),
            outputHash: keccak256("output"),
            timestampMs: NOW * 1000,
            sequence: 7
        });
    }

    function signedFor(InferenceReceipt memory receipt, address audience)
        private
        view
        returns (bytes memory)
    {
        return bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, audience));
    }

    // ------------------------------------------------------------------ signature and audience

    function test_receipt_acceptsAnActiveKeysSignatureForThisConsumer() public view {
        InferenceReceipt memory receipt = sample();
        expectEqual(consumer.verify(registry, receipt, signedFor(receipt, address(consumer))), key, "signer");
    }

    function test_receipt_rejectsAnotherConsumersReceipt() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(new Consumer()));
        expectUnknownSigner(receipt, signature);
    }

    function test_receipt_rejectsAReceiptWithoutAudience() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = bytes65(ENCLAVE_KEY, ReceiptVerifier.digestWithoutAudience(receipt));
        expectUnknownSigner(receipt, signature);
    }

    function test_receiptWithoutAudience_acceptsOne_andRejectsOneWithAudience() public view {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = bytes65(ENCLAVE_KEY, ReceiptVerifier.digestWithoutAudience(receipt));
        expectEqual(consumer.verifyWithoutAudience(registry, receipt, signature), key, "signer");
        try consumer.verifyWithoutAudience(registry, receipt, signedFor(receipt, address(consumer))) returns (
            address
        ) {
            revert("accepted");
        } catch {}
    }

    function test_receipt_rejectsAnotherChainsReceipt() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        vm.chainId(block.chainid + 1); // a fork keeps contracts, registry and keys
        expectUnknownSigner(receipt, signature);
    }

    function testFuzz_receipt_rejectsAChangedField(uint256 field, uint64 change) public {
        vm.assume(change != 0);
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        field %= 6;
        if (field == 0) receipt.requestId ^= bytes32(uint256(change));
        if (field == 1) receipt.modelId ^= bytes32(uint256(change));
        if (field == 2) receipt.inputHash ^= bytes32(uint256(change));
        if (field == 3) receipt.outputHash ^= bytes32(uint256(change));
        if (field == 4) receipt.timestampMs ^= change;
        if (field == 5) receipt.sequence ^= change;
        expectUnknownSigner(receipt, signature);
    }

    function test_receipt_rejectsAnUnregisteredKey() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = bytes65(0xbad, ReceiptVerifier.digest(receipt, address(consumer)));
        vm.expectRevert(
            abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, vm.addr(0xbad), KeyStatus.Unknown)
        );
        consumer.verify(registry, receipt, signature);
    }

    function test_receipt_rejectsARevokedKey() public {
        registry.revokeKey(key);
        expectRefused(KeyStatus.Revoked);
    }

    function test_receipt_rejectsTheKeyOfARevokedImage() public {
        registry.revokeImage(imageId);
        expectRefused(KeyStatus.Revoked);
    }

    function test_receipt_rejectsAnExpiredKey() public {
        vm.warp(NOW + 1 days);
        expectRefused(KeyStatus.Expired);
    }

    // ------------------------------------------------------------------ strict recovery

    function test_signature_rejectsAnotherLength() public {
        bytes memory short = new bytes(64);
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 64));
        consumer.recover(bytes32(0), short);
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 66));
        consumer.recover(bytes32(0), new bytes(66));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 0));
        consumer.recover(bytes32(0), "");
    }

    function testFuzz_signature_rejectsAnotherRecoveryId(uint8 v) public {
        vm.assume(v != 27 && v != 28);
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureRecoveryId.selector, v));
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)), v));
    }

    function test_signature_acceptsTheLargestLowSAndRejectsTheNext() public {
        bytes32 half = bytes32(ORDER / 2);
        // r = 1 is on the curve, so some key answers to it.
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(uint256(1)), half, uint8(27)));
        bytes32 next = bytes32(uint256(half) + 1);
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureHighS.selector, next));
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(uint256(1)), next, uint8(27)));
    }

    /// ecrecover answers zero to nonsense; an unregistered zero key must never be asked about.
    function test_signature_rejectsOneWithoutASigner() public {
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureInvalid.selector));
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(0), bytes32(uint256(1)), uint8(27)));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureInvalid.selector));
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(uint256(1)), bytes32(0), uint8(28)));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureInvalid.selector));
        consumer.recover(keccak256("m"), abi.encodePacked(bytes32(ORDER), bytes32(uint256(1)), uint8(28)));
    }

    function testFuzz_signature_recoversItsSigner(uint256 privateKey, bytes32 digest) public view {
        privateKey = 1 + privateKey % (ORDER - 1);
        expectEqual(consumer.recover(digest, bytes65(privateKey, digest)), vm.addr(privateKey), "signer");
    }

    // ------------------------------------------------------------------ the same strictness where both steps are one

    /// Anyone can make the twin of a signature. If it passed, a guard that remembers signatures would see two.
    function test_verify_rejectsTheTwinWithHighS() public {
        InferenceReceipt memory receipt = sample();
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(consumer)));
        bytes32 twin = bytes32(ORDER - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureHighS.selector, twin));
        consumer.verify(registry, receipt, abi.encodePacked(r, twin, 55 - v));
    }

    function test_verify_rejectsAnotherLength() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 66));
        consumer.verify(registry, receipt, bytes.concat(signature, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 0));
        consumer.verify(registry, receipt, "");
    }

    function testFuzz_verify_rejectsAnotherRecoveryId(uint8 v) public {
        vm.assume(v != 27 && v != 28);
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        signature[64] = bytes1(v);
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureRecoveryId.selector, v));
        consumer.verify(registry, receipt, signature);
    }

    function test_verify_rejectsASignatureWithoutASigner() public {
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureInvalid.selector));
        consumer.verify(registry, sample(), abi.encodePacked(bytes32(ORDER), bytes32(uint256(1)), uint8(27)));
    }

    /// Whatever the signature, both ways agree on it.
    function testFuzz_verify_agreesWithRecover(bytes32 r, bytes32 s, uint8 v, uint256 length) public {
        bytes memory signature = abi.encodePacked(r, s, 26 + v % 4, hex"0000");
        length = 60 + length % 8;
        assembly ("memory-safe") {
            mstore(signature, length)
        }
        InferenceReceipt memory receipt = sample();
        (bool verified,) =
            address(consumer).call(abi.encodeCall(consumer.verify, (registry, receipt, signature)));
        expectFalse(verified, "accepted noise");
        try consumer.recover(ReceiptVerifier.digest(receipt, address(consumer)), signature) returns (
            address signer
        ) {
            vm.expectRevert(
                abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, signer, KeyStatus.Unknown)
            );
        } catch (bytes memory reason) {
            vm.expectRevert(reason);
        }
        consumer.verify(registry, receipt, signature);
    }

    /// A call to an account without code succeeds and returns nothing.
    function test_verify_rejectsARegistryWithoutCode() public {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        (bool verified,) = address(consumer)
            .call(abi.encodeCall(consumer.verify, (IEnclaveRegistry(address(0xdead)), receipt, signature)));
        expectFalse(verified, "accepted by nobody");
    }

    // ------------------------------------------------------------------ parity with TypeScript

    function test_digest_equalsViems() public {
        string memory json = vm.readFile("vectors/receipts.json");
        bytes32[] memory requestId = vm.parseJsonBytes32Array(json, ".requestId");
        bytes32[] memory modelId = vm.parseJsonBytes32Array(json, ".modelId");
        bytes32[] memory inputHash = vm.parseJsonBytes32Array(json, ".inputHash");
        bytes32[] memory outputHash = vm.parseJsonBytes32Array(json, ".outputHash");
        uint256[] memory timestampMs = vm.parseJsonUintArray(json, ".timestampMs");
        uint256[] memory sequence = vm.parseJsonUintArray(json, ".sequence");
        for (uint256 i = 0; i < requestId.length; ++i) {
            checkDigest(
                json,
                i,
                InferenceReceipt(
                    requestId[i],
                    modelId[i],
                    inputHash[i],
                    outputHash[i],
                    uint64(timestampMs[i]),
                    uint64(sequence[i])
                )
            );
        }
        expectEqual(requestId.length, 32, "vectors");
    }

    function checkDigest(string memory json, uint256 i, InferenceReceipt memory receipt) private {
        vm.chainId(vm.parseJsonUintArray(json, ".chainId")[i]);
        bytes32 digest =
            ReceiptVerifier.digest(receipt, vm.parseJsonAddressArray(json, ".verifyingContract")[i]);
        expectEqual(digest, vm.parseJsonBytes32Array(json, ".digest")[i], "digest");
        expectEqual(
            ReceiptVerifier.digestWithoutAudience(receipt),
            vm.parseJsonBytes32Array(json, ".digestWithoutAudience")[i],
            "digest without audience"
        );
        expectEqual(
            consumer.recover(digest, vm.parseJsonBytesArray(json, ".signature")[i]),
            vm.parseJsonAddressArray(json, ".signer")[i],
            "signer"
        );
    }

    /// The same digest by the letter of EIP-712, field by field, for any receipt, chain and audience.
    function testFuzz_digest_followsEip712(InferenceReceipt memory receipt, uint64 chainId, address audience)
        public
    {
        vm.chainId(chainId);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Nacre"),
                keccak256("1"),
                uint256(chainId),
                audience
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "InferenceReceipt(bytes32 requestId,bytes32 modelId,bytes32 inputHash,bytes32 outputHash,uint64 timestampMs,uint64 sequence)"
                ),
                receipt.requestId,
                receipt.modelId,
                receipt.inputHash,
                receipt.outputHash,
                receipt.timestampMs,
                receipt.sequence
            )
        );
        expectEqual(
            ReceiptVerifier.digest(receipt, audience),
            keccak256(abi.encodePacked(hex"1901", domain, message)),
            "digest"
        );
    }

    // ------------------------------------------------------------------ helpers

    function expectRefused(KeyStatus status) private {
        InferenceReceipt memory receipt = sample();
        bytes memory signature = signedFor(receipt, address(consumer));
        vm.expectRevert(abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, key, status));
        consumer.verify(registry, receipt, signature);
    }

    /// Recovery of something never signed gives an address nobody registered, or nothing at all.
    function expectUnknownSigner(InferenceReceipt memory receipt, bytes memory signature) private {
        (bool accepted, bytes memory reason) =
            address(consumer).call(abi.encodeCall(consumer.verify, (registry, receipt, signature)));
        expectFalse(accepted, "accepted");
        expectTrue(
            bytes4(reason) == ReceiptVerifier.KeyNotActive.selector
                || bytes4(reason) == Eip712.SignatureInvalid.selector,
            "refused for another reason"
        );
    }
}
