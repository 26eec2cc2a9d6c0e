// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "./Eip712.sol";
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {ReceiptVerifier} from "./ReceiptVerifier.sol";

/// @notice Base of contracts for which receipts are made: keeps the EIP-712 domain that names this contract, which saves some
/// 90 gas each time.
abstract contract ReceiptAudience {
    uint256 private immutable _chainId;
    address private immutable _self;
    bytes32 private immutable _separator;

    constructor() {
        _chainId = block.chainid;
        _self = address(this);
        _separator = Eip712.domainSeparator(address(this));
    }

    /// @dev `ReceiptVerifier.verify`: the duties listed there remain.
    function _verifyReceipt(
        IEnclaveRegistry registry,
        InferenceReceipt calldata receipt,
        bytes calldata signature
    ) internal view returns (address signer) {
        bytes32 digest = ReceiptVerifier.digestInDomain(_domainSeparator(), receipt);
        return ReceiptVerifier.requireSigned(registry, digest, signature);
    }

    /// @dev Computed anew after a fork that changed the chain id, where receipts for the old chain stop working at once, and
    /// behind a proxy, whose address is the audience.
    function _domainSeparator() internal view returns (bytes32) {
        if (block.chainid == _chainId && address(this) == _self) return _separator;
        return Eip712.domainSeparator(address(this));
    }
}
