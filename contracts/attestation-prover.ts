/**
 * Prepares the transactions that put an enclave's key on chain by its own attestation document (route 2).
 *
 * ```ts
 * const state = await readChainState({ client, registry, document })
 * const plan = prepareRegistration({ document, state })
 * if (plan.kind === 'register') for (const { to, data, gas } of plan.transactions) await wallet.sendTransaction({ to, data, gas })
 * ```
 *
 * Nothing here decides anything: the contract verifies the document again, and hints that are wrong only make it say no.
 * So this reads a document just as far as the hints need, and says early what the contract would say anyway.
 */
import { createHash } from 'node:crypto'
import { type Address, concat, encodeFunctionData, type Hex, hexToBytes, keccak256, type PublicClient, size, slice, toHex } from 'viem'
import { prove } from './codegen/p384-prover.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'
import { nitroAttestationVerifierAbi } from './generated/NitroAttestationVerifier.ts'

/** For decoding what `registerEnclave` reverts with: the verifier's errors pass through the registry. */
export const registrationAbi = [...enclaveRegistryAbi, ...nitroAttestationVerifierAbi.filter(({ type }) => type === 'error')] as const

/** What the chain knows that matters for one document. Read it with {@link readChainState}. */
export type ChainState = {
  registry: Address
  verifier: Address
  /** SHA-256 of the root certificate that the verifier trusts. */
  rootHash: Hex
  /** Ids of the document's certificates that the cache knows; see {@link sliceDocument}. */
  knownCertificates: ReadonlySet<Hex>
  /** 1 is approved, 2 revoked: `ApprovalStatus` in src/IEnclaveRegistry.sol. */
  imageStatus: number
  modelsStatus: number
  /** 1 active, 2 revoked, 3 expired: `KeyStatus`. */
  keyStatus: number
  /** Of the registration on record, like all that follows; zero without one. 1 an approver's word, 2 a document, 3 a verifier enclave's word. */
  route: number
  attestedAtSeconds: bigint
  imageId: Hex
  modelsId: Hex
  /** Places in the document's path, the root being 0, of certificates that were revoked. */
  revokedCertificates: readonly number[]
}

export type PreparedTransaction = {
  purpose: 'cache certificates' | 'register enclave'
  to: Address
  data: Hex
  /** A little more than it will use; what is left comes back. */
  gas: bigint
}

/**
 * - `register`: send the transactions in this order, each after the one before it was mined.
 * - `current`: a registration as new as this document is on record; there is nothing to do until the enclave makes a newer one.
 * - `refused`: the registry would say no. `final` means that this enclave can never be registered as it is: do not try
 *   again with newer documents of the same enclave. Otherwise something outside has to happen first.
 */
export type RegistrationPlan =
  | { kind: 'register'; key: Address; transactions: readonly PreparedTransaction[]; gas: bigint }
  | { kind: 'current'; key: Address }
  | { kind: 'refused'; key: Address; code: RefusalCode; final: boolean; message: string }

export type RefusalCode =
  | 'IMAGE_NOT_APPROVED'
  | 'IMAGE_REVOKED'
  | 'MODELS_NOT_APPROVED'
  | 'MODELS_REVOKED'
  | 'KEY_REVOKED'
  | 'KEY_BOUND_ELSEWHERE'
  | 'CERTIFICATE_REVOKED'
  | 'ROOT_MISMATCH'

