// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IEnclaveRegistry, KeyStatus} from "./IEnclaveRegistry.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {LogCheckpoint} from "./LogCheckpoint.sol";

/// Which enclaves may answer. Nothing has a permissive default: a field left at zero is refused.
/// @param registry Whose word counts on keys. Its owner decides which code is attested, so this is the root of trust.
/// @param imageId The one image that may answer, or ANY_APPROVED: whatever the registry approves.
/// @param modelsId The one model set the enclave may hold, or ANY_APPROVED. The model itself is named by the terms.
/// @param routes Bit `1 << ROUTE` for each route by which the key may have come into the registry.
/// @param receiptAgeSecondsMax How old the enclave's answer may be when it arrives.
struct InferencePolicy {
    IEnclaveRegistry registry;
    bytes32 imageId;
    bytes32 modelsId;
    uint16 routes;
    uint32 receiptAgeSecondsMax;
}

/// What is asked of whom, at what price.
/// @param operator Who is paid for the answer, whoever brings it. Must have an open offer for model, token and registry.
/// @param modelId SHA-256 of the model's manifest, as in receipts.
/// @param policy Which enclaves may answer.
/// @param callback Called with the answer (see IInferenceCallback). Zero for none: the answer is then only recorded.
/// @param callbackGasLimit Gas that the callback gets, all of it. Zero when there is no callback.
/// @param token ERC-20 that pays; zero for ETH.
/// @param payment What the operator gets, at least `estimateFee`. More is a tip, for instance while gas is dear.
/// @param refundTo Who is credited if no answer comes.
struct InferenceTerms {
    address operator;
    bytes32 modelId;
    InferencePolicy policy;
    address callback;
    uint64 callbackGasLimit;
    address token;
    uint128 payment;
    address refundTo;
}

/// A request as it stands. The chain keeps only its hash, which is the request id, so whoever acts on a request brings
/// it along; `InferenceRequested` has it.
/// @param requester Who asked and paid.
/// @param inputHash SHA-256 of the canonical encoding of the input tensors, in the manifest's order.
/// @param outputNamesHash `OutputNames.hash` of the outputs wanted, in this order.
/// @param deadlineSeconds Last second at which an answer is taken; from the next on the payment can be refunded.
/// @param nonce Counts this coprocessor's requests.
/// @param parentHash Hash of the block before the request's: until then nobody can know the id.
struct InferenceRequest {
    InferenceTerms terms;
    address requester;
    bytes32 inputHash;
    bytes32 outputNamesHash;
    uint64 deadlineSeconds;
    uint64 nonce;
    bytes32 parentHash;
}

/// What an enclave answered. The receipt's other fields follow from the request, and `outputHash` from the outputs.
/// @param timestampMs As in the receipt.
/// @param sequence As in the receipt.
/// @param outputs Canonical encoding of the output tensors (see TensorLib).
struct InferenceAnswer {
    uint64 timestampMs;
    uint64 sequence;
    bytes outputs;
}

/// One of many answers below the same checkpoint.
/// @param proof RFC 9162 inclusion path of the receipt's leaf, from the leaf up.
struct BatchedAnswer {
    InferenceRequest request;
    InferenceAnswer answer;
    bytes32[] proof;
}

/// An operator's price for one model, in one token, under one registry.
/// @param open Whether new requests are taken. Closing leaves earlier requests as they are.
/// @param baseFee In the token's smallest unit.
/// @param feePerCallbackGas In the token's smallest unit, times the request's callbackGasLimit.
struct Offer {
    bool open;
    uint128 baseFee;
    uint64 feePerCallbackGas;
}

/// - None: no such request.
/// - Pending: paid for, not answered.
/// - Answered: the operator was paid and the callback, if there is one, succeeded.
/// - CallbackFailed: the operator was paid; the callback failed and anyone may retry it.
/// - Refunded: the deadline passed and the payment went back.
enum RequestState {
    None,
    Pending,
    Answered,
    CallbackFailed,
    Refunded
}

// In a policy: any image, or any model set, that the registry approves at the time of the answer.
bytes32 constant ANY_APPROVED = bytes32(type(uint256).max);

/// @title What a contract implements to be called back. `InferenceConsumer` does it with the checks it needs.
interface IInferenceCallback {
    /// @notice The answer to a request that names this contract as its callback. Called at most once with success.
    /// @dev Anyone can make requests that name any callback. Check that the caller is the coprocessor, and that
    /// `requester` is who may ask on your behalf, most often this very contract: the requester chose the policy.
    /// @param requester Who made the request.
    /// @param receipt What the enclave signed, for the coprocessor as audience.
    /// @param outputs The bytes whose SHA-256 is `receipt.outputHash`; `TensorLib.decode` reads them.
    function onInference(address requester, InferenceReceipt calldata receipt, bytes calldata outputs)
        external;
}

