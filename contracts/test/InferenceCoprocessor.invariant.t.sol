// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, KeyStatus} from "../src/IEnclaveRegistry.sol";
import {
    BatchedAnswer,
    IInferenceCallback,
    InferenceAnswer,
    InferenceRequest,
    InferenceTerms,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {InferenceSubscription, ScheduleUnit, SubscriptionSchedule} from "../src/IInferenceSubscriptions.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {LogCheckpoint} from "../src/LogCheckpoint.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";
import {SilentToken, Token} from "./CoprocessorMocks.sol";
import {LogTree} from "./LogTree.sol";

/// A callback that does something else each time, as its dice say: nothing, fail, burn, bomb twice, or come back in by any door.
contract Mischief is IInferenceCallback {
    mapping(bytes32 requestId => uint256) public successes;
    uint256 private _dice;
    bytes private _call;

    function arm(uint256 dice, bytes calldata call_) external {
        (_dice, _call) = (dice, call_);
    }

    function onInference(address, InferenceReceipt calldata receipt, bytes calldata) external {
        ++successes[receipt.requestId];
        uint256 what = _dice % 6;
        if (what == 1) revert("no");
        if (what == 2) {
            assembly {
                invalid()
            }
        }
        if (what == 3) {
            assembly {
                revert(0, 100000)
            }
        }
        if (what == 4) {
            (bool accepted,) = msg.sender.call(_call);
            accepted;
        }
        if (what == 5) {
            assembly {
                return(0, 100000)
            }
        }
    }
}

/// Plays requesters, operators, fulfillers, the registry's owner and time at random, in ETH and in a token, and keeps its own books.
contract CoprocessorActor is CoprocessorFixture {
    Mischief public mischief;
    Token public token;

    InferenceRequest[] private _requests;
    InferenceAnswer[] private _answers;
    InferenceSubscription[] private _subscriptions;
    uint256 private _subscriptionsOpened;

    mapping(address => uint256) public deposited;
    mapping(address => uint256) public withdrawn;
    mapping(address => uint256) public pending;
    mapping(bytes32 => RequestState) public lastState;
    bool public wentBackwards;
    bool public paidTwice;
    bool public answeredByARevokedKey;
    uint256 public fulfilments;
    uint256 public refunds;

    constructor() {
        setUpCoprocessor();
        mischief = new Mischief();
        token = new SilentToken();
        openOffer(address(token));
        token.mint(REQUESTER, 1e30);
        vm.prank(REQUESTER);
        token.approve(address(coprocessor), type(uint256).max);
        vm.deal(REQUESTER, 1e30);
    }

    // ------------------------------------------------------------------ actions

    function request(uint256 dice) public {
        InferenceTerms memory terms = termsFor(dice % 5 == 0 ? address(0) : address(mischief));
        terms.token = currency(dice >> 8);
        terms.payment += uint128(dice >> 200);
        terms.refundTo = dice % 3 == 0 ? OPERATOR : REFUND;
        InferenceRequest memory made = ask(terms);
        deposited[terms.token] += terms.payment;
        _requests.push(made);
        _answers.push();
        remember();
    }

    function answer(uint256 index, uint256 dice) public {
        if (_requests.length == 0) return;
        index %= _requests.length;
        InferenceRequest memory made = _requests[index];
        InferenceAnswer memory brought = answerNow();
        brought.sequence = uint64(index + 1);
        bytes memory call_ = abi.encodeCall(coprocessor.fulfill, (made, brought, signedFor(made, brought)));
        arm(dice, call_);
        bool wasRevoked = registry.keyStatus(key) != KeyStatus.Active;
        uint256 owed = owedToAll(made.terms.token);
        (bool accepted,) = address(coprocessor).call{gas: 300_000 + dice % 1_000_000}(call_);
        if (accepted) noteFulfilment(index, brought, wasRevoked, owed);
        remember();
    }

    function answerBatch(uint256 first, uint256 dice) public {
        if (_requests.length == 0) return;
        uint256 count = 1 + dice % 4;
        bytes32[] memory leaves = new bytes32[](count + 1);
        BatchedAnswer[] memory batch = new BatchedAnswer[](count);
        for (uint256 i = 0; i < count; ++i) {
            batch[i].request = _requests[(first % _requests.length + i) % _requests.length];
            batch[i].answer = answerNow();
            batch[i].answer.sequence = uint64(i + 1);
            leaves[i + 1] = receiptDigest(receiptFor(batch[i].request, batch[i].answer), address(coprocessor));
        }
        for (uint256 i = 0; i < count; ++i) {
            batch[i].proof = LogTree.proof(leaves, i + 1);
        }
        LogCheckpoint memory checkpoint =
            LogCheckpoint(uint64(count + 1), LogTree.root(leaves), uint64(block.timestamp * 1000));
        bytes memory call_ = abi.encodeCall(
            coprocessor.fulfillBatch, (batch, checkpoint, bytes65(ENCLAVE_KEY, checkpointDigest(checkpoint)))
        );
        arm(dice >> 8, call_);
        bool wasRevoked = registry.keyStatus(key) != KeyStatus.Active;
        (bool accepted, bytes memory returned) = address(coprocessor).call(call_);
        if (accepted && abi.decode(returned, (uint256)) != 0) {
            if (wasRevoked) answeredByARevokedKey = true;
            for (uint256 i = 0; i < count; ++i) {
                uint256 index = (first % _requests.length + i) % _requests.length;
                if (_answers[index].sequence == 0) _answers[index] = batch[i].answer;
            }
        }
        remember();
    }

    function cancel(uint256 index) public {
        if (_requests.length == 0) return;
        InferenceRequest memory made = _requests[index % _requests.length];
        try coprocessor.cancel(made) {
            ++refunds;
        } catch {}
        remember();
    }

    function retry(uint256 index, uint256 dice) public {
        if (_requests.length == 0) return;
        index %= _requests.length;
        InferenceRequest memory made = _requests[index];
        bytes memory call_ = abi.encodeCall(
            coprocessor.retryCallback, (made, receiptFor(made, _answers[index]), _answers[index].outputs)
        );
        arm(dice, call_);
        (bool accepted,) = address(coprocessor).call(call_);
        accepted;
        remember();
    }

    function withdraw(uint256 who, uint256 dice) public {
        address account = who % 2 == 0 ? OPERATOR : REFUND;
        address currency_ = currency(dice);
        vm.prank(account);
        try coprocessor.withdraw(currency_, account) returns (uint256 amount) {
            withdrawn[currency_] += amount;
        } catch {}
        remember();
    }

    function subscribe(uint256 dice) public {
        InferenceTerms memory terms = termsFor(address(mischief));
        terms.token = currency(dice);
        uint128 deposit = terms.payment * uint128(dice % 4) + uint128((dice >> 8) % 1000);
        ScheduleUnit unit = (dice >> 16) % 2 == 0 ? ScheduleUnit.Seconds : ScheduleUnit.Blocks;
        uint32 period = uint32(1 + dice % (unit == ScheduleUnit.Seconds ? 3000 : 8));
        SubscriptionSchedule memory schedule = SubscriptionSchedule(unit, 0, period, 600);
        bytes32 inputHash = sha256(inputs());
        string[] memory outputNames = names();
        vm.prank(REQUESTER);
        coprocessor.openSubscription{value: terms.token == address(0) ? deposit : 0}(
            terms, schedule, outputNames, inputHash, "", "", deposit
        );
        deposited[terms.token] += deposit;
        _subscriptions.push(
            InferenceSubscription({
                terms: terms,
                subscriber: REQUESTER,
                inputHash: inputHash,
                outputNamesHash: OutputNames.hash(outputNames),
                schedule: schedule,
                nonce: uint64(++_subscriptionsOpened),
                parentHash: blockhash(block.number - 1)
            })
        );
        remember();
    }

    function trigger(uint256 index, uint256 dice) public {
        if (_subscriptions.length == 0) return;
        InferenceSubscription memory subscription = _subscriptions[index % _subscriptions.length];
        if (dice % 8 == 0) {
            vm.prank(REQUESTER);
            try coprocessor.closeSubscription(subscription) {} catch {}
        } else {
            try coprocessor.triggerSubscription(subscription) returns (bytes32) {
                _requests.push(
                    rebuilt(
                        subscription.terms,
                        REQUESTER,
                        uint64(block.timestamp + subscription.schedule.answerSeconds),
                        ++asked
                    )
                );
                _answers.push();
            } catch {}
        }
        remember();
    }

    function wait(uint256 time) public {
        vm.warp(block.timestamp + time % 40 minutes);
        vm.roll(block.number + 1 + time % 3);
        remember();
    }

    function revoke(uint256 dice) public {
        if (dice % 64 == 0) registry.revokeKey(key);
    }

    // ------------------------------------------------------------------ books

    function currency(uint256 dice) public view returns (address) {
        return dice % 2 == 0 ? address(0) : address(token);
    }

    function arm(uint256 dice, bytes memory call_) private {
        mischief.arm(dice >> 16, door(dice, call_));
    }

    /// What the callback may come back in by.
    function door(uint256 dice, bytes memory call_) private view returns (bytes memory) {
        uint256 which = dice % 5;
        if (which == 1) return abi.encodeCall(coprocessor.cancel, (_requests[dice % _requests.length]));
        if (which == 2) {
            return abi.encodeCall(coprocessor.withdraw, (currency(dice >> 4), address(mischief)));
        }
        if (which > 2 && _subscriptions.length != 0) {
            InferenceSubscription memory subscription = _subscriptions[dice % _subscriptions.length];
            return which == 3
                ? abi.encodeCall(coprocessor.closeSubscription, (subscription))
                : abi.encodeCall(coprocessor.fundSubscription, (subscription, uint128(dice >> 200)));
        }
        return call_;
    }

    function owedToAll(address currency_) public view returns (uint256) {
        return coprocessor.creditOf(OPERATOR, currency_) + coprocessor.creditOf(REFUND, currency_);
    }

    function noteFulfilment(
        uint256 index,
        InferenceAnswer memory brought,
        bool wasRevoked,
        uint256 owedBefore
    ) private {
        ++fulfilments;
        _answers[index] = brought;
        if (wasRevoked) answeredByARevokedKey = true;
        InferenceTerms memory terms = _requests[index].terms;
        // A callback may have refunded another request meanwhile; by itself this answer pays its payment.
        if (owedToAll(terms.token) < owedBefore + terms.payment) paidTwice = true;
    }

    /// States go forward only, and what is pending is what the coprocessor still owes an answer for.
    function remember() private {
        (pending[address(0)], pending[address(token)]) = (0, 0);
        for (uint256 i = 0; i < _requests.length; ++i) {
            bytes32 id = coprocessor.requestIdOf(_requests[i]);
            RequestState before = lastState[id];
            RequestState state = coprocessor.requestState(id);
            bool forward = state == before || before == RequestState.None || before == RequestState.Pending
                || (before == RequestState.CallbackFailed && state == RequestState.Answered);
            if (!forward) wentBackwards = true;
            lastState[id] = state;
            if (state == RequestState.Pending) {
                pending[_requests[i].terms.token] += _requests[i].terms.payment;
            }
        }
        for (uint256 i = 0; i < _subscriptions.length; ++i) {
            pending[
                _subscriptions[i].terms.token
            ] += coprocessor.subscriptionState(coprocessor.subscriptionIdOf(_subscriptions[i])).deposit;
        }
    }

    function calledTwice() external view returns (bool) {
        for (uint256 i = 0; i < _requests.length; ++i) {
            if (mischief.successes(coprocessor.requestIdOf(_requests[i])) > 1) return true;
        }
        return false;
    }

    function balanceOf(address currency_) external view returns (uint256) {
        return currency_ == address(0) ? address(coprocessor).balance : token.balanceOf(address(coprocessor));
    }
}

contract InferenceCoprocessorInvariantTest is CoprocessorFixture {
    CoprocessorActor private actor;

    function setUp() public {
        actor = new CoprocessorActor();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    /// What came in is what went out, what is owed, and what waits for an answer: to the wei, in both currencies.
    function invariant_nothingIsLostAndNothingIsMade() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address currency = actor.currency(i);
            uint256 held = actor.owedToAll(currency) + actor.pending(currency);
            expectEqual(actor.balanceOf(currency), held, "held");
            expectEqual(actor.deposited(currency), held + actor.withdrawn(currency), "in and out");
        }
    }

    function invariant_statesGoForward() public view {
        expectFalse(actor.wentBackwards(), "a request came back from the dead");
        expectFalse(actor.paidTwice(), "an answer paid something else than its payment");
    }

    function invariant_callbacksSucceedAtMostOnce() public view {
        expectFalse(actor.calledTwice(), "two callbacks");
    }

    function invariant_aRevokedKeyAnswersNothing() public view {
        expectFalse(actor.answeredByARevokedKey(), "answered by a revoked key");
    }

    /// That the actor gets anywhere at all.
    function test_theActorAsksAnswersAndRefunds() public {
        for (uint256 i = 0; i < 8; ++i) {
            actor.request(i | i << 8);
            actor.subscribe(i * 7 + 3);
        }
        for (uint256 i = 0; i < 8; ++i) {
            actor.trigger(i, 1);
        }
        // Gas enough, and every kind of mischief.
        for (uint256 i = 0; i < 6; ++i) {
            actor.answer(i, 999_999 | i << 20);
            actor.answerBatch(i, 3 | i << 24);
        }
        actor.wait(39 minutes);
        actor.wait(39 minutes);
        for (uint256 i = 0; i < 16; ++i) {
            actor.cancel(i);
            actor.retry(i, 0);
        }
        actor.withdraw(0, 0);
        actor.withdraw(1, 1);
        expectTrue(actor.fulfilments() != 0, "fulfilments");
        expectTrue(actor.refunds() != 0, "refunds");
        this.invariant_nothingIsLostAndNothingIsMade();
        this.invariant_statesGoForward();
        this.invariant_callbacksSucceedAtMostOnce();
    }
}
