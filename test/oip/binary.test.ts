import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { verifyInference } from '@nacre/verifier/inference'
import { decodeInferResponse } from '@nacre/verifier/response'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptance, fetchEvidence, projectRoot, type System, shippedModel, startSystem } from '../system/system.ts'

// A client of the Open Inference Protocol that knows nothing of this project: node:http and the public rules of the binary tensor data extension. Only the end of each exchange,
// where the answer is verified, uses the project's code.

let system: System

beforeAll(async () => {
  system = await startSystem()
})

afterAll(() => system?.stop())

const pixels = (
  JSON.parse(readFileSync(join(projectRoot, 'enclave/models/digits/samples/3.json'), 'utf8')) as { tensor: { values: number[] } }
).tensor.values
const requestId = (byte: string) => `0x${byte.repeat(32)}`

describe('binary tensor data', () => {
  test('in and out: JSON, then raw little-endian data, told apart by Inference-Header-Content-Length', async () => {
    const reply = await infer('digits', binaryRequest({ request_id: requestId('01'), binary_data_output: true }))
    const jsonLength = Number(reply.headers['inference-header-content-length'])
    const answer = JSON.parse(reply.body.subarray(0, jsonLength).toString())
    expect(answer).toMatchObject({ id: 'mine', model_name: 'digits', model_version: '1' })
    expect(answer.outputs).toEqual([{ name: 'logits', datatype: 'FP32', shape: [1, 10], parameters: { binary_data_size: 40 } }])
    expect(reply.body.length).toBe(jsonLength + 40)
    expect(bestOf(floatsOf(reply.body.subarray(jsonLength)))).toBe(3)
    await verify(reply, requestId('01'))
  })

  test('in only: outputs come as JSON, the same numbers to the bit', async () => {
    const binary = await infer('digits', binaryRequest({ request_id: requestId('02'), binary_data_output: true }))
    const json = await infer('digits', binaryRequest({ request_id: requestId('03') }))
    expect(json.headers['inference-header-content-length']).toBeUndefined()
    const [output] = JSON.parse(json.body.toString()).outputs
    const raw = binary.body.subarray(Number(binary.headers['inference-header-content-length']))
    expect(Float32Array.from(output.data)).toEqual(floatsOf(raw))
    await verify(json, requestId('03'))
  })

  test('out only, asked for by the parameter binary_data of one output', async () => {
    const outputs = [{ name: 'logits', parameters: { binary_data: true } }]
    const body = Buffer.from(JSON.stringify({ ...jsonRequest({ request_id: requestId('04') }), outputs }))
    const reply = await infer('digits', { headers: { 'content-type': 'application/json' }, body })
    const jsonLength = Number(reply.headers['inference-header-content-length'])
    expect(bestOf(floatsOf(reply.body.subarray(jsonLength)))).toBe(3)
    await verify(reply, requestId('04'))
  })

  test('length 0: the whole body is the data of the one input', async () => {
    const reply = await infer('digits', { headers: { 'inference-header-content-length': '0' }, body: rawPixels() })
    const answer = JSON.parse(reply.body.toString())
    expect(bestOf(answer.outputs[0].data)).toBe(3)
    await verify(reply, answer.parameters.request_id)
  })

  test('bytes that no tensor claims, and tensors beyond the body, are refused', async () => {
    const { headers, body } = binaryRequest({})
    for (const wrong of [Buffer.concat([body, Buffer.alloc(1)]), body.subarray(0, -1)]) {
      const reply = await infer('digits', { headers, body: wrong })
      expect([reply.status, JSON.parse(reply.body.toString())]).toEqual([
        400,
        expect.objectContaining({ error: expect.any(String), code: 'BINARY_LENGTH_MISMATCH' }),
      ])
    }
  })
})

