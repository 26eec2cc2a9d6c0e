// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {InferenceTerms} from "./IInferenceCoprocessor.sol";

/// What a schedule counts.
/// - Seconds: `block.timestamp`.
/// - Blocks: `block.number`, which on some rollups is that of the chain below.
enum ScheduleUnit {
    Seconds,
    Blocks
}

/// When a subscription's instances fall due.
/// @param unit Of `first` and `period`.
/// @param first When the first one may be triggered, and what the others are counted from. Zero or past: at once, and
/// the second as soon as the count reaches a whole period, which may be one second or block later.
/// @param period From one to the next.
/// @param answerSeconds How long after its trigger an instance may be answered: seconds in either unit.
struct SubscriptionSchedule {
    ScheduleUnit unit;
    uint64 first;
    uint32 period;
    uint32 answerSeconds;
}

/// A subscription as it stands. Like a request it is kept by its hash alone; `SubscriptionOpened` has it.
/// @param terms Of each instance; `payment` is for one.
/// @param subscriber Who opened it; the requester of every instance.
/// @param inputHash SHA-256 of the canonical encoding of the input tensors, the same for every instance.
/// @param outputNamesHash `OutputNames.hash` of the outputs wanted.
/// @param nonce Counts this coprocessor's subscriptions.
/// @param parentHash Hash of the block before the subscription's.
struct InferenceSubscription {
    InferenceTerms terms;
    address subscriber;
    bytes32 inputHash;
    bytes32 outputNamesHash;
    SubscriptionSchedule schedule;
    uint64 nonce;
    bytes32 parentHash;
}

/// What stands behind a subscription at the moment.
/// @param open False when it never was, or was closed.
/// @param deposit Pays for instances.
/// @param next When the next instance may be triggered, in the schedule's unit.
struct SubscriptionState {
    bool open;
    uint128 deposit;
    uint64 next;
}

/// @title The same question again and again, while the deposit lasts.
///
/// @notice Nothing happens by itself on a chain: anyone may trigger an instance once it is due, most likely the operator, who is paid for
/// it. An instance is an ordinary request, made in the subscriber's name. Periods in which nobody triggered are gone: the next
/// due time follows the schedule, so they never pile up.
interface IInferenceSubscriptions {
    /// No such subscription, or it was closed. The likely cause is a changed field: the id is the hash of all.
    error SubscriptionNotOpen(bytes32 subscriptionId);
    /// Only the subscriber closes a subscription.
    error NotSubscriber(address subscriber, address caller);
    /// A period of zero, or an answer time of zero or beyond what money may be locked.
    error ScheduleInvalid(SubscriptionSchedule schedule);
    /// Too early for the next instance; both in the schedule's unit.
    error InstanceNotDue(bytes32 subscriptionId, uint64 next, uint256 received);
    /// The deposit does not pay for another instance.
    error DepositTooLow(bytes32 subscriptionId, uint256 expected, uint256 received);
    /// The input is not the one that was named by its hash.
    error InputMismatch(bytes32 expected, bytes32 received);

    /// A subscription began. `input` is empty when the input does not travel on chain: then `inputUri` says where it is.
    event SubscriptionOpened(
        bytes32 indexed subscriptionId,
        address indexed subscriber,
        address indexed operator,
        InferenceSubscription subscription,
        uint128 deposit,
        string[] outputNames,
        bytes input,
        string inputUri
    );
    /// Someone added to a deposit, which is `deposit` since.
    event SubscriptionFunded(
        bytes32 indexed subscriptionId, address indexed payer, uint128 amount, uint128 deposit
    );
    /// An instance became the request `requestId`, whose `InferenceRequested` stands beside this event without names and input:
    /// those are in `SubscriptionOpened`. `next` is in the schedule's unit.
    event SubscriptionTriggered(
        bytes32 indexed subscriptionId, bytes32 indexed requestId, uint128 deposit, uint64 next
    );
    /// The subscription ended; what was left was credited to its terms' `refundTo`.
    event SubscriptionClosed(bytes32 indexed subscriptionId, uint128 refund);

    /// @notice Begins a subscription, paid in advance with `deposit` in the terms' token.
    /// @param inputHash SHA-256 of the input. `input` is either empty or has this hash.
    function openSubscription(
        InferenceTerms calldata terms,
        SubscriptionSchedule calldata schedule,
        string[] calldata outputNames,
        bytes32 inputHash,
        bytes calldata input,
        string calldata inputUri,
        uint128 deposit
    ) external payable returns (bytes32 subscriptionId);

    /// @notice Adds to the deposit. Anyone may; it belongs to the subscriber from then on.
    function fundSubscription(InferenceSubscription calldata subscription, uint128 amount) external payable;

    /// @notice Makes the request that is due. Anyone may. Reverts also when the operator's price has risen above the
    /// terms' payment, or its offer is closed.
    function triggerSubscription(InferenceSubscription calldata subscription)
        external
        returns (bytes32 requestId);

    /// @notice Ends it. Requests made before are not touched.
    function closeSubscription(InferenceSubscription calldata subscription) external;

    /// @notice keccak256 of a word that keeps it apart from request ids, chain id, this contract and the subscription.
    function subscriptionIdOf(InferenceSubscription calldata subscription) external view returns (bytes32);

    /// @notice Where a subscription stands.
    function subscriptionState(bytes32 subscriptionId) external view returns (SubscriptionState memory);
}
