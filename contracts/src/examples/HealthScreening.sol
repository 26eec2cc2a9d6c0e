// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../IEnclaveRegistry.sol";
import {InferenceReceipt} from "../InferenceReceipt.sol";
import {ReceiptAudience} from "../ReceiptAudience.sol";
import {TensorLib} from "../TensorLib.sol";
import {OpenedBlock, TensorOpening, TensorOpenings} from "../TensorOpening.sol";

/// @notice An example to copy from: somebody proves what a medical model says about their measurements, and shows the measurements
/// to nobody but the enclave.
///
/// 1. A clinic measures, draws a salt, and commits to the model's input for an account with the salted commitment that
///    `commitTensors` (verifier/commitment.ts) gives. Measurements and salt go to the patient.
/// 2. The patient asks an enclave over an encrypted connection, with that salt, `request_id = requestIdOf(account)`, `chain_id` and
///    `verifying_contract = this contract`.
/// 3. They bring receipt, signature and openings of the two scores to `present`. The chain learns the two scores, and two hashes
///    that say nothing to whoever lacks the salt.
///
/// Why salted: thirty measurements of a few digits each can be guessed by somebody who has a list of patients, and a plain hash tells
/// them when they are right.
contract HealthScreening is ReceiptAudience {
    /// Only the clinic commits.
    error NotClinic(address clinic, address caller);
    /// A commitment is not zero.
    error CommitmentZero();
    /// The clinic committed to nothing for this account.
    error NotCommitted(address account);
    /// The receipt answers another request: not the caller's, or one that was used.
    error RequestMismatch(bytes32 expected, bytes32 received);
    /// Another model answered.
    error ModelMismatch(bytes32 expected, bytes32 received);
    /// The model was asked about other values than the clinic measured.
    error InputMismatch(bytes32 expected, bytes32 received);
    /// The receipt is not of the time between commitment and now, give or take the clocks.
    error ReceiptOutOfTime(uint64 timestampMs, uint256 oldestMs, uint256 latestMs);
    /// What was opened is not the score of this class of the one row of the model's output.
    error ScoreMismatch(uint256 class);

    /// The clinic measured.
    event Committed(address indexed account, bytes32 inputHash);
    /// The model's verdict on what the clinic measured.
    event Screened(address indexed account, bytes32 indexed requestId, bool benign, address signer);

    enum Verdict {
        None,
        Malignant,
        Benign
    }

    /// Clocks differ.
    uint256 public constant SKEW_MS_MAX = 5 minutes * 1000;
    /// The model's output, one row of two, and its labels in their order.
    string private constant OUTPUT = "logits";
    uint256 private constant CLASSES = 2;
    uint256 private constant MALIGNANT = 0;
    uint256 private constant BENIGN = 1;

    IEnclaveRegistry public immutable registry;
    bytes32 public immutable modelId;
    address public immutable clinic;

    mapping(address account => bytes32) public commitmentOf;
    mapping(address account => uint256) private _committedAtMs;
    mapping(address account => uint256) public nonces;
    mapping(address account => Verdict) public verdictOf;

    constructor(IEnclaveRegistry registry_, bytes32 modelId_, address clinic_) {
        (registry, modelId, clinic) = (registry_, modelId_, clinic_);
    }

    /// @notice The clinic's word that it measured the values behind this commitment on this account's holder. Replaces an earlier one, and
    /// its verdict.
    function commit(address account, bytes32 inputHash) external {
        require(msg.sender == clinic, NotClinic(clinic, msg.sender));
        require(inputHash != 0, CommitmentZero());
        commitmentOf[account] = inputHash;
        _committedAtMs[account] = block.timestamp * 1000;
        ++nonces[account];
        delete verdictOf[account];
        emit Committed(account, inputHash);
    }

    /// @notice The request id that this account's receipt must carry.
    function requestIdOf(address account) public view returns (bytes32) {
        return keccak256(abi.encode(account, nonces[account]));
    }

    /// @notice Brings the model's verdict on the caller's measurements. The caller may keep a verdict to itself by not bringing it: that
    /// somebody was measured and shows nothing is there for all to see.
    /// @param scores Openings of the receipt's `outputHash`: malignant, benign.
    function present(
        InferenceReceipt calldata receipt,
        bytes calldata signature,
        TensorOpening[2] calldata scores
    ) external returns (bool benign) {
        address signer = _verifyReceipt(registry, receipt, signature);
        _requireReceipt(receipt);
        ++nonces[msg.sender];

        int256 malignantScore = _scoreOf(MALIGNANT, receipt.outputHash, scores[MALIGNANT]);
        int256 benignScore = _scoreOf(BENIGN, receipt.outputHash, scores[BENIGN]);
        benign = benignScore > malignantScore;
        verdictOf[msg.sender] = benign ? Verdict.Benign : Verdict.Malignant;
        emit Screened(msg.sender, receipt.requestId, benign, signer);
    }

    /// @dev By name, place and shape: an opening could show any element of any output.
    function _scoreOf(uint256 class, bytes32 outputHash, TensorOpening calldata opening)
        private
        view
        returns (int256)
    {
        OpenedBlock memory opened = TensorOpenings.open(outputHash, TensorOpenings.OUTPUT, opening);
        bool named = keccak256(bytes(opened.block.name)) == keccak256(bytes(OUTPUT));
        bool placed = opened.first == class && opened.shape.length == 2 && opened.shape[0] == 1
            && opened.shape[1] == CLASSES && opened.block.shape[0] == 1;
        require(named && placed, ScoreMismatch(class));
        return TensorLib.fixed18At(opened.block, 0);
    }

    function _requireReceipt(InferenceReceipt calldata receipt) private view {
        bytes32 requestId = requestIdOf(msg.sender);
        require(receipt.requestId == requestId, RequestMismatch(requestId, receipt.requestId));
        require(receipt.modelId == modelId, ModelMismatch(modelId, receipt.modelId));
        bytes32 commitment = commitmentOf[msg.sender];
        require(commitment != 0, NotCommitted(msg.sender));
        require(receipt.inputHash == commitment, InputMismatch(commitment, receipt.inputHash));
        uint256 oldestMs = _committedAtMs[msg.sender] - SKEW_MS_MAX;
        uint256 latestMs = block.timestamp * 1000 + SKEW_MS_MAX;
        require(
            receipt.timestampMs >= oldestMs && receipt.timestampMs <= latestMs,
            ReceiptOutOfTime(receipt.timestampMs, oldestMs, latestMs)
        );
    }
}
