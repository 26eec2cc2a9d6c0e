// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "../src/Eip712.sol";
import {IEnclaveRegistry, KeyStatus, ROUTE_APPROVAL, ROUTE_ATTESTATION} from "../src/IEnclaveRegistry.sol";
import {
    ANY_APPROVED,
    IInferenceCallback,
    IInferenceCoprocessor,
    InferenceAnswer,
    InferenceRequest,
    InferenceTerms,
    Offer,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {InferenceCoprocessor} from "../src/InferenceCoprocessor.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {PullPayments} from "../src/PullPayments.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";
import {
    FeeToken,
    GasBurner,
    HookToken,
    Reentrant,
    Refuser,
    RefusingToken,
    ReturnBomb,
    Reverter,
    SelfDestructor,
    SilentToken,
    Token
} from "./CoprocessorMocks.sol";

contract InferenceCoprocessorTest is CoprocessorFixture {
    function setUp() public {
        setUpCoprocessor();
    }

    function fulfill(InferenceRequest memory request) private returns (bool) {
        InferenceAnswer memory answer = answerNow();
        bytes memory signature = signedFor(request, answer);
        vm.prank(STRANGER);
        return coprocessor.fulfill(request, answer, signature);
    }

    function expectRefused(
        InferenceRequest memory request,
        InferenceAnswer memory answer,
        bytes memory reason
    ) private {
        bytes memory signature = signedFor(request, answer);
        vm.expectRevert(reason);
        coprocessor.fulfill(request, answer, signature);
    }

    /// A signature over something else recovers somebody unknown, or nobody.
    function expectUnknownSigner(
        InferenceRequest memory request,
        InferenceAnswer memory answer,
        bytes memory signature
    ) private {
        try coprocessor.fulfill(request, answer, signature) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(
                bytes4(reason) == IInferenceCoprocessor.KeyNotActive.selector
                    || bytes4(reason) == Eip712.SignatureInvalid.selector,
                "refused for another reason"
            );
        }
    }

    function wrongState(InferenceRequest memory request, RequestState expected, RequestState received)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IInferenceCoprocessor.RequestNotInState.selector,
            coprocessor.requestIdOf(request),
            expected,
            received
        );
    }

    // ------------------------------------------------------------------ the straight line

    function test_fulfill_paysTheOperatorAndCallsBackOnce() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        expectState(request, RequestState.Pending);
        InferenceAnswer memory answer = answerNow();
        bytes memory signature = signedFor(request, answer);
        bytes32 requestId = coprocessor.requestIdOf(request);

        vm.expectEmit(true, true, true, true, address(coprocessor));
        emit IInferenceCoprocessor.InferenceFulfilled(
            requestId, OPERATOR, key, sha256(answer.outputs), answer.timestampMs, 7, STRANGER, true
        );
        vm.prank(STRANGER);
        expectTrue(coprocessor.fulfill(request, answer, signature), "callback");

        expectState(request, RequestState.Answered);
        expectEqual(recorder.calls(), 1, "calls");
        expectEqual(recorder.caller(), address(coprocessor), "caller");
        expectEqual(recorder.requester(), REQUESTER, "requester");
        expectEqual(recorder.requestId(), requestId, "request id");
        expectEqual(recorder.outputHash(), sha256(answer.outputs), "outputs");
        expectTrue(coprocessor.isAnswer(receiptFor(request, answer)), "is the answer");
        answer.sequence += 1;
        expectFalse(coprocessor.isAnswer(receiptFor(request, answer)), "another receipt is the answer");

        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), request.terms.payment, "credit");
        vm.prank(OPERATOR);
        coprocessor.withdraw(address(0), REFUND);
        expectEqual(REFUND.balance, request.terms.payment, "withdrawn");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), 0, "credit left");
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceCoprocessor.NothingToWithdraw.selector, OPERATOR, address(0))
        );
        vm.prank(OPERATOR);
        coprocessor.withdraw(address(0), REFUND);
    }

    /// The attack: copy the receipt out of the mempool and be mined first. It earns the operator its fee.
    function test_fulfill_byAThief_paysTheOperator() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        fulfill(request);
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), request.terms.payment, "credit");
        expectEqual(coprocessor.creditOf(STRANGER, address(0)), 0, "the thief's credit");
    }

    function test_fulfill_withoutCallback_keepsTheAnswer() public {
        InferenceRequest memory request = ask(termsFor(address(0)));
        InferenceAnswer memory answer = answerNow();
        expectFalse(coprocessor.isAnswer(receiptFor(request, answer)), "before");
        expectTrue(fulfill(request), "success");
        expectTrue(coprocessor.isAnswer(receiptFor(request, answer)), "after");
    }

    function test_cancel_refundsAfterTheDeadline() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        vm.warp(request.deadlineSeconds);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.DeadlineNotPassed.selector,
                coprocessor.requestIdOf(request),
                request.deadlineSeconds
            )
        );
        coprocessor.cancel(request);
        vm.warp(request.deadlineSeconds + 1);
        vm.prank(STRANGER);
        coprocessor.cancel(request);
        expectState(request, RequestState.Refunded);
        expectEqual(coprocessor.creditOf(REFUND, address(0)), request.terms.payment, "credit");
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.Refunded));
        coprocessor.cancel(request);
    }

    // ------------------------------------------------------------------ never twice

    function test_fulfill_rejectsASecondAnswer() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        fulfill(request);
        InferenceAnswer memory again = answerNow();
        again.sequence = 8;
        expectRefused(request, again, wrongState(request, RequestState.Pending, RequestState.Answered));
        vm.warp(request.deadlineSeconds + 1);
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.Answered));
        coprocessor.cancel(request);
    }

    function test_fulfill_rejectsAfterTheDeadlineAndAfterTheRefund() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        vm.warp(request.deadlineSeconds + 1);
        expectRefused(
            request,
            answerNow(),
            abi.encodeWithSelector(
                IInferenceCoprocessor.DeadlinePassed.selector,
                coprocessor.requestIdOf(request),
                request.deadlineSeconds
            )
        );
        coprocessor.cancel(request);
        expectRefused(request, answerNow(), wrongState(request, RequestState.Pending, RequestState.Refunded));
    }

    function test_fulfill_acceptsAtTheDeadline() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        vm.warp(request.deadlineSeconds);
        expectTrue(fulfill(request), "callback");
    }

    // ------------------------------------------------------------------ whose receipt, for what

    function test_receipt_rejectsAnotherCoprocessors() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        InferenceReceipt memory receipt = receiptFor(request, answer);
        bytes32 digest = receiptDigest(receipt, address(new InferenceCoprocessor()));
        expectUnknownSigner(request, answer, bytes65(ENCLAVE_KEY, digest));
    }

    /// A fork keeps contracts, registry, keys and requests. It has other request ids, so none is pending there, and none can
    /// be refunded. Credits are not named by an id.
    function test_receipt_rejectsAfterAForkOfTheChain() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        bytes memory signature = signedFor(request, answer);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.None));
        coprocessor.fulfill(request, answer, signature);
        uint256 forkedAt = block.timestamp;
        vm.warp(request.deadlineSeconds + 1);
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.None));
        coprocessor.cancel(request);
        vm.warp(forkedAt);
        // What is asked after the fork is answered for the fork.
        InferenceRequest memory later = ask(termsFor(address(recorder)));
        expectTrue(fulfill(later), "callback");
    }

    function testFuzz_receipt_rejectsAChangedAnswer(uint256 field, uint64 change) public {
        vm.assume(change != 0);
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        InferenceReceipt memory receipt = receiptFor(request, answer);
        field %= 6;
        if (field == 0) receipt.requestId ^= bytes32(uint256(change));
        if (field == 1) receipt.modelId ^= bytes32(uint256(change));
        if (field == 2) receipt.inputHash ^= bytes32(uint256(change));
        if (field == 3) receipt.outputHash ^= bytes32(uint256(change));
        if (field == 4) receipt.timestampMs ^= change;
        if (field == 5) receipt.sequence ^= change;
        expectUnknownSigner(request, answer, signedReceipt(receipt));
    }

    /// Any word of a request changed, and no such request is known: the payment, the callback, all of it.
    function testFuzz_request_rejectsAChangedWord(uint256 word, uint256 bit) public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        bytes memory call_ =
            abi.encodeCall(coprocessor.fulfill, (request, answer, signedFor(request, answer)));
        uint256 words = abi.encode(request).length / 32;
        expectEqual(words, 18, "words of a request");
        uint256 offset = 4 + 32 * (word % words) + 31 - (bit % 256) / 8;
        call_[offset] = bytes1(uint8(call_[offset]) ^ uint8(1 << (bit % 8)));
        (bool accepted,) = address(coprocessor).call(call_);
        expectFalse(accepted, "accepted");
        expectEqual(recorder.calls(), 0, "calls");
        // And unchanged it goes through.
        call_[offset] = bytes1(uint8(call_[offset]) ^ uint8(1 << (bit % 8)));
        (accepted,) = address(coprocessor).call(call_);
        expectTrue(accepted, "unchanged");
    }

    function test_key_rejectsOneThatIsNotActive() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        bytes32 digest = receiptDigest(receiptFor(request, answer), address(coprocessor));
        bytes memory unknown = bytes65(0xbad, digest);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.KeyNotActive.selector, vm.addr(0xbad), KeyStatus.Unknown
            )
        );
        coprocessor.fulfill(request, answer, unknown);

        registry.revokeKey(key);
        expectRefused(
            request,
            answer,
            abi.encodeWithSelector(IInferenceCoprocessor.KeyNotActive.selector, key, KeyStatus.Revoked)
        );
    }

    function test_key_rejectsAnExpiredOne() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        vm.warp(NOW + 1 days - 60);
        InferenceRequest memory request = ask(terms);
        vm.warp(NOW + 1 days);
        expectRefused(
            request,
            answerNow(),
            abi.encodeWithSelector(IInferenceCoprocessor.KeyNotActive.selector, key, KeyStatus.Expired)
        );
    }

    // ------------------------------------------------------------------ the requester's policy

    function test_policy_rejectsAnotherImageModelsOrRoute() public {
        registry.approveImage(pcr(20), pcr(21), pcr(22));
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.policy.imageId = keccak256("another image");
        expectRefused(
            ask(terms),
            answerNow(),
            abi.encodeWithSelector(
                IInferenceCoprocessor.ImageMismatch.selector, key, terms.policy.imageId, imageId
            )
        );
        terms = termsFor(address(recorder));
        terms.policy.modelsId = keccak256("other models");
        expectRefused(
            ask(terms),
            answerNow(),
            abi.encodeWithSelector(
                IInferenceCoprocessor.ModelsMismatch.selector, key, terms.policy.modelsId, modelsId
            )
        );
        terms = termsFor(address(recorder));
        terms.policy.routes = uint16(1 << ROUTE_ATTESTATION);
        expectRefused(
            ask(terms),
            answerNow(),
            abi.encodeWithSelector(
                IInferenceCoprocessor.RouteNotTaken.selector, key, terms.policy.routes, ROUTE_APPROVAL
            )
        );
    }

    function test_policy_acceptsWhatItSaysIsEnough() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.policy.imageId = ANY_APPROVED;
        terms.policy.modelsId = ANY_APPROVED;
        terms.policy.routes = type(uint16).max;
        expectTrue(fulfill(ask(terms)), "callback");
    }

    function test_age_acceptsTheOldestAndTheEarliest_andNoOther() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        uint64 nowMs = uint64(block.timestamp * 1000);
        InferenceAnswer memory answer = answerNow();
        answer.timestampMs = nowMs - 600_001;
        expectRefused(
            request,
            answer,
            abi.encodeWithSelector(
                IInferenceCoprocessor.ReceiptTooOld.selector, answer.timestampMs, nowMs - 600_000
            )
        );
        answer.timestampMs = nowMs + 300_001;
        expectRefused(
            request,
            answer,
            abi.encodeWithSelector(
                IInferenceCoprocessor.ReceiptFromFuture.selector, answer.timestampMs, nowMs + 300_000
            )
        );
        answer.timestampMs = nowMs - 600_000;
        coprocessor.fulfill(request, answer, signedFor(request, answer));
        request = ask(termsFor(address(recorder)));
        answer.timestampMs = nowMs + 300_000;
        coprocessor.fulfill(request, answer, signedFor(request, answer));
    }

    // ------------------------------------------------------------------ the outputs that were asked for

    /// The attack: ask the enclave oneself for the same input and request id, but for another of the model's outputs, and
    /// answer with that. The operator would be paid for what the requester cannot use.
    function test_outputs_rejectAnotherSelection() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        answer.outputs = scores("embedding", 8);
        expectOutputsRefused(request, answer);
        answer.outputs = TensorLib.encode(new Tensor[](0));
        expectOutputsRefused(request, answer);
        Tensor[] memory twice = new Tensor[](2);
        twice[0] = TensorLib.decode(scores("logits", 8))[0];
        twice[1] = TensorLib.decode(scores("logits", 8))[0];
        answer.outputs = TensorLib.encode(twice);
        expectOutputsRefused(request, answer);
    }

    function expectOutputsRefused(InferenceRequest memory request, InferenceAnswer memory answer) private {
        bytes memory signature = signedFor(request, answer);
        try coprocessor.fulfill(request, answer, signature) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == IInferenceCoprocessor.OutputNamesMismatch.selector, "reason");
        }
    }

    function testFuzz_outputs_thatAreNoTensors_areRefused(bytes calldata noise) public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        answer.outputs = noise;
        bytes memory signature = signedFor(request, answer);
        (bool accepted,) =
            address(coprocessor).call(abi.encodeCall(coprocessor.fulfill, (request, answer, signature)));
        expectFalse(accepted, "accepted");
    }

    function testFuzz_outputNames_ofTensorsAndOfNamesAgree(string[] calldata list) public view {
        uint256 count = list.length % 6;
        string[] memory wanted = new string[](count);
        Tensor[] memory tensors = new Tensor[](count);
        for (uint256 i = 0; i < count; ++i) {
            wanted[i] = list[i];
            tensors[i] = Tensor(list[i], "UINT8", new uint64[](1), "");
        }
        expectEqual(this.namesHashOf(TensorLib.encode(tensors)), OutputNames.hash(wanted), "hash");
    }

    function namesHashOf(bytes calldata encoded) external pure returns (bytes32) {
        return OutputNames.hashOf(encoded);
    }

    function test_outputNames_knowOrderAndBoundaries() public pure {
        string[] memory ab = new string[](2);
        (ab[0], ab[1]) = ("a", "b");
        string[] memory ba = new string[](2);
        (ba[0], ba[1]) = ("b", "a");
        string[] memory joined = new string[](1);
        joined[0] = "ab";
        expectTrue(OutputNames.hash(ab) != OutputNames.hash(ba), "order");
        expectTrue(OutputNames.hash(ab) != OutputNames.hash(joined), "boundary");
    }

    // ------------------------------------------------------------------ asking

    function test_request_rejectsAnIncompletePolicy() public {
        for (uint256 field = 0; field < 5; ++field) {
            InferenceTerms memory terms = termsFor(address(recorder));
            if (field == 0) terms.policy.registry = IEnclaveRegistry(address(0));
            if (field == 1) terms.policy.imageId = 0;
            if (field == 2) terms.policy.modelsId = 0;
            if (field == 3) terms.policy.routes = 0;
            if (field == 4) terms.policy.receiptAgeSecondsMax = 0;
            expectRequestRefused(
                terms, abi.encodeWithSelector(IInferenceCoprocessor.PolicyIncomplete.selector, terms.policy)
            );
        }
    }

    function test_request_rejectsTermsThatCannotWork() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.refundTo = address(0);
        expectRequestRefused(terms, abi.encodeWithSelector(IInferenceCoprocessor.ZeroAddress.selector));
        terms = termsFor(address(recorder));
        terms.callbackGasLimit = 0;
        expectRequestRefused(
            terms, abi.encodeWithSelector(IInferenceCoprocessor.CallbackGas.selector, 10_000_000, 0)
        );
        terms.callbackGasLimit = 10_000_001;
        expectRequestRefused(
            terms, abi.encodeWithSelector(IInferenceCoprocessor.CallbackGas.selector, 10_000_000, 10_000_001)
        );
        terms = termsFor(address(0));
        terms.callbackGasLimit = 1;
        expectRequestRefused(terms, abi.encodeWithSelector(IInferenceCoprocessor.CallbackGas.selector, 0, 1));
        terms = termsFor(address(recorder));
        terms.payment -= 1;
        expectRequestRefused(
            terms,
            abi.encodeWithSelector(
                IInferenceCoprocessor.PaymentTooLow.selector, terms.payment + 1, terms.payment
            )
        );
        terms = termsFor(address(recorder));
        terms.modelId = keccak256("a model without an offer");
        expectRequestRefused(
            terms,
            abi.encodeWithSelector(
                IInferenceCoprocessor.OfferNotOpen.selector,
                OPERATOR,
                terms.modelId,
                address(0),
                address(registry)
            )
        );
    }

    /// The attack: name a registry of one's own, which calls a key Active until the answer is on its way, and then not. The answer is
    /// public by then. An operator is asked only under registries it named itself.
    function test_request_rejectsARegistryThatTheOperatorDoesNotName() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.policy.registry = IEnclaveRegistry(address(0x5e1f));
        expectRequestRefused(
            terms,
            abi.encodeWithSelector(
                IInferenceCoprocessor.OfferNotOpen.selector, OPERATOR, MODEL, address(0), address(0x5e1f)
            )
        );
    }

    function expectRequestRefused(InferenceTerms memory terms, bytes memory reason) private {
        string[] memory outputNames = names();
        bytes memory input = inputs();
        vm.expectRevert(reason);
        vm.prank(REQUESTER);
        coprocessor.requestInference{value: terms.payment}(
            terms, outputNames, input, uint64(block.timestamp + 60)
        );
    }

    function test_request_rejectsWithoutOutputNames() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        bytes memory input = inputs();
        vm.expectRevert(abi.encodeWithSelector(IInferenceCoprocessor.OutputNamesMissing.selector));
        vm.prank(REQUESTER);
        coprocessor.requestInference{value: terms.payment}(
            terms, new string[](0), input, uint64(block.timestamp + 60)
        );
    }

    function test_request_rejectsADeadlineOutOfRange() public {
        expectDeadlineRefused(uint64(block.timestamp));
        expectDeadlineRefused(0);
        expectDeadlineRefused(uint64(block.timestamp + 30 days + 1));
        expectDeadlineRefused(type(uint64).max);
    }

    function expectDeadlineRefused(uint64 deadline) private {
        InferenceTerms memory terms = termsFor(address(recorder));
        string[] memory outputNames = names();
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.DeadlineOutOfRange.selector,
                block.timestamp + 1,
                block.timestamp + 30 days,
                deadline
            )
        );
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash{value: terms.payment}(terms, outputNames, 0, "", deadline);
    }

    function test_request_rejectsOtherEthThanThePayment() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        string[] memory outputNames = names();
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.ValueMismatch.selector, terms.payment, terms.payment - 1
            )
        );
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash{value: terms.payment - 1}(
            terms, outputNames, 0, "", uint64(block.timestamp + 60)
        );
    }

    function test_request_takesATip() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.payment += 1 ether;
        InferenceRequest memory request = ask(terms);
        fulfill(request);
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), terms.payment, "credit");
    }

    function test_request_byHash_isAnsweredLikeAnyOther() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        uint64 deadline = uint64(block.timestamp + 60);
        bytes32 inputHash = keccak256("forty megabytes");
        string[] memory outputNames = names();
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash{value: terms.payment}(
            terms, outputNames, inputHash, "https://operator.example/inputs", deadline
        );
        InferenceRequest memory request = rebuilt(terms, REQUESTER, deadline, 1);
        request.inputHash = inputHash;
        expectTrue(fulfill(request), "callback");
    }

    function test_request_hasAnIdOfItsOwn() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        InferenceRequest memory a = ask(terms);
        InferenceRequest memory b = ask(terms);
        bytes32 idA = coprocessor.requestIdOf(a);
        expectTrue(idA != coprocessor.requestIdOf(b), "two requests, one id");
        expectTrue(idA != new InferenceCoprocessor().requestIdOf(a), "two coprocessors, one id");
        vm.chainId(block.chainid + 1);
        expectTrue(idA != coprocessor.requestIdOf(a), "two chains, one id");
    }

    function test_offer_closedTakesNoRequests_andAnswersThoseItTook() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        vm.prank(OPERATOR);
        coprocessor.setOffer(MODEL, address(0), IEnclaveRegistry(address(registry)), Offer(false, 0, 0));
        InferenceTerms memory terms = termsFor(address(recorder));
        expectRequestRefused(
            terms,
            abi.encodeWithSelector(
                IInferenceCoprocessor.OfferNotOpen.selector, OPERATOR, MODEL, address(0), address(registry)
            )
        );
        expectTrue(fulfill(request), "callback");
    }

    function test_estimateFee_isBasePlusGas() public view {
        expectEqual(
            coprocessor.estimateFee(
                OPERATOR, MODEL, address(0), IEnclaveRegistry(address(registry)), 100_000
            ),
            FEE + 100_000 gwei,
            "fee"
        );
    }

    // ------------------------------------------------------------------ tokens

    function askInToken(Token token) private returns (InferenceRequest memory) {
        openOffer(address(token));
        token.mint(REQUESTER, 10 ether);
        vm.prank(REQUESTER);
        token.approve(address(coprocessor), type(uint256).max);
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.token = address(token);
        return ask(terms);
    }

    function test_token_paysAndRefunds() public {
        Token[2] memory tokens = [new Token(), Token(new SilentToken())];
        for (uint256 i = 0; i < 2; ++i) {
            Token token = tokens[i];
            InferenceRequest memory paid = askInToken(token);
            InferenceRequest memory refunded = ask(paid.terms);
            uint256 payment = paid.terms.payment;
            expectEqual(token.balanceOf(address(coprocessor)), 2 * payment, "held");
            fulfill(paid);
            vm.warp(refunded.deadlineSeconds + 1);
            coprocessor.cancel(refunded);
            vm.prank(OPERATOR);
            coprocessor.withdraw(address(token), OPERATOR);
            vm.prank(REFUND);
            coprocessor.withdraw(address(token), REFUND);
            expectEqual(token.balanceOf(OPERATOR), payment, "operator");
            expectEqual(token.balanceOf(REFUND), payment, "refund");
            expectEqual(token.balanceOf(address(coprocessor)), 0, "left");
        }
    }

    function test_token_thatTakesAFee_isRefused() public {
        FeeToken token = new FeeToken();
        (InferenceTerms memory terms, string[] memory outputNames) = prepared(token);
        uint256 fee = terms.payment / 100;
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.TokenAmountMismatch.selector,
                address(token),
                terms.payment,
                terms.payment - fee
            )
        );
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash(terms, outputNames, 0, "", uint64(block.timestamp + 60));
    }

    function test_token_thatRefuses_isRefused() public {
        RefusingToken token = new RefusingToken();
        (InferenceTerms memory terms, string[] memory outputNames) = prepared(token);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceCoprocessor.TokenTransferFailed.selector, address(token))
        );
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash(terms, outputNames, 0, "", uint64(block.timestamp + 60));
    }

    function test_token_withoutAllowanceOrCode_isRefused() public {
        Token token = new Token();
        (InferenceTerms memory terms, string[] memory outputNames) = prepared(token);
        vm.prank(REQUESTER);
        token.approve(address(coprocessor), terms.payment - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceCoprocessor.TokenTransferFailed.selector, address(token))
        );
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash(terms, outputNames, 0, "", uint64(block.timestamp + 60));

        openOffer(address(0xdead));
        terms.token = address(0xdead);
        vm.prank(REQUESTER);
        try coprocessor.requestInferenceByHash(
            terms, outputNames, 0, "", uint64(block.timestamp + 60)
        ) returns (
            bytes32
        ) {
            revert("accepted");
        } catch {}
    }

    /// ETH sent along with a token request would belong to nobody.
    function test_token_withEth_isRefused() public {
        Token token = new Token();
        (InferenceTerms memory terms, string[] memory outputNames) = prepared(token);
        vm.expectRevert(abi.encodeWithSelector(IInferenceCoprocessor.ValueMismatch.selector, 0, 1));
        vm.prank(REQUESTER);
        coprocessor.requestInferenceByHash{value: 1}(terms, outputNames, 0, "", uint64(block.timestamp + 60));
    }

    function prepared(Token token)
        private
        returns (InferenceTerms memory terms, string[] memory outputNames)
    {
        openOffer(address(token));
        token.mint(REQUESTER, 10 ether);
        vm.prank(REQUESTER);
        token.approve(address(coprocessor), type(uint256).max);
        terms = termsFor(address(recorder));
        terms.token = address(token);
        outputNames = names();
    }

    /// The attack: be called in the middle of one's own deposit, deposit again there, and have the inner one measured twice.
    function test_token_thatCallsBack_cannotDepositWithinADeposit() public {
        HookToken token = new HookToken();
        HookedRequester attacker = new HookedRequester(coprocessor, token);
        openOffer(address(token));
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.token = address(token);
        token.mint(address(attacker), 10 ether);
        attacker.ask(terms, names());
        expectTrue(
            bytes4(attacker.returned()) == IInferenceCoprocessor.TransferReentered.selector, "inner deposit"
        );
        expectEqual(token.balanceOf(address(coprocessor)), terms.payment, "held");
    }

    // ------------------------------------------------------------------ money out

    function test_withdraw_toOneWhoTakesNoEth_losesNothing() public {
        InferenceTerms memory terms = termsFor(address(0));
        Refuser refuser = new Refuser();
        terms.refundTo = address(refuser);
        InferenceRequest memory request = ask(terms);
        vm.warp(request.deadlineSeconds + 1);
        coprocessor.cancel(request);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceCoprocessor.EthTransferFailed.selector, address(refuser))
        );
        refuser.withdraw(coprocessor, address(refuser));
        refuser.withdraw(coprocessor, REFUND);
        expectEqual(REFUND.balance, terms.payment, "refund");
    }

    function test_withdraw_toZero_isRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IInferenceCoprocessor.ZeroAddress.selector));
        coprocessor.withdraw(address(0), address(0));
    }

    /// The attack: take the ETH, and ask for it again before the books are written.
    function test_withdraw_reentered_givesNothingMore() public {
        Reentrant thief = new Reentrant();
        InferenceTerms memory terms = termsFor(address(0));
        terms.refundTo = address(thief);
        InferenceRequest memory request = ask(terms);
        ask(termsFor(address(0))); // somebody else's money, to steal
        vm.warp(request.deadlineSeconds + 1);
        coprocessor.cancel(request);
        thief.setCall(abi.encodeCall(coprocessor.withdraw, (address(0), address(thief))));
        thief.withdraw(coprocessor);
        expectEqual(address(thief).balance, terms.payment, "taken");
        expectTrue(
            bytes4(thief.returned()) == IInferenceCoprocessor.NothingToWithdraw.selector, "second withdrawal"
        );
    }

    // ------------------------------------------------------------------ callbacks that misbehave

    function test_callback_thatFails_isPaidFor_andRetriedByAnyone() public {
        Reverter callback = new Reverter();
        InferenceRequest memory request = ask(termsFor(address(callback)));
        InferenceAnswer memory answer = answerNow();
        InferenceReceipt memory receipt = receiptFor(request, answer);
        bytes memory signature = signedFor(request, answer);

        vm.expectEmit(true, true, true, true, address(coprocessor));
        emit IInferenceCoprocessor.CallbackFailed(
            receipt.requestId,
            receipt,
            answer.outputs,
            abi.encodeWithSelector(Reverter.Unwilling.selector, 42)
        );
        expectFalse(coprocessor.fulfill(request, answer, signature), "callback");
        expectState(request, RequestState.CallbackFailed);
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), request.terms.payment, "credit");
        expectTrue(coprocessor.isAnswer(receipt), "is the answer");

        // No second payment, and no refund.
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.CallbackFailed));
        coprocessor.fulfill(request, answer, signature);
        vm.warp(request.deadlineSeconds + 1);
        vm.expectRevert(wrongState(request, RequestState.Pending, RequestState.CallbackFailed));
        coprocessor.cancel(request);

        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.CallbackReverted.selector,
                receipt.requestId,
                abi.encodeWithSelector(Reverter.Unwilling.selector, 42)
            )
        );
        coprocessor.retryCallback(request, receipt, answer.outputs);
        expectState(request, RequestState.CallbackFailed);

        callback.setWilling(true);
        vm.prank(STRANGER);
        coprocessor.retryCallback(request, receipt, answer.outputs);
        expectState(request, RequestState.Answered);
        expectEqual(callback.calls(), 1, "calls that counted");
        vm.expectRevert(wrongState(request, RequestState.CallbackFailed, RequestState.Answered));
        coprocessor.retryCallback(request, receipt, answer.outputs);
    }

    /// The attack: retry with an answer of one's own.
    function test_retry_rejectsWhatWasNotTheAnswer() public {
        Reverter callback = new Reverter();
        InferenceRequest memory request = ask(termsFor(address(callback)));
        InferenceAnswer memory answer = answerNow();
        fulfill(request);
        callback.setWilling(true);
        bytes32 requestId = coprocessor.requestIdOf(request);

        InferenceAnswer memory other = answerNow();
        other.outputs = scores("logits", 3);
        InferenceReceipt memory receipt = receiptFor(request, other);
        vm.expectRevert(abi.encodeWithSelector(IInferenceCoprocessor.NotTheAnswer.selector, requestId));
        coprocessor.retryCallback(request, receipt, other.outputs);
        receipt = receiptFor(request, answer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInferenceCoprocessor.OutputMismatch.selector, sha256(answer.outputs), sha256(other.outputs)
            )
        );
        coprocessor.retryCallback(request, receipt, other.outputs);

        // Nor with the answer to another request.
        InferenceRequest memory second = ask(termsFor(address(callback)));
        callback.setWilling(false);
        fulfill(second);
        receipt = receiptFor(second, answer);
        vm.expectRevert(abi.encodeWithSelector(IInferenceCoprocessor.NotTheAnswer.selector, requestId));
        coprocessor.retryCallback(request, receipt, answer.outputs);
    }

    function test_retry_rejectsBeforeThereIsAnAnswer() public {
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceReceipt memory receipt = receiptFor(request, answerNow());
        bytes memory outputs = answerNow().outputs;
        vm.expectRevert(wrongState(request, RequestState.CallbackFailed, RequestState.Pending));
        coprocessor.retryCallback(request, receipt, outputs);
    }

    function test_callback_thatBurnsItsGas_costsItsLimitAndNoMore() public {
        GasBurner callback = new GasBurner();
        InferenceRequest memory request = ask(termsFor(address(callback)));
        uint256 before = gasleft();
        expectFalse(fulfill(request), "callback");
        expectTrue(before - gasleft() < CALLBACK_GAS + 250_000, "gas");
        expectState(request, RequestState.CallbackFailed);
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), request.terms.payment, "credit");
    }

    function test_callback_thatReturnsMegabytes_isNotCopied() public {
        for (uint256 i = 0; i < 2; ++i) {
            bool succeeds = i == 0;
            InferenceRequest memory request = ask(termsFor(address(new ReturnBomb(succeeds))));
            uint256 before = gasleft();
            expectTrue(fulfill(request) == succeeds, "callback");
            expectTrue(before - gasleft() < CALLBACK_GAS + 250_000, "gas");
        }
    }

    function test_callback_thatSelfDestructs_isAnAnswerLikeAnyOther() public {
        InferenceRequest memory request = ask(termsFor(address(new SelfDestructor())));
        expectTrue(fulfill(request), "callback");
        expectState(request, RequestState.Answered);
    }

    function test_callback_withoutCode_isAnAnswerLikeAnyOther() public {
        expectTrue(fulfill(ask(termsFor(address(0xdead)))), "callback");
    }

    /// The attack: while being called back, be called back again, be refunded, or have the retry.
    function test_callback_thatReenters_findsItsRequestDone() public {
        bytes4 refused = IInferenceCoprocessor.RequestNotInState.selector;
        for (uint256 i = 0; i < 3; ++i) {
            Reentrant callback = new Reentrant();
            InferenceRequest memory request = ask(termsFor(address(callback)));
            InferenceAnswer memory answer = answerNow();
            bytes memory signature = signedFor(request, answer);
            InferenceReceipt memory receipt = receiptFor(request, answer);
            if (i == 0) callback.setCall(abi.encodeCall(coprocessor.fulfill, (request, answer, signature)));
            if (i == 1) callback.setCall(abi.encodeCall(coprocessor.cancel, (request)));
            if (i == 2) {
                callback.setCall(
                    abi.encodeCall(coprocessor.retryCallback, (request, receipt, answer.outputs))
                );
            }
            expectTrue(coprocessor.fulfill(request, answer, signature), "callback");
            expectFalse(callback.succeeded(), "reentered");
            expectTrue(bytes4(callback.returned()) == refused, "reason");
            expectEqual(callback.calls(), 1, "calls");
        }
    }

    /// The attack: give so little gas that the callback fails for want of it, and leave the answer undelivered.
    /// Whatever gas comes along, either nothing happens or the callback has all that was paid for.
    function testFuzz_gas_isEnoughForTheCallback_orNothingHappens(uint256 gasLimit) public {
        gasLimit = 150_000 + gasLimit % 600_000;
        InferenceRequest memory request = ask(termsFor(address(recorder)));
        InferenceAnswer memory answer = answerNow();
        bytes memory call_ =
            abi.encodeCall(coprocessor.fulfill, (request, answer, signedFor(request, answer)));
        (bool accepted,) = address(coprocessor).call{gas: gasLimit}(call_);
        if (accepted) {
            expectEqual(recorder.calls(), 1, "calls");
            // Its own first steps are the difference.
            expectTrue(recorder.gasGiven() > CALLBACK_GAS - 2000, "gas given");
            expectState(request, RequestState.Answered);
        } else {
            expectEqual(recorder.calls(), 0, "calls");
            expectState(request, RequestState.Pending);
        }
    }

    function testFuzz_gas_ofARetry_isEnough_orNothingHappens(uint256 gasLimit) public {
        gasLimit = 80_000 + gasLimit % 600_000;
        Reverter callback = new Reverter();
        InferenceRequest memory request = ask(termsFor(address(callback)));
        fulfill(request);
        callback.setWilling(true);
        InferenceAnswer memory answer = answerNow();
        bytes memory call_ =
            abi.encodeCall(coprocessor.retryCallback, (request, receiptFor(request, answer), answer.outputs));
        (bool accepted,) = address(coprocessor).call{gas: gasLimit}(call_);
        expectState(request, accepted ? RequestState.Answered : RequestState.CallbackFailed);
        if (accepted) expectTrue(gasLimit > CALLBACK_GAS, "with less than the request's gas");
    }
}

/// Deposits, and tries to deposit again when the token calls.
contract HookedRequester {
    IInferenceCoprocessor private immutable _coprocessor;
    Token private immutable _token;
    InferenceTerms private _terms;
    string[] private _names;
    bool private _inside;
    bytes public returned;

    constructor(IInferenceCoprocessor coprocessor, Token token) {
        (_coprocessor, _token) = (coprocessor, token);
        token.approve(address(coprocessor), type(uint256).max);
    }

    function ask(InferenceTerms memory terms, string[] memory names) external {
        (_terms, _names) = (terms, names);
        _ask();
    }

    function tokensToSend() external {
        if (_inside) return;
        _inside = true;
        (, returned) = address(this).call(abi.encodeCall(this.askAgain, ()));
    }

    function askAgain() external {
        _ask();
    }

    function _ask() private {
        _coprocessor.requestInferenceByHash(_terms, _names, 0, "", uint64(block.timestamp + 60));
    }
}
