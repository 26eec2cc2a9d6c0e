import type { Address } from 'viem'
import { keccak256 } from 'viem/utils'
import { type Hex, sha256, toHex, utf8 } from './bytes.ts'
import { VerifierError } from './errors.ts'
import { decodeRlp, encodeRlp, type Rlp } from './rlp.ts'
import { provenValue } from './trie.ts'

/** That a registry on a chain accepted a document's receipt key: the event, proven against a block's header. */
export type Registration = {
  /** Where to look; nothing proves it but the block's hash. */
  readonly chainId: bigint
  /** The contract whose event it is. */
  readonly registry: Hex
  /** RLP of the block's header; its Keccak-256 is the block's hash. */
  readonly header: Uint8Array
  readonly transactionIndex: number
  /** Nodes of the trie of the block's receipts, root first. */
  readonly proof: readonly Uint8Array[]
}

/** What {@link verifyRegistration} found: true of the chain if the block is the chain's, and worth something if the registry is one that the reader trusts. */
export type RegistrationStatement = {
  readonly chainId: bigint
  readonly registry: Hex
  readonly blockHash: Hex
  readonly blockNumber: bigint
  readonly blockTimeMs: number
  /** 1: an approver vouched; 2: the contract verified the document itself. */
  readonly route: number
  /** Until when the registry let the key sign. */
  readonly expiresAtMs: number
}

/** `event KeyRegistered(…)` of IEnclaveRegistry.sol. */
export const keyRegisteredEvent = 'KeyRegistered(address,bytes32,bytes32,uint8,address,bytes32,uint64,uint64)'

/**
 * Verifies, offline, that the block's receipts hold the registry's `KeyRegistered` for this key by this very document.
 *
 * @throws `REGISTRATION_INVALID`
 */
export async function verifyRegistration(parameters: {
  registration: Registration
  signer: Address
  /** COSE bytes of the document. */
  attestation: Uint8Array
}): Promise<RegistrationStatement> {
  const { registration, signer, attestation } = parameters
  const { chainId, registry, header, transactionIndex, proof } = registration
  const { receiptsRoot, number, timestampSeconds } = decodeHeader(header)
  const receipt = provenValue({ root: receiptsRoot, key: receiptKey(transactionIndex), proof })
  if (receipt === null) throw invalid('The nodes do not prove a receipt of this transaction in this block')
  const documentHash = await sha256(attestation)
  const topics = [keccak256(utf8(keyRegisteredEvent)), `0x${'00'.repeat(12)}${signer.slice(2).toLowerCase()}`]
  const events = decodeLogs(receipt).filter(
    ({ address, topics: found, data }) =>
      address === registry.toLowerCase() && found.length === 4 && topics.every((topic, i) => found[i] === topic) && data.length === 5 * 32,
  )
  const [first] = events
  if (first === undefined) throw invalid('This transaction did not register the receipt key', `KeyRegistered of ${signer} by ${registry}`)
  const hashOf = ({ data }: Log) => toHex(wordOf(data, 2))
  const event = events.find((each) => hashOf(each) === toHex(documentHash))
  if (event === undefined) throw invalid('The key was registered by another document', toHex(documentHash), hashOf(first))
  const word = (index: number) => wordOf(event.data, index)
  return {
    chainId,
    registry,
    blockHash: keccak256(header),
    blockNumber: number,
    blockTimeMs: milliseconds(timestampSeconds),
    route: Number(BigInt(toHex(word(0)))),
    expiresAtMs: milliseconds(BigInt(toHex(word(4)))),
  }
}

/** Under which a block's trie holds the receipt of a transaction. */
export function receiptKey(transactionIndex: number): Uint8Array {
  return encodeRlp(unsignedBytes(transactionIndex))
}

/** Yellow Paper section 4.4.3; later forks append fields. */
function decodeHeader(bytes: Uint8Array): { receiptsRoot: Uint8Array; number: bigint; timestampSeconds: bigint } {
  const fields = decodeRlp(bytes)
  if (fields === null || fields instanceof Uint8Array || fields.length < 15) throw invalid('Not the header of a block')
  const [receiptsRoot, number, timestamp] = [fields[5], fields[8], fields[11]]
  if (!(receiptsRoot instanceof Uint8Array) || receiptsRoot.length !== 32) throw invalid('Not the header of a block')
  return { receiptsRoot, number: unsigned(number), timestampSeconds: unsigned(timestamp) }
}

function wordOf(data: Uint8Array, index: number): Uint8Array {
  return data.subarray(32 * index, 32 * index + 32)
}

type Log = { address: Hex; topics: Hex[]; data: Uint8Array }

/** Of a transaction that succeeded (EIP-658, EIP-2718). */
function decodeLogs(receipt: Uint8Array): Log[] {
  const isTyped = (receipt[0] ?? 0) < 0x80
  const fields = decodeRlp(isTyped ? receipt.subarray(1) : receipt)
  if (fields === null || fields instanceof Uint8Array || fields.length !== 4) throw invalid('Not the receipt of a transaction')
  const [status, , , logs] = fields
  if (!(status instanceof Uint8Array) || status.length !== 1 || status[0] !== 1) throw invalid('The transaction was reverted')
  if (logs === undefined || logs instanceof Uint8Array) throw invalid('Not the receipt of a transaction')
  return logs.map((log) => {
    if (log instanceof Uint8Array || log.length !== 3) throw invalid('Not the log of a transaction')
    const [address, topics, data] = log
    if (!(address instanceof Uint8Array) || topics === undefined || topics instanceof Uint8Array || !(data instanceof Uint8Array))
      throw invalid('Not the log of a transaction')
    return { address: toHex(address), topics: topics.map((topic) => (topic instanceof Uint8Array ? toHex(topic) : '0x')), data }
  })
}

function unsigned(item: Rlp | undefined): bigint {
  if (!(item instanceof Uint8Array) || item.length > 8 || item[0] === 0) throw invalid('Not the header of a block')
  return item.length === 0 ? 0n : BigInt(toHex(item))
}

function unsignedBytes(value: number): Uint8Array {
  const digits: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Uint8Array.from(digits)
}

/** Years beyond any calendar do not matter, but must not become another number. */
function milliseconds(seconds: bigint): number {
  const timeMs = Number(seconds) * 1000
  return Number.isSafeInteger(timeMs) ? timeMs : Number.MAX_SAFE_INTEGER
}

function invalid(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('REGISTRATION_INVALID', `Registration: ${message}`, { expected, received })
}
