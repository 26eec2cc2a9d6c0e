import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { decodeBundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { toHex } from '@nacre/verifier/bytes'
import { connect } from '@nacre/verifier/cli/attested-client'
import { verifyInference } from '@nacre/verifier/inference'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { decodeOnnxManifest, hashManifest } from '@nacre/verifier/manifest'
import type { Policy } from '@nacre/verifier/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import {
  type Answered,
  acceptance,
  ask,
  type Evidence,
  exchange,
  fetchEvidence,
  labelOf,
  modelNames,
  programNames,
  random32,
  type System,
  shippedModel,
  shippedProgram,
  startSystem,
} from './system.ts'

let system: System
let evidence: Evidence

beforeAll(async () => {
  system = await startSystem()
  evidence = await fetchEvidence(system.tlsUrl)
})

afterAll(() => system?.stop())

describe.each(modelNames)('%s', (name) => {
  const listeners = ['tls', 'http'] as const
  const forms = [false, true] as const
  const cases = listeners.flatMap((listener) => forms.map((binary) => ({ listener, binary, form: binary ? 'binary' : 'JSON' })))

  test.each(cases)(
    'over $listener, $form: every sample verifies and gets its label, or is asked for in binary',
    async ({ listener, binary }) => {
      const model = await shippedModel(name)
      expect(model.samples.length).toBeGreaterThan(1)
      for (const { file, label, inputs } of model.samples) {
        const url = listener === 'tls' ? system.tlsUrl : system.httpUrl
        const question = { url, model, inputs, binary, evidence }
        // A line of text has hundreds of thousands of probabilities: such answers travel in binary only.
        if (name === 'ocr' && !binary) {
          await expect(ask(question)).rejects.toThrow('OUTPUT_NEEDS_BINARY')
          continue
        }
        const answered = await ask(question)
        expect(answered.reply.tlsSpkiSha256 !== undefined).toBe(listener === 'tls')
        const verified = await verifyInference(acceptance(system, answered))
        expect(labelOf(model, verified.outputs), file).toBe(label)
      }
    },
  )
})

test.each(programNames)(
  'the program %s: every sample verifies and gets its label, under one receipt that names every stage',
  async (name) => {
    const model = await shippedProgram(name)
    expect(model.samples.length).toBeGreaterThan(1)
    for (const { file, label, inputs } of model.samples) {
      const answered = await ask({ url: system.tlsUrl, model, inputs, binary: true, evidence })
      const verified = await verifyInference(acceptance(system, answered))
      expect(labelOf(model, verified.outputs), file).toBe(label)
      expect(verified.receipt.modelId).toBe(model.id)
    }
    for (const { role, modelId } of model.manifest.stages) {
      const { status, body } = await exchange(`${system.tlsUrl}/v1/models/${name}/stages/${role}/manifest`)
      expect([status, await hashManifest(decodeOnnxManifest(body))]).toEqual([200, modelId])
    }
  },
)

test('JSON and binary, TLS and plain HTTP give the same bytes', async () => {
  const model = await shippedModel('garment')
  const hashes = new Set<string>()
  for (const url of [system.tlsUrl, system.httpUrl])
    for (const binary of [false, true]) {
      const { answer } = await ask({ url, model, binary, evidence })
      hashes.add(`${answer.receipt.inputHash} ${answer.receipt.outputHash}`)
    }
  expect(hashes.size).toBe(1)
})

test('the TLS key met on the wire is the one in the attested keyset', async () => {
  const reply = await exchange(`${system.tlsUrl}/.well-known/nacre-keyset`)
  expect(toHex(reply.tlsSpkiSha256 ?? new Uint8Array())).toBe(decodeKeyset(reply.body).tlsSpkiSha256)
})

test('sequence numbers have no gaps, also across listeners and failed requests', async () => {
  const model = await shippedModel('digits')
  const unfit = { method: 'POST', body: Buffer.from('{"inputs":[]}') }
  const answers: Answered[] = []
  for (const [index, url] of [system.tlsUrl, system.httpUrl, system.tlsUrl, system.httpUrl].entries()) {
    expect((await exchange(`${url}/v2/models/digits/infer`, unfit)).status).toBe(422)
    const round = await Promise.all(Array.from({ length: 4 }, (_, i) => ask({ url, model, binary: (index + i) % 2 === 0, evidence })))
    answers.push(...round)
  }
  expect(new Set(answers.map(({ answer }) => answer.signer)).size).toBe(1)
  const sequences = answers.map(({ answer }) => Number(answer.receipt.sequence)).sort((a, b) => a - b)
  const [first = Number.NaN] = sequences
  expect(sequences).toEqual(sequences.map((_, index) => first + index))
})

test('the attested client pins the key, and its bundle verifies under the root of the simulation alone', async () => {
  const model = await shippedModel('garment')
  const policy: Policy = { measurements: [system.measurement()], modelIds: [model.id] }
  const client = await connect({
    url: system.tlsUrl,
    root: system.root,
    policy,
    nowMs: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  })
  try {
    expect(client.protection).toBe('tls')
    const domain = { chainId: 31337n, verifyingContract: `0x${'ab'.repeat(20)}` } as const
    const requestId = random32()
    const [sample] = model.samples
    if (sample === undefined) throw new Error('no sample')
    const { bundle } = await client.infer({ model: 'garment', inputs: [sample.tensor], requestId, domain, binary: true })
    const bytes = encodeBundle(bundle)
    expect(decodeBundle(bytes)).toEqual(bundle)
    expect(toHex(encodeBundle(decodeBundle(bytes)))).toBe(toHex(bytes))

    const time = { mode: 'document' } as const
    const verified = await verifyBundle({ bundle: bytes, root: system.root, policy, time })
    expect(labelOf(model, verified.outputs ?? [])).toBe(sample.label)
    expect(verified).toMatchObject({ domain, manifest: model.manifest, receipt: { requestId } })
    expect(await verdict(() => verifyBundle({ bundle: bytes, root: awsNitroRootG1, policy, time }))).toBe('ROOT_MISMATCH')
  } finally {
    client.close()
  }
})

test('documents are kept by hash: the one that an answer names is served and vouches for it', async () => {
  const model = await shippedModel('health')
  const answered = await ask({ url: system.httpUrl, model })
  const { status, body, headers } = await exchange(`${system.httpUrl}${answered.answer.attestationUrl}`)
  expect([status, headers['content-type']]).toEqual([200, 'application/cbor'])
  const parameters = acceptance(system, answered)
  const response = { ...parameters.response, attestation: body }
  const time = { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 } as const
  expect(await verdict(() => verifyInference({ ...parameters, response, time, nonce: undefined }))).toBe('accepted')
  expect(await verdict(() => verifyInference({ ...parameters, response, time }))).toBe('NONCE_MISMATCH')
})
