// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, ROUTE_APPROVAL} from "../src/IEnclaveRegistry.sol";
import {
    IInferenceCallback,
    InferenceAnswer,
    InferencePolicy,
    InferenceRequest,
    InferenceTerms,
    Offer,
    RequestState
} from "../src/IInferenceCoprocessor.sol";
import {InferenceCoprocessor} from "../src/InferenceCoprocessor.sol";
import {InferenceReceipt} from "../src/InferenceReceipt.sol";
import {LogCheckpoint} from "../src/LogCheckpoint.sol";
import {OutputNames} from "../src/OutputNames.sol";
import {Tensor, TensorLib} from "../src/TensorLib.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// Remembers what it was called with.
contract Recorder is IInferenceCallback {
    uint256 public calls;
    address public caller;
    address public requester;
    bytes32 public requestId;
    bytes32 public outputHash;
    uint256 public gasGiven;

    function onInference(address requester_, InferenceReceipt calldata receipt, bytes calldata outputs)
        external
    {
        gasGiven = gasleft();
        ++calls;
        (caller, requester) = (msg.sender, requester_);
        (requestId, outputHash) = (receipt.requestId, sha256(outputs));
    }
}

/// A coprocessor, an operator with an offer, a requester with ETH, and the enclave's pen.
abstract contract CoprocessorFixture is RegistryFixture {
    bytes32 internal constant MODEL = keccak256("model");
    address internal constant OPERATOR = address(0x0be7a70);
    address internal constant REQUESTER = address(0x4e9e57e);
    address internal constant REFUND = address(0x4ef0d);
    address internal constant STRANGER = address(0x57a46e);
    uint64 internal constant CALLBACK_GAS = 300_000;
    uint128 internal constant FEE = 0.001 ether;

    InferenceCoprocessor internal coprocessor;
    Recorder internal recorder;

    function setUpCoprocessor() internal {
        setUpRegistry();
        register();
        vm.roll(1000);
        coprocessor = new InferenceCoprocessor();
        recorder = new Recorder();
        openOffer(address(0));
        vm.deal(REQUESTER, 1000 ether);
    }

    function openOffer(address token) internal {
        vm.prank(OPERATOR);
        coprocessor.setOffer(MODEL, token, IEnclaveRegistry(address(registry)), Offer(true, FEE, 1 gwei));
    }

    function termsFor(address callback) internal view returns (InferenceTerms memory) {
        uint64 gasLimit = callback == address(0) ? 0 : CALLBACK_GAS;
        return InferenceTerms({
            operator: OPERATOR,
            modelId: MODEL,
            policy: InferencePolicy({
                registry: IEnclaveRegistry(address(registry)),
                imageId: imageId,
                modelsId: modelsId,
                routes: uint16(1 << ROUTE_APPROVAL),
                receiptAgeSecondsMax: 600
            }),
            callback: callback,
            callbackGasLimit: gasLimit,
            token: address(0),
            payment: FEE + 1 gwei * uint128(gasLimit),
            refundTo: REFUND
        });
    }

    // ------------------------------------------------------------------ requests

    /// Asks as REQUESTER and returns the request as anyone could rebuild it.
    function ask(InferenceTerms memory terms) internal returns (InferenceRequest memory request) {
        uint64 deadline = uint64(block.timestamp + 1 hours);
        uint256 value = terms.token == address(0) ? terms.payment : 0;
        vm.prank(REQUESTER);
        bytes32 requestId = coprocessor.requestInference{value: value}(terms, names(), inputs(), deadline);
        request = rebuilt(terms, REQUESTER, deadline, ++asked);
        expectEqual(coprocessor.requestIdOf(request), requestId, "request id");
    }

    uint64 internal asked;

    function rebuilt(InferenceTerms memory terms, address requester, uint64 deadline, uint64 nonce)
        internal
        view
        returns (InferenceRequest memory)
    {
        return InferenceRequest({
            terms: terms,
            requester: requester,
            inputHash: sha256(inputs()),
            outputNamesHash: OutputNames.hash(names()),
            deadlineSeconds: deadline,
            nonce: nonce,
            parentHash: blockhash(block.number - 1)
        });
    }

    function names() internal pure returns (string[] memory list) {
        list = new string[](1);
        list[0] = "logits";
    }

    function inputs() internal pure returns (bytes memory) {
        return scores("pixels", 1);
    }

    /// One FP32 tensor of ten scores, the best at `class`.
    function scores(string memory name, uint256 class) internal pure returns (bytes memory) {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 10);
        int256[] memory values = new int256[](10);
        values[class] = 3.25e18;
        Tensor[] memory tensors = new Tensor[](1);
        tensors[0] = TensorLib.fromFixed18(name, shape, values);
        return TensorLib.encode(tensors);
    }

    // ------------------------------------------------------------------ answers

    function answerNow() internal view returns (InferenceAnswer memory) {
        return InferenceAnswer({
            timestampMs: uint64(block.timestamp * 1000), sequence: 7, outputs: scores("logits", 8)
        });
    }

    function receiptFor(InferenceRequest memory request, InferenceAnswer memory answer)
        internal
        view
        returns (InferenceReceipt memory)
    {
        return InferenceReceipt({
            requestId: coprocessor.requestIdOf(request),
            modelId: request.terms.modelId,
            inputHash: request.inputHash,
            outputHash: sha256(answer.outputs),
            timestampMs: answer.timestampMs,
            sequence: answer.sequence
        });
    }

    function signedReceipt(InferenceReceipt memory receipt) internal view returns (bytes memory) {
        return bytes65(ENCLAVE_KEY, receiptDigest(receipt, address(coprocessor)));
    }

    function signedFor(InferenceRequest memory request, InferenceAnswer memory answer)
        internal
        view
        returns (bytes memory)
    {
        return signedReceipt(receiptFor(request, answer));
    }

    /// By the letter of EIP-712, so that the contracts' own hashing is not its witness.
    function receiptDigest(InferenceReceipt memory r, address audience) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Nacre"),
                keccak256("1"),
                block.chainid,
                audience
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "InferenceReceipt(bytes32 requestId,bytes32 modelId,bytes32 inputHash,bytes32 outputHash,uint64 timestampMs,uint64 sequence)"
                ),
                r.requestId,
                r.modelId,
                r.inputHash,
                r.outputHash,
                r.timestampMs,
                r.sequence
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function checkpointDigest(LogCheckpoint memory c) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version)"), keccak256("Nacre"), keccak256("1")
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256("LogCheckpoint(uint64 treeSize,bytes32 rootHash,uint64 timestampMs)"),
                c.treeSize,
                c.rootHash,
                c.timestampMs
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function expectState(InferenceRequest memory request, RequestState state) internal view {
        expectTrue(coprocessor.requestState(coprocessor.requestIdOf(request)) == state, "state");
    }
}
