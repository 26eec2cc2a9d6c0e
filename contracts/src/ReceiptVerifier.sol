// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "./Eip712.sol";
import {IEnclaveRegistry, KeyStatus} from "./IEnclaveRegistry.sol";
import {InclusionProof} from "./InclusionProof.sol";
import {INFERENCE_RECEIPT_TYPEHASH, InferenceReceipt} from "./InferenceReceipt.sol";
import {LOG_CHECKPOINT_TYPEHASH, LogCheckpoint} from "./LogCheckpoint.sol";

/// @notice Checks that an attested enclave signed a receipt for this very contract on this very chain.
///
/// What `verify` proves: the signature is well formed and recovers to a key that the registry calls Active now.
///
/// What the calling contract must check itself:
/// - `requestId` is one it expects and has not accepted before. Without this, a receipt can be replayed.
/// - `modelId` is the model it wants. The registry vouches for images and model sets, not for one model.
/// - `outputHash` (and `inputHash`, where the input matters) is the SHA-256 of the tensors it is going to use.
/// - It reads outputs by name and shape: whoever asks chooses which of the model's outputs are in the receipt, and the batch.
/// - `timestampMs` is recent enough, if age matters, and not ahead: it is the enclave's clock, which a host can set.
///   The key is Active *now*; the receipt may be older.
/// - The registry is one it trusts: whoever owns the registry decides which code counts as attested.
library ReceiptVerifier {
    /// The signature recovers to `signer`, which the registry does not call Active. With status Unknown the
    /// likely cause is another one: some field of the receipt, the chain id or the audience (the calling
    /// contract) differs from what the enclave signed, so recovery gave an unrelated address.
    error KeyNotActive(address signer, KeyStatus status);
    /// Leaf 0 opens the log and is no receipt: receipts count from 1.
    error SequenceZero();

    /// @notice Reverts unless `receipt` names the calling contract and chain as its audience and a key that is
    /// Active in `registry` signed it.
    /// @param signature 65 bytes r || s || v, low s, v 27 or 28.
    /// @return signer The receipt key's address.
    function verify(IEnclaveRegistry registry, InferenceReceipt memory receipt, bytes memory signature)
        internal
        view
        returns (address signer)
    {
        return _verify(registry, digest(receipt, address(this)), signature);
    }

    /// @notice As `verify`, for a receipt that names no audience.
    /// @dev The same receipt is good for every contract on every chain: only for uses where that is harmless.
    function verifyWithoutAudience(
        IEnclaveRegistry registry,
        InferenceReceipt memory receipt,
        bytes memory signature
    ) internal view returns (address signer) {
        return _verify(registry, digestWithoutAudience(receipt), signature);
    }

    /// @notice The EIP-712 digest of a receipt made for `audience` on this chain.
    function digest(InferenceReceipt memory receipt, address audience) internal view returns (bytes32) {
        return Eip712.digest(Eip712.domainSeparator(audience), hashStruct(receipt));
    }

    /// @notice The EIP-712 digest of a receipt that names no audience.
    function digestWithoutAudience(InferenceReceipt memory receipt) internal pure returns (bytes32) {
        return Eip712.digest(Eip712.domainSeparatorWithoutAudience(), hashStruct(receipt));
    }

    /// @dev All members are static, so the ABI encoding of the struct is the EIP-712 encoding of its members.
    function hashStruct(InferenceReceipt memory receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(INFERENCE_RECEIPT_TYPEHASH, receipt));
    }

    /// @notice Reverts unless `receipt` names the calling contract and chain as its audience and stands in the log of a key
    /// that is Active in `registry`: one checkpoint signature for any number of receipts.
    /// @param proof RFC 9162 inclusion path of the leaf `receipt.sequence`, from the leaf up.
    /// @param signature The checkpoint's, 65 bytes r || s || v, low s, v 27 or 28.
    /// @return signer The receipt key's address.
    function verifyIncluded(
        IEnclaveRegistry registry,
        InferenceReceipt memory receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint,
        bytes memory signature
    ) internal view returns (address signer) {
        requireIncluded(digest(receipt, address(this)), receipt.sequence, proof, checkpoint);
        return _verify(registry, checkpointDigest(checkpoint), signature);
    }

    /// @notice Reverts unless the receipt with this digest is leaf `sequence` of the checkpoint's tree.
    function requireIncluded(
        bytes32 digest_,
        uint64 sequence,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint
    ) internal view {
        require(sequence != 0, SequenceZero());
        InclusionProof.verify(digest_, sequence, proof, checkpoint.treeSize, checkpoint.rootHash);
    }

    /// @notice The EIP-712 digest of a checkpoint, which names no audience.
    function checkpointDigest(LogCheckpoint memory checkpoint) internal pure returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(LOG_CHECKPOINT_TYPEHASH, checkpoint));
        return Eip712.digest(Eip712.domainSeparatorWithoutAudience(), structHash);
    }

    function _verify(IEnclaveRegistry registry, bytes32 digest_, bytes memory signature)
        private
        view
        returns (address signer)
    {
        signer = Eip712.recover(digest_, signature);
        KeyStatus status = registry.keyStatus(signer);
        require(status == KeyStatus.Active, KeyNotActive(signer, status));
    }
}
