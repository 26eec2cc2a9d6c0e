// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Eip712} from "./Eip712.sol";
import {
    ApprovalStatus,
    ApproverStatus,
    EnclaveVerification,
    IEnclaveRegistry,
    KeyApproval,
    KeyInfo,
    KeyStatus,
    ROUTE_APPROVAL,
    ROUTE_ATTESTATION,
    ROUTE_VERIFIER_ENCLAVE
} from "./IEnclaveRegistry.sol";
import {KeyRecord, KeyRecordLib} from "./KeyRecord.sol";
import {Attestation, AttestationLib, IAttestationVerifier} from "./attestation/IAttestationVerifier.sol";

/// @notice The registry with all three routes. See IEnclaveRegistry for every rule; this file is how they are kept.
///
/// @dev A key's record says what was attested; whether that still counts is decided at each read from the revocation
/// bits of what it rests on: image, model set, who vouched, the route. Hence revocation is one store for any number of keys,
/// and nothing can be forgotten in a loop; and a read is two slots, the record and the bits, up to 255 names. The external
/// calls go to the verifier that was named at deployment, before anything is read or written here.
contract EnclaveRegistry is IEnclaveRegistry {
    /// NSM leaf certificates live three hours; an older document could not be verified live anyway.
    uint64 public constant ATTESTATION_AGE_SECONDS_MAX = 3 hours;
    /// Enclave clocks drift by seconds a week and blocks lag behind the wall clock: minutes are generous.
    uint64 public constant ATTESTATION_SKEW_SECONDS_MAX = 5 minutes;
    /// An enclave that is still there renews with a fresh document; one that is gone should not stay trusted for long.
    uint64 public constant KEY_LIFETIME_SECONDS_MAX = 7 days;

    /// keccak256("KeyApproval(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)")
    bytes32 private constant KEY_APPROVAL_TYPEHASH = keccak256(
        "KeyApproval(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)"
    );

    /// keccak256("EnclaveVerification(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,bytes32 rootHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)")
    bytes32 private constant ENCLAVE_VERIFICATION_TYPEHASH = keccak256(
        "EnclaveVerification(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,bytes32 rootHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)"
    );

    /// @inheritdoc IEnclaveRegistry
    bytes16 public constant KEYSET_PURPOSE = "nacre/keyset/1";

    uint256 private constant PCR_BYTES = 48;
    uint256 private constant MODELS_PCR = 16;
    /// SEC1, section 2.3.3: 04, X, Y.
    uint256 private constant UNCOMPRESSED_KEY_BYTES = 65;

    struct Approver {
        uint24 index;
        bool isRetired;
    }

    /// @inheritdoc IEnclaveRegistry
    IAttestationVerifier public immutable attestationVerifier;

    address public owner;
    address public pendingOwner;
    address public guardian;
    /// Images, model sets, approvers, verifier images and the keys of verifier enclaves are counted together, behind the
    /// routes, when they are first approved or barred or first vouch.
    uint24 private _indexLast = ROUTE_VERIFIER_ENCLAVE;
    /// A bit for each index, 256 to the word, set for ever once what it names is revoked.
    uint256[1 << 16] private _revocations;
    /// An image's or model set's id, or the address of who vouches.
    mapping(uint256 index => bytes32 name) private _names;
    mapping(bytes32 imageId => uint256 index) private _images;
    mapping(bytes32 modelsId => uint256 index) private _modelSets;
    mapping(bytes32 imageId => uint256 index) private _verifierImages;
    mapping(address approver => Approver) private _approvers;
    mapping(address key => KeyRecord) private _records;

    /// @param verifier Of route 2; zero for a registry without it.
    constructor(address initialOwner, IAttestationVerifier verifier) {
        require(initialOwner != address(0), ZeroAddress());
        owner = initialOwner;
        attestationVerifier = verifier;
        emit OwnershipTransferred(address(0), initialOwner);
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc IEnclaveRegistry
    function isKeyActive(address key) external view returns (bool) {
        KeyRecord record = _records[key];
        return record.isPlainlyActive(_revocations[0]) || _status(record) == KeyStatus.Active;
    }

    /// @inheritdoc IEnclaveRegistry
    function keyStatus(address key) external view returns (KeyStatus) {
        return _status(_records[key]);
    }

    /// @inheritdoc IEnclaveRegistry
    function keyInfo(address key) external view returns (KeyInfo memory) {
        KeyRecord record = _records[key];
        return KeyInfo({
            status: _status(record),
            route: record.route(),
            approver: address(uint160(uint256(_names[record.voucher()]))),
            imageId: _names[record.image()],
            modelsId: _names[record.models()],
            attestedAtSeconds: record.attestedAtSeconds(),
            expiresAtSeconds: record.expiresAtSeconds()
        });
    }

    /// @inheritdoc IEnclaveRegistry
    function imageStatus(bytes32 imageId) external view returns (ApprovalStatus) {
        return _approvalStatus(_images[imageId]);
    }

    /// @inheritdoc IEnclaveRegistry
    function modelsStatus(bytes32 modelsId) external view returns (ApprovalStatus) {
        return _approvalStatus(_modelSets[modelsId]);
    }

    /// @inheritdoc IEnclaveRegistry
    function verifierImageStatus(bytes32 imageId) external view returns (ApprovalStatus) {
        return _approvalStatus(_verifierImages[imageId]);
    }

    /// @inheritdoc IEnclaveRegistry
    function isRouteOpen(uint8 route) external view returns (bool) {
        return _isRouteOpen(route);
    }

    /// @inheritdoc IEnclaveRegistry
    function approverStatus(address approver) external view returns (ApproverStatus) {
        return _approverStatus(_approvers[approver]);
    }

    // ------------------------------------------------------------------ route 1

    /// @inheritdoc IEnclaveRegistry
    function registerApprovedKey(KeyApproval calldata approval, bytes calldata signature) external {
        _requireRouteOpen(ROUTE_APPROVAL);
        address signer = _signerOf(keccak256(abi.encode(KEY_APPROVAL_TYPEHASH, approval)), signature);
        Approver storage approver = _approvers[signer];
        ApproverStatus status = _approverStatus(approver);
        require(status == ApproverStatus.Active, SignerNotApprover(signer, status));
        _requireTimes(approval.attestedAtSeconds, approval.expiresAtSeconds);
        _register(approval, ROUTE_APPROVAL, signer, KeyRecordLib.vouchedBy(approver.index, 0, 0));
    }

    // ------------------------------------------------------------------ route 2

    /// @inheritdoc IEnclaveRegistry
    function registerEnclave(bytes calldata document, bytes[] calldata hints) external returns (address key) {
        _requireRouteOpen(ROUTE_ATTESTATION);
        Attestation memory attestation = attestationVerifier.verifyAttestation(
            document, hints, ATTESTATION_AGE_SECONDS_MAX, ATTESTATION_SKEW_SECONDS_MAX
        );
        key = _keyOf(attestation.publicKey);
        bytes32 keysetHash = _keysetHashOf(attestation.userData);
        uint64 attestedAtSeconds = attestation.timestampMs / 1000;
        KeyApproval memory registration = KeyApproval({
            key: key,
            imageId: AttestationLib.imageHash(attestation),
            modelsId: AttestationLib.pcrHash(attestation, MODELS_PCR),
            documentHash: sha256(document),
            attestedAtSeconds: attestedAtSeconds,
            expiresAtSeconds: attestedAtSeconds + KEY_LIFETIME_SECONDS_MAX
        });
        _register(registration, ROUTE_ATTESTATION, address(0), KeyRecord.wrap(0));
        emit EnclaveAttested(key, keysetHash, attestation.moduleIdHash);
    }

    // ------------------------------------------------------------------ route 3

    /// @inheritdoc IEnclaveRegistry
    function registerVerifiedEnclave(EnclaveVerification calldata verification, bytes calldata signature)
        external
    {
        _requireRouteOpen(ROUTE_VERIFIER_ENCLAVE);
        bytes32 rootHash = attestationVerifier.rootHash();
        require(verification.rootHash == rootHash, VerificationRootMismatch(rootHash, verification.rootHash));
        address signer =
            _signerOf(keccak256(abi.encode(ENCLAVE_VERIFICATION_TYPEHASH, verification)), signature);
        _requireTimes(verification.attestedAtSeconds, verification.expiresAtSeconds);
        KeyApproval memory registration = KeyApproval({
            key: verification.key,
            imageId: verification.imageId,
            modelsId: verification.modelsId,
            documentHash: verification.documentHash,
            attestedAtSeconds: verification.attestedAtSeconds,
            expiresAtSeconds: verification.expiresAtSeconds
        });
        _register(registration, ROUTE_VERIFIER_ENCLAVE, signer, _verifierEnclave(signer));
    }

    /// @dev The attack that the route stops: a chain of enclaves that vouch for each other, of which one was admitted
    /// wrongly. Whoever vouches came in by its own document.
    function _verifierEnclave(address signer) private returns (KeyRecord vouching) {
        KeyRecord record = _records[signer];
        KeyStatus status = _status(record);
        bool attested = status == KeyStatus.Active && record.route() == ROUTE_ATTESTATION;
        require(attested, SignerNotAttested(signer, status, record.route()));
        bytes32 imageId = _names[record.image()];
        uint256 image = _verifierImages[imageId];
        ApprovalStatus approval = _approvalStatus(image);
        require(approval == ApprovalStatus.Approved, VerifierImageNotApproved(imageId, approval));
        if (record.self() == 0) {
            record = record.withSelf(_nextIndex(bytes32(uint256(uint160(signer)))));
            _records[signer] = record;
        }
        return KeyRecordLib.vouchedBy(record.self(), image, record.models());
    }

    // ------------------------------------------------------------------ the owner allows

    /// @inheritdoc IEnclaveRegistry
    function approveImage(bytes calldata pcr0, bytes calldata pcr1, bytes calldata pcr2)
        external
        returns (bytes32 imageId)
    {
        _requireOwner();
        _requireMeasurement(0, pcr0);
        _requireMeasurement(1, pcr1);
        _requireMeasurement(2, pcr2);
        imageId = keccak256(bytes.concat(pcr0, pcr1, pcr2));
        ApprovalStatus status = _approvalStatus(_images[imageId]);
        require(status != ApprovalStatus.Revoked, ImageIsRevoked(imageId));
        if (status == ApprovalStatus.Approved) return imageId;
        _images[imageId] = _nextIndex(imageId);
        emit ImageApproved(imageId, pcr0, pcr1, pcr2);
    }

    /// @inheritdoc IEnclaveRegistry
    function approveModels(bytes calldata pcr16) external returns (bytes32 modelsId) {
        _requireOwner();
        _requireMeasurement(16, pcr16);
        modelsId = keccak256(pcr16);
        ApprovalStatus status = _approvalStatus(_modelSets[modelsId]);
        require(status != ApprovalStatus.Revoked, ModelsAreRevoked(modelsId));
        if (status == ApprovalStatus.Approved) return modelsId;
        _modelSets[modelsId] = _nextIndex(modelsId);
        emit ModelsApproved(modelsId, pcr16);
    }

    /// @inheritdoc IEnclaveRegistry
    function approveVerifierImage(bytes32 imageId) external {
        _requireOwner();
        ApprovalStatus status = _approvalStatus(_images[imageId]);
        require(status == ApprovalStatus.Approved, ImageNotApproved(imageId, status));
        status = _approvalStatus(_verifierImages[imageId]);
        require(status != ApprovalStatus.Revoked, ImageIsRevoked(imageId));
        if (status == ApprovalStatus.Approved) return;
        _verifierImages[imageId] = _nextIndex(imageId);
        emit VerifierImageApproved(imageId);
    }

    /// @inheritdoc IEnclaveRegistry
    function addApprover(address approver) external {
        _requireOwner();
        require(approver != address(0), ZeroAddress());
        ApproverStatus status = _approverStatus(_approvers[approver]);
        require(status != ApproverStatus.Revoked, ApproverIsRevoked(approver));
        if (status == ApproverStatus.Active) return;
        _approvers[approver] = Approver({index: _indexOfApprover(approver), isRetired: false});
        emit ApproverAdded(approver);
    }

    /// @inheritdoc IEnclaveRegistry
    function retireApprover(address approver) external {
        _requireOwner();
        ApproverStatus status = _approverStatus(_approvers[approver]);
        require(status == ApproverStatus.Active, ApproverNotActive(approver, status));
        _approvers[approver].isRetired = true;
        emit ApproverRetired(approver);
    }

    /// @inheritdoc IEnclaveRegistry
    function setGuardian(address guardian_) external {
        _requireOwner();
        address previous = guardian;
        guardian = guardian_;
        emit GuardianChanged(previous, guardian_);
    }

    /// @inheritdoc IEnclaveRegistry
    function transferOwnership(address pendingOwner_) external {
        _requireOwner();
        pendingOwner = pendingOwner_;
        emit OwnershipTransferStarted(owner, pendingOwner_);
    }

    /// @inheritdoc IEnclaveRegistry
    function acceptOwnership() external {
        require(msg.sender == pendingOwner, NotPendingOwner(pendingOwner, msg.sender));
        address previous = owner;
        owner = msg.sender;
        delete pendingOwner;
        emit OwnershipTransferred(previous, msg.sender);
    }

    // ------------------------------------------------------------------ owner or guardian forbid

    /// @inheritdoc IEnclaveRegistry
    function revokeKey(address key) external {
        _requireOwnerOrGuardian();
        KeyRecord record = _records[key];
        if (record.isRevoked()) return;
        _records[key] = record.revoke();
        // What it vouched for goes with it.
        if (record.self() != 0) _revoke(record.self());
        emit KeyRevoked(key);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeImage(bytes32 imageId) external {
        _requireOwnerOrGuardian();
        if (_images[imageId] == 0) _images[imageId] = _nextIndex(imageId);
        if (_revoke(_images[imageId])) emit ImageRevoked(imageId);
        if (_verifierImages[imageId] != 0 && _revoke(_verifierImages[imageId])) {
            emit VerifierImageRevoked(imageId);
        }
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeVerifierImage(bytes32 imageId) external {
        _requireOwnerOrGuardian();
        if (_verifierImages[imageId] == 0) _verifierImages[imageId] = _nextIndex(imageId);
        if (_revoke(_verifierImages[imageId])) emit VerifierImageRevoked(imageId);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeModels(bytes32 modelsId) external {
        _requireOwnerOrGuardian();
        if (_modelSets[modelsId] == 0) _modelSets[modelsId] = _nextIndex(modelsId);
        if (_revoke(_modelSets[modelsId])) emit ModelsRevoked(modelsId);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeApprover(address approver) external {
        _requireOwnerOrGuardian();
        uint24 index = _indexOfApprover(approver);
        _approvers[approver].index = index;
        if (_revoke(index)) emit ApproverRevoked(approver);
    }

    /// @inheritdoc IEnclaveRegistry
    function closeRoute(uint8 route) external {
        _requireOwnerOrGuardian();
        require(route != 0 && route <= ROUTE_VERIFIER_ENCLAVE, RouteUnknown(route));
        if (_revoke(route)) emit RouteClosed(route);
        // Verifier enclaves come in by their documents, so what they vouch for falls with those.
        if (route == ROUTE_ATTESTATION && _revoke(ROUTE_VERIFIER_ENCLAVE)) {
            emit RouteClosed(ROUTE_VERIFIER_ENCLAVE);
        }
    }

    // ------------------------------------------------------------------ internal

    /// @dev The word of someone who lost all trust is asked for before what that word says: see _isVoid.
    function _status(KeyRecord record) private view returns (KeyStatus) {
        if (record.isPlainlyActive(_revocations[0])) return KeyStatus.Active;
        if (record.isRevoked()) return KeyStatus.Revoked;
        if (record.route() == 0 || _isVoid(record)) return KeyStatus.Unknown;
        if (_isRevoked(record.image()) || _isRevoked(record.models())) return KeyStatus.Revoked;
        if (block.timestamp >= record.expiresAtSeconds()) return KeyStatus.Expired;
        return KeyStatus.Active;
    }

    /// @dev The word of a revoked approver or verifier enclave, and whatever came by a closed route, counts as never given:
    /// the key may be registered anew, even with other measurements. The attack: a leaked approver key registers honest
    /// enclaves' keys for an image that it expects to be revoked. Were the image asked first, they would be lost.
    function _isVoid(KeyRecord record) private view returns (bool) {
        return _isRevoked(record.route()) || _isRevoked(record.voucher())
            || _isRevoked(record.verifierImage()) || _isRevoked(record.verifierModels());
    }

    function _isRevoked(uint256 index) private view returns (bool) {
        return _revocations[index >> 8] >> (index & 0xff) & 1 != 0;
    }

    function _approvalStatus(uint256 index) private view returns (ApprovalStatus) {
        if (index == 0) return ApprovalStatus.Unknown;
        return _isRevoked(index) ? ApprovalStatus.Revoked : ApprovalStatus.Approved;
    }

    function _approverStatus(Approver storage approver) private view returns (ApproverStatus) {
        if (approver.index == 0) return ApproverStatus.Unknown;
        if (_isRevoked(approver.index)) return ApproverStatus.Revoked;
        return approver.isRetired ? ApproverStatus.Retired : ApproverStatus.Active;
    }

    function _indexOfApprover(address approver) private returns (uint24 index) {
        index = _approvers[approver].index;
        if (index == 0) index = _nextIndex(bytes32(uint256(uint160(approver))));
    }

    /// @dev Only owner and guardian name things, and each key of an attested verifier enclave takes one number; a boot of
    /// an enclave and a transaction for each of 16 million numbers is not a way to use them up.
    function _nextIndex(bytes32 name) private returns (uint24 index) {
        index = ++_indexLast;
        _names[index] = name;
    }

    /// @return isNews False when it was revoked before.
    function _revoke(uint256 index) private returns (bool isNews) {
        isNews = !_isRevoked(index);
        if (isNews) _revocations[index >> 8] |= 1 << (index & 0xff);
    }

    function _signerOf(bytes32 structHash, bytes calldata signature) private view returns (address) {
        return Eip712.recover(Eip712.digest(Eip712.domainSeparator(address(this)), structHash), signature);
    }

    /// @dev Without a verifier there is nothing that could attest a document, nor a verifier enclave.
    function _isRouteOpen(uint8 route) private view returns (bool) {
        if (route == 0 || route > ROUTE_VERIFIER_ENCLAVE) return false;
        return (route == ROUTE_APPROVAL || address(attestationVerifier) != address(0)) && !_isRevoked(route);
    }

    function _requireRouteOpen(uint8 route) private view {
        require(_isRouteOpen(route), RouteIsClosed(route));
    }

    /// @dev The end of every route. The caller has checked times and who vouches, which stands in `vouching`.
    function _register(KeyApproval memory approval, uint8 route, address approver, KeyRecord vouching)
        private
    {
        require(approval.key != address(0), ZeroAddress());
        (uint256 image, uint256 models) = _requireApproved(approval.imageId, approval.modelsId);
        KeyRecord previous = _records[approval.key];
        _requireReplaceable(previous, route, image, models, approval);
        KeyRecord record =
            KeyRecordLib.make(route, image, models, approval.attestedAtSeconds, approval.expiresAtSeconds);
        // What the key itself vouched for stays bound to it.
        _records[approval.key] = record.with(vouching).withSelf(previous.self());
        emit KeyRegistered(
            approval.key,
            approval.imageId,
            approval.modelsId,
            route,
            approver,
            approval.documentHash,
            approval.attestedAtSeconds,
            approval.expiresAtSeconds
        );
    }

    /// @dev The attacks: a leaked approver key writes over what hardware attested, so that its revocation makes the key
    /// Unknown; or it comes first, with other registers or a later time than any document's, to keep the document out.
    function _requireReplaceable(
        KeyRecord record,
        uint8 route,
        uint256 image,
        uint256 models,
        KeyApproval memory approval
    ) private view {
        KeyStatus status = _status(record);
        require(status != KeyStatus.Revoked, KeyIsRevoked(approval.key));
        if (status == KeyStatus.Unknown) return;
        (uint256 weight, uint256 weightOnRecord) = (_weightOf(route), _weightOf(record.route()));
        if (weight > weightOnRecord) return;
        require(
            weight == weightOnRecord || status == KeyStatus.Expired,
            RegistrationOutweighed(approval.key, record.route(), route)
        );
        require(
            record.image() == image && record.models() == models,
            KeyBindingMismatch(approval.key, _names[record.image()], _names[record.models()])
        );
        require(
            approval.attestedAtSeconds > record.attestedAtSeconds()
                && approval.expiresAtSeconds > record.expiresAtSeconds(),
            RegistrationNotNewer(approval.key, record.attestedAtSeconds(), record.expiresAtSeconds())
        );
    }

    /// @dev What is checked here weighs more than what attested code checked, and that more than anybody's word.
    function _weightOf(uint8 route) private pure returns (uint256) {
        return route == ROUTE_ATTESTATION ? 3 : route == ROUTE_VERIFIER_ENCLAVE ? 2 : 1;
    }

    function _requireApproved(bytes32 imageId, bytes32 modelsId)
        private
        view
        returns (uint256 image, uint256 models)
    {
        image = _images[imageId];
        ApprovalStatus status = _approvalStatus(image);
        require(status == ApprovalStatus.Approved, ImageNotApproved(imageId, status));
        models = _modelSets[modelsId];
        status = _approvalStatus(models);
        require(status == ApprovalStatus.Approved, ModelsNotApproved(modelsId, status));
    }

    /// @dev Sums are made in 256 bits, so no choice of uint64 wraps around.
    function _requireTimes(uint64 attestedAtSeconds, uint64 expiresAtSeconds) private view {
        uint256 latest = block.timestamp + ATTESTATION_SKEW_SECONDS_MAX;
        require(attestedAtSeconds <= latest, AttestationInFuture(attestedAtSeconds, latest));
        require(
            uint256(attestedAtSeconds) + ATTESTATION_AGE_SECONDS_MAX >= block.timestamp,
            AttestationTooOld(attestedAtSeconds, block.timestamp - ATTESTATION_AGE_SECONDS_MAX)
        );
        require(expiresAtSeconds > block.timestamp, ApprovalExpired(expiresAtSeconds, block.timestamp));
        uint256 expiryLatest = uint256(attestedAtSeconds) + KEY_LIFETIME_SECONDS_MAX;
        require(expiresAtSeconds <= expiryLatest, ApprovalTooLong(expiresAtSeconds, expiryLatest));
    }

    /// @dev An enclave that drew its key from the curve has a point of the curve there; for any other 64 bytes nobody
    /// could sign.
    function _keyOf(bytes memory publicKey) private pure returns (address) {
        bool wellFormed = publicKey.length == UNCOMPRESSED_KEY_BYTES && publicKey[0] == 0x04;
        require(wellFormed, AttestationKeyMalformed(publicKey.length));
        bytes32 hash;
        assembly ("memory-safe") {
            // Behind the length word and the 04: X and Y.
            hash := keccak256(add(publicKey, 33), 64)
        }
        return address(uint160(uint256(hash)));
    }

    /// @dev The attack: an enclave also asks for documents that name a KMS recipient key. Without a purpose in the
    /// signed part, such a document could vouch for a receipt key.
    function _keysetHashOf(bytes memory userData) private pure returns (bytes32 keysetHash) {
        bytes16 purpose = bytes16(bytes32(userData));
        bool matches = userData.length == 48 && purpose == KEYSET_PURPOSE;
        require(matches, AttestationPurposeMismatch(KEYSET_PURPOSE, purpose, userData.length));
        assembly ("memory-safe") {
            // Behind the length word and the purpose.
            keysetHash := mload(add(userData, 48))
        }
    }

    function _requireMeasurement(uint8 pcr, bytes calldata value) private pure {
        require(value.length == PCR_BYTES, MeasurementLength(pcr, PCR_BYTES, value.length));
        require(bytes32(value[:32]) | bytes32(value[32:]) != 0, MeasurementZero(pcr));
    }

    function _requireOwner() private view {
        require(msg.sender == owner, NotOwner(owner, msg.sender));
    }

    function _requireOwnerOrGuardian() private view {
        require(msg.sender == owner || msg.sender == guardian, NotOwnerOrGuardian(msg.sender));
    }
}
