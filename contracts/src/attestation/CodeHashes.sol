// SPDX-License-Identifier: Apache-2.0
// Generated from codegen/ by generate.ts. Do not edit.
pragma solidity ^0.8.30;

// keccak256 of the runtime code of the contract that hashes (codegen/sha384.ts, the batch).
bytes32 constant SHA384_CODE_HASH = 0xa5992de3ca54e287ad6156dd7277c51159d4622dfc731c6674783758e9be8d62;

// keccak256 of the runtime code of the contract that verifies (codegen/p384.ts), with zeros in the two words that differ
// from deployment to deployment: the address of the first table, and the second's minus the first's.
bytes32 constant P384_TEMPLATE_HASH = 0x634f0d0bf9bf635cb07ebe227205686e4223a92de9cd9e8185c9801a71d5f3b7;
uint256 constant P384_FIRST_TABLE_AT = 8525;
uint256 constant P384_TABLE_DIFFERENCE_AT = 8491;

// keccak256 of the runtime code of the two tables.
bytes32 constant P384_FIRST_TABLE_HASH = 0x6c9b7d4dcf6d09dc398849136e698694bfa80b39419fad0c0b2aa8dc5f29375f;
bytes32 constant P384_SECOND_TABLE_HASH = 0x7dda8c4e4fe285b8a7fcdfeb9a4e4993e9f4c1770a127454ed2a342e933efd3f;
