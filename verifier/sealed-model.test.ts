import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { toHex, utf8 } from './bytes.ts'
import { encodeCanonicalJson } from './canonical-json.ts'
import type { OnnxManifest, ProgramManifest } from './manifest.ts'
import {
  decodeSealedModel,
  encodeSealedModel,
  type SealedModel,
  sealedBytes,
  sealedChunkCount,
  sealedChunkNonce,
  sealedParts,
} from './sealed-model.ts'

const sealed: SealedModel = {
  format: 'nacre/sealed-model/1',
  modelId: `0x${'11'.repeat(32)}`,
  weightsBytes: 5_000_000,
  chunkBytes: 1 << 20,
  keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  encryptedKey: '0x0102',
  salt: `0x${'22'.repeat(32)}`,
  keyCheck: `0x${'33'.repeat(32)}`,
}

test('SEAL-01 accepts a header with exactly its fields', () => {
  expect(decodeSealedModel(encodeSealedModel(sealed))).toEqual(sealed)
  expect(
    decodeSealedModel(encodeSealedModel({ ...sealed, keyArn: sealed.keyArn.replace('arn:aws:', 'arn:aws-us-gov:') })).weightsBytes,
  ).toBe(5_000_000)
})

test('SEAL-01 rejects other fields, ranges, spellings, and an alias in the place of a key', async () => {
  const changes: object[] = [
    { format: 'nacre/sealed-model/2' },
    { modelId: `0x${'AA'.repeat(32)}` },
    { modelId: '0x11' },
    { weightsBytes: 0 },
    { weightsBytes: '5' },
    { chunkBytes: 4095 },
    { chunkBytes: (16 << 20) + 1 },
    { keyArn: 'alias/models' },
    { keyArn: 'arn:aws:kms:eu-central-1:111122223333:alias/models' },
    { keyArn: `${sealed.keyArn}\n` },
    { encryptedKey: '0x' },
    { encryptedKey: `0x${'00'.repeat(6145)}` },
    { salt: null },
    { keyCheck: { toString: false } },
    { further: 1 },
  ]
  for (const change of changes)
    expect(await verdict(() => decodeSealedModel(encodeCanonicalJson({ ...sealed, ...change })))).toBe('SEALED_MODEL_MALFORMED')
  const { salt: _, ...without } = sealed
  expect(await verdict(() => decodeSealedModel(encodeCanonicalJson(without)))).toBe('SEALED_MODEL_MALFORMED')
  for (const text of ['null', '[]', '1']) expect(await verdict(() => decodeSealedModel(utf8(text)))).toBe('SEALED_MODEL_MALFORMED')
  expect(await verdict(() => decodeSealedModel(utf8(JSON.stringify(sealed, null, 1))))).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeSealedModel(new Uint8Array(20_000)))).toBe('SEALED_MODEL_MALFORMED')
})

const sha256 = (byte: string) => `0x${byte.repeat(32)}` as const
const onnx = (weights: OnnxManifest['weights']) => ({ platform: 'onnx_onnxv1', weights }) as OnnxManifest
const stage = { read: onnx({ sha256: sha256('01'), bytes: 10 }), find: onnx({ sha256: sha256('02'), bytes: 20 }) }
const program = {
  platform: 'nacre_program',
  stages: [
    { role: 'read', modelId: sha256('aa') },
    { role: 'find', modelId: sha256('bb') },
  ],
  files: [{ name: 'alphabet.txt', sha256: sha256('03'), bytes: 5 }],
} as unknown as ProgramManifest

test('SEAL-02 accepts the parts in the order of the manifest, which gives each its place, hash and length', () => {
  expect(sealedParts(stage.read)).toEqual([{ path: 'model.onnx', sha256: sha256('01'), bytes: 10 }])
  const stages = new Map([
    [sha256('bb'), stage.find],
    [sha256('aa'), stage.read],
  ])
  expect(sealedParts(program, stages)).toEqual([
    { path: 'stages/read/model.onnx', sha256: sha256('01'), bytes: 10 },
    { path: 'stages/find/model.onnx', sha256: sha256('02'), bytes: 20 },
    { path: 'alphabet.txt', sha256: sha256('03'), bytes: 5 },
  ])
})

test('SEAL-02 rejects a stage under another id than the program names', async () => {
  expect(await verdict(() => sealedParts(program))).toBe('SEALED_MODEL_MALFORMED')
  const stages = new Map([
    [sha256('aa'), stage.read],
    [sha256('cc'), stage.find],
  ])
  expect(await verdict(() => sealedParts(program, stages))).toBe('SEALED_MODEL_MALFORMED')
})

test('a nonce names one place: its number, and whether it is the last', () => {
  expect(toHex(sealedChunkNonce(0, false))).toBe('0x000000000000000000000000')
  expect(toHex(sealedChunkNonce(0x0102, true))).toBe('0x000000000000000000010201')
  const all = [0, 1, 255, 256, 65_536].flatMap((index) => [toHex(sealedChunkNonce(index, false)), toHex(sealedChunkNonce(index, true))])
  expect(new Set(all).size).toBe(10)
})

test('the length of the ciphertext follows from the header', () => {
  const of = (weightsBytes: number) => [sealedChunkCount({ ...sealed, weightsBytes }), sealedBytes({ ...sealed, weightsBytes })]
  expect([of(1), of(1 << 20), of((1 << 20) + 1)]).toEqual([
    [1, 17],
    [1, (1 << 20) + 16],
    [2, (1 << 20) + 33],
  ])
})
