import type { ModelManifest, TensorSpec } from '@nacre/verifier/manifest'
import { type Datatype, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EnclaveError } from './errors.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { decodeInferRequest } from './oip-request.ts'

const manifest: ModelManifest = {
  format: 'nacre/model/1',
  name: 'm',
  version: '1',
  platform: 'onnx_onnxv1',
  weights: { sha256: `0x${'00'.repeat(32)}`, bytes: 1 },
  inputs: [
    { name: 'a', datatype: 'FP32', shape: [-1, 2] },
    { name: 'b', datatype: 'INT64', shape: [1] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1] },
    { name: 'z', datatype: 'FP32', shape: [-1] },
  ],
  labels: [],
  runtime: { engine: 'onnxruntime', version: '1.30.0', graphOptimizationLevel: 'all', intraOpThreads: 1, interOpThreads: 1 },
}
const single = (spec: Partial<TensorSpec>): ModelManifest => ({
  ...manifest,
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1], ...spec }],
})

const a = { name: 'a', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] }
const b = { name: 'b', datatype: 'INT64', shape: [1], data: [7] }

function decode(
  request: unknown,
  parts: { binary?: Uint8Array; manifest?: ModelManifest; headerLength?: string; limits?: Partial<Limits> } = {},
) {
  const json = typeof request === 'string' ? Buffer.from(request) : Buffer.from(JSON.stringify(request))
  const { binary, headerLength = binary === undefined ? undefined : String(json.length) } = parts
  const limits = { ...defaultLimits, ...parts.limits }
  return decodeInferRequest({
    body: Buffer.concat([json, binary ?? new Uint8Array(0)]),
    headerLength,
    manifest: parts.manifest ?? manifest,
    limits,
  })
}

function refused(request: unknown, code: string, parts?: Parameters<typeof decode>[1]): void {
  expect(() => decode(request, parts)).toThrowError(expect.objectContaining({ code }))
}

