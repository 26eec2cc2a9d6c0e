// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, KeyInfo, KeyStatus} from "../src/IEnclaveRegistry.sol";
import {DocumentPress} from "./DocumentPress.sol";

/// Enclaves of one image may have a receipt key in common (SPEC.md 10.2). Each comes with a document of its own, which says
/// which one it is, and any of them keeps the key registered.
contract KeptReceiptKeyTest is DocumentPress {
    string private constant OTHER_MODULE = "i-0123456789abcdef0-encfedcba9876543210";
    bytes32 private constant OTHER_KEYSET = keccak256("the keyset of another enclave");

    function setUp() public {
        setUpPress();
        registry.registerEnclave(document, goodHints(5));
    }

    function test_isRegisteredByAnyOfItsEnclaves_andEachIsNamed() public {
        bytes memory other = documentOfAnother((NOW + 30) * 1000);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IEnclaveRegistry.EnclaveAttested(key, OTHER_KEYSET, keccak256(bytes(OTHER_MODULE)));
        expectEqual(registry.registerEnclave(other, warmHints(5)), key, "one key");
        expectRegistered(NOW + 30);
        // Neither rewinds what the other registered.
        expectRefused(document, notNewer(NOW + 30));
        expectRegistered(NOW + 30);
    }

    /// The attack: the document of an enclave that is gone, to shorten the life of a key that another has.
    function test_isNotSetBackByAnOlderDocumentOfAnother() public {
        expectRefused(documentOfAnother((NOW - 90) * 1000), notNewer(NOW - 30));
        expectRegistered(NOW - 30);
    }

    /// What leaked in one enclave leaked for all that have it: no document of any brings the key back.
    function test_isRevokedForAllItsEnclaves() public {
        registry.revokeKey(key);
        expectRefused(
            documentOfAnother((NOW + 30) * 1000),
            abi.encodeWithSelector(IEnclaveRegistry.KeyIsRevoked.selector, key)
        );
        expectTrue(registry.keyStatus(key) == KeyStatus.Revoked, "for ever");
    }

    /// The vectors' document as another enclave of the same image, with the same models and the same key, would have it made.
    function documentOfAnother(uint256 timestampMs) private returns (bytes memory made) {
        uint256 pointAt = find(document, "public_key") + 13;
        made = printed(slice(document, pointAt, 64), pcrs[0], pcrs[3], timestampMs);
        // Behind the heads of both, and the purpose.
        write(made, find(made, "module_id") + 11, bytes(OTHER_MODULE));
        write(made, find(made, "user_data") + 11 + 16, bytes.concat(OTHER_KEYSET));
        signDocument(made);
    }

    function write(bytes memory data, uint256 pos, bytes memory content) private pure {
        for (uint256 i = 0; i < content.length; ++i) {
            data[pos + i] = content[i];
        }
    }

    function expectRegistered(uint256 attestedAtSeconds) private view {
        KeyInfo memory info = registry.keyInfo(key);
        expectTrue(info.status == KeyStatus.Active, "active");
        expectEqual(info.attestedAtSeconds, attestedAtSeconds, "attestedAtSeconds");
        expectEqual(info.expiresAtSeconds, attestedAtSeconds + 7 days, "expiresAtSeconds");
    }

    function notNewer(uint256 attestedAtSeconds) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IEnclaveRegistry.RegistrationNotNewer.selector, key, attestedAtSeconds, attestedAtSeconds + 7 days
        );
    }

    function expectRefused(bytes memory document_, bytes memory reason) private {
        bytes[] memory hints = warmHints(5);
        vm.expectRevert(reason);
        registry.registerEnclave(document_, hints);
    }
}
