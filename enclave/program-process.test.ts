import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeManifest, encodeManifest, hashManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createLog } from './log.ts'
import { type ProgramModel, readModels } from './model-folder.ts'
import { startProgramProcess } from './program-process.ts'
import type { ModelProcess } from './worker-pool.ts'

const shipped = fileURLToPath(new URL('models/word-vectors', import.meta.url))
let words: ProgramModel
let folder: string
const processes: ModelProcess[] = []
const lines: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-program-'))
  await cp(shipped, join(folder, 'models/word-vectors'), { recursive: true })
  words = (await readModels(join(folder, 'models'), defaultLimits))[0] as ProgramModel
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  for (const process of processes.splice(0)) process.close()
  lines.length = 0
})

function start(parts: { model?: ProgramModel; limits?: Partial<Limits>; workerPath?: string; processes?: number } = {}): ModelProcess {
  const process = startProgramProcess({
    model: parts.model ?? words,
    clock: systemClock,
    limits: { ...defaultLimits, ...patience, restartDelayMsMin: 1, ...parts.limits },
    log: createLog((line) => lines.push(line), Date.now),
    processes: parts.processes,
    ...(parts.workerPath === undefined ? {} : { workerPath: parts.workerPath }),
  })
  processes.push(process)
  return process
}

/** A slow machine takes long to start a process: no limit is met here but those that a test sets. */
const patience = { queueMsMax: 250_000, runMsMax: 250_000, programMsMax: 250_000 }