/// @title Contracts ask, enclaves answer, and nobody is paid twice.
///
/// @notice A requester escrows a payment for one operator and names the model, the input, which enclaves may answer, and until
/// when. Anyone may bring the answer: the receipt of an enclave that satisfies the policy, made for this coprocessor
/// on this chain and for this request id. The operator is credited, and the callback called, once. After the deadline anyone may
/// send the payment back. COPROCESSOR.md has the states, the actors' incentives and the attacks.
///
/// @dev It has no owner, no fee and no upgrade. What it does not do:
/// - choose a registry: requester and operator agree on one, and its owner can make any key Active;
/// - look at values: that an output makes sense is the callback's to judge;
/// - hold tokens whose balances change by themselves: what rebases is lost or stuck.
interface IInferenceCoprocessor {
    // ------------------------------------------------------------------ errors

    /// A field that must be chosen was left at zero.
    error PolicyIncomplete(InferencePolicy policy);
    /// The zero address was given where an account is needed.
    error ZeroAddress();
    /// A request names its outputs: whoever asks the enclave could otherwise leave some out.
    error OutputNamesMissing();
    /// More callback gas than a transaction can carry, or gas for no callback.
    error CallbackGas(uint256 limit, uint256 received);
    /// The deadline has passed already, or lies further ahead than money may be locked.
    error DeadlineOutOfRange(uint256 earliestSeconds, uint256 latestSeconds, uint64 received);
    /// The operator takes no requests for this model, token and registry.
    error OfferNotOpen(address operator, bytes32 modelId, address token, IEnclaveRegistry registry);
    /// The payment is below the operator's price (`estimateFee`), which may have risen.
    error PaymentTooLow(uint256 expected, uint256 received);
    /// The ETH sent along is not the payment; it must be zero when a token pays.
    error ValueMismatch(uint256 expected, uint256 received);
    /// The token moved another amount than asked: it takes a fee on transfers, and is not supported.
    error TokenAmountMismatch(address token, uint256 expected, uint256 received);
    /// The token call failed or said no. Likely balance or allowance is too low. Where there is no code at all, the
    /// revert has no reason.
    error TokenTransferFailed(address token);
    /// A token or receiver called back into a transfer.
    error TransferReentered();
    /// The receiver did not take the ETH.
    error EthTransferFailed(address to);
    /// The account has nothing to withdraw in this token.
    error NothingToWithdraw(address account, address token);

    /// The request's state does not allow this. With None the likely cause is a changed field: the id is the hash of all.
    error RequestNotInState(bytes32 requestId, RequestState expected, RequestState received);
    /// Too late to answer: the payment is to be refunded.
    error DeadlinePassed(bytes32 requestId, uint64 deadlineSeconds);
    /// Too early to refund: an answer may still come.
    error DeadlineNotPassed(bytes32 requestId, uint64 deadlineSeconds);
    /// The signature recovers to `signer`, which the policy's registry does not call Active. With Unknown the likely
    /// cause is that something differs from what the enclave signed, so recovery gave an unrelated address.
    error KeyNotActive(address signer, KeyStatus status);
    /// The key's image is not the one that the policy names.
    error ImageMismatch(address signer, bytes32 expected, bytes32 received);
    /// The key's model set is not the one that the policy names.
    error ModelsMismatch(address signer, bytes32 expected, bytes32 received);
    /// The key came into the registry by a route that the policy does not take.
    error RouteNotTaken(address signer, uint16 routes, uint8 received);
    /// The answer is older than the policy allows.
    error ReceiptTooOld(uint64 timestampMs, uint256 oldestMs);
    /// The answer lies ahead of the block's time: the enclave's clock, which its host can set, is wrong.
    error ReceiptFromFuture(uint64 timestampMs, uint256 latestMs);
    /// The outputs are not those that the request named, in that order.
    error OutputNamesMismatch(bytes32 expected, bytes32 received);
    /// So little gas is left that the callback would get less than the request pays for.
    error GasTooLow(uint256 expected, uint256 received);
    /// The receipt is not the one that answered the request.
    error NotTheAnswer(bytes32 requestId);
    /// The outputs are not those that the receipt commits to.
    error OutputMismatch(bytes32 expected, bytes32 received);
    /// The callback failed again; `reason` is the beginning of what it returned.
    error CallbackReverted(bytes32 requestId, bytes reason);

    // ------------------------------------------------------------------ events

    /// The operator's price changed.
    event OfferChanged(
        address indexed operator,
        bytes32 indexed modelId,
        IEnclaveRegistry indexed registry,
        address token,
        Offer offer
    );
    /// Where the operator takes inputs that do not travel on chain, and whatever else it wants to be known.
    event OperatorUriChanged(address indexed operator, string uri);
    /// A request was paid for. `input` is empty when the input does not travel on chain: then `inputUri` says where it is.
    event InferenceRequested(
        bytes32 indexed requestId,
        address indexed requester,
        address indexed operator,
        InferenceRequest request,
        string[] outputNames,
        bytes input,
        string inputUri
    );
    /// A request was answered and its operator credited. `fulfiller` is who brought the answer.
    event InferenceFulfilled(
        bytes32 indexed requestId,
        address indexed operator,
        address indexed signer,
        bytes32 outputHash,
        uint64 timestampMs,
        uint64 sequence,
        address fulfiller,
        bool callbackSucceeded
    );
    /// The callback failed and can be retried with what stands here. `reason` is the beginning of what it returned.
    event CallbackFailed(bytes32 indexed requestId, InferenceReceipt receipt, bytes outputs, bytes reason);
    /// A retry succeeded.
    event CallbackRetried(bytes32 indexed requestId, address caller);
    /// An item of a batch was left out: it was answered or refunded before, its deadline passed, or the answer is too old.
    event FulfilmentSkipped(bytes32 indexed requestId, RequestState state);
    /// Nobody answered in time; the payment was credited to the request's `refundTo`.
    event InferenceRefunded(
        bytes32 indexed requestId, address indexed refundTo, address token, uint256 amount
    );
    /// An account took its credit.
    event Withdrawn(address indexed account, address indexed token, address to, uint256 amount);

