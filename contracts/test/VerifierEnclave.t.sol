// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {Eip712} from "../src/Eip712.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {
    ApprovalStatus,
    EnclaveVerification,
    IEnclaveRegistry,
    KeyInfo,
    KeyStatus,
    ROUTE_APPROVAL,
    ROUTE_ATTESTATION,
    ROUTE_VERIFIER_ENCLAVE
} from "../src/IEnclaveRegistry.sol";
import {AttestationRegistryFixture} from "./AttestationRegistryFixture.sol";

/// Route 3: the enclave of the vectors' document, whose key is 1, vouches for another.
contract VerifierEnclaveTest is AttestationRegistryFixture {
    uint256 private constant VERIFIER_KEY = 1;
    uint256 private constant OTHER_KEY = 0xe7c1a5e;
    address private constant STRANGER = address(0xbad);
    address private vouched;

    function setUp() public {
        setUpAttestationRegistry();
        vouched = vm.addr(OTHER_KEY);
        registry.registerEnclave(document, goodHints(5));
        registry.approveVerifierImage(imageId);
    }

    function verificationAt(uint64 attestedAtSeconds) private view returns (EnclaveVerification memory) {
        return EnclaveVerification({
            key: vouched,
            imageId: imageId,
            modelsId: modelsId,
            documentHash: keccak256("another document"),
            rootHash: verifier.rootHash(),
            attestedAtSeconds: attestedAtSeconds,
            expiresAtSeconds: attestedAtSeconds + 1 days
        });
    }

    function submit(EnclaveVerification memory verification, uint256 privateKey) private {
        registry.registerVerifiedEnclave(verification, signedBy(privateKey, hashVerification(verification)));
    }

    function expectRefused(EnclaveVerification memory verification, uint256 privateKey, bytes memory reason)
        private
    {
        bytes memory signature = signedBy(privateKey, hashVerification(verification));
        vm.expectRevert(reason);
        registry.registerVerifiedEnclave(verification, signature);
    }

    function expectStatus(KeyStatus expected, string memory what) private view {
        expectEqual(uint256(registry.keyStatus(vouched)), uint256(expected), what);
    }

    function notAttested(address signer, KeyStatus status, uint8 route) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEnclaveRegistry.SignerNotAttested.selector, signer, status, route);
    }

    // ------------------------------------------------------------------ who may vouch

    function test_verification_acceptsAnAttestedVerifier_submittedByAnyone() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        bytes memory signature = signedBy(VERIFIER_KEY, hashVerification(verification));
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.KeyRegistered(
            vouched,
            imageId,
            modelsId,
            ROUTE_VERIFIER_ENCLAVE,
            key,
            verification.documentHash,
            uint64(NOW),
            uint64(NOW + 1 days)
        );
        vm.prank(STRANGER);
        registry.registerVerifiedEnclave(verification, signature);
        expectStatus(KeyStatus.Active, "registered");
        KeyInfo memory info = registry.keyInfo(vouched);
        expectEqual(info.route, ROUTE_VERIFIER_ENCLAVE, "route");
        expectEqual(info.approver, key, "who vouched");
        expectEqual(info.imageId, imageId, "imageId");
        expectEqual(info.modelsId, modelsId, "modelsId");
        expectEqual(info.attestedAtSeconds, NOW, "attestedAtSeconds");
        expectEqual(info.expiresAtSeconds, NOW + 1 days, "expiresAtSeconds");
        vm.warp(NOW + 1 days);
        expectStatus(KeyStatus.Expired, "expired");
    }

    function test_verification_rejectsAStrangersWord() public {
        expectRefused(verificationAt(uint64(NOW)), OTHER_KEY, notAttested(vouched, KeyStatus.Unknown, 0));
        // An approver is no enclave.
        expectRefused(verificationAt(uint64(NOW)), APPROVER_KEY, notAttested(approver, KeyStatus.Unknown, 0));
    }

    /// The attack: one enclave that was admitted wrongly vouches for the next, and so on.
    function test_verification_rejectsAVerifierThatWasVouchedFor() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        EnclaveVerification memory next = verificationAt(uint64(NOW));
        next.key = STRANGER;
        expectRefused(next, OTHER_KEY, notAttested(vouched, KeyStatus.Active, ROUTE_VERIFIER_ENCLAVE));
    }

    function test_verification_rejectsAVerifierOnAnApproversWord() public {
        EnclaveRegistry fresh = new EnclaveRegistry(address(this), verifier);
        registry = fresh;
        registry.approveImage(pcrs[0], pcrs[1], pcrs[2]);
        registry.approveModels(pcrs[3]);
        registry.addApprover(approver);
        registry.approveVerifierImage(imageId);
        registerByApproval(uint64(NOW));
        expectRefused(
            verificationAt(uint64(NOW)), VERIFIER_KEY, notAttested(key, KeyStatus.Active, ROUTE_APPROVAL)
        );
    }

    function test_verification_rejectsAnExpiredOrRevokedVerifier() public {
        vm.warp(NOW - 30 + 7 days);
        expectRefused(
            verificationAt(uint64(NOW + 7 days - 60)),
            VERIFIER_KEY,
            notAttested(key, KeyStatus.Expired, ROUTE_ATTESTATION)
        );
        registry.revokeKey(key);
        expectRefused(
            verificationAt(uint64(NOW + 7 days - 60)),
            VERIFIER_KEY,
            notAttested(key, KeyStatus.Revoked, ROUTE_ATTESTATION)
        );
    }

    /// To serve models is one thing, to be believed about others another.
    function test_verification_rejectsAnImageThatIsApprovedForServingOnly() public {
        EnclaveRegistry fresh = new EnclaveRegistry(address(this), verifier);
        registry = fresh;
        registry.approveImage(pcrs[0], pcrs[1], pcrs[2]);
        registry.approveModels(pcrs[3]);
        registry.registerEnclave(document, warmHints(5));
        bytes4 error_ = IEnclaveRegistry.VerifierImageNotApproved.selector;
        expectRefused(
            verificationAt(uint64(NOW)),
            VERIFIER_KEY,
            abi.encodeWithSelector(error_, imageId, ApprovalStatus.Unknown)
        );
        registry.approveVerifierImage(imageId);
        registry.revokeVerifierImage(imageId);
        expectRefused(
            verificationAt(uint64(NOW)),
            VERIFIER_KEY,
            abi.encodeWithSelector(error_, imageId, ApprovalStatus.Revoked)
        );
    }

    function test_verifierImage_mustBeAnApprovedOne_andNeverComesBack() public {
        bytes32 other = keccak256("other");
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.ImageNotApproved.selector, other, ApprovalStatus.Unknown)
        );
        registry.approveVerifierImage(other);
        registry.revokeVerifierImage(imageId);
        expectTrue(registry.verifierImageStatus(imageId) == ApprovalStatus.Revoked, "revoked");
        expectTrue(registry.imageStatus(imageId) == ApprovalStatus.Approved, "still serves");
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.ImageIsRevoked.selector, imageId));
        registry.approveVerifierImage(imageId);
    }

    // ------------------------------------------------------------------ what is signed

    function test_verification_rejectsAnotherRoot() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        verification.rootHash = keccak256("a test authority");
        expectRefused(
            verification,
            VERIFIER_KEY,
            abi.encodeWithSelector(
                IEnclaveRegistry.VerificationRootMismatch.selector, verifier.rootHash(), verification.rootHash
            )
        );
    }

    function test_verification_rejectsAReplayOnAnotherChainOrRegistry() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        bytes memory signature = signedBy(VERIFIER_KEY, hashVerification(verification));
        EnclaveRegistry twin = new EnclaveRegistry(address(this), verifier);
        twin.approveImage(pcrs[0], pcrs[1], pcrs[2]);
        twin.approveModels(pcrs[3]);
        twin.approveVerifierImage(imageId);
        twin.registerEnclave(document, warmHints(5));
        (bool accepted,) =
            address(twin).call(abi.encodeCall(twin.registerVerifiedEnclave, (verification, signature)));
        expectFalse(accepted, "on a twin");
        vm.chainId(block.chainid + 1);
        (accepted,) = address(registry)
            .call(abi.encodeCall(registry.registerVerifiedEnclave, (verification, signature)));
        expectFalse(accepted, "on a fork");
        submit(verification, VERIFIER_KEY);
        expectStatus(KeyStatus.Active, "signed anew for the fork");
    }

    function testFuzz_verification_rejectsAChangedField(uint256 field, uint64 change) public {
        vm.assume(change != 0);
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        bytes memory signature = signedBy(VERIFIER_KEY, hashVerification(verification));
        field %= 7;
        if (field == 0) verification.key = address(uint160(verification.key) ^ change);
        if (field == 1) verification.imageId ^= bytes32(uint256(change));
        if (field == 2) verification.modelsId ^= bytes32(uint256(change));
        if (field == 3) verification.documentHash ^= bytes32(uint256(change));
        if (field == 4) verification.rootHash ^= bytes32(uint256(change));
        if (field == 5) verification.attestedAtSeconds ^= change;
        if (field == 6) verification.expiresAtSeconds ^= change;
        (bool accepted,) = address(registry)
            .call(abi.encodeCall(registry.registerVerifiedEnclave, (verification, signature)));
        expectFalse(accepted, "a changed statement was accepted");
    }

    /// The attack: what was signed as one kind of statement is shown as another with the same members.
    function test_verification_isNoApproval_norTheOtherWayRound() public {
        registry.addApprover(key);
        bytes memory signature = signedBy(VERIFIER_KEY, hashVerification(verificationAt(uint64(NOW))));
        (bool accepted,) = address(registry)
            .call(abi.encodeCall(registry.registerApprovedKey, (approvalOf(imageId, uint64(NOW)), signature)));
        expectFalse(accepted, "a verification as an approval");
        signature = signedBy(VERIFIER_KEY, hashApproval(approvalOf(imageId, uint64(NOW))));
        (accepted,) = address(registry)
            .call(abi.encodeCall(registry.registerVerifiedEnclave, (verificationAt(uint64(NOW)), signature)));
        expectFalse(accepted, "an approval as a verification");
    }

    function test_verification_rejectsTimesOutOfBounds() public {
        expectRefused(
            verificationAt(uint64(NOW - 3 hours - 1)),
            VERIFIER_KEY,
            abi.encodeWithSelector(
                IEnclaveRegistry.AttestationTooOld.selector, NOW - 3 hours - 1, NOW - 3 hours
            )
        );
        expectRefused(
            verificationAt(uint64(NOW + 5 minutes + 1)),
            VERIFIER_KEY,
            abi.encodeWithSelector(
                IEnclaveRegistry.AttestationInFuture.selector, NOW + 5 minutes + 1, NOW + 5 minutes
            )
        );
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        verification.expiresAtSeconds = uint64(NOW + 7 days + 1);
        expectRefused(
            verification,
            VERIFIER_KEY,
            abi.encodeWithSelector(IEnclaveRegistry.ApprovalTooLong.selector, NOW + 7 days + 1, NOW + 7 days)
        );
    }

    function test_verification_rejectsUnapprovedMeasurements() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        verification.imageId = keccak256("other");
        expectRefused(
            verification,
            VERIFIER_KEY,
            abi.encodeWithSelector(
                IEnclaveRegistry.ImageNotApproved.selector, verification.imageId, ApprovalStatus.Unknown
            )
        );
    }

    // ------------------------------------------------------------------ revocation: one store for all it vouched for

    function test_revokedVerifierKey_makesWhatItVouchedForUnknown() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        registry.revokeKey(key);
        expectStatus(KeyStatus.Unknown, "its word counts as never given");
        expectTrue(registry.keyStatus(key) == KeyStatus.Revoked, "itself");
        // The enclave that it vouched for may come in by another word.
        registry.addApprover(approver);
        key = vouched;
        registerByApproval(uint64(NOW - 100));
        expectStatus(KeyStatus.Active, "on an approver's word");
    }

    /// A renewal of the verifier's own registration forgets none of those that it vouched for.
    function test_revokedVerifierKey_reachesBackBeyondItsRenewal() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        vm.warp(NOW + 1800);
        registry.registerEnclave(vectorDocument(".later"), warmHints(5));
        expectStatus(KeyStatus.Active, "renewed");
        registry.revokeKey(key);
        expectStatus(KeyStatus.Unknown, "revoked");
    }

    function test_revokedVerifierImage_makesWhatItVouchedForUnknown() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        registry.revokeVerifierImage(imageId);
        expectStatus(KeyStatus.Unknown, "revoked as a verifier");
        expectTrue(registry.keyStatus(key) == KeyStatus.Active, "its own key serves on");
    }

    function test_revokedImageOrModels_ofTheVerifier_makeWhatItVouchedForUnknown() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        verification.imageId = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        verification.modelsId = registry.approveModels(PCR_OTHER);
        submit(verification, VERIFIER_KEY);
        EnclaveVerification memory second = verification;
        second.key = STRANGER;
        submit(second, VERIFIER_KEY);
        registry.revokeModels(modelsId);
        expectStatus(KeyStatus.Unknown, "the verifier's models");
        expectTrue(registry.keyStatus(STRANGER) == KeyStatus.Unknown, "all of them");

        setUp();
        verification.imageId = registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]);
        submit(verificationAtImage(verification.imageId), VERIFIER_KEY);
        registry.revokeImage(imageId);
        expectStatus(KeyStatus.Unknown, "the verifier's image");
        expectTrue(registry.verifierImageStatus(imageId) == ApprovalStatus.Revoked, "also as a verifier");
    }

    function verificationAtImage(bytes32 image)
        private
        view
        returns (EnclaveVerification memory verification)
    {
        verification = verificationAt(uint64(NOW));
        verification.imageId = image;
    }

    function test_expiredVerifier_leavesWhatItVouchedFor() public {
        vm.warp(NOW - 60 + 2 hours);
        submit(verificationAt(uint64(NOW - 60 + 2 hours)), VERIFIER_KEY);
        EnclaveVerification memory long = verificationAt(uint64(NOW - 59 + 2 hours));
        long.expiresAtSeconds = long.attestedAtSeconds + 7 days;
        submit(long, VERIFIER_KEY);
        vm.warp(NOW - 30 + 7 days);
        expectTrue(registry.keyStatus(key) == KeyStatus.Expired, "the verifier");
        expectStatus(KeyStatus.Active, "what it said when it was good");
    }

    function test_closeRoute_endsRoute3Alone_orWithRoute2() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        registry.closeRoute(ROUTE_VERIFIER_ENCLAVE);
        expectStatus(KeyStatus.Unknown, "closed");
        expectTrue(registry.keyStatus(key) == KeyStatus.Active, "documents still count");
        expectRefused(
            verificationAt(uint64(NOW + 1)),
            VERIFIER_KEY,
            abi.encodeWithSelector(IEnclaveRegistry.RouteIsClosed.selector, 3)
        );
        EnclaveRegistry without = new EnclaveRegistry(address(this), IAttestationVerifier(address(0)));
        expectFalse(without.isRouteOpen(ROUTE_VERIFIER_ENCLAVE), "without a verifier of documents");
    }

    // ------------------------------------------------------------------ beside the other routes

    function test_verification_outweighsAnApproversWord_andYieldsToADocument() public {
        address own = key;
        key = vouched;
        registerByApproval(uint64(NOW + 100));
        key = own;
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        expectEqual(registry.keyInfo(vouched).route, ROUTE_VERIFIER_ENCLAVE, "over an approver's");
        key = vouched;
        bytes memory signature = signedBy(APPROVER_KEY, hashApproval(approvalOf(imageId, uint64(NOW + 200))));
        bytes memory outweighed = abi.encodeWithSelector(
            IEnclaveRegistry.RegistrationOutweighed.selector, vouched, ROUTE_VERIFIER_ENCLAVE, ROUTE_APPROVAL
        );
        vm.expectRevert(outweighed);
        registry.registerApprovedKey(approvalOf(imageId, uint64(NOW + 200)), signature);
        key = own;

        // Nor can it touch what a document registered: its own key, here.
        EnclaveVerification memory self = verificationAt(uint64(NOW + 100));
        self.key = key;
        expectRefused(
            self,
            VERIFIER_KEY,
            abi.encodeWithSelector(
                IEnclaveRegistry.RegistrationOutweighed.selector,
                key,
                ROUTE_ATTESTATION,
                ROUTE_VERIFIER_ENCLAVE
            )
        );
    }

    /// What the hardware says replaces what a verifier enclave said of it, whatever that was and however it was dated.
    function test_document_replacesAVerifiersWord() public {
        bytes memory other = registration("otherKey");
        bytes memory point = verify(other).publicKey;
        address own = address(uint160(uint256(keccak256(slice(point, 1, 64)))));
        EnclaveVerification memory wrong =
            verificationAtImage(registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]));
        (wrong.key, wrong.attestedAtSeconds) = (own, uint64(NOW + 300));
        submit(wrong, VERIFIER_KEY);
        expectEqual(registry.keyInfo(own).imageId, wrong.imageId, "vouched for wrongly");
        expectEqual(registry.registerEnclave(other, goodHints(5)), own, "key");
        expectEqual(registry.keyInfo(own).imageId, imageId, "by its document");
        registry.revokeKey(key);
        expectTrue(registry.keyStatus(own) == KeyStatus.Active, "the verifier's end does not matter");
    }

    function test_renewal_goesForwardOnly_andKeepsTheBinding() public {
        submit(verificationAt(uint64(NOW)), VERIFIER_KEY);
        expectRefused(
            verificationAt(uint64(NOW)),
            VERIFIER_KEY,
            abi.encodeWithSelector(IEnclaveRegistry.RegistrationNotNewer.selector, vouched, NOW, NOW + 1 days)
        );
        submit(verificationAt(uint64(NOW + 1)), VERIFIER_KEY);
        expectEqual(registry.keyInfo(vouched).attestedAtSeconds, NOW + 1, "renewed");
        EnclaveVerification memory other =
            verificationAtImage(registry.approveImage(pcrs[0], PCR_OTHER, pcrs[2]));
        (other.attestedAtSeconds, other.expiresAtSeconds) = (uint64(NOW + 2), uint64(NOW + 2 days));
        expectRefused(
            other,
            VERIFIER_KEY,
            abi.encodeWithSelector(IEnclaveRegistry.KeyBindingMismatch.selector, vouched, imageId, modelsId)
        );
    }

    function test_signature_rejectsOtherForms() public {
        EnclaveVerification memory verification = verificationAt(uint64(NOW));
        vm.expectRevert(abi.encodeWithSelector(Eip712.SignatureLength.selector, 65, 64));
        registry.registerVerifiedEnclave(verification, new bytes(64));
    }
}
