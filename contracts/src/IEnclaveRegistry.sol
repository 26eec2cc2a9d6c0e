// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAttestationVerifier} from "./attestation/IAttestationVerifier.sol";

/// What the registry says about a receipt key at this moment.
/// - Unknown: never registered, or registered on the word of an approver or verifier enclave that was revoked since, or by a
/// route that was closed since.
/// - Active: attested, image and model set approved, not expired. The only status that means "trust it".
/// - Revoked: for ever. The key, its image or its model set was revoked. (Should it turn out that nobody trustworthy ever
/// said that the key has that image, the status becomes Unknown. A key that was itself revoked stays so.)
/// - Expired: was Active until its `expiresAtSeconds`; a newer attestation of the same enclave can renew it.
enum KeyStatus {
    Unknown,
    Active,
    Revoked,
    Expired
}

/// The owner's word about an image or a model set. Revoked is for ever: a measurement names exact bytes,
/// and bytes found bad stay bad. The way back from a mistake is a new build (or a new manifest version),
/// which has another measurement, so no key from before the revocation comes back with it.
enum ApprovalStatus {
    Unknown,
    Approved,
    Revoked
}

/// The owner's word about an approver.
/// - Retired: approves no more; the keys it approved stay until they expire. For a planned rotation. If it is added
///   again, approvals that it signed and nobody submitted count too, as long as their document is young enough.
/// - Revoked: for ever; every key whose latest registration is its word becomes Unknown at once. For a leaked or
///   dishonest approver. Keys that it renewed after another approver are among them: have the other approve anew.
enum ApproverStatus {
    Unknown,
    Active,
    Retired,
    Revoked
}

/// An approver's statement: "I verified the attestation document with this hash, up to the pinned root,
/// and it binds this key to this image and these models."
/// @param key Address of the enclave's receipt key (the document's `public_key`).
/// @param imageId keccak256(pcr0 || pcr1 || pcr2).
/// @param modelsId keccak256(pcr16).
/// @param documentHash SHA-256 of the COSE bytes of the document, so that anyone can ask for it and check again.
/// @param attestedAtSeconds The document's own timestamp, rounded down to seconds (the document counts milliseconds).
/// @param expiresAtSeconds First second at which the key is no longer Active.
struct KeyApproval {
    address key;
    bytes32 imageId;
    bytes32 modelsId;
    bytes32 documentHash;
    uint64 attestedAtSeconds;
    uint64 expiresAtSeconds;
}

/// A verifier enclave's statement: "I verified the attestation document with this hash, live, up to the root with this
/// hash, and it was made for a keyset, and binds this key to this image and these models."
/// @param rootHash SHA-256 of the root certificate's DER; must be the one that this registry's own verifier trusts.
/// The other members are as in KeyApproval.
struct EnclaveVerification {
    address key;
    bytes32 imageId;
    bytes32 modelsId;
    bytes32 documentHash;
    bytes32 rootHash;
    uint64 attestedAtSeconds;
    uint64 expiresAtSeconds;
}

/// What `keyInfo` returns. Fields other than `status` are zero for a key that was never registered.
/// @param status See KeyStatus.
/// @param route How the key came in: one of the ROUTE constants. A plain number, so that consumers compiled today
/// can read registries that know more routes.
/// @param approver Whose signature brought it in: an approver's, or a verifier enclave's; zero on route 2.
struct KeyInfo {
    KeyStatus status;
    uint8 route;
    address approver;
    bytes32 imageId;
    bytes32 modelsId;
    uint64 attestedAtSeconds;
    uint64 expiresAtSeconds;
}

// Route 1: an approver verified the attestation off chain and signed a KeyApproval.
uint8 constant ROUTE_APPROVAL = 1;
// Route 2: the whole attestation document is verified on chain.
uint8 constant ROUTE_ATTESTATION = 2;
// Route 3: an attested verifier enclave signed for the document.
uint8 constant ROUTE_VERIFIER_ENCLAVE = 3;

