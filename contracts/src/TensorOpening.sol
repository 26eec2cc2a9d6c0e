// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {InclusionProof} from "./InclusionProof.sol";
import {Tensor, TensorLib} from "./TensorLib.sol";

/// Shows one block of one tensor out of a salted commitment, and keeps back the rest. `openElement` (verifier/commitment.ts) makes it.
/// @param leaf The block's own salt, its place, and its values.
/// @param index Which leaf.
/// @param leaves How many there are.
/// @param rootHash Of the tree over all of them.
/// @param proof From the leaf up.
struct TensorOpening {
    bytes leaf;
    uint64 index;
    uint64 leaves;
    bytes32 rootHash;
    bytes32[] proof;
}

/// What an opening shows.
/// @param tensorIndex Position among the inputs or outputs.
/// @param first Row-major number of the first element shown.
/// @param shape Of the whole tensor.
/// @param block Name, datatype and the elements shown, in one dimension.
struct OpenedBlock {
    uint32 tensorIndex;
    uint32 first;
    uint32[] shape;
    Tensor block;
}

/// @notice Salted commitments: what a receipt holds as `inputHash` and `outputHash` when its asker gave the enclave a secret salt.
///
///     commitment = SHA-256(tag || uint64 leaves || root of their RFC 6962 tree)
///     leaf       = salt || uint32 tensor index || uint32 first element || uint32 rank || uint32 each dimension || canonical bytes of the block
///
/// A tensor of up to 256 elements is cut into blocks of one each. Without the salt nobody can try out what was committed to.
library TensorOpenings {
    /// The commitment is another tree's, or another side's.
    error CommitmentMismatch(bytes32 expected, bytes32 received);
    /// The leaf is too short for what it announces.
    error LeafMalformed(uint256 expected, uint256 received);
    /// A leaf holds one tensor of one dimension.
    error BlockMalformed();

    bytes32 internal constant INPUT = "nacre/input-commitment/1";
    bytes32 internal constant OUTPUT = "nacre/output-commitment/1";

    /// Salt, tensor index, first element, rank.
    uint256 private constant HEAD_BYTES = 44;
    uint256 private constant RANK_MAX = 16;

    /// @notice Reverts unless the opening shows part of what `commitment` stands for.
    /// @param side INPUT for a receipt's `inputHash`, OUTPUT for its `outputHash`.
    function open(bytes32 commitment, bytes32 side, TensorOpening calldata opening)
        internal
        view
        returns (OpenedBlock memory opened)
    {
        bytes32 received = sha256(abi.encodePacked(side, opening.leaves, opening.rootHash));
        require(received == commitment, CommitmentMismatch(commitment, received));
        bytes32 leafHash = sha256(abi.encodePacked(bytes1(0), opening.leaf));
        InclusionProof.verifyHash(leafHash, opening.index, opening.proof, opening.leaves, opening.rootHash);
        return _decode(opening.leaf);
    }

    function _decode(bytes calldata leaf) private pure returns (OpenedBlock memory opened) {
        require(leaf.length >= HEAD_BYTES, LeafMalformed(HEAD_BYTES, leaf.length));
        opened.tensorIndex = uint32(bytes4(leaf[32:36]));
        opened.first = uint32(bytes4(leaf[36:40]));
        uint256 rank = uint32(bytes4(leaf[40:44]));
        require(rank <= RANK_MAX, LeafMalformed(RANK_MAX, rank));
        uint256 end = HEAD_BYTES + 4 * rank;
        require(leaf.length >= end, LeafMalformed(end, leaf.length));
        opened.shape = new uint32[](rank);
        for (uint256 i = 0; i < rank; ++i) {
            opened.shape[i] = uint32(bytes4(leaf[HEAD_BYTES + 4 * i:]));
        }
        Tensor[] memory tensors = TensorLib.decode(leaf[end:]);
        require(tensors.length == 1 && tensors[0].shape.length == 1, BlockMalformed());
        opened.block = tensors[0];
    }
}
