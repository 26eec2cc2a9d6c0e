// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IInferenceCoprocessor, InferencePolicy} from "../IInferenceCoprocessor.sol";
import {InferenceConsumer} from "../InferenceConsumer.sol";
import {InferenceReceipt} from "../InferenceReceipt.sol";
import {Tensor, TensorLib} from "../TensorLib.sol";

/// @title Asks an enclave which digit a picture shows, and is called back with the answer.
/// @dev Anyone may ask, and pays for it: what is sent beyond the price stays here.
contract DigitReader is InferenceConsumer {
    mapping(bytes32 requestId => uint256) public digitPlusOne;

    constructor(
        IInferenceCoprocessor coprocessor,
        address operator,
        bytes32 modelId,
        InferencePolicy memory policy
    ) InferenceConsumer(coprocessor, operator, modelId, policy) {}

    function ask(int256[] calldata pixels) external payable returns (bytes32 requestId) {
        uint64[] memory shape = new uint64[](2);
        (shape[0], shape[1]) = (1, 64);
        Tensor[] memory inputs = new Tensor[](1);
        inputs[0] = TensorLib.fromInts("pixels", "UINT8", shape, pixels);
        return _ask(inputs, "logits", 100_000, 10 minutes); // gas for the callback, time for the answer
    }

    function _onAnswer(InferenceReceipt calldata receipt, Tensor[] memory outputs) internal override {
        digitPlusOne[receipt.requestId] = 1 + TensorLib.argmax(outputs[0]);
    }
}
