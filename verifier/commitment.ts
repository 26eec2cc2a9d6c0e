import { sha256 } from 'viem/utils'
import { concatBytes, fromHex, fromUtf8, type Hex, isHex, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import { appendLeaf, type CompactRange, emptyRange, hashLeaf, inclusionProof, rootOf, verifyInclusion } from './merkle.ts'
import { checkTensor, decodeTensors, elementBytes, elementCount, encodeTensors, type Tensor } from './tensor.ts'

/**
 * Salted commitments to tensors: in place of the plain hash in a receipt, when the caller asks for it with a secret salt. The plain hash of something guessable, such as one of ten labels, is the thing
 * itself to whoever tries them all; this one says nothing without the salt. And its holder can show one element, or a few, and keep back the rest (SPEC.md section 11.1).
 */
export type CommitmentSide = 'input' | 'output'

export type SaltedTensors = {
  readonly tensors: readonly Tensor[]
  /** 32 bytes from a cryptographic generator, drawn for one request alone, and kept secret for as long as the tensors are. */
  readonly salt: Hex
  readonly side: CommitmentSide
  /** SHA-256, where the platform has a faster one. */
  readonly hash?: ((bytes: Uint8Array) => Uint8Array) | undefined
}

/** What a receipt holds as `inputHash` or `outputHash`. @throws `TENSOR_MALFORMED`, `OPENING_MALFORMED` */
export function commitTensors(salted: SaltedTensors): Hex {
  const { side, hash = sha256Bytes } = salted
  const leaves = leavesOf(salted)
  const hashes = leaves.map((leaf) => hash(concatBytes(leafPrefix, leaf)))
  return seal(side, leaves.length, rootOf(hashes.reduce<CompactRange>(appendLeaf, emptyRange)))
}

/** Shows one block of one tensor: a single element, where the tensor has at most 256. Plain JSON. */
export type Opening = {
  readonly side: CommitmentSide
  /** What the commitment was made of, in hexadecimal: the block's own salt, its place, and its values. */
  readonly leaf: Hex
  readonly index: number
  readonly leaves: number
  readonly root: Hex
  readonly proof: readonly Hex[]
}

/** Of the block that holds this element, counted in row-major order. @throws `OPENING_MALFORMED` where there is none */
export function openElement(salted: SaltedTensors & { readonly tensor: string; readonly element: number }): Opening {
  const { tensors, side, tensor: name, element } = salted
  const leaves = leavesOf(salted)
  const position = tensors.findIndex((tensor) => tensor.name === name)
  const index = leaves.findIndex((leaf) => {
    const { tensorIndex, first, block } = decodeLeaf(leaf)
    return tensorIndex === position && element >= first && element < first + elementCount(block.shape)
  })
  const leaf = leaves[index]
  if (leaf === undefined || position < 0) throw malformed('There is no such element', undefined, `${name}[${element}]`)
  const hashes = leaves.map(hashLeaf)
  // Perfect subtrees are at hand only in a tree; these are small, so they are made from the leaves.
  const node = (level: number, at: number): Uint8Array =>
    rootOf(hashes.slice(at * 2 ** level, (at + 1) * 2 ** level).reduce<CompactRange>(appendLeaf, emptyRange))
  const root = toHex(node(32, 0))
  return { side, leaf: toHex(leaf), index, leaves: leaves.length, root, proof: inclusionProof(index, leaves.length, node).map(toHex) }
}

export type OpenedBlock = {
  readonly side: CommitmentSide
  /** Position of the tensor among the inputs or outputs. */
  readonly tensorIndex: number
  /** Shape of the whole tensor. */
  readonly shape: readonly bigint[]
  /** Row-major number of the first element shown. */
  readonly first: number
  /** Name, datatype, and the elements shown, in one dimension. */
  readonly block: Tensor
}

/** From a file. What it says is for {@link verifyOpening}. @throws `OPENING_MALFORMED` */
export function decodeOpening(bytes: Uint8Array): Opening {
  let opening: unknown
  try {
    opening = JSON.parse(fromUtf8(bytes))
  } catch (cause) {
    throw new VerifierError('OPENING_MALFORMED', 'Opening: not JSON in UTF-8', { cause })
  }
  if (typeof opening !== 'object' || opening === null) throw malformed('not an object', undefined, shown(opening))
  return opening as Opening
}

/**
 * That these elements are part of what the receipt commits to. Whose receipt it is, is for `verifyReceipt` or `verifyBundle`.
 *
 * @param commitment `inputHash` or `outputHash` of a verified receipt, by `opening.side`
 * @throws `OPENING_MALFORMED`, `OPENING_MISMATCH`
 */
export function verifyOpening({ commitment, opening }: { commitment: Hex; opening: Opening }): OpenedBlock {
  const { side, leaf, index, leaves, root, proof } = opening
  if (side !== 'input' && side !== 'output') throw malformed('side', 'input or output', shown(side))
  if (!Number.isSafeInteger(leaves) || leaves < 1 || leaves > leavesMax) throw malformed('leaves', `1 to ${leavesMax}`, shown(leaves))
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves) throw malformed('index', `below ${leaves}`, shown(index))
  if (!Array.isArray(proof) || proof.length > 32 || !proof.every((hash) => isHex(hash, 32))) throw malformed('proof', 'hashes of 32 bytes')
  if (!isHex(leaf)) throw malformed('leaf', 'hexadecimal', shown(leaf))
  if (!isHex(root, 32)) throw malformed('root', '32 bytes', shown(root))
  if (!isHex(commitment, 32)) throw malformed('commitment', '32 bytes', shown(commitment))
  const bytes = fromHex(leaf)
  const opened = decodeLeaf(bytes)
  const received = seal(side, leaves, fromHex(root))
  if (received !== commitment.toLowerCase())
    throw new VerifierError('OPENING_MISMATCH', 'The receipt commits to another tree', { expected: commitment, received })
  try {
    verifyInclusion({
      leafHash: hashLeaf(bytes),
      index: BigInt(index),
      treeSize: BigInt(leaves),
      proof: proof.map((hash) => fromHex(hash)),
      root: fromHex(root),
    })
  } catch (cause) {
    throw new VerifierError('OPENING_MISMATCH', 'The receipt does not commit to what is shown', { cause })
  }
  return { side, ...opened }
}

