import { concatBytes, equalBytes, fromUtf8, type Hex, sha256, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'

/** Element types of the Open Inference Protocol v2, by its names. */
export type Datatype = (typeof datatypes)[number]
export const datatypes = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const

export type Tensor = {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly bigint[]
  /** Little-endian, row-major. `BYTES`: each element is its length as u32, then its bytes, as in OIP's binary form. */
  readonly data: Uint8Array
}

export type TensorValue = number | bigint | boolean | string

/** The ABI type behind canonical tensors: a contract builds and reads the same bytes. */
export const tensorsAbi = [
  {
    type: 'tuple[]',
    components: [
      { name: 'name', type: 'string' },
      { name: 'datatype', type: 'string' },
      { name: 'shape', type: 'uint64[]' },
      { name: 'data', type: 'bytes' },
    ],
  },
] as const

/**
 * Canonical bytes: `abi.encode(Tensor[])` as Solidity and viem write it. Written by hand because general encoders go through hexadecimal text, a hundred times slower for a picture.
 *
 * @throws `TENSOR_MALFORMED` when a tensor's data does not fill its shape.
 */
export function encodeTensors(tensors: readonly Tensor[]): Uint8Array {
  return concatBytes(...tensorPieces(tensors))
}

/** The same bytes in pieces, of which every other one is a tensor's data itself and no copy: for whoever hashes them. @throws `TENSOR_MALFORMED` */
export function tensorPieces(tensors: readonly Tensor[]): Uint8Array[] {
  for (const tensor of tensors) checkTensor(tensor)
  const names = tensors.map(({ name }) => utf8(name))
  const pieces: Uint8Array[] = []
  let head = new Uint8Array((2 + tensors.length) * 32 + (tensors.length === 0 ? 0 : headBytes(tensors, names, 0)))
  let at = 0
  // Big-endian at the end of 32 bytes; lengths and dimensions are far below 2^53.
  const word = (value: number) => {
    for (let byte = at + 31, rest = value; rest > 0; byte--, rest = Math.floor(rest / 256)) head[byte] = rest % 256
    at += 32
  }
  word(32)
  word(tensors.length)
  let offset = tensors.length * 32
  for (let i = 0; i < tensors.length; i++) {
    word(offset)
    offset += headBytes(tensors, names, i) + padded((tensors[i] as Tensor).data.length)
  }
  for (let i = 0; i < tensors.length; i++) {
    const { datatype, shape, data } = tensors[i] as Tensor
    const name = names[i] as Uint8Array
    if (i > 0) {
      // What fills up the data before comes with this head.
      at = padding((tensors[i - 1] as Tensor).data.length)
      head = new Uint8Array(at + headBytes(tensors, names, i))
    }
    const datatypeAt = 4 * 32 + 32 + padded(name.length)
    const shapeAt = datatypeAt + 32 + padded(datatype.length)
    word(4 * 32)
    word(datatypeAt)
    word(shapeAt)
    word(shapeAt + 32 + shape.length * 32)
    word(name.length)
    head.set(name, at)
    at += padded(name.length)
    word(datatype.length)
    for (let j = 0; j < datatype.length; j++) head[at + j] = datatype.charCodeAt(j)
    at += padded(datatype.length)
    word(shape.length)
    for (const dimension of shape) word(Number(dimension))
    word(data.length)
    pieces.push(head, data)
  }
  if (tensors.length === 0) pieces.push(head)
  const rest = padding(tensors.at(-1)?.data.length ?? 0)
  if (rest > 0) pieces.push(new Uint8Array(rest))
  return pieces
}

/** Everything of a tensor before its data: four offsets, name, datatype, shape, and the data's length. */
function headBytes(tensors: readonly Tensor[], names: readonly Uint8Array[], i: number): number {
  const { datatype, shape } = tensors[i] as Tensor
  return 8 * 32 + padded((names[i] as Uint8Array).length) + padded(datatype.length) + shape.length * 32
}

const padded = (length: number) => Math.ceil(length / 32) * 32
const padding = (length: number) => padded(length) - length

/** Accepts exactly what {@link encodeTensors} writes: ABI decoders alone accept many encodings of one value. @throws `TENSOR_MALFORMED` */
export function decodeTensors(bytes: Uint8Array): Tensor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 32
  const word = () => {
    if (bytes.length - at < 32) throw malformed('Ends in the middle of a tensor')
    const value = view.getBigUint64(at + 24)
    at += 32
    return value
  }
  const length = () => {
    const value = word()
    if (value > BigInt(bytes.length)) throw malformed('Length reaches past the end', `at most ${bytes.length}`, String(value))
    return Number(value)
  }
  const string = () => {
    const size = length()
    // A copy also of Node's Buffer, whose slice() is a view.
    const content = new Uint8Array(bytes.subarray(at, at + size))
    at += padded(content.length)
    return content
  }
  const count = length()
  at += 32 * count
  const tensors: Tensor[] = []
  for (let index = 0; index < count; index++) {
    at += 4 * 32
    const name = decodeText(string())
    const datatype = decodeText(string())
    if (!isDatatype(datatype)) throw malformed('Unknown datatype', datatypes.join(', '), datatype.slice(0, 100))
    const rank = length()
    if (rank > rankMax) throw malformed('Too many dimensions', `at most ${rankMax}`, String(rank))
    tensors.push({ name, datatype, shape: Array.from({ length: rank }, word), data: string() })
  }
  // Offsets, padding and the upper halves of words were not looked at: encoding again and comparing settles them all.
  if (!equalBytes(encodeTensors(tensors), bytes)) throw malformed('Not the canonical ABI encoding of its tensors')
  return tensors
}

