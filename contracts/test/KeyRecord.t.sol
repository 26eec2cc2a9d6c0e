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
        uint24 image,
        uint24 models,
        uint24 voucher,
        uint40 attestedAt,
        uint40 expiresAt
    ) public pure {
        KeyRecord record = KeyRecordLib.make(route, image, models, voucher, attestedAt, expiresAt);
        for (uint256 revoked = 0; revoked < 2; ++revoked) {
            expectEqual(record.route(), route, "route");
            expectEqual(record.image(), image, "image");
            expectEqual(record.models(), models, "models");
            expectEqual(record.voucher(), voucher, "voucher");
            expectEqual(record.attestedAtSeconds(), attestedAt, "attestedAtSeconds");
            expectEqual(record.expiresAtSeconds(), expiresAt, "expiresAtSeconds");
            expectTrue(record.isRevoked() == (revoked == 1), "revoked");
            record = record.revoke();
        }
    }

    /// The short way says yes only where the long way would.
    function testFuzz_record_isPlainlyActiveOnlyWhenItIs(
        uint256 revocations,
        uint256 names,
        uint40 expiresAt,
        bool isRevoked
    ) public view {
        // Bit 0 belongs to no name. Few bits, or some name is always revoked.
        revocations = (revocations & (revocations >> 9) & (revocations << 13)) & ~uint256(1);
        uint256[3] memory indices;
        bool sound = !isRevoked && block.timestamp < expiresAt;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 dice = names >> (64 * i);
            indices[i] = dice % 8 == 0 ? uint24(dice >> 8) : uint8(dice >> 8);
            sound = sound && indices[i] < 256 && revocations & (1 << indices[i]) == 0;
        }
        KeyRecord record = KeyRecordLib.make(1, indices[0], indices[1], indices[2], NOW, expiresAt);
        if (isRevoked) record = record.revoke();
        expectTrue(record.isPlainlyActive(revocations) == sound, "plainly active");
    }

    function test_record_ofZerosIsNotActive() public view {
        expectFalse(KeyRecord.wrap(0).isPlainlyActive(0), "never registered");
    }

    /// Names 252 to 260 lie on both sides of the first word's end: each revocation reaches its own keys and no others.
    function test_revocations_acrossWordsReachTheirOwnKeysOnly() public {
        setUpRegistry();
        // The fixture named three.
        for (uint256 i = 3; i < 251; ++i) {
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
