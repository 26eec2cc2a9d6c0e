// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "./Eip712.sol";
import {IEnclaveRegistry, KeyStatus} from "./IEnclaveRegistry.sol";
import {InclusionProof} from "./InclusionProof.sol";
import {INFERENCE_RECEIPT_TYPEHASH, InferenceReceipt} from "./InferenceReceipt.sol";
import {LOG_CHECKPOINT_TYPEHASH, LogCheckpoint} from "./LogCheckpoint.sol";

/// @notice Checks that an attested enclave signed a receipt for this very contract on this very chain.
///
/// What `verify` proves: the signature is well formed and recovers to a key that the registry calls Active now.
///
/// What the calling contract must check itself:
/// - `requestId` is one it expects and has not accepted before. Without this, a receipt can be replayed.
/// - `modelId` is the model it wants. The registry vouches for images and model sets, not for one model.
/// - `outputHash` (and `inputHash`, where the input matters) is the SHA-256 of the tensors it is going to use.
/// - It reads outputs by name and shape: whoever asks chooses which of the model's outputs are in the receipt, and the batch.
/// - `timestampMs` is recent enough, if age matters, and not ahead: it is the enclave's clock, which a host can set.
///   The key is Active *now*; the receipt may be older.
/// - The registry is one it trusts: whoever owns the registry decides which code counts as attested.
library ReceiptVerifier {
    /// As in Eip712: secp256k1's order divided by two, rounded down (SEC 2, section 2.4.1).
    bytes32 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// The signature recovers to `signer`, which the registry does not call Active. With status Unknown the
    /// likely cause is another one: some field of the receipt, the chain id or the audience (the calling
    /// contract) differs from what the enclave signed, so recovery gave an unrelated address.
    error KeyNotActive(address signer, KeyStatus status);
    /// Leaf 0 opens the log and is no receipt: receipts count from 1.
    error SequenceZero();

    /// @notice Reverts unless `receipt` names the calling contract and chain as its audience and a key that is
    /// Active in `registry` signed it.
    /// @param signature 65 bytes r || s || v, low s, v 27 or 28.
    /// @return signer The receipt key's address.
    function verify(IEnclaveRegistry registry, InferenceReceipt calldata receipt, bytes calldata signature)
        internal
        view
        returns (address signer)
    {
        return
            requireSigned(registry, digestInDomain(Eip712.domainSeparator(address(this)), receipt), signature);
    }

    /// @notice As `verify`, for a receipt that names no audience.
    /// @dev The same receipt is good for every contract on every chain: only for uses where that is harmless.
    function verifyWithoutAudience(
        IEnclaveRegistry registry,
        InferenceReceipt calldata receipt,
        bytes calldata signature
    ) internal view returns (address signer) {
        bytes32 digest_ = digestInDomain(Eip712.domainSeparatorWithoutAudience(), receipt);
        return requireSigned(registry, digest_, signature);
    }

    /// @notice Reverts unless `receipt` names the calling contract and chain as its audience and stands in the log of a key
    /// that is Active in `registry`: one checkpoint signature for any number of receipts. `CheckpointCache` saves checking it again.
    /// @param proof RFC 9162 inclusion path of the leaf `receipt.sequence`, from the leaf up.
    /// @param signature The checkpoint's, 65 bytes r || s || v, low s, v 27 or 28.
    /// @return signer The receipt key's address.
    function verifyIncluded(
        IEnclaveRegistry registry,
        InferenceReceipt calldata receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint,
        bytes calldata signature
    ) internal view returns (address signer) {
        requireIncluded(Eip712.domainSeparator(address(this)), receipt, proof, checkpoint);
        return requireSigned(registry, checkpointDigest(checkpoint), signature);
    }

    /// @notice Reverts unless `receipt`, made for the audience of this domain, is in the checkpoint's tree.
    /// @dev Says nothing about who signed the checkpoint.
    function requireIncluded(
        bytes32 domainSeparator,
        InferenceReceipt calldata receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint
    ) internal view {
        bytes32 digest_ = digestInDomain(domainSeparator, receipt);
        requireIncluded(digest_, receipt.sequence, proof, checkpoint);
    }

    /// @notice Reverts unless the receipt with this digest is leaf `sequence` of the checkpoint's tree.
    function requireIncluded(
        bytes32 digest_,
        uint64 sequence,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint
    ) internal view {
        require(sequence != 0, SequenceZero());
        InclusionProof.verify(digest_, sequence, proof, checkpoint.treeSize, checkpoint.rootHash);
    }

    /// @notice Reverts unless a key that is Active in `registry` signed the digest.
    function requireSigned(IEnclaveRegistry registry, bytes32 digest_, bytes calldata signature)
        internal
        view
        returns (address signer)
    {
        bytes4 selector = IEnclaveRegistry.isKeyActive.selector;
        bool accepted;
        // All of Eip712.recover and of the question to the registry in one go, because every receipt on chain pays for it.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, digest_)
            calldatacopy(add(free, 0x40), signature.offset, 0x40) // r and s
            accepted := gt(eq(signature.length, 65), gt(mload(add(free, 0x60)), HALF_ORDER))
            let v := byte(0, calldataload(add(signature.offset, 0x40)))
            mstore(add(free, 0x20), v)
            accepted := and(accepted, lt(sub(v, 27), 2))

            pop(staticcall(gas(), 1, free, 0x80, 0x00, 0x20))
            accepted := and(accepted, eq(returndatasize(), 0x20)) // without a signer nothing comes back
            signer := mload(0x00)

            mstore(0x00, selector)
            mstore(0x04, signer)
            accepted := and(accepted, staticcall(gas(), registry, 0x00, 0x24, 0x00, 0x20))
            // Where there is no code nothing comes back, and the word is no 1.
            accepted := and(accepted, eq(mload(0x00), 1))
        }
        if (!accepted) _refuse(registry, digest_, signature);
    }

    /// @notice Reverts unless `registry` calls `signer` Active.
    function requireActive(IEnclaveRegistry registry, address signer) internal view {
        if (!registry.isKeyActive(signer)) revert KeyNotActive(signer, registry.keyStatus(signer));
    }

    /// @dev Step by step, for the reason.
    function _refuse(IEnclaveRegistry registry, bytes32 digest_, bytes calldata signature) private view {
        address signer = Eip712.recover(digest_, signature);
        revert KeyNotActive(signer, registry.keyStatus(signer));
    }

    /// @notice The EIP-712 digest of a receipt made for `audience` on this chain.
    function digest(InferenceReceipt memory receipt, address audience) internal view returns (bytes32) {
        return Eip712.digest(Eip712.domainSeparator(audience), hashStruct(receipt));
    }

    /// @notice The EIP-712 digest of a receipt that names no audience.
    function digestWithoutAudience(InferenceReceipt memory receipt) internal pure returns (bytes32) {
        return Eip712.digest(Eip712.domainSeparatorWithoutAudience(), hashStruct(receipt));
    }

    /// @notice The EIP-712 digest of a checkpoint, which names no audience.
    function checkpointDigest(LogCheckpoint calldata checkpoint) internal pure returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                LOG_CHECKPOINT_TYPEHASH, checkpoint.treeSize, checkpoint.rootHash, checkpoint.timestampMs
            )
        );
        return Eip712.digest(Eip712.domainSeparatorWithoutAudience(), structHash);
    }

    /// @notice EIP-712's hashStruct. All members are static, so the ABI encoding of the struct is that of its members.
    function hashStruct(InferenceReceipt memory receipt) internal pure returns (bytes32 result) {
        bytes32 typehash = INFERENCE_RECEIPT_TYPEHASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            mcopy(add(free, 0x20), receipt, 0xc0) // six words, cleaned when they were written
            result := keccak256(free, 0xe0)
        }
    }

    /// @notice The EIP-712 digest of a receipt in calldata, in the domain of its audience (see ReceiptAudience).
    /// @dev As it lies there: bits beyond a uint64 go into the hash, where no enclave put any.
    function digestInDomain(bytes32 separator, InferenceReceipt calldata receipt)
        internal
        pure
        returns (bytes32 result)
    {
        bytes32 typehash = INFERENCE_RECEIPT_TYPEHASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            calldatacopy(add(free, 0x20), receipt, 0xc0) // six words
            mstore(0x00, 0x1901) // its last two bytes, from 0x1e
            mstore(0x20, separator)
            mstore(0x40, keccak256(free, 0xe0)) // over the free memory pointer, which comes back
            result := keccak256(0x1e, 0x42)
            mstore(0x40, free)
        }
    }
}
