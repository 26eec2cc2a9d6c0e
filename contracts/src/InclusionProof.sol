// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Inclusion in an RFC 6962 tree with SHA-256 (RFC 9162, section 2.1).
library InclusionProof {
    /// There is no leaf `index` in a tree of `treeSize`.
    error LeafOutsideTree(uint256 index, uint256 treeSize);
    /// The path has more or fewer hashes than the way from this leaf to this tree's root.
    error ProofLength(uint256 index, uint256 treeSize, uint256 received);
    /// The path leads to another root. Likely a field of the leaf differs from what was logged.
    error RootMismatch(bytes32 expected, bytes32 received);
    /// The chain lacks the SHA-256 precompile, or too little gas is left for it.
    error Sha256Failed();

    /// @notice Reverts unless `leaf` stands at `index` in the tree of `treeSize` leaves with this root.
    /// @param proof The path from the leaf up (RFC 9162, section 2.1.3.2).
    function verify(bytes32 leaf, uint256 index, bytes32[] calldata proof, uint256 treeSize, bytes32 rootHash)
        internal
        view
    {
        bool answered;
        bytes32 leafHash;
        assembly ("memory-safe") {
            mstore(0x00, 0) // SHA-256(0x00 || leaf): the prefix is the last of these bytes
            mstore(0x20, leaf)
            answered := staticcall(gas(), 2, 0x1f, 0x21, 0x00, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            leafHash := mload(0x00)
        }
        require(answered, Sha256Failed());
        verifyHash(leafHash, index, proof, treeSize, rootHash);
    }

    /// @notice As `verify`, for leaves of any length, by their hash: SHA-256(0x00 || leaf).
    function verifyHash(
        bytes32 leafHash,
        uint256 index,
        bytes32[] calldata proof,
        uint256 treeSize,
        bytes32 rootHash
    ) internal view {
        require(index < treeSize, LeafOutsideTree(index, treeSize));
        bool answered = true;
        bytes32 hash = leafHash;
        uint256 last = treeSize - 1;
        // SHA-256 is a call to a precompile, some 200 gas; what Solidity would put around each of them is as much again.
        assembly ("memory-safe") {
            let free := mload(0x40) // its first byte is overwritten below, and put back
            let node := index
            let end := add(proof.offset, shl(5, proof.length))
            let cursor := proof.offset
            for {} and(lt(cursor, end), gt(last, 0)) { cursor := add(cursor, 0x20) } {
                // SHA-256(0x01 || left || right): at the root's right edge, and wherever the node is odd, it stands right.
                mstore8(0x00, 1)
                switch or(and(node, 1), eq(node, last))
                case 0 {
                    mstore(0x01, hash)
                    mstore(0x21, calldataload(cursor))
                }
                default {
                    mstore(0x01, calldataload(cursor))
                    mstore(0x21, hash)
                    // A last node without a sibling moves up as it is.
                    for {} and(iszero(and(node, 1)), gt(node, 0)) {} {
                        node := shr(1, node)
                        last := shr(1, last)
                    }
                }
                node := shr(1, node)
                last := shr(1, last)
                answered := and(answered, staticcall(gas(), 2, 0x00, 0x41, 0x00, 0x20))
                answered := and(answered, eq(returndatasize(), 0x20))
                hash := mload(0x00)
            }
            // Hashes left over are as wrong as missing ones.
            if lt(cursor, end) { last := 1 }
            mstore(0x40, free)
        }
        require(answered, Sha256Failed());
        require(last == 0, ProofLength(index, treeSize, proof.length));
        require(hash == rootHash, RootMismatch(rootHash, hash));
    }
}
