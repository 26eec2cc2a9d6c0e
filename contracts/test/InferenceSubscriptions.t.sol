// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../src/IEnclaveRegistry.sol";
import {
    IInferenceCoprocessor,
    InferenceAnswer,
    InferenceRequest,
    InferenceTerms,
    Offer,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {
    IInferenceSubscriptions,
    InferenceSubscription,
    ScheduleUnit,
    SubscriptionSchedule,
    SubscriptionState
} from "../src/IInferenceSubscriptions.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {InferenceCoprocessor} from "../src/InferenceCoprocessor.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";
import {HookToken} from "./CoprocessorMocks.sol";

contract InferenceSubscriptionsTest is CoprocessorFixture {
    uint32 private constant PERIOD = 1 hours;
    uint32 private constant BLOCKS = 25;
    uint128 private payment;

    function setUp() public {
        setUpCoprocessor();
        payment = termsFor(address(recorder)).payment;
    }

    function scheduleFrom(uint64 firstSeconds) private pure returns (SubscriptionSchedule memory) {
        return SubscriptionSchedule(ScheduleUnit.Seconds, firstSeconds, PERIOD, 10 minutes);
    }

    function blocksFrom(uint64 firstBlock) private pure returns (SubscriptionSchedule memory) {
        return SubscriptionSchedule(ScheduleUnit.Blocks, firstBlock, BLOCKS, 10 minutes);
    }

    function notDue(InferenceSubscription memory subscription, uint64 next, uint256 received)
        private
        view
        returns (bytes memory)
    {
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        return abi.encodeWithSelector(IInferenceSubscriptions.InstanceNotDue.selector, id, next, received);
    }

    function open(SubscriptionSchedule memory schedule, uint128 deposit)
        private
        returns (InferenceSubscription memory subscription)
    {
        InferenceTerms memory terms = termsFor(address(recorder));
        bytes memory input = inputs();
        string[] memory outputNames = names();
        bytes32 inputHash = sha256(input);
        vm.prank(REQUESTER);
        bytes32 id = coprocessor.openSubscription{value: deposit}(
            terms, schedule, outputNames, inputHash, input, "", deposit
        );
        subscription = InferenceSubscription({
            terms: terms,
            subscriber: REQUESTER,
            inputHash: inputHash,
            outputNamesHash: OutputNames.hash(outputNames),
            schedule: schedule,
            nonce: 1,
            parentHash: blockhash(block.number - 1)
        });
        expectEqual(coprocessor.subscriptionIdOf(subscription), id, "subscription id");
    }

    function stateOf(InferenceSubscription memory subscription)
        private
        view
        returns (SubscriptionState memory)
    {
        return coprocessor.subscriptionState(coprocessor.subscriptionIdOf(subscription));
    }

    function expectRefused(InferenceSubscription memory subscription, bytes memory reason) private {
        vm.expectRevert(reason);
        coprocessor.triggerSubscription(subscription);
    }

    function test_subscription_asksInTheSubscribersName_andIsAnswered() public {
        InferenceSubscription memory subscription = open(scheduleFrom(0), 3 * payment);
        vm.prank(STRANGER);
        bytes32 requestId = coprocessor.triggerSubscription(subscription);
        InferenceRequest memory request =
            rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), 1);
        expectEqual(coprocessor.requestIdOf(request), requestId, "request id");
        InferenceAnswer memory answer = answerNow();
        expectTrue(coprocessor.fulfill(request, answer, signedFor(request, answer)), "callback");
        expectEqual(recorder.requester(), REQUESTER, "requester");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), payment, "credit");
        expectEqual(stateOf(subscription).deposit, 2 * payment, "deposit");
    }

    function test_subscription_waitsForItsTime() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW + 100), 3 * payment);
        expectRefused(subscription, notDue(subscription, NOW + 100, NOW));
        vm.warp(NOW + 100);
        coprocessor.triggerSubscription(subscription);
        expectRefused(subscription, notDue(subscription, NOW + 100 + PERIOD, NOW + 100));
    }

    function test_subscription_inBlocks_waitsForItsBlock_whateverTheClockSays() public {
        InferenceSubscription memory subscription = open(blocksFrom(1010), 3 * payment);
        vm.warp(NOW + 30 days);
        expectRefused(subscription, notDue(subscription, 1010, 1000));
        vm.roll(1010);
        coprocessor.triggerSubscription(subscription);
        vm.warp(NOW + 60 days);
        vm.roll(1010 + BLOCKS - 1);
        expectRefused(subscription, notDue(subscription, 1010 + BLOCKS, 1010 + BLOCKS - 1));
        vm.roll(1010 + BLOCKS);
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).deposit, payment, "deposit");
        expectEqual(stateOf(subscription).next, 1010 + 2 * BLOCKS, "next");
    }

    function test_subscription_inBlocks_missedOnesDoNotPileUp() public {
        InferenceSubscription memory subscription = open(blocksFrom(0), 100 * payment);
        coprocessor.triggerSubscription(subscription);
        vm.roll(1000 + 24 * BLOCKS + 7);
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).next, 1000 + 25 * BLOCKS, "next");
        expectRefused(subscription, notDue(subscription, 1000 + 25 * BLOCKS, 1000 + 24 * BLOCKS + 7));
    }

    /// The attack: hold many blocks back and bring them out in one second, or set the clock ahead. Only what the schedule counts counts.
    function test_subscription_inSeconds_ignoresBlocks() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 100 * payment);
        coprocessor.triggerSubscription(subscription);
        vm.roll(2_000_000);
        expectRefused(subscription, notDue(subscription, NOW + PERIOD, NOW));
    }

    /// The attack: trigger a subscription in seconds as though it counted blocks, of which there are fewer; or by a unit that is none.
    function test_subscription_rejectsAnotherUnitThanItsOwn() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 3 * payment);
        subscription.schedule.unit = ScheduleUnit.Blocks;
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription, abi.encodeWithSelector(IInferenceSubscriptions.SubscriptionNotOpen.selector, id)
        );
        bytes memory call_ = abi.encodeCall(coprocessor.triggerSubscription, (subscription));
        // The unit is the first word of the schedule, after twelve of terms, subscriber, and two hashes.
        call_[4 + 16 * 32 - 1] = 0x02;
        (bool accepted, bytes memory reason) = address(coprocessor).call(call_);
        expectFalse(accepted, "a unit that is none");
        expectEqual(reason.length, 0, "refused before it is looked up");
    }

    /// The attack: two triggers in one transaction, from a contract.
    function test_subscription_triggersOnceInATransaction() public {
        InferenceSubscription memory subscription = open(blocksFrom(0), 100 * payment);
        TwiceTrigger twice = new TwiceTrigger();
        (bool first, bool second) =
            twice.run(address(coprocessor), abi.encodeCall(coprocessor.triggerSubscription, (subscription)));
        expectTrue(first, "first");
        expectFalse(second, "second");
        expectEqual(stateOf(subscription).deposit, 99 * payment, "deposit");
    }

    /// The attack: one answer for two periods. Input, model and outputs are the same; the request is not.
    function test_subscription_anAnswerIsGoodForOnePeriod() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 3 * payment);
        coprocessor.triggerSubscription(subscription);
        InferenceRequest memory first =
            rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), 1);
        InferenceAnswer memory answer = answerNow();
        bytes memory signature = signedFor(first, answer);
        coprocessor.fulfill(first, answer, signature);

        vm.warp(NOW + PERIOD);
        vm.roll(block.number + 300);
        coprocessor.triggerSubscription(subscription);
        InferenceRequest memory second =
            rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), 2);
        expectState(second, RequestState.Pending);
        try coprocessor.fulfill(second, answer, signature) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(
                bytes4(reason) == IInferenceCoprocessor.KeyNotActive.selector, "another signer comes out"
            );
        }
        // And the first one, once more, with a period gone by.
        try coprocessor.fulfill(first, answer, signature) returns (bool) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == IInferenceCoprocessor.RequestNotInState.selector, "answered already");
        }
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), payment, "one payment");
    }

    /// The attack: while the operator is away, a stranger triggers whatever falls due. The deposit ends in the subscriber's refunds:
    /// not with the stranger, and not with the operator.
    function test_subscription_triggeredForNobody_givesItsDepositBack() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 3 * payment);
        for (uint64 i = 1; i <= 3; ++i) {
            vm.prank(STRANGER);
            coprocessor.triggerSubscription(subscription);
            InferenceRequest memory request =
                rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), i);
            vm.warp(block.timestamp + PERIOD);
            vm.prank(STRANGER);
            coprocessor.cancel(request);
        }
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(IInferenceSubscriptions.DepositTooLow.selector, id, payment, 0)
        );
        expectEqual(coprocessor.creditOf(REFUND, address(0)), 3 * payment, "refunds");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), 0, "operator");
        expectEqual(coprocessor.creditOf(STRANGER, address(0)), 0, "stranger");
    }

    /// The attack: close while an instance is under way, to have its payment back twice.
    function test_subscription_closedWithAnInstanceUnderWay_givesNothingTwice() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 2 * payment);
        coprocessor.triggerSubscription(subscription);
        InferenceRequest memory request =
            rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), 1);
        vm.prank(REQUESTER);
        coprocessor.closeSubscription(subscription);
        expectEqual(coprocessor.creditOf(REFUND, address(0)), payment, "what was left");
        InferenceAnswer memory answer = answerNow();
        coprocessor.fulfill(request, answer, signedFor(request, answer));
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), payment, "the instance is paid");
        expectEqual(address(coprocessor).balance, 2 * payment, "held");
    }

    /// The attack: an instance's callback comes back in, to trigger, to close, to withdraw what is not its own.
    function test_subscription_callbackThatComesBackIn_findsNothingDue() public {
        SubscriptionReentrant reentrant = new SubscriptionReentrant();
        InferenceTerms memory terms = termsFor(address(reentrant));
        vm.deal(address(reentrant), 3 * payment);
        InferenceSubscription memory subscription =
            reentrant.open(coprocessor, terms, scheduleFrom(NOW), names(), inputs(), 3 * payment);
        expectEqual(
            coprocessor.subscriptionState(coprocessor.subscriptionIdOf(subscription)).deposit,
            3 * payment,
            "opened"
        );
        coprocessor.triggerSubscription(subscription);
        InferenceRequest memory request =
            rebuilt(terms, address(reentrant), uint64(block.timestamp + 10 minutes), 1);
        InferenceAnswer memory answer = answerNow();
        expectTrue(coprocessor.fulfill(request, answer, signedFor(request, answer)), "callback");
        expectFalse(reentrant.triggered(), "a second instance from within");
        expectTrue(reentrant.closed(), "its own subscription it may close");
        expectEqual(coprocessor.creditOf(REFUND, address(0)), 2 * payment, "refund");
        expectEqual(coprocessor.creditOf(OPERATOR, address(0)), payment, "operator");
        expectEqual(address(coprocessor).balance, 3 * payment, "held");
    }

    /// The attack: a token's hook closes the subscription while more is paid into it, so that the money lands in nothing.
    function test_subscription_closedWhileItIsFunded_takesNoMoney() public {
        HookToken token = new HookToken();
        openOffer(address(token));
        SubscriptionReentrant subscriber = new SubscriptionReentrant();
        token.mint(address(subscriber), 10 * payment);
        InferenceTerms memory terms = termsFor(address(recorder));
        terms.token = address(token);
        subscriber.open(coprocessor, terms, scheduleFrom(NOW), names(), inputs(), payment);
        expectFalse(subscriber.fund(payment), "funded what it closed meanwhile");
        expectEqual(token.balanceOf(address(coprocessor)), payment, "held");
        expectEqual(token.balanceOf(address(subscriber)), 9 * payment, "kept");
    }

    /// The attack on one's own deposit: nobody triggers for a day, then somebody triggers twenty-four times at once.
    function test_subscription_missedPeriodsDoNotPileUp() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 100 * payment);
        vm.warp(NOW + 24 * uint64(PERIOD) + 17);
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).next, NOW + 25 * uint64(PERIOD), "next");
        expectRefused(
            subscription, notDue(subscription, NOW + 25 * uint64(PERIOD), NOW + 24 * uint64(PERIOD) + 17)
        );
    }

    /// The last second of one period, the first of the next: two payments, and never a third.
    function test_subscription_mayFallDueTwiceInTwoSeconds_forTwoPeriods() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 100 * payment);
        vm.warp(NOW + uint64(PERIOD) - 1);
        coprocessor.triggerSubscription(subscription);
        vm.warp(NOW + uint64(PERIOD));
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).deposit, 98 * payment, "two");
        expectRefused(subscription, notDue(subscription, NOW + 2 * uint64(PERIOD), NOW + uint64(PERIOD)));
    }

    function testFuzz_subscription_nextIsAheadAndOnSchedule(
        bool inBlocks,
        uint32 first,
        uint32 period,
        uint32 wait
    ) public {
        if (period == 0) period = 1;
        ScheduleUnit unit = inBlocks ? ScheduleUnit.Blocks : ScheduleUnit.Seconds;
        InferenceSubscription memory subscription =
            open(SubscriptionSchedule(unit, uint64(NOW) + first, period, 60), payment);
        uint256 time = uint256(NOW) + first + wait;
        if (inBlocks) vm.roll(time);
        else vm.warp(time);
        // The fixture's key has expired by then; nothing is answered here.
        coprocessor.triggerSubscription(subscription);
        uint256 next = stateOf(subscription).next;
        expectTrue(next > time && next <= time + period, "ahead, by one period at most");
        expectEqual((next - NOW - first) % period, 0, "on schedule");
    }

    function test_subscription_endsWithItsDeposit_andGoesOnWhenFunded() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 2 * payment - 1);
        coprocessor.triggerSubscription(subscription);
        vm.warp(NOW + PERIOD);
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(IInferenceSubscriptions.DepositTooLow.selector, id, payment, payment - 1)
        );
        vm.deal(STRANGER, 1 ether);
        vm.prank(STRANGER);
        coprocessor.fundSubscription{value: 1}(subscription, 1);
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).deposit, 0, "deposit");
    }

    function test_subscription_stopsWhenThePriceRises() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 2 * payment);
        vm.prank(OPERATOR);
        coprocessor.setOffer(
            MODEL, address(0), IEnclaveRegistry(address(registry)), Offer(true, FEE + 1, 1 gwei)
        );
        expectRefused(
            subscription,
            abi.encodeWithSelector(IInferenceCoprocessor.PaymentTooLow.selector, payment + 1, payment)
        );
    }

    function test_subscription_closesForItsSubscriberAlone_andGivesTheRestBack() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 3 * payment);
        coprocessor.triggerSubscription(subscription);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceSubscriptions.NotSubscriber.selector, REQUESTER, STRANGER)
        );
        vm.prank(STRANGER);
        coprocessor.closeSubscription(subscription);
        vm.prank(REQUESTER);
        coprocessor.closeSubscription(subscription);
        expectEqual(coprocessor.creditOf(REFUND, address(0)), 2 * payment, "refund");

        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        bytes memory closed = abi.encodeWithSelector(IInferenceSubscriptions.SubscriptionNotOpen.selector, id);
        vm.expectRevert(closed);
        vm.prank(REQUESTER);
        coprocessor.closeSubscription(subscription);
        vm.expectRevert(closed);
        vm.prank(REQUESTER);
        coprocessor.fundSubscription{value: 1}(subscription, 1);
        expectRefused(subscription, closed);
    }

    /// An instance that nobody answers is refunded like any request.
    function test_subscription_instanceWithoutAnswerIsRefunded() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), payment);
        coprocessor.triggerSubscription(subscription);
        InferenceRequest memory request =
            rebuilt(subscription.terms, REQUESTER, uint64(block.timestamp + 10 minutes), 1);
        vm.warp(block.timestamp + 10 minutes + 1);
        coprocessor.cancel(request);
        expectState(request, RequestState.Refunded);
        expectEqual(coprocessor.creditOf(REFUND, address(0)), payment, "refund");
    }

    function test_subscription_rejectsSchedulesThatCannotWork() public {
        expectScheduleRefused(SubscriptionSchedule(ScheduleUnit.Seconds, 0, 0, 60));
        expectScheduleRefused(SubscriptionSchedule(ScheduleUnit.Blocks, 0, 60, 0));
        expectScheduleRefused(SubscriptionSchedule(ScheduleUnit.Blocks, 0, 60, 30 days + 1));
    }

    function expectScheduleRefused(SubscriptionSchedule memory schedule) private {
        InferenceTerms memory terms = termsFor(address(recorder));
        string[] memory outputNames = names();
        vm.expectRevert(abi.encodeWithSelector(IInferenceSubscriptions.ScheduleInvalid.selector, schedule));
        vm.prank(REQUESTER);
        coprocessor.openSubscription(terms, schedule, outputNames, 0, "", "", 0);
    }

    function test_subscription_rejectsAnotherInputThanItsHash() public {
        InferenceTerms memory terms = termsFor(address(recorder));
        string[] memory outputNames = names();
        bytes memory input = inputs();
        bytes32 received = sha256(input);
        vm.expectRevert(
            abi.encodeWithSelector(IInferenceSubscriptions.InputMismatch.selector, bytes32(0), received)
        );
        vm.prank(REQUESTER);
        coprocessor.openSubscription(terms, scheduleFrom(0), outputNames, 0, input, "", 0);
    }
}

