import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@nacre/host/free-port'
import { verifyInference } from '@nacre/verifier/inference'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  acceptance,
  exchange,
  fetchEvidence,
  type HttpReply,
  modelNames,
  random32,
  type System,
  sampleInputs,
  shippedModel,
  startSystem,
} from '../system/system.ts'

// An independent judge of the protocol: a validating proxy that answers in the server's place when a request or an answer breaks the description.

let system: System
let prism: ChildProcess
let url: string

beforeAll(async () => {
  system = await startSystem()
  ;({ child: prism, url } = await startPrism(system.httpUrl))
})

afterAll(async () => {
  if (prism !== undefined) await ended(prism)
  await system?.stop()
})

describe('the proxy itself', () => {
  test('judges: a request that breaks the description does not get through', async () => {
    const reply = await post('/v2/models/digits/infer', { id: 42, inputs: [{ name: 'pixels' }] })
    expect([reply.status, json(reply).type]).toEqual([422, 'https://stoplight.io/prism/errors#UNPROCESSABLE_ENTITY'])
  })

  test('judges: an answer that breaks the description is replaced', async () => {
    const liar = createServer((request, response) => {
      request.resume()
      response.setHeader('content-type', 'application/json').end('{"model_name":"digits","outputs":[{"name":"logits"}]}')
    })
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
    const judge = await startPrism(`http://127.0.0.1:${(liar.address() as AddressInfo).port}`)
    try {
      const inputs = [{ name: 'pixels', shape: [1], datatype: 'FP32', data: [0] }]
      const reply = await post('/v2/models/digits/infer', { inputs }, judge.url)
      expect([reply.status, json(reply).type]).toEqual([500, 'https://stoplight.io/prism/errors#VIOLATIONS'])
    } finally {
      await ended(judge.child)
      await new Promise((resolve) => liar.close(resolve))
    }
  })
})

describe('no violation', () => {
  test('server metadata and health', async () => {
    for (const path of ['/v2', '/v2/'])
      expect(json(await conforming(get(path)))).toMatchObject({ name: 'nacre', extensions: ['binary_tensor_data'] })
    expect(json(await conforming(get('/v2/health/live')))).toMatchObject({ live: true })
    expect(json(await conforming(get('/v2/health/ready')))).toMatchObject({ live: true })
  })

  test.each(modelNames)('%s: metadata, versions, readiness', async (name) => {
    const { manifest } = await shippedModel(name)
    const { inputs, outputs, platform, version } = manifest
    for (const path of [`/v2/models/${name}`, `/v2/models/${name}/versions/${version}`]) {
      expect(json(await conforming(get(path)))).toEqual({ name, versions: [version], platform, inputs, outputs })
      expect(json(await conforming(get(`${path}/ready`)))).toEqual({ name, ready: true })
    }
  })

  test.each(modelNames)('%s: inference, and what comes through the proxy verifies, or must be asked for in binary', async (name) => {
    const model = await shippedModel(name)
    const evidence = await fetchEvidence(system.httpUrl)
    for (const path of [`/v2/models/${name}/infer`, `/v2/models/${name}/versions/${model.manifest.version}/infer`]) {
      const request = { requestId: random32(), modelId: model.id, inputs: sampleInputs(model), outputs: model.manifest.outputs }
      const asked = exchange(`${url}${path}`, { method: 'POST', ...encodeInferRequest({ ...request, id: 'an id' }) })
      const reply = await (name === 'ocr' ? unreplaced(asked) : conforming(asked))
      if (name === 'ocr') {
        expect([reply.status, JSON.parse(Buffer.from(reply.body).toString()).code]).toEqual([422, 'OUTPUT_NEEDS_BINARY'])
        continue
      }
      const answer = decodeInferResponse(reply)
      expect(answer.id).toBe('an id')
      await verifyInference(acceptance(system, { reply, answer, evidence, request, domain: null }))
    }
  })

  test('errors have the shape of the protocol, also those of the relay', async () => {
    const unfit = { name: 'pixels', shape: [1, 63], datatype: 'FP32', data: Array(63).fill(0) }
    const cases: [Promise<HttpReply>, number, string][] = [
      [get('/v2/models/nothing'), 404, 'MODEL_NOT_FOUND'],
      [get('/v2/models/nothing/ready'), 404, 'MODEL_NOT_FOUND'],
      [get('/v2/models/digits/versions/9'), 404, 'MODEL_VERSION_NOT_FOUND'],
      [get('/v2/models/digits/versions/9/ready'), 404, 'MODEL_VERSION_NOT_FOUND'],
      [post('/v2/models/nothing/infer', { inputs: [] }), 404, 'MODEL_NOT_FOUND'],
      [post('/v2/models/digits/infer', { inputs: [] }), 422, 'INPUT_NAMES_MISMATCH'],
      [post('/v2/models/digits/infer', { inputs: [unfit] }), 422, 'INPUT_SHAPE_MISMATCH'],
      [post('/v2/models/digits/infer', { inputs: [{ ...unfit, datatype: 'INT8' }] }), 422, 'INPUT_DATATYPE_MISMATCH'],
      [post('/v2/models/digits/infer', { inputs: [{ ...unfit, shape: [1, 64] }] }), 422, 'INPUT_LENGTH_MISMATCH'],
      [post('/v2/models/digits/infer', { parameters: { request_id: '0x' }, inputs: [] }), 400, 'REQUEST_ID_MALFORMED'],
    ]
    for (const [reply, status, code] of cases) {
      const problem = json(await unreplaced(reply))
      expect(problem).toMatchObject({ status, code, error: expect.any(String) })
    }
  })
})

const get = (path: string) => exchange(`${url}${path}`)
const post = (path: string, body: object, base = url) =>
  exchange(`${base}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) })
const json = ({ body }: HttpReply) => JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>

async function conforming(pending: Promise<HttpReply>): Promise<HttpReply> {
  const reply = await unreplaced(pending)
  expect(reply.status).toBe(200)
  return reply
}

/** The server's own answer, without a complaint of the proxy. */
async function unreplaced(pending: Promise<HttpReply>): Promise<HttpReply> {
  const reply = await pending
  expect(Buffer.from(reply.body).toString()).not.toContain('stoplight.io/prism')
  expect(reply.headers['sl-violations']).toBeUndefined()
  return reply
}

/** It cannot choose a port itself: one that somebody else took meanwhile is not the last. */
async function startPrism(upstream: string): Promise<{ child: ChildProcess; url: string }> {
  for (;;) {
    const port = await freePort(0)
    try {
      return { child: await listeningPrism(port, upstream), url: `http://127.0.0.1:${port}` }
    } catch (error) {
      if (!(error as Error).message.includes('EADDRINUSE')) throw error
    }
  }
}

function listeningPrism(port: number, upstream: string): Promise<ChildProcess> {
  const packagePath = createRequire(import.meta.url).resolve('@stoplight/prism-cli/package.json')
  const description = fileURLToPath(new URL('open-inference.yaml', import.meta.url))
  const args = ['proxy', '--errors', '--host', '127.0.0.1', '--port', `${port}`, description, upstream]
  const child = spawn(process.execPath, [join(dirname(packagePath), 'dist/index.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000)
      if (output.includes('Prism is listening')) resolve(child)
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`prism ended (${code}) before it listened: ${output}`)))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
