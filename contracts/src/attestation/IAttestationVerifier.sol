// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// What a verified Nitro document says.
/// @param moduleIdHash keccak256 of the UTF-8 bytes of `module_id` (instance and enclave).
/// @param timestampMs When the hypervisor signed, in *milliseconds* since 1970. Blocks count seconds.
/// @param pcrMask Bit i is set when the document has PCRi. A register that is absent is not zero: it is absent. Bits 0
/// to 2 are always set.
/// @param pcrs 48 bytes for each set bit, lowest index first. Read it with `AttestationLib.pcr`.
/// @param publicKey What the enclave put there, 0 to 1024 bytes; so are `userData` and `nonce`. Absent, null and empty
/// all read as empty here: conclude nothing from an empty value.
struct Attestation {
    bytes32 moduleIdHash;
    uint64 timestampMs;
    uint32 pcrMask;
    bytes pcrs;
    bytes publicKey;
    bytes userData;
    bytes nonce;
}

/// What the cache knows of a certificate and everything above it; all zero when it knows nothing.
/// @param isKnown The signature by the issuer, and the issuer's by its own, up to the root, were checked.
/// @param isCa Issues certificates; otherwise it signs documents.
/// @param notBeforeSeconds Of this certificate.
/// @param pathNotBeforeSeconds Latest notBefore of all certificates above it.
/// @param pathNotAfterSeconds Earliest notAfter of it and all above it: the last second in which it is valid.
struct CertificateInfo {
    bool isKnown;
    bool isCa;
    uint64 notBeforeSeconds;
    uint64 pathNotBeforeSeconds;
    uint64 pathNotAfterSeconds;
}

/// @title Verifies AWS Nitro attestation documents, whole, in one call.
///
/// @notice Give it the COSE_Sign1 bytes as AWS made them. What comes back was signed by a Nitro hypervisor whose
/// certificate chain ends at the pinned root and is valid in this block.
///
/// @dev Integrator responsibilities. The verifier does not:
/// - know whose enclave it is: anybody's document passes. Compare PCR0, PCR1 and PCR2 (and PCR8 of signed images) with
///   measurements you trust, all 48 bytes;
/// - know what `publicKey`, `userData` and `nonce` mean: documents of one enclave serve several purposes, so ask for a
///   purpose tag that the enclave puts into the signed part;
/// - stop replay: documents are public, and anyone can submit one again while it is young. Bind what you do with it to
///   its contents, never to the caller, and let the second submission change nothing;
/// - treat the bytes of a document as an identity: signatures are malleable, so one statement has several encodings.
/// It refuses enclaves in debug mode, always: the host reads their memory.
interface IAttestationVerifier {
    // ------------------------------------------------------------------ errors: form

    /// The bytes are not CBOR of the strict kind: shortest lengths, no duplicate keys, nothing after the end.
    error CborMalformed(bytes32 what);
    /// The envelope is not `[h'a1013822', {}, payload, signature]`, tagged 18 or not, up to its last byte.
    error CoseMalformed(bytes32 what);
    /// A field of the payload is missing, unknown, of another type, or out of its bounds. `field` names it.
    error AttestationMalformed(bytes32 field);
    /// A document of an EC2 instance with NitroTPM: same root, but its registers mean something else.
    error AttestationNitroTpm();
    /// A certificate is not DER of the profile that AWS uses (X.509 v3, P-384, ecdsa-with-SHA384), or carries a critical
    /// extension that is not understood here. `what` names the place.
    error CertificateMalformed(bytes32 what);

    // ------------------------------------------------------------------ errors: trust