describe('JSON', () => {
  test.each([undefined, 'application/json', 'application/octet-stream', 'text/plain'])(
    'content type %s, as clients differ',
    async (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      const body = Buffer.from(JSON.stringify(jsonRequest({ request_id: requestId('05') })))
      const reply = await infer('digits', { headers, body })
      expect(bestOf(JSON.parse(reply.body.toString()).outputs[0].data)).toBe(3)
      await verify(reply, requestId('05'))
    },
  )

  test('id is echoed exactly, and absent when it was not given', async () => {
    for (const id of ['', '42', 'Ünïcode \u2028 "quoted"']) {
      const reply = await infer('digits', { headers: {}, body: Buffer.from(JSON.stringify({ ...jsonRequest({}), id })) })
      expect(JSON.parse(reply.body.toString()).id).toBe(id)
    }
    const { id: _, ...without } = jsonRequest({})
    const reply = await infer('digits', { headers: {}, body: Buffer.from(JSON.stringify(without)) })
    expect(JSON.parse(reply.body.toString())).not.toHaveProperty('id')
  })

  test('parameters of request, input and output that the server does not know are ignored', async () => {
    const [input] = jsonRequest({}).inputs
    const body = {
      parameters: { priority: 1, unknown: 'yes', request_id: requestId('06') },
      inputs: [{ ...input, parameters: { unknown: true } }],
      outputs: [{ name: 'logits', parameters: { classification: false } }],
    }
    const reply = await infer('digits', { headers: {}, body: Buffer.from(JSON.stringify(body)) })
    expect(reply.status, reply.body.toString()).toBe(200)
    await verify(reply, requestId('06'))
  })

  test.each([
    ['no JSON', '{', 400],
    ['no inputs', '{}', 400],
    ['another input', JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] }), 422],
    ['another output', JSON.stringify({ ...jsonRequest({}), outputs: [{ name: 'x' }] }), 422],
  ])('an error is an object with error, a text: %s', async (_what, body, status) => {
    const reply = await infer('digits', { headers: {}, body: Buffer.from(body) })
    const { error } = JSON.parse(reply.body.toString())
    expect([reply.status, typeof error, error.length > 0]).toEqual([status, 'string', true])
  })
})

type Message = { headers: Record<string, string>; body: Buffer }
type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer }

function jsonRequest(parameters: object) {
  return { id: 'mine', parameters, inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data: pixels }] }
}

function binaryRequest(parameters: object): Message {
  const raw = rawPixels()
  const inputs = [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], parameters: { binary_data_size: raw.length } }]
  const json = Buffer.from(JSON.stringify({ id: 'mine', parameters, inputs }))
  return {
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': `${json.length}` },
    body: Buffer.concat([json, raw]),
  }
}

function rawPixels(): Buffer {
  const raw = Buffer.alloc(4 * pixels.length)
  for (const [index, value] of pixels.entries()) raw.writeFloatLE(value, 4 * index)
  return raw
}

function floatsOf(raw: Buffer): Float32Array {
  return Float32Array.from({ length: raw.length / 4 }, (_, index) => raw.readFloatLE(4 * index))
}

function bestOf(scores: ArrayLike<number>): number {
  const values = Array.from(scores)
  return values.indexOf(Math.max(...values))
}

function infer(model: string, { headers, body }: Message): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: system.relay.httpPort,
        method: 'POST',
        path: `/v2/models/${model}/infer`,
        headers: { ...headers, 'content-length': body.length },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }))
        answer.once('error', reject)
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** The project's part: the answer is signed by the attested enclave, for these pixels and this request id. */
async function verify({ headers, body, status }: Reply, id: string): Promise<void> {
  expect(status).toBe(200)
  const model = await shippedModel('digits')
  const length = headers['inference-header-content-length']
  const answer = decodeInferResponse({
    headers: typeof length === 'string' ? { 'inference-header-content-length': length } : {},
    body: Uint8Array.from(body),
  })
  const inputs = [{ name: 'pixels', datatype: 'FP32', shape: [1n, 64n], data: Uint8Array.from(rawPixels()) }] as const
  const reply = { status, headers: {}, body, tlsSpkiSha256: undefined }
  const request = { requestId: id as `0x${string}`, modelId: model.id, inputs, outputs: model.manifest.outputs }
  await verifyInference(acceptance(system, { reply, answer, evidence: await fetchEvidence(system.httpUrl), request, domain: null }))
}
