// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry} from "../IEnclaveRegistry.sol";
import {InferenceReceipt} from "../InferenceReceipt.sol";
import {ReceiptAudience} from "../ReceiptAudience.sol";
import {Tensor, TensorLib} from "../TensorLib.sol";

/// @notice An example to copy from: somebody proves what a medical model says about their measurements, and shows the measurements
/// to nobody but the enclave.
///
/// 1. A clinic measures, and commits to the model's input for an account: the receipt's `inputHash` of these very values.
/// 2. The account asks an enclave over an encrypted connection, with `request_id = requestIdOf(account)`, `chain_id` and
///    `verifying_contract = this contract`.
/// 3. It brings receipt, signature and outputs to `present`. The chain learns the verdict, and one hash.
///
/// A hash hides only what nobody can guess. Thirty measurements with a few digits each can be guessed by whoever has a list of patients:
/// the commitment must be salted, and the salt kept with the measurements. To this contract a salted `inputHash` is a word
/// like any other; it compares, and never opens it.
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
    /// The given outputs are not those the receipt commits to.
    error OutputMismatch(bytes32 expected, bytes32 received);
    /// The receipt is not of the time between commitment and now, give or take the clocks.
    error ReceiptOutOfTime(uint64 timestampMs, uint256 oldestMs, uint256 latestMs);
    /// The output is not one score for each of two classes.
    error OutputShape(uint256 expected, uint256 received);

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
    string private constant OUTPUT = "logits";
    uint256 private constant CLASSES = 2;
    /// The model's labels: malignant, benign.
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

    /// @notice The clinic's word that it measured the values behind this hash on this account's holder. Replaces an earlier one, and
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
    function present(InferenceReceipt calldata receipt, bytes calldata signature, bytes calldata outputs)
        external
        returns (bool benign)
    {
        address signer = _verifyReceipt(registry, receipt, signature);
        _requireReceipt(receipt, outputs);
        ++nonces[msg.sender];

        Tensor memory scores = TensorLib.byName(TensorLib.decode(outputs), OUTPUT);
        uint256 count = TensorLib.elementCount(scores);
        require(count == CLASSES, OutputShape(CLASSES, count));
        benign = TensorLib.argmax(scores) == BENIGN;
        verdictOf[msg.sender] = benign ? Verdict.Benign : Verdict.Malignant;
        emit Screened(msg.sender, receipt.requestId, benign, signer);
    }

    function _requireReceipt(InferenceReceipt calldata receipt, bytes calldata outputs) private view {
        bytes32 requestId = requestIdOf(msg.sender);
        require(receipt.requestId == requestId, RequestMismatch(requestId, receipt.requestId));
        require(receipt.modelId == modelId, ModelMismatch(modelId, receipt.modelId));
        bytes32 commitment = commitmentOf[msg.sender];
        require(commitment != 0, NotCommitted(msg.sender));
        require(receipt.inputHash == commitment, InputMismatch(commitment, receipt.inputHash));
        bytes32 outputHash = TensorLib.hash(outputs);
        require(outputHash == receipt.outputHash, OutputMismatch(receipt.outputHash, outputHash));
        uint256 oldestMs = _committedAtMs[msg.sender] - SKEW_MS_MAX;
        uint256 latestMs = block.timestamp * 1000 + SKEW_MS_MAX;
        require(
            receipt.timestampMs >= oldestMs && receipt.timestampMs <= latestMs,
            ReceiptOutOfTime(receipt.timestampMs, oldestMs, latestMs)
        );
    }
}