/** SHA-256 of the canonical bytes: the `inputHash` and `outputHash` of a receipt. */
export async function hashTensors(tensors: readonly Tensor[]): Promise<Hex> {
  return toHex(await sha256(encodeTensors(tensors)))
}

export function isDatatype(value: unknown): value is Datatype {
  return datatypes.includes(value as Datatype)
}

/** Bytes of one element; `null` for `BYTES`, whose elements carry their own length. */
export function elementBytes(datatype: Datatype): number | null {
  return widths[datatype]
}

/** Product of the dimensions. @throws `TENSOR_MALFORMED` for negative ones and for products over 2^31. */
export function elementCount(shape: readonly (number | bigint)[]): number {
  if (shape.length > rankMax) throw malformed('Too many dimensions', `at most ${rankMax}`, String(shape.length))
  let count = 1
  let zero = false
  for (const dimension of shape) {
    // Rounds only what is out of range by far.
    const size = Number(dimension)
    if (!(size >= 0 && size <= elementsMax && Number.isInteger(size)))
      throw malformed('Dimension out of range', `0 to ${elementsMax}`, String(dimension))
    if (size === 0) zero = true
    else count *= size
    if (count > elementsMax) throw malformed('Too many elements', `at most ${elementsMax}`)
  }
  return zero ? 0 : count
}

/**
 * Builds a tensor from plain values. `FP32` values are rounded to the nearest float32 (`Math.fround`), integers must be in range, `BYTES` takes text as UTF-8.
 *
 * @throws `TENSOR_MALFORMED`
 */
export function tensorFromValues(tensor: {
  name: string
  datatype: Datatype
  shape: readonly (number | bigint)[]
  values: readonly TensorValue[]
}): Tensor {
  const { name, datatype, values } = tensor
  const count = elementCount(tensor.shape)
  if (values.length !== count) throw malformed('Values do not fill the shape', `${count} values`, `${values.length}`)
  const shape = tensor.shape.map(BigInt)
  if (datatype === 'BYTES') return { name, datatype, shape, data: encodeTexts(values) }
  const data = new Uint8Array(count * (widths[datatype] as number))
  const view = new DataView(data.buffer)
  const write = writers[datatype]
  for (let i = 0; i < count; i++) write(view, i, values[i] as TensorValue)
  return { name, datatype, shape, data }
}

/** The elements in row-major order: `INT64`/`UINT64` as `bigint`, `BOOL` as `boolean`, `BYTES` as text, the rest as `number`. @throws `TENSOR_MALFORMED` */
export function tensorValues(tensor: Tensor): TensorValue[] {
  checkTensor(tensor)
  const { datatype, data } = tensor
  if (datatype === 'BYTES') return splitBytes(data).map(decodeText)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const read = readers[datatype]
  return Array.from({ length: elementCount(tensor.shape) }, (_, i) => read(view, i))
}

/** @throws `TENSOR_MALFORMED` */
export function checkTensor({ name, datatype, shape, data }: Tensor): void {
  if (name.length > nameLengthMax) throw malformed('Name too long', `at most ${nameLengthMax} characters`, String(name.length))
  if (!name.isWellFormed()) throw malformed('Name holds a lone surrogate')
  if (!isDatatype(datatype)) throw malformed('Unknown datatype', datatypes.join(', '), shown(datatype))
  const count = elementCount(shape)
  const width = widths[datatype]
  const received = width === null ? countBytes(data, count) : data.length / width
  if (received !== count) throw malformed(`Data of "${name}" does not fill its shape`, `${count} elements`, `${received}`)
  // One truth has one encoding: any nonzero byte would read as true.
  if (datatype === 'BOOL' && data.some((byte) => byte > 1)) throw malformed('BOOL bytes are 0 or 1')
}

const rankMax = 16
const nameLengthMax = 256
const elementsMax = 2 ** 31

const widths = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  BF16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: null,
} as const satisfies Record<Datatype, number | null>

type Fixed = Exclude<Datatype, 'BYTES'>
type Writer = (view: DataView, index: number, value: TensorValue) => void

