// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {wordAt} from "./Calldata.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// @notice Strict CBOR (RFC 8949), as much of it as attestation documents use: heads of definite length in their shortest
/// form. What is not asked for is refused: reserved and indefinite lengths, tags, floats.
///
/// @dev Offsets are absolute in calldata. A head may be read past `end`, where other bytes of the caller lie, but then
/// its item ends past `end` as well and is refused, so nothing read there is ever used.
library CborReader {
    uint256 internal constant UNSIGNED = 0;
    uint256 internal constant BYTES = 2;
    uint256 internal constant TEXT = 3;
    uint256 internal constant ARRAY = 4;

    /// @dev The argument of a head of this major type, and where the head ends.
    function head(uint256 pos, uint256 end, uint256 major)
        internal
        pure
        returns (uint256 argument, uint256 next)
    {
        unchecked {
            uint256 word = wordAt(pos);
            require(word >> 253 == major, IAttestationVerifier.CborMalformed("type"));
            uint256 info = (word >> 248) & 31;
            // A number in more bytes than it needs would be a second encoding of the same value.
            uint256 least;
            if (info < 24) {
                (argument, next) = (info, pos + 1);
            } else if (info == 24) {
                (argument, next, least) = ((word >> 240) & 0xff, pos + 2, 24);
            } else if (info == 25) {
                (argument, next, least) = ((word >> 232) & 0xffff, pos + 3, 1 << 8);
            } else if (info == 26) {
                (argument, next, least) = ((word >> 216) & 0xffffffff, pos + 5, 1 << 16);
            } else if (info == 27) {
                (argument, next, least) = ((word >> 184) & 0xffffffffffffffff, pos + 9, 1 << 32);
            } else {
                revert IAttestationVerifier.CborMalformed("length form");
            }
            require(argument >= least, IAttestationVerifier.CborMalformed("not shortest"));
            require(next <= end, IAttestationVerifier.CborMalformed("ends early"));
        }
    }

    /// @dev Content of a byte string or text: from `start` to `stop`, which is also where the item ends.
    function content(uint256 pos, uint256 end, uint256 major)
        internal
        pure
        returns (uint256 start, uint256 stop)
    {
        uint256 length;
        (length, start) = head(pos, end, major);
        // `start <= end` holds, and a length below 2^64 cannot make the sum wrap.
        unchecked {
            stop = start + length;
        }
        require(stop <= end, IAttestationVerifier.CborMalformed("ends early"));
    }
}