describe('an OIP request in JSON', () => {
  test('gives tensors in the manifest’s order, whatever order they came in', () => {
    const { inputs, outputs, id, requestId, domain } = decode({ inputs: [b, a] })
    expect(inputs.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(inputs.map(tensorValues)).toEqual([[1, 2, 3, 4], [7n]])
    expect(inputs[0]?.shape).toEqual([2n, 2n])
    expect(outputs.map(({ spec, binary }) => [spec.name, binary])).toEqual([
      ['y', false],
      ['z', false],
    ])
    expect([id, requestId, domain]).toEqual([undefined, undefined, null])
  })

  test('data may be nested or flat', () => {
    const nested = {
      ...a,
      data: [
        [1, 2],
        [3, 4],
      ],
    }
    expect(decode({ inputs: [nested, b] }).inputs).toEqual(decode({ inputs: [a, b] }).inputs)
  })

  test('unknown parameters and fields are ignored', () => {
    expect(
      decode({ model_name: 'm', extra: 1, parameters: { extra: [1] }, inputs: [{ ...a, parameters: { extra: 1 } }, b] }).inputs,
    ).toHaveLength(2)
  })

  test.each([
    ['an array', [], 'REQUEST_INVALID'],
    ['null', null, 'REQUEST_INVALID'],
    ['no inputs', {}, 'REQUEST_INVALID'],
    ['inputs that are no list', { inputs: {} }, 'REQUEST_INVALID'],
    ['an input that is no object', { inputs: [1] }, 'REQUEST_INVALID'],
    ['parameters that are no object', { inputs: [a, b], parameters: [] }, 'REQUEST_INVALID'],
    ['an id that is no text', { inputs: [a, b], id: 7 }, 'REQUEST_INVALID'],
    ['a missing input', { inputs: [a] }, 'INPUT_NAMES_MISMATCH'],
    ['an unknown input', { inputs: [a, b, { ...a, name: 'c' }] }, 'INPUT_NAMES_MISMATCH'],
    ['an input twice', { inputs: [a, a, b] }, 'INPUT_NAMES_MISMATCH'],
    ['a name of the prototype', { inputs: [a, { ...b, name: '__proto__' }] }, 'INPUT_NAMES_MISMATCH'],
    ['another datatype', { inputs: [{ ...a, datatype: 'FP64' }, b] }, 'INPUT_DATATYPE_MISMATCH'],
    ['no datatype', { inputs: [{ name: 'a', shape: [2, 2], data: [1, 2, 3, 4] }, b] }, 'INPUT_DATATYPE_MISMATCH'],
    ['another rank', { inputs: [{ ...a, shape: [4] }, b] }, 'INPUT_SHAPE_MISMATCH'],
    ['another fixed dimension', { inputs: [{ ...a, shape: [1, 4] }, b] }, 'INPUT_SHAPE_MISMATCH'],
    ['a negative dimension', { inputs: [{ ...a, shape: [-1, 2] }, b] }, 'REQUEST_INVALID'],
    ['a dimension with a fraction', { inputs: [{ ...a, shape: [1.5, 2] }, b] }, 'REQUEST_INVALID'],
    ['a shape that is no list', { inputs: [{ ...a, shape: 2 }, b] }, 'REQUEST_INVALID'],
    ['too few elements', { inputs: [{ ...a, data: [1, 2, 3] }, b] }, 'INPUT_LENGTH_MISMATCH'],
    ['too many elements', { inputs: [{ ...a, data: [1, 2, 3, 4, 5] }, b] }, 'INPUT_LENGTH_MISMATCH'],
    ['no data', { inputs: [{ name: 'a', datatype: 'FP32', shape: [2, 2] }, b] }, 'REQUEST_INVALID'],
    ['null among the data', { inputs: [{ ...a, data: [1, 2, 3, null] }, b] }, 'INPUT_VALUE_INVALID'],
    ['text among numbers', { inputs: [{ ...a, data: [1, 2, 3, '4'] }, b] }, 'INPUT_VALUE_INVALID'],
    ['a truth value among numbers', { inputs: [{ ...a, data: [1, 2, 3, true] }, b] }, 'INPUT_VALUE_INVALID'],
    ['a number beyond float32', { inputs: [{ ...a, data: [1, 2, 3, 1e39] }, b] }, 'INPUT_VALUE_INVALID'],
    ['a fraction as int64', { inputs: [a, { ...b, data: [1.5] }] }, 'INPUT_VALUE_INVALID'],
    ['an unknown output', { inputs: [a, b], outputs: [{ name: 'q' }] }, 'OUTPUT_UNKNOWN'],
    ['an output twice', { inputs: [a, b], outputs: [{ name: 'y' }, { name: 'y' }] }, 'OUTPUT_UNKNOWN'],
    ['binary_data that is no truth value', { inputs: [a, b], outputs: [{ name: 'y', parameters: { binary_data: 1 } }] }, 'REQUEST_INVALID'],
  ])('refuses %s', (_, request, code) => refused(request, code))

  test('a number beyond float64 is infinite to JSON.parse, and refused', () => {
    refused(`{"inputs":[{"name":"a","datatype":"FP32","shape":[1,2],"data":[1,1e400]},${JSON.stringify(b)}]}`, 'INPUT_VALUE_INVALID')
  })

  test('float32 values keep their bits, negative zero and subnormals too', () => {
    const text = '{"inputs":[{"name":"x","datatype":"FP32","shape":[4],"data":[-0,1e-45,0.1,-3.4028234663852886e38]}]}'
    const { inputs } = decode(text, { manifest: single({}) })
    const words = new Uint32Array(Uint8Array.from(inputs[0]?.data ?? []).buffer)
    expect([...words]).toEqual([0x80000000, 1, 0x3dcccccd, 0xff7fffff])
  })
})

describe('64-bit integers', () => {
  test('exact up to 2^53 in JSON', () => {
    for (const value of [9007199254740991, -9007199254740991])
      expect(decode({ inputs: [a, { ...b, data: [value] }] }).inputs.map(tensorValues)[1]).toEqual([BigInt(value)])
  })

  test.each(['9007199254740992', '9007199254740993', '-9223372036854775808', '1e300'])('%s needs binary', (digits) => {
    refused(`{"inputs":[${JSON.stringify(a)},{"name":"b","datatype":"INT64","shape":[1],"data":[${digits}]}]}`, 'INPUT_NEEDS_BINARY')
  })

  test('all of them in binary', () => {
    const values = [(1n << 63n) - 1n]
    const { data } = tensorFromValues({ name: 'b', datatype: 'INT64', shape: [1], values })
    const request = { inputs: [a, { name: 'b', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } }] }
    expect(decode(request, { binary: data }).inputs.map(tensorValues)[1]).toEqual(values)
  })
})

