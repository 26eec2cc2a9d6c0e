// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {
    IInferenceCoprocessor,
    InferencePolicy,
    InferenceRequest,
    InferenceTerms,
    Offer,
    RequestState
} from "./IInferenceCoprocessor.sol";
import {OutputNames} from "./OutputNames.sol";
import {PullPayments} from "./PullPayments.sol";

/// @notice Offers, requests and refunds. Answers are InferenceCoprocessor's.
abstract contract InferenceRequests is PullPayments {
    /// Money is never locked for longer.
    uint256 public constant DEADLINE_AHEAD_SECONDS_MAX = 30 days;
    /// A transaction carries at most 16,777,216 gas (EIP-7825), and the answer has to fit as well.
    uint256 public constant CALLBACK_GAS_MAX = 10_000_000;

    /// One slot. The tag says which receipt answered: the first 31 bytes of its EIP-712 struct hash. Finding another receipt
    /// with the same would take 2^124 attempts even for someone who may choose both.
    struct Entry {
        RequestState state;
        bytes31 answerTag;
    }

    uint64 private _requestCount;
    mapping(bytes32 requestId => Entry) internal _entries;
    /// By operator, model, token and registry.
    mapping(address => mapping(bytes32 => mapping(address => mapping(IEnclaveRegistry => Offer)))) private
        _offers;

    // ------------------------------------------------------------------ operators

    /// @inheritdoc IInferenceCoprocessor
    function setOffer(bytes32 modelId, address token, IEnclaveRegistry registry, Offer calldata offer)
        external
    {
        _offers[msg.sender][modelId][token][registry] = offer;
        emit OfferChanged(msg.sender, modelId, registry, token, offer);
    }

    /// @inheritdoc IInferenceCoprocessor
    function setOperatorUri(string calldata uri) external {
        emit OperatorUriChanged(msg.sender, uri);
    }

    // ------------------------------------------------------------------ requesters

    /// @inheritdoc IInferenceCoprocessor
    function requestInference(
        InferenceTerms calldata terms,
        string[] calldata outputNames,
        bytes calldata input,
        uint64 deadlineSeconds
    ) external payable returns (bytes32 requestId) {
        InferenceRequest memory request;
        (requestId, request) = _open(terms, outputNames, sha256(input), deadlineSeconds);
        emit InferenceRequested(requestId, msg.sender, terms.operator, request, outputNames, input, "");
    }

    /// @inheritdoc IInferenceCoprocessor
    function requestInferenceByHash(
        InferenceTerms calldata terms,
        string[] calldata outputNames,
        bytes32 inputHash,
        string calldata inputUri,
        uint64 deadlineSeconds
    ) external payable returns (bytes32 requestId) {
        InferenceRequest memory request;
        (requestId, request) = _open(terms, outputNames, inputHash, deadlineSeconds);
        emit InferenceRequested(requestId, msg.sender, terms.operator, request, outputNames, "", inputUri);
    }

    /// @inheritdoc IInferenceCoprocessor
    function cancel(InferenceRequest calldata request) external {
        bytes32 requestId = requestIdOf(request);
        RequestState state = _entries[requestId].state;
        require(state == RequestState.Pending, RequestNotInState(requestId, RequestState.Pending, state));
        require(
            block.timestamp > request.deadlineSeconds, DeadlineNotPassed(requestId, request.deadlineSeconds)
        );
        _entries[requestId].state = RequestState.Refunded;
        InferenceTerms calldata terms = request.terms;
        _credit(terms.refundTo, terms.token, terms.payment);
        emit InferenceRefunded(requestId, terms.refundTo, terms.token, terms.payment);
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc IInferenceCoprocessor
    function estimateFee(
        address operator,
        bytes32 modelId,
        address token,
        IEnclaveRegistry registry,
        uint64 callbackGasLimit
    ) public view returns (uint256) {
        Offer memory offer = _offers[operator][modelId][token][registry];
        require(offer.open, OfferNotOpen(operator, modelId, token, registry));
        return offer.baseFee + uint256(offer.feePerCallbackGas) * callbackGasLimit;
    }

    /// @inheritdoc IInferenceCoprocessor
    function offerOf(address operator, bytes32 modelId, address token, IEnclaveRegistry registry)
        external
        view
        returns (Offer memory)
    {
        return _offers[operator][modelId][token][registry];
    }

    /// @inheritdoc IInferenceCoprocessor
    function requestIdOf(InferenceRequest calldata request) public view returns (bytes32 requestId) {
        // keccak256(abi.encode(block.chainid, address(this), request)), as it lies in calldata. Bits beyond a member's type go into the
        // hash, where `_record` put none: such a request is not known.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, chainid())
            mstore(add(free, 0x20), address())
            calldatacopy(add(free, 0x40), request, 0x240) // 18 words
            requestId := keccak256(free, 0x280)
        }
    }

    /// @inheritdoc IInferenceCoprocessor
    function requestState(bytes32 requestId) external view returns (RequestState) {
        return _entries[requestId].state;
    }

    // ------------------------------------------------------------------ internal: requests

    /// @dev A paid request by the caller.
    function _open(
        InferenceTerms calldata terms,
        string[] calldata outputNames,
        bytes32 inputHash,
        uint64 deadlineSeconds
    ) private returns (bytes32 requestId, InferenceRequest memory request) {
        _requireTerms(terms);
        uint256 latest = block.timestamp + DEADLINE_AHEAD_SECONDS_MAX;
        require(
            deadlineSeconds > block.timestamp && deadlineSeconds <= latest,
            DeadlineOutOfRange(block.timestamp + 1, latest, deadlineSeconds)
        );
        _collect(terms.token, terms.payment);
        return _record(terms, msg.sender, inputHash, _namesHash(outputNames), deadlineSeconds);
    }

    /// @dev The payment is in the house.
    function _record(
        InferenceTerms calldata terms,
        address requester,
        bytes32 inputHash,
        bytes32 outputNamesHash,
        uint64 deadlineSeconds
    ) internal returns (bytes32 requestId, InferenceRequest memory request) {
        request = InferenceRequest({
            terms: terms,
            requester: requester,
            inputHash: inputHash,
            outputNamesHash: outputNamesHash,
            deadlineSeconds: deadlineSeconds,
            nonce: ++_requestCount,
            parentHash: blockhash(block.number - 1)
        });
        requestId = keccak256(abi.encode(block.chainid, address(this), request));
        _entries[requestId].state = RequestState.Pending;
    }

    function _namesHash(string[] calldata outputNames) internal pure returns (bytes32) {
        require(outputNames.length != 0, OutputNamesMissing());
        return OutputNames.hash(outputNames);
    }

    function _requireTerms(InferenceTerms calldata terms) internal view {
        InferencePolicy calldata policy = terms.policy;
        bool complete = address(policy.registry) != address(0) && policy.imageId != 0 && policy.modelsId != 0
            && policy.routes != 0 && policy.receiptAgeSecondsMax != 0;
        require(complete, PolicyIncomplete(policy));
        require(terms.refundTo != address(0), ZeroAddress());
        uint256 gasMax = terms.callback == address(0) ? 0 : CALLBACK_GAS_MAX;
        bool gasFits =
            terms.callbackGasLimit <= gasMax && (terms.callbackGasLimit != 0 || terms.callback == address(0));
        require(gasFits, CallbackGas(gasMax, terms.callbackGasLimit));
        _requirePrice(terms);
    }

    function _requirePrice(InferenceTerms calldata terms) internal view {
        uint256 fee = estimateFee(
            terms.operator, terms.modelId, terms.token, terms.policy.registry, terms.callbackGasLimit
        );
        require(terms.payment >= fee, PaymentTooLow(fee, terms.payment));
    }
}
