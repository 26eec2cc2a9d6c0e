// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "./Eip712.sol";
import {IEnclaveRegistry, KeyInfo, KeyStatus} from "./IEnclaveRegistry.sol";
import {
    ANY_APPROVED,
    BatchedAnswer,
    IInferenceCallback,
    IInferenceCoprocessor,
    InferenceAnswer,
    InferencePolicy,
    InferenceRequest,
    RequestState
} from "./IInferenceCoprocessor.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {InferenceSubscriptions} from "./InferenceSubscriptions.sol";
import {LogCheckpoint} from "./LogCheckpoint.sol";
import {OutputNames} from "./OutputNames.sol";
import {ReceiptAudience} from "./ReceiptAudience.sol";
import {ReceiptVerifier} from "./ReceiptVerifier.sol";

/// @title Contracts ask, enclaves answer, and nobody is paid twice. See IInferenceCoprocessor.
contract InferenceCoprocessor is InferenceSubscriptions, ReceiptAudience {
    /// How far the enclave's clock may be ahead of the block's.
    uint256 public constant RECEIPT_AHEAD_MS_MAX = 5 minutes * 1000;

    /// Kept aside for what happens between the look at the gas and the call, and after a callback that burnt all it got.
    uint256 private constant GAS_RESERVE = 20_000;
    /// Of what a failed callback returned, so that it cannot make the caller pay for copying.
    uint256 private constant REASON_BYTES_MAX = 256;

    // ------------------------------------------------------------------ answers

    /// @inheritdoc IInferenceCoprocessor
    function fulfill(
        InferenceRequest calldata request,
        InferenceAnswer calldata answer,
        bytes calldata signature
    ) external returns (bool callbackSucceeded) {
        bytes32 requestId = requestIdOf(request);
        RequestState state = _entries[requestId].state;
        require(state == RequestState.Pending, RequestNotInState(requestId, RequestState.Pending, state));
        require(
            block.timestamp <= request.deadlineSeconds, DeadlinePassed(requestId, request.deadlineSeconds)
        );
        InferenceReceipt memory receipt = _receiptOf(requestId, request, answer);
        bytes32 structHash = ReceiptVerifier.hashStruct(receipt);
        address signer = Eip712.recover(Eip712.digest(_domainSeparator(), structHash), signature);
        _requirePolicy(request.terms.policy, signer, request.terms.policy.registry.keyInfo(signer));
        uint256 oldestMs = _oldestMs(request.terms.policy);
        require(answer.timestampMs >= oldestMs, ReceiptTooOld(answer.timestampMs, oldestMs));
        return _settle(request, answer, receipt, structHash, signer);
    }

    /// @inheritdoc IInferenceCoprocessor
    function fulfillBatch(
        BatchedAnswer[] calldata answers,
        LogCheckpoint calldata checkpoint,
        bytes calldata signature
    ) external returns (uint256 fulfilled) {
        address signer = Eip712.recover(ReceiptVerifier.checkpointDigest(checkpoint), signature);
        IEnclaveRegistry registry;
        KeyInfo memory info;
        for (uint256 i = 0; i < answers.length; ++i) {
            InferenceRequest calldata request = answers[i].request;
            bytes32 requestId = requestIdOf(request);
            RequestState state = _entries[requestId].state;
            bool late = block.timestamp > request.deadlineSeconds
                || answers[i].answer.timestampMs < _oldestMs(request.terms.policy);
            if (late || state != RequestState.Pending) {
                emit FulfilmentSkipped(requestId, state);
                continue;
            }
            if (address(request.terms.policy.registry) != address(registry)) {
                registry = request.terms.policy.registry;
                info = registry.keyInfo(signer);
            }
            _requirePolicy(request.terms.policy, signer, info);
            _fulfillIncluded(requestId, answers[i], checkpoint, signer);
            ++fulfilled;
        }
    }

    /// @inheritdoc IInferenceCoprocessor
    function retryCallback(
        InferenceRequest calldata request,
        InferenceReceipt calldata receipt,
        bytes calldata outputs
    ) external {
        bytes32 requestId = requestIdOf(request);
        RequestState state = _entries[requestId].state;
        require(
            state == RequestState.CallbackFailed,
            RequestNotInState(requestId, RequestState.CallbackFailed, state)
        );
        bool isIt = receipt.requestId == requestId && isAnswer(receipt);
        require(isIt, NotTheAnswer(requestId));
        bytes32 outputHash = sha256(outputs);
        require(outputHash == receipt.outputHash, OutputMismatch(receipt.outputHash, outputHash));

        // Before the call, so that the callback cannot come back for a second one.
        _entries[requestId].state = RequestState.Answered;
        (bool succeeded, bytes memory reason) = _call(request, receipt, outputs, true);
        require(succeeded, CallbackReverted(requestId, reason));
        emit CallbackRetried(requestId, msg.sender);
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc IInferenceCoprocessor
    function isAnswer(InferenceReceipt calldata receipt) public view returns (bool) {
        Entry memory entry = _entries[receipt.requestId];
        bool answered = entry.state == RequestState.Answered || entry.state == RequestState.CallbackFailed;
        return answered && entry.answerTag == bytes31(ReceiptVerifier.hashStruct(receipt));
    }

    // ------------------------------------------------------------------ internal: answers

    /// @dev The receipt that the enclave must have signed. What is not taken from the caller cannot be another's.
    function _receiptOf(bytes32 requestId, InferenceRequest calldata request, InferenceAnswer calldata answer)
        private
        pure
        returns (InferenceReceipt memory)
    {
        return InferenceReceipt({
            requestId: requestId,
            modelId: request.terms.modelId,
            inputHash: request.inputHash,
            outputHash: sha256(answer.outputs),
            timestampMs: answer.timestampMs,
            sequence: answer.sequence
        });
    }

    function _fulfillIncluded(
        bytes32 requestId,
        BatchedAnswer calldata item,
        LogCheckpoint calldata checkpoint,
        address signer
    ) private {
        InferenceReceipt memory receipt = _receiptOf(requestId, item.request, item.answer);
        bytes32 structHash = ReceiptVerifier.hashStruct(receipt);
        ReceiptVerifier.requireIncluded(
            Eip712.digest(_domainSeparator(), structHash), receipt.sequence, item.proof, checkpoint
        );
        _settle(item.request, item.answer, receipt, structHash, signer);
    }

    function _requirePolicy(InferencePolicy calldata policy, address signer, KeyInfo memory info)
        private
        pure
    {
        require(info.status == KeyStatus.Active, KeyNotActive(signer, info.status));
        require(
            policy.imageId == info.imageId || policy.imageId == ANY_APPROVED,
            ImageMismatch(signer, policy.imageId, info.imageId)
        );
        require(
            policy.modelsId == info.modelsId || policy.modelsId == ANY_APPROVED,
            ModelsMismatch(signer, policy.modelsId, info.modelsId)
        );
        require((policy.routes >> info.route) & 1 == 1, RouteNotTaken(signer, policy.routes, info.route));
    }

    /// @dev The receipt is the enclave's. Pays, then calls back: whatever the callback does, the request is done with.
    function _settle(
        InferenceRequest calldata request,
        InferenceAnswer calldata answer,
        InferenceReceipt memory receipt,
        bytes32 structHash,
        address signer
    ) private returns (bool callbackSucceeded) {
        uint256 latestMs = block.timestamp * 1000 + RECEIPT_AHEAD_MS_MAX;
        require(answer.timestampMs <= latestMs, ReceiptFromFuture(answer.timestampMs, latestMs));
        bytes32 namesHash = OutputNames.hashOf(answer.outputs);
        require(namesHash == request.outputNamesHash, OutputNamesMismatch(request.outputNamesHash, namesHash));

        _entries[receipt.requestId] = Entry(RequestState.Answered, bytes31(structHash));
        _credit(request.terms.operator, request.terms.token, request.terms.payment);
        callbackSucceeded = true;
        if (request.terms.callback != address(0)) {
            bytes memory reason;
            (callbackSucceeded, reason) = _call(request, receipt, answer.outputs, false);
            if (!callbackSucceeded) {
                _entries[receipt.requestId].state = RequestState.CallbackFailed;
                emit CallbackFailed(receipt.requestId, receipt, answer.outputs, reason);
            }
        }
        emit InferenceFulfilled(
            receipt.requestId,
            request.terms.operator,
            signer,
            receipt.outputHash,
            receipt.timestampMs,
            receipt.sequence,
            msg.sender,
            callbackSucceeded
        );
    }

    /// @dev Zero, when the policy reaches back beyond 1970.
    function _oldestMs(InferencePolicy calldata policy) private view returns (uint256) {
        uint256 age = policy.receiptAgeSecondsMax;
        return block.timestamp > age ? (block.timestamp - age) * 1000 : 0;
    }

    /// @dev Calls the callback with exactly its gas, or with `all` there is, and copies little of what it returns.
    function _call(
        InferenceRequest calldata request,
        InferenceReceipt memory receipt,
        bytes calldata outputs,
        bool all
    ) private returns (bool succeeded, bytes memory reason) {
        bytes memory data = abi.encodeCall(
            IInferenceCallback.onInference, (request.requester, receipt, outputs)
        );
        address callback = request.terms.callback;
        uint256 limit = request.terms.callbackGasLimit;
        // A call passes on 63 of 64 parts at most, and silently less than it was told to (EIP-150). The attack: a caller
        // who gives just so little that the callback fails and the answer counts as delivered. A failure is kept in the log with
        // its outputs, for some 8 gas a byte.
        uint256 expected = limit + limit / 63 + GAS_RESERVE + 16 * outputs.length;
        uint256 received = gasleft();
        require(received >= expected, GasTooLow(expected, received));
        if (all) limit = received;
        assembly ("memory-safe") {
            succeeded := call(limit, callback, 0, add(data, 0x20), mload(data), 0, 0)
        }
        if (!succeeded) reason = _returned();
    }

    /// @dev What the last call returned, up to REASON_BYTES_MAX.
    function _returned() private pure returns (bytes memory reason) {
        uint256 length;
        assembly ("memory-safe") {
            length := returndatasize()
        }
        reason = new bytes(length < REASON_BYTES_MAX ? length : REASON_BYTES_MAX);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, mload(reason))
        }
    }
}