describe('binary tensor data', () => {
  const binaryA = { name: 'a', datatype: 'FP32', shape: [1, 2], parameters: { binary_data_size: 8 } }
  const binaryB = { name: 'b', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } }
  const data = Uint8Array.from({ length: 16 }, (_, i) => i)

  test('follows the JSON in the order of the request’s inputs', () => {
    const { inputs } = decode({ inputs: [binaryB, binaryA] }, { binary: data })
    expect(inputs.map(({ name, data }) => [name, [...data]])).toEqual([
      ['a', [...data.subarray(8)]],
      ['b', [...data.subarray(0, 8)]],
    ])
  })

  test('may be mixed with JSON', () => {
    expect(decode({ inputs: [binaryA, b] }, { binary: data.subarray(0, 8) }).inputs.map(({ data }) => data.length)).toEqual([8, 8])
  })

  test.each([
    ['fewer bytes than binary_data_size', [binaryA, binaryB], 15],
    ['more bytes than all tensors', [binaryA, binaryB], 17],
    ['bytes that no input claims', [a, b], 1],
  ])('%s', (_, inputs, length) => refused({ inputs }, 'BINARY_LENGTH_MISMATCH', { binary: new Uint8Array(length) }))

  test.each([-1, 1.5, '8', null, 1e20])('binary_data_size %s', (size) => {
    refused({ inputs: [{ ...binaryA, parameters: { binary_data_size: size } }, b] }, 'BINARY_LENGTH_MISMATCH', { binary: data })
  })

  test('a size that does not fill the shape', () => {
    refused({ inputs: [{ ...binaryA, shape: [2, 2] }, binaryB] }, 'INPUT_LENGTH_MISMATCH', { binary: data })
  })

  test('both data and binary data', () => refused({ inputs: [{ ...binaryA, data: [1, 2] }, binaryB] }, 'REQUEST_INVALID', { binary: data }))

  test('without the header there is no binary data', () => refused({ inputs: [binaryA, b] }, 'BINARY_LENGTH_MISMATCH'))

  test.each(['-1', '+5', '5.0', '1e1', '', ' 5', '0x10', '99999999999', '1000000'])('the header %j', (headerLength) =>
    refused({ inputs: [a, b] }, 'BINARY_LENGTH_MISMATCH', { headerLength }),
  )

  test('a truth value is one of two bytes', () => {
    const request = { inputs: [{ name: 'x', datatype: 'BOOL', shape: [2], parameters: { binary_data_size: 2 } }] }
    expect(decode(request, { manifest: single({ datatype: 'BOOL' }), binary: Uint8Array.of(0, 1) }).inputs).toHaveLength(1)
    refused(request, 'INPUT_VALUE_INVALID', { manifest: single({ datatype: 'BOOL' }), binary: Uint8Array.of(0, 2) })
  })

  test('BYTES carry their lengths, which must fit, and hold text', () => {
    const request = (size: number) => ({ inputs: [{ name: 'x', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: size } }] })
    const bytes = single({ datatype: 'BYTES' })
    expect(decode(request(6), { manifest: bytes, binary: Uint8Array.of(2, 0, 0, 0, 0xc3, 0xa4) }).inputs.map(tensorValues)).toEqual([['ä']])
    refused(request(6), 'INPUT_LENGTH_MISMATCH', { manifest: bytes, binary: Uint8Array.of(3, 0, 0, 0, 1, 2) })
    refused(request(3), 'INPUT_LENGTH_MISMATCH', { manifest: bytes, binary: Uint8Array.of(1, 0, 0) })
    // Four bytes are one empty text: 16 MiB of zeros are four million of them, none of which is made.
    refused(request(1 << 24), 'INPUT_LENGTH_MISMATCH', { manifest: bytes, binary: new Uint8Array(1 << 24) })
    refused(request(0), 'INPUT_LENGTH_MISMATCH', { manifest: bytes, binary: new Uint8Array(0) })
    refused(request(5), 'INPUT_VALUE_INVALID', { manifest: bytes, binary: Uint8Array.of(1, 0, 0, 0, 0xff) })
  })

  test('outputs: for all, and for one', () => {
    const outputs = (request: object) => decode({ inputs: [a, b], ...request }).outputs.map(({ spec, binary }) => [spec.name, binary])
    expect(outputs({ parameters: { binary_data_output: true } })).toEqual([
      ['y', true],
      ['z', true],
    ])
    expect(
      outputs({ parameters: { binary_data_output: true }, outputs: [{ name: 'z' }, { name: 'y', parameters: { binary_data: false } }] }),
    ).toEqual([
      ['y', false],
      ['z', true],
    ])
    expect(outputs({ outputs: [{ name: 'z', parameters: { binary_data: true } }] })).toEqual([['z', true]])
    expect(outputs({ outputs: [] })).toEqual([
      ['y', false],
      ['z', false],
    ])
  })
})