const readers: Record<Fixed, (view: DataView, index: number) => TensorValue> = {
  BOOL: (view, i) => view.getUint8(i) === 1,
  UINT8: (view, i) => view.getUint8(i),
  UINT16: (view, i) => view.getUint16(2 * i, true),
  UINT32: (view, i) => view.getUint32(4 * i, true),
  UINT64: (view, i) => view.getBigUint64(8 * i, true),
  INT8: (view, i) => view.getInt8(i),
  INT16: (view, i) => view.getInt16(2 * i, true),
  INT32: (view, i) => view.getInt32(4 * i, true),
  INT64: (view, i) => view.getBigInt64(8 * i, true),
  FP16: (view, i) => halfToNumber(view.getUint16(2 * i, true)),
  BF16: (view, i) => bfloatToNumber(view.getUint16(2 * i, true)),
  FP32: (view, i) => view.getFloat32(4 * i, true),
  FP64: (view, i) => view.getFloat64(8 * i, true),
}

const writers: Record<Fixed, Writer> = {
  BOOL: (view, i, value) => {
    if (typeof value !== 'boolean') throw malformed('BOOL takes true and false', 'boolean', typeof value)
    view.setUint8(i, value ? 1 : 0)
  },
  UINT8: (view, i, value) => view.setUint8(i, integer(value, 0, 255)),
  UINT16: (view, i, value) => view.setUint16(2 * i, integer(value, 0, 65535), true),
  UINT32: (view, i, value) => view.setUint32(4 * i, integer(value, 0, 4294967295), true),
  UINT64: (view, i, value) => view.setBigUint64(8 * i, bigInteger(value, 0n, (1n << 64n) - 1n), true),
  INT8: (view, i, value) => view.setInt8(i, integer(value, -128, 127)),
  INT16: (view, i, value) => view.setInt16(2 * i, integer(value, -32768, 32767), true),
  INT32: (view, i, value) => view.setInt32(4 * i, integer(value, -2147483648, 2147483647), true),
  INT64: (view, i, value) => view.setBigInt64(8 * i, bigInteger(value, -(1n << 63n), (1n << 63n) - 1n), true),
  FP16: () => {
    throw malformed("FP16 travels as bytes only: rounding a number to it is the caller's choice")
  },
  BF16: () => {
    throw malformed("BF16 travels as bytes only: rounding a number to it is the caller's choice")
  },
  FP32: (view, i, value) => {
    const rounded = Math.fround(float(value))
    if (!Number.isFinite(rounded)) throw malformed('Beyond the range of FP32', undefined, shown(value))
    view.setFloat32(4 * i, rounded, true)
  },
  FP64: (view, i, value) => view.setFloat64(8 * i, float(value), true),
}

function integer(value: TensorValue, least: number, most: number): number {
  // By type, not by conversion: Number(null) is 0 and Number([5]) is 5.
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value)))
    throw malformed('Not an integer', `${least} to ${most}`, shown(value))
  const number = Number(value)
  if (number < least || number > most) throw malformed('Integer out of range', `${least} to ${most}`, shown(value))
  return number
}

function bigInteger(value: TensorValue, least: bigint, most: bigint): bigint {
  // A JSON parser has already rounded integers over 2^53: accepting one would sign another input than the caller wrote.
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value))
    throw malformed('Not an exact integer: give 64-bit values over 2^53 as bytes', undefined, shown(value))
  const exact = BigInt(value)
  if (exact < least || exact > most) throw malformed('Integer out of range', `${least} to ${most}`, shown(value))
  return exact
}

function float(value: TensorValue): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed('Not a finite number', undefined, shown(value))
  return value
}

function encodeTexts(values: readonly TensorValue[]): Uint8Array {
  const elements = values.map((value) => {
    if (typeof value !== 'string' || !value.isWellFormed()) throw malformed('BYTES takes text here', 'string', typeof value)
    return utf8(value)
  })
  return joinBytes(elements)
}

function decodeText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    throw new VerifierError('TENSOR_MALFORMED', 'Not UTF-8 text', { cause })
  }
}

/** The elements of a `BYTES` tensor. @throws `TENSOR_MALFORMED` */
export function splitBytes(data: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = []
  for (let at = 0; at < data.length; ) {
    const end = elementEnd(data, at)
    elements.push(data.subarray(at + 4, end))
    at = end
  }
  return elements
}

/** The data of a `BYTES` tensor with these elements. */
export function joinBytes(elements: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(elements.reduce((sum, element) => sum + 4 + element.length, 0))
  const view = new DataView(data.buffer)
  let at = 0
  for (const element of elements) {
    view.setUint32(at, element.length, true)
    data.set(element, at + 4)
    at += 4 + element.length
  }
  return data
}

/** Stops at the first element too many: megabytes of empty elements must not cost more than the shape admits. */
function countBytes(data: Uint8Array, countMax: number): number {
  let count = 0
  for (let at = 0; at < data.length && count <= countMax; count++) at = elementEnd(data, at)
  return count
}

function elementEnd(data: Uint8Array, at: number): number {
  if (data.length - at < 4) throw malformed('BYTES element ends in its length')
  const end = at + 4 + new DataView(data.buffer, data.byteOffset + at, 4).getUint32(0, true)
  if (end > data.length) throw malformed('BYTES element reaches past the end')
  return end
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, bits << 16)
  return view.getFloat32(0)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('TENSOR_MALFORMED', message, { expected, received })
}
