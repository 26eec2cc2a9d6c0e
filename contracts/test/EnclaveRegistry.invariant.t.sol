// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {ApprovalStatus, ApproverStatus, KeyApproval, KeyInfo, KeyStatus} from "../src/IEnclaveRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// Plays owner, approvers and time at random over a few names, and remembers what must never change back.
contract RegistryActor is RegistryFixture {
    uint256 public constant NAMES = 3;

    /// Approvals made so far, replayed at random: out of order, after revocations, twice.
    KeyApproval[] private approvals;
    bytes[] private signatures;

    mapping(address => bool) public wasRevoked;
    /// By the revocation of its image or models, on the word of an approver in office.
    mapping(address => bool) public wasBuried;
    bool public cameBack;
    bool public wentBackwards;
    bool public registeredAgainstTheRules;
    uint256 public registrations;

    constructor() {
        setUpRegistry();
        // So many names that those below lie on both sides of the first word of revocations.
        for (uint256 i = 0; i < 245; ++i) {
            registry.revokeImage(bytes32(i));
        }
        for (uint256 i = 0; i < NAMES; ++i) {
            registry.approveImage(pcr(i), pcr(i), pcr(i));
            registry.approveModels(pcr(i));
            registry.addApprover(vm.addr(approverKeyOf(i)));
        }
    }

    function target() external view returns (EnclaveRegistry) {
        return registry;
    }

    function keyOf(uint256 name) public pure returns (address) {
        return vm.addr(1000 + name % NAMES);
    }

    function approverKeyOf(uint256 name) public pure returns (uint256) {
        return 2000 + name % NAMES;
    }

    function imageOf(uint256 name) public pure returns (bytes32) {
        bytes memory p = pcr(name % NAMES);
        return keccak256(bytes.concat(p, p, p));
    }

    function modelsOf(uint256 name) public pure returns (bytes32) {
        return keccak256(pcr(name % NAMES));
    }

    // ------------------------------------------------------------------ actions

    function approve(uint256 names, uint256 age, uint256 life) external {
        // Mostly a key's own image and models, or hardly any renewal would succeed.
        bool stray = (names >> 64) % 4 == 0;
        KeyApproval memory approval = KeyApproval({
            key: keyOf(names),
            imageId: imageOf(stray ? names >> 16 : names),
            modelsId: modelsOf(stray ? names >> 32 : names),
            documentHash: bytes32(names),
            attestedAtSeconds: uint64(block.timestamp + 5 minutes - age % 3.5 hours),
            expiresAtSeconds: uint64(block.timestamp + life % 8 days)
        });
        approvals.push(approval);
        signatures.push(signed(approval, approverKeyOf(names >> 48)));
        submit(approvals.length - 1);
    }

    function replay(uint256 index) external {
        if (approvals.length != 0) submit(index % approvals.length);
    }

    function submit(uint256 index) private {
        KeyApproval memory approval = approvals[index];
        KeyInfo memory before = registry.keyInfo(approval.key);
        try registry.registerApprovedKey(approval, signatures[index]) {
            ++registrations;
            KeyInfo memory info = registry.keyInfo(approval.key);
            if (info.status != KeyStatus.Active || before.status == KeyStatus.Revoked) {
                registeredAgainstTheRules = true;
            }
            if (registry.approverStatus(info.approver) != ApproverStatus.Active) {
                registeredAgainstTheRules = true;
            }
            if (
                (before.status == KeyStatus.Active || before.status == KeyStatus.Expired)
                    && (info.attestedAtSeconds <= before.attestedAtSeconds
                        || info.expiresAtSeconds <= before.expiresAtSeconds
                        || info.imageId != before.imageId
                        || info.modelsId != before.modelsId)
            ) wentBackwards = true;
        } catch {}
        remember();
    }

    function revokeKey(uint256 name, uint256 dice) external {
        if (dice % 4 != 0) return;
        registry.revokeKey(keyOf(name));
        wasRevoked[keyOf(name)] = true;
    }

    function revokeImage(uint256 name, uint256 dice) external {
        if (dice % 8 != 0) return;
        registry.revokeImage(imageOf(name));
        for (uint256 i = 0; i < NAMES; ++i) {
            KeyInfo memory info = registry.keyInfo(keyOf(i));
            if (isSaid(info) && info.imageId == imageOf(name)) wasBuried[keyOf(i)] = true;
        }
    }

    function revokeModels(uint256 name, uint256 dice) external {
        if (dice % 8 != 0) return;
        registry.revokeModels(modelsOf(name));
        for (uint256 i = 0; i < NAMES; ++i) {
            KeyInfo memory info = registry.keyInfo(keyOf(i));
            if (isSaid(info) && info.modelsId == modelsOf(name)) wasBuried[keyOf(i)] = true;
        }
    }

    function revokeApprover(uint256 name, uint256 dice) external {
        if (dice % 8 != 0) return;
        registry.revokeApprover(vm.addr(approverKeyOf(name)));
        for (uint256 i = 0; i < NAMES; ++i) {
            // Nobody said it, so nothing buries it.
            if (registry.keyInfo(keyOf(i)).approver == vm.addr(approverKeyOf(name))) {
                wasBuried[keyOf(i)] = false;
            }
        }
    }

    function isSaid(KeyInfo memory info) private view returns (bool) {
        return info.route != 0 && registry.approverStatus(info.approver) != ApproverStatus.Revoked;
    }

    /// The owner tries to allow again what was forbidden.
    function allowAgain(uint256 name) external {
        bytes memory p = pcr(name % NAMES);
        try registry.approveImage(p, p, p) {} catch {}
        try registry.approveModels(p) {} catch {}
        try registry.addApprover(vm.addr(approverKeyOf(name))) {} catch {}
        remember();
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 2 days);
        remember();
    }

    function remember() private {
        for (uint256 i = 0; i < NAMES; ++i) {
            bool isRevoked = registry.keyStatus(keyOf(i)) == KeyStatus.Revoked;
            if (isRevoked != (wasRevoked[keyOf(i)] || wasBuried[keyOf(i)])) cameBack = true;
        }
    }
}