/** A process that loads, and then does `onRun` (JavaScript over `message`, `send` and `give`) for each message. */
async function workerThat(onRun: string): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`)
  await writeFile(
    path,
    `const send = (message) => process.send(message)
     const texts = (message) => new TextDecoder().decode(message.inputs[0].data.subarray(4))
     const give = (id, count = 1) => send({ type: 'result', id, outputs: [{ name: 'tokens', datatype: 'INT64', shape: [count], data: new Uint8Array(8 * count) }] })
     process.on('disconnect', () => process.exit())
     process.on('message', (message) => { if (message.type === 'load') send({ type: 'loaded' }); else { ${onRun} } })`,
  )
  return path
}

const text = (...values: string[]): Tensor[] => [tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [values.length], values })]
const ask = (process: ModelProcess, value: string, signal?: AbortSignal, onChunk?: (chunk: Uint8Array) => void) =>
  process.run(text(value), ['tokens'], signal, onChunk)
const code = (error: unknown) => (error as { code?: string }).code
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'accepted', code)

describe('the real process', () => {
  test('runs a program over its stage, each text by itself, several requests at once', async () => {
    const process = start()
    await process.started
    const whale = 'The whale swam in the sea'
    const [embedding, tokens] = (await process.run(text(whale, 'taxes and public debt'), ['embedding', 'tokens'])) as [Tensor, Tensor]
    expect(embedding.shape).toEqual([2n, 128n])
    expect(tensorValues(tokens)).toEqual([6n, 4n])
    const others = ['a ship sailed the ocean', whale, 'the budget of the treasury', whale]
    const alone = await Promise.all(others.map((other) => process.run(text(other), ['embedding'])))
    const at = (i: number) => alone[i]?.[0] as Tensor
    for (const i of [1, 3]) expect(Buffer.from(at(i).data)).toEqual(Buffer.from(embedding.data.subarray(0, 512)))
    const dot = (a: Tensor, b: Tensor) =>
      (tensorValues(a) as number[]).reduce((sum, value, j) => sum + value * (tensorValues(b)[j] as number), 0)
    expect(dot(at(0), at(1))).toBeGreaterThan(dot(at(1), at(2)) + 0.2)
  })

  test('refuses what the program refuses, by code alone, and goes on', async () => {
    const process = start()
    expect(await codeOf(ask(process, 'sea '.repeat(5000)))).toBe('INPUT_TOO_LONG')
    expect(await codeOf(process.run(text(...new Array(257).fill('a')), ['tokens']))).toBe('INPUT_TOO_LONG')
    expect(tensorValues((await ask(process, ''))[0] as Tensor)).toEqual([0n])
    expect(lines.join()).not.toContain('sea')
  })

  test('attack: swapped weights of a stage, and an altered file: nothing is loaded', async () => {
    const evil = join(folder, 'evil.onnx')
    const [stage] = words.stages as [ProgramModel['stages'][number]]
    const weights = await readFile(stage.weightsPath as string)
    await writeFile(evil, weights.with(weights.length - 1, (weights.at(-1) as number) ^ 1))
    expect(await codeOf(start({ model: { ...words, stages: [{ ...stage, weightsPath: evil }] } }).started)).toBe('MODEL_WEIGHTS_MISMATCH')
    const tokenizer = (await readFile((words.files[0] as { path: string }).path, 'utf8')).replace('"whale":', '"shale":')
    await writeFile(evil, tokenizer)
    expect(await codeOf(start({ model: { ...words, files: [{ name: 'tokenizer.json', path: evil }] } }).started)).toBe(
      'MODEL_PARTS_MISMATCH',
    )
  })

  test('a program that the manifest does not fit does not start', async () => {
    const { manifest } = words
    const settings = { ...manifest.program.settings }
    const variants: Partial<ProgramManifest>[] = [
      { program: { ...manifest.program, settings: { ...settings, pooling: 'sum' } } },
      { program: { ...manifest.program, settings: { ...settings, tokens_min: 1 } } },
      { inputs: [{ name: 'texts', datatype: 'BYTES', shape: [-1] }] },
      { outputs: [{ name: 'embedding', datatype: 'FP32', shape: [-1, -1] }] },
    ]
    for (const variant of variants)
      expect(await codeOf(start({ model: { ...words, manifest: { ...manifest, ...variant } } }).started)).toBe('MODEL_INTERFACE_MISMATCH')
  })
})

describe('a process that misbehaves', () => {
  test('a run that kills the process kills itself only, and what was shown is not shown again', async () => {
    // "slow" waits for company; "bad" ends the process; any other is answered in two pieces.
    const process = start({
      workerPath: await workerThat(
        `
        const text = texts(message)
        if (text === 'bad') globalThis.process.exit(3)
        send({ type: 'chunk', id: message.id, data: Buffer.from('one ') })
        if (text === 'first' && !(await import('node:fs')).existsSync(${JSON.stringify(join(folder, 'second-time'))})) return
        send({ type: 'chunk', id: message.id, data: Buffer.from('two') })
        give(message.id)`
          .replace('const text', 'void (async () => { const text')
          .concat('})()'),
      ),
    })
    await process.started
    const pieces: string[] = []
    const first = ask(process, 'first', undefined, (chunk) => pieces.push(Buffer.from(chunk).toString()))
    await expect.poll(() => pieces.length).toBe(1)
    await writeFile(join(folder, 'second-time'), '')
    const bad = ask(process, 'bad')
    expect(await codeOf(bad)).toBe('MODEL_CRASHED')
    await first
    expect(pieces.join('')).toBe('one two')
  })

  test.each([
    ['obeys', {}],
    ['goes on', { runMsMax: 50 }],
  ])('a client that goes away: the run is told to stop, and killed only when it does not: it %s', async (how, limits) => {
    const process = start({
      limits,
      workerPath: await workerThat(`
        if (message.type === 'cancel') { if (globalThis.obeys) send({ type: 'failed', id: message.id, code: 'MODEL_REJECTED_INPUT' }) }
        else if (texts(message) === 'short') give(message.id)
        else globalThis.obeys = texts(message) === 'obeys'`),
    })
    await process.started
    const pids = process.pids()
    const controller = new AbortController()
    const run = ask(process, how, controller.signal)
    await expect.poll(() => process.load()).toBe(1)
    await ask(process, 'short')
    controller.abort()
    expect(await codeOf(run)).toBe('CLIENT_GONE')
    await expect.poll(() => process.load()).toBe(0)
    if (how === 'goes on') await expect.poll(() => process.ready() && process.pids()[0] !== pids[0]).toBe(true)
    else expect(process.pids()).toEqual(pids)
    expect(await codeOf(ask(process, 'short'))).toBe('accepted')
  })

  test('a run without end is over after its time', async () => {
    const process = start({ limits: { programMsMax: 30, runMsMax: 30 }, workerPath: await workerThat('') })
    expect(await codeOf(ask(process, 'endless'))).toBe('MODEL_TIMEOUT')
  })

  test('more requests than it works on wait, more than may wait are refused, and one that waits too long leaves', async () => {
    const process = start({ limits: { programRunsMax: 1, queueLengthMax: 1, queueMsMax: 30 }, workerPath: await workerThat('') })
    await process.started
    const [, second, third] = [ask(process, 'a'), ask(process, 'b'), ask(process, 'c')].map(codeOf)
    expect(await third).toBe('MODEL_QUEUE_FULL')
    expect(await second).toBe('MODEL_QUEUE_TIMEOUT')
  })

  // The attack: a client that asks for much at once, so that everybody else waits behind it.
  test('clients take turns, as at a model', async () => {
    const process = start({ limits: { programRunsMax: 1 }, workerPath: await workerThat('setTimeout(() => give(message.id), 5)') })
    await process.started
    const order: string[] = []
    const askAs = (client: object, name: string) =>
      process.run(text(name), ['tokens'], undefined, undefined, client).then(() => order.push(name))
    const [greedy, modest] = [{}, {}]
    await Promise.all([...['g0', 'g1', 'g2', 'g3'].map((name) => askAs(greedy, name)), askAs(modest, 'm0')])
    expect(order).toEqual(['g0', 'm0', 'g1', 'g2', 'g3'])
  })

  // The attack: requests whose runs are long, sent at once over one connection.
  test('no connection holds all places, however much it sends', async () => {
    const process = start({
      limits: { programRunsMax: 4 },
      workerPath: await workerThat(`if (message.type === 'run' && texts(message) !== 'endless') give(message.id)`),
    })
    await process.started
    const controller = new AbortController()
    const askAs = (client: object, name: string) => codeOf(process.run(text(name), ['tokens'], controller.signal, undefined, client))
    const [greedy, second] = [{}, {}]
    const endless = [...new Array(8).fill(greedy), ...new Array(8).fill(second)].map((client) => askAs(client, 'endless'))
    expect(await askAs({}, 'short')).toBe('accepted')
    controller.abort()
    expect(new Set(await Promise.all(endless))).toEqual(new Set(['CLIENT_GONE']))
  })

  test('several processes share the requests, and the end of one is nobody else’s', async () => {
    const worker = `
      if (texts(message) === 'bad') globalThis.process.exit(3)
      send({ type: 'chunk', id: message.id, data: Buffer.from(String(globalThis.process.pid)) })
      setTimeout(() => give(message.id), 50)`
    const process = start({ processes: 2, workerPath: await workerThat(worker), limits: { restartDelayMsMin: 60_000 } })
    await expect.poll(() => lines.filter((line) => line.includes('model loaded')).length).toBe(2)
    const pids: string[] = []
    const runs = Array.from({ length: 4 }, () => ask(process, 'text', undefined, (chunk) => pids.push(Buffer.from(chunk).toString())))
    await Promise.all(runs)
    expect(pids.sort()).toEqual(
      process
        .pids()
        .flatMap((pid) => [String(pid), String(pid)])
        .sort(),
    )
    const beside = ask(process, 'text')
    expect(await codeOf(ask(process, 'bad'))).toBe('MODEL_CRASHED')
    expect(await codeOf(beside)).toBe('accepted')
    expect(process.pids()).toHaveLength(1)
  })

  test('one that gives what it must not is ended, and those beside it are answered', async () => {
    const worker = `
      if (texts(message) === 'good') setTimeout(() => give(message.id), 100)
      else send({ type: 'chunk', id: message.id, data: 'text' })`
    const process = start({ workerPath: await workerThat(worker) })
    await process.started
    const beside = ask(process, 'good')
    expect(await codeOf(ask(process, 'bad'))).toBe('MODEL_OUTPUT_INVALID')
    expect(await codeOf(beside)).toBe('accepted')
  })

  test.each([
    [
      'another tensor',
      `send({ type: 'result', id: message.id, outputs: [{ name: 'tokens', datatype: 'INT32', shape: [1], data: new Uint8Array(4) }] })`,
    ],
    ['a result that is none', `send({ type: 'result', id: message.id })`],
    ['a piece that is no bytes', `send({ type: 'chunk', id: message.id, data: 'text' })`],
    ['pieces without end', `for (let i = 0; i < 20; i++) send({ type: 'chunk', id: message.id, data: new Uint8Array(1 << 20) })`],
    ['a code that no run has', `send({ type: 'failed', id: message.id, code: 'INTERNAL' })`],
  ])('%s is not given on, and the process is replaced', async (_, onRun) => {
    const process = start({ workerPath: await workerThat(onRun) })
    expect(await codeOf(ask(process, 'text'))).toBe('MODEL_OUTPUT_INVALID')
  })
})

describe('the folder of a program', () => {
  const read = () => readModels(join(folder, 'changed'), defaultLimits)
  const place = (path: string) => join(folder, 'changed/word-vectors', path)
  const changed = async (change: () => Promise<unknown>) => {
    await rm(join(folder, 'changed'), { recursive: true, force: true })
    await cp(shipped, place(''), { recursive: true })
    await change()
    return codeOf(read())
  }

  test('is read whole, and its id commits to its stages', async () => {
    expect(await changed(async () => {})).toBe('accepted')
    expect(words.stages.map(({ role, id }) => ({ role, modelId: id }))).toEqual(words.manifest.stages)
    for (const { id, manifest } of words.stages) expect(await hashManifest(manifest)).toBe(id)
  })

  test('attack: another stage under the same role', async () => {
    const swap = async () => {
      const manifest = decodeManifest(Uint8Array.from(await readFile(place('stages/embed/manifest.json'))))
      await writeFile(place('stages/embed/manifest.json'), encodeManifest({ ...manifest, version: '2' }))
    }
    expect(await changed(swap)).toBe('MODEL_PARTS_MISMATCH')
  })

  test.each([
    ['a stage that is not there', () => rm(place('stages'), { recursive: true }), 'MODEL_FOLDER_INVALID'],
    ['a file that is not there', () => rm(place('tokenizer.json')), 'MODEL_FOLDER_INVALID'],
    ['a file of another length', () => writeFile(place('tokenizer.json'), '{}'), 'MODEL_WEIGHTS_MISMATCH'],
    ['weights of another length', () => writeFile(place('stages/embed/model.onnx'), 'x'), 'MODEL_WEIGHTS_MISMATCH'],
    ['a seal that is none', () => writeFile(place('sealed.json'), '{}'), 'MODEL_FOLDER_INVALID'],
    ['a seal of a stage', () => writeFile(place('stages/embed/sealed.json'), '{}'), 'MODEL_SEAL_UNSUPPORTED'],
  ])('%s', async (_, change, expected) => expect(await changed(change)).toBe(expected))
})
