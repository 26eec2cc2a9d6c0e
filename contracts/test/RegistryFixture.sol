// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {KeyApproval} from "../src/IEnclaveRegistry.sol";
import {Base} from "./Base.sol";

/// A registry owned by the test, with one image, one model set and one approver, at an ordinary time.
abstract contract RegistryFixture is Base {
    uint64 internal constant NOW = 1_764_000_000;
    uint256 internal constant APPROVER_KEY = 0xa11ce;
    uint256 internal constant ENCLAVE_KEY = 0xe7c1a5e;

    EnclaveRegistry internal registry;
    bytes32 internal imageId;
    bytes32 internal modelsId;
    address internal approver;
    address internal key;

    function setUpRegistry() internal {
        vm.warp(NOW);
        registry = new EnclaveRegistry(address(this), IAttestationVerifier(address(0)));
        imageId = registry.approveImage(pcr(10), pcr(11), pcr(12));
        modelsId = registry.approveModels(pcr(16));
        approver = vm.addr(APPROVER_KEY);
        registry.addApprover(approver);
        key = vm.addr(ENCLAVE_KEY);
    }

    /// 48 bytes that differ for each seed.
    function pcr(uint256 seed) internal pure returns (bytes memory) {
        return abi.encodePacked(
            keccak256(abi.encode("pcr", seed)), bytes16(keccak256(abi.encode("pcr tail", seed)))
        );
    }

    function approvalAt(uint64 attestedAtSeconds) internal view returns (KeyApproval memory) {
        return KeyApproval({
            key: key,
            imageId: imageId,
            modelsId: modelsId,
            documentHash: keccak256("document"),
            attestedAtSeconds: attestedAtSeconds,
            expiresAtSeconds: attestedAtSeconds + 1 days
        });
    }

    /// As a wallet would, written out again so that the contract's own hashing is not its witness.
    function approvalDigest(KeyApproval memory a, uint256 chainId, address at_)
        internal
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Nacre"),
                keccak256("1"),
                chainId,
                at_
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "KeyApproval(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)"
                ),
                a.key,
                a.imageId,
                a.modelsId,
                a.documentHash,
                a.attestedAtSeconds,
                a.expiresAtSeconds
            )
        );
        return keccak256(abi.encodePacked(bytes2(0x1901), domain, message));
    }

    function signed(KeyApproval memory approval) internal view returns (bytes memory) {
        return signed(approval, APPROVER_KEY);
    }

    function signed(KeyApproval memory approval, uint256 signerKey) internal view returns (bytes memory) {
        return bytes65(signerKey, approvalDigest(approval, block.chainid, address(registry)));
    }

    function register() internal {
        KeyApproval memory approval = approvalAt(uint64(block.timestamp));
        registry.registerApprovedKey(approval, signed(approval));
    }
}