    /// The first certificate of the bundle is not the pinned root. On a local chain the likely cause is a document of
    /// another test authority; elsewhere it is a forgery.
    error RootMismatch(bytes32 expected, bytes32 received);
    /// The certificate at this place of the path (the root is 0) may not stand there: names that do not follow, an issuer
    /// that is no CA, a CA that signs documents, too many CAs below one.
    error CertificateChainInvalid(uint256 index, bytes32 what);
    /// The issuer's key did not sign the certificate, or the hints are not for this signature.
    error CertificateSignatureInvalid(uint256 index);
    /// Some certificate of the path is not valid in this block. `notBeforeSeconds` is the latest of the path,
    /// `notAfterSeconds` the earliest, and the last second that counts.
    error CertificateNotInValidity(uint256 notBeforeSeconds, uint256 notAfterSeconds, uint256 nowSeconds);
    /// The certificate at this place of the path was revoked.
    error CertificateRevoked(uint256 index, bytes32 revocationId);
    /// The leaf's key did not sign the document, or the hints are not for this signature.
    error CoseSignatureInvalid();
    /// As many hints are needed as certificates below the root, and one more for the document.
    error HintsCount(uint256 expected, uint256 received);
    /// A certificate that the cache does not know came without hints. Likely the hints were prepared for another
    /// contract or an earlier state: prepare them again.
    error HintsMissing(uint256 index);

    // ------------------------------------------------------------------ errors: time and mode

    /// The document is older than the caller allows: `expiresMs` was the last moment. Have the enclave make a new one.
    error AttestationStale(uint256 timestampMs, uint256 expiresMs, uint256 nowMs);
    /// The document lies further in the future than the caller allows. Likely one of two clocks is off.
    error AttestationFromFuture(uint256 timestampMs, uint256 latestMs);
    /// PCR0, PCR1 or PCR2 is zero (debug mode) or absent (so nothing shows that it is not).
    error DebugEnclave(uint256 pcr);

    // ------------------------------------------------------------------ errors: administration

    /// The caller may not revoke.
    error NotRevoker(address revoker, address caller);
    /// The caller was not offered the office.
    error NotPendingRevoker(address pendingRevoker, address caller);
    /// The code at this address is not the code that this verifier was made for.
    error CodeHashMismatch(address deployed, bytes32 expected, bytes32 received);

    // ------------------------------------------------------------------ events

    /// A certificate came into the cache. `certificateId` is keccak256(id of its issuer || TBSCertificate).
    event CertificateVerified(
        bytes32 indexed certificateId, bytes32 indexed issuerId, uint64 pathNotAfterSeconds
    );
    /// `name` is what `revocationId` is the hash of: see revocationIdOf.
    event CertificateRevocation(bytes32 indexed revocationId, bytes name);
    event RevokerTransferStarted(address indexed revoker, address indexed pendingRevoker);
    event RevokerTransferred(address indexed previousRevoker, address indexed revoker);

    // ------------------------------------------------------------------ verification

    /// @notice Verifies a document and remembers its certificates. Anyone may call it.
    ///
    /// @param document COSE_Sign1 as AWS made it, at most 32 KiB.
    /// @param hints One entry for each certificate below the root, from the root down, and a last one for the document's
    /// own signature. Entries of certificates that the cache knows are not read and may be empty. Hints make the
    /// arithmetic cheap and are not trusted: wrong ones can only make the call fail.
    /// @param ageSecondsMax How old the document may be, against this block.
    /// @param skewSecondsMax How far the document's clock may be ahead of this block. The leaf certificate's notBefore is
    /// given the same tolerance, because the hypervisor does not backdate it.
    function verifyAttestation(
        bytes calldata document,
        bytes[] calldata hints,
        uint64 ageSecondsMax,
        uint64 skewSecondsMax
    ) external returns (Attestation memory);

    /// @notice Verifies a path of certificates into the cache, without a document: for spreading the work over two
    /// transactions, or for doing it ahead. Anyone may call it.
    /// @param certificates DER, the root first, then each one issued by the one before it.
    /// @param hints One entry for each certificate below the root.
    /// @return certificateId Of the last one.
    function cacheCertificates(bytes[] calldata certificates, bytes[] calldata hints)
        external
        returns (bytes32 certificateId);

    // ------------------------------------------------------------------ reads

    /// @notice SHA-256 of the root certificate's DER. Every path begins there and nowhere else.
    function rootHash() external view returns (bytes32);

