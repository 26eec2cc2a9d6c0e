import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256Hex, testDomain } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { concatBytes, toHex, utf8 } from './bytes.ts'
import { decodeInferResponse, encodeInferRequest, type HttpMessage, inferenceHeaderLength, jsonData, signatureOf } from './response.ts'
import { type Datatype, encodeTensors, type Tensor, tensorFromValues } from './tensor.ts'

const parameters = {
  request_id: sha256Hex('request'),
  model_id: sha256Hex('model'),
  input_hash: sha256Hex('input'),
  output_hash: sha256Hex('output'),
  timestamp_ms: 1_768_478_400_000,
  sequence: 3,
  signature: `0x${'11'.repeat(65)}`,
  attestation_sha256: sha256Hex('document'),
  attestation_url: '/attestation/raw?sha256=0x',
  keyset_url: '/.well-known/nacre-keyset',
}
const json = (outputs: unknown, more: object = {}, parametersMore: object = {}) =>
  `{"model_name":"m","parameters":${JSON.stringify({ ...parameters, ...parametersMore })},"outputs":${typeof outputs === 'string' ? outputs : JSON.stringify(outputs)}${Object.entries(
    more,
  )
    .map(([key, value]) => `,"${key}":${JSON.stringify(value)}`)
    .join('')}}`
const decode = (text: string) => decodeInferResponse({ headers: {}, body: utf8(text) })
const decodeBinary = (text: string, ...data: Uint8Array[]) =>
  decodeInferResponse({ headers: { [inferenceHeaderLength]: String(utf8(text).length) }, body: concatBytes(utf8(text), ...data) })
const refused = (run: () => unknown, code = 'RESPONSE_MALFORMED') => verdict(run).then((verdictCode) => expect(verdictCode).toBe(code))
const output = (datatype: Datatype, shape: number[], data: string) =>
  `[{"name":"y","datatype":"${datatype}","shape":[${shape}],"data":${data}}]`

test('HTTP-01 accepts an answer whose parameters hold receipt, signature and references', () => {
  const answer = decode(
    json(
      [],
      { id: 'i', model_version: '2' },
      { chain_id: '31337', verifying_contract: testDomain.verifyingContract, signer: '0xabc', extra: 1 },
    ),
  )
  expect(answer).toMatchObject({ modelName: 'm', modelVersion: '2', id: 'i', domain: testDomain, signer: '0xabc', outputs: [] })
  expect(answer.receipt).toEqual({
    requestId: sha256Hex('request'),
    modelId: sha256Hex('model'),
    inputHash: sha256Hex('input'),
    outputHash: sha256Hex('output'),
    timestampMs: 1_768_478_400_000n,
    sequence: 3n,
  })
  expect(decode(json([]))).toMatchObject({ modelVersion: null, id: null, domain: null, signer: null })
})
const place = {
  log_tree_size: 12,
  log_timestamp_ms: 1_768_478_400_500,
  log_root_hash: sha256Hex('root'),
  log_signature: `0x${'11'.repeat(65)}`,
  inclusion_proof: `${sha256Hex('a')}${sha256Hex('b').slice(2)}`,
}
const placed = (changes: Record<string, unknown> = {}) => json([], {}, { signature: undefined, ...place, ...changes })

test('HTTP-04 accepts a place in the log instead of a signature', () => {
  const answer = decode(placed())
  expect(answer.signature).toBeUndefined()
  expect(answer.inclusion).toEqual({
    checkpoint: { treeSize: 12n, rootHash: sha256Hex('root'), timestampMs: 1_768_478_400_500n },
    checkpointSignature: place.log_signature,
    proof: [sha256Hex('a'), sha256Hex('b')],
  })
  expect(decode(placed({ inclusion_proof: '0x' })).inclusion?.proof).toEqual([])
  expect(() => signatureOf(answer)).toThrowError(expect.objectContaining({ code: 'RESPONSE_MALFORMED' }))
})
test('HTTP-04 rejects both, neither, half a place, and proofs that are no hashes', async () => {
  await refused(() => decode(json([], {}, place)))
  await refused(() => decode(json([], {}, { signature: undefined })))
  for (const key of ['log_tree_size', 'log_timestamp_ms', 'log_signature', 'inclusion_proof'])
    await refused(() => decode(placed({ [key]: undefined })))
  for (const proof of ['', 1, '0x00', place.inclusion_proof.slice(0, -2), `0x${'00'.repeat(32 * 66)}`])
    await refused(() => decode(placed({ inclusion_proof: proof })))
  await refused(() => decode(placed({ log_tree_size: '12' })))
  await refused(() => decode(placed({ log_root_hash: undefined })), 'CHECKPOINT_MALFORMED')
  await refused(() => decode(placed({ log_root_hash: '0x00' })), 'CHECKPOINT_MALFORMED')
})