/** @throws {AttestationProverError} for a document without valid signatures; it could only be refused. */
export function prepareRegistration(parameters: {
  document: Uint8Array
  state: ChainState
  limits?: Partial<TransactionLimits>
}): RegistrationPlan {
  const { document, state } = parameters
  const limits = { ...mainnetLimits, ...parameters.limits }
  const sliced = sliceDocument(document)
  const key = keyAddress(sliced)
  const refusal = refusalOf(sliced, state)
  if (refusal !== null) return { kind: 'refused', key, ...refusal }
  if (isCurrent(sliced, state)) return { kind: 'current', key }

  const hints = proveDocument(sliced, state.knownCertificates)
  const register = registerTransaction(document, sliced, hints, state)
  if (fits(register, limits)) return { kind: 'register', key, transactions: [register], gas: register.gas }
  // Only a path that is much longer than AWS's comes here. As many authorities as fit go first.
  for (let count = hints.length - 2; count >= 1; count--) {
    const cache = cacheTransaction(sliced, hints, count, state)
    if (!fits(cache, limits)) continue
    const rest = hints.map((hint, i): Hex => (i < count ? '0x' : hint))
    const second = registerTransaction(document, sliced, rest, state)
    if (!fits(second, limits)) break
    return { kind: 'register', key, transactions: [cache, second], gas: cache.gas + second.gas }
  }
  throw new AttestationProverError('TOO_LARGE', 'The path does not fit into two transactions')
}

/** What one transaction may be. */
export type TransactionLimits = { gasMax: bigint; bytesMax: number }
/** EIP-7825, and the size up to which nodes pass transactions on. */
export const mainnetLimits: TransactionLimits = { gasMax: 1n << 24n, bytesMax: 128 * 1024 - 1024 }

/** Reads what {@link prepareRegistration} needs, in one round of calls. */
export async function readChainState(parameters: { client: PublicClient; registry: Address; document: Uint8Array }): Promise<ChainState> {
  const { client, registry, document } = parameters
  const sliced = sliceDocument(document)
  const atRegistry = { address: registry, abi: enclaveRegistryAbi } as const
  const [verifier, isOpen] = await Promise.all([
    client.readContract({ ...atRegistry, functionName: 'attestationVerifier' }),
    client.readContract({ ...atRegistry, functionName: 'isRouteOpen', args: [routeOfDocuments] }),
  ])
  if (!isOpen)
    throw new AttestationProverError('ROUTE_CLOSED', 'This registry has no verifier of documents, or its owner closed the route for good')
  const atVerifier = { address: verifier, abi: nitroAttestationVerifierAbi } as const
  const isRevoked = ({ revocationId }: SlicedCertificate) =>
    client.readContract({ ...atVerifier, functionName: 'isRevoked', args: [revocationId] })
  const [rootHash, revoked, knownCertificates, imageStatus, modelsStatus, info] = await Promise.all([
    client.readContract({ ...atVerifier, functionName: 'rootHash' }),
    Promise.all(sliced.path.map(isRevoked)),
    readKnownCertificates({ client, verifier, sliced }),
    client.readContract({ ...atRegistry, functionName: 'imageStatus', args: [imageIdOfDocument(sliced)] }),
    client.readContract({ ...atRegistry, functionName: 'modelsStatus', args: [modelsIdOfDocument(sliced)] }),
    client.readContract({ ...atRegistry, functionName: 'keyInfo', args: [keyAddress(sliced)] }),
  ])
  const { status: keyStatus, route, attestedAtSeconds, imageId, modelsId } = info
  const revokedCertificates = [...revoked.keys()].filter((i) => revoked[i])
  return {
    ...{ registry, verifier, rootHash, knownCertificates, revokedCertificates, imageStatus, modelsStatus },
    ...{ keyStatus, route, attestedAtSeconds, imageId, modelsId },
  }
}

/** Which of the document's certificates a verifier's cache knows. */
export async function readKnownCertificates(parameters: {
  client: PublicClient
  verifier: Address
  sliced: SlicedDocument
}): Promise<Set<Hex>> {
  const { client, verifier, sliced } = parameters
  const ids = sliced.path.slice(1).map(({ id }) => id)
  const infos = await Promise.all(
    ids.map((id) =>
      client.readContract({ address: verifier, abi: nitroAttestationVerifierAbi, functionName: 'certificateInfo', args: [id] }),
    ),
  )
  return new Set(ids.filter((_, i) => infos[i]?.isKnown))
}

/**
 * Hints for `verifyAttestation`: one for each certificate below the root, `0x` where the cache makes it needless, and one
 * for the document. Some 15 kB and 20 ms each.
 *
 * @throws {AttestationProverError} `SIGNATURE_INVALID`
 */
