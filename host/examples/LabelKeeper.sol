// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "@nacre/contracts/src/IEnclaveRegistry.sol";
import {InferenceReceipt} from "@nacre/contracts/src/InferenceReceipt.sol";
import {ReceiptVerifier} from "@nacre/contracts/src/ReceiptVerifier.sol";
import {Tensor, TensorLib} from "@nacre/contracts/src/TensorLib.sol";

/// @notice An example to copy from, for a classifier of your own: remembers the class that the model gave each
/// account's input.
///
/// An account asks the enclave with `request_id = requestIdOf(account)`, `chain_id` and
/// `verifying_contract = this contract`, then calls `record` with the receipt, its signature and the encoded outputs.
///
/// What it does not check: where the input comes from, or how old the receipt is. GarmentGate shows both.
contract LabelKeeper {
    /// The receipt answers another request: not the caller's, or one that was used.
    error RequestMismatch(bytes32 expected, bytes32 received);
    /// Another model answered.
    error ModelMismatch(bytes32 expected, bytes32 received);
    /// The given outputs are not those the receipt commits to.
    error OutputMismatch(bytes32 expected, bytes32 received);
    /// The output does not hold one row of scores.
    error OutputShape(uint256 expected, uint256 received);

    event LabelRecorded(
        address indexed account,
        bytes32 indexed requestId,
        uint256 indexed class,
        bytes32 inputHash,
        address signer
    );

    IEnclaveRegistry public immutable registry;
    bytes32 public immutable modelId;
    uint256 public immutable classes;
    /// What the model calls its scores.
    string public output;

    mapping(address account => uint256) public nonces;
    mapping(address account => uint256) public classPlusOne;

    constructor(IEnclaveRegistry registry_, bytes32 modelId_, string memory output_, uint256 classes_) {
        registry = registry_;
        modelId = modelId_;
        output = output_;
        classes = classes_;
    }

    /// @notice The request id that this account's next receipt must carry.
    function requestIdOf(address account) public view returns (bytes32) {
        return keccak256(abi.encode(account, nonces[account]));
    }

    function record(InferenceReceipt calldata receipt, bytes calldata signature, bytes calldata outputs)
        external
        returns (uint256 class)
    {
        // Did an attested enclave sign this receipt for this contract on this chain?
        address signer = ReceiptVerifier.verify(registry, receipt, signature);
        // For the caller's current request? Neither a copied receipt nor an old one is.
        bytes32 requestId = requestIdOf(msg.sender);
        require(receipt.requestId == requestId, RequestMismatch(requestId, receipt.requestId));
        nonces[msg.sender] += 1;
        // By the right model?
        require(receipt.modelId == modelId, ModelMismatch(modelId, receipt.modelId));
        // Are these the outputs it computed?
        bytes32 outputHash = TensorLib.hash(outputs);
        require(outputHash == receipt.outputHash, OutputMismatch(receipt.outputHash, outputHash));

        // By name and shape: whoever asks chooses which outputs come back, and how many rows.
        Tensor memory scores = TensorLib.byName(TensorLib.decode(outputs), output);
        uint256 count = TensorLib.elementCount(scores);
        require(count == classes, OutputShape(classes, count));
        class = TensorLib.argmax(scores);
        classPlusOne[msg.sender] = 1 + class;
        emit LabelRecorded(msg.sender, requestId, class, receipt.inputHash, signer);
    }
}
