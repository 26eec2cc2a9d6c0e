// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Inclusion in an RFC 6962 tree with SHA-256 (RFC 9162, section 2.1). Leaves are 32 bytes each here.
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
        require(index < treeSize, LeafOutsideTree(index, treeSize));
        bytes32 hash = _leafHash(leaf);
        uint256 node = index;
        uint256 last = treeSize - 1;
        unchecked { // i < proof.length
            for (uint256 i = 0; i < proof.length; ++i) {
                require(last != 0, ProofLength(index, treeSize, proof.length));
                if (node & 1 == 1 || node == last) {
                    hash = _nodeHash(proof[i], hash);
                    // A last node without a sibling moves up as it is.
                    while (node & 1 == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
                } else {
                    hash = _nodeHash(hash, proof[i]);
                }
                (node, last) = (node >> 1, last >> 1);
            }
        }
        require(last == 0, ProofLength(index, treeSize, proof.length));
        require(hash == rootHash, RootMismatch(rootHash, hash));
    }

    /// @dev SHA-256(0x00 || leaf).
    function _leafHash(bytes32 leaf) private view returns (bytes32 hash) {
        bool answered;
        assembly ("memory-safe") {
            mstore(0x00, 0) // the last byte is the prefix
            mstore(0x20, leaf)
            answered := staticcall(gas(), 2, 0x1f, 0x21, 0x00, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            hash := mload(0x00)
        }
        require(answered, Sha256Failed());
    }

    /// @dev SHA-256(0x01 || left || right), in the scratch space up to the first byte of the free memory pointer.
    function _nodeHash(bytes32 left, bytes32 right) private view returns (bytes32 hash) {
        bool answered;
        assembly ("memory-safe") {
            let free := mload(0x40) // overwritten in part, and put back
            mstore8(0x00, 1)
            mstore(0x01, left)
            mstore(0x21, right)
            answered := staticcall(gas(), 2, 0x00, 0x41, 0x00, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            hash := mload(0x00)
            mstore(0x40, free)
        }
        require(answered, Sha256Failed());
    }
}