export function proveDocument(sliced: SlicedDocument, knownCertificates: ReadonlySet<Hex> = new Set()): Hex[] {
  const lowestKnown = sliced.path.findLastIndex(({ id }) => knownCertificates.has(id))
  return sliced.path.map((_, i) => (i + 1 <= lowestKnown ? '0x' : proveSignature(sliced, i)))
}

/**
 * One of these hints: for the signature that the key of certificate `index` made, over the certificate below it or, for the
 * leaf, over the document. @throws {AttestationProverError} `SIGNATURE_INVALID`
 */
export function proveSignature({ path, sigStructure, signature }: SlicedDocument, index: number): Hex {
  const { publicKey } = path[index] as SlicedCertificate
  const below = path[index + 1]
  const signed = below === undefined ? { message: sigStructure, rs: signature } : { message: below.tbs, rs: below.signature }
  const [e, r, s, x, y] = [
    createHash('sha384').update(signed.message).digest(),
    signed.rs.subarray(0, 48),
    signed.rs.subarray(48),
    publicKey.subarray(0, 48),
    publicKey.subarray(48),
  ].map((bytes) => BigInt(toHex(bytes))) as [bigint, bigint, bigint, bigint, bigint]
  try {
    return toHex(prove({ e, r, s, q: { x, y } }))
  } catch (cause) {
    const what = below === undefined ? 'the document' : `certificate ${index + 1}`
    throw new AttestationProverError('SIGNATURE_INVALID', `The signature of ${what} is not valid`, cause)
  }
}

// ------------------------------------------------------------------ transactions

function registerTransaction(document: Uint8Array, sliced: SlicedDocument, hints: readonly Hex[], state: ChainState): PreparedTransaction {
  const data = encodeFunctionData({ abi: enclaveRegistryAbi, functionName: 'registerEnclave', args: [toHex(document), hints] })
  const hashed = sliced.path.slice(1).filter((_, i) => hints[i] !== '0x')
  const blocks = blocksOf(sliced.sigStructure.length) + hashed.reduce((sum, { tbs }) => sum + blocksOf(tbs.length), 0)
  return { purpose: 'register enclave', to: state.registry, data, gas: gasOf(data, hints, blocks) }
}

function cacheTransaction(sliced: SlicedDocument, hints: readonly Hex[], count: number, state: ChainState): PreparedTransaction {
  const certificates = sliced.path.slice(0, count + 1)
  const args = [certificates.map(({ der }) => toHex(der)), hints.slice(0, count)] as const
  const data = encodeFunctionData({ abi: nitroAttestationVerifierAbi, functionName: 'cacheCertificates', args })
  const blocks = certificates.slice(1).reduce((sum, { tbs }) => sum + blocksOf(tbs.length), 0)
  return { purpose: 'cache certificates', to: state.verifier, data, gas: gasOf(data, args[1], blocks) }
}

const blocksOf = (bytes: number) => Math.floor((bytes + 17 + 127) / 128)

/** An upper bound from the parts, all of which are measured in snapshots; an estimate by a node may follow, and is smaller. */
function gasOf(data: Hex, hints: readonly Hex[], blocks: number): bigint {
  const proofs = hints.filter((hint) => hint !== '0x').length
  const bytes = hexToBytes(data)
  const zeros = bytes.filter((byte) => byte === 0).length
  const calldata = 4 * zeros + 16 * (bytes.length - zeros)
  return BigInt(gas.transaction + calldata + blocks * gas.hashBlock + proofs * gas.signature + gas.rest + hints.length * gas.certificate)
}

/** Per part: a block of SHA-384 alone in its lane, a P-384 signature, reading and storing a certificate, everything else. */
const gas = { transaction: 21_000, hashBlock: 19_000, signature: 385_000, certificate: 45_000, rest: 200_000 } as const

function fits({ data, gas }: PreparedTransaction, { gasMax, bytesMax }: TransactionLimits): boolean {
  return gas <= gasMax && size(data) <= bytesMax
}

