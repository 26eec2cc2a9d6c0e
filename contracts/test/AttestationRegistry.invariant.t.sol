// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {ApprovalStatus, KeyInfo, KeyStatus, ROUTE_ATTESTATION} from "../src/IEnclaveRegistry.sol";
import {NitroAttestationVerifier} from "../src/attestation/NitroAttestationVerifier.sol";
import {AttestationRegistryFixture} from "./AttestationRegistryFixture.sol";
import {DocumentPress} from "./DocumentPress.sol";

/// Plays enclaves that make documents, strangers that submit them or forge their own, an owner who revokes, a revoker of
/// certificates, and time. Remembers what was really signed.
contract AttestationActor is DocumentPress {
    uint256 public constant NAMES = 3;

    /// Genuine documents so far, submitted again at random.
    bytes[] private documents;
    /// The newest time at which an enclave signed for a key, and everything else it signed with it.
    mapping(address key => mapping(uint256 timestampMs => bytes32 binding)) private signedBinding;
    mapping(address key => bool) public wasSignedFor;

    address[NAMES] public keys;
    mapping(address => bool) public wasRevoked;
    bool public pathIsRevoked;

    bool public registeredWhatNobodySigned;
    bool public registeredUnderARevokedPath;
    bool public registeredAfterExpiry;
    bool public wentBackwards;
    bool public cameBack;
    uint256 public registrations;

    constructor() {
        setUpPress();
        for (uint256 name = 0; name < NAMES; ++name) {
            keys[name] = address(uint160(uint256(keccak256(pointOf(name)))));
            registry.approveImage(pcrOf(name), pcrs[1], pcrs[2]);
        }
    }

    function target() external view returns (EnclaveRegistry) {
        return registry;
    }

    function attestationTarget() external view returns (NitroAttestationVerifier) {
        return verifier;
    }

    function pointOf(uint256 name) private pure returns (bytes memory) {
        return abi.encodePacked(keccak256(abi.encode("x", name)), keccak256(abi.encode("y", name)));
    }

    function imageOf(uint256 name) public view returns (bytes32) {
        return keccak256(bytes.concat(pcrOf(name), pcrs[1], pcrs[2]));
    }

    // ------------------------------------------------------------------ actions

    /// An enclave draws a document and somebody submits it at once.
    function attest(uint256 name, uint256 image, uint256 age) external {
        name %= NAMES;
        // Mostly a key's own image, or hardly any renewal would succeed.
        image = image % 4 == 0 ? (image >> 8) % NAMES : name;
        uint256 timestampMs = block.timestamp * 1000 + 200_000 - age % 2_000_000;
        bytes memory made = documentOf(name, image, timestampMs);
        signDocument(made);
        signedBinding[keys[name]][timestampMs / 1000] = imageOf(image);
        wasSignedFor[keys[name]] = true;
        documents.push(made);
        submit(made);
    }

    function replay(uint256 index) external {
        if (documents.length != 0) submit(documents[index % documents.length]);
    }

    /// A stranger takes a genuine document and puts in what it likes.
    function forge(uint256 index, uint256 place, uint8 change) external {
        if (documents.length == 0 || change == 0) return;
        bytes memory forged = documents[index % documents.length];
        forged[place % forged.length] ^= bytes1(change);
        submit(forged);
    }

    function forgeFields(uint256 name, uint256 image, uint256 timestampMs) external {
        submit(documentOf(name % NAMES, image % NAMES, block.timestamp * 1000 - timestampMs % 1_000_000));
    }

    function revokeKey(uint256 name, uint256 dice) external {
        if (dice % 16 != 0) return;
        registry.revokeKey(keys[name % NAMES]);
        wasRevoked[keys[name % NAMES]] = true;
    }

    function revokeImage(uint256 name, uint256 dice) external {
        if (dice % 32 != 0) return;
        registry.revokeImage(imageOf(name % NAMES));
        remember();
    }

    function revokeCertificate(uint256 which, uint256 dice) external {
        if (dice % 64 != 0) return;
        (bytes memory issuer, bytes memory serial) = issuerAndSerial(which % 5);
        verifier.revokeBySerial(issuer, serial);
        pathIsRevoked = true;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 10 minutes);
        remember();
    }

    // ------------------------------------------------------------------ internal

    function submit(bytes memory document_) private {
        KeyInfo[NAMES] memory before;
        for (uint256 i = 0; i < NAMES; ++i) {
            before[i] = registry.keyInfo(keys[i]);
        }
        try registry.registerEnclave(document_, goodHints(5)) returns (address registered) {
            ++registrations;
            KeyInfo memory info = registry.keyInfo(registered);
            bool signed =
                signedBinding[registered][info.attestedAtSeconds] == info.imageId && wasSignedFor[registered];
            if (!signed) registeredWhatNobodySigned = true;
            if (pathIsRevoked) registeredUnderARevokedPath = true;
            if (block.timestamp > NOW - 57 + 3 hours) registeredAfterExpiry = true;
            for (uint256 i = 0; i < NAMES; ++i) {
                KeyInfo memory now_ = registry.keyInfo(keys[i]);
                if (before[i].status == KeyStatus.Revoked && now_.status != KeyStatus.Revoked) {
                    cameBack = true;
                }
                if (keys[i] == registered) {
                    if (before[i].route != 0 && now_.attestedAtSeconds <= before[i].attestedAtSeconds) {
                        wentBackwards = true;
                    }
                } else if (keccak256(abi.encode(before[i])) != keccak256(abi.encode(now_))) {
                    // A document speaks for its own key alone.
                    registeredWhatNobodySigned = true;
                }
            }
        } catch {}
        remember();
    }

    function remember() private {
        for (uint256 i = 0; i < NAMES; ++i) {
            if (registry.keyStatus(keys[i]) == KeyStatus.Revoked) wasRevoked[keys[i]] = true;
        }
    }

    function documentOf(uint256 name, uint256 image, uint256 timestampMs)
        private
        view
        returns (bytes memory)
    {
        return printed(pointOf(name), pcrOf(image), pcrs[3], timestampMs);
    }
}

