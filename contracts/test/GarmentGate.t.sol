// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {KeyStatus} from "../src/IEnclaveRegistry.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {GarmentGate} from "../src/examples/GarmentGate.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

contract GarmentGateTest is RegistryFixture {
    bytes32 private constant MODEL = keccak256("garments");
    uint256 private constant BAG = 8;
    uint256 private constant BOOT = 9;
    address private constant VISITOR = address(0x715170);

    GarmentGate private gate;

    function setUp() public {
        setUpRegistry();
        register();
        gate = new GarmentGate(registry, MODEL, (1 << BAG) | (1 << 6), 0.5e18);
    }

    /// Ten scores, `score` for one class and zero for the others.
    function outputsFor(uint256 class, int256 score) private pure returns (bytes memory) {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 10);
        int256[] memory values = new int256[](10);
        values[class] = score;
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18("logits", shape, values);
        return TensorLib.encode(tensors);
    }

    function receiptFor(bytes memory outputs) private view returns (InferenceReceipt memory) {
        return InferenceReceipt({
            requestId: gate.requestIdOf(VISITOR),
            modelId: MODEL,
            inputHash: keccak256("a picture"),
            outputHash: sha256(outputs),
            timestampMs: uint64(block.timestamp * 1000),
            sequence: 0
        });
    }

    function signedForGate(InferenceReceipt memory receipt) private view returns (bytes memory) {
        return bytes65(ENCLAVE_KEY, ReceiptVerifier.digest(receipt, address(gate)));
    }

    function enter(bytes memory outputs) private returns (bool) {
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedForGate(receipt);
        vm.prank(VISITOR);
        return gate.enter(receipt, signature, outputs);
    }

    function expectRefused(InferenceReceipt memory receipt, bytes memory outputs, bytes memory reason)
        private
    {
        bytes memory signature = signedForGate(receipt);
        vm.expectRevert(reason);
        vm.prank(VISITOR);
        gate.enter(receipt, signature, outputs);
    }

    // ------------------------------------------------------------------ the value decides

    function test_value_opensForAnAdmittedClass() public {
        bytes memory outputs = outputsFor(BAG, 3.25e18);
        vm.expectEmit(true, true, true, true, address(gate));
        emit GarmentGate.GarmentJudged(
            VISITOR, gate.requestIdOf(VISITOR), BAG, 3.25e18, true, keccak256("a picture"), key
        );
        expectTrue(enter(outputs), "admitted");
        expectTrue(gate.isOpenTo(VISITOR), "open");
    }

    function test_value_staysShutForAnotherClass() public {
        expectTrue(enter(outputsFor(BAG, 3e18)), "a bag first");
        expectFalse(enter(outputsFor(BOOT, 3e18)), "a boot");
        expectFalse(gate.isOpenTo(VISITOR), "shut again");
    }

    function test_value_staysShutWhenTheModelIsUnsure() public {
        expectTrue(enter(outputsFor(BAG, 0.5e18)), "exactly sure enough");
        expectFalse(enter(outputsFor(BAG, 0.25e18)), "not sure enough");
    }

    // ------------------------------------------------------------------ every question, refused

    function test_enter_rejectsAReplay() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        enter(outputs);
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(
                GarmentGate.RequestMismatch.selector, gate.requestIdOf(VISITOR), receipt.requestId
            )
        );
    }

    /// Someone who sees the transaction waiting cannot use its receipt.
    function test_enter_rejectsAnotherAccountsReceipt() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedForGate(receipt);
        vm.expectRevert(
            abi.encodeWithSelector(
                GarmentGate.RequestMismatch.selector, gate.requestIdOf(address(this)), receipt.requestId
            )
        );
        gate.enter(receipt, signature, outputs);
    }

    function test_enter_rejectsAnotherModel() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        receipt.modelId = keccak256("digits");
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(GarmentGate.ModelMismatch.selector, MODEL, receipt.modelId)
        );
    }

    function test_enter_rejectsOtherOutputs() public {
        bytes memory outputs = outputsFor(BOOT, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory forged = outputsFor(BAG, 3e18);
        expectRefused(
            receipt,
            forged,
            abi.encodeWithSelector(GarmentGate.OutputMismatch.selector, sha256(outputs), sha256(forged))
        );
    }

    function test_enter_acceptsTheOldestReceiptAndRejectsAnOlderOne() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        uint64 oldestMs = (NOW - 1 hours) * 1000;
        receipt.timestampMs = oldestMs - 1;
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(GarmentGate.ReceiptTooOld.selector, oldestMs - 1, oldestMs)
        );
        receipt.timestampMs = oldestMs;
        bytes memory signature = signedForGate(receipt);
        vm.prank(VISITOR);
        expectTrue(gate.enter(receipt, signature, outputs), "oldest");
    }

    function test_enter_acceptsTheLatestReceiptAndRejectsALaterOne() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        uint64 latestMs = (NOW + 5 minutes) * 1000;
        receipt.timestampMs = latestMs + 1;
        expectRefused(
            receipt,
            outputs,
            abi.encodeWithSelector(GarmentGate.ReceiptFromFuture.selector, latestMs + 1, latestMs)
        );
        receipt.timestampMs = latestMs;
        bytes memory signature = signedForGate(receipt);
        vm.prank(VISITOR);
        expectTrue(gate.enter(receipt, signature, outputs), "latest");
    }

    /// A requester who asks for another output, or for two pictures at once, gets a genuine receipt that the gate cannot use.
    function test_enter_rejectsOtherOutputsThanOnePicturesScores() public {
        uint64[] memory shape = new uint64[](2);
        Tensor[] memory tensors = new Tensor[](1);
        (shape[0], shape[1]) = (1, 10);
        tensors[0] = TensorLib.fromFixed18("quality", shape, new int256[](10));
        bytes memory outputs = TensorLib.encode(tensors);
        expectRefused(
            receiptFor(outputs), outputs, abi.encodeWithSelector(TensorLib.TensorMissing.selector, "logits")
        );
        (shape[0], shape[1]) = (2, 10);
        tensors[0] = TensorLib.fromFixed18("logits", shape, new int256[](20));
        outputs = TensorLib.encode(tensors);
        expectRefused(
            receiptFor(outputs), outputs, abi.encodeWithSelector(GarmentGate.OutputShape.selector, 10, 20)
        );
    }

    function test_enter_rejectsARevokedKey() public {
        bytes memory outputs = outputsFor(BAG, 3e18);
        registry.revokeKey(key);
        expectRefused(
            receiptFor(outputs),
            outputs,
            abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, key, KeyStatus.Revoked)
        );
    }

    function test_enter_rejectsAReceiptForAnotherGate() public {
        GarmentGate other = new GarmentGate(registry, MODEL, 1 << BAG, 0);
        bytes memory outputs = outputsFor(BAG, 3e18);
        InferenceReceipt memory receipt = receiptFor(outputs);
        bytes memory signature = signedForGate(receipt);
        vm.prank(VISITOR);
        (bool accepted,) = address(other).call(abi.encodeCall(other.enter, (receipt, signature, outputs)));
        expectFalse(accepted, "another gate");
    }

    function test_requestId_isOnePerAccountAndEntry() public {
        bytes32 first = gate.requestIdOf(VISITOR);
        expectTrue(first != gate.requestIdOf(address(this)), "accounts");
        enter(outputsFor(BOOT, 1e18));
        expectTrue(first != gate.requestIdOf(VISITOR), "entries");
    }
}
