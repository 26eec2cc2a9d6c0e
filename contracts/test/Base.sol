// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

struct Wallet {
    address addr;
    uint256 publicKeyX;
    uint256 publicKeyY;
    uint256 privateKey;
}

/// The cheatcodes that these tests use, and no more. forge answers at this fixed address.
interface Vm {
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function deal(address account, uint256 balance) external;
    function chainId(uint256 id) external;
    function prank(address sender) external;
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 privateKey) external pure returns (address);
    function createWallet(uint256 privateKey) external returns (Wallet memory);
    function assume(bool condition) external pure;
    function expectRevert(bytes calldata data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function snapshotGasLastCall(string calldata group, string calldata name)
        external
        returns (uint256 gasUsed);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonStringArray(string calldata json, string calldata key)
        external
        pure
        returns (string[] memory);
    function parseJsonUintArray(string calldata json, string calldata key)
        external
        pure
        returns (uint256[] memory);
    function parseJsonIntArray(string calldata json, string calldata key)
        external
        pure
        returns (int256[] memory);
    function parseJsonBytes32Array(string calldata json, string calldata key)
        external
        pure
        returns (bytes32[] memory);
    function parseJsonAddressArray(string calldata json, string calldata key)
        external
        pure
        returns (address[] memory);
    function parseJsonBytesArray(string calldata json, string calldata key)
        external
        pure
        returns (bytes[] memory);
}

abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error NotEqual(bytes32 expected, bytes32 received, string what);

    function expectEqual(uint256 received, uint256 expected, string memory what) internal pure {
        require(received == expected, NotEqual(bytes32(expected), bytes32(received), what));
    }

    function expectEqual(int256 received, int256 expected, string memory what) internal pure {
        expectEqual(uint256(received), uint256(expected), what);
    }

    function expectEqual(bytes32 received, bytes32 expected, string memory what) internal pure {
        require(received == expected, NotEqual(expected, received, what));
    }

    function expectEqual(address received, address expected, string memory what) internal pure {
        expectEqual(uint256(uint160(received)), uint256(uint160(expected)), what);
    }

    function expectEqual(bytes memory received, bytes memory expected, string memory what) internal pure {
        expectEqual(keccak256(received), keccak256(expected), what);
    }

    function expectTrue(bool condition, string memory what) internal pure {
        require(condition, what);
    }

    function expectFalse(bool condition, string memory what) internal pure {
        require(!condition, what);
    }

    /// Writes noise to the memory that is handed out next, and leaves the free pointer unaligned-safe and in place: code
    /// with assembly must not count on fresh memory being zero.
    modifier withDirtyMemory() {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 8192) { i := add(i, 32) } {
                mstore(
                    add(free, i),
                    not(mul(add(i, 1), 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95))
                )
            }
        }
        _;
    }

    function bytes65(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }
}