/// @title Which receipt keys belong to which attested code and models, and until when.
///
/// @notice Consumers need `keyStatus` (or `isKeyActive`) and nothing else. Reads are common to all routes;
/// each route has its own registration function, and every one of them ends in `KeyRegistered` with the route's number.
/// Where two routes speak of one key, the document outweighs a verifier enclave's word, and that an approver's: it replaces
/// what it outweighs, whatever that said, and is not replaced by less while it is Active.
///
/// @dev Integrator responsibilities. The registry does not:
/// - verify attestation documents on routes 1 and 3: it takes the word of an approver, or of code that the owner approved
/// for this and that route 2 attested. On route 2 everything is verified here;
/// - know which model answered: a key covers a model *set*, the receipt names the model;
/// - see receipts, their age or their replay.
/// The owner can add approvers and so, in effect, keys: whoever trusts a registry trusts its owner.
interface IEnclaveRegistry {
    // ------------------------------------------------------------------ errors

    /// The caller is not the owner.
    error NotOwner(address owner, address caller);
    /// The caller is neither the owner nor the guardian.
    error NotOwnerOrGuardian(address caller);
    /// The caller was not offered the ownership.
    error NotPendingOwner(address pendingOwner, address caller);
    /// The zero address was given where an account is needed.
    error ZeroAddress();
    /// A PCR is not 48 bytes (SHA-384).
    error MeasurementLength(uint8 pcr, uint256 expected, uint256 received);
    /// A PCR is all zero. PCR0 to PCR2 are zero exactly when the enclave runs in debug mode, where the host
    /// reads its memory; PCR16 is zero when no model was measured. Neither can be approved.
    error MeasurementZero(uint8 pcr);
    /// This image was revoked and cannot be approved again. Build a new one.
    error ImageIsRevoked(bytes32 imageId);
    /// This model set was revoked and cannot be approved again. Publish a new manifest version.
    error ModelsAreRevoked(bytes32 modelsId);
    /// This approver was revoked and cannot be added again. Use a new key.
    error ApproverIsRevoked(address approver);
    /// Only an Active approver can be retired.
    error ApproverNotActive(address approver, ApproverStatus status);

    /// The approval's signature recovers to `signer`, which is not an Active approver. With status Unknown the
    /// likely cause is that the approval was signed for another chain or registry, or a field was changed.
    error SignerNotApprover(address signer, ApproverStatus status);
    /// The image is not approved, or was revoked.
    error ImageNotApproved(bytes32 imageId, ApprovalStatus status);
    /// The model set is not approved, or was revoked.
    error ModelsNotApproved(bytes32 modelsId, ApprovalStatus status);
    /// The document lies further in the future than clocks can differ. Likely milliseconds were given for seconds.
    error AttestationInFuture(uint64 attestedAtSeconds, uint256 latestSeconds);
    /// The document is too old to vouch for a key. Have the enclave make a new one.
    error AttestationTooOld(uint64 attestedAtSeconds, uint256 oldestSeconds);
    /// The approval expired before it was submitted.
    error ApprovalExpired(uint64 expiresAtSeconds, uint256 nowSeconds);
    /// The approval asks for a longer life than the registry allows.
    error ApprovalTooLong(uint64 expiresAtSeconds, uint256 latestSeconds);
    /// The key was revoked. It never comes back: restart the enclave, which draws a new one.
    error KeyIsRevoked(address key);
    /// The key is registered for other code or models. A key is drawn at boot and lives in one enclave, so this
    /// means a dishonest approver or a key that left its enclave: look into it before anything else.
    error KeyBindingMismatch(address key, bytes32 imageId, bytes32 modelsId);
    /// The registration in force is as new or newer. Also what the second of two submitters of one statement sees:
    /// nothing is lost, the key is registered.
    error RegistrationNotNewer(address key, uint64 attestedAtSeconds, uint64 expiresAtSeconds);
    /// The key is Active by a route that weighs more. Renew it by that one, or wait until it expired.
    error RegistrationOutweighed(address key, uint8 routeOnRecord, uint8 route);
    /// The route was closed, or (2 and 3) this registry was deployed without a verifier of documents.
    error RouteIsClosed(uint8 route);
    /// There is no route with this number.
    error RouteUnknown(uint8 route);
    /// The statement's signature recovers to `signer`, which is not a key that is Active by its own document. With status
    /// Unknown the likely cause is that it was signed for another chain or registry, or a field was changed.
    error SignerNotAttested(address signer, KeyStatus status, uint8 route);
    /// The signer's image is not approved as a verifier, or was revoked.
    error VerifierImageNotApproved(bytes32 imageId, ApprovalStatus status);
    /// The verifier enclave trusts another root than this registry.
    error VerificationRootMismatch(bytes32 expected, bytes32 received);
    /// The document's `public_key` is not a receipt key, 65 bytes in SEC1's uncompressed form. Likely the document was
    /// made for another purpose.
    error AttestationKeyMalformed(uint256 length);
    /// The document's `user_data` does not say that it was made for a keyset: it must be the 16 bytes of
    /// `KEYSET_PURPOSE`, then SHA-256 of the keyset. A document made as a KMS recipient or for a caller's nonce
    /// never vouches for a receipt key.
    error AttestationPurposeMismatch(bytes16 expected, bytes16 received, uint256 length);

