// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {
    EnclaveVerification,
    KeyApproval,
    KeyInfo,
    KeyStatus,
    ROUTE_APPROVAL,
    ROUTE_ATTESTATION,
    ROUTE_VERIFIER_ENCLAVE
} from "../src/IEnclaveRegistry.sol";
import {AttestationRegistryFixture} from "./AttestationRegistryFixture.sol";
import {Wallet} from "./Base.sol";
import {DocumentPress} from "./DocumentPress.sol";

/// Plays the three routes in one registry: enclaves that show documents and vouch for others, approvers and one who is none,
/// strangers who submit again or change what was said, an owner who revokes and closes, and time. Beside the registry it keeps
/// its own book of who said what, and reads every status and every admission from that as well.
contract RoutesActor is DocumentPress {
    uint256 public constant NAMES = 4;
    /// The first two are approved as verifiers.
    uint256 public constant IMAGES = 3;
    uint256 public constant MODEL_SETS = 2;
    uint256 private constant VERIFIER_IMAGES = 2;
    /// The last one is a stranger.
    uint256 private constant APPROVERS = 3;

    /// @param voucher The number of the approver, or the name of the enclave that vouches.
    /// @param verifierImage What that enclave was registered with; so is `verifierModels`.
    struct Claim {
        uint8 route;
        uint256 name;
        uint256 image;
        uint256 models;
        uint256 voucher;
        uint256 verifierImage;
        uint256 verifierModels;
        uint64 attestedAtSeconds;
        uint64 expiresAtSeconds;
    }

    /// @param proof The document, or the signature.
    struct Said {
        Claim claim;
        bytes proof;
    }

    Said[] private said;
    mapping(bytes32 documentHash => bool) private documentIsSigned;
    Claim[NAMES] private book;
    bytes[NAMES] private points;
    address[NAMES] public keys;

    bool[NAMES] public keyIsRevoked;
    bool[IMAGES] public imageIsRevoked;
    bool[IMAGES] private verifierImageIsRevoked;
    bool[MODEL_SETS] public modelsAreRevoked;
    bool[APPROVERS] private approverIsOut;
    bool[APPROVERS] private approverIsRevoked;
    bool[4] public routeIsClosed;

    bool public admittedWrongly;
    bool public refusedWrongly;
    bool public displacedWhatWeighsMore;
    bool public changedAnotherKey;
    uint256[4] public admissions;

    constructor() {
        setUpPress();
        for (uint256 name = 0; name < NAMES; ++name) {
            Wallet memory wallet = vm.createWallet(name + 1);
            keys[name] = wallet.addr;
            points[name] = abi.encodePacked(wallet.publicKeyX, wallet.publicKeyY);
        }
        for (uint256 image = 0; image < IMAGES; ++image) {
            registry.approveImage(pcrOf(image), pcrs[1], pcrs[2]);
            if (image < VERIFIER_IMAGES) registry.approveVerifierImage(imageOf(image));
        }
        for (uint256 models = 0; models < MODEL_SETS; ++models) {
            registry.approveModels(pcr16Of(models));
        }
        for (uint256 i = 0; i + 1 < APPROVERS; ++i) {
            registry.addApprover(vm.addr(APPROVER_KEY + i));
        }
        approverIsOut[APPROVERS - 1] = true;
    }

    function target() external view returns (EnclaveRegistry) {
        return registry;
    }

    function imageOf(uint256 image) public view returns (bytes32) {
        return keccak256(bytes.concat(pcrOf(image), pcrs[1], pcrs[2]));
    }

    function modelsOf(uint256 models) public pure returns (bytes32) {
        return keccak256(pcr16Of(models));
    }

    function pcr16Of(uint256 models) private pure returns (bytes memory) {
        return pcrOf(1000 + models);
    }

    // ------------------------------------------------------------------ actions

    /// Somebody says something about a key, by whichever route, and somebody submits it.
    function say(uint256 dice) external {
        for (uint256 i = 0; i < 4; ++i) {
            dice = uint256(keccak256(abi.encode(dice)));
            sayOf(uint8(1 + dice % 3), (dice >> 8) % NAMES, dice >> 16);
        }
    }

    /// The name's own measurements, by whoever may say so.
    function sayTrue(uint8 route, uint256 name, uint64 ageSeconds) external {
        route = 1 + route % 3;
        sayOf(route, name % NAMES, uint256(1 << 32 | 1 << 16 | 1 << 8) | uint256(ageSeconds % 2000) << 48);
    }

    function sayOf(uint8 route, uint256 name, uint256 dice) private {
        Claim memory claim;
        (claim.route, claim.name) = (route, name);
        // Mostly a key's own measurements, or hardly any renewal would succeed.
        claim.image = (dice >> 16) % 4 == 0 ? (dice >> 24) % IMAGES : name % IMAGES;
        claim.models = (dice >> 32) % 8 == 0 ? (dice >> 40) % MODEL_SETS : name % MODEL_SETS;
        claim.attestedAtSeconds = uint64(block.timestamp + 200 - (dice >> 48) % 2000);
        uint64 life = (dice >> 64) % 4 == 1 ? 1 hours : 7 days;
        claim.expiresAtSeconds = claim.attestedAtSeconds + (route == ROUTE_ATTESTATION ? 7 days : life);
        claim.voucher = dice % (route == ROUTE_APPROVAL ? APPROVERS : NAMES);
        // Mostly one that may.
        for (uint256 i = 0; i < NAMES && (dice >> 8) % 4 != 0 && !mayBeSaid(claim); ++i) {
            claim.voucher = (claim.voucher + 1) % (route == ROUTE_APPROVAL ? APPROVERS : NAMES);
        }
        Said memory one = Said(claim, proofOf(claim));
        said.push(one);
        submit(one, true);
    }

    /// As said, or with another key, image, time or route.
    function replay(uint256 index, uint256 dice) external {
        if (said.length == 0) return;
        Said memory one = said[index % said.length];
        bytes32 before = keccak256(abi.encode(one.claim));
        if (dice % 5 == 0) one.claim.name = (dice >> 8) % NAMES;
        if (dice % 5 == 1) one.claim.image = (dice >> 8) % IMAGES;
        if (dice % 5 == 2) one.claim.expiresAtSeconds += uint64((dice >> 8) % 100);
        if (dice % 5 == 3 && one.claim.route != ROUTE_ATTESTATION) one.claim.route = 4 - one.claim.route;
        bool isSigned = keccak256(abi.encode(one.claim)) == before;
        if (one.claim.route == ROUTE_ATTESTATION) {
            // A document's time says when its registration expires.
            one.claim.expiresAtSeconds = one.claim.attestedAtSeconds + 7 days;
            one.proof = document_(one.claim);
            isSigned = documentIsSigned[keccak256(one.proof)];
        }
        submit(one, isSigned);
    }

    function revokeKey(uint256 name, uint256 dice) external {
        if (dice % 16 != 0) return;
        keyIsRevoked[name % NAMES] = true;
        registry.revokeKey(keys[name % NAMES]);
    }

    function revokeMeasurement(uint256 which, uint256 dice) external {
        if (dice % 16 != 0) return;
        uint256 image = which % IMAGES;
        if (dice % 3 == 0) {
            modelsAreRevoked[which % MODEL_SETS] = true;
            registry.revokeModels(modelsOf(which % MODEL_SETS));
        } else if (dice % 3 == 1) {
            (imageIsRevoked[image], verifierImageIsRevoked[image]) = (true, true);
            registry.revokeImage(imageOf(image));
        } else {
            verifierImageIsRevoked[image] = true;
            registry.revokeVerifierImage(imageOf(image));
        }
    }

    function changeApprover(uint256 which, uint256 dice) external {
        which %= APPROVERS - 1;
        address account = vm.addr(APPROVER_KEY + which);
        if (dice % 16 == 0) {
            (approverIsRevoked[which], approverIsOut[which]) = (true, true);
            registry.revokeApprover(account);
        } else if (dice % 16 == 1 && !approverIsOut[which]) {
            approverIsOut[which] = true;
            registry.retireApprover(account);
        } else if (dice % 16 < 5 && !approverIsRevoked[which]) {
            approverIsOut[which] = false;
            registry.addApprover(account);
        }
    }

    function closeRoute(uint256 route, uint256 dice) external {
        if (dice % 32 != 0) return;
        route = 1 + route % 3;
        routeIsClosed[route] = true;
        if (route == ROUTE_ATTESTATION) routeIsClosed[ROUTE_VERIFIER_ENCLAVE] = true;
        registry.closeRoute(uint8(route));
    }

    /// Minutes, and now and then as long as no registration lives.
    function wait(uint256 time, uint256 dice) external {
        vm.warp(block.timestamp + (dice % 32 == 0 ? 8 days : time % 10 minutes));
    }

    // ------------------------------------------------------------------ what the registry does

    function submit(Said memory one, bool isSigned) private {
        Claim memory claim = one.claim;
        bool due = isSigned && mayBeSaid(claim) && mayReplace(claim);
        KeyInfo[NAMES] memory before;
        for (uint256 i = 0; i < NAMES; ++i) {
            before[i] = registry.keyInfo(keys[i]);
        }
        bool admitted = hand(one);
        if (admitted && !due) admittedWrongly = true;
        if (!admitted && due) refusedWrongly = true;
        for (uint256 i = 0; i < NAMES; ++i) {
            bool concerned = admitted && i == claim.name;
            bytes32 now_ = keccak256(abi.encode(registry.keyInfo(keys[i])));
            if (!concerned && keccak256(abi.encode(before[i])) != now_) changedAnotherKey = true;
        }
        if (!admitted) return;
        ++admissions[claim.route];
        KeyInfo memory was = before[claim.name];
        if (was.status == KeyStatus.Active && weightOf(was.route) > weightOf(claim.route)) {
            displacedWhatWeighsMore = true;
        }
        if (claim.route == ROUTE_VERIFIER_ENCLAVE) {
            claim.verifierImage = book[claim.voucher].image;
            claim.verifierModels = book[claim.voucher].models;
        }
        book[claim.name] = claim;
    }

    function hand(Said memory one) private returns (bool) {
        if (one.claim.route == ROUTE_APPROVAL) {
            try registry.registerApprovedKey(approvalOf(one.claim), one.proof) {
                return true;
            } catch {}
        } else if (one.claim.route == ROUTE_ATTESTATION) {
            try registry.registerEnclave(one.proof, goodHints(5)) {
                return true;
            } catch {}
        } else {
            try registry.registerVerifiedEnclave(verificationOf(one.claim), one.proof) {
                return true;
            } catch {}
        }
        return false;
    }

    // ------------------------------------------------------------------ what the rules say

    /// The rules of IEnclaveRegistry once more, over the book.
    function expectedStatus(uint256 name) public view returns (KeyStatus) {
        Claim memory claim = book[name];
        if (keyIsRevoked[name]) return KeyStatus.Revoked;
        if (claim.route == 0 || routeIsClosed[claim.route]) return KeyStatus.Unknown;
        if (claim.route == ROUTE_APPROVAL && approverIsRevoked[claim.voucher]) return KeyStatus.Unknown;
        if (claim.route == ROUTE_VERIFIER_ENCLAVE) {
            bool fell = keyIsRevoked[claim.voucher] || verifierImageIsRevoked[claim.verifierImage]
                || modelsAreRevoked[claim.verifierModels];
            if (fell) return KeyStatus.Unknown;
        }
        if (imageIsRevoked[claim.image] || modelsAreRevoked[claim.models]) return KeyStatus.Revoked;
        return block.timestamp < claim.expiresAtSeconds ? KeyStatus.Active : KeyStatus.Expired;
    }

    function mayBeSaid(Claim memory claim) private view returns (bool) {
        if (routeIsClosed[claim.route] || imageIsRevoked[claim.image] || modelsAreRevoked[claim.models]) {
            return false;
        }
        if (block.timestamp > claim.attestedAtSeconds + 3 hours) return false;
        if (claim.attestedAtSeconds > block.timestamp + 5 minutes) return false;
        if (block.timestamp >= claim.expiresAtSeconds) return false;
        if (claim.route == ROUTE_APPROVAL) return !approverIsOut[claim.voucher];
        // The leaf certificate's end.
        if (claim.route == ROUTE_ATTESTATION) return block.timestamp <= NOW - 57 + 3 hours;
        Claim memory verifier_ = book[claim.voucher];
        return expectedStatus(claim.voucher) == KeyStatus.Active && verifier_.route == ROUTE_ATTESTATION
            && verifier_.image < VERIFIER_IMAGES && !verifierImageIsRevoked[verifier_.image];
    }

    function mayReplace(Claim memory claim) private view returns (bool) {
        Claim memory previous = book[claim.name];
        KeyStatus status = expectedStatus(claim.name);
        if (status == KeyStatus.Revoked) return false;
        if (status == KeyStatus.Unknown || weightOf(claim.route) > weightOf(previous.route)) return true;
        if (weightOf(claim.route) < weightOf(previous.route) && status == KeyStatus.Active) return false;
        return claim.image == previous.image && claim.models == previous.models
            && claim.attestedAtSeconds > previous.attestedAtSeconds
            && claim.expiresAtSeconds > previous.expiresAtSeconds;
    }

    function weightOf(uint8 route) private pure returns (uint256) {
        return route == ROUTE_ATTESTATION ? 3 : route == ROUTE_VERIFIER_ENCLAVE ? 2 : 1;
    }

    // ------------------------------------------------------------------ what is said, in bytes

    function proofOf(Claim memory claim) private returns (bytes memory proof) {
        if (claim.route == ROUTE_APPROVAL) {
            return signedBy(APPROVER_KEY + claim.voucher, hashApproval(approvalOf(claim)));
        }
        if (claim.route == ROUTE_VERIFIER_ENCLAVE) {
            return signedBy(claim.voucher + 1, hashVerification(verificationOf(claim)));
        }
        proof = document_(claim);
        signDocument(proof);
        documentIsSigned[keccak256(proof)] = true;
    }

    function document_(Claim memory claim) private view returns (bytes memory) {
        uint256 timestampMs = uint256(claim.attestedAtSeconds) * 1000;
        return printed(points[claim.name], pcrOf(claim.image), pcr16Of(claim.models), timestampMs);
    }

    function approvalOf(Claim memory claim) private view returns (KeyApproval memory) {
        return KeyApproval({
            key: keys[claim.name],
            imageId: imageOf(claim.image),
            modelsId: modelsOf(claim.models),
            documentHash: keccak256("document"),
            attestedAtSeconds: claim.attestedAtSeconds,
            expiresAtSeconds: claim.expiresAtSeconds
        });
    }

    function verificationOf(Claim memory claim) private view returns (EnclaveVerification memory) {
        return EnclaveVerification({
            key: keys[claim.name],
            imageId: imageOf(claim.image),
            modelsId: modelsOf(claim.models),
            documentHash: keccak256("document"),
            rootHash: verifier.rootHash(),
            attestedAtSeconds: claim.attestedAtSeconds,
            expiresAtSeconds: claim.expiresAtSeconds
        });
    }
}

