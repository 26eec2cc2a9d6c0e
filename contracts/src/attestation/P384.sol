// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Calls the P-384 contract: calldata is digest || r || s || X || Y, 48 bytes each and big-endian, then the hints;
/// it returns the word 1 for a valid signature by a point of the curve, and reverts or returns another word otherwise.
library P384 {
    /// @param digests Of which the one at `index` is meant, 48 bytes each.
    /// @param rs r || s, 96 bytes.
    /// @param keyAt Where in calldata X || Y lie, 96 bytes.
    function verify(
        address implementation,
        bytes memory digests,
        uint256 index,
        bytes memory rs,
        uint256 keyAt,
        bytes calldata hints
    ) internal view returns (bool valid) {
        assembly ("memory-safe") {
            // Free memory as scratch.
            let input := mload(0x40)
            mcopy(input, add(add(digests, 32), mul(48, index)), 48)
            mcopy(add(input, 48), add(rs, 32), 96)
            calldatacopy(add(input, 144), keyAt, 96)
            calldatacopy(add(input, 240), hints.offset, hints.length)
            mstore(0, 0)
            let done := staticcall(gas(), implementation, input, add(240, hints.length), 0, 32)
            valid := and(and(done, eq(returndatasize(), 32)), eq(mload(0), 1))
        }
    }
}
