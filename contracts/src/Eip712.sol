// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The two EIP-712 domains of Nacre, and ECDSA recovery that accepts one signature per message
/// and key, not two.
library Eip712 {
    /// The signature is not 65 bytes r || s || v. The 64-byte form of EIP-2098 is refused: one signature, one form.
    error SignatureLength(uint256 expected, uint256 received);
    /// `v` is neither 27 nor 28. Some signers return 0 or 1: add 27.
    error SignatureRecoveryId(uint8 received);
    /// `s` lies in the upper half of the curve order. Anyone can make such a twin of a valid signature.
    error SignatureHighS(bytes32 s);
    /// No public key answers to this signature.
    error SignatureInvalid();

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("Nacre");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// secp256k1's order divided by two, rounded down (SEC 2, section 2.4.1).
    bytes32 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Computed at each call and never cached: after a fork that changes the chain id, signatures
    /// for the old chain stop working here at once.
    function domainSeparator(address verifyingContract) internal view returns (bytes32 separator) {
        (bytes32 typehash, bytes32 nameHash, bytes32 versionHash) = (DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            mstore(add(free, 0x20), nameHash)
            mstore(add(free, 0x40), versionHash)
            mstore(add(free, 0x60), chainid())
            mstore(add(free, 0x80), shr(96, shl(96, verifyingContract))) // bits above an address are not ours to trust
            separator := keccak256(free, 0xa0)
        }
    }

    /// @dev The domain of receipts that name no audience, and of checkpoints. Such a receipt is good on every chain and for every
    /// contract. keccak256(abi.encode(keccak256("EIP712Domain(string name,string version)"), NAME_HASH, VERSION_HASH)).
    function domainSeparatorWithoutAudience() internal pure returns (bytes32) {
        return 0x5edc28ea5a96d5822bc933697bf19e5e1df2a52b9e33dcc30d00cb7199d2b37a;
    }

    /// @dev keccak256(0x1901 || separator || structHash).
    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40) // overwritten in part, and put back
            mstore(0x00, 0x1901) // its last two bytes, from 0x1e
            mstore(0x20, separator)
            mstore(0x40, structHash)
            result := keccak256(0x1e, 0x42)
            mstore(0x40, free)
        }
    }

    /// @dev Never returns the zero address. A wrong digest does not revert here: it recovers some other,
    /// unpredictable address, so the caller must compare or look the result up.
    function recover(bytes32 digest_, bytes memory signature) internal pure returns (address signer) {
        require(signature.length == 65, SignatureLength(65, signature.length));
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        uint8 v = uint8(signature[64]);
        require(v == 27 || v == 28, SignatureRecoveryId(v));
        require(s <= HALF_ORDER, SignatureHighS(s));
        signer = ecrecover(digest_, v, r, s);
        require(signer != address(0), SignatureInvalid());
    }
}