/// Makes the same call twice in one transaction.
contract TwiceTrigger {
    function run(address target, bytes calldata call_) external returns (bool first, bool second) {
        (first,) = target.call(call_);
        (second,) = target.call(call_);
    }
}

/// A subscriber that is its own callback, and comes back in by any door when it is called, by the coprocessor or by a token.
contract SubscriptionReentrant {
    bool public triggered;
    bool public closed;
    InferenceCoprocessor private _coprocessor;
    InferenceSubscription private _subscription;
    bool private _closesOnTransfer;

    function open(
        InferenceCoprocessor coprocessor,
        InferenceTerms memory terms,
        SubscriptionSchedule memory schedule,
        string[] memory outputNames,
        bytes memory input,
        uint128 deposit
    ) external returns (InferenceSubscription memory) {
        _coprocessor = coprocessor;
        uint256 value = terms.token == address(0) ? deposit : 0;
        if (value == 0) HookToken(terms.token).approve(address(coprocessor), type(uint256).max);
        bytes32 inputHash = sha256(input);
        coprocessor.openSubscription{value: value}(terms, schedule, outputNames, inputHash, "", "", deposit);
        _subscription = InferenceSubscription({
            terms: terms,
            subscriber: address(this),
            inputHash: inputHash,
            outputNamesHash: OutputNames.hash(outputNames),
            schedule: schedule,
            nonce: 1,
            parentHash: blockhash(block.number - 1)
        });
        return _subscription;
    }

    function fund(uint128 amount) external returns (bool funded) {
        _closesOnTransfer = true;
        try _coprocessor.fundSubscription(_subscription, amount) {
            funded = true;
        } catch {}
    }

    function tokensToSend() external {
        if (_closesOnTransfer) _coprocessor.closeSubscription(_subscription);
    }

    function onInference(address, InferenceReceipt calldata, bytes calldata) external {
        try _coprocessor.triggerSubscription(_subscription) {
            triggered = true;
        } catch {}
        try _coprocessor.closeSubscription(_subscription) {
            closed = true;
        } catch {}
    }
}
