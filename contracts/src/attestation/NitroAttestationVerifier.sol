// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {bytesAt, keccakAt, wordAt} from "./Calldata.sol";
import {CertificateRecord, CertificateRecordLib} from "./CertificateRecord.sol";
import {
    P384_FIRST_TABLE_AT,
    P384_FIRST_TABLE_HASH,
    P384_SECOND_TABLE_HASH,
    P384_TABLE_DIFFERENCE_AT,
    P384_TEMPLATE_HASH,
    SHA384_CODE_HASH
} from "./CodeHashes.sol";
import {DerReader} from "./DerReader.sol";
import {Attestation, CertificateInfo, IAttestationVerifier} from "./IAttestationVerifier.sol";
import {DocumentView, NitroDocument} from "./NitroDocument.sol";
import {P384} from "./P384.sol";
import {Sha384} from "./Sha384.sol";
import {Certificate, X509Reader} from "./X509Reader.sol";

/// @notice Verifies whole Nitro attestation documents. See IAttestationVerifier for what it promises and what it does
/// not; this file is the straight line from bytes to verdict.
///
/// @dev The cache. A certificate's id is keccak256(id of its issuer || TBSCertificate), and the root's id is its pinned
/// hash. So an id names a certificate *and* all above it, byte for byte, and what is stored under it is a function
/// of these bytes: nobody can store anything else there, whoever submits, in whatever order. Signatures and hints are no
/// part of it, because both can be varied by anyone. keccak256 rather than SHA-256: as collision-resistant, 130 gas
/// rather than 400 for a certificate, and no call. (The root alone is compared by SHA-256, which AWS publishes.)
///
/// Known means: signatures, names, roles and path lengths up to the root were checked, which stays true for ever. What
/// changes is asked each time: the window of the whole path, and revocation of every certificate in it. The signature
/// bytes of a known certificate are not looked at again.
contract NitroAttestationVerifier is IAttestationVerifier {
    /// SHA-256 of the DER of AWS Nitro Enclaves Root-G1, valid 2019-10-28 to 2049-10-28. AWS publishes it beside
    /// https://aws-nitro-enclaves.amazonaws.com/AWS_NitroEnclaves_Root-G1.zip.
    bytes32 public constant AWS_ROOT_HASH =
        0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b;

    /// Sig_structure (RFC 9052 section 4.4) up to the payload's byte string: array of four, the text "Signature1", the
    /// protected header as received (which can only be this), an empty byte string.
    uint256 private constant SIG_STRUCTURE_HEAD = 0x846a5369676e61747572653144a101382240;
    uint256 private constant SIG_STRUCTURE_HEAD_BYTES = 18;

    /// @inheritdoc IAttestationVerifier
    bytes32 public immutable rootHash;
    /// The contracts that hash and verify: see Sha384 and P384.
    address public immutable sha384;
    address public immutable p384;

    mapping(bytes32 certificateId => CertificateRecord) private _records;
    /// @inheritdoc IAttestationVerifier
    mapping(bytes32 revocationId => bool) public isRevoked;

    /// @inheritdoc IAttestationVerifier
    address public revoker;
    /// As long as nothing was ever revoked, nobody pays for looking it up. Shares its slot with the revoker.
    bool private _anyRevoked;
    /// @inheritdoc IAttestationVerifier
    address public pendingRevoker;

    /// @param rootHash_ SHA-256 of the root's DER: AWS_ROOT_HASH, or a test authority's on a local chain.
    /// @param revoker_ Who may revoke certificates, and nothing else; zero for nobody.
    /// @param sha384_ The generated contract that hashes.
    /// @param p384_ The generated contract that verifies, already bound to its two tables.
    constructor(bytes32 rootHash_, address revoker_, address sha384_, address p384_) {
        _requireGenuine(sha384_, p384_);
        rootHash = rootHash_;
        sha384 = sha384_;
        p384 = p384_;
        revoker = revoker_;
        emit RevokerTransferred(address(0), revoker_);
    }

    // ------------------------------------------------------------------ verification

    /// @inheritdoc IAttestationVerifier
    function verifyAttestation(
        bytes calldata document,
        bytes[] calldata hints,
        uint64 ageSecondsMax,
        uint64 skewSecondsMax
    ) external returns (Attestation memory) {
        DocumentView memory view_ = NitroDocument.read(document);
        (Link[] memory links, uint256 known) = _readPath(view_.path, true);
        uint256 last = links.length - 1;
        require(hints.length == last + 1, HintsCount(last + 1, hints.length));
        _requireUsable(links, skewSecondsMax);

        bytes memory digests = _hashDocument(view_, links, known);
        _verifyLinks(links, known, hints, digests, 1);
        require(_isSigned(view_, links[last], hints[last], digests), CoseSignatureInvalid());

        _requireFresh(view_.timestampMs, ageSecondsMax, skewSecondsMax);
        _requireNotDebug(view_);
        return _attestation(view_);
    }

    /// @inheritdoc IAttestationVerifier
    function cacheCertificates(bytes[] calldata certificates, bytes[] calldata hints)
        external
        returns (bytes32 certificateId)
    {
        uint256 count = certificates.length;
        require(count > 1 && count <= NitroDocument.CABUNDLE_MAX + 1, AttestationMalformed("certificates"));
        require(hints.length == count - 1, HintsCount(count - 1, hints.length));
        uint256[] memory path = new uint256[](count);
        uint256 from = type(uint256).max;
        uint256 to = 0;
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata certificate = certificates[i];
            uint256 pos;
            assembly ("memory-safe") {
                pos := certificate.offset
            }
            uint256 end = pos + certificate.length;
            require(
                end != pos && end - pos <= NitroDocument.CERTIFICATE_BYTES_MAX,
                AttestationMalformed("certificates")
            );
            path[i] = NitroDocument.pack(pos, end);
            (from, to) = (_min(from, pos), _max(to, end));
        }
        (Link[] memory links, uint256 known) = _readPath(path, false);
        _requireUsable(links, 0);
        certificateId = links[count - 1].id;
        if (known == count - 1) return certificateId;
        bytes memory digests = Sha384.hash(sha384, 0, 0, from, to, _rangesOf(links, known, from, 0));
        _verifyLinks(links, known, hints, digests, 0);
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc IAttestationVerifier
    function isAwsRoot() external view returns (bool) {
        return rootHash == AWS_ROOT_HASH;
    }

    /// @inheritdoc IAttestationVerifier
    function certificateInfo(bytes32 certificateId) external view returns (CertificateInfo memory) {
        CertificateRecord record = _records[certificateId];
        return CertificateInfo({
            isKnown: record.isKnown(),
            isCa: record.isCa(),
            notBeforeSeconds: uint64(record.notBefore()),
            pathNotBeforeSeconds: uint64(record.pathNotBefore()),
            pathNotAfterSeconds: uint64(record.pathNotAfter())
        });
    }

    /// @inheritdoc IAttestationVerifier
    function revocationIdOf(bytes calldata issuer, bytes calldata serial) external pure returns (bytes32) {
        return keccak256(_revocationName(issuer, serial));
    }

    function _revocationName(bytes calldata issuer, bytes calldata serial)
        private
        pure
        returns (bytes memory)
    {
        require(serial.length != 0 && serial.length <= 20 && serial[0] != 0, CertificateMalformed("serial"));
        uint256 pos;
        assembly ("memory-safe") {
            pos := issuer.offset
        }
        (, uint256 end) = DerReader.read(pos, pos + issuer.length, DerReader.SEQUENCE, "issuer");
        require(end == pos + issuer.length, CertificateMalformed("issuer"));
        // INTEGER writes a number with its highest bit set behind a zero byte.
        bytes memory sign = serial[0] < 0x80 ? bytes("") : bytes(hex"00");
        return bytes.concat(
            bytes1(uint8(DerReader.INTEGER)),
            bytes1(uint8(sign.length + serial.length)),
            sign,
            serial,
            bytes12(uint96(X509Reader.ECDSA_WITH_SHA384)),
            issuer
        );
    }

    // ------------------------------------------------------------------ administration

    /// @inheritdoc IAttestationVerifier
    function revokeCertificate(bytes calldata certificate) external returns (bytes32 revocationId) {
        uint256 pos;
        assembly ("memory-safe") {
            pos := certificate.offset
        }
        require(certificate.length <= NitroDocument.CERTIFICATE_BYTES_MAX, CertificateMalformed("length"));
        (uint256 tbsAt, uint256 tbsEnd) = X509Reader.envelope(pos, pos + certificate.length);
        return _revoke(bytesAt(X509Reader.serialAt(tbsAt), X509Reader.read(tbsAt, tbsEnd).issuerEnd));
    }

    /// @inheritdoc IAttestationVerifier
    function revokeBySerial(bytes calldata issuer, bytes calldata serial)
        external
        returns (bytes32 revocationId)
    {
        return _revoke(_revocationName(issuer, serial));
    }

    function _revoke(bytes memory name) private returns (bytes32 revocationId) {
        require(msg.sender == revoker, NotRevoker(revoker, msg.sender));
        revocationId = keccak256(name);
        if (isRevoked[revocationId]) return revocationId;
        isRevoked[revocationId] = true;
        _anyRevoked = true;
        emit CertificateRevocation(revocationId, name);
    }

    /// @inheritdoc IAttestationVerifier
    function transferRevoker(address pendingRevoker_) external {
        require(msg.sender == revoker, NotRevoker(revoker, msg.sender));
        pendingRevoker = pendingRevoker_;
        emit RevokerTransferStarted(revoker, pendingRevoker_);
    }

    /// @inheritdoc IAttestationVerifier
    function acceptRevoker() external {
        require(msg.sender == pendingRevoker, NotPendingRevoker(pendingRevoker, msg.sender));
        address previous = revoker;
        revoker = msg.sender;
        delete pendingRevoker;
        emit RevokerTransferred(previous, msg.sender);
    }

    // ------------------------------------------------------------------ internal: the code behind it

    /// @dev The attack: a hash contract or a table of the deployer's own would let it prove anything. Deployed code cannot
    /// change (none of it can delegate, or destroy itself), so one look at deployment holds for ever. Tests override
    /// this to put stand-ins there.
    function _requireGenuine(address sha384_, address p384_) internal view virtual {
        _requireCodeHash(sha384_, SHA384_CODE_HASH, sha384_.codehash);
        bytes memory code = p384_.code;
        address first;
        address second;
        // Anything shorter is refused below, whatever was read behind its end.
        assembly ("memory-safe") {
            let firstAt := add(add(code, 32), P384_FIRST_TABLE_AT)
            let differenceAt := add(add(code, 32), P384_TABLE_DIFFERENCE_AT)
            let last := sub(mload(code), 32)
            if iszero(or(sgt(P384_FIRST_TABLE_AT, last), sgt(P384_TABLE_DIFFERENCE_AT, last))) {
                first := mload(firstAt)
                second := add(first, mload(differenceAt))
                mstore(firstAt, 0)
                mstore(differenceAt, 0)
            }
        }
        _requireCodeHash(p384_, P384_TEMPLATE_HASH, keccak256(code));
        _requireCodeHash(first, P384_FIRST_TABLE_HASH, first.codehash);
        _requireCodeHash(second, P384_SECOND_TABLE_HASH, second.codehash);
    }

    function _requireCodeHash(address deployed, bytes32 expected, bytes32 received) private pure {
        require(received == expected, CodeHashMismatch(deployed, expected, received));
    }

    // ------------------------------------------------------------------ internal: the path

    /// One certificate of a path. `record` is filled in from the lowest known one on downwards.
    struct Link {
        bytes32 id;
        uint256 tbsAt;
        uint256 tbsEnd;
        uint256 end;
        CertificateRecord record;
    }

    /// @dev Finds the lowest certificate that is known and reads what lies below it: form, names, roles, path lengths,
    /// everything but the signatures. With nothing known the root is read, which is trusted for its hash.
    function _readPath(uint256[] memory path, bool endsInLeaf)
        private
        view
        returns (Link[] memory links, uint256 known)
    {
        links = _identify(path);
        uint256 last = links.length - 1;
        CertificateRecord record;
        for (known = last; known != 0; --known) {
            record = _records[links[known].id];
            if (record.isKnown()) break;
        }
        if (known == 0) record = _rootRecord(links[0]);
        links[known].record = record;
        for (uint256 i = known + 1; i <= last; ++i) {
            links[i].record = _readLink(links[i - 1], links[i], i, endsInLeaf && i == last);
        }
        // A certificate that is known as a CA may come in a leaf's place.
        if (endsInLeaf) require(!links[last].record.isCa(), CertificateChainInvalid(last, "leaf is a CA"));
    }

    /// @dev The attack that the comparison stops: a complete chain of the attacker's own. Nothing in a document
    /// becomes a trust anchor.
    function _identify(uint256[] memory path) private view returns (Link[] memory links) {
        links = new Link[](path.length);
        bytes32 id;
        for (uint256 i = 0; i < path.length; ++i) {
            (uint256 pos, uint256 end) = NitroDocument.unpack(path[i]);
            if (i == 0) {
                id = sha256(bytesAt(pos, end));
                require(id == rootHash, RootMismatch(rootHash, id));
            }
            Link memory link = links[i];
            (link.tbsAt, link.tbsEnd) = X509Reader.envelope(pos, end);
            if (i != 0) id = keccakAt(id, link.tbsAt, link.tbsEnd);
            (link.id, link.end) = (id, end);
        }
    }

    /// @dev Read anew whenever a path is verified from the top. Its own signature proves nothing and is not checked.
    function _rootRecord(Link memory root) private pure returns (CertificateRecord) {
        Certificate memory certificate = X509Reader.read(root.tbsAt, root.tbsEnd);
        _requireCa(certificate, 0);
        return
            CertificateRecordLib.make(certificate, root.tbsAt, certificate.pathLength, 0, type(uint256).max);
    }

    function _readLink(Link memory issuer, Link memory subject, uint256 index, bool isLeaf)
        private
        pure
        returns (CertificateRecord)
    {
        CertificateRecord above = issuer.record;
        require(above.isCa(), CertificateChainInvalid(index - 1, "not a CA"));
        Certificate memory certificate = X509Reader.read(subject.tbsAt, subject.tbsEnd);
        _requireIssuer(issuer.tbsAt + above.subjectOffset(), issuer.tbsEnd, certificate, index);

        uint256 casBelowMax = 0;
        if (isLeaf || !certificate.isCa) {
            _requireLeaf(certificate, index);
        } else {
            _requireCa(certificate, index);
            casBelowMax = above.casBelowMax();
            require(casBelowMax != 0, CertificateChainInvalid(index, "path length"));
            if (casBelowMax != X509Reader.NO_LIMIT) --casBelowMax;
            casBelowMax = _min(casBelowMax, certificate.pathLength);
        }
        return CertificateRecordLib.make(
            certificate,
            subject.tbsAt,
            casBelowMax,
            _max(above.notBefore(), above.pathNotBefore()),
            above.pathNotAfter()
        );
    }

    /// @dev Table for Sha384.hash: `first` places left free, then the signed parts below the known one.
    function _rangesOf(Link[] memory links, uint256 known, uint256 base, uint256 first)
        private
        pure
        returns (uint256[] memory ranges)
    {
        ranges = new uint256[](first + links.length - 1 - known);
        for (uint256 i = known + 1; i < links.length; ++i) {
            Link memory link = links[i];
            ranges[first + i - known - 1] = (link.tbsAt - base) << 128 | (link.tbsEnd - link.tbsAt);
        }
    }

    /// @dev Signatures from the known certificate downwards, and what follows from them into the cache.
    function _verifyLinks(
        Link[] memory links,
        uint256 known,
        bytes[] calldata hints,
        bytes memory digests,
        uint256 first
    ) private {
        for (uint256 i = known + 1; i < links.length; ++i) {
            Link memory link = links[i];
            require(hints[i - 1].length != 0, HintsMissing(i));
            bytes memory signature = X509Reader.signature(link.tbsEnd, link.end);
            require(
                P384.verify(
                    p384, digests, first + i - known - 1, signature, _keyAt(links[i - 1]), hints[i - 1]
                ),
                CertificateSignatureInvalid(i)
            );
            _records[link.id] = link.record;
            emit CertificateVerified(link.id, links[i - 1].id, uint64(link.record.pathNotAfter()));
        }
    }

    /// @dev What changes with time, for the path as a whole: nothing revoked, everything valid in this block. The lowest
    /// certificate gets `skewSeconds` of tolerance for its notBefore.
    function _requireUsable(Link[] memory links, uint256 skewSeconds) private view {
        _requireNotRevoked(links);
        CertificateRecord record = links[links.length - 1].record;
        uint256 notBefore = record.notBefore();
        notBefore = _max(record.pathNotBefore(), notBefore > skewSeconds ? notBefore - skewSeconds : 0);
        require(
            block.timestamp >= notBefore && block.timestamp <= record.pathNotAfter(),
            CertificateNotInValidity(notBefore, record.pathNotAfter(), block.timestamp)
        );
    }

    function _keyAt(Link memory link) private pure returns (uint256) {
        return link.tbsAt + link.record.keyOffset();
    }

    /// @dev Names as DER, byte for byte: two spellings of one name are two names.
    function _requireIssuer(uint256 subjectAt, uint256 tbsEnd, Certificate memory certificate, uint256 index)
        private
        pure
    {
        (, uint256 subjectEnd) = DerReader.read(subjectAt, tbsEnd, DerReader.SEQUENCE, "subject");
        require(
            keccakAt(subjectAt, subjectEnd) == keccakAt(certificate.issuerAt, certificate.issuerEnd),
            CertificateChainInvalid(index, "issuer")
        );
    }

    /// @dev The attack: without these, any leaf that AWS ever issued could sign certificates of its own.
    function _requireCa(Certificate memory certificate, uint256 index) private pure {
        require(certificate.isCa && certificate.isCaCritical, CertificateChainInvalid(index, "not a CA"));
        require(certificate.keyCertSign, CertificateChainInvalid(index, "keyCertSign"));
    }

    function _requireLeaf(Certificate memory certificate, uint256 index) private pure {
        require(!certificate.isCa, CertificateChainInvalid(index, "leaf is a CA"));
        require(
            certificate.digitalSignature && !certificate.keyCertSign,
            CertificateChainInvalid(index, "leaf key usage")
        );
    }

    function _requireNotRevoked(Link[] memory links) private view {
        if (!_anyRevoked) return;
        for (uint256 i = 0; i < links.length; ++i) {
            bytes32 revocationId = X509Reader.revocationId(links[i].tbsAt);
            require(!isRevoked[revocationId], CertificateRevoked(i, revocationId));
        }
    }

    // ------------------------------------------------------------------ internal: the document

    /// @dev The digest of the Sig_structure, then those of the certificates below the known one. All of them lie in the
    /// Sig_structure, so it is the one buffer.
    function _hashDocument(DocumentView memory view_, Link[] memory links, uint256 known)
        private
        view
        returns (bytes memory)
    {
        uint256 base = view_.payloadItemAt - SIG_STRUCTURE_HEAD_BYTES;
        uint256[] memory ranges = _rangesOf(links, known, base, 1);
        ranges[0] = view_.payloadEnd - base;
        return Sha384.hash(
            sha384,
            SIG_STRUCTURE_HEAD,
            SIG_STRUCTURE_HEAD_BYTES,
            view_.payloadItemAt,
            view_.payloadEnd,
            ranges
        );
    }

    function _isSigned(
        DocumentView memory view_,
        Link memory leaf,
        bytes calldata hints,
        bytes memory digests
    ) private view returns (bool) {
        bytes memory signature = bytesAt(view_.signatureAt, view_.signatureAt + 96);
        return P384.verify(p384, digests, 0, signature, _keyAt(leaf), hints);
    }

    /// @dev Documents count milliseconds, blocks seconds. Sums are made in 256 bits, so no limit that a caller gives wraps.
    function _requireFresh(uint256 timestampMs, uint256 ageSecondsMax, uint256 skewSecondsMax) private view {
        uint256 nowMs = block.timestamp * 1000;
        uint256 latestMs = nowMs + skewSecondsMax * 1000;
        require(timestampMs <= latestMs, AttestationFromFuture(timestampMs, latestMs));
        uint256 expiresMs = timestampMs + ageSecondsMax * 1000;
        require(nowMs <= expiresMs, AttestationStale(timestampMs, expiresMs, nowMs));
    }

    /// @dev Debug mode shows as zeros in PCR0, PCR1 and PCR2, not in all registers: PCR4 is real even then.
    function _requireNotDebug(DocumentView memory view_) private pure {
        for (uint256 i = 0; i < 3; ++i) {
            require((view_.pcrMask >> i) & 1 == 1, DebugEnclave(i));
            uint256 pos = view_.pcrAt[i];
            require(wordAt(pos) | (wordAt(pos + 16)) != 0, DebugEnclave(i));
        }
    }

    function _attestation(DocumentView memory view_) private pure returns (Attestation memory) {
        return Attestation({
            moduleIdHash: keccakAt(view_.moduleIdAt, view_.moduleIdEnd),
            timestampMs: uint64(view_.timestampMs),
            pcrMask: uint32(view_.pcrMask),
            pcrs: _pcrs(view_),
            publicKey: bytesAt(view_.publicKeyAt, view_.publicKeyEnd),
            userData: bytesAt(view_.userDataAt, view_.userDataEnd),
            nonce: bytesAt(view_.nonceAt, view_.nonceEnd)
        });
    }

    /// @dev All registers in the order of their numbers, whatever their order in the document.
    function _pcrs(DocumentView memory view_) private pure returns (bytes memory pcrs) {
        uint256 mask = view_.pcrMask;
        uint256[32] memory pcrAt = view_.pcrAt;
        assembly ("memory-safe") {
            pcrs := mload(0x40)
            let to := add(pcrs, 32)
            for { let i := 0 } mask { i := add(i, 1) } {
                if and(mask, 1) {
                    calldatacopy(to, mload(add(pcrAt, shl(5, i))), 48)
                    to := add(to, 48)
                }
                mask := shr(1, mask)
            }
            mstore(pcrs, sub(sub(to, pcrs), 32))
            mstore(to, 0)
            mstore(0x40, and(add(to, 31), not(31)))
        }
    }

    function _max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
