// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AttestationRegistryFixture} from "./AttestationRegistryFixture.sol";
import {P384StandIn} from "./AttestationFixture.sol";

/// Makes documents: the vectors' one with other contents in four places, signed where the stand-in for the curve believes it.
abstract contract DocumentPress is AttestationRegistryFixture {
    bytes private leafPoint;
    /// Where in the document they are: behind the head of the time; behind the head of the map, the register's number and
    /// its head; behind the head and the 04.
    uint256 private timestampAt;
    uint256 private pcr0At;
    uint256 private pcr16At;
    uint256 private pointAt;

    function setUpPress() internal {
        setUpAttestationRegistry();
        leafPoint = vm.parseJsonBytes(vectors, ".leafPoint");
        timestampAt = find(document, "timestamp") + 10;
        pcr0At = find(document, "pcrs") + 8;
        pcr16At = find(document, pcrs[3]);
        pointAt = find(document, "public_key") + 13;
    }

    function pcrOf(uint256 name) internal pure returns (bytes memory) {
        return abi.encodePacked(keccak256(abi.encode("pcr0", name)), bytes16(keccak256(abi.encode(name))));
    }

    /// @param point X and Y of the receipt key.
    function printed(bytes memory point, bytes memory pcr0, bytes memory pcr16, uint256 timestampMs)
        internal
        view
        returns (bytes memory made)
    {
        made = bytes.concat(document);
        put(made, timestampAt, abi.encodePacked(uint64(timestampMs)));
        put(made, pcr0At, pcr0);
        put(made, pcr16At, pcr16);
        put(made, pointAt, point);
    }

    function put(bytes memory data, uint256 pos, bytes memory content) private pure {
        require(pos + content.length <= data.length, "put");
        assembly ("memory-safe") {
            mcopy(add(add(data, 32), pos), add(content, 32), mload(content))
        }
    }

    /// The enclave's hardware signs.
    function signDocument(bytes memory made) internal {
        bytes memory message =
            bytes.concat(hex"846a5369676e61747572653144a101382240", slice(made, 7, made.length - 7 - 98));
        bytes32 statement =
            sha256(bytes.concat(sha256(message), bytes16(0), slice(made, made.length - 96, 96), leafPoint));
        P384StandIn(p384).sign(statement);
    }
}