    // ------------------------------------------------------------------ events (enough to rebuild the whole state)

    event OwnershipTransferStarted(address indexed owner, address indexed pendingOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed owner);
    event GuardianChanged(address indexed previousGuardian, address indexed guardian);
    event ImageApproved(bytes32 indexed imageId, bytes pcr0, bytes pcr1, bytes pcr2);
    event ImageRevoked(bytes32 indexed imageId);
    event ModelsApproved(bytes32 indexed modelsId, bytes pcr16);
    event ModelsRevoked(bytes32 indexed modelsId);
    event VerifierImageApproved(bytes32 indexed imageId);
    event VerifierImageRevoked(bytes32 indexed imageId);
    event ApproverAdded(address indexed approver);
    event ApproverRetired(address indexed approver);
    event ApproverRevoked(address indexed approver);
    /// A key was registered or renewed; the latest of these for a key is the one in force.
    event KeyRegistered(
        address indexed key,
        bytes32 indexed imageId,
        bytes32 indexed modelsId,
        uint8 route,
        address approver,
        bytes32 documentHash,
        uint64 attestedAtSeconds,
        uint64 expiresAtSeconds
    );
    /// What else the document of route 2 said, beside the `KeyRegistered` of the same call: `keysetHash` is SHA-256 of the
    /// keyset that lists the enclave's other keys.
    event EnclaveAttested(address indexed key, bytes32 indexed keysetHash, bytes32 moduleIdHash);
    event KeyRevoked(address indexed key);
    event RouteClosed(uint8 indexed route);

    // ------------------------------------------------------------------ reads, common to all routes

    /// @notice True exactly when `keyStatus(key)` is Active.
    function isKeyActive(address key) external view returns (bool);

    /// @notice The key's status now. Looks up the key, its image, its model set, who vouched for it and the route, so a
    /// revocation of any of them takes effect at once, however many keys it concerns. Two storage slots, as a rule.
    function keyStatus(address key) external view returns (KeyStatus);

    /// @notice The status and what is on record. Trust `status` alone: the other fields stay readable afterwards.
    function keyInfo(address key) external view returns (KeyInfo memory);

    function imageStatus(bytes32 imageId) external view returns (ApprovalStatus);
    function modelsStatus(bytes32 modelsId) external view returns (ApprovalStatus);
    function approverStatus(address approver) external view returns (ApproverStatus);
    function verifierImageStatus(bytes32 imageId) external view returns (ApprovalStatus);
    /// @notice Whether keys can come in by this route.
    function isRouteOpen(uint8 route) external view returns (bool);
    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function guardian() external view returns (address);

    /// @notice Oldest document that can still register a key, seconds before the block.
    function ATTESTATION_AGE_SECONDS_MAX() external view returns (uint64);
    /// @notice How far a document's clock may run ahead of the block, in seconds.
    function ATTESTATION_SKEW_SECONDS_MAX() external view returns (uint64);
    /// @notice Longest life of a registration, in seconds after its document.
    function KEY_LIFETIME_SECONDS_MAX() external view returns (uint64);

    // ------------------------------------------------------------------ route 1: approval by signature

    /// @notice Registers or renews a key on an approver's word. Anyone may submit.
    ///
    /// Renewal goes forward only: same image and models, a later document *and* a later expiry. So the approvals of
    /// a key can be submitted in any order, by anyone, and never shorten or rewind what is on record.
    /// @param approval The statement.
    /// @param signature Its EIP-712 signature: domain name "Nacre", version "1", this chain's id, this contract.
    function registerApprovedKey(KeyApproval calldata approval, bytes calldata signature) external;