contract AttestationRegistryInvariantTest is AttestationRegistryFixture {
    AttestationActor private actor;

    function setUp() public {
        actor = new AttestationActor();
    }

    /// forge asks the test which contracts to call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    function invariant_noCallerRegistersAKeyThatNoDocumentContains() public view {
        expectFalse(actor.registeredWhatNobodySigned(), "registered what nobody signed");
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = actor.target().keyInfo(actor.keys(i));
            if (info.route == 0) continue;
            expectEqual(info.route, ROUTE_ATTESTATION, "route");
            expectTrue(actor.wasSignedFor(actor.keys(i)), "nobody signed for this key");
        }
    }

    function invariant_revokedKeysNeverBecomeActive() public view {
        expectFalse(actor.cameBack(), "came back");
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            if (actor.wasRevoked(actor.keys(i))) {
                expectTrue(actor.target().keyStatus(actor.keys(i)) == KeyStatus.Revoked, "came back");
            }
        }
    }

    function invariant_aRevokedOrExpiredPathNeverValidates() public view {
        expectFalse(actor.registeredUnderARevokedPath(), "a revoked certificate");
        expectFalse(actor.registeredAfterExpiry(), "an expired certificate");
    }

    function invariant_activeKeysHaveAllTheyNeed_andGoForward() public view {
        expectFalse(actor.wentBackwards(), "a renewal went backwards");
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = actor.target().keyInfo(actor.keys(i));
            if (info.status != KeyStatus.Active) continue;
            expectTrue(actor.target().imageStatus(info.imageId) == ApprovalStatus.Approved, "image");
            expectTrue(actor.target().modelsStatus(info.modelsId) == ApprovalStatus.Approved, "models");
            expectEqual(info.expiresAtSeconds, info.attestedAtSeconds + 7 days, "lifetime");
            expectTrue(block.timestamp < info.expiresAtSeconds, "expiry");
        }
    }

    /// Without this the invariants could hold because nothing ever happens.
    function test_theActorRegistersAndRenews() public {
        actor.attest(0, 1, 1_000_000);
        actor.attest(0, 1, 500_000);
        actor.attest(1, 1, 500_000);
        expectEqual(actor.registrations(), 3, "registrations");
        actor.forgeFields(2, 2, 0);
        actor.replay(0);
        actor.replay(1);
        expectEqual(actor.registrations(), 3, "nothing more");
    }
}
