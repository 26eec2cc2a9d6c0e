// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {
    ApprovalStatus,
    IEnclaveRegistry,
    KeyApproval,
    KeyInfo,
    KeyStatus,
    ROUTE_APPROVAL,
    ROUTE_ATTESTATION,
    ROUTE_VERIFIER_ENCLAVE
} from "../src/IEnclaveRegistry.sol";
import {AttestationLib, IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {AttestationRegistryFixture} from "./AttestationRegistryFixture.sol";

/// Route 2: a key comes in by its document alone.
contract EnclaveRegistryAttestationTest is AttestationRegistryFixture {
    address private constant STRANGER = address(0xbad);

    function setUp() public {
        setUpAttestationRegistry();
    }

    function expectStatus(KeyStatus expected, string memory what) private view {
        expectEqual(uint256(registry.keyStatus(key)), uint256(expected), what);
    }

    function expectRefused(bytes memory document_, bytes memory reason) private {
        bytes[] memory hints = goodHints(5);
        vm.expectRevert(reason);
        registry.registerEnclave(document_, hints);
    }

    // ------------------------------------------------------------------ what is registered

    function test_registerEnclave_acceptsAnyonesSubmission_andTakesEverythingFromTheDocument() public {
        uint64 attested = uint64(NOW - 30);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.KeyRegistered(
            key,
            imageId,
            modelsId,
            ROUTE_ATTESTATION,
            address(0),
            sha256(document),
            attested,
            attested + 7 days
        );
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.EnclaveAttested(
            key,
            vm.parseJsonBytes32(vectors, ".keysetHash"),
            keccak256("i-0123456789abcdef0-enc0123456789abcdef")
        );
        vm.prank(STRANGER);
        expectEqual(registry.registerEnclave(document, goodHints(5)), key, "key");
        expectStatus(KeyStatus.Active, "registered");
        KeyInfo memory info = registry.keyInfo(key);
        expectEqual(info.route, ROUTE_ATTESTATION, "route");
        expectEqual(info.approver, address(0), "approver");
        expectEqual(info.imageId, imageId, "imageId");
        expectEqual(info.modelsId, modelsId, "modelsId");
        expectEqual(info.attestedAtSeconds, attested, "attestedAtSeconds");
        expectEqual(info.expiresAtSeconds, attested + 7 days, "expiresAtSeconds");
        expectTrue(registry.keyStatus(STRANGER) == KeyStatus.Unknown, "the sender is nobody");
    }

    function test_registerEnclave_expires() public {
        registry.registerEnclave(document, goodHints(5));
        vm.warp(NOW - 30 + 7 days - 1);
        expectStatus(KeyStatus.Active, "last second");
        vm.warp(NOW - 30 + 7 days);
        expectStatus(KeyStatus.Expired, "expired");
    }

    function test_registerEnclave_rejectsWithoutAVerifier() public {
        EnclaveRegistry closed = new EnclaveRegistry(address(this), IAttestationVerifier(address(0)));
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.RouteIsClosed.selector, 2));
        closed.registerEnclave(document, goodHints(5));
    }

    // ------------------------------------------------------------------ what must be approved

    function test_image_rejectsOneThatIsNotApproved_untilItIs() public {
        bytes memory other = registration("otherImage");
        bytes32 otherId = keccak256(bytes.concat(pcrs[0], PCR_OTHER, pcrs[2]));
        expectRefused(
            other,
            abi.encodeWithSelector(
                IEnclaveRegistry.ImageNotApproved.selector, otherId, ApprovalStatus.Unknown
            )
        );
        registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        registry.registerEnclave(other, goodHints(5));
        registry.revokeImage(otherId);
        expectStatus(KeyStatus.Revoked, "revoked with its image");
    }

    function test_models_rejectASetThatIsNotApproved_orNotMeasured() public {
        expectRefused(
            registration("otherModels"),
            abi.encodeWithSelector(
                IEnclaveRegistry.ModelsNotApproved.selector, keccak256(PCR_OTHER), ApprovalStatus.Unknown
            )
        );
        expectRefused(registration("noModels"), abi.encodeWithSelector(AttestationLib.PcrAbsent.selector, 16));
    }

    // ------------------------------------------------------------------ what the document must say

    function test_purpose_rejectsDocumentsMadeForSomethingElse() public {
        bytes16 tag = registry.KEYSET_PURPOSE();
        expectEqual(bytes32(tag), bytes32("nacre/keyset/1"), "tag");
        bytes4 error_ = IEnclaveRegistry.AttestationPurposeMismatch.selector;
        expectRefused(
            registration("kmsPurpose"), abi.encodeWithSelector(error_, tag, bytes16("nacre/kms/1"), 48)
        );
        expectRefused(registration("noPurpose"), abi.encodeWithSelector(error_, tag, bytes16(0), 0));
        expectRefused(registration("purposeAlone"), abi.encodeWithSelector(error_, tag, tag, 16));
        expectRefused(registration("purposeAndMore"), abi.encodeWithSelector(error_, tag, tag, 49));
    }

    function test_key_rejectsEverythingThatIsNotAnUncompressedPoint() public {
        bytes4 error_ = IEnclaveRegistry.AttestationKeyMalformed.selector;
        expectRefused(registration("noKey"), abi.encodeWithSelector(error_, 0));
        expectRefused(registration("compressedKey"), abi.encodeWithSelector(error_, 33));
        expectRefused(registration("hybridKey"), abi.encodeWithSelector(error_, 65));
    }

    function test_document_rejectsOneThatNobodySigned() public {
        bytes memory forged = document;
        forged[find(forged, "public_key") + 20] ^= 0x01;
        expectRefused(forged, abi.encodeWithSelector(IAttestationVerifier.CoseSignatureInvalid.selector));
    }

    function test_age_acceptsUpToThreeHours_asLongAsTheChainIsValid() public {
        // The leaf ends 57 seconds before the document is three hours and 30 seconds old.
        vm.warp(NOW - 57 + 3 hours);
        registry.registerEnclave(document, goodHints(5));
        vm.warp(NOW - 56 + 3 hours);
        bytes memory later = registration("otherKey");
        bytes[] memory hints = goodHints(5);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CertificateNotInValidity.selector,
                NOW - 60 - 300,
                NOW - 57 + 3 hours,
                NOW - 56 + 3 hours
            )
        );
        registry.registerEnclave(later, hints);
    }

    function test_age_acceptsAClockSlightlyAheadAndRejectsMore() public {
        registry.registerEnclave(registration("future"), goodHints(5));
        expectRefused(
            registration("tooFarAhead"),
            abi.encodeWithSelector(
                IAttestationVerifier.AttestationFromFuture.selector,
                (NOW + 300) * 1000 + 1,
                (NOW + 300) * 1000
            )
        );
    }

    // ------------------------------------------------------------------ replay and renewal

    function expectNotNewer(bytes memory document_) private {
        KeyInfo memory info = registry.keyInfo(key);
        expectRefused(
            document_,
            abi.encodeWithSelector(
                IEnclaveRegistry.RegistrationNotNewer.selector,
                key,
                info.attestedAtSeconds,
                info.expiresAtSeconds
            )
        );
    }

    /// A document is public. Submitting it again changes nothing; nor does its twin with the other half of s.
    function test_replay_here_changesNothing() public {
        registry.registerEnclave(document, goodHints(5));
        bytes32 before = keccak256(abi.encode(registry.keyInfo(key)));
        expectNotNewer(document);
        expectNotNewer(bytes.concat(hex"d2", document));
        vm.warp(NOW + 1 hours);
        expectNotNewer(document);
        expectEqual(keccak256(abi.encode(registry.keyInfo(key))), before, "unchanged");
    }

    /// On another chain or registry the document says the same thing about the same key, and nothing about the sender.
    function test_replay_elsewhere_registersTheSameKeyForTheSameCode() public {
        registry.registerEnclave(document, goodHints(5));
        vm.chainId(4242);
        EnclaveRegistry other = new EnclaveRegistry(STRANGER, verifier);
        bytes[] memory hints = goodHints(5);
        // That owner's approvals decide, not the document.
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.ImageNotApproved.selector, imageId, ApprovalStatus.Unknown
            )
        );
        other.registerEnclave(document, hints);
        vm.prank(STRANGER);
        other.approveImage(pcrs[0], pcrs[1], pcrs[2]);
        vm.prank(STRANGER);
        other.approveModels(pcrs[3]);
        expectEqual(other.registerEnclave(document, hints), key, "same key");
        expectEqual(
            keccak256(abi.encode(other.keyInfo(key))),
            keccak256(abi.encode(registry.keyInfo(key))),
            "same record"
        );
    }

    function test_renewal_goesForwardOnly() public {
        bytes memory later = vectorDocument(".later");
        vm.warp(NOW + 1800);
        registry.registerEnclave(later, goodHints(5));
        expectEqual(registry.keyInfo(key).attestedAtSeconds, NOW + 1800, "later");
        // The older one is still young enough to be verified, and must not rewind.
        expectNotNewer(document);
    }

    function test_renewal_extendsTheLife() public {
        registry.registerEnclave(document, goodHints(5));
        vm.warp(NOW + 1800);
        registry.registerEnclave(vectorDocument(".later"), warmHints(5));
        KeyInfo memory info = registry.keyInfo(key);
        expectEqual(info.attestedAtSeconds, NOW + 1800, "attestedAtSeconds");
        expectEqual(info.expiresAtSeconds, NOW + 1800 + 7 days, "expiresAtSeconds");
    }

    /// base/base#1812: a registrar in a loop. The answer is final and says so: this key belongs to other code.
    function test_changeOfRegisters_isRefusedForTheSameKey() public {
        registry.registerEnclave(document, goodHints(5));
        registry.approveModels(PCR_OTHER);
        expectRefused(
            registration("otherModels"),
            abi.encodeWithSelector(IEnclaveRegistry.KeyBindingMismatch.selector, key, imageId, modelsId)
        );
        expectStatus(KeyStatus.Active, "as before");
    }

    function test_revokedKey_isRevokedForEver() public {
        registry.revokeKey(key);
        expectRefused(document, abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key));
        expectStatus(KeyStatus.Revoked, "barred");
    }

    function test_revokedCertificate_registersNothing() public {
        registry.registerEnclave(document, goodHints(5));
        (bytes memory issuer, bytes memory serial) = issuerAndSerial(3);
        verifier.revokeBySerial(issuer, serial);
        vm.warp(NOW + 1800);
        bytes32 id = verifier.revocationIdOf(issuer, serial);
        expectRefused(
            vectorDocument(".later"),
            abi.encodeWithSelector(IAttestationVerifier.CertificateRevoked.selector, 3, id)
        );
    }

    // ------------------------------------------------------------------ both routes

    function test_document_takesOverFromAnApproversWord() public {
        registerByApproval(uint64(NOW - 60));
        expectEqual(registry.keyInfo(key).route, ROUTE_APPROVAL, "approval");
        registry.registerEnclave(document, goodHints(5));
        expectEqual(registry.keyInfo(key).route, ROUTE_ATTESTATION, "attestation");
        expectEqual(registry.keyInfo(key).approver, address(0), "no approver");
        // The approver's word counts no more, so its end does not matter.
        registry.revokeApprover(approver);
        expectStatus(KeyStatus.Active, "on the document");
    }

    /// The attack: a leaked approver key writes over a registration that hardware attested. Revoking it would then make
    /// the key Unknown.
    function test_approver_cannotWriteOverADocument() public {
        registry.registerEnclave(document, goodHints(5));
        bytes32 before = keccak256(abi.encode(registry.keyInfo(key)));
        uint64 attestedAt = uint64(NOW + 300);
        bytes memory outweighed = abi.encodeWithSelector(
            IEnclaveRegistry.RegistrationOutweighed.selector, key, ROUTE_ATTESTATION, ROUTE_APPROVAL
        );
        expectApprovalRefused(approvalOf(imageId, attestedAt), outweighed);
        bytes32 otherImage = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        expectApprovalRefused(approvalOf(otherImage, attestedAt), outweighed);
        expectEqual(keccak256(abi.encode(registry.keyInfo(key))), before, "unchanged");
        registry.revokeApprover(approver);
        expectStatus(KeyStatus.Active, "the document stands");
    }

    /// Once it expired, an approver may prolong what the document said, and say nothing else.
    function test_approver_mayProlongAnExpiredDocument_andOnlyThat() public {
        registry.registerEnclave(document, goodHints(5));
        vm.warp(NOW + 7 days);
        bytes32 otherImage = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        expectApprovalRefused(
            approvalOf(otherImage, uint64(NOW + 7 days)),
            abi.encodeWithSelector(IEnclaveRegistry.KeyBindingMismatch.selector, key, imageId, modelsId)
        );
        registerByApproval(uint64(NOW + 7 days));
        expectStatus(KeyStatus.Active, "prolonged");
    }

    /// The attack: a leaked approver key comes before the first document, with other registers, or with a time that no
    /// document can beat, to keep the document out.
    function test_approver_cannotKeepADocumentOut() public {
        bytes32 otherImage = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        registerApproval(approvalOf(otherImage, uint64(NOW + 300)));
        expectEqual(registry.keyInfo(key).imageId, otherImage, "spoiled");
        registry.registerEnclave(document, goodHints(5));
        expectEqual(registry.keyInfo(key).imageId, imageId, "what the hardware says");
        expectEqual(registry.keyInfo(key).attestedAtSeconds, NOW - 30, "and when");
        expectEqual(registry.keyInfo(key).route, ROUTE_ATTESTATION, "route");
    }

    /// As long as the approver is in office, its word that the key lives in a revoked image buries the key. Once it is
    /// revoked, the document speaks.
    function test_approver_canBuryAKeyOnlyAsLongAsItIsTrusted() public {
        bytes32 otherImage = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        registerApproval(approvalOf(otherImage, uint64(NOW)));
        registry.revokeImage(otherImage);
        expectRefused(document, abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key));
        registry.revokeApprover(approver);
        registry.registerEnclave(document, goodHints(5));
        expectStatus(KeyStatus.Active, "on the document");
    }

    /// Nothing brings back a key that was itself revoked, whoever vouched for it.
    function test_revokedKey_staysRevokedWhenItsApproverIsRevoked() public {
        registerByApproval(uint64(NOW));
        registry.revokeKey(key);
        registry.revokeApprover(approver);
        expectRefused(document, abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key));
    }

    function test_closeRoute_makesDocumentsCountNoMore() public {
        registry.registerEnclave(document, goodHints(5));
        registry.closeRoute(ROUTE_ATTESTATION);
        expectStatus(KeyStatus.Unknown, "closed");
        expectFalse(registry.isRouteOpen(ROUTE_ATTESTATION), "route 2");
        expectFalse(registry.isRouteOpen(ROUTE_VERIFIER_ENCLAVE), "route 3 rests on it");
        expectRefused(document, abi.encodeWithSelector(IEnclaveRegistry.RouteIsClosed.selector, 2));
        registerByApproval(uint64(NOW - 60));
        expectStatus(KeyStatus.Active, "approvers can still speak");
    }

    /// Route 2 has no approver to revoke: the zero address that stands in its place is none.
    function test_routes_revokingTheZeroAddressConcernsNoDocument() public {
        registry.registerEnclave(document, goodHints(5));
        registry.revokeApprover(address(0));
        expectStatus(KeyStatus.Active, "active");
    }

    function expectApprovalRefused(KeyApproval memory approval, bytes memory reason) private {
        bytes memory signature = signedBy(APPROVER_KEY, hashApproval(approval));
        vm.expectRevert(reason);
        registry.registerApprovedKey(approval, signature);
    }
}
