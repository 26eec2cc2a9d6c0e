// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {LogCheckpoint} from "./LogCheckpoint.sol";
import {ReceiptAudience} from "./ReceiptAudience.sol";
import {ReceiptVerifier} from "./ReceiptVerifier.sol";

/// @notice Remembers checkpoints whose signature was verified, so that a receipt below one of them costs its path's hashes
/// and no signature. Inherit it; anyone may fill it, since only what a key signed goes in.
/// @dev What is remembered is who signed what. Whether that key is still good is asked again at every use.
abstract contract CheckpointCache is ReceiptAudience {
    /// No signature of this signer under this checkpoint was shown here. Call `cacheCheckpoint` first.
    error CheckpointUnknown(address signer, bytes32 rootHash);

    /// A checkpoint of the log of `signer` was verified.
    event CheckpointCached(address indexed signer, uint64 treeSize, bytes32 rootHash, uint64 timestampMs);

    IEnclaveRegistry public immutable registry;

    mapping(bytes32 => bool) private _known;

    constructor(IEnclaveRegistry registry_) {
        registry = registry_;
    }

    /// @notice Verifies a checkpoint of a key that is Active and remembers it.
    function cacheCheckpoint(LogCheckpoint calldata checkpoint, bytes calldata signature)
        public
        returns (address signer)
    {
        bytes32 digest = ReceiptVerifier.checkpointDigest(checkpoint);
        signer = ReceiptVerifier.requireSigned(registry, digest, signature);
        _known[_idOf(signer, digest)] = true;
        emit CheckpointCached(signer, checkpoint.treeSize, checkpoint.rootHash, checkpoint.timestampMs);
    }

    /// @notice Whether `cacheCheckpoint` took this checkpoint from this signer.
    function isCheckpointCached(address signer, LogCheckpoint calldata checkpoint)
        public
        view
        returns (bool)
    {
        return _known[_idOf(signer, ReceiptVerifier.checkpointDigest(checkpoint))];
    }

    /// @dev As `ReceiptVerifier.verifyIncluded`, for a checkpoint that is remembered. Reverts unless `receipt` was made for this
    /// contract on this chain, is in the log of `signer`, and `signer` is Active.
    function _verifyIncluded(
        InferenceReceipt calldata receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint,
        address signer
    ) internal view {
        require(isCheckpointCached(signer, checkpoint), CheckpointUnknown(signer, checkpoint.rootHash));
        ReceiptVerifier.requireIncluded(_domainSeparator(), receipt, proof, checkpoint);
        ReceiptVerifier.requireActive(registry, signer);
    }

    function _idOf(address signer, bytes32 digest) private pure returns (bytes32) {
        return keccak256(abi.encode(signer, digest));
    }
}
