// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Which outputs were asked for, as one hash.
///
/// A receipt commits to the outputs that its asker chose. Whoever brings an answer was the asker, so without this a stranger
/// could answer a request with a selection of outputs that is of no use to it.
library OutputNames {
    /// The bytes are not an encoding of tensors.
    error OutputsMalformed(uint256 offset, uint256 length);

    /// @notice Folds keccak256 of each name in: `h = keccak256(h || keccak256(name))`, from zero.
    function hash(string[] memory names) internal pure returns (bytes32 result) {
        for (uint256 i = 0; i < names.length; ++i) {
            result = keccak256(abi.encodePacked(result, keccak256(bytes(names[i]))));
        }
    }

    /// @notice The same of the tensors in a canonical encoding.
    /// @dev Follows offsets without asking whether they are canonical: for bytes that an enclave signed they are, and
    /// for others the caller's comparison of hashes fails.
    function hashOf(bytes calldata encoded) internal pure returns (bytes32 result) {
        uint256 count = _word(encoded, 32);
        for (uint256 i = 0; i < count; ++i) {
            uint256 tensor = 64 + _word(encoded, 64 + 32 * i);
            uint256 name = tensor + _word(encoded, tensor);
            uint256 end = name + 32 + _word(encoded, name);
            require(end <= encoded.length, OutputsMalformed(end, encoded.length));
            result = keccak256(abi.encodePacked(result, keccak256(encoded[name + 32:end])));
        }
    }

    /// @dev Below 2^64, so that sums of a few do not wrap.
    function _word(bytes calldata encoded, uint256 offset) private pure returns (uint256 word) {
        bool inside;
        assembly ("memory-safe") {
            word := calldataload(add(encoded.offset, offset))
            // `offset` is a sum of a few words below 2^64, so nothing wraps.
            inside := iszero(or(gt(add(offset, 0x20), encoded.length), shr(64, word)))
        }
        require(inside, OutputsMalformed(offset, encoded.length));
    }
}