test('HTTP-01 rejects answers without them or with other types', async () => {
  for (const text of [
    '',
    'null',
    '[]',
    '"x"',
    '{',
    '{}',
    '{"parameters":{}}',
    json(null),
    json({}),
    json([null]),
    json([[]]),
    json([], { id: 1 }),
  ])
    await refused(() => decode(text))
  for (const key of ['signature', 'attestation_sha256', 'attestation_url', 'keyset_url'])
    await refused(() => decode(json([], {}, { [key]: undefined })))
  for (const value of [undefined, -1, 1.5, 2 ** 53, '1', null]) await refused(() => decode(json([], {}, { sequence: value })))
  for (const value of [undefined, 'x', sha256Hex('x').toUpperCase()])
    await refused(() => decode(json([], {}, { request_id: value })), 'RECEIPT_MALFORMED')
  for (const domain of [
    { chain_id: 1, verifying_contract: testDomain.verifyingContract },
    { chain_id: '1' },
    { verifying_contract: testDomain.verifyingContract },
    { chain_id: '01', verifying_contract: testDomain.verifyingContract },
    { chain_id: '1', verifying_contract: '0x00' },
  ])
    await refused(() => decode(json([], {}, domain)))
  await refused(() => decodeInferResponse({ headers: {}, body: Uint8Array.of(0x22, 0xff, 0x22) }))
})

const tensor = (datatype: Datatype, data: Uint8Array, count: number): Tensor => ({ name: 'y', datatype, shape: [BigInt(count)], data })
test('HTTP-02 accepts raw tensors after the JSON, in order, mixed with JSON ones', () => {
  const heads =
    '[{"name":"a","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}},{"name":"b","datatype":"INT64","shape":[1],"data":[7]},{"name":"c","datatype":"FP16","shape":[2],"parameters":{"binary_data_size":4}}]'
  const { outputs } = decodeBinary(json(heads), Uint8Array.of(0, 0, 0xc0, 0x7f), Uint8Array.of(1, 2, 3, 4))
  expect(outputs.map(({ data }) => toHex(data))).toEqual(['0x0000c07f', '0x0700000000000000', '0x01020304'])
})
test('HTTP-02 rejects sizes that do not fit, bytes left over and header lengths that are no numbers', async () => {
  const head = (size: unknown, shape = '[1]') =>
    json(`[{"name":"a","datatype":"FP32","shape":${shape},"parameters":{"binary_data_size":${JSON.stringify(size)}}}]`)
  for (const size of [5, -1, 1.5, '4', null, 2 ** 53]) await refused(() => decodeBinary(head(size), new Uint8Array(4)))
  await refused(() => decodeBinary(head(3), new Uint8Array(4)), 'TENSOR_MALFORMED')
  await refused(() => decodeBinary(head(4, '[2]'), new Uint8Array(4)), 'TENSOR_MALFORMED')
  await refused(() => decodeBinary(head(4), new Uint8Array(5)))
  const body = utf8(json([]))
  for (const length of ['', '-1', '1e2', ' 5', '0x10', String(body.length + 1), '99999999999'])
    await refused(() => decodeInferResponse({ headers: { [inferenceHeaderLength]: length }, body }))
})

/** What a server that echoes its inputs would answer. */
function echo(message: HttpMessage): HttpMessage {
  const length = Number(message.headers[inferenceHeaderLength] ?? message.body.length)
  const text = new TextDecoder().decode(message.body.subarray(0, length))
  const answer = `{"model_name":"echo","outputs":${text.slice(text.indexOf('"inputs":') + 9, -1)},"parameters":${JSON.stringify(parameters)}}`
  const header = utf8(answer)
  const headers =
    length === message.body.length && message.headers[inferenceHeaderLength] === undefined
      ? {}
      : { [inferenceHeaderLength]: String(header.length) }
  return { headers, body: concatBytes(header, message.body.subarray(length)) }
}

