// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// What the registry keeps of one key: one storage slot. Zero is "never registered, never revoked".
///
/// Whatever a registration rests on is named by an index instead of an address or a hash. The registry counts all of them
/// from one counter and keeps their revocations as bits of one map, 256 to the word, so a reader finds those of the first
/// 255 together in one more slot. Index 0 names nothing and is never revoked.
///
///     bits   0-39   expiresAtSeconds
///     bits  40-79   attestedAtSeconds
///     bits  80-87   route: one of the ROUTE constants; 0 is "never registered"
///     bits  88-111  image
///     bits 112-135  models
///     bits 136-159  voucher: the approver or verifier enclave whose signature brought the key in; 0 without one
///     bits 160-183  verifierImage: the approval of that enclave's image as a verifier; 0 for an approver
///     bits 184-207  verifierModels: that enclave's models; 0 for an approver
///     bits 208-231  self: under which this very key vouches for others; 0 before it does
///     bit  255      revoked
///
/// A route has its own number for an index: its bit says that the route was closed.
type KeyRecord is uint256;

using KeyRecordLib for KeyRecord global;

library KeyRecordLib {
    uint256 private constant REVOKED = 1 << 255;
    /// The revoked bit, and all but the lowest eight bits of every index that a status depends on.
    uint256 private constant UNUSUAL =
        REVOKED | 0xffff << 96 | 0xffff << 120 | 0xffff << 144 | 0xffff << 168 | 0xffff << 192;

    /// @dev Seconds fit 40 bits until the year 36812, and the registry bounds every stored time by the block's plus a
    /// week; indices stay below 2^24 because the registry's counter does.
    function make(
        uint256 route_,
        uint256 image_,
        uint256 models_,
        uint256 attestedAtSeconds_,
        uint256 expiresAtSeconds_
    ) internal pure returns (KeyRecord) {
        return KeyRecord.wrap(
            models_ << 112 | image_ << 88 | route_ << 80 | attestedAtSeconds_ << 40 | expiresAtSeconds_
        );
    }

    /// @notice A record with nothing but who vouches, to be combined with one that says for what.
    function vouchedBy(uint256 voucher_, uint256 verifierImage_, uint256 verifierModels_)
        internal
        pure
        returns (KeyRecord)
    {
        return KeyRecord.wrap(verifierModels_ << 184 | verifierImage_ << 160 | voucher_ << 136);
    }

    /// @dev For two records of which one is zero wherever the other is not.
    function with(KeyRecord record, KeyRecord other) internal pure returns (KeyRecord) {
        return KeyRecord.wrap(KeyRecord.unwrap(record) | KeyRecord.unwrap(other));
    }

    /// @dev For a record that has none yet.
    function withSelf(KeyRecord record, uint256 self_) internal pure returns (KeyRecord) {
        return KeyRecord.wrap(KeyRecord.unwrap(record) | self_ << 208);
    }

    /// @notice True only for a key that is Active; false means "look closer". Every receipt on chain pays for this.
    /// @param revocations The bits of indices 0 to 255.
    /// @dev A record of zeros expired long ago. A shift by an index that is zero brings bit 0, which is never set.
    function isPlainlyActive(KeyRecord record, uint256 revocations) internal view returns (bool) {
        uint256 r = KeyRecord.unwrap(record);
        uint256 revoked;
        assembly ("memory-safe") {
            // Bits 80, 88, 112, 136, 160 and 184 up, counted as bytes from the left.
            revoked := or(shr(byte(21, r), revocations), shr(byte(20, r), revocations))
            revoked := or(revoked, shr(byte(17, r), revocations))
            revoked := or(revoked, shr(byte(14, r), revocations))
            revoked := or(revoked, shr(byte(11, r), revocations))
            revoked := or(revoked, shr(byte(8, r), revocations))
        }
        return (r & UNUSUAL) | (revoked & 1) == 0 && block.timestamp < (r & 0xffffffffff);
    }

    /// @dev Everything else stays readable.
    function revoke(KeyRecord record) internal pure returns (KeyRecord) {
        return KeyRecord.wrap(KeyRecord.unwrap(record) | REVOKED);
    }

    function isRevoked(KeyRecord record) internal pure returns (bool) {
        return KeyRecord.unwrap(record) & REVOKED != 0;
    }

    function route(KeyRecord record) internal pure returns (uint8) {
        return uint8(KeyRecord.unwrap(record) >> 80);
    }

    function image(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 88);
    }

    function models(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 112);
    }

    function voucher(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 136);
    }

    function verifierImage(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 160);
    }

    function verifierModels(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 184);
    }

    function self(KeyRecord record) internal pure returns (uint256) {
        return uint24(KeyRecord.unwrap(record) >> 208);
    }

    function attestedAtSeconds(KeyRecord record) internal pure returns (uint64) {
        return uint40(KeyRecord.unwrap(record) >> 40);
    }

    function expiresAtSeconds(KeyRecord record) internal pure returns (uint64) {
        return uint40(KeyRecord.unwrap(record));
    }
}
