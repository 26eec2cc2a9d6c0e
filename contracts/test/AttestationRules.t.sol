// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Attestation, IAttestationVerifier} from "../src/attestation/IAttestationVerifier.sol";
import {AttestationFixture} from "./AttestationFixture.sol";

/// Every rule of verifier/SPEC.md about documents, certificates and chains with documents that keep it and documents that
/// break it. What each one is stands in vectors/attestation-cases.ts. Numbers are how many there are, so that none
/// can disappear unnoticed.
contract AttestationRulesTest is AttestationFixture {
    error WrongVerdict(string what, bytes4 expected, bytes reason);

    function setUp() public {
        setUpAttestation();
    }

    function test_ATT01_acceptsOneCoseSign1() public {
        accepts("ATT-01", 2);
    }

    function test_ATT01_rejectsOtherShapesAndTrailingBytes() public {
        rejects("ATT-01", 11);
    }

    function test_ATT02_acceptsTheProtectedHeaderOfEs384() public {
        accepts("ATT-02", 1);
    }

    function test_ATT02_rejectsAnyOtherProtectedHeader() public {
        rejects("ATT-02", 8);
    }

    function test_ATT03_acceptsAnEmptyUnprotectedMap() public {
        accepts("ATT-03", 1);
    }

    function test_ATT03_rejectsAnythingElseThere() public {
        rejects("ATT-03", 4);
    }

    function test_ATT04_acceptsPayloadsUpToTheLimit() public {
        accepts("ATT-04", 1);
    }

    function test_ATT04_rejectsEmptyDetachedAndLongerOnes() public {
        rejects("ATT-04", 6);
    }

    function test_ATT05_acceptsSignaturesOf96BytesWithEitherS() public {
        accepts("ATT-05", 2);
    }

    function test_ATT05_rejectsDerAndOtherLengths() public {
        rejects("ATT-05", 6);
    }

    function test_ATT06_acceptsDefiniteAndIndefiniteMapsInAnyOrder() public {
        accepts("ATT-06", 4);
    }

    function test_ATT06_rejectsDuplicateKeysAndLooseEncodings() public {
        rejects("ATT-06", 28);
    }

    function test_ATT07_acceptsTheNineFields() public {
        accepts("ATT-07", 1);
    }

    function test_ATT07_rejectsUnknownAndMissingOnes() public {
        rejects("ATT-07", 13);
    }

    function test_ATT08_acceptsEnclaves() public {
        accepts("ATT-08", 3);
    }

    function test_ATT08_rejectsNitroTpm() public {
        rejects("ATT-08", 15);
    }

    function test_ATT09_acceptsTextAsModuleId() public {
        accepts("ATT-09", 4);
    }

    function test_ATT09_rejectsEmptyTextOtherTypesAndBadUtf8() public {
        rejects("ATT-09", 19);
    }

    function test_ATT10_acceptsSha384() public {
        accepts("ATT-10", 1);
    }

    function test_ATT10_rejectsOtherDigests() public {
        rejects("ATT-10", 7);
    }

    function test_ATT11_rejectsTimestampsOutOfRange() public {
        rejects("ATT-11", 7);
    }

    function test_ATT12_acceptsSparseAndFullBanks() public {
        accepts("ATT-12", 4);
    }

    function test_ATT12_rejectsOtherIndicesSizesTypesAndDuplicates() public {
        rejects("ATT-12", 22);
    }

    function test_ATT13_rejectsLeafsThatAreNoCertificate() public {
        rejects("ATT-13", 5);
    }

    function test_ATT14_acceptsOneToTenAuthorities() public {
        accepts("ATT-14", 5);
    }

    function test_ATT14_rejectsOtherNumbersAndTypes() public {
        rejects("ATT-14", 7);
    }

    function test_ATT15_acceptsAnyPublicKeyUpToTheLimit() public {
        accepts("ATT-15", 4);
    }

    function test_ATT15_rejectsLongerOnesAndOtherTypes() public {
        rejects("ATT-15", 4);
    }

    function test_ATT16_acceptsUserDataAndNonceUpToTheLimit() public {
        accepts("ATT-16", 8);
    }

    function test_ATT16_rejectsLongerOnesAndOtherTypes() public {
        rejects("ATT-16", 8);
    }

    function test_ATT18_acceptsTheLeafsSignature() public {
        accepts("ATT-18", 1);
    }

    function test_ATT18_rejectsEveryOtherSignature() public {
        rejects("ATT-18", 6);
    }

    function test_POL02_acceptsProductionMode() public {
        accepts("POL-02", 2);
    }

    function test_POL02_rejectsDebugModeAndSilenceAboutIt() public {
        rejects("POL-02", 7);
    }

    function test_CERT01_acceptsDer() public {
        accepts("CERT-01", 1);
    }

    function test_CERT01_rejectsEverythingThatIsNotDer() public {
        rejects("CERT-01", 12);
    }

    function test_CERT02_acceptsVersion3() public {
        accepts("CERT-02", 1);
    }

    function test_CERT02_rejectsOtherVersions() public {
        rejects("CERT-02", 5);
    }

    function test_CERT03_acceptsPositiveSerials() public {
        accepts("CERT-03", 4);
    }

    function test_CERT03_rejectsOtherSerials() public {
        rejects("CERT-03", 5);
    }

    function test_CERT04_acceptsEcdsaWithSha384() public {
        accepts("CERT-04", 1);
    }

    function test_CERT04_rejectsOtherAlgorithms() public {
        rejects("CERT-04", 5);
    }

    function test_CERT05_acceptsShortestSignatures() public {
        accepts("CERT-05", 1);
    }

    function test_CERT05_rejectsOtherForms() public {
        rejects("CERT-05", 11);
    }

    function test_CERT06_acceptsTimesThatExist() public {
        accepts("CERT-06", 6);
    }

    function test_CERT06_rejectsOtherFormsAndDays() public {
        rejects("CERT-06", 27);
    }

    function test_CERT07_acceptsP384Keys() public {
        accepts("CERT-07", 1);
    }

    function test_CERT07_rejectsOtherKeys() public {
        rejects("CERT-07", 9);
    }

    function test_CERT08_acceptsUnknownExtensions() public {
        accepts("CERT-08", 5);
    }

    function test_CERT08_rejectsCriticalDuplicateAndMalformedOnes() public {
        rejects("CERT-08", 21);
    }

    function test_CERT09_acceptsPathLengths() public {
        accepts("CERT-09", 3);
    }

    function test_CERT09_rejectsMalformedBasicConstraints() public {
        rejects("CERT-09", 11);
    }

    function test_CERT10_acceptsShortestBitLists() public {
        accepts("CERT-10", 2);
    }

    function test_CERT10_rejectsOthers() public {
        rejects("CERT-10", 12);
    }

    function test_CERT11_acceptsText() public {
        accepts("CERT-11", 5);
    }

    function test_CERT11_rejectsMalformedNames() public {
        rejects("CERT-11", 15);
    }

    function test_CHAIN01_acceptsThePinnedRoot() public {
        accepts("CHAIN-01", 1);
    }

    function test_CHAIN01_rejectsEveryOtherBeginning() public {
        rejects("CHAIN-01", 6);
    }

    function test_CHAIN02_acceptsTheWholeLastSecond() public {
        accepts("CHAIN-02", 4);
    }

    function test_CHAIN02_rejectsAnyCertificateOutOfItsValidity() public {
        rejects("CHAIN-02", 16);
    }

    function test_CHAIN03_acceptsALeafWithinTheSkew() public {
        accepts("CHAIN-03", 1);
    }

    function test_CHAIN03_rejectsBeyondItAndAuthorities() public {
        rejects("CHAIN-03", 2);
    }

    function test_CHAIN04_acceptsCriticalCas() public {
        accepts("CHAIN-04", 1);
    }

    function test_CHAIN04_rejectsIssuersThatAreNone() public {
        rejects("CHAIN-04", 12);
    }

    function test_CHAIN05_acceptsKeyCertSign() public {
        accepts("CHAIN-05", 1);
    }

    function test_CHAIN05_rejectsIssuersWithoutIt() public {
        rejects("CHAIN-05", 3);
    }

    function test_CHAIN06_acceptsPathLengthsThatHold() public {
        accepts("CHAIN-06", 4);
    }

    function test_CHAIN06_rejectsPathsThatAreTooLong() public {
        rejects("CHAIN-06", 4);
    }

    function test_CHAIN07_acceptsLeafsThatSignDocuments() public {
        accepts("CHAIN-07", 1);
    }

    function test_CHAIN07_rejectsAllOthers() public {
        rejects("CHAIN-07", 5);
    }

    function test_CHAIN08_acceptsNamesThatFollow() public {
        accepts("CHAIN-08", 2);
    }

    function test_CHAIN08_rejectsNamesThatDoNot() public {
        rejects("CHAIN-08", 6);
    }

    function test_CHAIN09_acceptsBothHalvesOfS() public {
        accepts("CHAIN-09", 1);
    }

    function test_CHAIN09_rejectsForgedAndOutOfRangeSignatures() public {
        rejects("CHAIN-09", 8);
    }

    // ------------------------------------------------------------------ running them

    function accepts(string memory rule, uint256 count) private {
        expectEqual(run(rule, true), count, "cases");
    }

    function rejects(string memory rule, uint256 count) private {
        expectEqual(run(rule, false), count, "cases");
    }

    /// Each on a verifier that knows nothing yet; what is accepted is then submitted again to the one that knows it now.
    function run(string memory rule, bool accepted) private returns (uint256 count) {
        string[] memory rules = vm.parseJsonStringArray(vectors, ".rule");
        string[] memory errors = vm.parseJsonStringArray(vectors, ".error");
        string[] memory whats = vm.parseJsonStringArray(vectors, ".what");
        bytes[] memory edits = vm.parseJsonBytesArray(vectors, ".edits");
        for (uint256 i = 0; i < rules.length; ++i) {
            bool rejected = bytes(errors[i]).length != 0;
            if (rejected == accepted || keccak256(bytes(rules[i])) != keccak256(bytes(rule))) continue;
            ++count;
            verifier = newVerifier();
            bytes memory candidate = edited(document, edits[i]);
            bytes4 expected = rejected ? errorSelector(errors[i]) : bytes4(0);
            bytes32 first = expectVerdict(candidate, whats[i], expected);
            if (accepted) expectEqual(expectVerdict(candidate, whats[i], expected), first, "the same again");
        }
    }

    function expectVerdict(bytes memory candidate, string memory what, bytes4 expected)
        private
        returns (bytes32 result)
    {
        // A document with another number of certificates needs another number of hints: the error tells.
        uint256 hints = 5;
        for (uint256 attempt = 0; attempt < 2; ++attempt) {
            try verifier.verifyAttestation(
                candidate, goodHints(hints), AGE_SECONDS_MAX, SKEW_SECONDS_MAX
            ) returns (
                Attestation memory attestation
            ) {
                require(expected == 0, WrongVerdict(what, expected, ""));
                return keccak256(abi.encode(attestation));
            } catch (bytes memory reason) {
                if (bytes4(reason) == IAttestationVerifier.HintsCount.selector) {
                    (hints,) = abi.decode(slice(reason, 4, 64), (uint256, uint256));
                    continue;
                }
                require(bytes4(reason) == expected, WrongVerdict(what, expected, reason));
                return 0;
            }
        }
    }

    function errorSelector(string memory name) private pure returns (bytes4) {
        bytes32 id = keccak256(bytes(name));
        if (id == keccak256("CborMalformed")) return IAttestationVerifier.CborMalformed.selector;
        if (id == keccak256("CoseMalformed")) return IAttestationVerifier.CoseMalformed.selector;
        if (id == keccak256("AttestationMalformed")) {
            return IAttestationVerifier.AttestationMalformed.selector;
        }
        if (id == keccak256("AttestationNitroTpm")) return IAttestationVerifier.AttestationNitroTpm.selector;
        if (id == keccak256("CertificateMalformed")) {
            return IAttestationVerifier.CertificateMalformed.selector;
        }
        if (id == keccak256("RootMismatch")) return IAttestationVerifier.RootMismatch.selector;
        if (id == keccak256("CertificateChainInvalid")) {
            return IAttestationVerifier.CertificateChainInvalid.selector;
        }
        if (id == keccak256("CertificateSignatureInvalid")) {
            return IAttestationVerifier.CertificateSignatureInvalid.selector;
        }
        if (id == keccak256("CertificateNotInValidity")) {
            return IAttestationVerifier.CertificateNotInValidity.selector;
        }
        if (id == keccak256("CoseSignatureInvalid")) {
            return IAttestationVerifier.CoseSignatureInvalid.selector;
        }
        if (id == keccak256("DebugEnclave")) return IAttestationVerifier.DebugEnclave.selector;
        revert(name);
    }
}