describe('a body without JSON', () => {
  test('is the one input, its open dimension told by its length', () => {
    const { inputs } = decode('', { binary: new Uint8Array(24), headerLength: '0', manifest: single({ shape: [-1, 3] }) })
    expect(inputs[0]?.shape).toEqual([2n, 3n])
  })

  test('must have a whole number of elements', () =>
    refused('', 'INPUT_LENGTH_MISMATCH', { binary: new Uint8Array(25), headerLength: '0', manifest: single({ shape: [-1, 3] }) }))

  test.each([
    ['two inputs', manifest],
    ['two open dimensions', single({ shape: [-1, -1] })],
    ['elements without a fixed size', single({ datatype: 'BYTES' })],
  ])('%s cannot be told', (_, model) => refused('', 'REQUEST_INVALID', { binary: new Uint8Array(8), headerLength: '0', manifest: model }))
})

describe('parameters of the receipt', () => {
  const contract = `0x${'Ab'.repeat(20)}`
  const parameters = (parameters: object) => decode({ inputs: [a, b], parameters })

  test('request_id in either case', () => {
    expect(parameters({ request_id: `0x${'AB'.repeat(32)}` }).requestId).toBe(`0x${'ab'.repeat(32)}`)
  })
  test.each(['0x12', 'ab'.repeat(32), 7, null, `0x${'zz'.repeat(32)}`])('request_id %s', (request_id) =>
    refused({ inputs: [a, b], parameters: { request_id } }, 'REQUEST_ID_MALFORMED'),
  )

  test('the audience, its chain as a number or as text', () => {
    const domain = { chainId: 31337n, verifyingContract: contract.toLowerCase() }
    for (const chain_id of [31337, '31337']) expect(parameters({ chain_id, verifying_contract: contract }).domain).toEqual(domain)
    const most = ((1n << 256n) - 1n).toString()
    expect(parameters({ chain_id: most, verifying_contract: contract }).domain?.chainId).toBe((1n << 256n) - 1n)
  })
  test.each([
    ['a chain alone', { chain_id: 1 }],
    ['a contract alone', { verifying_contract: contract }],
    ['chain 0', { chain_id: 0, verifying_contract: contract }],
    ['a negative chain', { chain_id: -1, verifying_contract: contract }],
    ['a fraction', { chain_id: 1.5, verifying_contract: contract }],
    ['a rounded number', { chain_id: 2 ** 60, verifying_contract: contract }],
    ['2^256', { chain_id: (1n << 256n).toString(), verifying_contract: contract }],
    ['hexadecimal', { chain_id: '0x1', verifying_contract: contract }],
    ['a short contract', { chain_id: 1, verifying_contract: '0x12' }],
  ])('refuses %s', (_, parameters) => refused({ inputs: [a, b], parameters }, 'AUDIENCE_MALFORMED'))
})