    // ------------------------------------------------------------------ operators

    /// @notice Sets the caller's price for a model in a token under a registry. Named registries are those the operator
    /// trusts too: one that changes its mind between an operator's check and its transaction would cost it the answer.
    function setOffer(bytes32 modelId, address token, IEnclaveRegistry registry, Offer calldata offer)
        external;

    /// @notice Publishes where the caller takes inputs by HTTPS.
    function setOperatorUri(string calldata uri) external;

    // ------------------------------------------------------------------ requesters

    /// @notice Asks, with the input on chain.
    /// @param outputNames Names of the outputs wanted, in the order in which they are to come.
    /// @param input Canonical encoding of the input tensors, in the manifest's order (`TensorLib.encode`). The bytes are taken as they are:
    /// if they are no input of this model, no answer will come.
    /// @param deadlineSeconds Last second at which an answer is taken.
    function requestInference(
        InferenceTerms calldata terms,
        string[] calldata outputNames,
        bytes calldata input,
        uint64 deadlineSeconds
    ) external payable returns (bytes32 requestId);

    /// @notice Asks, with the input elsewhere: handed to the operator over HTTPS, or to be fetched at `inputUri`.
    /// @dev Whoever may see the input decides whether the answer can come: if nobody hands it over, there is a refund.
    function requestInferenceByHash(
        InferenceTerms calldata terms,
        string[] calldata outputNames,
        bytes32 inputHash,
        string calldata inputUri,
        uint64 deadlineSeconds
    ) external payable returns (bytes32 requestId);

    /// @notice After the deadline, credits the payment to the request's `refundTo`. Anyone may call.
    function cancel(InferenceRequest calldata request) external;

    // ------------------------------------------------------------------ answers

    /// @notice Brings the answer to a request. Anyone may: the payment goes to the request's operator in any case.
    /// @param signature The receipt's, 65 bytes.
    /// @return callbackSucceeded True also when there is no callback.
    function fulfill(
        InferenceRequest calldata request,
        InferenceAnswer calldata answer,
        bytes calldata signature
    ) external returns (bool callbackSucceeded);

    /// @notice Brings many answers under one signature. Items that were answered or refunded before, or came too late,
    /// or are too old, are skipped: neither time nor a stranger who answers one of its requests first can spoil a batch. Anything
    /// else wrong reverts all.
    /// @param signature The checkpoint's, 65 bytes, by the key that made the receipts.
    /// @return fulfilled How many were answered here.
    function fulfillBatch(
        BatchedAnswer[] calldata answers,
        LogCheckpoint calldata checkpoint,
        bytes calldata signature
    ) external returns (uint256 fulfilled);

    /// @notice Calls a callback that failed once more, with all gas that the caller gives, at least the request's
    /// callbackGasLimit. Anyone may call; reverts unless the callback succeeds.
    function retryCallback(
        InferenceRequest calldata request,
        InferenceReceipt calldata receipt,
        bytes calldata outputs
    ) external;

    // ------------------------------------------------------------------ money

    /// @notice Sends the caller's whole credit in `token` (zero for ETH) to `to`.
    function withdraw(address token, address to) external returns (uint256 amount);

    /// @notice What `account` can withdraw.
    function creditOf(address account, address token) external view returns (uint256);

    // ------------------------------------------------------------------ reads

    /// @notice The least payment for a request. Reverts when there is no open offer.
    function estimateFee(
        address operator,
        bytes32 modelId,
        address token,
        IEnclaveRegistry registry,
        uint64 callbackGasLimit
    ) external view returns (uint256);

    /// @notice An operator's price.
    function offerOf(address operator, bytes32 modelId, address token, IEnclaveRegistry registry)
        external
        view
        returns (Offer memory);

    /// @notice keccak256 of chain id, this contract and the request.
    function requestIdOf(InferenceRequest calldata request) external view returns (bytes32);

    /// @notice Where a request stands.
    function requestState(bytes32 requestId) external view returns (RequestState);

    /// @notice Whether this very receipt answered its request. For contracts that take no callback: with it, and outputs
    /// that match `receipt.outputHash`, they know what the model said.
    function isAnswer(InferenceReceipt calldata receipt) external view returns (bool);
}