    /// @notice True when the root is AWS Nitro Enclaves Root-G1. False means a test authority: nothing that such a
    /// contract says is worth anything outside of a local chain.
    function isAwsRoot() external view returns (bool);

    /// @notice What the cache knows. The id of the root is `rootHash()`; the id of any other certificate is
    /// keccak256(id of its issuer || TBSCertificate), so it names the certificate together with its whole path.
    function certificateInfo(bytes32 certificateId) external view returns (CertificateInfo memory);

    /// @notice True when the certificate with this revocation id was revoked.
    function isRevoked(bytes32 revocationId) external view returns (bool);

    /// @notice keccak256(INTEGER serial || AlgorithmIdentifier || Name issuer), which is how these three stand in a
    /// certificate.
    /// @param issuer Name as DER.
    /// @param serial Big-endian, without leading zeros.
    function revocationIdOf(bytes calldata issuer, bytes calldata serial) external pure returns (bytes32);

    function revoker() external view returns (address);
    function pendingRevoker() external view returns (address);

    // ------------------------------------------------------------------ administration

    /// @notice Bars a certificate and all below it, for ever, whether or not the cache knows it. A revoked certificate
    /// can be submitted again as often as one likes. Repeating it changes nothing. Only the revoker may.
    /// @param certificate DER, whole: its own bytes say what is barred, so nothing can be mistyped.
    function revokeCertificate(bytes calldata certificate) external returns (bytes32 revocationId);

    /// @notice The same for a certificate that nobody has, of a revocation list for instance. Any issuer and serial are
    /// taken: a name that is a byte off bars nothing and says nothing, so prefer `revokeCertificate`.
    function revokeBySerial(bytes calldata issuer, bytes calldata serial)
        external
        returns (bytes32 revocationId);

    /// @notice Offers the office of the revoker, which the new one must accept; zero withdraws the offer.
    function transferRevoker(address pendingRevoker) external;
    function acceptRevoker() external;
}

/// @notice Reads the registers of an attestation.
library AttestationLib {
    /// The document has no such register.
    error PcrAbsent(uint256 index);

    uint256 internal constant PCR_BYTES = 48;

    function hasPcr(Attestation memory attestation, uint256 index) internal pure returns (bool) {
        return index < 32 && (attestation.pcrMask >> index) & 1 == 1;
    }

    /// @dev Never a default: a register that is absent reverts.
    function pcr(Attestation memory attestation, uint256 index) internal pure returns (bytes memory value) {
        uint256 pos = _offset(attestation, index);
        value = new bytes(PCR_BYTES);
        bytes memory pcrs = attestation.pcrs;
        assembly ("memory-safe") {
            // 48 bytes, which lie inside `pcrs`: its length is 48 times the number of set bits.
            mcopy(add(value, 32), add(add(pcrs, 32), pos), 48)
        }
    }

    /// @notice keccak256 of one register.
    function pcrHash(Attestation memory attestation, uint256 index) internal pure returns (bytes32 hash) {
        uint256 pos = _offset(attestation, index);
        bytes memory pcrs = attestation.pcrs;
        assembly ("memory-safe") {
            hash := keccak256(add(add(pcrs, 32), pos), 48)
        }
    }

    /// @notice keccak256(PCR0 || PCR1 || PCR2): the image. They are always there, and first.
    function imageHash(Attestation memory attestation) internal pure returns (bytes32 hash) {
        _offset(attestation, 0);
        _offset(attestation, 1);
        _offset(attestation, 2);
        bytes memory pcrs = attestation.pcrs;
        assembly ("memory-safe") {
            hash := keccak256(add(pcrs, 32), 144)
        }
    }

    /// @dev As many registers come before it as lower bits are set.
    function _offset(Attestation memory attestation, uint256 index) private pure returns (uint256) {
        require(hasPcr(attestation, index), PcrAbsent(index));
        uint256 below = attestation.pcrMask & ((1 << index) - 1);
        uint256 count = 0;
        // Each step takes the lowest set bit away.
        while (below != 0) {
            below &= below - 1;
            ++count;
        }
        return count * PCR_BYTES;
    }
}
