// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IInferenceCoprocessor, InferencePolicy} from "../IInferenceCoprocessor.sol";
import {InferenceConsumer} from "../InferenceConsumer.sol";
import {InferenceReceipt} from "../InferenceReceipt.sol";
import {Tensor, TensorLib} from "../TensorLib.sol";

/// The price of one unit of collateral in units of debt, 18 decimals. Some feed that the market trusts.
interface IPriceFeed {
    function price18() external view returns (uint256);
}

/// The ERC-20 that is lent.
interface IDebtToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice An example to copy from: ETH as collateral, a token to borrow, and a collateral factor that follows a model's opinion of
/// the risk, on a short leash.
///
/// The model is asked about prices that this contract observed itself, hour by hour: nobody can choose its input. What it says
/// moves the factor, never further than a step at a time nor out of its bounds; an opinion that is out of all proportion trips a breaker, and
/// one that is too old counts as none. So the worst that a wrong model, or a wrong enclave, can do is to lend a
/// little too much or too little, slowly, and not at all once somebody looks.
///
/// What it leaves out to stay readable: interest, and liquidation. A changed factor decides about new loans only.
contract LendingMarket is InferenceConsumer {
    /// Only the guardian resets the breaker.
    error NotGuardian(address guardian, address caller);
    /// The last observation is too recent.
    error ObservedLately(uint256 nextSeconds);
    /// There are not yet enough observations to ask about.
    error ObservationsMissing(uint256 expected, uint256 received);
    /// The model was asked about these observations already.
    error AskedAlready();
    /// The breaker is open: no new loans until the guardian has looked.
    error BreakerOpen();
    /// The loan would exceed what the collateral allows.
    error CollateralTooLow(uint256 allowed, uint256 wanted);
    /// What was paid in for questions does not pay for this one.
    error FeeTooLow(uint256 expected, uint256 received);
    /// Only the coprocessor sends ETH here without a purpose: refunds.
    error NotARefund(address sender);
    /// The token or the receiver did not cooperate.
    error TransferFailed();

    /// A price was written down.
    event PriceObserved(uint256 price18, uint256 atSeconds);
    /// The factor moved towards the model's target.
    event FactorMoved(bytes32 indexed requestId, uint256 factorBps, uint256 targetBps, uint64 timestampMs);
    /// An answer came that an answer to a later question had overtaken, or too late. Nothing changed.
    event AnswerIgnored(bytes32 indexed requestId, uint64 timestampMs);
    /// The model's target was too far off. Lending stopped; the factor stayed.
    event BreakerTripped(bytes32 indexed requestId, uint256 targetBps, uint256 factorBps);
    /// The guardian looked, and lending goes on.
    event BreakerReset();

    uint256 public constant OBSERVATIONS = 8;
    uint256 public constant OBSERVATION_SECONDS = 1 hours;
    /// The collateral factor in hundredths of a percent: what may be borrowed against a collateral's value.
    uint256 public constant FACTOR_BPS_MIN = 4000;
    uint256 public constant FACTOR_BPS_MAX = 8000;
    /// How far one answer moves it.
    uint256 public constant STEP_BPS_MAX = 100;
    /// How far off a target is out of all proportion.
    uint256 public constant BREAKER_BPS = 2500;
    /// After how long without an answer the lowest factor counts.
    uint256 public constant OPINION_SECONDS_MAX = 6 hours;

    string private constant INPUT = "returns";
    string private constant OUTPUT = "risk";
    uint64 private constant CALLBACK_GAS = 150_000;
    uint256 private constant ANSWER_SECONDS = 15 minutes;

    IPriceFeed public immutable feed;
    IDebtToken public immutable token;
    address public immutable guardian;

    uint256[OBSERVATIONS] private _prices;
    uint256 public observationCount;
    uint256 public observedAtSeconds;
    uint256 private _askedAtCount;
    /// ETH for questions. The rest of the balance is collateral, and an operator's price is whatever the operator says.
    uint256 public questionFunds;

    uint256 private _factorBps = FACTOR_BPS_MIN;
    uint64 public opinionTimestampMs;
    bool public isBreakerOpen;

    mapping(address account => uint256) public collateralOf;
    mapping(address account => uint256) public debtOf;

    constructor(
        IInferenceCoprocessor coprocessor_,
        address operator_,
        bytes32 modelId_,
        InferencePolicy memory policy,
        IPriceFeed feed_,
        IDebtToken token_,
        address guardian_
    ) InferenceConsumer(coprocessor_, operator_, modelId_, policy) {
        (feed, token, guardian) = (feed_, token_, guardian_);
    }

    // ------------------------------------------------------------------ asking the model

    /// @notice Writes the price down. Anyone, once an hour.
    function observe() external {
        uint256 next = observedAtSeconds + OBSERVATION_SECONDS;
        require(block.timestamp >= next, ObservedLately(next));
        uint256 price18 = feed.price18();
        _prices[observationCount % OBSERVATIONS] = price18;
        ++observationCount;
        observedAtSeconds = block.timestamp;
        emit PriceObserved(price18, block.timestamp);
    }

    /// @notice Asks the model about the last observations. Anyone, once for each new one; whoever asks pays (`feeFor`), and what is too
    /// much stays for later questions.
    function ask() external payable returns (bytes32 requestId) {
        require(observationCount >= OBSERVATIONS, ObservationsMissing(OBSERVATIONS, observationCount));
        require(observationCount != _askedAtCount, AskedAlready());
        _askedAtCount = observationCount;
        uint256 fee = feeFor(CALLBACK_GAS);
        uint256 funds = questionFunds + msg.value;
        require(funds >= fee, FeeTooLow(fee, funds));
        questionFunds = funds - fee;
        Tensor[] memory inputs = new Tensor[](1);
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, uint64(OBSERVATIONS - 1));
        inputs[0] = TensorLib.fromFixed18(INPUT, shape, _returns());
        return _ask(inputs, OUTPUT, CALLBACK_GAS, ANSWER_SECONDS);
    }

    /// @notice Fetches refunds of questions that nobody answered, to pay for others.
    function reclaim() external {
        questionFunds += _withdraw(address(this));
    }

    receive() external payable {
        require(msg.sender == address(coprocessor), NotARefund(msg.sender));
    }

    /// @dev Relative changes between observations, oldest first, 18 decimals.
    function _returns() private view returns (int256[] memory changes) {
        changes = new int256[](OBSERVATIONS - 1);
        uint256 before = _prices[observationCount % OBSERVATIONS];
        for (uint256 i = 1; i < OBSERVATIONS; ++i) {
            uint256 price18 = _prices[(observationCount + i) % OBSERVATIONS];
            if (before != 0) changes[i - 1] = int256(price18 * 1e18 / before) - 1e18;
            before = price18;
        }
    }

    // ------------------------------------------------------------------ what it says

    /// @dev Does not revert over what the model says: that would only have someone retry it at a moment of their choice.
    function _onAnswer(InferenceReceipt calldata receipt, Tensor[] memory outputs) internal override {
        // The order of answers is not the order of questions, and a callback may be retried days later.
        bool late = receipt.timestampMs + OPINION_SECONDS_MAX * 1000 < block.timestamp * 1000;
        if (late || receipt.timestampMs <= opinionTimestampMs) {
            emit AnswerIgnored(receipt.requestId, receipt.timestampMs);
            return;
        }
        opinionTimestampMs = receipt.timestampMs;

        uint256 targetBps = _targetBps(outputs);
        uint256 factor = _factorBps;
        uint256 distance = targetBps > factor ? targetBps - factor : factor - targetBps;
        if (distance > BREAKER_BPS) {
            isBreakerOpen = true;
            emit BreakerTripped(receipt.requestId, targetBps, factor);
            return;
        }
        if (distance > STEP_BPS_MAX) distance = STEP_BPS_MAX;
        factor = targetBps > factor ? factor + distance : factor - distance;
        _factorBps = factor;
        emit FactorMoved(receipt.requestId, factor, targetBps, receipt.timestampMs);
    }

    /// @dev From no risk (0) to certain ruin (1), anything beyond counting as the nearer of the two.
    function _targetBps(Tensor[] memory outputs) private pure returns (uint256) {
        int256 risk18 = TensorLib.fixed18At(outputs[0], 0);
        if (risk18 < 0) risk18 = 0;
        if (risk18 > 1e18) risk18 = 1e18;
        return FACTOR_BPS_MAX - (FACTOR_BPS_MAX - FACTOR_BPS_MIN) * uint256(risk18) / 1e18;
    }

    /// @notice The factor for new loans: the lowest, when the model has not been heard of lately.
    function factorBps() public view returns (uint256) {
        bool stale = uint256(opinionTimestampMs) + OPINION_SECONDS_MAX * 1000 < block.timestamp * 1000;
        return stale ? FACTOR_BPS_MIN : _factorBps;
    }

    /// @notice Lending goes on. The guardian can do nothing else: neither set the factor nor stop anything.
    function resetBreaker() external {
        require(msg.sender == guardian, NotGuardian(guardian, msg.sender));
        isBreakerOpen = false;
        emit BreakerReset();
    }

    // ------------------------------------------------------------------ lending

    function deposit() external payable {
        collateralOf[msg.sender] += msg.value;
    }

    function borrow(uint256 amount) external {
        require(!isBreakerOpen, BreakerOpen());
        uint256 debt = debtOf[msg.sender] + amount;
        uint256 allowed = _allowance(collateralOf[msg.sender], factorBps());
        require(debt <= allowed, CollateralTooLow(allowed, debt));
        debtOf[msg.sender] = debt;
        require(token.transfer(msg.sender, amount), TransferFailed());
    }

    function repay(uint256 amount) external {
        debtOf[msg.sender] -= amount;
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// @dev What is left must carry the debt at the present factor, breaker or not: otherwise a loan could be emptied.
    function withdraw(uint256 amount) external {
        uint256 left = collateralOf[msg.sender] - amount;
        uint256 allowed = _allowance(left, factorBps());
        require(debtOf[msg.sender] <= allowed, CollateralTooLow(allowed, debtOf[msg.sender]));
        collateralOf[msg.sender] = left;
        (bool taken,) = msg.sender.call{value: amount}("");
        require(taken, TransferFailed());
    }

    function _allowance(uint256 collateral, uint256 factor) private view returns (uint256) {
        return collateral == 0 ? 0 : collateral * feed.price18() / 1e18 * factor / 10_000;
    }
}
