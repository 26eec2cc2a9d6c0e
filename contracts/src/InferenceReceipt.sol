// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// What an enclave signs about one answer. The signature says: this code, running the model `modelId`
/// on the input with hash `inputHash`, gave the output with hash `outputHash`.
/// @param requestId The asker's own identifier. Replay stops here, if the asker never accepts one twice.
/// @param modelId SHA-256 of the model's canonical manifest: weights, tensor types, labels, runtime.
/// @param inputHash SHA-256 of the canonical encoding of the input tensors (see TensorLib).
/// @param outputHash SHA-256 of the canonical encoding of the output tensors.
/// @param timestampMs The enclave's clock in milliseconds. Block timestamps are seconds.
/// @param sequence Counts this key's receipts without gaps, so that an omission shows.
struct InferenceReceipt {
    bytes32 requestId;
    bytes32 modelId;
    bytes32 inputHash;
    bytes32 outputHash;
    uint64 timestampMs;
    uint64 sequence;
}

// keccak256("InferenceReceipt(bytes32 requestId,bytes32 modelId,bytes32 inputHash,bytes32 outputHash,uint64 timestampMs,uint64 sequence)")
bytes32 constant INFERENCE_RECEIPT_TYPEHASH = keccak256(
    "InferenceReceipt(bytes32 requestId,bytes32 modelId,bytes32 inputHash,bytes32 outputHash,uint64 timestampMs,uint64 sequence)"
);
