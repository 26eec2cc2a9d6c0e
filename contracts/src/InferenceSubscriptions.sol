// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {InferenceRequest, InferenceTerms} from "./IInferenceCoprocessor.sol";
import {
    IInferenceSubscriptions,
    InferenceSubscription,
    ScheduleUnit,
    SubscriptionSchedule,
    SubscriptionState
} from "./IInferenceSubscriptions.sol";
import {InferenceRequests} from "./InferenceRequests.sol";

/// @notice Deposits that turn into requests, period by period. See IInferenceSubscriptions.
abstract contract InferenceSubscriptions is InferenceRequests, IInferenceSubscriptions {
    /// Keeps subscription ids apart from request ids.
    bytes32 private constant SUBSCRIPTION = keccak256("nacre/subscription/1");

    uint64 private _subscriptionCount;
    mapping(bytes32 subscriptionId => SubscriptionState) private _subscriptions;

    /// @inheritdoc IInferenceSubscriptions
    function openSubscription(
        InferenceTerms calldata terms,
        SubscriptionSchedule calldata schedule,
        string[] calldata outputNames,
        bytes32 inputHash,
        bytes calldata input,
        string calldata inputUri,
        uint128 deposit
    ) external payable returns (bytes32 subscriptionId) {
        _requireTerms(terms);
        _requireSchedule(schedule);
        if (input.length != 0) {
            require(sha256(input) == inputHash, InputMismatch(inputHash, sha256(input)));
        }
        _collect(terms.token, deposit);
        InferenceSubscription memory subscription = InferenceSubscription({
            terms: terms,
            subscriber: msg.sender,
            inputHash: inputHash,
            outputNamesHash: _namesHash(outputNames),
            schedule: schedule,
            nonce: ++_subscriptionCount,
            parentHash: blockhash(block.number - 1)
        });
        subscriptionId = keccak256(abi.encode(SUBSCRIPTION, block.chainid, address(this), subscription));
        _subscriptions[subscriptionId] = SubscriptionState(true, deposit, schedule.first);
        emit SubscriptionOpened(
            subscriptionId, msg.sender, terms.operator, subscription, deposit, outputNames, input, inputUri
        );
    }

    /// @inheritdoc IInferenceSubscriptions
    function fundSubscription(InferenceSubscription calldata subscription, uint128 amount) external payable {
        // In this order: a token could use the transfer to close the subscription.
        _collect(subscription.terms.token, amount);
        (bytes32 subscriptionId, SubscriptionState storage state) = _requireOpen(subscription);
        state.deposit += amount;
        emit SubscriptionFunded(subscriptionId, msg.sender, amount, state.deposit);
    }

    /// @inheritdoc IInferenceSubscriptions
    function triggerSubscription(InferenceSubscription calldata subscription)
        external
        returns (bytes32 requestId)
    {
        (bytes32 subscriptionId, SubscriptionState storage state) = _requireOpen(subscription);
        uint256 time = _timeOf(subscription.schedule.unit);
        uint64 next = state.next;
        require(time >= next, InstanceNotDue(subscriptionId, next, time));
        InferenceTerms calldata terms = subscription.terms;
        uint128 deposit = state.deposit;
        require(deposit >= terms.payment, DepositTooLow(subscriptionId, terms.payment, deposit));
        _requirePrice(terms);

        unchecked { // deposit >= payment
            deposit -= terms.payment;
        }
        next = _following(subscription.schedule, time);
        (state.deposit, state.next) = (deposit, next);
        InferenceRequest memory request;
        (requestId, request) = _record(
            terms,
            subscription.subscriber,
            subscription.inputHash,
            subscription.outputNamesHash,
            uint64(block.timestamp + subscription.schedule.answerSeconds)
        );
        emit InferenceRequested(
            requestId, subscription.subscriber, terms.operator, request, new string[](0), "", ""
        );
        emit SubscriptionTriggered(subscriptionId, requestId, deposit, next);
    }

    /// @inheritdoc IInferenceSubscriptions
    function closeSubscription(InferenceSubscription calldata subscription) external {
        (bytes32 subscriptionId, SubscriptionState storage state) = _requireOpen(subscription);
        require(msg.sender == subscription.subscriber, NotSubscriber(subscription.subscriber, msg.sender));
        uint128 refund = state.deposit;
        delete _subscriptions[subscriptionId];
        _credit(subscription.terms.refundTo, subscription.terms.token, refund);
        emit SubscriptionClosed(subscriptionId, refund);
    }

    /// @inheritdoc IInferenceSubscriptions
    function subscriptionIdOf(InferenceSubscription calldata subscription) public view returns (bytes32) {
        return keccak256(abi.encode(SUBSCRIPTION, block.chainid, address(this), subscription));
    }

    /// @inheritdoc IInferenceSubscriptions
    function subscriptionState(bytes32 subscriptionId) external view returns (SubscriptionState memory) {
        return _subscriptions[subscriptionId];
    }

    function _requireOpen(InferenceSubscription calldata subscription)
        private
        view
        returns (bytes32 subscriptionId, SubscriptionState storage state)
    {
        subscriptionId = subscriptionIdOf(subscription);
        state = _subscriptions[subscriptionId];
        require(state.open, SubscriptionNotOpen(subscriptionId));
    }

    function _requireSchedule(SubscriptionSchedule calldata schedule) private pure {
        bool valid = schedule.period != 0 && schedule.answerSeconds != 0
            && schedule.answerSeconds <= DEADLINE_AHEAD_SECONDS_MAX;
        require(valid, ScheduleInvalid(schedule));
    }

    function _timeOf(ScheduleUnit unit) private view returns (uint256) {
        return unit == ScheduleUnit.Seconds ? block.timestamp : block.number;
    }

    /// @dev The first due time of the schedule that lies ahead: missed ones are gone. Only called when one is due.
    function _following(SubscriptionSchedule calldata schedule, uint256 time) private pure returns (uint64) {
        uint256 elapsed = time - schedule.first;
        uint256 periods = elapsed / schedule.period + 1;
        return uint64(schedule.first + periods * schedule.period);
    }
}
