// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// RFC 9162, sections 2.1.1 and 2.1.3.1, by the letter: recursive and slow, so that it owes nothing to what it tests.
library LogTree {
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return rootOf(leaves, 0, leaves.length);
    }

    function proof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        return proofOf(leaves, 0, leaves.length, index);
    }

    function rootOf(bytes32[] memory leaves, uint256 start, uint256 end) private pure returns (bytes32) {
        if (end - start == 0) return sha256("");
        if (end - start == 1) return sha256(abi.encodePacked(bytes1(0), leaves[start]));
        uint256 middle = start + split(end - start);
        return
            sha256(abi.encodePacked(bytes1(0x01), rootOf(leaves, start, middle), rootOf(leaves, middle, end)));
    }

    function proofOf(bytes32[] memory leaves, uint256 start, uint256 end, uint256 index)
        private
        pure
        returns (bytes32[] memory)
    {
        if (end - start == 1) return new bytes32[](0);
        uint256 middle = start + split(end - start);
        if (index < middle) {
            return appended(proofOf(leaves, start, middle, index), rootOf(leaves, middle, end));
        }
        return appended(proofOf(leaves, middle, end, index), rootOf(leaves, start, middle));
    }

    /// The largest power of two below n.
    function split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function appended(bytes32[] memory list, bytes32 item) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = item;
    }
}
