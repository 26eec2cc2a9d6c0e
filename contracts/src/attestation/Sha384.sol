// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Calls the SHA-384 contract, which hashes ranges of one buffer, two at a time: calldata is the number of
/// ranges, each range as offset << 128 | length, then the buffer; it returns 48 bytes for each range.
library Sha384 {
    /// The contract gave something else than 48 bytes for each range: too little gas, or another contract.
    error Sha384Failed();

    /// @param prefix Its last `prefixLength` bytes (at most 32) begin the buffer.
    /// @param from The buffer goes on with the calldata from here to `to`.
    /// @param ranges Longest first is cheapest.
    /// @return digests 48 bytes for each range.
    function hash(
        address implementation,
        uint256 prefix,
        uint256 prefixLength,
        uint256 from,
        uint256 to,
        uint256[] memory ranges
    ) internal view returns (bytes memory digests) {
        digests = new bytes(48 * ranges.length);
        bool done;
        assembly ("memory-safe") {
            // Free memory as scratch: count and table, which is how the array lies in memory, then the buffer.
            let input := mload(0x40)
            let tableBytes := add(32, shl(5, mload(ranges)))
            mcopy(input, ranges, tableBytes)
            let buffer := add(input, tableBytes)
            mstore(buffer, shl(sub(256, shl(3, prefixLength)), prefix))
            calldatacopy(add(buffer, prefixLength), from, sub(to, from))
            let length := add(add(tableBytes, prefixLength), sub(to, from))
            done := staticcall(gas(), implementation, input, length, add(digests, 32), mload(digests))
            done := and(done, eq(returndatasize(), mload(digests)))
        }
        require(done, Sha384Failed());
    }
}