// ------------------------------------------------------------------ what the registry would say

/** A loop that tries again with every new document cannot help itself; this tells it when to stop. */
function refusalOf(sliced: SlicedDocument, state: ChainState): { code: RefusalCode; final: boolean; message: string } | null {
  const root = sliced.path[0] as SlicedCertificate
  if (root.id !== state.rootHash)
    return { code: 'ROOT_MISMATCH', final: true, message: `This verifier trusts root ${state.rootHash}, the document's is ${root.id}` }
  if (state.keyStatus === 2)
    return {
      code: 'KEY_REVOKED',
      // If it was the image or models that somebody named, their word may yet lose all weight.
      final: state.route === 0 || state.route === routeOfDocuments,
      message: 'The key, its image or its models were revoked; a restarted enclave draws a new key',
    }
  // Anything less than a document is replaced by one, whatever it said.
  const bound = isInForce(state) && state.route === routeOfDocuments
  if (bound && (state.imageId !== imageIdOfDocument(sliced) || state.modelsId !== modelsIdOfDocument(sliced)))
    return {
      code: 'KEY_BOUND_ELSEWHERE',
      final: true,
      message: `The key is registered for image ${state.imageId} and models ${state.modelsId}; a restarted enclave draws a new key`,
    }
  if (state.imageStatus === 2) return { code: 'IMAGE_REVOKED', final: true, message: `Image ${imageIdOfDocument(sliced)} was revoked` }
  if (state.modelsStatus === 2)
    return { code: 'MODELS_REVOKED', final: true, message: `Model set ${modelsIdOfDocument(sliced)} was revoked` }
  if (state.imageStatus !== 1)
    return { code: 'IMAGE_NOT_APPROVED', final: false, message: `The owner has to approve image ${imageIdOfDocument(sliced)} first` }
  if (state.modelsStatus !== 1)
    return { code: 'MODELS_NOT_APPROVED', final: false, message: `The owner has to approve model set ${modelsIdOfDocument(sliced)} first` }
  if (state.revokedCertificates.length > 0)
    return {
      code: 'CERTIFICATE_REVOKED',
      final: false,
      message: `Certificates ${state.revokedCertificates.join()} of the path were revoked; later documents may have others`,
    }
  return null
}

/** `ROUTE_ATTESTATION` in src/IEnclaveRegistry.sol. */
const routeOfDocuments = 2

/** Active or Expired; what else is on record counts as never said. */
const isInForce = ({ keyStatus }: ChainState) => keyStatus === 1 || keyStatus === 3

function isCurrent({ timestampMs }: SlicedDocument, state: ChainState): boolean {
  return isInForce(state) && state.route === routeOfDocuments && state.attestedAtSeconds >= BigInt(Math.floor(timestampMs / 1000))
}

function imageIdOfDocument({ pcrs }: SlicedDocument): Hex {
  return keccak256(concat([pcrOf(pcrs, 0), pcrOf(pcrs, 1), pcrOf(pcrs, 2)]))
}

function modelsIdOfDocument({ pcrs }: SlicedDocument): Hex {
  return keccak256(pcrOf(pcrs, 16))
}

function pcrOf(pcrs: ReadonlyMap<number, Hex>, index: number): Hex {
  const value = pcrs.get(index)
  if (value === undefined) throw new AttestationProverError('PCR_ABSENT', `The document has no PCR${index}`)
  return value
}

/** Address of the receipt key: SEC1 uncompressed. */
function keyAddress({ publicKey }: SlicedDocument): Address {
  if (publicKey === null || publicKey.length !== 65 || publicKey[0] !== 4)
    throw new AttestationProverError('KEY_MALFORMED', 'public_key is not a receipt key: 65 bytes, uncompressed')
  return slice(keccak256(publicKey.subarray(1)), 12)
}

// ------------------------------------------------------------------ slicing

