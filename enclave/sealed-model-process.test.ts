import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SealedModel } from '@nacre/verifier/sealed-model'
import { tensorFromValues } from '@nacre/verifier/tensor'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import { defaultLimits } from './limits.ts'
import { createLog } from './log.ts'
import { type OnnxModel, type ProgramModel, readModels } from './model-folder.ts'
import { startModelProcess } from './model-process.ts'
import { startModels } from './model-registry.ts'
import { startProgramProcess } from './program-process.ts'

const folder = fileURLToPath(new URL('models', import.meta.url))
const models = await readModels(folder, defaultLimits)
const plain = models.find(({ manifest }) => manifest.name === 'digits') as OnnxModel
const weights = readFileSync(plain.weightsPath as string)
const seal = { sealed: {} as SealedModel, header: new Uint8Array(), ciphertext: { store: true } } as const
const sealed: OnnxModel = { ...plain, weightsPath: null, sealed: seal }
const sample = JSON.parse(readFileSync(new URL('models/digits/samples/3.json', import.meta.url), 'utf8'))

const lines: string[] = []
const log = createLog(
  (line) => lines.push(line),
  () => 0,
)
const limits = { ...defaultLimits, unsealDelayMsMin: 20, unsealDelayMsMax: 40 }
const open: { close(): void }[] = []
afterEach(() => {
  for (const process of open.splice(0)) process.close()
  lines.length = 0
})

function start(openWeights: () => Promise<AsyncIterable<Uint8Array>>) {
  const process = startModelProcess({ model: sealed, openWeights, clock: systemClock, limits, log })
  open.push(process)
  return process
}

async function* chunks(bytes: Uint8Array = weights, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = Buffer.from(bytes.subarray(at, at + size))
    yield chunk
    chunk.fill(0)
  }
}

const run = (process: ReturnType<typeof start>) => process.run([tensorFromValues(sample.tensor)], ['logits'])

describe('the process of a sealed model', () => {
  test('computes with weights that came over a pipe, as it does with those of a file', async () => {
    const process = start(async () => chunks())
    await process.started
    const reference = startModelProcess({ model: plain, clock: systemClock, limits, log })
    open.push(reference)
    expect(await run(process)).toEqual(await run(reference))
    expect(process.sealed()).toBeUndefined()
  })

  test('says that it is sealed, and why, until it is opened; and is opened when that becomes possible', async () => {
    let attempts = 0
    const process = start(async () => {
      attempts++
      if (attempts === 1) throw new EnclaveError('KMS_UNAVAILABLE')
      if (attempts === 2) throw new EnclaveError('KMS_REFUSED', undefined, { received: 'AccessDeniedException' })
      return chunks()
    })
    expect(process.sealed()).toBe('opening')
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_SEALED', received: 'opening' })
    await expect.poll(() => process.sealed()).toBe('KMS_UNAVAILABLE')
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_SEALED', received: 'KMS_UNAVAILABLE' })
    await process.started
    expect(process.ready()).toBe(true)
    const events = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'model stays sealed')
    expect(events).toMatchObject([
      { code: 'KMS_UNAVAILABLE', model: 'digits', delayMs: 20 },
      { code: 'KMS_REFUSED', received: 'AccessDeniedException', delayMs: 40 },
    ])
  })

  // The attack: a host that gives a beginning and holds back the rest, as often as a process may fail to load.
  test('stays sealed, and is not given up, when the weights do not come in time', async () => {
    const late: (() => void)[] = []
    const clock: typeof systemClock = {
      ...systemClock,
      after(ms, work) {
        if (ms !== limits.loadMsMax) return systemClock.after(ms, work)
        late.push(work)
        return () => {}
      },
    }
    let stalled = 0
    const openWeights = async () => {
      if (stalled === 2) return chunks()
      return (async function* () {
        yield Buffer.from(weights.subarray(0, 1000))
        stalled++
        await new Promise(() => {})
      })()
    }
    const process = startModelProcess({ model: sealed, openWeights, clock, limits: { ...limits, loadAttemptsMax: 1 }, log })
    open.push(process)
    for (const count of [1, 2]) {
      await expect.poll(() => stalled).toBe(count)
      late.at(-1)?.()
      await expect.poll(() => process.sealed()).toBe('SEALED_WEIGHTS_UNAVAILABLE')
    }
    await process.started
    expect(process.ready()).toBe(true)
  })

  // The attack: a host that breaks off the ciphertext just when the enclave ends, so that a process with the weights outlives it.
  test('is not started again once it is closed, whatever becomes of the weights under way', async () => {
    let breakOff = () => {}
    let attempts = 0
    let isWriting = false
    const process = start(async () => {
      attempts++
      return (async function* () {
        yield Buffer.from(weights.subarray(0, 1000))
        isWriting = true
        await new Promise<void>((resolve) => {
          breakOff = resolve
        })
        throw new EnclaveError('SEALED_WEIGHTS_UNAVAILABLE')
      })()
    })
    await expect.poll(() => isWriting).toBe(true)
    process.close()
    breakOff()
    await new Promise((resolve) => setTimeout(resolve, 4 * limits.unsealDelayMsMin))
    expect(attempts).toBe(1)
    expect(lines.join('')).not.toContain('model stays sealed')
  })

  test('does not load weights that turn out wrong halfway, and tries again', async () => {
    let attempts = 0
    const process = start(async () => {
      if (attempts++ > 0) return chunks()
      return (async function* () {
        yield weights.subarray(0, 1000)
        throw new EnclaveError('SEALED_WEIGHTS_INVALID')
      })()
    })
    await process.started
    expect(attempts).toBe(2)
    expect(lines.join('')).toContain('SEALED_WEIGHTS_INVALID')
  })

  test.each([
    ['fewer', weights.subarray(0, 5000)],
    ['more', Buffer.concat([weights, Buffer.alloc(5000)])],
    ['others', Buffer.from(weights).fill(1, 100, 200)],
  ])('refuses %s weights than the manifest names, for good', async (_, bytes) => {
    const process = start(async () => chunks(bytes))
    await expect(process.started).rejects.toMatchObject({ code: 'MODEL_WEIGHTS_MISMATCH' })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  })

  test('a crash of the process opens the weights again', async () => {
    let attempts = 0
    const process = start(async () => {
      attempts++
      return chunks()
    })
    await process.started
    const [pid] = process.pids() as [number]
    globalThis.process.kill(pid, 'SIGKILL')
    await expect.poll(() => process.ready() && process.pids()[0] !== pid).toBe(true)
    expect(attempts).toBe(2)
  })
})