contract EnclaveRegistryInvariantTest is RegistryFixture {
    RegistryActor private actor;

    function setUp() public {
        actor = new RegistryActor();
    }

    /// forge asks the test which contracts to call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    function invariant_aRevokedKeyStaysRevoked() public view {
        expectFalse(actor.cameBack(), "a revoked key came back, or one was revoked by nothing");
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            address k = actor.keyOf(i);
            if (actor.wasRevoked(k) || actor.wasBuried(k)) {
                expectTrue(actor.target().keyStatus(k) == KeyStatus.Revoked, "a revoked key came back");
            }
        }
    }

    function invariant_anActiveKeyHasAllItNeeds() public view {
        EnclaveRegistry target = actor.target();
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = target.keyInfo(actor.keyOf(i));
            expectTrue(target.isKeyActive(actor.keyOf(i)) == (info.status == KeyStatus.Active), "two truths");
            if (info.status != KeyStatus.Active) continue;
            expectTrue(target.imageStatus(info.imageId) == ApprovalStatus.Approved, "image");
            expectTrue(target.modelsStatus(info.modelsId) == ApprovalStatus.Approved, "models");
            ApproverStatus approverStatus = target.approverStatus(info.approver);
            expectTrue(
                approverStatus == ApproverStatus.Active || approverStatus == ApproverStatus.Retired,
                "approver"
            );
            expectTrue(block.timestamp < info.expiresAtSeconds, "expiry");
            expectTrue(info.expiresAtSeconds <= info.attestedAtSeconds + 7 days, "lifetime");
        }
    }

    /// The packed words say what the names' own statuses say.
    function invariant_theStatusFollowsFromWhatTheKeyRestsOn() public view {
        EnclaveRegistry target = actor.target();
        for (uint256 i = 0; i < actor.NAMES(); ++i) {
            KeyInfo memory info = target.keyInfo(actor.keyOf(i));
            if (actor.wasRevoked(actor.keyOf(i)) || actor.wasBuried(actor.keyOf(i))) continue;
            KeyStatus expected =
                block.timestamp < info.expiresAtSeconds ? KeyStatus.Active : KeyStatus.Expired;
            if (target.approverStatus(info.approver) == ApproverStatus.Revoked) expected = KeyStatus.Unknown;
            if (info.route == 0) expected = KeyStatus.Unknown;
            expectTrue(info.status == expected, "status");
        }
    }

    function invariant_registrationsFollowTheRulesAndGoForward() public view {
        expectFalse(actor.registeredAgainstTheRules(), "registered against the rules");
        expectFalse(actor.wentBackwards(), "a renewal went backwards");
    }
}