/**
 * The attack on domains: a tree whose root is passed off as a plain hash of tensors, or an input's as an output's. Plain hashes are of bytes that begin with 31 zeros; this is of bytes that begin with a
 * tag, and the size keeps a subtree from passing for the tree.
 */
function seal(side: CommitmentSide, leaves: number, root: Uint8Array): Hex {
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(leaves))
  return toHex(sha256(concatBytes(tag(`nacre/${side}-commitment/1`), size, root), 'bytes'))
}

function leavesOf({ tensors, salt, side }: SaltedTensors): Uint8Array[] {
  if (!isHex(salt, 32)) throw malformed('Salt', '32 bytes', typeof salt)
  const secret = fromHex(salt)
  const leaves = tensors.flatMap((tensor, tensorIndex) =>
    blocksOf(tensor).map(({ first, block }) =>
      encodeLeaf(blockSalt(secret, side, tensorIndex, first), { tensorIndex, shape: tensor.shape, first, block }),
    ),
  )
  if (leaves.length === 0) throw malformed('No tensors to commit to')
  return leaves
}

/** One element to a block while there are at most 256; equal blocks of more in larger tensors, the last one shorter. Text is one block: its elements have no fixed length. */
function blocksOf(tensor: Tensor): { first: number; block: Tensor }[] {
  checkTensor(tensor)
  const { name, datatype, shape, data } = tensor
  const count = elementCount(shape)
  const width = elementBytes(datatype)
  if (width === null || count === 0) return [{ first: 0, block: { name, datatype, shape: [BigInt(count)], data } }]
  const size = Math.ceil(count / blocksMax)
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => {
    const first = index * size
    const end = Math.min(count, first + size)
    return { first, block: { name, datatype, shape: [BigInt(end - first)], data: data.subarray(first * width, end * width) } }
  })
}

/** Every block its own, so that showing one tells nothing of its neighbours: from one of these nobody gets to the secret. */
function blockSalt(secret: Uint8Array, side: CommitmentSide, tensorIndex: number, first: number): Uint8Array {
  return sha256(
    concatBytes(tag('nacre/block-salt/1'), secret, Uint8Array.of(side === 'input' ? 0 : 1), uint32(tensorIndex), uint32(first)),
    'bytes',
  )
}

/** `salt ‖ tensor index ‖ first element ‖ rank ‖ shape ‖ canonical bytes of the block`: every part but the last of a length that the parts before say. */
function encodeLeaf(salt: Uint8Array, { tensorIndex, shape, first, block }: Omit<OpenedBlock, 'side'>): Uint8Array {
  const dimensions = shape.map((size) => uint32(Number(size)))
  return concatBytes(salt, uint32(tensorIndex), uint32(first), uint32(shape.length), ...dimensions, encodeTensors([block]))
}

function decodeLeaf(leaf: Uint8Array): Omit<OpenedBlock, 'side'> {
  if (leaf.length < 44) throw malformed('leaf', 'at least 44 bytes', `${leaf.length} bytes`)
  const view = new DataView(leaf.buffer, leaf.byteOffset, leaf.byteLength)
  const rank = view.getUint32(40)
  if (rank > 16 || leaf.length < 44 + 4 * rank) throw malformed('rank', 'at most 16', String(rank))
  const shape = Array.from({ length: rank }, (_, index) => BigInt(view.getUint32(44 + 4 * index)))
  const [block, ...others] = decodeTensors(leaf.subarray(44 + 4 * rank))
  if (block === undefined || others.length > 0 || block.shape.length !== 1) throw malformed('block', 'one tensor of one dimension')
  return { tensorIndex: view.getUint32(32), first: view.getUint32(36), shape, block }
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

function tag(text: string): Uint8Array {
  const bytes = new Uint8Array(32)
  bytes.set(utf8(text))
  return bytes
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('OPENING_MALFORMED', `Opening: ${message}`, { expected, received })
}

/** RFC 9162 section 2.1.1. */
const leafPrefix = Uint8Array.of(0)
const sha256Bytes = (bytes: Uint8Array) => sha256(bytes, 'bytes')
const blocksMax = 256
const leavesMax = 2 ** 20
