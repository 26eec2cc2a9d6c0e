// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {isUtf8At, wordAt} from "./Calldata.sol";
import {CborReader} from "./CborReader.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// Where things lie in a document, by absolute offset in calldata; `…End` is the first byte after. Zero for absent fields.
/// @param payloadItemAt The payload's byte string with its head, which is how a Sig_structure holds it too.
/// @param pcrMask Bit i is set when PCRi is there; then `pcrAt[i]` is where its 48 bytes begin.
/// @param path The certificates from the root to the leaf, see NitroDocument.pack.
struct DocumentView {
    uint256 payloadItemAt;
    uint256 payloadEnd;
    uint256 signatureAt;
    uint256 moduleIdAt;
    uint256 moduleIdEnd;
    uint256 timestampMs;
    uint256 pcrMask;
    uint256[32] pcrAt;
    uint256[] path;
    uint256 publicKeyAt;
    uint256 publicKeyEnd;
    uint256 userDataAt;
    uint256 userDataEnd;
    uint256 nonceAt;
    uint256 nonceEnd;
}

/// @notice Reads a Nitro attestation document (AWS attestation_process.md): the profile of COSE, then the fields of the
/// payload in any order. Every field has one type, so there is no general CBOR value here and nothing recursive.
library NitroDocument {
    uint256 internal constant DOCUMENT_BYTES_MAX = 32 * 1024;
    uint256 internal constant PAYLOAD_BYTES_MAX = 16_384;
    uint256 internal constant CERTIFICATE_BYTES_MAX = 1024;
    /// Real chains hold four; each one more costs a signature check.
    uint256 internal constant CABUNDLE_MAX = 10;
    uint256 internal constant PCR_COUNT_MAX = 32;
    uint256 internal constant FIELD_BYTES_MAX = 1024;
    /// 2^53 - 1, the largest integer that every JSON and JavaScript reader of the same document holds exactly.
    uint256 internal constant TIMESTAMP_MS_MAX = (1 << 53) - 1;

    uint256 private constant TAG_18 = 0xd2;
    /// Array of four; byte string of four holding {1: -35}, which is ES384; the empty map. Shortest forms are the only
    /// forms, so these seven bytes are the only way to write it.
    uint256 private constant ENVELOPE_HEAD = 0x8444a1013822a0;
    /// Head of a byte string of 96.
    uint256 private constant SIGNATURE_HEAD = 0x5860;
    /// Head of a byte string of 48.
    uint256 private constant PCR_HEAD = 0x5830;
    /// The text "SHA384" with its head.
    uint256 private constant DIGEST = 0x66534841333834;
    uint256 private constant NULL = 0xf6;
    uint256 private constant INDEFINITE_MAP = 0xbf;
    uint256 private constant BREAK = 0xff;

    // Keys with their heads, as they stand in a document.
    uint256 private constant MODULE_ID = uint80(bytes10("\x69module_id"));
    uint256 private constant DIGEST_KEY = uint56(bytes7("\x66digest"));
    uint256 private constant TIMESTAMP = uint80(bytes10("\x69timestamp"));
    uint256 private constant PCRS = uint40(bytes5("\x64pcrs"));
    uint256 private constant CERTIFICATE = uint96(bytes12("\x6bcertificate"));
    uint256 private constant CABUNDLE = uint72(bytes9("\x68cabundle"));
    uint256 private constant PUBLIC_KEY = uint88(bytes11("\x6apublic_key"));
    uint256 private constant USER_DATA = uint80(bytes10("\x69user_data"));
    uint256 private constant NONCE = uint48(bytes6("\x65nonce"));
    uint256 private constant NITROTPM_PCRS = uint112(bytes14("\x6dnitrotpm_pcrs"));

    // A bit for each field that was seen.
    uint256 private constant SAW_MODULE_ID = 1;
    uint256 private constant SAW_DIGEST = 2;
    uint256 private constant SAW_TIMESTAMP = 4;
    uint256 private constant SAW_PCRS = 8;
    uint256 private constant SAW_CERTIFICATE = 16;
    uint256 private constant SAW_CABUNDLE = 32;
    uint256 private constant SAW_PUBLIC_KEY = 64;
    uint256 private constant SAW_USER_DATA = 128;
    uint256 private constant SAW_NONCE = 256;
    uint256 private constant SAW_ALL_REQUIRED = 63;

    /// @dev Reads all of `document`, to its last byte.
    function read(bytes calldata document) internal pure returns (DocumentView memory view_) {
        uint256 pos;
        assembly ("memory-safe") {
            pos := document.offset
        }
        require(document.length <= DOCUMENT_BYTES_MAX, IAttestationVerifier.CborMalformed("too long"));
        uint256 end = pos + document.length;
        unchecked {
            if (wordAt(pos) >> 248 == TAG_18) ++pos;
            require(wordAt(pos) >> 200 == ENVELOPE_HEAD, IAttestationVerifier.CoseMalformed("headers"));
            pos += 7;
            view_.payloadItemAt = pos;
            uint256 payloadAt;
            (payloadAt, pos) = CborReader.content(pos, end, CborReader.BYTES);
            view_.payloadEnd = pos;
            require(
                pos != payloadAt && pos - payloadAt <= PAYLOAD_BYTES_MAX,
                IAttestationVerifier.CoseMalformed("payload")
            );
            require(wordAt(pos) >> 240 == SIGNATURE_HEAD, IAttestationVerifier.CoseMalformed("signature"));
            view_.signatureAt = pos + 2;
            require(pos + 98 == end, IAttestationVerifier.CoseMalformed("end"));
            _payload(view_, payloadAt, view_.payloadEnd);
        }
    }

    /// @dev Start and end of a certificate in one word: an element of `path`.
    function pack(uint256 pos, uint256 end) internal pure returns (uint256) {
        return pos << 128 | end;
    }

    function unpack(uint256 packed) internal pure returns (uint256 pos, uint256 end) {
        return (packed >> 128, packed & type(uint128).max);
    }

    // ------------------------------------------------------------------ payload

    function _payload(DocumentView memory view_, uint256 pos, uint256 end) private pure {
        (uint256 count, uint256 next) = _mapHead(pos, end);
        pos = next;
        uint256 seen;
        uint256 certificate;
        uint256[] memory cabundle;
        for (; count != 0; --count) {
            if (_isBreak(pos, count)) {
                ++pos;
                break;
            }
            require(pos < end, IAttestationVerifier.CborMalformed("ends early"));
            uint256 word = wordAt(pos);
            // Text of at most 13 bytes: no field's name is longer.
            uint256 length = (word >> 248) ^ 0x60;
            require(length <= 13, IAttestationVerifier.AttestationMalformed("key"));
            uint256 key = word >> (8 * (31 - length));
            pos += 1 + length;
            uint256 field;
            if (key == MODULE_ID) {
                field = SAW_MODULE_ID;
                pos = _moduleId(view_, pos, end);
            } else if (key == DIGEST_KEY) {
                field = SAW_DIGEST;
                require(wordAt(pos) >> 200 == DIGEST, IAttestationVerifier.AttestationMalformed("digest"));
                pos += 7;
            } else if (key == TIMESTAMP) {
                field = SAW_TIMESTAMP;
                (view_.timestampMs, pos) = CborReader.head(pos, end, CborReader.UNSIGNED);
                require(
                    view_.timestampMs != 0 && view_.timestampMs <= TIMESTAMP_MS_MAX,
                    IAttestationVerifier.AttestationMalformed("timestamp")
                );
            } else if (key == PCRS) {
                field = SAW_PCRS;
                require(seen & SAW_PCRS == 0, IAttestationVerifier.CborMalformed("key twice"));
                pos = _pcrs(view_, pos, end);
            } else if (key == CERTIFICATE) {
                field = SAW_CERTIFICATE;
                (certificate, pos) = _certificate(pos, end, "certificate");
            } else if (key == CABUNDLE) {
                field = SAW_CABUNDLE;
                (cabundle, pos) = _cabundle(pos, end);
            } else if (key == PUBLIC_KEY) {
                field = SAW_PUBLIC_KEY;
                (view_.publicKeyAt, view_.publicKeyEnd, pos) = _optional(pos, end, "public_key");
            } else if (key == USER_DATA) {
                field = SAW_USER_DATA;
                (view_.userDataAt, view_.userDataEnd, pos) = _optional(pos, end, "user_data");
            } else if (key == NONCE) {
                field = SAW_NONCE;
                (view_.nonceAt, view_.nonceEnd, pos) = _optional(pos, end, "nonce");
            } else {
                // The attack: EC2 instances get documents under the same root, whose registers mean something else.
                require(key != NITROTPM_PCRS, IAttestationVerifier.AttestationNitroTpm());
                revert IAttestationVerifier.AttestationMalformed("key");
            }
            // The attack: with two `pcrs`, one reader checks the first and another acts on the second.
            require(seen & field == 0, IAttestationVerifier.CborMalformed("key twice"));
            seen |= field;
        }
        require(pos == end, IAttestationVerifier.CborMalformed("payload end"));
        require(
            seen & SAW_ALL_REQUIRED == SAW_ALL_REQUIRED, IAttestationVerifier.AttestationMalformed("missing")
        );
        // `_cabundle` left room for the leaf.
        cabundle[cabundle.length - 1] = certificate;
        view_.path = cabundle;
    }

    /// @dev Maps come with a definite length (AWS until 2025-04) and without one (since 2025-08). The count of the latter
    /// is as good as endless: a loop over it ends at the break, or at a key that is unknown or there twice.
    function _mapHead(uint256 pos, uint256 end) private pure returns (uint256 count, uint256 next) {
        uint256 initial = wordAt(pos) >> 248;
        if (initial == INDEFINITE_MAP) return (type(uint256).max, pos + 1);
        return CborReader.head(pos, end, 5);
    }

    function _isBreak(uint256 pos, uint256 count) private pure returns (bool) {
        // A definite map has at most 2^64 - 1 entries, and a break inside it is no key.
        return count > type(uint64).max && wordAt(pos) >> 248 == BREAK;
    }

    function _moduleId(DocumentView memory view_, uint256 pos, uint256 end)
        private
        pure
        returns (uint256 next)
    {
        (pos, next) = CborReader.content(pos, end, CborReader.TEXT);
        require(pos != next, IAttestationVerifier.AttestationMalformed("module_id"));
        require(isUtf8At(pos, next), IAttestationVerifier.CborMalformed("utf-8"));
        require(!_contains(pos, next, "-tpm"), IAttestationVerifier.AttestationNitroTpm());
        (view_.moduleIdAt, view_.moduleIdEnd) = (pos, next);
    }

    /// @dev Searches for four bytes, in 29 places at a time: `differences` has a zero byte wherever all four agree, and
    /// the sum below carries into the highest bit of exactly the nonzero bytes.
    function _contains(uint256 pos, uint256 end, bytes4 text) private pure returns (bool) {
        uint256 ones = 0x0101010101010101010101010101010101010101010101010101010101010101;
        uint256 low = ones * 0x7f;
        unchecked {
            for (; pos + 4 <= end; pos += 29) {
                uint256 word = wordAt(pos);
                uint256 differences = (word ^ ones * uint8(text[0])) | ((word << 8) ^ ones * uint8(text[1]))
                    | ((word << 16) ^ ones * uint8(text[2])) | ((word << 24) ^ ones * uint8(text[3]));
                uint256 zeros = ~(((differences & low) + low) | differences | low);
                // Only places from which four bytes still lie before the end, and inside this word.
                uint256 places = end - pos - 3;
                if (places > 29) places = 29;
                if (zeros >> (256 - 8 * places) != 0) return true;
            }
            return false;
        }
    }

    function _pcrs(DocumentView memory view_, uint256 pos, uint256 end) private pure returns (uint256) {
        (uint256 count, uint256 next) = _mapHead(pos, end);
        pos = next;
        bool definite = count <= type(uint64).max;
        require(!definite || count <= PCR_COUNT_MAX, IAttestationVerifier.AttestationMalformed("pcrs"));
        uint256 mask;
        uint256[32] memory pcrAt = view_.pcrAt;
        unchecked {
            for (; count != 0; --count) {
                uint256 word = wordAt(pos);
                uint256 index = word >> 248;
                if (index == BREAK && !definite) {
                    ++pos;
                    break;
                }
                // Up to 23 the head is the number; from 24 on it is 18 and then the number.
                if (index == 0x18) {
                    index = (word >> 240) & 0xff;
                    require(index >= 24, IAttestationVerifier.CborMalformed("not shortest"));
                    word <<= 8;
                    ++pos;
                } else {
                    require(index < 24, IAttestationVerifier.AttestationMalformed("pcrs"));
                }
                require(
                    index < PCR_COUNT_MAX && (word >> 232) & 0xffff == PCR_HEAD,
                    IAttestationVerifier.AttestationMalformed("pcrs")
                );
                require((mask >> index) & 1 == 0, IAttestationVerifier.CborMalformed("key twice"));
                mask |= 1 << index;
                pcrAt[index] = pos + 3;
                pos += 51;
            }
        }
        require(mask != 0, IAttestationVerifier.AttestationMalformed("pcrs"));
        require(pos <= end, IAttestationVerifier.CborMalformed("ends early"));
        view_.pcrMask = mask;
        return pos;
    }

    function _certificate(uint256 pos, uint256 end, bytes32 field)
        private
        pure
        returns (uint256 packed, uint256 next)
    {
        (pos, next) = CborReader.content(pos, end, CborReader.BYTES);
        require(
            pos != next && next - pos <= CERTIFICATE_BYTES_MAX,
            IAttestationVerifier.AttestationMalformed(field)
        );
        packed = pack(pos, next);
    }

    /// @dev One element longer than the bundle.
    function _cabundle(uint256 pos, uint256 end) private pure returns (uint256[] memory path, uint256 next) {
        uint256 count;
        (count, next) = CborReader.head(pos, end, CborReader.ARRAY);
        require(count != 0 && count <= CABUNDLE_MAX, IAttestationVerifier.AttestationMalformed("cabundle"));
        path = new uint256[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            (path[i], next) = _certificate(next, end, "cabundle");
        }
    }

    /// @dev Null, which AWS writes for what is absent, or a byte string. 1024 is what AWS signs, though one of its two
    /// texts says 512; an empty one occurs too.
    function _optional(uint256 pos, uint256 end, bytes32 field)
        private
        pure
        returns (uint256 start, uint256 stop, uint256 next)
    {
        if (wordAt(pos) >> 248 == NULL) return (0, 0, pos + 1);
        (start, stop) = CborReader.content(pos, end, CborReader.BYTES);
        require(stop - start <= FIELD_BYTES_MAX, IAttestationVerifier.AttestationMalformed(field));
        next = stop;
    }
}
