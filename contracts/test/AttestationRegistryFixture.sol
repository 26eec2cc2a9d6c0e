// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {EnclaveVerification, KeyApproval} from "../src/IEnclaveRegistry.sol";
import {Attestation, AttestationLib} from "../src/attestation/IAttestationVerifier.sol";
import {AttestationFixture} from "./AttestationFixture.sol";

/// A registry with all routes that approves what the vectors' document measures.
abstract contract AttestationRegistryFixture is AttestationFixture {
    uint256 internal constant APPROVER_KEY = 0xa11ce;

    EnclaveRegistry internal registry;
    bytes32 internal imageId;
    bytes32 internal modelsId;
    address internal approver;
    /// Address of the document's receipt key, whose private key is 1.
    address internal key;
    /// PCR0, PCR1, PCR2 and PCR16 of the document.
    bytes[4] internal pcrs;

    function setUpAttestationRegistry() internal {
        setUpAttestation();
        key = vm.addr(1);
        Attestation memory attestation = verify(document);
        for (uint256 i = 0; i < 4; ++i) {
            pcrs[i] = AttestationLib.pcr(attestation, i == 3 ? 16 : i);
        }
        // Forget what was learned on the way.
        verifier = newVerifier();
        registry = new EnclaveRegistry(address(this), verifier);
        imageId = registry.approveImage(pcrs[0], pcrs[1], pcrs[2]);
        modelsId = registry.approveModels(pcrs[3]);
        approver = vm.addr(APPROVER_KEY);
        registry.addApprover(approver);
    }

    function registration(string memory name) internal view returns (bytes memory) {
        return vectorDocument(string.concat(".registration.", name));
    }

    /// SHA-384("register another"), which the vectors' other documents have instead.
    bytes internal constant PCR_OTHER =
        hex"ff8d4c1cc2abcb85df1ffdd84d674729254be169eef44f2c1b3129e9191b1b273460d8bb9980745a1ab81e7ee8e5b6ac";

    function registerByApproval(uint64 attestedAtSeconds) internal {
        registerApproval(approvalOf(imageId, attestedAtSeconds));
    }

    function registerApproval(KeyApproval memory approval) internal {
        registry.registerApprovedKey(approval, signedBy(APPROVER_KEY, hashApproval(approval)));
    }

    function approvalOf(bytes32 image, uint64 attestedAtSeconds) internal view returns (KeyApproval memory) {
        return KeyApproval({
            key: key,
            imageId: image,
            modelsId: modelsId,
            documentHash: keccak256("document"),
            attestedAtSeconds: attestedAtSeconds,
            expiresAtSeconds: attestedAtSeconds + 1 days
        });
    }

    function hashApproval(KeyApproval memory approval) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "KeyApproval(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)"
        );
        return keccak256(abi.encode(typehash, approval));
    }

    function hashVerification(EnclaveVerification memory verification) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "EnclaveVerification(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,bytes32 rootHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)"
        );
        return keccak256(abi.encode(typehash, verification));
    }

    /// For this registry on this chain.
    function signedBy(uint256 privateKey, bytes32 structHash) internal view returns (bytes memory) {
        return bytes65(privateKey, digestAt(structHash, block.chainid, address(registry)));
    }

    function digestAt(bytes32 structHash, uint256 chainId, address at_) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Nacre"),
                keccak256("1"),
                chainId,
                at_
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
