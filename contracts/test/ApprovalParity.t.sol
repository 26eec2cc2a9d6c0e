// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {KeyApproval} from "../src/IEnclaveRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// The tests sign with `approvalDigest`; this ties it to viem, and with it the registry, which accepts what it signs.
contract ApprovalParityTest is RegistryFixture {
    function test_approvalDigest_equalsViems() public view {
        string memory json = vm.readFile("vectors/approvals.json");
        address[] memory keys = vm.parseJsonAddressArray(json, ".key");
        bytes32[] memory digests = vm.parseJsonBytes32Array(json, ".digest");
        for (uint256 i = 0; i < keys.length; ++i) {
            KeyApproval memory approval = KeyApproval({
                key: keys[i],
                imageId: vm.parseJsonBytes32Array(json, ".imageId")[i],
                modelsId: vm.parseJsonBytes32Array(json, ".modelsId")[i],
                documentHash: vm.parseJsonBytes32Array(json, ".documentHash")[i],
                attestedAtSeconds: uint64(vm.parseJsonUintArray(json, ".attestedAtSeconds")[i]),
                expiresAtSeconds: uint64(vm.parseJsonUintArray(json, ".expiresAtSeconds")[i])
            });
            uint256 chainId = vm.parseJsonUintArray(json, ".chainId")[i];
            address at_ = vm.parseJsonAddressArray(json, ".registry")[i];
            expectEqual(approvalDigest(approval, chainId, at_), digests[i], "digest");
        }
        expectEqual(keys.length, 16, "vectors");
    }
}
