import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '@nacre/verifier/bytes'
import { decodeManifest, encodeManifest } from '@nacre/verifier/manifest'

/** Writes a model folder: `logits = relu(x · A) · B`, float32, random weights, ten logits. The two matrices are all of its size: 4 · hidden · (inputs + 10) bytes. */
export function writeSyntheticModel(parts: { modelsFolder: string; like: string; name: string; inputs: number; hidden: number }): void {
  const { modelsFolder, like, name, inputs, hidden } = parts
  const onnx = message(
    [1, varint(8)], // ir_version
    [8, message([2, varint(13)])], // opset_import
    [
      7,
      message(
        [1, node('MatMul', ['x', 'A'], 'sums')],
        [1, node('Relu', ['sums'], 'hidden')],
        [1, node('MatMul', ['hidden', 'B'], 'logits')],
        [2, Buffer.from(name)],
        [5, weights('A', inputs, hidden)],
        [5, weights('B', hidden, 10)],
        [11, valueInfo('x', inputs)],
        [12, valueInfo('logits', 10)],
      ),
    ],
  )
  const manifest = {
    ...decodeManifest(readFileSync(join(like, 'manifest.json'))),
    name,
    inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [-1, inputs] }],
    outputs: [{ name: 'logits', datatype: 'FP32' as const, shape: [-1, 10] }],
    weights: { bytes: onnx.length, sha256: toHex(createHash('sha256').update(onnx).digest()) },
  }
  const folder = join(modelsFolder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), onnx)
  writeFileSync(join(folder, 'manifest.json'), encodeManifest(manifest))
}

// ONNX is protobuf (onnx.proto3): fields by number, either a varint or bytes behind their length.

type Field = [number: number, content: Buffer | Varint]
class Varint {
  readonly bytes: Buffer
  constructor(value: number) {
    this.bytes = varintBytes(value)
  }
}
const varint = (value: number) => new Varint(value)

function varintBytes(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}

function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, content]) =>
      content instanceof Varint
        ? [varintBytes(number * 8), content.bytes]
        : [varintBytes(number * 8 + 2), varintBytes(content.length), content],
    ),
  )
}

function node(operator: string, inputs: readonly string[], output: string): Buffer {
  return message(...inputs.map((input): Field => [1, Buffer.from(input)]), [2, Buffer.from(output)], [4, Buffer.from(operator)])
}

const float32 = 1

function weights(name: string, rows: number, columns: number): Buffer {
  const bytes = randomBytes(4 * rows * columns)
  // Random signs and fractions under one exponent: every weight between 2^-7 and 2^-6.
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(((bytes.readUInt32LE(at) & 0x807fffff) | (120 << 23)) >>> 0, at)
  return message([1, varint(rows)], [1, varint(columns)], [2, varint(float32)], [8, Buffer.from(name)], [9, bytes])
}

function valueInfo(name: string, width: number): Buffer {
  const shape = message([1, message([2, Buffer.from('rows')])], [1, message([1, varint(width)])])
  return message([1, Buffer.from(name)], [2, message([1, message([1, varint(float32)], [2, shape])])])
}