describe('limits', () => {
  test('id', () => {
    expect(decode({ id: 'x'.repeat(256), inputs: [a, b] }).id).toHaveLength(256)
    refused({ id: 'x'.repeat(257), inputs: [a, b] }, 'REQUEST_TOO_COMPLEX')
  })
  test('tensors', () => {
    refused({ inputs: [a, b, a] }, 'REQUEST_TOO_COMPLEX', { limits: { tensorsMax: 2 } })
    refused({ inputs: [a, b], outputs: [{}, {}, {}] }, 'REQUEST_TOO_COMPLEX', { limits: { tensorsMax: 2 } })
  })
  test('batch', () => {
    expect(decode({ inputs: [a, b] }, { limits: { batchMax: 2 } }).inputs).toHaveLength(2)
    refused({ inputs: [a, b] }, 'REQUEST_TOO_COMPLEX', { limits: { batchMax: 1 } })
  })
  test('open dimensions and elements, before any element is read', () => {
    const open = single({ shape: [1, -1] })
    const x = (size: number) => ({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, size], data: [] }] })
    refused(x(4097), 'REQUEST_TOO_COMPLEX', { manifest: open })
    refused(x(4096), 'INPUT_LENGTH_MISMATCH', { manifest: open })
    refused(x(101), 'REQUEST_TOO_COMPLEX', { manifest: open, limits: { elementsMax: 100 } })
    refused({ inputs: [{ name: 'x', datatype: 'FP32', shape: [256, 4096, 4096], data: [] }] }, 'REQUEST_TOO_COMPLEX', {
      manifest: single({ shape: [-1, -1, -1] }),
    })
  })
  test('what is sent back of a request is short', () => {
    try {
      decode({ inputs: [{ ...a, datatype: 'x'.repeat(10_000) }, b] })
    } catch (error) {
      expect((error as EnclaveError).received?.length).toBeLessThanOrEqual(100)
    }
  })
})

describe('fuzzing', () => {
  const onlyTypedErrors = (run: () => unknown) => {
    try {
      run()
    } catch (error) {
      if (!(error instanceof EnclaveError)) throw error
      expect(['INTERNAL', 'MODEL_OUTPUT_INVALID']).not.toContain(error.code)
    }
  }

  test('any bytes and any header end in a typed error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.oneof(fc.nat(250).map(String), fc.string()), { nil: undefined }),
        (body, headerLength) => onlyTypedErrors(() => decodeInferRequest({ body, headerLength, manifest, limits: defaultLimits })),
      ),
      { numRuns: 2000 },
    )
  })

  test('any JSON in the place of any field ends in a typed error', () => {
    const any = fc.jsonValue({ maxDepth: 3 })
    const tensor = fc.record(
      {
        name: fc.oneof(fc.constantFrom('a', 'b'), any),
        datatype: fc.oneof(fc.constantFrom('FP32', 'INT64'), any),
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 3 })), any),
        data: any,
        parameters: fc.oneof(fc.record({ binary_data_size: fc.oneof(fc.nat(40), any) }), any),
      },
      { requiredKeys: [] },
    )
    const request = fc.record(
      { id: any, inputs: fc.oneof(fc.array(tensor), any), outputs: any, parameters: any },
      { requiredKeys: ['inputs'] },
    )
    fc.assert(
      fc.property(request, fc.uint8Array({ maxLength: 40 }), (request, binary) => onlyTypedErrors(() => decode(request, { binary }))),
      { numRuns: 2000 },
    )
  })

  test('what is accepted holds exactly the values that were sent', () => {
    const kinds: [Datatype, fc.Arbitrary<number | boolean | string>][] = [
      ['BOOL', fc.boolean()],
      ['UINT8', fc.integer({ min: 0, max: 255 })],
      ['INT8', fc.integer({ min: -128, max: 127 })],
      ['UINT16', fc.integer({ min: 0, max: 65535 })],
      ['INT16', fc.integer({ min: -32768, max: 32767 })],
      ['UINT32', fc.integer({ min: 0, max: 0xffffffff })],
      ['INT32', fc.integer({ min: -0x80000000, max: 0x7fffffff })],
      ['FP32', fc.float({ noNaN: true, noDefaultInfinity: true })],
      ['FP64', fc.double({ noNaN: true, noDefaultInfinity: true })],
      ['BYTES', fc.string({ unit: 'grapheme' })],
    ]
    for (const [datatype, value] of kinds) {
      fc.assert(
        fc.property(fc.array(value, { maxLength: 10 }), (values) => {
          const text = values.map((value) => (Object.is(value, -0) ? '-0' : JSON.stringify(value)))
          const request = `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[${values.length}],"data":[${text}]}]}`
          expect(tensorValues(decode(request, { manifest: single({ datatype }) }).inputs[0] as never)).toEqual(values)
        }),
      )
    }
  })
})
