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
    SubscriptionSchedule,
    SubscriptionState
} from "../src/IInferenceSubscriptions.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";

contract InferenceSubscriptionsTest is CoprocessorFixture {
    uint32 private constant PERIOD = 1 hours;
    uint128 private payment;

    function setUp() public {
        setUpCoprocessor();
        payment = termsFor(address(recorder)).payment;
    }

    function scheduleFrom(uint64 firstSeconds) private pure returns (SubscriptionSchedule memory) {
        return SubscriptionSchedule(firstSeconds, PERIOD, 10 minutes);
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
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(IInferenceSubscriptions.InstanceNotDue.selector, id, NOW + 100)
        );
        vm.warp(NOW + 100);
        coprocessor.triggerSubscription(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(IInferenceSubscriptions.InstanceNotDue.selector, id, NOW + 100 + PERIOD)
        );
    }

    /// The attack on one's own deposit: nobody triggers for a day, then somebody triggers twenty-four times at once.
    function test_subscription_missedPeriodsDoNotPileUp() public {
        InferenceSubscription memory subscription = open(scheduleFrom(NOW), 100 * payment);
        vm.warp(NOW + 24 * uint64(PERIOD) + 17);
        coprocessor.triggerSubscription(subscription);
        expectEqual(stateOf(subscription).nextSeconds, NOW + 25 * uint64(PERIOD), "next");
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(
                IInferenceSubscriptions.InstanceNotDue.selector, id, NOW + 25 * uint64(PERIOD)
            )
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
        bytes32 id = coprocessor.subscriptionIdOf(subscription);
        expectRefused(
            subscription,
            abi.encodeWithSelector(
                IInferenceSubscriptions.InstanceNotDue.selector, id, NOW + 2 * uint64(PERIOD)
            )
        );
    }

    function testFuzz_subscription_nextIsAheadAndOnSchedule(uint32 first, uint32 period, uint32 wait) public {
        if (period == 0) period = 1;
        InferenceSubscription memory subscription =
            open(SubscriptionSchedule(uint64(NOW) + first, period, 60), payment);
        uint256 time = uint256(NOW) + first + wait;
        vm.warp(time);
        // The fixture's key has expired by then; nothing is answered here.
        coprocessor.triggerSubscription(subscription);
        uint256 next = stateOf(subscription).nextSeconds;
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
        expectScheduleRefused(SubscriptionSchedule(0, 0, 60));
        expectScheduleRefused(SubscriptionSchedule(0, 60, 0));
        expectScheduleRefused(SubscriptionSchedule(0, 60, 30 days + 1));
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
