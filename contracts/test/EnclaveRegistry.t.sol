// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {Eip712} from "../src/Eip712.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {
    ApprovalStatus,
    ApproverStatus,
    IEnclaveRegistry,
    KeyApproval,
    KeyInfo,
    KeyStatus,
    ROUTE_APPROVAL
} from "../src/IEnclaveRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

contract EnclaveRegistryTest is RegistryFixture {
    address private constant STRANGER = address(0xbad);
    address private constant GUARDIAN = address(0x94a7d1a);
    uint256 private constant OTHER_APPROVER_KEY = 0xb0b;

    function setUp() public {
        setUpRegistry();
    }

    function expectStatus(KeyStatus expected, string memory what) private view {
        expectEqual(uint256(registry.keyStatus(key)), uint256(expected), what);
        expectEqual(uint256(registry.keyInfo(key).status), uint256(expected), what);
        expectTrue(registry.isKeyActive(key) == (expected == KeyStatus.Active), what);
    }

    function expectRefused(KeyApproval memory approval, bytes memory reason) private {
        bytes memory signature = signed(approval);
        vm.expectRevert(reason);
        registry.registerApprovedKey(approval, signature);
    }

    // ------------------------------------------------------------------ route 1: who may speak

    function test_approval_acceptsAnActiveApprover_submittedByAnyone() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval);
        expectStatus(KeyStatus.Unknown, "before");
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.KeyRegistered(
            key, imageId, modelsId, ROUTE_APPROVAL, approver, approval.documentHash, NOW, NOW + 1 days
        );
        vm.prank(STRANGER);
        registry.registerApprovedKey(approval, signature);
        expectStatus(KeyStatus.Active, "after");
        KeyInfo memory info = registry.keyInfo(key);
        expectEqual(info.route, ROUTE_APPROVAL, "route");
        expectEqual(info.approver, approver, "approver");
        expectEqual(info.imageId, imageId, "imageId");
        expectEqual(info.modelsId, modelsId, "modelsId");
        expectEqual(info.attestedAtSeconds, NOW, "attestedAtSeconds");
        expectEqual(info.expiresAtSeconds, NOW + 1 days, "expiresAtSeconds");
    }

    function test_approval_rejectsAStranger() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval, OTHER_APPROVER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.SignerNotApprover.selector,
                vm.addr(OTHER_APPROVER_KEY),
                ApproverStatus.Unknown
            )
        );
        registry.registerApprovedKey(approval, signature);
    }

    function test_approval_rejectsTheOwnerWhoIsNotAnApprover() public {
        EnclaveRegistry owned =
            new EnclaveRegistry(vm.addr(OTHER_APPROVER_KEY), IAttestationVerifier(address(0)));
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature =
            bytes65(OTHER_APPROVER_KEY, approvalDigest(approval, block.chainid, address(owned)));
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.SignerNotApprover.selector,
                vm.addr(OTHER_APPROVER_KEY),
                ApproverStatus.Unknown
            )
        );
        owned.registerApprovedKey(approval, signature);
    }

    function test_approval_rejectsAReplayOnAnotherRegistry() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval);
        EnclaveRegistry twin = new EnclaveRegistry(address(this), IAttestationVerifier(address(0)));
        twin.approveImage(pcr(10), pcr(11), pcr(12));
        twin.approveModels(pcr(16));
        twin.addApprover(approver);
        (bool accepted,) = address(twin).call(abi.encodeCall(twin.registerApprovedKey, (approval, signature)));
        expectFalse(accepted, "replayed on a twin");
    }

    function test_approval_rejectsAReplayOnAnotherChain() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval);
        vm.chainId(block.chainid + 1); // a fork keeps contract and address
        (bool accepted,) =
            address(registry).call(abi.encodeCall(registry.registerApprovedKey, (approval, signature)));
        expectFalse(accepted, "replayed on a fork");
        bytes memory signatureHere = signed(approval);
        registry.registerApprovedKey(approval, signatureHere);
        expectStatus(KeyStatus.Active, "signed anew for the fork");
    }

    /// Any changed field recovers another address: no field is outside the signature.
    function testFuzz_approval_rejectsAChangedField(uint256 field, uint64 change) public {
        vm.assume(change != 0);
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory signature = signed(approval);
        field %= 6;
        if (field == 0) approval.key = address(uint160(approval.key) ^ change);
        if (field == 1) approval.imageId ^= bytes32(uint256(change));
        if (field == 2) approval.modelsId ^= bytes32(uint256(change));
        if (field == 3) approval.documentHash ^= bytes32(uint256(change));
        if (field == 4) approval.attestedAtSeconds ^= change;
        if (field == 5) approval.expiresAtSeconds ^= change;
        (bool accepted, bytes memory reason) =
            address(registry).call(abi.encodeCall(registry.registerApprovedKey, (approval, signature)));
        expectFalse(accepted, "a changed approval was accepted");
        bytes4 selector = bytes4(reason);
        expectTrue(
            selector == IEnclaveRegistry.SignerNotApprover.selector
                || selector == Eip712.SignatureInvalid.selector,
            "refused for another reason"
        );
    }

    /// A key address with noise above its 160 bits is another encoding of the same approval.
    function test_approval_rejectsDirtyBitsInCalldata() public {
        KeyApproval memory approval = approvalAt(NOW);
        bytes memory data = abi.encodeCall(registry.registerApprovedKey, (approval, signed(approval)));
        data[4] = 0x01;
        (bool accepted,) = address(registry).call(data);
        expectFalse(accepted, "dirty");
        data[4] = 0x00;
        (accepted,) = address(registry).call(data);
        expectTrue(accepted, "clean");
    }

    function test_approval_rejectsTheHighSTwinOfAValidSignature() public {
        KeyApproval memory approval = approvalAt(NOW);
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(APPROVER_KEY, approvalDigest(approval, block.chainid, address(registry)));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 twin = bytes32(order - uint256(s));
        bytes memory signature = abi.encodePacked(r, twin, v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureHighS.selector, twin));
        registry.registerApprovedKey(approval, signature);
    }

    // ------------------------------------------------------------------ measurements

    function test_image_rejectsAnUnapprovedOne() public {
        KeyApproval memory approval = approvalAt(NOW);
        approval.imageId = keccak256("another");
        expectRefused(
            approval,
            abi.encodeWithSelector(
                IEnclaveRegistry.ImageNotApproved.selector, approval.imageId, ApprovalStatus.Unknown
            )
        );
    }

    function test_models_rejectAnUnapprovedSet() public {
        KeyApproval memory approval = approvalAt(NOW);
        approval.modelsId = keccak256("another");
        expectRefused(
            approval,
            abi.encodeWithSelector(
                IEnclaveRegistry.ModelsNotApproved.selector, approval.modelsId, ApprovalStatus.Unknown
            )
        );
    }

    function test_image_isNamedByItsThreeMeasurements() public {
        expectEqual(imageId, keccak256(bytes.concat(pcr(10), pcr(11), pcr(12))), "imageId");
        expectEqual(modelsId, keccak256(pcr(16)), "modelsId");
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.ImageApproved(
            keccak256(bytes.concat(pcr(1), pcr(2), pcr(3))), pcr(1), pcr(2), pcr(3)
        );
        registry.approveImage(pcr(1), pcr(2), pcr(3));
    }

    function test_image_rejectsAMeasurementOfAnotherLength() public {
        bytes memory long = bytes.concat(pcr(0), hex"00");
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.MeasurementLength.selector, 1, 48, 49));
        registry.approveImage(pcr(0), long, pcr(2));
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.MeasurementLength.selector, 16, 48, 0));
        registry.approveModels("");
    }

    function test_image_rejectsDebugMode() public {
        bytes memory zero = new bytes(48);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.MeasurementZero.selector, 0));
        registry.approveImage(zero, zero, zero);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.MeasurementZero.selector, 2));
        registry.approveImage(pcr(0), pcr(1), zero);
    }

    /// The first 32 bytes alone being zero is a measurement like any other, and so are the last 16.
    function test_image_acceptsAMeasurementThatIsOnlyPartlyZero() public {
        registry.approveModels(bytes.concat(new bytes(47), hex"01"));
        registry.approveModels(bytes.concat(hex"01", new bytes(47)));
        registry.approveModels(bytes.concat(new bytes(31), hex"01", new bytes(16)));
    }

    function test_models_rejectAnUnmeasuredSet() public {
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.MeasurementZero.selector, 16));
        registry.approveModels(new bytes(48));
    }

    // ------------------------------------------------------------------ revocation

    function test_revokedKey_isRevokedForEver() public {
        register();
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.KeyRevoked(key);
        registry.revokeKey(key);
        expectStatus(KeyStatus.Revoked, "revoked");
        vm.warp(NOW + 60);
        expectRefused(
            approvalAt(NOW + 60), abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key)
        );
        vm.warp(NOW + 365 days);
        expectStatus(KeyStatus.Revoked, "still revoked, not merely expired");
    }

    function test_revokedKey_canBeBarredBeforeItIsRegistered() public {
        registry.revokeKey(key);
        expectStatus(KeyStatus.Revoked, "barred");
        expectRefused(approvalAt(NOW), abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key));
    }

    function test_revokedImage_killsItsKeysAtOnce_andStaysRevoked() public {
        register();
        registry.revokeImage(imageId);
        expectStatus(KeyStatus.Revoked, "image revoked");
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ImageIsRevoked.selector, imageId));
        registry.approveImage(pcr(10), pcr(11), pcr(12));
        vm.warp(NOW + 60);
        expectRefused(
            approvalAt(NOW + 60),
            abi.encodeWithSelector(
                IEnclaveRegistry.ImageNotApproved.selector, imageId, ApprovalStatus.Revoked
            )
        );
    }

    /// The key of a revoked image cannot move to a good image either.
    function test_revokedImage_buriesItsKeysForEveryImage() public {
        register();
        registry.revokeImage(imageId);
        KeyApproval memory approval = approvalAt(NOW + 1);
        approval.imageId = registry.approveImage(pcr(1), pcr(2), pcr(3));
        expectRefused(approval, abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key));
    }

    function test_revokedImage_leavesOtherImagesAlone() public {
        register();
        registry.revokeImage(registry.approveImage(pcr(1), pcr(2), pcr(3)));
        expectStatus(KeyStatus.Active, "another image was revoked");
    }

    function test_revokedModels_killTheirKeysAtOnce_andStayRevoked() public {
        register();
        registry.revokeModels(modelsId);
        expectStatus(KeyStatus.Revoked, "models revoked");
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ModelsAreRevoked.selector, modelsId));
        registry.approveModels(pcr(16));
    }

    function test_revocation_isIdempotentAndWorksBeforeApproval() public {
        bytes32 unseen = keccak256(bytes.concat(pcr(1), pcr(2), pcr(3)));
        registry.revokeImage(unseen);
        registry.revokeImage(unseen);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ImageIsRevoked.selector, unseen));
        registry.approveImage(pcr(1), pcr(2), pcr(3));
    }

    // ------------------------------------------------------------------ approvers

    function test_retiredApprover_speaksNoMore_butItsKeysStay() public {
        register();
        registry.retireApprover(approver);
        expectStatus(KeyStatus.Active, "retired");
        expectRefused(
            approvalAt(NOW + 1),
            abi.encodeWithSelector(
                IEnclaveRegistry.SignerNotApprover.selector, approver, ApproverStatus.Retired
            )
        );
        registry.addApprover(approver);
        KeyApproval memory approval = approvalAt(NOW + 1);
        registry.registerApprovedKey(approval, signed(approval));
    }

    function test_revokedApprover_takesItsKeysAlongAtOnce_andStaysRevoked() public {
        register();
        registry.revokeApprover(approver);
        expectStatus(KeyStatus.Unknown, "its word counts as never given");
        expectRefused(
            approvalAt(NOW + 1),
            abi.encodeWithSelector(
                IEnclaveRegistry.SignerNotApprover.selector, approver, ApproverStatus.Revoked
            )
        );
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ApproverIsRevoked.selector, approver));
        registry.addApprover(approver);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.ApproverNotActive.selector, approver, ApproverStatus.Revoked
            )
        );
        registry.retireApprover(approver);
    }

    /// A leaked approver key registered an honest enclave's key for the wrong code, with the longest life. Once it is
    /// revoked, an honest approver repairs this, even with an older document.
    function test_revokedApprover_cannotSpoilAKeyForAnHonestOne() public {
        KeyApproval memory spoiled = approvalAt(NOW + 5 minutes);
        spoiled.imageId = registry.approveImage(pcr(1), pcr(2), pcr(3));
        spoiled.expiresAtSeconds = spoiled.attestedAtSeconds + 7 days;
        registry.registerApprovedKey(spoiled, signed(spoiled));

        registry.addApprover(vm.addr(OTHER_APPROVER_KEY));
        KeyApproval memory honest = approvalAt(NOW);
        bytes memory signature = signed(honest, OTHER_APPROVER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.KeyBindingMismatch.selector, key, spoiled.imageId, modelsId
            )
        );
        registry.registerApprovedKey(honest, signature);

        registry.revokeApprover(approver);
        registry.registerApprovedKey(honest, signature);
        expectStatus(KeyStatus.Active, "repaired");
        expectEqual(registry.keyInfo(key).imageId, imageId, "imageId");
    }

    function test_revokedApprover_doesNotUnburyARevokedKey() public {
        register();
        registry.revokeKey(key);
        registry.revokeApprover(approver);
        expectStatus(KeyStatus.Revoked, "key revoked first");
    }

    /// A leaked approver key names an image that is about to be revoked. Its word counts as never given, whatever it said:
    /// else the honest key were lost for ever.
    function test_revokedApprover_doesNotBuryAKeyByAnImageThatOnlyItNamed() public {
        KeyApproval memory spoiled = approvalAt(NOW);
        spoiled.imageId = registry.approveImage(pcr(1), pcr(2), pcr(3));
        registry.registerApprovedKey(spoiled, signed(spoiled));
        registry.revokeImage(spoiled.imageId);
        expectStatus(KeyStatus.Revoked, "on the word of an approver in office");
        registry.revokeApprover(approver);
        expectStatus(KeyStatus.Unknown, "its word counts as never given");
        registry.addApprover(vm.addr(OTHER_APPROVER_KEY));
        KeyApproval memory approval = approvalAt(NOW);
        registry.registerApprovedKey(approval, signed(approval, OTHER_APPROVER_KEY));
        expectStatus(KeyStatus.Active, "repaired");
    }

    // ------------------------------------------------------------------ closing a route

    function test_closeRoute_makesItsKeysUnknownAtOnce_andAdmitsNoMore() public {
        register();
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.RouteClosed(ROUTE_APPROVAL);
        registry.closeRoute(ROUTE_APPROVAL);
        registry.closeRoute(ROUTE_APPROVAL);
        expectStatus(KeyStatus.Unknown, "closed");
        expectFalse(registry.isRouteOpen(ROUTE_APPROVAL), "open");
        expectRefused(approvalAt(NOW + 1), abi.encodeWithSelector(IEnclaveRegistry.RouteIsClosed.selector, 1));
    }

    function test_closeRoute_rejectsNumbersThatAreNoRoute() public {
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.RouteUnknown.selector, 0));
        registry.closeRoute(0);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.RouteUnknown.selector, 4));
        registry.closeRoute(4);
        expectFalse(registry.isRouteOpen(0), "0");
        expectFalse(registry.isRouteOpen(4), "4");
    }

    function test_approver_rejectsTheZeroAddress() public {
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ZeroAddress.selector));
        registry.addApprover(address(0));
    }

    // ------------------------------------------------------------------ time

    function test_expiry_endsAKeyToTheSecond() public {
        register();
        vm.warp(NOW + 1 days - 1);
        expectStatus(KeyStatus.Active, "last second");
        vm.warp(NOW + 1 days);
        expectStatus(KeyStatus.Expired, "expired");
    }

    function test_expiry_canBeRenewed() public {
        register();
        vm.warp(NOW + 2 days);
        register();
        expectStatus(KeyStatus.Active, "renewed");
    }

    function test_expiry_acceptsTheLongestLifeAndRejectsOneSecondMore() public {
        KeyApproval memory approval = approvalAt(NOW);
        approval.expiresAtSeconds = NOW + 7 days + 1;
        expectRefused(
            approval,
            abi.encodeWithSelector(IEnclaveRegistry.ApprovalTooLong.selector, NOW + 7 days + 1, NOW + 7 days)
        );
        approval.expiresAtSeconds = NOW + 7 days;
        registry.registerApprovedKey(approval, signed(approval));
    }

    function test_expiry_rejectsAnApprovalThatIsOver() public {
        KeyApproval memory approval = approvalAt(NOW - 100);
        approval.expiresAtSeconds = NOW;
        expectRefused(approval, abi.encodeWithSelector(IEnclaveRegistry.ApprovalExpired.selector, NOW, NOW));
    }

    function test_age_acceptsTheOldestDocumentAndRejectsAnOlderOne() public {
        expectRefused(
            approvalAt(NOW - 3 hours - 1),
            abi.encodeWithSelector(
                IEnclaveRegistry.AttestationTooOld.selector, NOW - 3 hours - 1, NOW - 3 hours
            )
        );
        KeyApproval memory approval = approvalAt(NOW - 3 hours);
        registry.registerApprovedKey(approval, signed(approval));
    }

    function test_age_acceptsAClockSlightlyAheadAndRejectsMore() public {
        expectRefused(
            approvalAt(NOW + 5 minutes + 1),
            abi.encodeWithSelector(
                IEnclaveRegistry.AttestationInFuture.selector, NOW + 5 minutes + 1, NOW + 5 minutes
            )
        );
        KeyApproval memory approval = approvalAt(NOW + 5 minutes);
        registry.registerApprovedKey(approval, signed(approval));
    }

    function test_age_rejectsMillisecondsGivenForSeconds() public {
        KeyApproval memory approval = approvalAt(NOW);
        approval.attestedAtSeconds = NOW * 1000;
        approval.expiresAtSeconds = NOW * 1000 + 60;
        expectRefused(
            approval,
            abi.encodeWithSelector(IEnclaveRegistry.AttestationInFuture.selector, NOW * 1000, NOW + 5 minutes)
        );
    }

    /// No pair of 64-bit times makes a key that outlives the longest life or wraps around.
    function testFuzz_time_neverExceedsItsBounds(uint64 attestedAtSeconds, uint64 expiresAtSeconds, bool near)
        public
    {
        if (near) {
            attestedAtSeconds = NOW - 4 hours + attestedAtSeconds % 5 hours;
            expiresAtSeconds = NOW - 1 hours + expiresAtSeconds % 8 days;
        }
        KeyApproval memory approval = approvalAt(NOW);
        approval.attestedAtSeconds = attestedAtSeconds;
        approval.expiresAtSeconds = expiresAtSeconds;
        bytes memory signature = signed(approval);
        (bool accepted,) =
            address(registry).call(abi.encodeCall(registry.registerApprovedKey, (approval, signature)));
        bool allowed = attestedAtSeconds <= NOW + 5 minutes && attestedAtSeconds >= NOW - 3 hours
            && expiresAtSeconds > NOW && expiresAtSeconds <= attestedAtSeconds + 7 days;
        expectTrue(accepted == allowed, "bounds");
        if (accepted) {
            expectEqual(registry.keyInfo(key).attestedAtSeconds, attestedAtSeconds, "attestedAtSeconds");
            expectEqual(registry.keyInfo(key).expiresAtSeconds, expiresAtSeconds, "expiresAtSeconds");
        }
    }

    // ------------------------------------------------------------------ renewal

    function test_renewal_rejectsTheSameApprovalTwice() public {
        register();
        expectRefused(
            approvalAt(NOW),
            abi.encodeWithSelector(IEnclaveRegistry.RegistrationNotNewer.selector, key, NOW, NOW + 1 days)
        );
    }

    function test_renewal_goesForwardOnly() public {
        KeyApproval memory older = approvalAt(NOW - 60);
        register();
        expectRefused(
            older,
            abi.encodeWithSelector(IEnclaveRegistry.RegistrationNotNewer.selector, key, NOW, NOW + 1 days)
        );
        KeyApproval memory shorter = approvalAt(NOW + 60);
        shorter.expiresAtSeconds = NOW + 1 days;
        expectRefused(
            shorter,
            abi.encodeWithSelector(IEnclaveRegistry.RegistrationNotNewer.selector, key, NOW, NOW + 1 days)
        );
        KeyApproval memory sameDocument = approvalAt(NOW);
        sameDocument.expiresAtSeconds = NOW + 2 days;
        expectRefused(
            sameDocument,
            abi.encodeWithSelector(IEnclaveRegistry.RegistrationNotNewer.selector, key, NOW, NOW + 1 days)
        );
        KeyApproval memory newer = approvalAt(NOW + 60);
        registry.registerApprovedKey(newer, signed(newer));
        expectEqual(registry.keyInfo(key).expiresAtSeconds, NOW + 60 + 1 days, "expiresAtSeconds");
    }

    function test_renewal_rejectsAnotherImageOrModelSet() public {
        register();
        bytes memory mismatch =
            abi.encodeWithSelector(IEnclaveRegistry.KeyBindingMismatch.selector, key, imageId, modelsId);
        KeyApproval memory approval = approvalAt(NOW + 1);
        approval.imageId = registry.approveImage(pcr(1), pcr(2), pcr(3));
        expectRefused(approval, mismatch);
        approval = approvalAt(NOW + 1);
        approval.modelsId = registry.approveModels(pcr(4));
        expectRefused(approval, mismatch);
    }

    function test_key_rejectsTheZeroAddress() public {
        KeyApproval memory approval = approvalAt(NOW);
        approval.key = address(0);
        expectRefused(approval, abi.encodeWithSelector(IEnclaveRegistry.ZeroAddress.selector));
    }

    // ------------------------------------------------------------------ governance

    function test_governance_isTheOwnersAlone() public {
        bytes[] memory calls = new bytes[](7);
        calls[0] = abi.encodeCall(registry.approveImage, (pcr(1), pcr(2), pcr(3)));
        calls[1] = abi.encodeCall(registry.approveModels, (pcr(1)));
        calls[2] = abi.encodeCall(registry.addApprover, (STRANGER));
        calls[3] = abi.encodeCall(registry.retireApprover, (approver));
        calls[4] = abi.encodeCall(registry.setGuardian, (STRANGER));
        calls[5] = abi.encodeCall(registry.transferOwnership, (STRANGER));
        calls[6] = abi.encodeCall(registry.approveVerifierImage, (imageId));
        registry.setGuardian(GUARDIAN);
        for (uint256 i = 0; i < calls.length; ++i) {
            expectCallRefused(STRANGER, calls[i], notOwner(STRANGER));
            expectCallRefused(GUARDIAN, calls[i], notOwner(GUARDIAN)); // the guardian forbids, never allows
        }
    }

    function test_revocation_isTheOwnersAndTheGuardians() public {
        registry.setGuardian(GUARDIAN);
        bytes[] memory calls = new bytes[](6);
        calls[4] = abi.encodeCall(registry.revokeVerifierImage, (imageId));
        calls[5] = abi.encodeCall(registry.closeRoute, (ROUTE_APPROVAL));
        calls[0] = abi.encodeCall(registry.revokeKey, (key));
        calls[1] = abi.encodeCall(registry.revokeImage, (imageId));
        calls[2] = abi.encodeCall(registry.revokeModels, (modelsId));
        calls[3] = abi.encodeCall(registry.revokeApprover, (approver));
        for (uint256 i = 0; i < calls.length; ++i) {
            expectCallRefused(
                STRANGER,
                calls[i],
                abi.encodeWithSelector(IEnclaveRegistry.NotOwnerOrGuardian.selector, STRANGER)
            );
            vm.prank(GUARDIAN);
            (bool accepted,) = address(registry).call(calls[i]);
            expectTrue(accepted, "guardian");
        }
        expectEqual(uint256(registry.imageStatus(imageId)), uint256(ApprovalStatus.Revoked), "image");
        expectEqual(uint256(registry.modelsStatus(modelsId)), uint256(ApprovalStatus.Revoked), "models");
        expectEqual(uint256(registry.approverStatus(approver)), uint256(ApproverStatus.Revoked), "approver");
    }

    function test_ownership_passesInTwoSteps() public {
        registry.transferOwnership(STRANGER);
        expectEqual(registry.owner(), address(this), "not yet");
        expectCallRefused(
            GUARDIAN,
            abi.encodeCall(registry.acceptOwnership, ()),
            abi.encodeWithSelector(IEnclaveRegistry.NotPendingOwner.selector, STRANGER, GUARDIAN)
        );
        vm.prank(STRANGER);
        registry.acceptOwnership();
        expectEqual(registry.owner(), STRANGER, "owner");
        expectEqual(registry.pendingOwner(), address(0), "pendingOwner");
        expectCallRefused(
            address(this),
            abi.encodeCall(registry.addApprover, (GUARDIAN)),
            abi.encodeWithSelector(IEnclaveRegistry.NotOwner.selector, STRANGER, address(this))
        );
    }

    function test_ownership_offerCanBeWithdrawn() public {
        registry.transferOwnership(STRANGER);
        registry.transferOwnership(address(0));
        expectCallRefused(
            STRANGER,
            abi.encodeCall(registry.acceptOwnership, ()),
            abi.encodeWithSelector(IEnclaveRegistry.NotPendingOwner.selector, address(0), STRANGER)
        );
    }

    function test_ownership_rejectsNobodyAtTheStart() public {
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ZeroAddress.selector));
        new EnclaveRegistry(address(0), IAttestationVerifier(address(0)));
    }

    function notOwner(address caller) private view returns (bytes memory) {
        return abi.encodeWithSelector(IEnclaveRegistry.NotOwner.selector, address(this), caller);
    }

    function expectCallRefused(address caller, bytes memory data, bytes memory reason) private {
        vm.prank(caller);
        (bool accepted, bytes memory received) = address(registry).call(data);
        expectFalse(accepted, "accepted");
        expectEqual(received, reason, "reason");
    }
}
