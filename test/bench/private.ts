import { Agent } from 'node:http'
import { parseArgs } from 'node:util'
import { createNacreFetch } from '@nacre/verifier/node/fetch'
import { encodeInferRequest } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'
import { exchange, random32, type ShippedModel, sampleInputs, shippedModel, startSystem } from '../system/system.ts'
import { median } from './load.ts'

/**
 * What privacy and proof cost a caller: one request at a time through the relay, plain and believed unseen; encrypted (EHBP) and verified; and over TLS to the attested key and verified. All in one
 * run, taking turns; medians, and ratios to plain.
 *
 *     npm run bench:private -- --json
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '60' } } })
const rounds = Number(values.rounds)
const warmUpRounds = 10

const system = await startSystem()
const agent = new Agent({ keepAlive: true })
try {
  const cases = { '1 KB': await batch('digits', 3), '600 KB': await batch('garment', 190) }
  const measured: Record<string, object> = {}
  for (const [name, subject] of Object.entries(cases)) measured[name] = await measure(subject)
  if (values.json) console.log(JSON.stringify({ rounds, ...measured }))
  else for (const [name, figures] of Object.entries(measured)) console.log(name, figures)
} finally {
  agent.destroy()
  await system.stop()
}

type Subject = { model: ShippedModel; inputs: Tensor[] }

/** The model's first sample so many times over, as one request. */
async function batch(name: 'digits' | 'garment', count: number): Promise<Subject> {
  const model = await shippedModel(name)
  const [sample] = sampleInputs(model) as [Tensor]
  const data = new Uint8Array(sample.data.length * count)
  for (let i = 0; i < count; i++) data.set(sample.data, i * sample.data.length)
  return { model, inputs: [{ ...sample, shape: [BigInt(count), ...sample.shape.slice(1)], data }] }
}

async function measure({ model, inputs }: Subject) {
  const path = `/v2/models/${model.manifest.name}/infer`
  const policy = { measurements: [system.measurement()], modelIds: [model.id] }
  const message = () => encodeInferRequest({ inputs, requestId: random32(), binary: true })
  const over = (url: string) => {
    const client = createNacreFetch({ url, root: system.root, policy })
    const ask = async () => {
      const { headers, body } = message()
      const response = await client(path, { method: 'POST', headers, body: body as BodyInit })
      if (client.evidenceOf(response) === undefined) throw new Error(`status ${response.status}`)
    }
    return { ask, close: client.close }
  }
  const [encrypted, pinned] = [over(system.httpUrl), over(system.tlsUrl)]
  const ways: Record<string, () => Promise<void>> = {
    plain: async () => {
      const reply = await exchange(`${system.httpUrl}${path}`, { method: 'POST', agent, ...message() })
      if (reply.status !== 200) throw new Error(`status ${reply.status}`)
    },
    encrypted: encrypted.ask,
    tls: pinned.ask,
  }
  const samples: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  for (let round = 0; round < rounds + warmUpRounds; round++)
    for (const [name, ask] of Object.entries(ways)) {
      const startedMs = performance.now()
      await ask()
      if (round >= warmUpRounds) samples[name]?.push(performance.now() - startedMs)
    }
  encrypted.close()
  pinned.close()
  const ms = (name: string) => Number(median(samples[name] as number[]).toFixed(2))
  const ratio = (name: string) => Number((ms(name) / ms('plain')).toFixed(2))
  return {
    body_bytes: message().body.length,
    plain_ms: ms('plain'),
    encrypted_verified_ms: ms('encrypted'),
    tls_verified_ms: ms('tls'),
    encrypted_to_plain: ratio('encrypted'),
    tls_to_plain: ratio('tls'),
  }
}
