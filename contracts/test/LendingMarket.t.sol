// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, ROUTE_APPROVAL} from "../src/IEnclaveRegistry.sol";
import {
    IInferenceCoprocessor,
    InferenceAnswer,
    InferencePolicy,
    InferenceRequest,
    InferenceTerms,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {InferenceConsumer} from "../src/InferenceConsumer.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {IDebtToken, IPriceFeed, LendingMarket} from "../src/examples/LendingMarket.sol";
import {CoprocessorFixture} from "./CoprocessorFixture.sol";
import {Token} from "./CoprocessorMocks.sol";

contract Feed is IPriceFeed {
    uint256 public price18 = 2000e18;

    function set(uint256 price) external {
        price18 = price;
    }
}

contract LendingMarketTest is CoprocessorFixture {
    address private constant GUARDIAN = address(0x9a4d);
    address private constant BORROWER = address(0xb0440e4);

    LendingMarket private market;
    Feed private feed;
    Token private token;

    function setUp() public {
        setUpCoprocessor();
        feed = new Feed();
        token = new Token();
        market = new LendingMarket(
            coprocessor, OPERATOR, MODEL, policy(), feed, IDebtToken(address(token)), GUARDIAN
        );
        token.mint(address(market), 1e24);
        vm.deal(BORROWER, 100 ether);
        for (uint256 i = 0; i < 8; ++i) {
            market.observe();
            vm.warp(block.timestamp + 1 hours);
        }
        // The fixture's key lives a day from NOW; eight hours are gone.
    }

    function policy() private view returns (InferencePolicy memory) {
        return InferencePolicy(
            IEnclaveRegistry(address(registry)), imageId, modelsId, uint16(1 << ROUTE_APPROVAL), 600
        );
    }

    /// What the market asked, as its event has it.
    function askMarket() private returns (InferenceRequest memory request) {
        uint64 deadline = uint64(block.timestamp + 15 minutes);
        uint256 fee = market.feeFor(150_000);
        vm.prank(REQUESTER);
        bytes32 requestId = market.ask{value: fee}();
        InferenceTerms memory terms = InferenceTerms({
            operator: OPERATOR,
            modelId: MODEL,
            policy: policy(),
            callback: address(market),
            callbackGasLimit: 150_000,
            token: address(0),
            payment: uint128(fee),
            refundTo: address(market)
        });
        request = rebuilt(terms, address(market), deadline, ++asked);
        request.inputHash = sha256(expectedInput());
        string[] memory outputNames = new string[](1);
        outputNames[0] = "risk";
        request.outputNamesHash = OutputNames.hash(outputNames);
        expectEqual(coprocessor.requestIdOf(request), requestId, "request id");
    }

    uint256[8] private prices =
        [uint256(2000e18), 2000e18, 2000e18, 2000e18, 2000e18, 2000e18, 2000e18, 2000e18];

    function expectedInput() private view returns (bytes memory) {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 7);
        int256[] memory changes = new int256[](7);
        for (uint256 i = 0; i < 7; ++i) {
            changes[i] = int256(prices[i + 1] * 1e18 / prices[i]) - 1e18;
        }
        Tensor[] memory inputs_ = new Tensor[](1);
        inputs_[0] = TensorLib.fromFixed18("returns", shape, changes);
        return TensorLib.encode(inputs_);
    }

    function answerWith(InferenceRequest memory request, int256 risk18, uint64 timestampMs)
        private
        returns (bool)
    {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 1);
        int256[] memory values = new int256[](1);
        values[0] = risk18;
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18("risk", shape, values);
        InferenceAnswer memory answer = InferenceAnswer(timestampMs, 7, TensorLib.encode(tensors));
        return coprocessor.fulfill(request, answer, signedFor(request, answer));
    }

    function nowMs() private view returns (uint64) {
        return uint64(block.timestamp * 1000);
    }

    /// A new observation, and the model's opinion of it.
    function opinion(int256 risk18) private {
        expectTrue(answerWith(askMarket(), risk18, nowMs()), "callback");
    }

    function anHourLater(uint256 price18) private {
        vm.warp(block.timestamp + 1 hours);
        feed.set(price18);
        market.observe();
        for (uint256 i = 0; i < 7; ++i) {
            prices[i] = prices[i + 1];
        }
        prices[7] = price18;
    }

    // ------------------------------------------------------------------ the factor

    function test_factor_beginsAtTheLowest_andMovesAStepAtATime() public {
        expectEqual(market.factorBps(), 4000, "at first");
        // A risk of one half wants 6,000.
        opinion(0.5e18);
        expectEqual(market.factorBps(), 4100, "after one");
        anHourLater(2010e18);
        opinion(0.5e18);
        expectEqual(market.factorBps(), 4200, "after two");
        anHourLater(1990e18);
        opinion(1e18);
        expectEqual(market.factorBps(), 4100, "and back");
    }

    function testFuzz_factor_staysInBoundsWhateverTheModelSays(int64[6] calldata risks) public {
        for (uint256 i = 0; i < risks.length; ++i) {
            uint256 before = market.factorBps();
            bool wasOpen = market.isBreakerOpen();
            opinion(int256(risks[i]));
            uint256 factor = market.factorBps();
            expectTrue(factor >= 4000 && factor <= 8000, "bounds");
            expectTrue(factor + 100 >= before && before + 100 >= factor, "step");
            if (wasOpen) expectTrue(market.isBreakerOpen(), "the breaker closed by itself");
            anHourLater(2000e18 + i * 1e18);
        }
    }

    function test_staleness_theLowestFactorCounts() public {
        opinion(0.5e18);
        vm.warp(block.timestamp + 6 hours);
        expectEqual(market.factorBps(), 4100, "in time");
        vm.warp(block.timestamp + 1);
        expectEqual(market.factorBps(), 4000, "stale");
    }

    /// The attack: hold an answer back, or retry a failed callback, until it suits.
    function test_order_anOvertakenAnswerChangesNothing() public {
        InferenceRequest memory earlier = askMarket();
        uint64 askedAtMs = nowMs();
        vm.warp(block.timestamp + 10);
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.AskedAlready.selector));
        market.ask();
        // Another observation of the same price lets a second question be asked while the first is open.
        market.observe();
        InferenceRequest memory later = askMarket();
        expectTrue(answerWith(later, 0.5e18, nowMs()), "later");
        expectEqual(market.factorBps(), 4100, "moved once");
        expectTrue(answerWith(earlier, 1e18, askedAtMs), "earlier");
        expectEqual(market.factorBps(), 4100, "not moved back");
        expectEqual(market.opinionTimestampMs(), nowMs(), "the later opinion stands");
    }

    function test_breaker_stopsLendingUntilTheGuardianLooks() public {
        // No risk at all wants 8,000: out of all proportion to 4,000.
        opinion(0);
        expectTrue(market.isBreakerOpen(), "open");
        expectEqual(market.factorBps(), 4000, "the factor stays");
        vm.prank(BORROWER);
        market.deposit{value: 1 ether}();
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.BreakerOpen.selector));
        vm.prank(BORROWER);
        market.borrow(1);
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.NotGuardian.selector, GUARDIAN, STRANGER));
        vm.prank(STRANGER);
        market.resetBreaker();
        vm.prank(GUARDIAN);
        market.resetBreaker();
        vm.prank(BORROWER);
        market.borrow(800e18);
        expectEqual(token.balanceOf(BORROWER), 800e18, "borrowed");
    }

    // ------------------------------------------------------------------ whose answer

    function test_callback_takesNobodyElses() public {
        InferenceRequest memory request = askMarket();
        InferenceAnswer memory answer = answerNow();
        InferenceReceipt memory receipt = receiptFor(request, answer);
        vm.expectRevert(
            abi.encodeWithSelector(InferenceConsumer.NotCoprocessor.selector, coprocessor, address(this))
        );
        market.onInference(address(market), receipt, answer.outputs);

        // The attack: a request of one's own, with a policy of one's own, that names the market as callback.
        InferenceTerms memory terms = request.terms;
        terms.payment = uint128(market.feeFor(150_000));
        InferenceRequest memory foreign = ask(terms);
        expectFalse(coprocessor.fulfill(foreign, answer, signedFor(foreign, answer)), "callback");
        expectState(foreign, RequestState.CallbackFailed);
        expectEqual(market.opinionTimestampMs(), 0, "opinion");
    }

    // ------------------------------------------------------------------ money

    /// The attack: an operator raises its price and has the market pay it out of its users' collateral.
    function test_ask_neverPaysOutOfCollateral() public {
        vm.prank(BORROWER);
        market.deposit{value: 50 ether}();
        uint256 fee = market.feeFor(150_000);
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.FeeTooLow.selector, fee, fee - 1));
        market.ask{value: fee - 1}();
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.FeeTooLow.selector, fee, 0));
        market.ask();
    }

    function test_ask_withoutAnAnswerComesBackForOtherQuestions() public {
        InferenceRequest memory request = askMarket();
        vm.warp(request.deadlineSeconds + 1);
        coprocessor.cancel(request);
        market.reclaim();
        expectEqual(market.questionFunds(), request.terms.payment, "funds");
        anHourLater(2000e18);
        market.ask();
        expectEqual(market.questionFunds(), 0, "funds");
    }

    function test_lending_isBoundByTheFactor() public {
        vm.prank(BORROWER);
        market.deposit{value: 1 ether}();
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.CollateralTooLow.selector, 800e18, 800e18 + 1));
        vm.prank(BORROWER);
        market.borrow(800e18 + 1);
        vm.prank(BORROWER);
        market.borrow(800e18);
        vm.expectRevert(abi.encodeWithSelector(LendingMarket.CollateralTooLow.selector, 800e18 - 800, 800e18));
        vm.prank(BORROWER);
        market.withdraw(1);
        vm.prank(BORROWER);
        token.approve(address(market), 800e18);
        vm.prank(BORROWER);
        market.repay(800e18);
        vm.prank(BORROWER);
        market.withdraw(1 ether);
        expectEqual(BORROWER.balance, 100 ether, "collateral");
    }
}
