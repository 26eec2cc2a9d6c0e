// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {
    IInferenceCallback,
    IInferenceCoprocessor,
    InferencePolicy,
    InferenceTerms
} from "./IInferenceCoprocessor.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {Tensor, TensorLib} from "./TensorLib.sol";

/// @title Base of contracts that ask and are called back.
///
/// @notice Call `_ask` with input tensors and override `_onAnswer`. The base lets nobody but the coprocessor call back, and only with answers
/// to requests that this contract made itself, so the answer is the named model's, from enclaves that the policy takes. Each request is
/// answered at most once; the coprocessor sees to that.
///
/// @dev What is left to the derived contract:
/// - who may ask, and who pays: `_ask` pays the operator's price of the moment in ETH out of this contract's balance. Where users'
///   money lies in it too, bound what a question may cost, or the operator helps itself;
/// - what an answer is good for by the time it comes: callbacks may come in any order, and one that failed may be retried by
///   anyone at any later time. `receipt.timestampMs` says when the model ran;
/// - a callback that reverts for good leaves its answer undelivered, though paid. Do not revert for a verdict you dislike.
abstract contract InferenceConsumer is IInferenceCallback {
    /// Only the coprocessor calls back.
    error NotCoprocessor(IInferenceCoprocessor expected, address caller);
    /// Somebody else made this request and named this contract as its callback: with a policy of their choice.
    error NotOwnRequest(address requester);

    IInferenceCoprocessor public immutable coprocessor;
    address public immutable operator;
    bytes32 public immutable modelId;
    IEnclaveRegistry private immutable _registry;
    bytes32 private immutable _imageId;
    bytes32 private immutable _modelsId;
    uint16 private immutable _routes;
    uint32 private immutable _receiptAgeSecondsMax;

    constructor(
        IInferenceCoprocessor coprocessor_,
        address operator_,
        bytes32 modelId_,
        InferencePolicy memory policy
    ) {
        coprocessor = coprocessor_;
        operator = operator_;
        modelId = modelId_;
        _registry = policy.registry;
        _imageId = policy.imageId;
        _modelsId = policy.modelsId;
        _routes = policy.routes;
        _receiptAgeSecondsMax = policy.receiptAgeSecondsMax;
    }

    /// @inheritdoc IInferenceCallback
    function onInference(address requester, InferenceReceipt calldata receipt, bytes calldata outputs)
        external
    {
        require(msg.sender == address(coprocessor), NotCoprocessor(coprocessor, msg.sender));
        require(requester == address(this), NotOwnRequest(requester));
        _onAnswer(receipt, TensorLib.decode(outputs));
    }

    /// @dev The answer to one of this contract's own requests, with the outputs that were asked for.
    function _onAnswer(InferenceReceipt calldata receipt, Tensor[] memory outputs) internal virtual;

    /// @dev Asks for one output, paying the operator's price in ETH out of this contract's balance. Refunds are credited to this contract:
    /// `_withdraw` fetches them.
    function _ask(
        Tensor[] memory inputs,
        string memory outputName,
        uint64 callbackGasLimit,
        uint256 answerSeconds
    ) internal returns (bytes32 requestId) {
        InferenceTerms memory terms = _terms(callbackGasLimit);
        string[] memory outputNames = new string[](1);
        outputNames[0] = outputName;
        return coprocessor.requestInference{value: terms.payment}(
            terms, outputNames, TensorLib.encode(inputs), uint64(block.timestamp + answerSeconds)
        );
    }

    /// @dev Terms with this contract as callback and the operator's present price in ETH.
    function _terms(uint64 callbackGasLimit) internal view returns (InferenceTerms memory) {
        return InferenceTerms({
            operator: operator,
            modelId: modelId,
            policy: InferencePolicy(_registry, _imageId, _modelsId, _routes, _receiptAgeSecondsMax),
            callback: address(this),
            callbackGasLimit: callbackGasLimit,
            token: address(0),
            payment: uint128(feeFor(callbackGasLimit)),
            refundTo: address(this)
        });
    }

    /// @notice What a request with that much gas for its callback costs at present.
    function feeFor(uint64 callbackGasLimit) public view returns (uint256) {
        return coprocessor.estimateFee(operator, modelId, address(0), _registry, callbackGasLimit);
    }

    /// @dev Sends refunds that wait at the coprocessor to `to`.
    function _withdraw(address to) internal returns (uint256) {
        return coprocessor.withdraw(address(0), to);
    }
}
