// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {InclusionProof} from "../src/InclusionProof.sol";
import {TensorLib} from "../src/TensorLib.sol";
import {OpenedBlock, TensorOpening, TensorOpenings} from "../src/TensorOpening.sol";
import {Base} from "./Base.sol";

contract Opener {
    function open(bytes32 commitment, bytes32 side, TensorOpening calldata opening)
        external
        view
        returns (OpenedBlock memory)
    {
        return TensorOpenings.open(commitment, side, opening);
    }
}

contract TensorOpeningTest is Base {
    Opener private opener;

    /// From verifier/commitment.ts: FP32 "logits" of shape [1, 2] with -1.5 and 2.25, salt 5a…5a, as outputs.
    bytes32 private constant COMMITMENT = 0xbb7961515ea84de53f660af9f782ed21a21f991922f085b4093e5710405d4165;
    bytes32 private constant ROOT = 0x3bd855e777096b5a0648735496c8c709a6348a73574e77508d2dcb5fabbd19b8;
    bytes private constant FIRST_LEAF =
        hex"c3307df0587f47931df573598b632bb80afbf143c7de0f715f7398fc3c4821500000000000000000000000020000000100000002000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000008000000000000000000000000000000000000000000000000000000000000000c00000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000014000000000000000000000000000000000000000000000000000000000000000066c6f676974730000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000446503332000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000040000c0bf00000000000000000000000000000000000000000000000000000000";
    bytes private constant SECOND_LEAF =
        hex"c269fec1f66bb3a9f1310f5e984b79f0acbbe123d62c5690cbbb3ecab9407baf0000000000000001000000020000000100000002000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000008000000000000000000000000000000000000000000000000000000000000000c00000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000014000000000000000000000000000000000000000000000000000000000000000066c6f676974730000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000446503332000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000040000104000000000000000000000000000000000000000000000000000000000";
    bytes32 private constant FIRST_SIBLING =
        0xcdd49d89b65307e690226ec25f4f3e3f1d9f7f432c68e79684b29696b368bb80;
    bytes32 private constant SECOND_SIBLING =
        0x9a311498f344dac6d9b1d6e24ce7aff4c431c5aef3c59d90ce00e7039c82cb71;

    function setUp() public {
        opener = new Opener();
    }

    function opening(uint64 index) private pure returns (TensorOpening memory) {
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = index == 0 ? FIRST_SIBLING : SECOND_SIBLING;
        return TensorOpening(index == 0 ? FIRST_LEAF : SECOND_LEAF, index, 2, ROOT, proof);
    }

    function test_opening_showsWhatTypeScriptCommittedTo() public view {
        for (uint64 i = 0; i < 2; ++i) {
            OpenedBlock memory opened = opener.open(COMMITMENT, TensorOpenings.OUTPUT, opening(i));
            expectEqual(bytes(opened.block.name), "logits", "name");
            expectEqual(opened.tensorIndex, 0, "tensor");
            expectEqual(opened.first, i, "first");
            expectEqual(opened.shape.length, 2, "rank");
            expectEqual(opened.shape[1], 2, "shape");
            expectEqual(
                TensorLib.fixed18At(opened.block, 0), i == 0 ? int256(-1.5e18) : int256(2.25e18), "value"
            );
        }
    }

    /// The attack: an input's commitment shown as an output's.
    function test_opening_rejectsTheOtherSide() public {
        bytes32 received = sha256(abi.encodePacked(TensorOpenings.INPUT, uint64(2), ROOT));
        vm.expectRevert(
            abi.encodeWithSelector(TensorOpenings.CommitmentMismatch.selector, COMMITMENT, received)
        );
        opener.open(COMMITMENT, TensorOpenings.INPUT, opening(0));
    }

    function testFuzz_opening_rejectsAnyChange(uint256 at_, uint8 change) public view {
        vm.assume(change != 0);
        TensorOpening memory o = opening(0);
        at_ %= o.leaf.length;
        o.leaf[at_] = bytes1(uint8(o.leaf[at_]) ^ change);
        try opener.open(COMMITMENT, TensorOpenings.OUTPUT, o) returns (OpenedBlock memory) {
            revert("accepted");
        } catch (bytes memory reason) {
            expectTrue(bytes4(reason) == InclusionProof.RootMismatch.selector, "reason");
        }
    }

    /// Leaves that somebody did commit to, but that are none.
    function testFuzz_leaf_thatIsNoBlock_isRefused(bytes calldata leaf) public view {
        // The fuzzer knows this file's constants.
        vm.assume(keccak256(leaf) != keccak256(FIRST_LEAF) && keccak256(leaf) != keccak256(SECOND_LEAF));
        bytes32 root = sha256(abi.encodePacked(bytes1(0), leaf));
        bytes32 commitment = sha256(abi.encodePacked(TensorOpenings.OUTPUT, uint64(1), root));
        TensorOpening memory o = TensorOpening(leaf, 0, 1, root, new bytes32[](0));
        try opener.open(commitment, TensorOpenings.OUTPUT, o) returns (OpenedBlock memory) {
            revert("accepted");
        } catch {}
    }
}
