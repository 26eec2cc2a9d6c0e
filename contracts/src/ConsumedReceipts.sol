// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice Replay guards for contracts to which users bring receipts themselves. Inherit it and call one of the two, after the receipt
/// is verified.
///
/// By request id, when the contract hands out the ids: 20,000 gas each. By signer and sequence, when it does not: a key numbers
/// its receipts, and 256 of them share a slot. Not by signer and sequence where the registry may hold a key that enclaves of one
/// image have in common (SPEC.md 10.2): each of them counts from 1, and a good receipt would be refused as used.
/// @dev The two do not know of each other. Choose one for each kind of receipt.
abstract contract ConsumedReceipts {
    /// A receipt with this request id was used before.
    error RequestConsumed(bytes32 requestId);
    /// This receipt was used before.
    error ReceiptConsumed(address signer, uint64 sequence);

    mapping(bytes32 requestId => bool) private _requests;
    mapping(address signer => mapping(uint256 word => uint256 bits)) private _sequences;

    function _consumeRequest(bytes32 requestId) internal {
        require(!_requests[requestId], RequestConsumed(requestId));
        _requests[requestId] = true;
    }

    function _consumeReceipt(address signer, uint64 sequence) internal {
        uint256 word = sequence >> 8;
        uint256 bit = 1 << (sequence & 0xff);
        uint256 bits = _sequences[signer][word];
        require(bits & bit == 0, ReceiptConsumed(signer, sequence));
        _sequences[signer][word] = bits | bit;
    }

    function _isRequestConsumed(bytes32 requestId) internal view returns (bool) {
        return _requests[requestId];
    }

    function _isReceiptConsumed(address signer, uint64 sequence) internal view returns (bool) {
        return (_sequences[signer][sequence >> 8] >> (sequence & 0xff)) & 1 == 1;
    }
}
