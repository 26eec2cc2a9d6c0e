// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../src/IEnclaveRegistry.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
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

    function outputsFor(int256 malignant, int256 benign) private pure returns (bytes memory) {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 2);
        int256[] memory values = new int256[](2);
        (values[0], values[1]) = (malignant, benign);
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18("logits", shape, values);
        return TensorLib.encode(tensors);
    }

    function receiptFor(bytes memory outputs) private view returns (InferenceReceipt memory) {
        return InferenceReceipt({
            requestId: screening.requestIdOf(PATIENT),
            modelId: MODEL,
            inputHash: COMMITMENT,
            outputHash: sha256(outputs),
            timestampMs: uint64(block.timestamp * 1000),
            sequence: 3
        });
    }

    function signedFor(InferenceReceipt memory receipt) private view returns (bytes memory) {
        return bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(screening)));
    }

    function expectRefused(InferenceReceipt memory receipt, bytes memory outputs, bytes memory reason)
        private
    {
        bytes memory signature = signedFor(receipt);
        vm.expectRevert(reason);
        vm.prank(PATIENT);
        screening.present(receipt, signature, outputs);
    }

    function present(bytes memory outputs) private returns (bool) {
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedFor(receipt);
        vm.prank(PATIENT);
        return screening.present(receipt, signature, outputs);
    }

    function test_verdict_isTheModels() public {
        bytes32 requestId = screening.requestIdOf(PATIENT);
        vm.expectEmit(true, true, true, true, address(screening));
        emit HealthScreening.Screened(PATIENT, requestId, true, key);
        expectTrue(present(outputsFor(-1.5e18, 2e18)), "benign");
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.Benign, "verdict");
        expectFalse(present(outputsFor(2e18, -1.5e18)), "malignant");
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.Malignant, "verdict");
    }

    /// The attack: have a healthy friend's values judged.
    function test_input_rejectsValuesThatTheClinicDidNotMeasure() public {
        bytes memory outputs = outputsFor(-1e18, 1e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        receipt.inputHash = keccak256("a healthy friend");
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(HealthScreening.InputMismatch.selector, COMMITMENT, receipt.inputHash)
        );
    }

    /// The attack: show somebody else's receipt, or one's own twice.
    function test_request_rejectsAnothersAndASecondUse() public {
        bytes memory outputs = outputsFor(-1e18, 1e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedFor(receipt);
        bytes32 strangers = screening.requestIdOf(address(this));
        vm.expectRevert(
            abi.encodeWithSelector(HealthScreening.RequestMismatch.selector, strangers, receipt.requestId)
        );
        screening.present(receipt, signature, outputs);
        present(outputs);
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(
                HealthScreening.RequestMismatch.selector, screening.requestIdOf(PATIENT), receipt.requestId
            )
        );
    }

    function test_commitment_anewVoidsReceiptAndVerdict() public {
        bytes memory outputs = outputsFor(-1e18, 1e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        present(outputs);
        vm.prank(CLINIC);
        screening.commit(PATIENT, COMMITMENT);
        expectTrue(screening.verdictOf(PATIENT) == HealthScreening.Verdict.None, "verdict");
        expectRefused(
            receipt,
            outputs,
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

    function test_receipt_rejectsAnotherModelOutputOrTime() public {
        bytes memory outputs = outputsFor(-1e18, 1e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        receipt.modelId = keccak256("horoscope");
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(HealthScreening.ModelMismatch.selector, MODEL, receipt.modelId)
        );
        receipt = receiptFor(outputs);
        bytes memory others = outputsFor(1e18, -1e18);
        expectRefused(
            receipt,
            others,
            abi.encodeWithSelector(
                HealthScreening.OutputMismatch.selector, receipt.outputHash, sha256(others)
            )
        );
        uint256 oldestMs = block.timestamp * 1000 - 300_000;
        uint256 latestMs = block.timestamp * 1000 + 300_000;
        receipt.timestampMs = uint64(oldestMs - 1);
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(
                HealthScreening.ReceiptOutOfTime.selector, receipt.timestampMs, oldestMs, latestMs
            )
        );
        receipt.timestampMs = uint64(latestMs + 1);
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(
                HealthScreening.ReceiptOutOfTime.selector, receipt.timestampMs, oldestMs, latestMs
            )
        );
    }

    function test_receipt_ofARevokedKeyIsRefused() public {
        bytes memory outputs = outputsFor(-1e18, 1e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedFor(receipt);
        registry.revokeImage(imageId);
        vm.prank(PATIENT);
        try screening.present(receipt, signature, outputs) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == ReceiptVerifier.KeyNotActive.selector, "reason");
        }
    }
}