    // ------------------------------------------------------------------ route 2: the document itself

    /// @notice Verifies an attestation document on chain and registers or renews the key that it names. Anyone may submit.
    ///
    /// Everything that is stored comes from the document: the key, image (PCR0 to PCR2) and models (PCR16), which must
    /// be approved, and the time, from which the registration lives `KEY_LIFETIME_SECONDS_MAX`. So it does not matter
    /// who submits it, how often, or where: on this registry a second submission is `RegistrationNotNewer`, and on another one
    /// or another chain it states the same truth about the same enclave, under that owner's approvals. Receipts name their
    /// chain and contract themselves.
    ///
    /// Renewal goes forward only, as on route 1. A registration by another route is replaced. What the verifier
    /// refuses comes back with its own error, see IAttestationVerifier; a document without PCR16 is `PcrAbsent`.
    /// @param document COSE_Sign1 as AWS made it; `user_data` must carry the keyset's purpose.
    /// @param hints See IAttestationVerifier.verifyAttestation.
    /// @return key Address of the receipt key.
    function registerEnclave(bytes calldata document, bytes[] calldata hints) external returns (address key);

    /// @notice Verifies the documents of route 2; zero when this registry has no route 2. Fixed for the registry's life.
    function attestationVerifier() external view returns (IAttestationVerifier);

    /// @notice What `user_data` of a document for a keyset begins with: "nacre/keyset/1" and two zero bytes.
    function KEYSET_PURPOSE() external view returns (bytes16);

    // ------------------------------------------------------------------ route 3: verified by attested code

    /// @notice Registers or renews a key on the word of a verifier enclave. Anyone may submit.
    ///
    /// The signer must be Active by route 2, never by this one, and its image approved as a verifier. Renewal goes forward
    /// only, as on route 1. Revoking the signer's key, its image (as a verifier or at all) or its models makes Unknown what it
    /// vouched for; that it expires does not. `revokeCertificate` of the verifier is not looked at here.
    /// @param signature Its EIP-712 signature by the enclave's receipt key: domain as on route 1.
    function registerVerifiedEnclave(EnclaveVerification calldata verification, bytes calldata signature)
        external;

    // ------------------------------------------------------------------ governance: the owner allows

    /// @notice Approves an enclave image by its measurements, 48 bytes each. Repeating it changes nothing.
    function approveImage(bytes calldata pcr0, bytes calldata pcr1, bytes calldata pcr2)
        external
        returns (bytes32 imageId);

    /// @notice Approves a model set by PCR16, 48 bytes. Repeating it changes nothing.
    function approveModels(bytes calldata pcr16) external returns (bytes32 modelsId);

    /// @notice Lets enclaves of an approved image vouch for others. Approve only an image whose code verifies documents as
    /// `registerEnclave` would, up to a root that it states, and signs no verification for any other reason.
    function approveVerifierImage(bytes32 imageId) external;

    /// @notice Makes an Unknown or Retired account an Active approver.
    function addApprover(address approver) external;

    /// @notice Ends an approver's mandate; the keys it approved stay until they expire.
    function retireApprover(address approver) external;

    /// @notice Sets the account that may revoke, and only revoke, besides the owner; zero for none.
    /// Where the owner is a DAO, the guardian is who answers at night. Its revocations are final too.
    function setGuardian(address guardian) external;

    /// @notice Offers the ownership, which the new owner must accept; zero withdraws the offer.
    function transferOwnership(address pendingOwner) external;
    function acceptOwnership() external;

    // ------------------------------------------------------------------ governance: owner or guardian forbid
    // Each works from every earlier status, Unknown included, so that a known-bad key or image can be barred before
    // anyone registers it. Repeating one changes nothing. None can be undone.

    function revokeKey(address key) external;
    /// @notice Revokes the image, also as a verifier.
    function revokeImage(bytes32 imageId) external;
    /// @notice Ends an image's approval as a verifier; its enclaves' own keys stay.
    function revokeVerifierImage(bytes32 imageId) external;
    function revokeModels(bytes32 modelsId) external;
    function revokeApprover(address approver) external;
    /// @notice Closes a route for good: nothing comes in by it, and whatever came in by it is Unknown and can be registered
    /// anew by another. For a flaw in what the route rests on. Closing route 2 closes 3.
    function closeRoute(uint8 route) external;
}