export type SlicedCertificate = {
  der: Uint8Array
  tbs: Uint8Array
  /** r and s, 96 bytes. */
  signature: Uint8Array
  /** X and Y, 96 bytes. */
  publicKey: Uint8Array
  /** As in `certificateInfo`: SHA-256 of the root; below it keccak256(id of the issuer, TBSCertificate). */
  id: Hex
  /** As in `revocationIdOf`: keccak256 of serial number, algorithm and issuer, which stand side by side. */
  revocationId: Hex
}

export type SlicedDocument = {
  sigStructure: Uint8Array
  signature: Uint8Array
  timestampMs: number
  pcrs: ReadonlyMap<number, Hex>
  publicKey: Uint8Array | null
  /** From the root to the leaf. */
  path: readonly SlicedCertificate[]
}

/**
 * Finds the pieces of a document that proofs are made of. Not a verification, nor a strict parser: those are the contract and
 * `verifyAttestation`. @throws {AttestationProverError} `DOCUMENT_MALFORMED`
 */
export function sliceDocument(document: Uint8Array): SlicedDocument {
  try {
    return sliceCose(Uint8Array.from(document))
  } catch (cause) {
    if (cause instanceof AttestationProverError) throw cause
    throw new AttestationProverError('DOCUMENT_MALFORMED', 'Not an attestation document', cause)
  }
}

function sliceCose(document: Uint8Array): SlicedDocument {
  const items = readCbor(document, document[0] === 0xd2 ? 1 : 0).value
  if (!Array.isArray(items)) throw malformed('the envelope')
  const [protectedHeader, , payload, signature] = items
  if (!isBytes(protectedHeader) || !isBytes(payload) || !isBytes(signature) || signature.length !== 96) throw malformed('the envelope')
  const fields = readCbor(payload, 0).value
  if (!(fields instanceof Map)) throw malformed('the payload')
  const [pcrs, cabundle, certificate, timestamp] = ['pcrs', 'cabundle', 'certificate', 'timestamp'].map((name) => fields.get(name))
  if (!(pcrs instanceof Map) || !Array.isArray(cabundle) || !isBytes(certificate) || typeof timestamp !== 'number')
    throw malformed('a field')
  const publicKey = fields.get('public_key') ?? null
  if (publicKey !== null && !isBytes(publicKey)) throw malformed('public_key')
  const path: SlicedCertificate[] = []
  for (const der of [...cabundle, certificate]) {
    if (!isBytes(der)) throw malformed('cabundle')
    path.push(sliceCertificate(der, path[path.length - 1]?.id ?? null))
  }
  return {
    sigStructure: Buffer.concat([
      Buffer.from([0x84, 0x6a]),
      Buffer.from('Signature1'),
      cborBytes(protectedHeader),
      Buffer.from([0x40]),
      cborBytes(payload),
    ]),
    signature,
    timestampMs: timestamp,
    pcrs: new Map([...pcrs].map(([index, value]) => [index as number, toHex(value as Uint8Array)])),
    publicKey,
    path,
  }
}

/** RFC 5280 section 4.1: SEQUENCE { tbs, algorithm, BIT STRING }, and the key as the seventh element of the signed part. */
function sliceCertificate(der: Uint8Array, issuerId: Hex | null): SlicedCertificate {
  const [tbs, , bitString] = childrenOf(readDer(der, 0).content) as [DerPiece, DerPiece, DerPiece]
  const [r, s] = childrenOf(readDer(bitString.content.subarray(1), 0).content) as [DerPiece, DerPiece]
  const [, serial, algorithm, issuer, , , spki] = childrenOf(tbs.content) as DerPiece[]
  if (serial === undefined || algorithm === undefined || issuer === undefined || spki === undefined) throw malformed('a certificate')
  const point = (childrenOf(spki.content)[1] as DerPiece).content
  if (point.length !== 98) throw malformed('a public key')
  return {
    der,
    tbs: tbs.whole,
    signature: Buffer.concat([fixed48(r.content), fixed48(s.content)]),
    publicKey: point.subarray(2),
    id: issuerId === null ? toHex(createHash('sha256').update(der).digest()) : keccak256(concat([issuerId, toHex(tbs.whole)])),
    revocationId: keccak256(concat([serial, algorithm, issuer].map(({ whole }) => toHex(whole)))),
  }
}

