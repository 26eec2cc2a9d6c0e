// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {InferenceAnswer, InferenceRequest, RequestState} from "../src/IInferenceCoprocessor.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";

contract InferenceCoprocessorTest is CoprocessorFixture {
    function setUp() public {
        setUpCoprocessor();
    }

    // ------------------------------------------------------------------ the straight line

    function test_fulfill_paysTheOperatorAndCallsBackOnce() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        expectState(request, RequestState.Pending);
        InferenceAnswer memory answer = answerNow();
        bytes memory signature = signedFor(request, answer);

        vm.prank(STRANGER);
        expectTrue(coprocessor.fulfill(request, answer, signature), "callback");

        expectState(request, RequestState.Answered);
        expectEqual(recorder.calls(), 1, "calls");
        expectEqual(recorder.caller(), address(coprocessor), "caller");
        expectEqual(recorder.requester(), REQUESTER, "requester");
        expectEqual(recorder.requestId(), coprocessor.requestIdOf(request), "request id");
        expectEqual(recorder.outputHash(), sha256(answer.outputs), "outputs");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), request.terms.payment, "credit");
        expectEqual(coprocessor.creditOf(STRANGER, address(0)), 0, "the fulfiller's credit");
        expectTrue(coprocessor.isAnswer(receiptFor(request, answer)), "is the answer");
    }

    function test_cancel_refundsAfterTheDeadline() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        vm.warp(request.deadlineSeconds + 1);
        vm.prank(STRANGER);
        coprocessor.cancel(request);
        expectState(request, RequestState.Refunded);
        expectEqual(coprocessor.creditOf(REFUND, address(0)), request.terms.payment, "credit");
    }
}
