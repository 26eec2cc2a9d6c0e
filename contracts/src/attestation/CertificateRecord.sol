// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Certificate} from "./X509Reader.sol";

/// What is kept of a certificate whose whole path was verified: one storage slot. Zero is "not known".
///
/// It holds what a later path needs and cannot read cheaply: the window of the *whole* path, so that no ancestor's
/// expiry can be forgotten, and where in the signed part (whose hash is the key it is stored under) the name and the
/// public key lie. The key itself is not stored: the bytes come with every document, and the identity commits to them.
///
///     bits   0-39   pathNotAfter: earliest notAfter of this certificate and all above it, inclusive
///     bits  40-79   pathNotBefore: latest notBefore of the certificates above this one
///     bits  80-119  notBefore of this certificate
///     bits 120-135  subjectOffset from the start of the signed part
///     bits 136-151  keyOffset from the start of the signed part
///     bits 152-159  casBelowMax: how many CAs may follow, by the path lengths of it and all above; 255 is no limit
///     bits 160-161  role: 1 signs documents, 2 issues certificates
type CertificateRecord is uint256;

using CertificateRecordLib for CertificateRecord global;

library CertificateRecordLib {
    uint256 internal constant ROLE_LEAF = 1;
    uint256 internal constant ROLE_CA = 2;

    /// @param pathNotBefore_ Of what stands above the certificate; so is `notAfterAbove`.
    /// @dev Seconds fit 40 bits until the year 36812 (certificates can say 9999); offsets lie within 1024 bytes.
    function make(
        Certificate memory certificate,
        uint256 tbsAt,
        uint256 casBelowMax_,
        uint256 pathNotBefore_,
        uint256 notAfterAbove
    ) internal pure returns (CertificateRecord) {
        uint256 notAfter = certificate.notAfterSeconds;
        uint256 window = certificate.notBeforeSeconds << 80 | pathNotBefore_ << 40
            | (notAfter < notAfterAbove ? notAfter : notAfterAbove);
        uint256 places = (certificate.keyAt - tbsAt) << 136 | (certificate.subjectAt - tbsAt) << 120;
        uint256 role = certificate.isCa ? ROLE_CA : ROLE_LEAF;
        return CertificateRecord.wrap(role << 160 | casBelowMax_ << 152 | places | window);
    }

    function isKnown(CertificateRecord record) internal pure returns (bool) {
        return CertificateRecord.unwrap(record) != 0;
    }

    function isCa(CertificateRecord record) internal pure returns (bool) {
        return CertificateRecord.unwrap(record) >> 160 == ROLE_CA;
    }

    function casBelowMax(CertificateRecord record) internal pure returns (uint256) {
        return (CertificateRecord.unwrap(record) >> 152) & 0xff;
    }

    function keyOffset(CertificateRecord record) internal pure returns (uint256) {
        return (CertificateRecord.unwrap(record) >> 136) & 0xffff;
    }

    function subjectOffset(CertificateRecord record) internal pure returns (uint256) {
        return (CertificateRecord.unwrap(record) >> 120) & 0xffff;
    }

    function notBefore(CertificateRecord record) internal pure returns (uint256) {
        return (CertificateRecord.unwrap(record) >> 80) & 0xffffffffff;
    }

    function pathNotBefore(CertificateRecord record) internal pure returns (uint256) {
        return (CertificateRecord.unwrap(record) >> 40) & 0xffffffffff;
    }

    function pathNotAfter(CertificateRecord record) internal pure returns (uint256) {
        return CertificateRecord.unwrap(record) & 0xffffffffff;
    }
}
