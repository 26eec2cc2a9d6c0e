// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {wordAt} from "./Calldata.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// @notice DER (X.690) elements: one-byte tags, definite lengths in their shortest form, nothing beyond the parent. The
/// attack behind the strictness: two readers that disagree on where a field ends disagree on what was signed.
///
/// @dev Offsets are absolute in calldata. As in CborReader, a header read past `end` leads to an element that ends there
/// and is refused.
library DerReader {
    uint256 internal constant BOOLEAN = 0x01;
    uint256 internal constant INTEGER = 0x02;
    uint256 internal constant BIT_STRING = 0x03;
    uint256 internal constant OCTET_STRING = 0x04;
    uint256 internal constant OID = 0x06;
    uint256 internal constant UTF8_STRING = 0x0c;
    uint256 internal constant PRINTABLE_STRING = 0x13;
    uint256 internal constant IA5_STRING = 0x16;
    uint256 internal constant UTC_TIME = 0x17;
    uint256 internal constant GENERALIZED_TIME = 0x18;
    uint256 internal constant SEQUENCE = 0x30;
    uint256 internal constant SET = 0x31;
    uint256 internal constant EXTENSIONS = 0xa3;

    /// @dev Content of the element at `pos`: from `start` to `stop`, which is also where the element ends.
    function read(uint256 pos, uint256 end, uint256 tag, bytes32 what)
        internal
        pure
        returns (uint256 start, uint256 stop)
    {
        unchecked {
            uint256 word = wordAt(pos);
            require(word >> 248 == tag, IAttestationVerifier.CertificateMalformed(what));
            uint256 length = (word >> 240) & 0xff;
            if (length < 0x80) {
                start = pos + 2;
            } else if (length == 0x81) {
                length = (word >> 232) & 0xff;
                require(length >= 0x80, IAttestationVerifier.CertificateMalformed(what));
                start = pos + 3;
            } else {
                // Longer ones do not occur in certificates of at most 1024 bytes.
                require(length == 0x82, IAttestationVerifier.CertificateMalformed(what));
                length = (word >> 224) & 0xffff;
                require(length >= 0x100, IAttestationVerifier.CertificateMalformed(what));
                start = pos + 4;
            }
            stop = start + length;
        }
        require(stop <= end, IAttestationVerifier.CertificateMalformed(what));
    }

    /// @dev Tag of the next element; zero, which is no tag that anything here asks for, at the end.
    function nextTag(uint256 pos, uint256 end) internal pure returns (uint256) {
        return pos < end ? wordAt(pos) >> 248 : 0;
    }

    /// @dev A non-negative INTEGER in its shortest form, without the sign byte.
    function unsigned(uint256 pos, uint256 end, bytes32 what)
        internal
        pure
        returns (uint256 start, uint256 stop)
    {
        (start, stop) = read(pos, end, INTEGER, what);
        uint256 word = wordAt(start);
        require(stop != start && word >> 255 == 0, IAttestationVerifier.CertificateMalformed(what));
        unchecked {
            if (word >> 248 == 0 && stop - start > 1) {
                // The sign byte is there for a highest bit, and for nothing else.
                require((word >> 247) & 1 == 1, IAttestationVerifier.CertificateMalformed(what));
                ++start;
            }
        }
    }

    /// @dev An OBJECT IDENTIFIER (section 8.19): whole subidentifiers, each in its shortest form.
    function oid(uint256 pos, uint256 end, bytes32 what) internal pure returns (uint256 start, uint256 stop) {
        (start, stop) = read(pos, end, OID, what);
        bool begins = true;
        unchecked {
            for (uint256 i = start; i < stop; ++i) {
                uint256 octet = wordAt(i) >> 248;
                require(!begins || octet != 0x80, IAttestationVerifier.CertificateMalformed(what));
                begins = octet < 0x80;
            }
        }
        require(begins && stop != start, IAttestationVerifier.CertificateMalformed(what));
    }
}
