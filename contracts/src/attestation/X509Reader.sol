// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {isAsciiAt, isUtf8At, keccakAt, wordAt} from "./Calldata.sol";
import {DerReader} from "./DerReader.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// What a path check needs of a certificate. Offsets are absolute in calldata.
/// @param issuerAt Name as DER, to `issuerEnd`; its text is not looked at, see X509Reader.read.
/// @param keyAt X and Y of the P-384 point, 96 bytes.
/// @param notBeforeSeconds Zero stands for all times before 1970.
/// @param notAfterSeconds Inclusive (RFC 5280 section 4.1.2.5): the certificate is still valid during this second.
/// @param pathLength How many CAs may follow, or NO_LIMIT.
struct Certificate {
    uint256 issuerAt;
    uint256 issuerEnd;
    uint256 subjectAt;
    uint256 keyAt;
    uint256 notBeforeSeconds;
    uint256 notAfterSeconds;
    uint256 pathLength;
    bool isCa;
    bool isCaCritical;
    bool digitalSignature;
    bool keyCertSign;
}

/// @notice Strict reader of X.509 v3 certificates (RFC 5280) in the one profile that AWS uses: P-384 keys,
/// ecdsa-with-SHA384, no unknown critical extension, DER only, nothing after the end.
library X509Reader {
    uint256 internal constant NO_LIMIT = 255;

    /// AlgorithmIdentifier { 1.2.840.10045.4.3.3 }, no parameters (RFC 5758 section 3.2): 12 bytes.
    uint256 internal constant ECDSA_WITH_SHA384 = 0x300a06082a8648ce3d040303;
    /// `[0] { INTEGER 2 }`, 5 bytes: version 3.
    uint256 private constant VERSION_3 = 0xa003020102;
    /// SubjectPublicKeyInfo up to the point: id-ecPublicKey and secp384r1 (RFC 5480 section 2.1.1), BIT STRING without
    /// unused bits, uncompressed. DER leaves no other way to write these 24 bytes.
    uint256 private constant P384_KEY_INFO = 0x3076301006072a8648ce3d020106052b8104002203620004;

    /// 2.5.29.19, 2.5.29.15 and 2.5.29.14 share their first two bytes with all standard extensions.
    uint256 private constant STANDARD_EXTENSION = 0x551d;
    uint256 private constant BASIC_CONSTRAINTS = 19;
    uint256 private constant KEY_USAGE = 15;
    uint256 private constant SUBJECT_KEY_IDENTIFIER = 14;

    /// @dev Where the signed part lies, header included, in a certificate that fills `pos` to `end`.
    function envelope(uint256 pos, uint256 end) internal pure returns (uint256 tbsAt, uint256 tbsEnd) {
        uint256 stop;
        (tbsAt, stop) = DerReader.read(pos, end, DerReader.SEQUENCE, "certificate");
        require(stop == end, IAttestationVerifier.CertificateMalformed("after certificate"));
        (, tbsEnd) = DerReader.read(tbsAt, end, DerReader.SEQUENCE, "tbsCertificate");
    }

    /// @dev What follows the signed part: the algorithm once more, or the unsigned place could name another one
    /// (section 4.1.1.2), and the signature as 48 bytes r and 48 bytes s. Their range is the curve code's business.
    function signature(uint256 tbsEnd, uint256 end) internal pure returns (bytes memory rs) {
        unchecked {
            require(
                wordAt(tbsEnd) >> 160 == ECDSA_WITH_SHA384,
                IAttestationVerifier.CertificateMalformed("signatureAlgorithm")
            );
            (uint256 pos, uint256 stop) =
                DerReader.read(tbsEnd + 12, end, DerReader.BIT_STRING, "signatureValue");
            require(
                stop == end && stop != pos && wordAt(pos) >> 248 == 0,
                IAttestationVerifier.CertificateMalformed("signatureValue")
            );
            (pos, stop) = DerReader.read(pos + 1, end, DerReader.SEQUENCE, "signature");
            require(stop == end, IAttestationVerifier.CertificateMalformed("signature"));
            (uint256 r, uint256 rEnd) = DerReader.unsigned(pos, end, "signature r");
            (uint256 s, uint256 sEnd) = DerReader.unsigned(rEnd, end, "signature s");
            require(
                sEnd == end && rEnd - r <= 48 && sEnd - s <= 48,
                IAttestationVerifier.CertificateMalformed("signature")
            );
            rs = new bytes(96);
            assembly ("memory-safe") {
                // Right-aligned in two fields of 48 bytes, into memory that `new` has zeroed.
                calldatacopy(sub(add(rs, 80), sub(rEnd, r)), r, sub(rEnd, r))
                calldatacopy(sub(add(rs, 128), sub(sEnd, s)), s, sub(sEnd, s))
            }
        }
    }

    /// @dev Reads the signed part from `tbsAt` to `tbsEnd` to its last byte. The text of the issuer's name is not
    /// read, since a path check holds the name byte for byte to the subject of the certificate above, which is.
    function read(uint256 tbsAt, uint256 tbsEnd) internal pure returns (Certificate memory certificate) {
        unchecked {
            (uint256 pos,) = DerReader.read(tbsAt, tbsEnd, DerReader.SEQUENCE, "tbsCertificate");
            require(wordAt(pos) >> 216 == VERSION_3, IAttestationVerifier.CertificateMalformed("version"));
            pos = _serial(pos + 5, tbsEnd);
            require(
                wordAt(pos) >> 160 == ECDSA_WITH_SHA384,
                IAttestationVerifier.CertificateMalformed("algorithm")
            );
            pos += 12;
            certificate.issuerAt = pos;
            (, pos) = DerReader.read(pos, tbsEnd, DerReader.SEQUENCE, "issuer");
            certificate.issuerEnd = pos;
            pos = _validity(certificate, pos, tbsEnd);
            certificate.subjectAt = pos;
            pos = _name(pos, tbsEnd);
            require(
                wordAt(pos) >> 64 == P384_KEY_INFO, IAttestationVerifier.CertificateMalformed("public key")
            );
            pos += 24;
            certificate.keyAt = pos;
            pos += 96;
            // Without extensions a certificate has no use on a path: neither CA nor key usage.
            (uint256 wrapper, uint256 wrapperEnd) =
                DerReader.read(pos, tbsEnd, DerReader.EXTENSIONS, "extensions");
            require(wrapperEnd == tbsEnd, IAttestationVerifier.CertificateMalformed("after extensions"));
            _extensions(certificate, wrapper, wrapperEnd);
        }
    }

    /// @dev Serial number, AlgorithmIdentifier and issuer stand side by side, so one slice names a certificate for
    /// revocation. For signed parts that `read` accepted once, which is what a cached identity says.
    function revocationId(uint256 tbsAt) internal pure returns (bytes32) {
        unchecked {
            uint256 end = tbsAt + 1024;
            uint256 pos = serialAt(tbsAt);
            (, uint256 serialEnd) = DerReader.read(pos, end, DerReader.INTEGER, "serial");
            (, uint256 issuerEnd) = DerReader.read(serialEnd + 12, end, DerReader.SEQUENCE, "issuer");
            return keccakAt(pos, issuerEnd);
        }
    }

    /// @dev Behind the version, which `read` compares.
    function serialAt(uint256 tbsAt) internal pure returns (uint256) {
        unchecked {
            (uint256 pos,) = DerReader.read(tbsAt, tbsAt + 1024, DerReader.SEQUENCE, "tbsCertificate");
            return pos + 5;
        }
    }

    /// @dev Section 4.1.2.2: positive, at most 20 bytes.
    function _serial(uint256 pos, uint256 end) private pure returns (uint256 next) {
        uint256 start;
        (start, next) = DerReader.unsigned(pos, end, "serial");
        // Shortest form, so zero is a single zero byte.
        require(
            next - start <= 20 && wordAt(start) >> 248 != 0,
            IAttestationVerifier.CertificateMalformed("serial")
        );
    }

    // ------------------------------------------------------------------ validity

    function _validity(Certificate memory certificate, uint256 pos, uint256 end)
        private
        pure
        returns (uint256 next)
    {
        (pos, next) = DerReader.read(pos, end, DerReader.SEQUENCE, "validity");
        (certificate.notBeforeSeconds, pos) = _time(pos, next, "notBefore");
        (certificate.notAfterSeconds, pos) = _time(pos, next, "notAfter");
        require(pos == next, IAttestationVerifier.CertificateMalformed("after validity"));
    }

    /// @dev Section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, both in seconds and ending in Z. Times before
    /// 1970 read as zero; no block is that early, so this decides nothing.
    function _time(uint256 pos, uint256 end, bytes32 what)
        private
        pure
        returns (uint256 seconds_, uint256 next)
    {
        unchecked {
            bool generalized = DerReader.nextTag(pos, end) == DerReader.GENERALIZED_TIME;
            (pos, next) =
                DerReader.read(pos, end, generalized ? DerReader.GENERALIZED_TIME : DerReader.UTC_TIME, what);
            uint256 word = wordAt(pos);
            uint256 year;
            if (generalized) {
                year = 100 * _digits(word, 0, what);
                // From here on as in UTCTime.
                word <<= 16;
                pos += 2;
            }
            require(
                next - pos == 13 && (word >> 152) & 0xff == 0x5a,
                IAttestationVerifier.CertificateMalformed(what)
            );
            uint256 twoDigits = _digits(word, 0, what);
            if (generalized) {
                year += twoDigits;
                require(year >= 2050, IAttestationVerifier.CertificateMalformed(what));
            } else {
                year = twoDigits < 50 ? 2000 + twoDigits : 1900 + twoDigits;
            }
            uint256 month = _digits(word, 2, what);
            uint256 day = _digits(word, 4, what);
            require(
                month >= 1 && month <= 12 && day >= 1 && day <= _daysIn(month, year),
                IAttestationVerifier.CertificateMalformed(what)
            );
            uint256 hour = _digits(word, 6, what);
            uint256 minute = _digits(word, 8, what);
            uint256 second = _digits(word, 10, what);
            require(hour < 24 && minute < 60 && second < 60, IAttestationVerifier.CertificateMalformed(what));
            if (year < 1970) return (0, next);
            seconds_ = _daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        }
    }

    /// @dev Two decimal digits, `index` bytes from the highest byte.
    function _digits(uint256 word, uint256 index, bytes32 what) private pure returns (uint256) {
        unchecked {
            uint256 pair = (word >> (240 - 8 * index)) & 0xffff;
            // Below the digit zero both differences wrap around to something large.
            uint256 tens = (pair >> 8) - 0x30;
            uint256 ones = (pair & 0xff) - 0x30;
            require(tens < 10 && ones < 10, IAttestationVerifier.CertificateMalformed(what));
            return 10 * tens + ones;
        }
    }

    function _daysIn(uint256 month, uint256 year) private pure returns (uint256) {
        unchecked {
            if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            // 31 in odd months through July and in even ones after it.
            return 30 + ((month + (month >> 3)) & 1);
        }
    }

    /// @dev Counts the year from March, so that the leap day comes last: 153 days in every five months, 146,097 in every
    /// 400 years; 719,468 days lie between March of year 0 and 1970.
    function _daysSince1970(uint256 year, uint256 month, uint256 day) private pure returns (uint256) {
        unchecked {
            if (month <= 2) --year;
            uint256 sinceMarch = month > 2 ? month - 3 : month + 9;
            uint256 dayOfYear = (153 * sinceMarch + 2) / 5 + day - 1;
            return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468;
        }
    }

    // ------------------------------------------------------------------ names

    /// @dev Section 4.1.2.4, one attribute to a set as all CAs write it. The whole name is read, because a name that
    /// another parser cannot read is a name that it reads otherwise.
    function _name(uint256 pos, uint256 end) private pure returns (uint256 next) {
        (pos, next) = DerReader.read(pos, end, DerReader.SEQUENCE, "subject");
        require(pos != next, IAttestationVerifier.CertificateMalformed("subject"));
        while (pos != next) {
            (uint256 inner, uint256 setEnd) = DerReader.read(pos, next, DerReader.SET, "subject");
            pos = setEnd;
            uint256 attributeEnd;
            (inner, attributeEnd) = DerReader.read(inner, setEnd, DerReader.SEQUENCE, "subject");
            require(attributeEnd == setEnd, IAttestationVerifier.CertificateMalformed("subject"));
            (, inner) = DerReader.oid(inner, setEnd, "subject");
            uint256 tag = DerReader.nextTag(inner, setEnd);
            uint256 textEnd;
            (inner, textEnd) = DerReader.read(inner, setEnd, tag, "subject");
            require(textEnd == setEnd, IAttestationVerifier.CertificateMalformed("subject"));
            bool isText = tag == DerReader.UTF8_STRING
                ? isUtf8At(inner, textEnd)
                : (tag == DerReader.PRINTABLE_STRING || tag == DerReader.IA5_STRING)
                    && isAsciiAt(inner, textEnd);
            require(isText, IAttestationVerifier.CertificateMalformed("subject text"));
        }
    }

    // ------------------------------------------------------------------ extensions

    function _extensions(Certificate memory certificate, uint256 pos, uint256 end) private pure {
        certificate.pathLength = NO_LIMIT;
        uint256 listEnd;
        (pos, listEnd) = DerReader.read(pos, end, DerReader.SEQUENCE, "extensions");
        require(listEnd == end && pos != end, IAttestationVerifier.CertificateMalformed("extensions"));
        uint256 listAt = pos;
        // Bit n: 2.5.29.n was there.
        uint256 seen;
        while (pos != end) {
            uint256 extensionAt = pos;
            (uint256 inner, uint256 extensionEnd) = DerReader.read(pos, end, DerReader.SEQUENCE, "extension");
            pos = extensionEnd;
            uint256 oidEnd;
            (inner, oidEnd) = DerReader.oid(inner, extensionEnd, "extnID");
            uint256 id = type(uint256).max;
            if (oidEnd - inner == 3 && wordAt(inner) >> 240 == STANDARD_EXTENSION) {
                // Below 128, or the identifier would go on.
                id = (wordAt(inner) >> 232) & 0xff;
                require((seen >> id) & 1 == 0, IAttestationVerifier.CertificateMalformed("extension twice"));
                seen |= 1 << id;
            } else {
                _requireFirst(listAt, extensionAt, keccakAt(inner, oidEnd));
            }
            bool critical = DerReader.nextTag(oidEnd, extensionEnd) == DerReader.BOOLEAN;
            if (critical) oidEnd = _true(oidEnd, extensionEnd, "critical");
            (uint256 value, uint256 valueEnd) =
                DerReader.read(oidEnd, extensionEnd, DerReader.OCTET_STRING, "extnValue");
            require(valueEnd == extensionEnd, IAttestationVerifier.CertificateMalformed("after extnValue"));
            if (id == BASIC_CONSTRAINTS) {
                certificate.isCaCritical = critical;
                _basicConstraints(certificate, value, valueEnd);
            } else if (id == KEY_USAGE) {
                _keyUsage(certificate, value, valueEnd);
            } else {
                // Section 4.2: a critical extension that is not understood means the certificate is not understood.
                require(!critical, IAttestationVerifier.CertificateMalformed("critical extension"));
                _ignored(value, valueEnd, id);
            }
        }
    }

    /// @dev Not acted upon, but one whole element all the same (section 4.1): OpenSSL takes a certificate with an extension
    /// that it cannot read for no CA.
    function _ignored(uint256 pos, uint256 end, uint256 id) private pure {
        uint256 tag = id == SUBJECT_KEY_IDENTIFIER ? DerReader.OCTET_STRING : wordAt(pos) >> 248;
        require(pos != end && tag & 31 != 31, IAttestationVerifier.CertificateMalformed("extension value"));
        (, uint256 stop) = DerReader.read(pos, end, tag, "extension value");
        require(stop == end, IAttestationVerifier.CertificateMalformed("extension value"));
    }

    /// @dev For identifiers that have no bit: goes through the extensions before this one again.
    function _requireFirst(uint256 pos, uint256 end, bytes32 oidHash) private pure {
        while (pos != end) {
            (uint256 inner, uint256 next) = DerReader.read(pos, end, DerReader.SEQUENCE, "extension");
            uint256 oidEnd;
            (inner, oidEnd) = DerReader.read(inner, next, DerReader.OID, "extnID");
            require(
                keccakAt(inner, oidEnd) != oidHash,
                IAttestationVerifier.CertificateMalformed("extension twice")
            );
            pos = next;
        }
    }

    function _basicConstraints(Certificate memory certificate, uint256 pos, uint256 end) private pure {
        uint256 stop;
        (pos, stop) = DerReader.read(pos, end, DerReader.SEQUENCE, "basicConstraints");
        require(stop == end, IAttestationVerifier.CertificateMalformed("basicConstraints"));
        if (DerReader.nextTag(pos, end) == DerReader.BOOLEAN) {
            pos = _true(pos, end, "cA");
            certificate.isCa = true;
        }
        if (DerReader.nextTag(pos, end) == DerReader.INTEGER) {
            (pos, stop) = DerReader.unsigned(pos, end, "pathLenConstraint");
            require(
                certificate.isCa && stop - pos == 1,
                IAttestationVerifier.CertificateMalformed("pathLenConstraint")
            );
            // 255 is no limit at all: a path has at most ten CAs.
            certificate.pathLength = wordAt(pos) >> 248;
            pos = stop;
        }
        require(pos == end, IAttestationVerifier.CertificateMalformed("basicConstraints"));
    }

    /// @dev Named bit list (X.690 section 11.2.2): no trailing zero bits, so that a set of usages has one encoding. Nine
    /// usages are defined, so it has one or two bytes after the count of unused bits.
    function _keyUsage(Certificate memory certificate, uint256 pos, uint256 end) private pure {
        uint256 stop;
        (pos, stop) = DerReader.read(pos, end, DerReader.BIT_STRING, "keyUsage");
        uint256 word = wordAt(pos);
        uint256 length = stop - pos;
        uint256 unused = word >> 248;
        uint256 first = (word >> 240) & 0xff;
        uint256 last = length == 3 ? (word >> 232) & 0xff : first;
        // The lowest bit that counts is set, and none below it.
        bool shortest = unused < 8 && last & ((2 << unused) - 1) == 1 << unused;
        require(
            stop == end && (length == 2 || (length == 3 && last == 0x80)) && shortest,
            IAttestationVerifier.CertificateMalformed("keyUsage")
        );
        certificate.digitalSignature = first & 0x80 != 0;
        certificate.keyCertSign = first & 0x04 != 0;
    }

    /// @dev DER writes defaults by leaving them out: a BOOLEAN that is there is TRUE, as ff.
    function _true(uint256 pos, uint256 end, bytes32 what) private pure returns (uint256 next) {
        next = pos + 3;
        require(
            next <= end && wordAt(pos) >> 232 == 0x0101ff, IAttestationVerifier.CertificateMalformed(what)
        );
    }
}
