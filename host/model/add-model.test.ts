import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeOnnxManifest } from '@nacre/verifier/manifest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modelsPcrOf } from '../models-pcr.ts'
import { type AddModelParameters, addModel } from './add-model.ts'

const shipped = fileURLToPath(new URL('../../enclave/models/digits/', import.meta.url))
const shippedManifest = readFileSync(join(shipped, 'manifest.json'))
const { labels } = decodeOnnxManifest(shippedManifest)
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nacre-models-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const add = (changes: Partial<AddModelParameters> = {}) =>
  addModel({
    onnxPath: join(shipped, 'model.onnx'),
    modelsFolder: folder,
    name: 'digits',
    version: '1',
    labels,
    graphOptimizationLevel: 'all',
    rowsIndependent: true,
    openSize: 8,
    timeoutMs: 60_000,
    ...changes,
  })
const file = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const refused = (code: string, changes: Partial<AddModelParameters>) =>
  expect(add({ name: 'refused', ...changes })).rejects.toMatchObject({ name: 'ModelError', code })

test('a model that is added is the very one that is shipped: same manifest, same id', async () => {
  const added = await add()
  expect(readFileSync(join(folder, 'digits/manifest.json'))).toEqual(shippedManifest)
  expect(readFileSync(join(folder, 'digits/model.onnx'))).toEqual(readFileSync(join(shipped, 'model.onnx')))
  expect(added.pcr16).toBe(await modelsPcrOf(folder))
  expect(added.selfTest.rowsLookIndependent).toBe(true)
  const { inputs } = JSON.parse(readFileSync(join(folder, 'digits/samples/generated.json'), 'utf8'))
  expect(inputs).toMatchObject([{ name: 'pixels', datatype: 'FP32', shape: [1, 64] }])
  await expect(add()).rejects.toMatchObject({ code: 'MODEL_EXISTS' })
})

describe('is refused, and leaves nothing', () => {
  test.each([
    ['a file that is not there', 'MODEL_UNREADABLE', () => ({ onnxPath: join(folder, 'none.onnx') })],
    ['a file that is no model', 'MODEL_UNSUPPORTED', () => ({ onnxPath: file('text.onnx', Buffer.from('not a model')) })],
    ['a folder', 'MODEL_UNSUPPORTED', () => ({ onnxPath: shipped })],
    ['the folder of a program', 'MODEL_UNSUPPORTED', () => ({ onnxPath: join(shipped, '../spam') })],
    ['a name that leads elsewhere', 'MANIFEST_INVALID', () => ({ name: '../escaped' })],
    ['a version that no manifest holds', 'MANIFEST_INVALID', () => ({ version: '1/2' })],
    [
      'rows that depend on each other',
      'ROWS_DEPEND',
      () => ({ onnxPath: file('mean.onnx', rowsMinusTheirMean()), graphOptimizationLevel: 'basic' as const }),
    ],
  ])('%s', async (_, code, changes) => {
    await refused(code, changes())
    expect(readdirSync(folder).filter((name) => name.includes('refused') || name.includes('escaped'))).toEqual([])
  })

  test('but the last is a model as good as any, where nobody says its rows are independent', async () => {
    const onnxPath = file('mean.onnx', rowsMinusTheirMean())
    const { manifest, selfTest } = await add({
      name: 'mean',
      onnxPath,
      graphOptimizationLevel: 'basic',
      rowsIndependent: false,
      labels: [],
    })
    expect(manifest).toMatchObject({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 3] }],
    })
    expect(manifest).not.toHaveProperty('rows')
    expect(selfTest.rowsLookIndependent).toBe(false)
  })
})

/** y = x - mean of x over the first dimension, FP32 [any, 3]: an ONNX file (onnx.proto3), opset 13. */
function rowsMinusTheirMean(): Uint8Array {
  const field = (number: number, value: Uint8Array | string | number): Buffer => {
    const tag = (number << 3) | (typeof value === 'number' ? 0 : 2)
    const tagBytes = Buffer.from(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7])
    if (typeof value === 'number') return Buffer.concat([tagBytes, Buffer.from([value])])
    const bytes = Buffer.from(value)
    return Buffer.concat([tagBytes, Buffer.from([bytes.length]), bytes])
  }
  const message = (...fields: Buffer[]) => Buffer.concat(fields)
  const dimension = message(field(1, message(field(2, 'n'))), field(1, message(field(1, 3))))
  const value = (name: string) => message(field(1, name), field(2, message(field(1, message(field(1, 1), field(2, dimension))))))
  const integers = (name: string, integer: number) => message(field(1, name), field(8, integer), field(20, 7))
  const mean = message(field(1, 'x'), field(2, 'm'), field(4, 'ReduceMean'), field(5, integers('axes', 0)))
  const subtract = message(field(1, 'x'), field(1, 'm'), field(2, 'y'), field(4, 'Sub'))
  const graph = message(field(1, mean), field(1, subtract), field(2, 'g'), field(11, value('x')), field(12, value('y')))
  return message(field(1, 8), field(7, graph), field(8, message(field(2, 13))))
}
