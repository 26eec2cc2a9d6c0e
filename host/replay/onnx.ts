import { ReplayError } from './replay-error.ts'

/** The parts of an ONNX model (onnx.proto3) that an interpreter of integers needs. Promises nothing about their sense. */
export type OnnxGraph = {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: ReadonlyMap<string, OnnxTensor>
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export type OnnxNode = {
  readonly operator: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Integer attributes; others are named in `otherAttributes`. */
  readonly integers: ReadonlyMap<string, number>
  readonly otherAttributes: readonly string[]
}

/** `elementType` is onnx.TensorProto.DataType. */
export type OnnxTensor = {
  readonly elementType: number
  readonly dims: readonly number[]
  readonly raw: Uint8Array | null
  readonly int32s: readonly number[]
}

/** @throws {@link ReplayError} `MODEL_UNSUPPORTED` */
export function decodeOnnx(bytes: Uint8Array): OnnxGraph {
  const graphs = all(bytes, 7)
  const [graph] = graphs
  if (graph === undefined || graphs.length !== 1) throw unsupported('not an ONNX model')
  // Functions of the model's own would give operators another meaning.
  if (all(bytes, 25).length > 0) throw unsupported('functions')
  if (all(graph, 15).length > 0) throw unsupported('sparse initializers')
  return {
    nodes: all(graph, 1).map(decodeNode),
    initializers: new Map(all(graph, 5).map((tensor) => [text(all(tensor, 8)[0]), decodeTensor(tensor)])),
    inputs: all(graph, 11).map((value) => text(all(value, 1)[0])),
    outputs: all(graph, 12).map((value) => text(all(value, 1)[0])),
  }
}

function decodeNode(bytes: Uint8Array): OnnxNode {
  const integers = new Map<string, number>()
  const otherAttributes: string[] = []
  for (const attribute of all(bytes, 5)) {
    const name = text(all(attribute, 1)[0])
    const isInteger = Number(numbers(attribute, 20)[0]) === 2
    if (isInteger) integers.set(name, safe(numbers(attribute, 3)[0] ?? 0n))
    else otherAttributes.push(name)
  }
  const texts = (field: number) => all(bytes, field).map(text)
  return { operator: texts(4)[0] ?? '', domain: texts(7)[0] ?? '', inputs: texts(1), outputs: texts(2), integers, otherAttributes }
}

function decodeTensor(bytes: Uint8Array): OnnxTensor {
  if (all(bytes, 13).length > 0 || numbers(bytes, 14).some((location) => location !== 0n)) throw unsupported('weights in other files')
  return {
    elementType: safe(numbers(bytes, 2)[0] ?? 0n),
    dims: numbers(bytes, 1).map(safe),
    raw: all(bytes, 9)[0] ?? null,
    int32s: numbers(bytes, 5).map((value) => Number(BigInt.asIntN(32, value))),
  }
}

type Field = { number: number; value: bigint | Uint8Array }

/** Protocol buffers, wire types 0, 1, 2 and 5. */
function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw unsupported('cut off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw unsupported('a number over 64 bits')
  }
  const take = (length: number) => {
    if (length > bytes.length - at) throw unsupported('cut off')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = varint()
    const [number, wire] = [Number(key >> 3n), Number(key & 7n)]
    if (wire === 0) yield { number, value: varint() }
    else if (wire === 1) yield { number, value: take(8) }
    else if (wire === 5) yield { number, value: take(4) }
    else if (wire === 2) yield { number, value: take(safe(varint())) }
    else throw unsupported(`wire type ${wire}`)
  }
}

/** The length-delimited fields of one number. */
function all(bytes: Uint8Array, number: number): Uint8Array[] {
  return [...fields(bytes)].flatMap((field) => (field.number === number && field.value instanceof Uint8Array ? [field.value] : []))
}

/** The numbers of one field, packed or not. */
function numbers(bytes: Uint8Array, number: number): bigint[] {
  return [...fields(bytes)].flatMap(({ number: found, value }) => {
    if (found !== number) return []
    return typeof value === 'bigint' ? [value] : unpack(value)
  })
}

function unpack(bytes: Uint8Array): bigint[] {
  const values: bigint[] = []
  let [value, shift] = [0n, 0n]
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift
    shift += 7n
    if (byte >= 0x80 && shift < 70n) continue
    values.push(BigInt.asUintN(64, value))
    ;[value, shift] = [0n, 0n]
  }
  return values
}

function safe(value: bigint): number {
  if (value > 2n ** 31n) throw unsupported(`the number ${value}`)
  return Number(value)
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
}

function unsupported(what: string): ReplayError {
  return new ReplayError('MODEL_UNSUPPORTED', `The integer engine cannot read this model: ${what}`)
}
