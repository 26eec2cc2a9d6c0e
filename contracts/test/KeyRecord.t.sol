// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {KeyStatus} from "../src/IEnclaveRegistry.sol";
import {KeyRecord, KeyRecordLib} from "../src/KeyRecord.sol";
import {KeyApproval} from "../src/IEnclaveRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// One slot for all that is known of a key, one bit for each name it rests on.
contract KeyRecordTest is RegistryFixture {
    function testFuzz_record_keepsEveryFieldApart(
        uint8 route,
        uint24[6] memory indices,
        uint40 attestedAt,
        uint40 expiresAt
    ) public pure {
        KeyRecord record = recordOf(route, indices, attestedAt, expiresAt).withSelf(indices[5]);
        for (uint256 revoked = 0; revoked < 2; ++revoked) {
            expectEqual(record.route(), route, "route");
            expectEqual(record.image(), indices[0], "image");
            expectEqual(record.models(), indices[1], "models");
            expectEqual(record.voucher(), indices[2], "voucher");
            expectEqual(record.verifierImage(), indices[3], "verifierImage");
            expectEqual(record.verifierModels(), indices[4], "verifierModels");
            expectEqual(record.self(), indices[5], "self");
            expectEqual(record.attestedAtSeconds(), attestedAt, "attestedAtSeconds");
            expectEqual(record.expiresAtSeconds(), expiresAt, "expiresAtSeconds");
            expectTrue(record.isRevoked() == (revoked == 1), "revoked");
            record = record.revoke();
        }
    }

    function recordOf(uint8 route, uint24[6] memory indices, uint40 attestedAt, uint40 expiresAt)
        private
        pure
        returns (KeyRecord)
    {
        return KeyRecordLib.make(route, indices[0], indices[1], attestedAt, expiresAt)
            .with(KeyRecordLib.vouchedBy(indices[2], indices[3], indices[4]));
    }

    /// The short way says yes only where the long way would. Whom a key vouches for has no part in it.
    function testFuzz_record_isPlainlyActiveOnlyWhenItIs(
        uint256 revocations,
        uint256 dice,
        uint40 expiresAt,
        bool isRevoked
    ) public view {
        // Bit 0 belongs to no name. Few bits, or some name is always revoked.
        revocations =
            (revocations & (revocations >> 9) & (revocations << 13) & (revocations >> 31)) & ~uint256(1);
        uint24[6] memory indices;
        uint8 route = uint8(1 + dice % 3);
        bool sound = !isRevoked && block.timestamp < expiresAt && revocations & (1 << route) == 0;
        for (uint256 i = 0; i < 6; ++i) {
            dice = uint256(keccak256(abi.encode(dice)));
            indices[i] = dice % 16 == 0 ? uint24(dice >> 8) : uint8(dice >> 8);
            if (i < 5) sound = sound && indices[i] < 256 && revocations & (1 << indices[i]) == 0;
        }
        KeyRecord record = recordOf(route, indices, uint40(NOW), expiresAt).withSelf(indices[5]);
        if (isRevoked) record = record.revoke();
        expectTrue(record.isPlainlyActive(revocations) == sound, "plainly active");
    }

    function test_record_ofZerosIsNotActive() public view {
        expectFalse(KeyRecord.wrap(0).isPlainlyActive(0), "never registered");
    }

    /// Names 252 to 260 lie on both sides of the first word's end: each revocation reaches its own keys and no others.
    function test_revocations_acrossWordsReachTheirOwnKeysOnly() public {
        setUpRegistry();
        // Three routes, and what the fixture named.
        for (uint256 i = 6; i < 251; ++i) {
            registry.revokeImage(bytes32(i));
        }
        uint256 count = 9;
        bytes32[] memory images = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            images[i] = registry.approveImage(pcr(100 + i), pcr(1), pcr(2));
            KeyApproval memory approval = approvalAt(NOW);
            (approval.key, approval.imageId) = (address(uint160(1000 + i)), images[i]);
            registry.registerApprovedKey(approval, signed(approval));
            expectEqual(registry.keyInfo(approval.key).imageId, images[i], "imageId");
            expectEqual(registry.keyInfo(approval.key).modelsId, modelsId, "modelsId");
            expectEqual(registry.keyInfo(approval.key).approver, approver, "approver");
        }
        for (uint256 revoked = 0; revoked < count; ++revoked) {
            registry.revokeImage(images[revoked]);
            for (uint256 i = 0; i < count; ++i) {
                KeyStatus expected = i <= revoked ? KeyStatus.Revoked : KeyStatus.Active;
                expectTrue(registry.keyStatus(address(uint160(1000 + i))) == expected, "status");
            }
        }
    }
}
