// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, KeyInfo, KeyStatus} from "./IEnclaveRegistry.sol";
import {ANY_APPROVED} from "./IInferenceCoprocessor.sol";
import {Eip712} from "./Eip712.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {ReceiptAudience} from "./ReceiptAudience.sol";
import {ReceiptVerifier} from "./ReceiptVerifier.sol";

/// ERC-8274 (draft), the inner layer: is this proof valid for this input and output?
interface IProofVerifier {
    function verify(bytes32 inputHash, bytes32 outputHash, bytes calldata metadata, bytes calldata proof)
        external
        returns (bool);

    /// "{paradigm}/{variant}".
    function proofSystem() external view returns (string memory);

    /// Tells this deployment from others.
    function proofProfile() external view returns (bytes32);
}

/// @notice Receipts as proofs in the sense of ERC-8274. `inputHash` and `outputHash` are the receipt's: SHA-256 of the canonical encoding of
/// the tensors. `metadata` is `abi.encode(ProofPolicy)`, `proof` is `abi.encode(ReceiptProof)`, and the receipt's audience is this contract.
/// @dev What the outer layer has to do, because this one is stateless by that standard: take no receipt twice, and tie `requestId` to
/// its task. The standard's own example does neither: with it, one answer settles any number of tasks with equal hashes.
contract ReceiptProofVerifier is IProofVerifier, ReceiptAudience {
    /// Which enclaves count. Nothing has a permissive default.
    struct ProofPolicy {
        IEnclaveRegistry registry;
        bytes32 modelId;
        bytes32 imageId;
        uint16 routes;
        uint32 receiptAgeSecondsMax;
    }

    struct ReceiptProof {
        bytes32 requestId;
        uint64 timestampMs;
        uint64 sequence;
        bytes signature;
    }

    /// How far the enclave's clock may be ahead of the block's.
    uint256 public constant RECEIPT_AHEAD_MS_MAX = 5 minutes * 1000;

    /// @inheritdoc IProofVerifier
    /// @dev False for a receipt that does not count; reverts where metadata, proof or signature are malformed.
    function verify(bytes32 inputHash, bytes32 outputHash, bytes calldata metadata, bytes calldata proof)
        external
        view
        returns (bool)
    {
        ProofPolicy memory policy = abi.decode(metadata, (ProofPolicy));
        ReceiptProof memory shown = abi.decode(proof, (ReceiptProof));
        InferenceReceipt memory receipt = InferenceReceipt({
            requestId: shown.requestId,
            modelId: policy.modelId,
            inputHash: inputHash,
            outputHash: outputHash,
            timestampMs: shown.timestampMs,
            sequence: shown.sequence
        });
        bytes32 digest = Eip712.digest(_domainSeparator(), ReceiptVerifier.hashStruct(receipt));
        KeyInfo memory info = policy.registry.keyInfo(Eip712.recover(digest, shown.signature));
        bool timely = shown.timestampMs + uint256(policy.receiptAgeSecondsMax) * 1000
                >= block.timestamp * 1000
            && shown.timestampMs <= block.timestamp * 1000 + RECEIPT_AHEAD_MS_MAX;
        bool attested = info.status == KeyStatus.Active && (policy.routes >> info.route) & 1 == 1
            && (policy.imageId == info.imageId || policy.imageId == ANY_APPROVED);
        return timely && attested;
    }

    /// @inheritdoc IProofVerifier
    function proofSystem() public pure returns (string memory) {
        return "tee/nacre";
    }

    /// @inheritdoc IProofVerifier
    function proofProfile() external view returns (bytes32) {
        return keccak256(abi.encodePacked(proofSystem(), _domainSeparator()));
    }

    /// ERC-165.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IProofVerifier).interfaceId || interfaceId == 0x01ffc9a7;
    }
}