type DerPiece = { whole: Uint8Array; content: Uint8Array }

function readDer(bytes: Uint8Array, at: number): DerPiece {
  const first = bytes[at + 1] ?? 0
  const width = first < 0x80 ? 0 : first & 0x7f
  const length = width === 0 ? first : Number(BigInt(toHex(bytes.subarray(at + 2, at + 2 + width))))
  const start = at + 2 + width
  if (width > 2 || start + length > bytes.length) throw malformed('a certificate')
  return { whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) }
}

function childrenOf(content: Uint8Array): DerPiece[] {
  const pieces: DerPiece[] = []
  for (let at = 0; at < content.length; ) {
    const piece = readDer(content, at)
    pieces.push(piece)
    at += piece.whole.length
  }
  return pieces
}

function fixed48(integer: Uint8Array): Uint8Array {
  const start = integer.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? new Uint8Array(0) : integer.subarray(start)
  if (digits.length > 48) throw malformed('a signature')
  return Buffer.concat([new Uint8Array(48 - digits.length), digits])
}

type Cbor = number | string | null | Uint8Array | Cbor[] | Map<number | string, Cbor>
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

function readCbor(bytes: Uint8Array, at: number, depth = 0): { value: Cbor; end: number } {
  const initial = bytes[at]
  if (initial === undefined || depth > 8) throw malformed('its encoding')
  if (initial === 0xf6) return { value: null, end: at + 1 }
  const [major, info] = [initial >> 5, initial & 31]
  const width = info < 24 || info === 31 ? 0 : 1 << (info - 24)
  const start = at + 1 + width
  const argument = info < 24 ? info : width === 0 ? Number.POSITIVE_INFINITY : Number(BigInt(toHex(bytes.subarray(at + 1, start))))
  if (major === 0) return { value: argument, end: start }
  if (major === 1) return { value: -1 - argument, end: start }
  if (major === 2 || major === 3) {
    const content = bytes.subarray(start, start + argument)
    if (content.length !== argument) throw malformed('its length')
    return { value: major === 2 ? content : new TextDecoder().decode(content), end: start + argument }
  }
  if (major > 5) throw malformed('its encoding')
  const list: Cbor[] = []
  let end = start
  for (let i = 0; i < argument * (major === 5 ? 2 : 1); i++) {
    if (argument === Number.POSITIVE_INFINITY && bytes[end] === 0xff) {
      end += 1
      break
    }
    const item = readCbor(bytes, end, depth + 1)
    list.push(item.value)
    end = item.end
  }
  if (major === 4) return { value: list, end }
  const map = new Map<number | string, Cbor>()
  for (let i = 0; i + 1 < list.length; i += 2) map.set(list[i] as number | string, list[i + 1] as Cbor)
  return { value: map, end }
}

function cborBytes(content: Uint8Array): Uint8Array {
  const { length } = content
  const head = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

// ------------------------------------------------------------------ errors

/**
 * - `DOCUMENT_MALFORMED`, `KEY_MALFORMED`, `PCR_ABSENT`: not a document that the registry could take.
 * - `SIGNATURE_INVALID`: a signature in it is not valid, so there is no proof.
 * - `TOO_LARGE`: its path does not fit into two transactions.
 * - `ROUTE_CLOSED`: the registry has no route 2, or not any more.
 */
export type AttestationProverErrorCode =
  | 'DOCUMENT_MALFORMED'
  | 'KEY_MALFORMED'
  | 'PCR_ABSENT'
  | 'SIGNATURE_INVALID'
  | 'TOO_LARGE'
  | 'ROUTE_CLOSED'

export class AttestationProverError extends Error {
  override readonly name = 'AttestationProverError'
  readonly code: AttestationProverErrorCode
  constructor(code: AttestationProverErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

function malformed(what: string): AttestationProverError {
  return new AttestationProverError('DOCUMENT_MALFORMED', `Not an attestation document: ${what}`)
}
