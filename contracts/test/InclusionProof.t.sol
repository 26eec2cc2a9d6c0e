// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CheckpointCache} from "../src/CheckpointCache.sol";
import {ConsumedReceipts} from "../src/ConsumedReceipts.sol";
import {Eip712} from "../src/Eip712.sol";
import {IEnclaveRegistry, KeyStatus} from "../src/IEnclaveRegistry.sol";
import {InclusionProof} from "../src/InclusionProof.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {LogCheckpoint} from "../src/LogCheckpoint.sol";
import {ReceiptVerifier} from "../src/ReceiptVerifier.sol";
import {LogTree} from "./LogTree.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

contract LogConsumer is CheckpointCache, ConsumedReceipts {
    constructor(IEnclaveRegistry registry_) CheckpointCache(registry_) {}

    function prove(bytes32 leaf, uint256 index, bytes32[] calldata proof, uint256 treeSize, bytes32 rootHash)
        external
        view
    {
        InclusionProof.verify(leaf, index, proof, treeSize, rootHash);
    }

    function verifyIncluded(
        InferenceReceipt calldata receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint,
        bytes calldata signature
    ) external view returns (address) {
        return ReceiptVerifier.verifyIncluded(registry, receipt, proof, checkpoint, signature);
    }

    function verifyCached(
        InferenceReceipt calldata receipt,
        bytes32[] calldata proof,
        LogCheckpoint calldata checkpoint,
        address signer
    ) external view {
        _verifyIncluded(receipt, proof, checkpoint, signer);
    }

    function checkpointDigest(LogCheckpoint calldata checkpoint) external pure returns (bytes32) {
        return ReceiptVerifier.checkpointDigest(checkpoint);
    }

    function consumeRequest(bytes32 requestId) external {
        _consumeRequest(requestId);
    }

    function consumeReceipt(address signer, uint64 sequence) external {
        _consumeReceipt(signer, sequence);
    }

    function isConsumed(address signer, uint64 sequence) external view returns (bool) {
        return _isReceiptConsumed(signer, sequence);
    }
}