contract RegistryRoutesInvariantTest is AttestationRegistryFixture {
    RoutesActor private actor;

    function setUp() public {
        actor = new RoutesActor();
    }

    /// forge asks the test which contracts to call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    function infoOf(uint256 name) private view returns (KeyInfo memory) {
        return actor.target().keyInfo(actor.keys(name));
    }

    function invariant_whatIsAdmittedIsWhatTheRulesAdmit() public view {
        expectFalse(actor.admittedWrongly(), "no document, approver or verifier said so");
        expectFalse(actor.refusedWrongly(), "refused what should count");
        expectFalse(actor.changedAnotherKey(), "a statement is about its own key alone");
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            expectEqual(uint256(infoOf(i).status), uint256(actor.expectedStatus(i)), "status");
            bool isActive = actor.target().isKeyActive(actor.keys(i));
            expectTrue(isActive == (infoOf(i).status == KeyStatus.Active), "isKeyActive");
        }
    }

    function invariant_revokedNeverBecomesActive() public view {
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = infoOf(i);
            if (actor.keyIsRevoked(i)) expectTrue(info.status == KeyStatus.Revoked, "a revoked key");
            if (info.status != KeyStatus.Active) continue;
            for (uint256 image = 0; image < actor.IMAGES(); ++image) {
                bool revoked = actor.imageIsRevoked(image) && info.imageId == actor.imageOf(image);
                expectFalse(revoked, "a revoked image");
            }
            for (uint256 models = 0; models < actor.MODEL_SETS(); ++models) {
                bool revoked = actor.modelsAreRevoked(models) && info.modelsId == actor.modelsOf(models);
                expectFalse(revoked, "a revoked model set");
            }
        }
    }

    function invariant_theHeavierRouteIsNotDisplaced() public view {
        expectFalse(actor.displacedWhatWeighsMore(), "displaced");
    }

    function invariant_keysOfAClosedRouteAreNotActive() public view {
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = infoOf(i);
            if (actor.routeIsClosed(info.route)) expectTrue(info.status != KeyStatus.Active, "closed route");
        }
    }

    /// Without this the invariants could hold because nothing ever happens.
    function test_theActorAdmitsByEveryRoute_andWeighs() public {
        actor.sayTrue(ROUTE_APPROVAL - 1, 0, 400);
        actor.sayTrue(ROUTE_ATTESTATION - 1, 0, 300);
        actor.sayTrue(ROUTE_APPROVAL - 1, 0, 200);
        expectEqual(actor.admissions(ROUTE_APPROVAL), 1, "an approval, and not over a document");
        expectEqual(actor.admissions(ROUTE_ATTESTATION), 1, "a document");
        actor.sayTrue(ROUTE_VERIFIER_ENCLAVE - 1, 1, 300);
        actor.sayTrue(ROUTE_VERIFIER_ENCLAVE - 1, 1, 200);
        actor.replay(3, 4);
        expectEqual(actor.admissions(ROUTE_VERIFIER_ENCLAVE), 2, "a verifier's word");
        actor.revokeKey(0, 0);
        expectEqual(uint256(actor.expectedStatus(1)), uint256(KeyStatus.Unknown), "falls with the verifier");
        actor.sayTrue(ROUTE_VERIFIER_ENCLAVE - 1, 1, 100);
        expectEqual(actor.admissions(ROUTE_VERIFIER_ENCLAVE), 2, "no word of a revoked one");
        actor.closeRoute(ROUTE_ATTESTATION - 1, 0);
        actor.sayTrue(ROUTE_APPROVAL - 1, 1, 100);
        expectEqual(actor.admissions(ROUTE_APPROVAL), 2, "anew after the route was closed");
        invariant_whatIsAdmittedIsWhatTheRulesAdmit();
        invariant_theHeavierRouteIsNotDisplaced();
        invariant_keysOfAClosedRouteAreNotActive();
    }

    /// A verifier with other models than the key it vouches for.
    function test_theActorsVerifierFallsWithItsModels() public {
        actor.sayTrue(ROUTE_ATTESTATION - 1, 1, 300);
        actor.sayTrue(ROUTE_VERIFIER_ENCLAVE - 1, 2, 300);
        expectEqual(uint256(actor.expectedStatus(2)), uint256(KeyStatus.Active), "vouched for");
        actor.revokeMeasurement(1, 0);
        expectTrue(actor.modelsAreRevoked(1), "models");
        expectEqual(uint256(actor.expectedStatus(2)), uint256(KeyStatus.Unknown), "fallen");
        invariant_whatIsAdmittedIsWhatTheRulesAdmit();
    }
}
