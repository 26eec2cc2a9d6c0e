// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../IEnclaveRegistry.sol";
import {InferenceReceipt} from "../InferenceReceipt.sol";
import {ReceiptVerifier} from "../ReceiptVerifier.sol";
import {Tensor, TensorLib} from "../TensorLib.sol";

/// @notice An example to copy from: a cloakroom that opens to whoever shows a picture of a garment it takes.
///
/// An account asks the enclave to classify a picture with
/// `request_id = requestIdOf(account)`, `chain_id` and `verifying_contract = this gate`, then calls `enter` with
/// the receipt, its signature and the encoded output tensors.
///
/// What it does not check: where the picture comes from, or whether it was shown before. The account chooses its
/// picture; a contract that must not allow this compares `receipt.inputHash` with a hash it fixed beforehand.
contract GarmentGate {
    /// The receipt answers another request: not the caller's, or one that was used.
    error RequestMismatch(bytes32 expected, bytes32 received);
    /// Another model answered.
    error ModelMismatch(bytes32 expected, bytes32 received);
    /// The given outputs are not those the receipt commits to.
    error OutputMismatch(bytes32 expected, bytes32 received);
    /// The receipt is older than RECEIPT_AGE_MS_MAX.
    error ReceiptTooOld(uint64 timestampMs, uint256 oldestMs);
    /// The receipt lies further ahead than RECEIPT_AHEAD_MS_MAX: the enclave's clock, which its host can set, is wrong.
    error ReceiptFromFuture(uint64 timestampMs, uint256 latestMs);
    /// The output is not one score for each class of one picture.
    error OutputShape(uint256 expected, uint256 received);

    /// The gate judged a picture. `lead` is how far the best score is ahead of the second, in 18 decimals.
    event GarmentJudged(
        address indexed account,
        bytes32 indexed requestId,
        uint256 indexed class,
        int256 lead,
        bool admitted,
        bytes32 inputHash,
        address signer
    );

    /// The enclave's clock is in milliseconds, the block's in seconds.
    uint256 public constant RECEIPT_AGE_MS_MAX = 1 hours * 1000;
    uint256 public constant RECEIPT_AHEAD_MS_MAX = 5 minutes * 1000;
    /// What the model calls its output, and how many garments it knows.
    string public constant OUTPUT = "logits";
    uint256 public constant CLASSES = 10;

    IEnclaveRegistry public immutable registry;
    bytes32 public immutable modelId;
    /// Bit `n` is set when class `n` is admitted.
    uint256 public immutable admittedClasses;
    /// The least lead, in 18 decimals, that counts as sure.
    int256 public immutable leadMin;

    mapping(address account => uint256) public nonces;
    mapping(address account => bool) public isOpenTo;

    constructor(IEnclaveRegistry registry_, bytes32 modelId_, uint256 admittedClasses_, int256 leadMin_) {
        registry = registry_;
        modelId = modelId_;
        admittedClasses = admittedClasses_;
        leadMin = leadMin_;
    }

    /// @notice The request id that this account's next receipt must carry. Chain and contract are in the signature's
    /// domain already, so account and count make it unique.
    function requestIdOf(address account) public view returns (bytes32) {
        return keccak256(abi.encode(account, nonces[account]));
    }

    /// @notice Judges one picture. A picture that is refused is an answer too: it is recorded and uses up the request.
    function enter(InferenceReceipt calldata receipt, bytes calldata signature, bytes calldata outputs)
        external
        returns (bool admitted)
    {
        address signer = _requireReceipt(receipt, signature, outputs);
        nonces[msg.sender] += 1;

        // From here on the values can be trusted as far as the model can.
        Tensor memory scores = _scoresIn(outputs);
        uint256 class = TensorLib.argmax(scores);
        int256 lead = _leadOf(scores, class);
        admitted = lead >= leadMin && (admittedClasses >> class) & 1 == 1;
        isOpenTo[msg.sender] = admitted;
        emit GarmentJudged(msg.sender, receipt.requestId, class, lead, admitted, receipt.inputHash, signer);
    }

    /// @dev Five questions, each with an error of its own. A consumer that leaves one out has a hole.
    function _requireReceipt(
        InferenceReceipt calldata receipt,
        bytes calldata signature,
        bytes calldata outputs
    ) private view returns (address signer) {
        // 1. Did an attested enclave sign this receipt for this gate on this chain?
        signer = ReceiptVerifier.verify(registry, receipt, signature);
        // 2. Is it for the caller's current request? Neither a copied receipt nor an old one is.
        bytes32 requestId = requestIdOf(msg.sender);
        require(receipt.requestId == requestId, RequestMismatch(requestId, receipt.requestId));
        // 3. Did the right model answer?
        require(receipt.modelId == modelId, ModelMismatch(modelId, receipt.modelId));
        // 4. Lately?
        uint256 nowMs = block.timestamp * 1000;
        require(
            receipt.timestampMs + RECEIPT_AGE_MS_MAX >= nowMs,
            ReceiptTooOld(receipt.timestampMs, nowMs - RECEIPT_AGE_MS_MAX)
        );
        // Both sides: a host that sets the clock a year ahead would otherwise have receipts that never grow old.
        require(
            receipt.timestampMs <= nowMs + RECEIPT_AHEAD_MS_MAX,
            ReceiptFromFuture(receipt.timestampMs, nowMs + RECEIPT_AHEAD_MS_MAX)
        );
        // 5. Are these the outputs it computed?
        bytes32 outputHash = TensorLib.hash(outputs);
        require(outputHash == receipt.outputHash, OutputMismatch(receipt.outputHash, outputHash));
    }

    /// @dev By name and shape: whoever asks chooses which outputs come back and how many pictures were in one request.
    function _scoresIn(bytes calldata outputs) private pure returns (Tensor memory scores) {
        scores = TensorLib.byName(TensorLib.decode(outputs), OUTPUT);
        uint256 count = TensorLib.elementCount(scores);
        require(count == CLASSES, OutputShape(CLASSES, count));
    }

    /// @dev How far the class is ahead of the next best. Works for probabilities, logits and integer scores alike.
    function _leadOf(Tensor memory scores, uint256 class) private pure returns (int256 lead) {
        int256 best = TensorLib.fixed18At(scores, class);
        lead = type(int256).max;
        for (uint256 i = 0; i < CLASSES; ++i) {
            if (i == class) continue;
            int256 distance = best - TensorLib.fixed18At(scores, i);
            if (distance < lead) lead = distance;
        }
    }
}
