import { createNacreFetch } from '@nacre/verifier/node/fetch'
import { encodeInferRequest } from '@nacre/verifier/response'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enclaveProcess } from './processes.ts'
import { random32, type ShippedModel, type System, sampleInputs, shippedModel, startSystem } from './system.ts'

let system: System
let model: ShippedModel

beforeAll(async () => {
  system = await startSystem()
  model = await shippedModel('digits')
})
afterAll(() => system?.stop())

async function restart(): Promise<void> {
  const { launched } = system
  const booted = launched.boot()
  process.kill(enclaveProcess(process.pid)?.pid ?? Number.NaN, 'SIGKILL')
  while (launched.boot() === booted) await new Promise((resolve) => setTimeout(resolve, 50))
  await launched.ready()
}

// Both at once, so that one restart serves for both.
test('the enclave restarts with new keys under load: every request is answered and verified, over TLS and encrypted, and none is asked under another id', async () => {
  const policy = { measurements: [system.measurement()], modelIds: [model.id] }
  const clients = [system.tlsUrl, system.httpUrl].map((url) => createNacreFetch({ url, root: system.root, policy, patienceMsMax: 280_000 }))
  const before = await Promise.all(clients.map((client) => client.attested()))
  const signers = new Set<string>()
  /** By caller. */
  const answers = new Array<number>(8).fill(0)
  let isOver = false

  const caller = async (client: (typeof clients)[number], number: number) => {
    while (!isOver) {
      const requestId = random32()
      const { headers, body } = encodeInferRequest({ inputs: sampleInputs(model), requestId, binary: true })
      const response = await client('/v2/models/digits/infer', { method: 'POST', headers, body: body as BodyInit })
      const { receipt, signer } = client.evidenceOf(response)?.inference ?? {}
      if (receipt === undefined || signer === undefined) throw new Error(`status ${response.status}`)
      expect(receipt.requestId).toBe(requestId)
      signers.add(signer)
      answers[number] = (answers[number] ?? 0) + 1
    }
  }
  const all = Promise.all(answers.map((_, number) => caller(clients[number % 2] as (typeof clients)[number], number)))
  const more = async () => {
    const goals = answers.map((count) => count + 5)
    await Promise.race([all, expect.poll(() => answers.every((count, number) => count >= (goals[number] as number))).toBe(true)])
  }
  await more()
  await restart()
  // Each caller, with whatever the restart has left it.
  await more()
  isOver = true
  await all
  const after = await Promise.all(clients.map((client) => client.attested()))
  for (const [index, { enclave }] of after.entries()) {
    expect(enclave.signer).not.toBe(before[index]?.enclave.signer)
    expect(signers).toContain(enclave.signer)
  }
  expect([...signers].sort()).toEqual([...new Set([before[0], after[0]].map((epoch) => epoch?.enclave.signer ?? ''))].sort())
  for (const client of clients) client.close()
})

test('each session draws a nonce of its own, and each renewal another', async () => {
  const policy = { measurements: [system.measurement()], modelIds: [model.id] }
  const nonces: string[] = []
  for (let i = 0; i < 2; i++) {
    const client = createNacreFetch({ url: system.httpUrl, root: system.root, policy })
    const { enclave } = await client.attested()
    nonces.push(String(enclave.attestation.nonce))
    client.close()
  }
  expect(new Set(nonces).size).toBe(2)
  expect(nonces[0]).not.toBe('null')
})