contract InclusionProofTest is RegistryFixture {
    LogConsumer private consumer;

    function setUp() public {
        setUpRegistry();
        register();
        consumer = new LogConsumer(IEnclaveRegistry(address(registry)));
    }

    function leavesFor(uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            leaves[i] = keccak256(abi.encode("leaf", i));
        }
    }

    // ------------------------------------------------------------------ the tree

    /// Every leaf of every tree up to 33, and no leaf at another's place.
    function test_inclusion_acceptsEveryLeafOfEveryTree() public view {
        for (uint256 size = 1; size <= 33; ++size) {
            bytes32[] memory leaves = leavesFor(size);
            bytes32 root = LogTree.root(leaves);
            for (uint256 index = 0; index < size; ++index) {
                consumer.prove(leaves[index], index, LogTree.proof(leaves, index), size, root);
            }
        }
    }

    function testFuzz_inclusion_rejectsAnythingElse(uint256 seed) public view {
        uint256 size = 1 + seed % 70;
        uint256 index = (seed >> 8) % size;
        bytes32[] memory leaves = leavesFor(size);
        bytes32 root = LogTree.root(leaves);
        bytes32[] memory proof = LogTree.proof(leaves, index);
        bytes32 leaf = leaves[index];
        uint256 change = (seed >> 16) % 5;
        bytes32 noise = bytes32(uint256(1) << ((seed >> 24) & 0xff));
        if (change == 0) leaf ^= noise;
        if (change == 1) root ^= noise;
        if (change == 2) index = index + 1 + (seed >> 40) % 100;
        if (change == 3) {
            if (proof.length == 0) return;
            proof[(seed >> 40) % proof.length] ^= noise;
        }
        if (change == 4) {
            // One more, or one less.
            bytes32[] memory other =
                new bytes32[](seed >> 255 == 1 || proof.length == 0 ? proof.length + 1 : proof.length - 1);
            for (uint256 i = 0; i < other.length && i < proof.length; ++i) {
                other[i] = proof[i];
            }
            proof = other;
        }
        try consumer.prove(leaf, index, proof, size, root) {
            revert("accepted");
        } catch {}
    }

    function test_inclusion_rejectsALeafOutsideTheTree() public {
        bytes32[] memory leaves = leavesFor(4);
        bytes32[] memory proof = LogTree.proof(leaves, 3);
        bytes32 root = LogTree.root(leaves);
        vm.expectRevert(abi.encodeWithSelector(InclusionProof.LeafOutsideTree.selector, 4, 4));
        consumer.prove(leaves[3], 4, proof, 4, root);
        vm.expectRevert(abi.encodeWithSelector(InclusionProof.LeafOutsideTree.selector, 0, 0));
        consumer.prove(leaves[3], 0, proof, 0, root);
    }

    /// The attack on trees without prefixes: an inner node shown as if it were a leaf.
    function test_inclusion_rejectsAnInnerNodeAsALeaf() public view {
        bytes32[] memory leaves = leavesFor(4);
        bytes32[] memory proof = new bytes32[](1);
        bytes32[] memory right = new bytes32[](2);
        bytes32[] memory left = new bytes32[](2);
        (left[0], left[1], right[0], right[1]) = (leaves[0], leaves[1], leaves[2], leaves[3]);
        proof[0] = LogTree.root(right);
        bytes32 inner = LogTree.root(left);
        bytes32 root = LogTree.root(leaves);
        try consumer.prove(inner, 0, proof, 2, root) {
            revert("accepted");
        } catch {}
    }

    // ------------------------------------------------------------------ receipts below a checkpoint

    function receiptAt(uint64 sequence) private pure returns (InferenceReceipt memory) {
        return InferenceReceipt(keccak256("r"), keccak256("m"), 0, 0, NOW * 1000, sequence);
    }

    /// A log of `size` entries whose leaf `sequence` is the receipt for the consumer.
    function logged(uint64 sequence, uint256 size)
        private
        view
        returns (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        )
    {
        receipt = receiptAt(sequence);
        bytes32[] memory leaves = leavesFor(size);
        leaves[sequence] = ReceiptVerifier.digest(receipt, address(consumer));
        proof = LogTree.proof(leaves, sequence);
        checkpoint = LogCheckpoint(uint64(size), LogTree.root(leaves), NOW * 1000);
        signature = bytes65(ENCLAVE_KEY, consumer.checkpointDigest(checkpoint));
    }

    function test_included_acceptsALoggedReceipt() public view {
        for (uint64 sequence = 1; sequence < 9; ++sequence) {
            (
                InferenceReceipt memory receipt,
                bytes32[] memory proof,
                LogCheckpoint memory checkpoint,
                bytes memory signature
            ) = logged(sequence, 9);
            expectEqual(consumer.verifyIncluded(receipt, proof, checkpoint, signature), key, "signer");
        }
    }

    /// Leaf 0 is the log's opening, made by whoever started the enclave.
    function test_included_rejectsSequenceZero() public {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(0, 9);
        vm.expectRevert(abi.encodeWithSelector(ReceiptVerifier.SequenceZero.selector));
        consumer.verifyIncluded(receipt, proof, checkpoint, signature);
    }

    function test_included_rejectsARevokedKey() public {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(3, 9);
        registry.revokeKey(key);
        vm.expectRevert(abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, key, KeyStatus.Revoked));
        consumer.verifyIncluded(receipt, proof, checkpoint, signature);
    }

    function test_included_rejectsAReceiptForAnotherAudience() public {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(3, 9);
        LogConsumer other = new LogConsumer(IEnclaveRegistry(address(registry)));
        try other.verifyIncluded(receipt, proof, checkpoint, signature) returns (address) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == InclusionProof.RootMismatch.selector, "reason");
        }
    }

    function test_included_rejectsAnotherTreeUnderTheSignature() public view {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(3, 9);
        checkpoint.timestampMs += 1;
        try consumer.verifyIncluded(receipt, proof, checkpoint, signature) returns (address) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(
                bytes4(reason) == ReceiptVerifier.KeyNotActive.selector
                    || bytes4(reason) == Eip712.SignatureInvalid.selector,
                "reason"
            );
        }
    }

    // ------------------------------------------------------------------ remembered checkpoints

    function test_cached_acceptsALoggedReceipt_onceTheCheckpointIsKnown() public {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(3, 9);
        vm.expectRevert(
            abi.encodeWithSelector(CheckpointCache.CheckpointUnknown.selector, key, checkpoint.rootHash)
        );
        consumer.verifyCached(receipt, proof, checkpoint, key);
        expectEqual(consumer.cacheCheckpoint(checkpoint, signature), key, "signer");
        consumer.verifyCached(receipt, proof, checkpoint, key);
    }

    /// The attack: fill the cache while the key is good, use it after the key leaked.
    function test_cached_rejectsAKeyRevokedSince() public {
        (
            InferenceReceipt memory receipt,
            bytes32[] memory proof,
            LogCheckpoint memory checkpoint,
            bytes memory signature
        ) = logged(3, 9);
        consumer.cacheCheckpoint(checkpoint, signature);
        registry.revokeImage(imageId);
        vm.expectRevert(abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, key, KeyStatus.Revoked));
        consumer.verifyCached(receipt, proof, checkpoint, key);
    }

    /// The attack: a worthless key signs a tree of its own, and its checkpoint is passed off as an attested key's.
    function test_cached_namesItsSigner() public {
        (InferenceReceipt memory receipt, bytes32[] memory proof, LogCheckpoint memory checkpoint,) =
            logged(3, 9);
        bytes memory forged = bytes65(0xbad, consumer.checkpointDigest(checkpoint));
        vm.expectRevert(
            abi.encodeWithSelector(ReceiptVerifier.KeyNotActive.selector, vm.addr(0xbad), KeyStatus.Unknown)
        );
        consumer.cacheCheckpoint(checkpoint, forged);
        vm.expectRevert(
            abi.encodeWithSelector(CheckpointCache.CheckpointUnknown.selector, key, checkpoint.rootHash)
        );
        consumer.verifyCached(receipt, proof, checkpoint, key);
    }

    // ------------------------------------------------------------------ replay guards

    function test_consumed_refusesARequestTheSecondTime() public {
        consumer.consumeRequest(keccak256("r"));
        consumer.consumeRequest(keccak256("s"));
        vm.expectRevert(abi.encodeWithSelector(ConsumedReceipts.RequestConsumed.selector, keccak256("r")));
        consumer.consumeRequest(keccak256("r"));
    }

    function testFuzz_consumed_refusesAReceiptTheSecondTime_andNoOther(uint64 a, uint64 b) public {
        consumer.consumeReceipt(key, a);
        expectTrue(consumer.isConsumed(key, b) == (a == b), "consumed");
        expectFalse(consumer.isConsumed(approver, a), "another signer's");
        vm.expectRevert(abi.encodeWithSelector(ConsumedReceipts.ReceiptConsumed.selector, key, a));
        consumer.consumeReceipt(key, a);
        if (a != b) consumer.consumeReceipt(key, b);
    }
}
