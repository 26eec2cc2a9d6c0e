// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// What an enclave signs about its log: the tree over the first `treeSize` entries has this root. The receipt key signs it
/// in the domain without audience, and the signer names the log: one log per receipt key.
///
/// Leaf 0 opens the log; leaf i is the receipt with sequence i, its data the receipt's EIP-712 digest with the receipt's
/// own audience. So one checkpoint signature vouches for all receipts below it, for whichever contract they were made.
/// @param treeSize Number of leaves.
/// @param rootHash RFC 6962's tree hash with SHA-256.
/// @param timestampMs The enclave's clock in milliseconds.
struct LogCheckpoint {
    uint64 treeSize;
    bytes32 rootHash;
    uint64 timestampMs;
}

// keccak256("LogCheckpoint(uint64 treeSize,bytes32 rootHash,uint64 timestampMs)")
bytes32 constant LOG_CHECKPOINT_TYPEHASH =
    keccak256("LogCheckpoint(uint64 treeSize,bytes32 rootHash,uint64 timestampMs)");
