// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {KeyStatus} from "../src/IEnclaveRegistry.sol";
import {
    BatchedAnswer,
    IInferenceCoprocessor,
    InferenceAnswer,
    InferenceRequest,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {InclusionProof} from "../src/InclusionProof.sol";
import {LogCheckpoint} from "../src/LogCheckpoint.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";
import {GasBurner, ReturnBomb, Reverter} from "./CoprocessorMocks.sol";
import {LogTree} from "./LogTree.sol";

contract FulfillBatchTest is CoprocessorFixture {
    function setUp() public {
        setUpCoprocessor();
    }

    /// Answers to the requests as leaves 1, 2, … of a log with noise around them.
    function batchFor(InferenceRequest[] memory requests, uint256 treeSize)
        internal
        view
        returns (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature)
    {
        bytes32[] memory leaves = new bytes32[](treeSize);
        for (uint256 i = 0; i < treeSize; ++i) {
            leaves[i] = keccak256(abi.encode("somebody else's", i));
        }
        batch = new BatchedAnswer[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            batch[i].request = requests[i];
            batch[i].answer = answerNow();
            batch[i].answer.sequence = uint64(i + 1);
            leaves[i + 1] = receiptDigest(receiptFor(requests[i], batch[i].answer), address(coprocessor));
        }
        for (uint256 i = 0; i < requests.length; ++i) {
            batch[i].proof = LogTree.proof(leaves, i + 1);
        }
        checkpoint = LogCheckpoint(uint64(treeSize), LogTree.root(leaves), uint64(block.timestamp * 1000));
        signature = bytes65(ENCLAVE_KEY, checkpointDigest(checkpoint));
    }

    function askFor(address callback, uint256 count) internal returns (InferenceRequest[] memory requests) {
        requests = new InferenceRequest[](count);
        for (uint256 i = 0; i < count; ++i) {
            requests[i] = ask(termsFor(callback));
        }
    }

    function test_batch_answersManyUnderOneSignature() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 8);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 21);
        vm.prank(STRANGER);
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 8, "fulfilled");
        expectEqual(recorder.calls(), 8, "calls");
        uint256 owed = 0;
        for (uint256 i = 0; i < 8; ++i) {
            expectState(requests[i], RequestState.Answered);
            expectTrue(coprocessor.isAnswer(receiptFor(requests[i], batch[i].answer)), "is the answer");
            owed += requests[i].terms.payment;
        }
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), owed, "credit");
        // All of it again changes nothing.
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 0, "again");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), owed, "credit");
        expectEqual(recorder.calls(), 8, "calls");
    }

    /// The attack: answer or refund one request of a batch that is on its way, and make all of it revert.
    function test_batch_skipsWhatIsDoneOrTooLate() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 4);
        InferenceAnswer memory answer = answerNow();
        coprocessor.fulfill(requests[1], answer, signedFor(requests[1], answer));
        requests[2].deadlineSeconds += 1; // no such request
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 5);
        bytes32 answered = coprocessor.requestIdOf(requests[1]);
        vm.expectEmit(true, true, true, true, address(coprocessor));
        emit IInferenceCoprocessor.FulfilmentSkipped(answered, RequestState.Answered);
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 2, "fulfilled");
        expectState(requests[0], RequestState.Answered);
        expectState(requests[3], RequestState.Answered);
        expectEqual(recorder.calls(), 3, "calls");
    }

    function test_batch_skipsWhatIsTooOldOrBeyondItsDeadline() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 2);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 3);
        vm.warp(block.timestamp + 601);
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 0, "too old");
        expectState(requests[0], RequestState.Pending);
        vm.warp(requests[0].deadlineSeconds + 1);
        (batch, checkpoint, signature) = batchFor(requests, 3);
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 0, "beyond the deadline");
    }

    function test_batch_paysOnceForARequestThatStandsInItTwice() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 1);
        InferenceRequest[] memory twice = new InferenceRequest[](2);
        (twice[0], twice[1]) = (requests[0], requests[0]);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(twice, 4);
        expectEqual(coprocessor.fulfillBatch(batch, checkpoint, signature), 1, "fulfilled");
        expectEqual(recorder.calls(), 1, "calls");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), requests[0].terms.payment, "credit");
    }

    function test_batch_rejectsAReceiptThatWasNotLogged() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 2);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 9);
        batch[1].answer.timestampMs += 1;
        expectBatchRefused(batch, checkpoint, signature, InclusionProof.RootMismatch.selector);
        batch[1].answer.timestampMs -= 1;
        (batch[0].proof, batch[1].proof) = (batch[1].proof, batch[0].proof);
        expectBatchRefused(batch, checkpoint, signature, InclusionProof.RootMismatch.selector);
        (batch[0].proof, batch[1].proof) = (batch[1].proof, batch[0].proof);
        batch[0].answer.sequence = 0;
        expectBatchRefused(batch, checkpoint, signature, ReceiptVerifier.SequenceZero.selector);
    }

    function test_batch_rejectsACheckpointOfAKeyThatIsNotActive() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 2);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 9);
        bytes memory forged = bytes65(0xbad, checkpointDigest(checkpoint));
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.KeyNotActive.selector, vm.addr(0xbad), KeyStatus.Unknown
            )
        );
        coprocessor.fulfillBatch(batch, checkpoint, forged);
        registry.revokeModels(modelsId);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceCoprocessor.KeyNotActive.selector, key, KeyStatus.Revoked)
        );
        coprocessor.fulfillBatch(batch, checkpoint, signature);
    }

    function test_batch_asksEachRequestsPolicy() public {
        InferenceRequest[] memory requests = askFor(address(recorder), 2);
        requests[1].terms.policy.imageId = keccak256("another image");
        requests[1] = ask(requests[1].terms);
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 4);
        expectBatchRefused(batch, checkpoint, signature, IInferenceCoprocessor.ImageMismatch.selector);
    }

    function expectBatchRefused(
        BatchedAnswer[] memory batch,
        LogCheckpoint memory checkpoint,
        bytes memory signature,
        bytes4 expected
    ) private {
        try coprocessor.fulfillBatch(batch, checkpoint, signature) returns (uint256) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == expected, "reason");
        }
    }

    /// The attack: stand in a batch with a callback that spoils it for the others.
    function test_batch_callbacksSpoilNothingForOthers() public {
        InferenceRequest[] memory requests = new InferenceRequest[](5);
        requests[0] = ask(termsFor(address(new Reverter())));
        requests[1] = ask(termsFor(address(new GasBurner())));
        requests[2] = ask(termsFor(address(new ReturnBomb(false))));
        BatchReentrant reentrant = new BatchReentrant();
        requests[3] = ask(termsFor(address(reentrant)));
        requests[4] = ask(termsFor(address(recorder)));
        (BatchedAnswer[] memory batch, LogCheckpoint memory checkpoint, bytes memory signature) =
            batchFor(requests, 6);
        reentrant.setCall(abi.encodeCall(coprocessor.fulfillBatch, (batch, checkpoint, signature)));

        coprocessor.fulfillBatch(batch, checkpoint, signature);
        expectState(requests[0], RequestState.CallbackFailed);
        expectState(requests[1], RequestState.CallbackFailed);
        expectState(requests[2], RequestState.CallbackFailed);
        expectState(requests[4], RequestState.Answered);
        expectEqual(recorder.calls(), 1, "calls");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), 5 * requests[0].terms.payment, "credit");
    }
}

/// Brings the rest of its own batch from within.
contract BatchReentrant {
    bytes private _call;
    bool private _inside;

    function setCall(bytes calldata call_) external {
        _call = call_;
    }

    fallback() external {
        if (_inside) return;
        _inside = true;
        (bool accepted,) = msg.sender.call(_call);
        accepted;
    }
}
