import { expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { tensorFromValues } from '../tensor.ts'
import { decodeTensorFile } from './tensor-file.ts'
import { rankLabels, tensorData, tensorRows } from './tensor-summary.ts'

const tensor = tensorFromValues({ name: 'x', datatype: 'FP32', shape: [2, 2], values: [1.5, -0, 3, 4] })
const decode = (json: unknown) => decodeTensorFile(utf8(typeof json === 'string' ? json : JSON.stringify(json)), 'FILE')
const values = '[1.5, -0, 3, 4]'
const head = '"name": "x", "datatype": "FP32", "shape": [2, 2]'

test('a sample, a request of the Open Inference Protocol and its bare inputs give the same tensors, -0 included', () => {
  expect(decode(`{"label": "7", "tensor": {${head}, "values": ${values}}}`)).toEqual([tensor])
  expect(decode(`{"id": "1", "inputs": [{${head}, "data": ${values}}]}`)).toEqual([tensor])
  expect(decode(`[{${head}, "data": [[1.5, -0], [3, 4]]}]`)).toEqual([tensor])
})

test('anything else is an unreadable input that says which forms there are', () => {
  for (const json of [
    'no JSON',
    'null',
    {},
    { image: {} },
    [1],
    `{"tensor": {${head}, "values": [1]}}`,
    `{"tensor": {${head}}}`,
    '[{"name": "x", "datatype": "FP31", "shape": [1], "data": [1]}]',
    '[{"name": "x", "datatype": "INT64", "shape": [1], "data": [9007199254740993]}]',
  ])
    expect(() => decode(json), JSON.stringify(json)).toThrow(
      expect.objectContaining({ code: 'INPUT_UNREADABLE', remedy: expect.stringContaining('"inputs"') }),
    )
})

test('labels rank rows of scores, best first, where they fit the last dimension', () => {
  expect(rankLabels(tensor, ['even', 'odd'], 1)).toEqual([[{ label: 'even', score: 1.5 }], [{ label: 'odd', score: 4 }]])
  expect(rankLabels(tensor, ['even', 'odd', 'neither'], 1)).toBeNull()
  expect(tensorRows(tensor, ['even', 'odd'])).toEqual([
    ['x', 'FP32 [2, 2]'],
    ['', 'even 1.5   odd 0'],
    ['', 'odd 4   even 3'],
  ])
  expect(tensorRows(tensor)).toEqual([['x', 'FP32 [2, 2]  1.5 0 3 4']])
})

test('JSON holds values that its numbers cannot', () => {
  const large = tensorFromValues({ name: 'n', datatype: 'INT64', shape: [1], values: [1n << 62n] })
  expect(tensorData(large)).toEqual({ name: 'n', datatype: 'INT64', shape: [1], bytes: 8, values: [1n << 62n] })
  const nan = { ...tensor, shape: [1n], data: Uint8Array.of(0, 0, 0xc0, 0x7f) }
  expect(tensorData(nan).values).toEqual(['NaN'])
})
