import { verifyInference } from '@nacre/verifier/inference'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import { createTransport } from 'ehbp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enclaveProcess } from './processes.ts'
import { acceptance, fetchEvidence, labelOf, random32, type System, sampleInputs, shippedModel, startSystem } from './system.ts'

let system: System

beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system?.stop())

test('the npm client "ehbp", as published, gets encrypted answers that verify', async () => {
  const transport = await createTransport(system.httpUrl)
  const model = await shippedModel('garment')
  const inputs = sampleInputs(model)
  for (const binary of [false, true]) {
    const requestId = random32()
    const message = encodeInferRequest({ inputs, requestId, binary })
    const response = await transport.post(`${system.httpUrl}/v2/models/garment/infer`, message.body as unknown as string, {
      headers: message.headers,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('ehbp-response-nonce')).toMatch(/^[0-9a-f]{64}$/)
    const reply = {
      status: 200,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
      tlsSpkiSha256: undefined,
    }
    const answered = {
      reply,
      answer: decodeInferResponse(reply),
      evidence: await fetchEvidence(system.httpUrl),
      request: { requestId, modelId: model.id, inputs, outputs: model.manifest.outputs },
      domain: null,
    }
    const verified = await verifyInference(acceptance(system, answered))
    expect(labelOf(model, verified.outputs)).toBe(model.samples[0]?.label)
  }
  // Refusals come back encrypted and readable to the one who asked.
  const refused = await transport.post(`${system.httpUrl}/v2/models/garment/infer`, '{"inputs":[]}')
  expect([refused.status, (await refused.json()).code]).toEqual([422, 'INPUT_NAMES_MISMATCH'])
})

test('after a restart the same client is told that its key is stale', async () => {
  const transport = await createTransport(system.httpUrl)
  await restartEnclave(system)
  await expect(transport.post(`${system.httpUrl}/v2/models/garment/infer`, '{"inputs":[]}')).rejects.toThrow(/key/i)
})

async function restartEnclave({ launched }: System): Promise<void> {
  const booted = launched.boot()
  process.kill(enclaveProcess(process.pid)?.pid ?? Number.NaN, 'SIGKILL')
  while (launched.boot() === booted) await new Promise((resolve) => setTimeout(resolve, 50))
  await launched.ready()
}
