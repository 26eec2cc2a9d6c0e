// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../src/IEnclaveRegistry.sol";
import {InclusionProof} from "../src/InclusionProof.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {TensorOpening, TensorOpenings} from "../src/TensorOpening.sol";
import {HealthScreening} from "../src/examples/HealthScreening.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

contract HealthScreeningTest is RegistryFixture {
    /// enclave/models/health: SHA-256 of its manifest, which any word may stand for here.
    bytes32 private constant MODEL = keccak256("health");
    address private constant CLINIC = address(0xc111);
    address private constant PATIENT = address(0x9a7);
    /// What the clinic computed over the values and its salt. The chain never sees either.
    bytes32 private constant COMMITMENT = keccak256("thirty measurements and a salt");

    HealthScreening private screening;

    function setUp() public {
        setUpRegistry();
        register();
        screening = new HealthScreening(IEnclaveRegistry(address(registry)), MODEL, CLINIC);
        vm.prank(CLINIC);
        screening.commit(PATIENT, COMMITMENT);
    }

    /// One leaf for each score, by the letter of the format; the block salts may be any words here.
    function openingsFor(int256 malignant, int256 benign)
        private
        pure
        returns (TensorOpening[2] memory openings, bytes32 commitment)
    {
        bytes[2] memory leaves = [leafFor("logits", 0, malignant), leafFor("logits", 1, benign)];
        return sealed2(leaves);
    }

    function leafFor(string memory name, uint32 first, int256 score) private pure returns (bytes memory) {
        uint64[] memory shape = new uint64[](1);
        shape[0] = 1;
        int256[] memory values = new int256[](1);
        values[0] = score;
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18(name, shape, values);
        return abi.encodePacked(
            keccak256(abi.encode("salt", first)),
            uint32(0),
            first,
            uint32(2),
            uint32(1),
            uint32(2),
            TensorLib.encode(tensors)
        );
    }

    function sealed2(bytes[2] memory leaves)
        private
        pure
        returns (TensorOpening[2] memory openings, bytes32 commitment)
    {
        bytes32 left = sha256(abi.encodePacked(bytes1(0), leaves[0]));
        bytes32 right = sha256(abi.encodePacked(bytes1(0), leaves[1]));
        bytes32 root = sha256(abi.encodePacked(bytes1(0x01), left, right));
        commitment = sha256(abi.encodePacked(bytes32("nacre/output-commitment/1"), uint64(2), root));
        for (uint64 i = 0; i < 2; ++i) {
            bytes32[] memory proof = new bytes32[](1);
            proof[0] = i == 0 ? right : left;
            openings[i] = TensorOpening(leaves[i], i, 2, root, proof);
        }
    }

    function receiptFor(bytes32 outputHash) private view returns (InferenceReceipt memory) {
        return InferenceReceipt({
            requestId: screening.requestIdOf(PATIENT),
            modelId: MODEL,
            inputHash: COMMITMENT,
            outputHash: outputHash,
            timestampMs: uint64(block.timestamp * 1000),
            sequence: 3
        });
    }

    function signedFor(InferenceReceipt memory receipt) private view returns (bytes memory) {
        return bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(screening)));
    }

    function expectRefused(InferenceReceipt memory receipt, bytes memory reason) private {
        (TensorOpening[2] memory scores,) = openingsFor(-1e18, 1e18);
        bytes memory signature = signedFor(receipt);
        vm.expectRevert(reason);
        vm.prank(PATIENT);
        screening.present(receipt, signature, scores);
    }

    function present(int256 malignant, int256 benign) private returns (bool) {
        (TensorOpening[2] memory scores, bytes32 commitment) = openingsFor(malignant, benign);
        InferenceReceipt memory receipt = receiptFor(commitment);
        bytes memory signature = signedFor(receipt);
        vm.prank(PATIENT);
        return screening.present(receipt, signature, scores);
    }

    function benignReceipt() private view returns (InferenceReceipt memory) {
        (, bytes32 commitment) = openingsFor(-1e18, 1e18);
        return receiptFor(commitment);
    }

    function test_verdict_isTheModels() public {
        bytes32 requestId = screening.requestIdOf(PATIENT);
        vm.expectEmit(true, true, true, true, address(screening));
        emit HealthScreening.Screened(PATIENT, requestId, true, key);
        expectTrue(present(-1.5e18, 2e18), "benign");
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.Benign, "verdict");
        expectFalse(present(2e18, -1.5e18), "malignant");
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.Malignant, "verdict");
    }

    /// The attack: show one good score in the other's place, or scores of another answer, or of something else than the scores.
    function test_openings_areOfTheseScoresInTheirPlaces() public {
        (TensorOpening[2] memory scores, bytes32 commitment) = openingsFor(2e18, -1e18);
        InferenceReceipt memory receipt = receiptFor(commitment);
        bytes memory signature = signedFor(receipt);
        (scores[0], scores[1]) = (scores[1], scores[0]);
        vm.expectRevert(abi.encodeWithSelector(HealthScreening.ScoreMismatch.selector, 0));
        vm.prank(PATIENT);
        screening.present(receipt, signature, scores);

        bytes32 others;
        (scores, others) = openingsFor(-1e18, 2e18);
        vm.expectRevert(
            abi.encodeWithSelector(TensorOpenings.CommitmentMismatch.selector, commitment, others)
        );
        vm.prank(PATIENT);
        screening.present(receipt, signature, scores);

        (scores, commitment) = sealed2([leafFor("noise", 0, -1e18), leafFor("logits", 1, 2e18)]);
        receipt = receiptFor(commitment);
        signature = signedFor(receipt);
        vm.expectRevert(abi.encodeWithSelector(HealthScreening.ScoreMismatch.selector, 0));
        vm.prank(PATIENT);
        screening.present(receipt, signature, scores);

        (scores, commitment) = openingsFor(2e18, -1e18);
        receipt = receiptFor(commitment);
        signature = signedFor(receipt);
        (TensorOpening[2] memory better,) = openingsFor(-3e18, -1e18);
        scores[0].leaf = better[0].leaf;
        vm.prank(PATIENT);
        try screening.present(receipt, signature, scores) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == InclusionProof.RootMismatch.selector, "reason");
        }
    }

    /// The attack: have a healthy friend's values judged.
    function test_input_rejectsValuesThatTheClinicDidNotMeasure() public {
        InferenceReceipt memory receipt = benignReceipt();
        receipt.inputHash = keccak256("a healthy friend");
        expectRefused(
            receipt,
            abi.encodeWithSelector(HealthScreening.InputMismatch.selector, COMMITMENT, receipt.inputHash)
        );
    }

    /// The attack: show somebody else's receipt, or one's own twice.
    function test_request_rejectsAnothersAndASecondUse() public {
        InferenceReceipt memory receipt = benignReceipt();
        bytes memory signature = signedFor(receipt);
        bytes32 strangers = screening.requestIdOf(address(this));
        (TensorOpening[2] memory scores,) = openingsFor(-1e18, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(HealthScreening.RequestMismatch.selector, strangers, receipt.requestId)
        );
        screening.present(receipt, signature, scores);
        present(-1e18, 1e18);
        expectRefused(
            receipt,
            abi.encodeWithSelector(
                HealthScreening.RequestMismatch.selector, screening.requestIdOf(PATIENT), receipt.requestId
            )
        );
    }

    function test_commitment_anewVoidsReceiptAndVerdict() public {
        InferenceReceipt memory receipt = benignReceipt();
        present(-1e18, 1e18);
        vm.prank(CLINIC);
        screening.commit(PATIENT, COMMITMENT);
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.None, "verdict");
        expectRefused(
            receipt,
            abi.encodeWithSelector(
                HealthScreening.RequestMismatch.selector, screening.requestIdOf(PATIENT), receipt.requestId
            )
        );
    }

    function test_commitment_isTheClinicsAlone() public {
        vm.expectRevert(abi.encodeWithSelector(HealthScreening.NotClinic.selector, CLINIC, address(this)));
        screening.commit(PATIENT, COMMITMENT);
        vm.expectRevert(abi.encodeWithSelector(HealthScreening.CommitmentZero.selector));
        vm.prank(CLINIC);
        screening.commit(PATIENT, 0);
    }

    function test_receipt_rejectsAnotherModelOrTime() public {
        InferenceReceipt memory receipt = benignReceipt();
        receipt.modelId = keccak256("horoscope");
        expectRefused(
            receipt, abi.encodeWithSelector(HealthScreening.ModelMismatch.selector, MODEL, receipt.modelId)
        );
        receipt = benignReceipt();
        uint256 oldestMs = block.timestamp * 1000 - 300_000;
        uint256 latestMs = block.timestamp * 1000 + 300_000;
        receipt.timestampMs = uint64(oldestMs - 1);
        expectRefused(
            receipt,
            abi.encodeWithSelector(
                HealthScreening.ReceiptOutOfTime.selector, receipt.timestampMs, oldestMs, latestMs
            )
        );
        receipt.timestampMs = uint64(latestMs + 1);
        expectRefused(
            receipt,
            abi.encodeWithSelector(
                HealthScreening.ReceiptOutOfTime.selector, receipt.timestampMs, oldestMs, latestMs
            )
        );
    }

    function test_receipt_ofARevokedKeyIsRefused() public {
        InferenceReceipt memory receipt = benignReceipt();
        bytes memory signature = signedFor(receipt);
        (TensorOpening[2] memory scores,) = openingsFor(-1e18, 1e18);
        registry.revokeImage(imageId);
        vm.prank(PATIENT);
        try screening.present(receipt, signature, scores) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == ReceiptVerifier.KeyNotActive.selector, "reason");
        }
    }
}
