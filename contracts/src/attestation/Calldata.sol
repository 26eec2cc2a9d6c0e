// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// Calldata by absolute offset. The readers in this folder walk kilobytes in steps of a few bytes; a `bytes calldata`
// slice for each step costs several times the step itself (two stack words, two bounds checks, a memory copy to
// hash), so they carry plain offsets, and each reader compares the end of every element with the end of its parent. These
// functions do not check: past the end of calldata there are zeros, and past the end of a document there is whatever the
// caller sent.

/// 32 bytes from `pos`, the first one highest.
function wordAt(uint256 pos) pure returns (uint256 word) {
    assembly ("memory-safe") {
        word := calldataload(pos)
    }
}

/// keccak256 of the bytes from `pos` to `end`.
function keccakAt(uint256 pos, uint256 end) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        // Free memory as scratch: the pointer stays, so nothing is reserved.
        let free := mload(0x40)
        calldatacopy(free, pos, sub(end, pos))
        hash := keccak256(free, sub(end, pos))
    }
}

/// keccak256(first || the bytes from `pos` to `end`).
function keccakAt(bytes32 first, uint256 pos, uint256 end) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, first)
        calldatacopy(add(free, 32), pos, sub(end, pos))
        hash := keccak256(free, add(32, sub(end, pos)))
    }
}

/// A copy in memory.
function bytesAt(uint256 pos, uint256 end) pure returns (bytes memory copy) {
    assembly ("memory-safe") {
        copy := mload(0x40)
        let length := sub(end, pos)
        mstore(copy, length)
        calldatacopy(add(copy, 32), pos, length)
        // The next object begins at a whole word; what lies between is zero, as for every `bytes`.
        mstore(add(add(copy, 32), length), 0)
        mstore(0x40, and(add(add(copy, 63), length), not(31)))
    }
}

/// True when the bytes from `pos` to `end` are all below 0x80.
function isAsciiAt(uint256 pos, uint256 end) pure returns (bool) {
    unchecked {
        for (; pos < end; pos += 32) {
            uint256 word = wordAt(pos);
            // Bytes after the end are masked away.
            if (end - pos < 32) word &= ~(type(uint256).max >> (8 * (end - pos)));
            if (word & 0x8080808080808080808080808080808080808080808080808080808080808080 != 0) return false;
        }
        return true;
    }
}

/// True when the bytes from `pos` to `end` are UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above U+10FFFF.
function isUtf8At(uint256 pos, uint256 end) pure returns (bool) {
    if (isAsciiAt(pos, end)) return true;
    unchecked {
        while (pos < end) {
            uint256 word = wordAt(pos);
            uint256 first = word >> 248;
            if (first < 0x80) {
                ++pos;
                continue;
            }
            uint256 second = (word >> 240) & 0xff;
            // Bounds of the second byte keep out long forms (e0, f0), surrogates (ed) and what lies above U+10FFFF (f4).
            uint256 least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            uint256 most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            if (first < 0xc2 || first > 0xf4 || second < least || second > most) return false;
            if (first >= 0xe0 && (word >> 232) & 0xc0 != 0x80) return false;
            if (first >= 0xf0 && (word >> 224) & 0xc0 != 0x80) return false;
            pos += first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        }
        // A character that was cut off ends behind the end.
        return pos == end;
    }
}
