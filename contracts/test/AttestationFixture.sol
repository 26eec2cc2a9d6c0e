// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Attestation} from "../src/attestation/IAttestationVerifier.sol";
import {NitroAttestationVerifier} from "../src/attestation/NitroAttestationVerifier.sol";
import {Base} from "./Base.sol";

/// In the place of the SHA-384 contract: any function without collisions will do where no real signature is checked.
contract Sha384StandIn {
    fallback(bytes calldata input) external returns (bytes memory digests) {
        uint256 count = uint256(bytes32(input[:32]));
        bytes calldata buffer = input[32 + 32 * count:];
        for (uint256 i = 0; i < count; ++i) {
            uint256 range = uint256(bytes32(input[32 + 32 * i:64 + 32 * i]));
            uint256 from = range >> 128;
            digests = bytes.concat(digests, sha256(buffer[from:from + uint128(range)]), bytes16(0));
        }
    }
}

/// In the place of the P-384 contract: knows the signatures that the vectors' author made, and one good hint.
contract P384StandIn {
    /// sha256(digest || r || s || X || Y)
    mapping(bytes32 statement => bool) private _valid;

    constructor(bytes32[] memory statements) {
        for (uint256 i = 0; i < statements.length; ++i) {
            _valid[statements[i]] = true;
        }
    }

    function sign(bytes32 statement) external {
        _valid[statement] = true;
    }

    fallback(bytes calldata input) external returns (bytes memory) {
        bool valid = _valid[sha256(input[:240])] && keccak256(input[240:]) == keccak256(hex"01");
        return abi.encode(valid);
    }
}

/// The verifier over stand-ins. Everything else in it is as deployed.
contract VerifierOverStandIns is NitroAttestationVerifier {
    constructor(bytes32 rootHash_, address revoker_, address sha384_, address p384_)
        NitroAttestationVerifier(rootHash_, revoker_, sha384_, p384_)
    {}

    function _requireGenuine(address, address) internal view override {}
}

/// Documents of vectors/attestations.json and a verifier for their test authority, at the time at which they are valid.
abstract contract AttestationFixture is Base {
    uint64 internal constant AGE_SECONDS_MAX = 1 hours;
    uint64 internal constant SKEW_SECONDS_MAX = 60;

    string internal vectors;
    uint256 internal NOW;
    bytes internal document;
    address internal sha384;
    address internal p384;
    NitroAttestationVerifier internal verifier;

    function setUpAttestation() internal {
        vectors = vm.readFile("vectors/attestations.json");
        NOW = vm.parseJsonUint(vectors, ".now");
        document = vm.parseJsonBytes(vectors, ".base");
        vm.warp(NOW);
        sha384 = address(new Sha384StandIn());
        p384 = address(new P384StandIn(vm.parseJsonBytes32Array(vectors, ".valid")));
        verifier = newVerifier();
    }

    function newVerifier() internal returns (NitroAttestationVerifier) {
        return
            new VerifierOverStandIns(vm.parseJsonBytes32(vectors, ".rootHash"), address(this), sha384, p384);
    }

    /// As many good hints as a document with so many certificates needs at most.
    function goodHints(uint256 count) internal pure returns (bytes[] memory hints) {
        hints = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            hints[i] = hex"01";
        }
    }

    /// For documents whose certificates are all known.
    function warmHints(uint256 count) internal pure returns (bytes[] memory hints) {
        hints = new bytes[](count);
        hints[count - 1] = hex"01";
    }

    function verify(bytes memory document_) internal returns (Attestation memory) {
        return verifier.verifyAttestation(document_, goodHints(5), AGE_SECONDS_MAX, SKEW_SECONDS_MAX);
    }

    /// Applies what editsFrom in vectors/attestations.ts wrote.
    function edited(bytes memory base, bytes memory edits) internal pure returns (bytes memory result) {
        for (uint256 i = 0; i < edits.length;) {
            uint256 offset = word16(edits, i);
            uint256 length = word16(edits, i + 2);
            i += 4;
            if (offset == 0) {
                result = bytes.concat(result, slice(edits, i, length));
                i += length;
            } else {
                result = bytes.concat(result, slice(base, offset, length));
            }
        }
    }

    function word16(bytes memory data, uint256 i) private pure returns (uint256) {
        return uint256(uint8(data[i])) << 8 | uint8(data[i + 1]);
    }

    function slice(bytes memory data, uint256 from, uint256 length)
        internal
        pure
        returns (bytes memory part)
    {
        require(from + length <= data.length, "slice");
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 32), add(add(data, 32), from), length)
        }
    }

    function vectorDocument(string memory key) internal view returns (bytes memory) {
        return edited(document, vm.parseJsonBytes(vectors, key));
    }

    function selectorOf(bytes memory reason) internal pure returns (bytes4) {
        return bytes4(reason);
    }

    /// Where the last occurrence of `needle` begins.
    function find(bytes memory haystack, bytes memory needle) internal pure returns (uint256) {
        bytes32 wanted = keccak256(needle);
        for (uint256 i = haystack.length - needle.length + 1; i != 0; --i) {
            bytes32 found;
            assembly ("memory-safe") {
                found := keccak256(add(add(haystack, 31), i), mload(needle))
            }
            if (found == wanted) return i - 1;
        }
        revert("not found");
    }

    /// Issuer and serial number of a certificate of the path, the root being 0.
    function issuerAndSerial(uint256 which) internal pure returns (bytes memory issuer, bytes memory serial) {
        string[5] memory names = ["a root", "a region", "a zone", "a instance", "a enclave"];
        bytes memory text = bytes(names[which == 0 ? 0 : which - 1]);
        bytes memory attribute = bytes.concat(hex"06035504030c", bytes1(uint8(text.length)), text);
        attribute = bytes.concat(hex"30", bytes1(uint8(attribute.length)), attribute);
        attribute = bytes.concat(hex"31", bytes1(uint8(attribute.length)), attribute);
        issuer = bytes.concat(hex"30", bytes1(uint8(attribute.length)), attribute);
        serial = abi.encodePacked(bytes16(sha256(bytes(names[which]))));
    }
}
