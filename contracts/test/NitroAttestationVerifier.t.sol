// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {
    Attestation,
    AttestationLib,
    CertificateInfo,
    IAttestationVerifier
} from "../src/attestation/IAttestationVerifier.sol";
import {NitroAttestationVerifier} from "../src/attestation/NitroAttestationVerifier.sol";
import {SHA384_CODE_HASH} from "../src/attestation/CodeHashes.sol";
import {Sha384} from "../src/attestation/Sha384.sol";
import {AttestationFixture, VerifierOverStandIns} from "./AttestationFixture.sol";

/// What is returned, freshness, hints, cache, revocation, administration. The rules of form stand in AttestationRules.t.sol.
contract NitroAttestationVerifierTest is AttestationFixture {
    address private constant STRANGER = address(0xbad);

    function setUp() public {
        setUpAttestation();
    }

    // ------------------------------------------------------------------ what comes back

    function test_returnsWhatTheDocumentSays() public {
        Attestation memory attestation = verify(document);
        expectEqual(
            attestation.moduleIdHash, keccak256("i-0123456789abcdef0-enc0123456789abcdef"), "moduleIdHash"
        );
        expectEqual(attestation.timestampMs, (NOW - 30) * 1000, "timestampMs");
        expectEqual(attestation.pcrMask, 0x1ffff, "pcrMask");
        expectEqual(attestation.pcrs.length, 17 * 48, "pcrs");
        expectEqual(attestation.publicKey.length, 65, "publicKey");
        expectEqual(
            attestation.userData,
            bytes.concat("nacre/keyset/1", hex"0000", vm.parseJsonBytes32(vectors, ".keysetHash")),
            "userData"
        );
        expectEqual(attestation.nonce.length, 0, "nonce");
    }

    function test_registers_areFoundByTheirNumber() public {
        Attestation memory attestation = verify(document);
        for (uint256 i = 0; i < 32; ++i) {
            bool there = i <= 16;
            expectTrue(AttestationLib.hasPcr(attestation, i) == there, "hasPcr");
            if (!there) continue;
            bytes memory value = AttestationLib.pcr(attestation, i);
            // Registers 0 to 4 and 16 were measured in the vectors, the others are zero.
            expectTrue((keccak256(value) == keccak256(new bytes(48))) == (i > 4 && i < 16), "value");
            expectEqual(keccak256(value), keccak256(slice(attestation.pcrs, 48 * i, 48)), "place");
            expectEqual(AttestationLib.pcrHash(attestation, i), keccak256(value), "pcrHash");
        }
        expectEqual(
            AttestationLib.imageHash(attestation), keccak256(slice(attestation.pcrs, 0, 144)), "imageHash"
        );
    }

    function pcrOf(Attestation memory attestation, uint256 index) external pure returns (bytes memory) {
        return AttestationLib.pcr(attestation, index);
    }

    function test_registers_thatAreAbsentRevert() public {
        Attestation memory attestation = verify(document);
        uint256[3] memory absent = [uint256(17), 31, 256];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(AttestationLib.PcrAbsent.selector, absent[i]));
            this.pcrOf(attestation, absent[i]);
        }
    }

    function testFuzz_registers_ofASparseBankAreFoundByTheirNumber(uint32 mask, bytes32 seed) public pure {
        bytes memory pcrs;
        for (uint256 i = 0; i < 32; ++i) {
            if ((mask >> i) & 1 == 1) {
                pcrs = bytes.concat(pcrs, keccak256(abi.encode(seed, i)), bytes16(seed));
            }
        }
        Attestation memory attestation = Attestation(0, 0, mask, pcrs, "", "", "");
        for (uint256 i = 0; i < 32; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            bytes memory expected = bytes.concat(keccak256(abi.encode(seed, i)), bytes16(seed));
            expectEqual(AttestationLib.pcr(attestation, i), expected, "pcr");
            expectEqual(AttestationLib.pcrHash(attestation, i), keccak256(expected), "pcrHash");
        }
    }

    // ------------------------------------------------------------------ freshness

    function tryVerify(bytes memory document_, uint64 age, uint64 skew) private returns (bytes4) {
        try verifier.verifyAttestation(document_, goodHints(5), age, skew) returns (Attestation memory) {
            return 0;
        } catch (bytes memory reason) {
            return bytes4(reason);
        }
    }

    /// The document is 30 seconds old.
    function test_ATT19_acceptsTheOldestAndRejectsOlder() public {
        expectTrue(tryVerify(document, 30, 0) == 0, "30 s");
        expectTrue(tryVerify(document, 29, 0) == IAttestationVerifier.AttestationStale.selector, "29 s");
        expectTrue(tryVerify(document, 0, 0) == IAttestationVerifier.AttestationStale.selector, "0 s");
        expectTrue(tryVerify(document, type(uint64).max, 0) == 0, "any age");
    }

    function test_ATT20_acceptsWithinTheSkewAndRejectsFromFurtherAhead() public {
        vm.warp(NOW - 40);
        expectTrue(tryVerify(document, 0, 10) == 0, "10 s");
        expectTrue(tryVerify(document, 0, 9) == IAttestationVerifier.AttestationFromFuture.selector, "9 s");
        expectTrue(
            tryVerify(document, type(uint64).max, 0) == IAttestationVerifier.AttestationFromFuture.selector,
            "0 s"
        );
        expectTrue(tryVerify(document, 0, type(uint64).max) == 0, "any skew");
    }

    /// Had the limits been compared in the wrong unit, this document would be fresh for 41 days.
    function test_ATT19_comparesMillisecondsWithMilliseconds() public {
        vm.warp(NOW + 3000);
        expectTrue(
            tryVerify(document, 3029, 0) == IAttestationVerifier.AttestationStale.selector,
            "one second too old"
        );
        expectTrue(tryVerify(document, 3030, 0) == 0, "not too old");
    }

    function testFuzz_ATT19_ATT20_boundBothSides(uint256 when, uint64 age, uint64 skew) public {
        // The leaf lives from a minute before NOW to three hours after.
        when = NOW - 60 + when % (3 hours);
        vm.warp(when);
        uint256 documentMs = (NOW - 30) * 1000;
        bool fresh = documentMs <= when * 1000 + uint256(skew) * 1000
            && when * 1000 <= documentMs + uint256(age) * 1000;
        expectTrue((tryVerify(document, age, skew) == 0) == fresh, "verdict");
    }

    // ------------------------------------------------------------------ hints

    function test_hints_acceptEmptyOnesForKnownCertificates() public {
        verify(document);
        verifier.verifyAttestation(document, warmHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    function test_hints_rejectAnotherNumber() public {
        for (uint256 count = 0; count < 8; ++count) {
            if (count == 5) continue;
            bytes[] memory hints = goodHints(count);
            vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.HintsCount.selector, 5, count));
            verifier.verifyAttestation(document, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
        }
    }

    function test_hints_rejectMissingAndWrongOnes() public {
        for (uint256 i = 0; i < 4; ++i) {
            bytes[] memory hints = goodHints(5);
            hints[i] = "";
            vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.HintsMissing.selector, i + 1));
            verifier.verifyAttestation(document, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
            hints[i] = hex"02";
            vm.expectRevert(
                abi.encodeWithSelector(IAttestationVerifier.CertificateSignatureInvalid.selector, i + 1)
            );
            verifier.verifyAttestation(document, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
        }
        bytes[] memory last = goodHints(5);
        last[4] = "";
        vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.CoseSignatureInvalid.selector));
        verifier.verifyAttestation(document, last, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    /// Somebody else may fill the cache between the preparation of a transaction and its block.
    function test_hints_ofCertificatesThatBecameKnownAreNotRead() public {
        verify(document);
        bytes[] memory hints = goodHints(5);
        for (uint256 i = 0; i < 4; ++i) {
            hints[i] = hex"bad0";
        }
        verifier.verifyAttestation(document, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    // ------------------------------------------------------------------ the two contracts behind it

    /// An address without code answers every call with success and nothing.
    function test_contracts_withoutCodeVerifyNothing() public {
        bytes32 root = verifier.rootHash();
        NitroAttestationVerifier deaf = new VerifierOverStandIns(root, address(this), address(0xdead), p384);
        vm.expectRevert(abi.encodeWithSelector(Sha384.Sha384Failed.selector));
        deaf.verifyAttestation(document, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
        deaf = new VerifierOverStandIns(root, address(this), sha384, address(0xdead));
        vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.CertificateSignatureInvalid.selector, 1));
        deaf.verifyAttestation(document, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    function test_contracts_ofOtherCodeAreRefusedAtDeployment() public {
        bytes32 root = verifier.rootHash();
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CodeHashMismatch.selector, sha384, SHA384_CODE_HASH, sha384.codehash
            )
        );
        new NitroAttestationVerifier(root, address(this), sha384, p384);
    }

    function test_root_isVisible() public {
        expectFalse(verifier.isAwsRoot(), "a test authority");
        bytes32 aws = verifier.AWS_ROOT_HASH();
        expectEqual(aws, 0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b, "published");
        NitroAttestationVerifier real = new VerifierOverStandIns(aws, address(0), sha384, p384);
        expectTrue(real.isAwsRoot(), "AWS");
        expectEqual(real.rootHash(), aws, "rootHash");
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.RootMismatch.selector, aws, verifier.rootHash())
        );
        real.verifyAttestation(document, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    // ------------------------------------------------------------------ the cache

    /// root, region, zone, instance, leaf, as they stand in the document: lengths in two bytes everywhere.
    function certificatesOf(bytes memory document_) private pure returns (bytes[] memory certificates) {
        certificates = new bytes[](5);
        uint256 pos = find(document_, "cabundle") + 9;
        for (uint256 i = 0; i < 4; ++i) {
            (certificates[i], pos) = byteString(document_, pos);
        }
        (certificates[4],) = byteString(document_, find(document_, "certificate") + 11);
    }

    function byteString(bytes memory data, uint256 pos)
        private
        pure
        returns (bytes memory content, uint256 next)
    {
        require(data[pos] == 0x59, "head");
        uint256 length = uint256(uint8(data[pos + 1])) << 8 | uint8(data[pos + 2]);
        return (slice(data, pos + 3, length), pos + 3 + length);
    }

    /// The signed part: the second SEQUENCE of a certificate.
    function tbsOf(bytes memory certificate) private pure returns (bytes memory) {
        uint256 pos = certificate[1] == 0x82 ? 4 : 3;
        uint256 length = certificate[pos + 1] == 0x82
            ? 4 + (uint256(uint8(certificate[pos + 2])) << 8 | uint8(certificate[pos + 3]))
            : 3 + uint256(uint8(certificate[pos + 2]));
        return slice(certificate, pos, length);
    }

    function idsOf(bytes[] memory certificates) private view returns (bytes32[] memory ids) {
        ids = new bytes32[](certificates.length);
        ids[0] = verifier.rootHash();
        for (uint256 i = 1; i < ids.length; ++i) {
            ids[i] = keccak256(bytes.concat(ids[i - 1], tbsOf(certificates[i])));
        }
    }

    function head(bytes[] memory list, uint256 count) private pure returns (bytes[] memory part) {
        part = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            part[i] = list[i];
        }
    }

    function test_cache_knowsTheCertificatesOfADocument_andTheirWholePath() public {
        bytes32[] memory ids = idsOf(certificatesOf(document));
        for (uint256 i = 1; i < 5; ++i) {
            vm.expectEmit(true, true, true, false, address(verifier));
            emit IAttestationVerifier.CertificateVerified(ids[i], ids[i - 1], 0);
        }
        verify(document);
        expectFalse(verifier.certificateInfo(ids[0]).isKnown, "the root is pinned, not cached");
        uint256 earliest = type(uint256).max;
        for (uint256 i = 1; i < 5; ++i) {
            CertificateInfo memory info = verifier.certificateInfo(ids[i]);
            expectTrue(info.isKnown, "known");
            expectTrue(info.isCa == (i != 4), "role");
            expectTrue(info.pathNotAfterSeconds <= earliest, "never later than what stands above");
            earliest = info.pathNotAfterSeconds;
        }
        expectEqual(verifier.certificateInfo(ids[1]).pathNotAfterSeconds, NOW + 15 days, "region");
        expectEqual(verifier.certificateInfo(ids[2]).pathNotAfterSeconds, NOW + 4 days, "zone");
        expectEqual(verifier.certificateInfo(ids[3]).pathNotAfterSeconds, NOW + 18 hours, "instance");
        CertificateInfo memory leaf = verifier.certificateInfo(ids[4]);
        expectEqual(leaf.pathNotAfterSeconds, NOW - 57 + 3 hours, "leaf");
        expectEqual(leaf.notBeforeSeconds, NOW - 60, "leaf's notBefore");
        expectEqual(leaf.pathNotBeforeSeconds, NOW - 6 hours, "instance's notBefore is the latest");
    }

    function test_cache_canBeFilledAheadByAnyone_inParts() public {
        bytes[] memory certificates = certificatesOf(document);
        bytes32[] memory ids = idsOf(certificates);
        vm.prank(STRANGER);
        expectEqual(verifier.cacheCertificates(head(certificates, 3), goodHints(2)), ids[2], "id");
        expectTrue(verifier.certificateInfo(ids[2]).isKnown, "zone");
        expectFalse(verifier.certificateInfo(ids[3]).isKnown, "instance");
        bytes[] memory hints = goodHints(4);
        (hints[0], hints[1]) = ("", "");
        expectEqual(verifier.cacheCertificates(certificates, hints), ids[4], "id");
        // Nothing is left to do, and doing it again is not an error.
        expectEqual(verifier.cacheCertificates(certificates, new bytes[](4)), ids[4], "again");
        verifier.verifyAttestation(document, warmHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    function test_cache_rejectsWhatIsNoPath() public {
        bytes[] memory certificates = certificatesOf(document);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.AttestationMalformed.selector, bytes32("certificates")
            )
        );
        verifier.cacheCertificates(head(certificates, 1), new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.HintsCount.selector, 4, 5));
        verifier.cacheCertificates(certificates, goodHints(5));
        bytes[] memory skipped = head(certificates, 2);
        skipped[1] = certificates[2];
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CertificateChainInvalid.selector, 1, bytes32("issuer")
            )
        );
        verifier.cacheCertificates(skipped, goodHints(1));
        // A leaf issues nothing, wherever it was learned.
        verifier.cacheCertificates(certificates, goodHints(4));
        bytes[] memory below = new bytes[](6);
        for (uint256 i = 0; i < 5; ++i) {
            below[i] = certificates[i];
        }
        below[5] = certificates[4];
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CertificateChainInvalid.selector, 4, bytes32("not a CA")
            )
        );
        verifier.cacheCertificates(below, goodHints(5));
    }

    function test_cache_knowsACaUnderANewLeaf() public {
        verify(document);
        bytes memory newLeaf = vectorDocument(".newLeaf");
        vm.warp(NOW + 1800);
        bytes[] memory hints = warmHints(5);
        vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.HintsMissing.selector, 4));
        verifier.verifyAttestation(newLeaf, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
        hints[3] = hex"01";
        verifier.verifyAttestation(newLeaf, hints, AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    /// base/base#1972: cached intermediates that never expired.
    function test_cache_expiredAncestorNeverValidates() public {
        bytes[] memory certificates = certificatesOf(document);
        verify(document);
        // The last second of the leaf, then of the authority above it.
        vm.warp(NOW - 57 + 3 hours);
        verifier.verifyAttestation(document, warmHints(5), 4 hours, 0);
        vm.warp(NOW - 57 + 3 hours + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CertificateNotInValidity.selector,
                NOW - 60,
                NOW - 57 + 3 hours,
                NOW - 57 + 3 hours + 1
            )
        );
        verifier.verifyAttestation(document, warmHints(5), 4 hours, 0);
        vm.warp(NOW + 18 hours);
        verifier.cacheCertificates(head(certificates, 4), new bytes[](3));
        vm.warp(NOW + 18 hours + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationVerifier.CertificateNotInValidity.selector,
                NOW - 6 hours,
                NOW + 18 hours,
                NOW + 18 hours + 1
            )
        );
        verifier.cacheCertificates(head(certificates, 4), new bytes[](3));
    }

    /// base/nitro-validator#35: an encoding of the same certificate as a second entry. A twin has another signature, and
    /// signatures are no part of the identity.
    function test_cache_hasOneEntryForCertificatesThatDifferInTheirSignature() public {
        bytes[] memory certificates = certificatesOf(document);
        verifier.cacheCertificates(certificates, goodHints(4));
        bytes memory twin = certificates[1];
        // The last byte of s.
        twin[twin.length - 1] ^= 0x01;
        bytes[] memory path = head(certificates, 2);
        path[1] = twin;
        expectEqual(verifier.cacheCertificates(path, new bytes[](1)), idsOf(certificates)[1], "same id");
    }

    /// Nobody can make the cache know something that was not signed: whatever byte of the signed part is changed, the
    /// result is unknown, and stays so.
    function testFuzz_cache_cannotBePoisoned(uint256 which, uint256 place, uint8 change) public {
        bytes[] memory certificates = certificatesOf(document);
        verifier.cacheCertificates(certificates, goodHints(4));
        which = 1 + which % 4;
        vm.assume(change != 0);
        bytes memory tbs = tbsOf(certificates[which]);
        uint256 pos = find(certificates[which], tbs) + place % tbs.length;
        certificates[which][pos] ^= bytes1(change);
        bytes32 id = keccak256(
            bytes.concat(
                idsOf(head(certificates, which))[which - 1],
                slice(certificates[which], find(certificatesOf(document)[which], tbs), tbs.length)
            )
        );
        try verifier.cacheCertificates(certificates, goodHints(4)) returns (bytes32) {
            revert("accepted what nobody signed");
        } catch {}
        expectFalse(verifier.certificateInfo(id).isKnown, "poisoned");
    }

    /// The same for a document: no byte of it can be changed but tag 18 and the half of s.
    function testFuzz_document_cannotBeChanged(uint256 place, uint8 change) public {
        vm.assume(change != 0);
        verify(document);
        bytes memory candidate = document;
        candidate[place % candidate.length] ^= bytes1(change);
        try verifier.verifyAttestation(candidate, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX) returns (
            Attestation memory
        ) {
            revert("accepted what nobody signed");
        } catch {}
    }

    function testFuzz_document_randomBytesAreRefusedWithAReason(bytes memory candidate, uint256 cut) public {
        bytes memory mixed = bytes.concat(slice(document, 0, cut % document.length), candidate);
        vm.assume(keccak256(mixed) != keccak256(document));
        try verifier.verifyAttestation(mixed, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX) returns (
            Attestation memory
        ) {
            revert("accepted what nobody signed");
        } catch (bytes memory reason) {
            // Never a panic and never silence: one of the documented errors.
            expectTrue(reason.length >= 4 && bytes4(reason) != bytes4(0x4e487b71), "reason");
        }
    }

    /// What follows the document in calldata belongs to the caller: cut anywhere, it is never read as part of it.
    function test_document_cutAnywhereIsRefused() public {
        for (uint256 length = 0; length < document.length; length += 7) {
            bytes memory part = slice(document, 0, length);
            try verifier.verifyAttestation(part, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX) returns (
                Attestation memory
            ) {
                revert("accepted a part");
            } catch {}
        }
    }

    // ------------------------------------------------------------------ revocation

    function test_revocation_ofAnyCertificateOfThePathStopsTheDocument() public {
        for (uint256 which = 0; which < 5; ++which) {
            verifier = newVerifier();
            verify(document);
            (bytes memory issuer, bytes memory serial) = issuerAndSerial(which);
            bytes32 id = verifier.revocationIdOf(issuer, serial);
            vm.expectEmit(true, true, true, true, address(verifier));
            emit IAttestationVerifier.CertificateRevocation(
                id, bytes.concat(hex"02", nameOfSerial(serial), hex"300a06082a8648ce3d040303", issuer)
            );
            verifier.revokeBySerial(issuer, serial);
            expectTrue(verifier.isRevoked(id), "isRevoked");
            vm.expectRevert(
                abi.encodeWithSelector(IAttestationVerifier.CertificateRevoked.selector, which, id)
            );
            verifier.verifyAttestation(document, warmHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
        }
    }

    /// Length, sign byte where DER wants one, and digits.
    function nameOfSerial(bytes memory serial) private pure returns (bytes memory) {
        bytes memory sign = serial[0] < 0x80 ? bytes("") : bytes(hex"00");
        return bytes.concat(bytes1(uint8(serial.length + sign.length)), sign, serial);
    }

    /// The certificate itself as evidence: what it bars is what verification would have met.
    function test_revocation_byTheCertificateItself_barsThatVeryOne() public {
        bytes[] memory certificates = certificatesOf(document);
        for (uint256 which = 0; which < 5; ++which) {
            verifier = newVerifier();
            verify(document);
            (bytes memory issuer, bytes memory serial) = issuerAndSerial(which);
            bytes32 id = verifier.revocationIdOf(issuer, serial);
            expectEqual(verifier.revokeCertificate(certificates[which]), id, "id");
            vm.expectRevert(
                abi.encodeWithSelector(IAttestationVerifier.CertificateRevoked.selector, which, id)
            );
            verifier.verifyAttestation(document, warmHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
            vm.expectRevert(
                abi.encodeWithSelector(IAttestationVerifier.NotRevoker.selector, address(this), STRANGER)
            );
            vm.prank(STRANGER);
            verifier.revokeCertificate(certificates[which]);
        }
    }

    function test_revocation_rejectsWhatIsNoCertificate() public {
        bytes memory certificate = certificatesOf(document)[2];
        bytes[4] memory broken = [
            bytes(""),
            slice(certificate, 0, certificate.length - 1),
            bytes.concat(certificate, hex"00"),
            new bytes(1025)
        ];
        for (uint256 i = 0; i < 4; ++i) {
            (bool accepted, bytes memory reason) =
                address(verifier).call(abi.encodeCall(verifier.revokeCertificate, (broken[i])));
            expectFalse(accepted, "accepted");
            expectTrue(
                selectorOf(reason) == IAttestationVerifier.CertificateMalformed.selector, "for another reason"
            );
        }
    }

    /// base/contracts#276: a revoked certificate that was trusted again by submitting it again.
    function test_revocation_survivesResubmission() public {
        bytes[] memory certificates = certificatesOf(document);
        (bytes memory issuer, bytes memory serial) = issuerAndSerial(2);
        bytes32 id = verifier.revocationIdOf(issuer, serial);
        // Before the cache knows it, and again after.
        for (uint256 round = 0; round < 2; ++round) {
            verifier.revokeBySerial(issuer, serial);
            for (uint256 count = 3; count <= 5; ++count) {
                vm.expectRevert(
                    abi.encodeWithSelector(IAttestationVerifier.CertificateRevoked.selector, 2, id)
                );
                verifier.cacheCertificates(head(certificates, count), goodHints(count - 1));
            }
            vm.expectRevert(abi.encodeWithSelector(IAttestationVerifier.CertificateRevoked.selector, 2, id));
            verifier.verifyAttestation(document, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
            // What stands above it is as good as ever.
            verifier.cacheCertificates(head(certificates, 2), goodHints(1));
        }
    }

    function test_revocation_leavesOthersAlone() public {
        (bytes memory issuer, bytes memory serial) = issuerAndSerial(3);
        verifier.revokeBySerial(issuer, hex"01");
        (bytes memory otherIssuer,) = issuerAndSerial(1);
        verifier.revokeBySerial(otherIssuer, serial);
        verify(document);
    }

    function test_revocationId_acceptsAnyNameAndSerial_andRejectsLooseForms() public {
        (bytes memory issuer,) = issuerAndSerial(1);
        // With the sign byte that DER puts before it.
        expectEqual(
            verifier.revocationIdOf(issuer, hex"80"),
            keccak256(bytes.concat(hex"02020080", hex"300a06082a8648ce3d040303", issuer)),
            "80"
        );
        expectEqual(
            verifier.revocationIdOf(issuer, hex"7f"),
            keccak256(bytes.concat(hex"02017f", hex"300a06082a8648ce3d040303", issuer)),
            "7f"
        );
        bytes[4] memory serials = [bytes(""), hex"0001", hex"00", new bytes(21)];
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IAttestationVerifier.CertificateMalformed.selector, bytes32("serial"))
            );
            verifier.revocationIdOf(issuer, serials[i]);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.CertificateMalformed.selector, bytes32("issuer"))
        );
        verifier.revocationIdOf(bytes.concat(issuer, hex"00"), hex"01");
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.CertificateMalformed.selector, bytes32("issuer"))
        );
        verifier.revocationIdOf("", hex"01");
    }

    function test_revocation_isTheRevokersAlone() public {
        (bytes memory issuer, bytes memory serial) = issuerAndSerial(1);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.NotRevoker.selector, address(this), STRANGER)
        );
        vm.prank(STRANGER);
        verifier.revokeBySerial(issuer, serial);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.NotRevoker.selector, address(this), STRANGER)
        );
        vm.prank(STRANGER);
        verifier.transferRevoker(STRANGER);

        verifier.transferRevoker(STRANGER);
        expectEqual(verifier.pendingRevoker(), STRANGER, "offered");
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.NotPendingRevoker.selector, STRANGER, address(this))
        );
        verifier.acceptRevoker();
        vm.prank(STRANGER);
        verifier.acceptRevoker();
        expectEqual(verifier.revoker(), STRANGER, "accepted");
        expectEqual(verifier.pendingRevoker(), address(0), "nothing offered");
        vm.prank(STRANGER);
        verifier.revokeBySerial(issuer, serial);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationVerifier.NotRevoker.selector, STRANGER, address(this))
        );
        verifier.revokeBySerial(issuer, serial);
    }
}
