// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "src/Eip712.sol";
import {InclusionProof} from "src/InclusionProof.sol";
import {InferenceReceipt} from "src/InferenceReceipt.sol";
import {LogCheckpoint} from "src/LogCheckpoint.sol";
import {ReceiptVerifier} from "src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "src/TensorLib.sol";
import {OpenedBlock, TensorOpening, TensorOpenings} from "src/TensorOpening.sol";

/// Makes the libraries callable, so that a test compares their results with TypeScript's. Many values a call.
contract Parity {
    function receiptDigests(InferenceReceipt[] calldata receipts, address[] calldata audiences)
        external
        view
        returns (bytes32[] memory withAudience, bytes32[] memory withoutAudience)
    {
        withAudience = new bytes32[](receipts.length);
        withoutAudience = new bytes32[](receipts.length);
        for (uint256 i = 0; i < receipts.length; ++i) {
            withAudience[i] = ReceiptVerifier.digest(receipts[i], audiences[i]);
            withoutAudience[i] = ReceiptVerifier.digestWithoutAudience(receipts[i]);
        }
    }

    function checkpointDigests(LogCheckpoint[] calldata checkpoints) external pure returns (bytes32[] memory digests) {
        digests = new bytes32[](checkpoints.length);
        for (uint256 i = 0; i < checkpoints.length; ++i) digests[i] = ReceiptVerifier.checkpointDigest(checkpoints[i]);
    }

    function includes(bytes32 leaf, uint256 index, bytes32[] calldata proof, uint256 treeSize, bytes32 rootHash) external view {
        InclusionProof.verify(leaf, index, proof, treeSize, rootHash);
    }

    function open(bytes32 commitment, bytes32 side, TensorOpening calldata opening)
        external
        view
        returns (OpenedBlock memory)
    {
        return TensorOpenings.open(commitment, side, opening);
    }

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Eip712.recover(digest, signature);
    }

    /// Decoded, so that ABI coders on both sides see the fields, and encoded again.
    function tensors(bytes calldata encoded)
        external
        pure
        returns (Tensor[] memory decoded, bytes memory again, bytes32 hash)
    {
        decoded = TensorLib.decode(encoded);
        return (decoded, TensorLib.encode(decoded), TensorLib.hash(encoded));
    }

    /// Every element of the first tensor: as bits, and in fixed point where the datatype has it.
    function elements(bytes calldata encoded) external pure returns (uint64[] memory bits, int256[] memory fixed18) {
        Tensor memory tensor = TensorLib.decode(encoded)[0];
        uint256 count = TensorLib.elementCount(tensor);
        bits = new uint64[](count);
        fixed18 = new int256[](count);
        for (uint256 i = 0; i < count; ++i) {
            bits[i] = TensorLib.bitsAt(tensor, i);
            fixed18[i] = TensorLib.fixed18At(tensor, i);
        }
    }

    function integers(bytes calldata encoded) external pure returns (int256[] memory values) {
        Tensor memory tensor = TensorLib.decode(encoded)[0];
        values = new int256[](TensorLib.elementCount(tensor));
        for (uint256 i = 0; i < values.length; ++i) values[i] = TensorLib.intAt(tensor, i);
    }

    function texts(bytes calldata encoded) external pure returns (bytes[] memory values) {
        Tensor memory tensor = TensorLib.decode(encoded)[0];
        values = new bytes[](TensorLib.elementCount(tensor));
        for (uint256 i = 0; i < values.length; ++i) values[i] = TensorLib.bytesAt(tensor, i);
    }

    function argmax(bytes calldata encoded) external pure returns (uint256) {
        return TensorLib.argmax(TensorLib.decode(encoded)[0]);
    }

    function float32ToFixed18(uint32[] calldata bits) external pure returns (int256[] memory fixed18) {
        fixed18 = new int256[](bits.length);
        for (uint256 i = 0; i < bits.length; ++i) fixed18[i] = TensorLib.float32ToFixed18(bits[i]);
    }
}
