// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, ROUTE_APPROVAL, ROUTE_ATTESTATION} from "../src/IEnclaveRegistry.sol";
import {ANY_APPROVED} from "../src/IInferenceCoprocessor.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {IProofVerifier, ReceiptProofVerifier} from "../src/ReceiptProofVerifier.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

contract ReceiptProofVerifierTest is RegistryFixture {
    ReceiptProofVerifier private verifier;
    bytes32 private constant MODEL = keccak256("model");
    bytes32 private constant INPUT = keccak256("input");
    bytes32 private constant OUTPUT = keccak256("output");

    function setUp() public {
        setUpRegistry();
        register();
        verifier = new ReceiptProofVerifier();
    }

    function policy() private view returns (ReceiptProofVerifier.ProofPolicy memory) {
        return ReceiptProofVerifier.ProofPolicy(
            IEnclaveRegistry(address(registry)), MODEL, imageId, uint16(1 << ROUTE_APPROVAL), 600
        );
    }

    function proofAt(uint64 timestampMs, address audience) private view returns (bytes memory) {
        InferenceReceipt memory receipt =
            InferenceReceipt(keccak256("task"), MODEL, INPUT, OUTPUT, timestampMs, 5);
        bytes memory signature = bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, audience));
        return abi.encode(ReceiptProofVerifier.ReceiptProof(keccak256("task"), timestampMs, 5, signature));
    }

    function proof() private view returns (bytes memory) {
        return proofAt(NOW * 1000, address(verifier));
    }

    function test_proof_acceptsAReceiptOfAnAttestedKey() public view {
        expectTrue(verifier.verify(INPUT, OUTPUT, abi.encode(policy()), proof()), "valid");
        ReceiptProofVerifier.ProofPolicy memory any = policy();
        any.imageId = ANY_APPROVED;
        expectTrue(verifier.verify(INPUT, OUTPUT, abi.encode(any), proof()), "any image");
    }

    function test_proof_rejectsOtherHashesModelsAndAudiences() public {
        bytes memory metadata = abi.encode(policy());
        expectFalse(verifier.verify(OUTPUT, OUTPUT, metadata, proof()), "input");
        expectFalse(verifier.verify(INPUT, INPUT, metadata, proof()), "output");
        ReceiptProofVerifier.ProofPolicy memory other = policy();
        other.modelId = keccak256("another model");
        expectFalse(verifier.verify(INPUT, OUTPUT, abi.encode(other), proof()), "model");
        bytes memory elsewhere = proofAt(NOW * 1000, address(new ReceiptProofVerifier()));
        expectFalse(verifier.verify(INPUT, OUTPUT, metadata, elsewhere), "audience");
    }

    function test_proof_rejectsWhatThePolicyDoesNotTake() public {
        ReceiptProofVerifier.ProofPolicy memory other = policy();
        other.imageId = keccak256("another image");
        expectFalse(verifier.verify(INPUT, OUTPUT, abi.encode(other), proof()), "image");
        other = policy();
        other.routes = uint16(1 << ROUTE_ATTESTATION);
        expectFalse(verifier.verify(INPUT, OUTPUT, abi.encode(other), proof()), "route");
        other = policy();
        other.imageId = 0;
        expectFalse(verifier.verify(INPUT, OUTPUT, abi.encode(other), proof()), "no image named");
        bytes memory metadata = abi.encode(policy());
        expectFalse(
            verifier.verify(INPUT, OUTPUT, metadata, proofAt(NOW * 1000 - 600_001, address(verifier))), "old"
        );
        expectFalse(
            verifier.verify(INPUT, OUTPUT, metadata, proofAt(NOW * 1000 + 300_001, address(verifier))),
            "ahead"
        );
        registry.revokeKey(key);
        expectFalse(verifier.verify(INPUT, OUTPUT, metadata, proof()), "revoked");
    }

    function test_interface_isTheStandards() public view {
        expectEqual(bytes(verifier.proofSystem()), "tee/nacre", "system");
        expectTrue(verifier.supportsInterface(type(IProofVerifier).interfaceId), "ERC-8274");
        expectTrue(verifier.supportsInterface(0x01ffc9a7), "ERC-165");
        expectFalse(verifier.supportsInterface(0xffffffff), "anything");
        expectTrue(verifier.proofProfile() != 0, "profile");
    }
}