test('HTTP-03 accepts every exact number: JSON and binary carry the same bytes there and back, -0 included', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true })
  const double = fc.double({ noNaN: true, noDefaultInfinity: true })
  const cases: [Datatype, fc.Arbitrary<number | bigint | boolean | string>][] = [
    ['FP32', float],
    ['FP64', double],
    ['INT64', fc.maxSafeInteger().map(BigInt)],
    ['UINT64', fc.maxSafeNat().map(BigInt)],
    ['INT8', fc.integer({ min: -128, max: 127 })],
    ['UINT32', fc.integer({ min: 0, max: 4294967295 })],
    ['BOOL', fc.boolean()],
    ['BYTES', fc.string({ unit: 'grapheme' })],
  ]
  for (const [datatype, value] of cases)
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), fc.boolean(), (values, binary) => {
        const input = tensorFromValues({ name: 'y', datatype, shape: [values.length], values })
        const { outputs } = decodeInferResponse(echo(encodeInferRequest({ inputs: [input], requestId: sha256Hex('r'), binary })))
        expect(toHex(encodeTensors(outputs))).toBe(toHex(encodeTensors([input])))
      }),
      { numRuns: 40 },
    )
  const zeros = decode(json(output('FP32', [2], '[-0, 0]'))).outputs[0] as Tensor
  expect(toHex(zeros.data)).toBe('0x0000008000000000')
  const nested = decode(json(output('INT32', [2, 2], '[[1,2],[3,4]]'))).outputs[0] as Tensor
  expect(nested.data.length).toBe(16)
})
test('HTTP-03 accepts NaN, infinities, half precision and 64-bit integers in binary, to the bit', () => {
  for (const [datatype, hex] of [
    ['FP32', '0000c07f0100a07f000080ff'],
    ['INT64', 'ffffffffffffff7f'],
    ['BF16', 'c07f'],
  ] as const) {
    const data = Uint8Array.from(Buffer.from(hex, 'hex'))
    const input = tensor(datatype, data, data.length / { FP32: 4, INT64: 8, BF16: 2 }[datatype])
    const message = encodeInferRequest({ inputs: [input], requestId: sha256Hex('r'), binary: true })
    expect(toHex((decodeInferResponse(echo(message)).outputs[0] as Tensor).data)).toBe(`0x${hex}`)
  }
})
test('HTTP-03 rejects in JSON what JSON cannot carry exactly, in both directions', async () => {
  for (const [datatype, hex] of [
    ['FP32', '0000c07f'],
    ['FP32', '0000807f'],
    ['FP64', '000000000000f07f'],
    ['FP16', '003c'],
    ['BF16', '803f'],
    ['INT64', 'ffffffffffffff7f'],
    ['UINT64', '0000000000002000'],
  ] as const)
    await refused(() => jsonData(tensor(datatype, Uint8Array.from(Buffer.from(hex, 'hex')), 1)))
  for (const [datatype, data] of [
    ['INT64', '[9007199254740993]'],
    ['FP32', '[1e39]'],
    ['FP32', '["NaN"]'],
    ['FP16', '[1]'],
    ['INT32', '[null]'],
    ['INT32', '[1.5]'],
    ['INT32', '["1"]'],
    ['UINT8', '[true]'],
    ['BOOL', '[1]'],
    ['BYTES', '[1]'],
    ['INT32', `${'['.repeat(20)}5${']'.repeat(20)}`],
    ['INT32', '[1,2]'],
  ] as const)
    await refused(() => decode(json(output(datatype, [1], data))), 'TENSOR_MALFORMED')
  for (const text of [
    output('INT32', [-1], '[1]'),
    output('INT32', [1.5], '[1]'),
    output('FP8' as Datatype, [1], '[1]'),
    output('INT32', [1], '1'),
    output('INT32', [1], '{}'),
  ])
    await refused(() => decode(json(text)))
})

test('requests carry request id, audience, id and the wish for binary answers', () => {
  const input = tensorFromValues({ name: 'x "y"', datatype: 'INT32', shape: [1], values: [5] })
  const plain = JSON.parse(
    new TextDecoder().decode(encodeInferRequest({ inputs: [input], requestId: sha256Hex('r'), id: 'a"b', domain: testDomain }).body),
  )
  expect(plain).toEqual({
    id: 'a"b',
    parameters: { request_id: sha256Hex('r'), chain_id: '31337', verifying_contract: testDomain.verifyingContract },
    inputs: [{ name: 'x "y"', datatype: 'INT32', shape: [1], data: [5] }],
  })
  const binary = encodeInferRequest({ inputs: [input], requestId: sha256Hex('r'), binary: true })
  const header = binary.body.subarray(0, Number(binary.headers[inferenceHeaderLength]))
  expect(JSON.parse(new TextDecoder().decode(header))).toEqual({
    parameters: { request_id: sha256Hex('r'), binary_data_output: true },
    inputs: [{ name: 'x "y"', datatype: 'INT32', shape: [1], parameters: { binary_data_size: 4 } }],
  })
  expect(toHex(binary.body.subarray(header.length))).toBe('0x05000000')
})
