import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import type { EngineKind, ReplayEngine } from '@nacre/host/replay/engine'
import { openEngine } from '@nacre/host/replay/engine'
import { type RecordedAnswer, replayAnswer } from '@nacre/host/replay/replay'
import { toHex } from '@nacre/verifier/bytes'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import { encodeTensors, type Tensor } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exchange, projectRoot, random32, type ShippedModel, type System, shippedModel, startSystem } from './system.ts'

/**
 * 1,000 answers of a running enclave, asked for thirty-two at a time so that requests share runs, and each computed again by itself: natively (the same machine, so the same bits), and twice in
 * WebAssembly by processes of their own.
 */
const perModel = { digits: 450, 'digits-int': 400, health: 140, garment: 10 } as const
type Name = keyof typeof perModel

let system: System
const recorded = new Map<Name, (RecordedAnswer & { outputs: readonly Tensor[] })[]>()

beforeAll(async () => {
  system = await startSystem()
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  for (const name of Object.keys(perModel) as Name[]) {
    const model = await shippedModel(name)
    const questions = inputsOf(name, model).slice(0, perModel[name])
    const answers: (RecordedAnswer & { outputs: readonly Tensor[] })[] = []
    let next = 0
    const caller = async () => {
      while (next < questions.length) {
        const inputs = [questions[next++] as Tensor]
        const message = encodeInferRequest({ inputs, requestId: random32(), binary: true })
        const reply = await exchange(`${system.tlsUrl}/v2/models/${name}/infer`, { method: 'POST', agent, ...message })
        expect(reply.status).toBe(200)
        const { receipt, outputs } = decodeInferResponse(reply)
        answers.push({ manifest: model.manifest, receipt, inputs, outputs })
      }
    }
    await Promise.all(Array.from({ length: 32 }, caller))
    recorded.set(name, answers)
  }
  agent.destroy()
})
afterAll(() => system?.stop())

test('there are 1,000 of them', () => expect([...recorded.values()].flat()).toHaveLength(1000))

test('native: every one is bit-equal', async () => {
  for (const name of recorded.keys()) {
    const verdicts = await replayAll(name, 'native', async (answer, engine) => (await replayAnswer({ answer, engine })).verdict)
    expect(new Set(verdicts), name).toEqual(new Set(['bit-equal']))
  }
})

test('WebAssembly: two runs agree to the bit, and with the native answer to rounding', async () => {
  for (const name of recorded.keys()) {
    const outputs = (answer: RecordedAnswer, engine: ReplayEngine) =>
      engine.run(
        answer.inputs,
        answer.manifest.outputs.map((spec) => spec.name),
      )
    const first = await replayAll(name, 'wasm', async (answer, engine) => {
      const { verdict } = await replayAnswer({ answer, engine })
      return { verdict, bytes: toHex(encodeTensors(await outputs(answer, engine))) }
    })
    const second = await replayAll(name, 'wasm', async (answer, engine) => toHex(encodeTensors(await outputs(answer, engine))))
    expect(second).toEqual(first.map(({ bytes }) => bytes))
    const isInteger = name === 'digits-int'
    for (const { verdict } of first) expect(isInteger ? ['bit-equal'] : ['bit-equal', 'within-tolerance']).toContain(verdict)
  }
})

test('without ONNX Runtime: the integer model is bit-equal', async () => {
  const verdicts = await replayAll('digits-int', 'integer', async (answer, engine) => (await replayAnswer({ answer, engine })).verdict)
  expect(new Set(verdicts)).toEqual(new Set(['bit-equal']))
})

test('the one answer of a thousand that was altered by one bit is named', async () => {
  const answers = [...(recorded.get('digits') ?? [])]
  const chosen = 123
  const answer = answers[chosen] as RecordedAnswer & { outputs: readonly Tensor[] }
  const [logits] = answer.outputs as [Tensor]
  answers[chosen] = { ...answer, outputs: [{ ...logits, data: logits.data.slice().with(4 * 6, (logits.data[4 * 6] as number) ^ 1) }] }
  const engine = await open('digits', 'native')
  const found: { index: number; position: readonly number[] | undefined }[] = []
  for (const [index, altered] of answers.entries()) {
    const { verdict, comparison } = await replayAnswer({ answer: altered, engine })
    if (verdict !== 'bit-equal') found.push({ index, position: comparison?.tensors[0]?.first?.position })
  }
  engine.close()
  expect(found).toEqual([{ index: chosen, position: [0, 6] }])
})

async function replayAll<result>(
  name: Name,
  kind: EngineKind,
  run: (answer: RecordedAnswer, engine: ReplayEngine) => Promise<result>,
): Promise<result[]> {
  const engine = await open(name, kind)
  const results: result[] = []
  for (const answer of recorded.get(name) ?? []) results.push(await run(answer, engine))
  engine.close()
  return results
}

async function open(name: Name, kind: EngineKind): Promise<ReplayEngine> {
  const { manifest } = await shippedModel(name)
  return openEngine({ kind, manifest, weightsPath: join(projectRoot, 'enclave/models', name, 'model.onnx'), timeoutMs: 60_000 })
}

/** Held-out rows where there are files of them, samples otherwise. */
function inputsOf(name: Name, model: ShippedModel): Tensor[] {
  if (name === 'garment') return model.samples.map(({ tensor }) => tensor)
  const file = join(projectRoot, 'enclave/models', name === 'health' ? 'health' : 'digits', 'held-out.json')
  const { datatype, rows, labels } = JSON.parse(readFileSync(file, 'utf8')) as {
    datatype: 'UINT8' | 'FP32'
    rows: string
    labels: string[]
  }
  const bytes = Uint8Array.from(Buffer.from(rows, 'base64'))
  const [spec] = model.manifest.inputs
  if (spec === undefined) throw new Error('Model without an input')
  const width = bytes.length / labels.length
  return labels.map((_, row) => {
    const own = bytes.slice(row * width, (row + 1) * width)
    const data = datatype === spec.datatype ? own : new Uint8Array(Float32Array.from(own).buffer)
    const size = BigInt(width / (datatype === 'FP32' ? 4 : 1))
    return { name: spec.name, datatype: spec.datatype, shape: [1n, size], data }
  })
}
