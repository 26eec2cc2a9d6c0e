/** Every bound of the enclave in one place: whatever comes from outside is bounded in bytes, counts and time before it costs anything. */
export type Limits = {
  /** Largest request body. */
  bodyBytesMax: number
  /** Bodies and answers held at once over all connections of a listener: without it, every connection may send `bodyBytesMax`, or read its answer slowly, together. */
  bodiesBytesMax: number
  /** So much of each body and of each answer does not count towards `bodiesBytesMax`. */
  bodyBytesFree: number
  /** Memory in which large bodies are put together, again and again the same; it takes what was ever in use at once. What finds no room is put together in memory of its own. */
  bodyMemoryBytes: number
  headersBytesMax: number
  connectionsMax: number
  /** From the first byte of a request to its last: a client that drips bytes cannot hold a connection. */
  requestMsMax: number
  /** A connection on which nothing moves: also a client that does not read its answer. Longer than queue and run together. */
  idleMsMax: number

  /** JSON in one body, with or without binary data behind it: parsing blocks everybody else, and large tensors have the binary form. */
  jsonBytesMax: number
  jsonDepthMax: number
  /** Values in one JSON body, counted before it is parsed. */
  jsonValuesMax: number
  /** Members of objects, counted likewise: unique keys are the most expensive JSON there is, and no request needs many. */
  jsonKeysMax: number
  /** Length of the OIP `id` and of tensor names. */
  nameLengthMax: number
  tensorsMax: number
  /** Elements of one tensor. */
  elementsMax: number
  /** Size of a dimension that the manifest leaves open (-1); the first one is the batch, but in a program's inputs that are no texts. */
  batchMax: number
  /** The widest of the shipped models is a text line: 4096 pixels are eight times the sample's. Its answer is 35 times as large as the line. */
  dimensionMax: number
  /** Data of all outputs of one request: one text line of `dimensionMax` fits. */
  outputBytesMax: number
  /** Data of all outputs that one request wants as JSON (64Ki float32): writing it blocks everybody else, and it grows sixfold. */
  jsonOutputBytesMax: number

  /** Requests waiting for one model, beside the one that runs. Clients take turns, and in a full queue whoever has the most in it gives way. */
  queueLengthMax: number
  queueMsMax: number
  /** One run of one model; then its process is killed. */
  runMsMax: number
  /** Requests share a run while it is expected to take at most so long: the first of them waits for the last. */
  sharedRunMsMax: number
  /** Of inputs that share a run: stacking copies them, which for large ones costs more than a message of their own. */
  sharedRunBytesMax: number
  /** Requests that one process of a program works on at once. One client gets a share that leaves room for others. */
  programRunsMax: number
  /** One run of a program; then it is told to stop, and its process killed when it does not. */
  programMsMax: number
  /** Outputs of one run of one stage inside a program. */
  stageBytesMax: number
  loadMsMax: number
  loadAttemptsMax: number
  restartDelayMsMin: number
  restartDelayMsMax: number
  /** Between attempts to open a sealed model. */
  unsealDelayMsMin: number
  unsealDelayMsMax: number
  modelsMax: number
  weightsBytesMax: number
  /** Memory for inputs and outputs that each model process shares with the server. It takes what was ever in use at once; what finds no room goes through a pipe. In an image, neither may be more than `init` allows (host/image/guest/init.c). */
  sharedInputBytesMax: number
  sharedOutputBytesMax: number

  /** A batched answer waits so long for others at most, and for so many. At 0, those that are ready in one turn of the event loop share it. */
  receiptBatchMsMax: number
  receiptBatchMax: number
  /** Requests under way from which on `receipt_mode: auto` means batched. */
  receiptsAutoBatchedFrom: number
  /** Requests under way from which on immediate receipts are signed in a thread beside, where there is one: a message to it and back costs more than one signature. */
  receiptsSignedAsideFrom: number
  /** Log entries held until the host says that it stored them, about 1 KiB each: beyond it no receipt is issued. A minute of 500 answers a second. */
  logBacklogMax: number
  /** Receipts kept for `/v1/signature/{id}`, about 1 KiB each, and for how long. */
  signaturesKept: number
  signatureMsMax: number
  /** Entries in one answer to the host. */
  logPageMax: number
  /** A grown log has a new checkpoint this often. */
  logCheckpointMs: number

  /** Current document: a new one this often. */
  documentRefreshMs: number
  /** Older than this, the enclave answers no inference: clients would refuse it as stale anyway. */
  documentAgeMsMax: number
  /** Documents kept to be fetched by hash. */
  documentsKept: number
  /** Caller's nonces: the NSM takes milliseconds to tens of milliseconds and serves one at a time. Those beyond the rate wait for their turn, so many at once, and one for each connection. */
  freshDocumentsWaitingMax: number
  freshDocumentsPerSecond: number
  freshDocumentsBurst: number
  /** Other enclaves' documents: five signatures on P-384 each. */
  verificationsPerSecond: number
  verificationsBurst: number

  shutdownMsMax: number
}

/** Processes of one model: each has memory for all its weights, and a user id of its own. */
export const modelProcessesMax = 16

const MiB = 1 << 20

export const defaultLimits: Limits = {
  bodyBytesMax: 16 * MiB,
  bodiesBytesMax: 128 * MiB,
  bodyBytesFree: 64 * 1024,
  bodyMemoryBytes: 64 * MiB,
  headersBytesMax: 16 * 1024,
  connectionsMax: 1024,
  requestMsMax: 30_000,
  idleMsMax: 60_000,

  jsonBytesMax: 4 * MiB,
  jsonDepthMax: 16,
  jsonValuesMax: 1_000_000,
  jsonKeysMax: 4096,
  nameLengthMax: 256,
  tensorsMax: 64,
  elementsMax: 4_000_000,
  batchMax: 256,
  dimensionMax: 4096,
  outputBytesMax: 16 * MiB,
  jsonOutputBytesMax: 256 * 1024,

  queueLengthMax: 256,
  queueMsMax: 10_000,
  runMsMax: 10_000,
  sharedRunMsMax: 20,
  sharedRunBytesMax: 256 * 1024,
  programRunsMax: 16,
  programMsMax: 45_000,
  stageBytesMax: 256 * MiB,
  loadMsMax: 180_000,
  loadAttemptsMax: 5,
  restartDelayMsMin: 100,
  restartDelayMsMax: 10_000,
  unsealDelayMsMin: 1000,
  unsealDelayMsMax: 60_000,
  modelsMax: 64,
  weightsBytesMax: 1024 * MiB,
  sharedInputBytesMax: 8 * MiB,
  sharedOutputBytesMax: 4 * MiB,

  receiptBatchMsMax: 1,
  receiptBatchMax: 256,
  receiptsAutoBatchedFrom: 4,
  receiptsSignedAsideFrom: 4,
  logBacklogMax: 32_768,
  signaturesKept: 4096,
  signatureMsMax: 30 * 60_000,
  logPageMax: 1024,
  logCheckpointMs: 1_000,

  documentRefreshMs: 5 * 60_000,
  documentAgeMsMax: 60 * 60_000,
  documentsKept: 48,
  freshDocumentsWaitingMax: 200,
  freshDocumentsPerSecond: 200,
  freshDocumentsBurst: 200,
  verificationsPerSecond: 20,
  verificationsBurst: 20,

  shutdownMsMax: 15_000,
}