describe('the process of a sealed program', () => {
  const words = models.find(({ manifest }) => manifest.name === 'word-vectors') as ProgramModel
  const model: ProgramModel = {
    ...words,
    stages: words.stages.map((stage) => ({ ...stage, weightsPath: null })),
    files: words.files.map(({ name }) => ({ name, path: null })),
    sealed: seal,
  }
  const stage = readFileSync(words.stages[0]?.weightsPath as string)
  const tokenizer = readFileSync(words.files[0]?.path as string)
  const program = (bytes: Uint8Array, openWeights = async () => chunks(bytes, 50_000)) => {
    const process = startProgramProcess({ model, openWeights, clock: systemClock, limits, log })
    open.push(process)
    return process
  }
  const question = [tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [1], values: ['the sea'] })]

  test('computes with parts that came over a pipe, as it does with those of files', async () => {
    const process = program(Buffer.concat([stage, tokenizer]))
    expect(process.sealed()).toBe('opening')
    await process.started
    const reference = startProgramProcess({ model: words, clock: systemClock, limits, log })
    open.push(reference)
    const [answer, expected] = await Promise.all([process, reference].map((running) => running.run(question, ['embedding', 'tokens'])))
    expect(answer).toEqual(expected)
    expect(process.sealed()).toBeUndefined()
  })

  test('stays sealed, says why, and is opened when that becomes possible', async () => {
    let attempts = 0
    const process = program(Buffer.alloc(0), async () => {
      if (attempts++ === 0) throw new EnclaveError('KMS_UNAVAILABLE')
      return chunks(Buffer.concat([stage, tokenizer]), 50_000)
    })
    await expect.poll(() => process.sealed()).toBe('KMS_UNAVAILABLE')
    await expect(process.run(question, ['tokens'])).rejects.toMatchObject({ code: 'MODEL_SEALED', received: 'KMS_UNAVAILABLE' })
    await process.started
  })

  test.each([
    ['in another order', Buffer.concat([tokenizer, stage]), 'MODEL_WEIGHTS_MISMATCH'],
    ['without the last file', stage, 'MODEL_PARTS_MISMATCH'],
    ['cut off in the last file', Buffer.concat([stage, tokenizer.subarray(0, -1)]), 'MODEL_PARTS_MISMATCH'],
    ['with another file', Buffer.concat([stage, Buffer.from(tokenizer).fill(32, 100, 200)]), 'MODEL_PARTS_MISMATCH'],
    ['with one file more', Buffer.concat([stage, tokenizer, Buffer.from('more')]), 'MODEL_WEIGHTS_MISMATCH'],
  ])('refuses parts %s, for good: whoever sealed them had the key', async (_, bytes, code) => {
    const process = program(bytes)
    await expect(process.started).rejects.toMatchObject({ code })
    await expect(process.run(question, ['tokens'])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  })
})

describe('beside open models', () => {
  test('a sealed one holds up nobody: not the start, not readiness, not their answers', async () => {
    const other: OnnxModel = { ...sealed, manifest: { ...sealed.manifest, name: 'sealed' } }
    const openWeights = async () => {
      throw new EnclaveError('EGRESS_UNAVAILABLE')
    }
    const running = startModels({ models: [plain, other], openWeights, clock: systemClock, limits, log })
    open.push(running)
    await running.started
    expect(running.ready()).toBe(true)
    expect(await running.find('digits').process.run([tensorFromValues(sample.tensor)], ['logits'])).toHaveLength(1)
    expect(running.find('sealed').process.sealed()).toBe('EGRESS_UNAVAILABLE')
  })

  test('without a way to KMS, an image with sealed models does not start', () => {
    expect(() => startModels({ models: [sealed], clock: systemClock, limits, log })).toThrowError(
      expect.objectContaining({ code: 'ARGUMENTS_INVALID' }),
    )
  })
})
