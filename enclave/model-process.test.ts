import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from './clock.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createLog } from './log.ts'
import { type OnnxModel, readModels } from './model-folder.ts'
import { startModelProcess } from './model-process.ts'
import type { ModelProcess } from './worker-pool.ts'

let digits: OnnxModel
let sample: { label: string; tensor: Parameters<typeof tensorFromValues>[0] }
let folder: string
const processes: ModelProcess[] = []
const lines: string[] = []

beforeAll(async () => {
  const models = await readModels(fileURLToPath(new URL('models', import.meta.url)), defaultLimits)
  digits = models.find(({ manifest }) => manifest.name === 'digits') as OnnxModel
  sample = JSON.parse(await readFile(new URL('models/digits/samples/3.json', import.meta.url), 'utf8'))
  folder = await mkdtemp(join(tmpdir(), 'nacre-worker-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  for (const process of processes.splice(0)) process.close()
  lines.length = 0
})

function start(
  parts: { clock?: Clock; model?: OnnxModel; limits?: Partial<Limits>; workerPath?: string; processes?: number } = {},
): ModelProcess {
  const process = startModelProcess({
    model: parts.model ?? digits,
    clock: parts.clock ?? systemClock,
    limits: { ...defaultLimits, ...patience, restartDelayMsMin: 1, ...parts.limits },
    log: createLog((line) => lines.push(line), Date.now),
    processes: parts.processes,
    ...(parts.workerPath === undefined ? {} : { workerPath: parts.workerPath }),
  })
  processes.push(process)
  return process
}

/** A slow machine takes long to start a process: no limit is met here but those that a test sets. */
const patience = { queueMsMax: 250_000, runMsMax: 250_000 }

/** A process that loads, and then does `onRun` (JavaScript over `message` and `send`) for each request. */
async function workerThat(onRun: string, onLoad = 'send({ type: "loaded" })'): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`)
  await writeFile(
    path,
    `const send = (message) => process.send(message)
     const good = (id) => send({ type: 'result', id, outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, 10], data: new Uint8Array(40) }] })
     process.on('disconnect', () => process.exit())
     process.on('message', (message) => { if (message.type === 'load') { ${onLoad} } else { ${onRun} } })`,
  )
  return path
}

const input = (): Tensor => tensorFromValues(sample.tensor)
const run = (process: ModelProcess, signal?: AbortSignal) => process.run([input()], ['logits'], signal)
const loaded = (count: number) => expect.poll(() => lines.filter((line) => line.includes('model loaded')).length).toBe(count)
const code = (error: unknown) => (error as { code?: string }).code

describe('the real process', () => {
  test('runs the model on the very bytes', async () => {
    const process = start()
    await process.started
    expect(process.ready()).toBe(true)
    const [logits] = await run(process)
    const values = tensorValues(logits as Tensor) as number[]
    expect(values.indexOf(Math.max(...values))).toBe(Number(sample.label))
    expect(logits?.shape).toEqual([1n, 10n])
  })

  test('gives the same bytes alone and in a batch', async () => {
    const process = start()
    const [alone] = await run(process)
    const twice = { ...input(), shape: [2n, 64n], data: Buffer.concat([input().data, input().data]) }
    const [batch] = await process.run([twice], ['logits'])
    expect(Buffer.from((batch as Tensor).data)).toEqual(Buffer.concat([(alone as Tensor).data, (alone as Tensor).data]))
  })

  test('takes bytes at any alignment', async () => {
    const process = start()
    const [expected] = await run(process)
    const shifted = Buffer.concat([Buffer.of(1), input().data]).subarray(1)
    const [received] = await process.run([{ ...input(), data: shifted }], ['logits'])
    expect(Buffer.from((received as Tensor).data)).toEqual(Buffer.from((expected as Tensor).data))
  })

  test('requests before it is loaded wait', async () => {
    const process = start()
    expect(process.ready()).toBe(false)
    expect((await run(process)).length).toBe(1)
  })

  test('has nothing of our environment', async () => {
    const probe = await workerThat(
      '',
      'send({ type: "refused", code: "MODEL_LOAD_FAILED", message: Object.keys(process.env).sort().join() })',
    )
    process.env.NACRE_TEST_SECRET = 'secret'
    try {
      // Node adds what its channel needs.
      await expect(start({ workerPath: probe }).started).rejects.toThrow(/^(NODE_CHANNEL_[A-Z_]+,?)*$/)
    } finally {
      delete process.env.NACRE_TEST_SECRET
    }
  })

  const changed = (changes: Partial<OnnxModel['manifest']>): OnnxModel => ({ ...digits, manifest: { ...digits.manifest, ...changes } })
  const refusals: [string, () => OnnxModel, string][] = [
    [
      'weights of another hash',
      () => changed({ weights: { ...digits.manifest.weights, sha256: `0x${'00'.repeat(32)}` } }),
      'MODEL_WEIGHTS_MISMATCH',
    ],
    ['another runtime version', () => changed({ runtime: { ...digits.manifest.runtime, version: '1.29.0' } }), 'MODEL_RUNTIME_MISMATCH'],
    ['another input name', () => changed({ inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 64] }] }), 'MODEL_INTERFACE_MISMATCH'],
    ['another datatype', () => changed({ inputs: [{ name: 'pixels', datatype: 'INT64', shape: [-1, 64] }] }), 'MODEL_INTERFACE_MISMATCH'],
    ['another rank', () => changed({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 8, 8] }] }), 'MODEL_INTERFACE_MISMATCH'],
    ['a wider dimension', () => changed({ outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, -1] }] }), 'MODEL_INTERFACE_MISMATCH'],
    [
      'a datatype that ONNX Runtime lacks',
      () => changed({ inputs: [{ name: 'pixels', datatype: 'BF16', shape: [-1, 64] }] }),
      'MODEL_INTERFACE_MISMATCH',
    ],
    ['weights that are not there', () => ({ ...digits, weightsPath: join(folder, 'none.onnx'), sealed: undefined }), 'MODEL_LOAD_FAILED'],
  ]
  test.each(refusals)('refuses %s, for good', async (_, model, expected) => {
    const process = start({ model: model() })
    const waiting = run(process)
    waiting.catch(() => {})
    await expect(process.started).rejects.toMatchObject({ code: expected })
    await expect(waiting).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
    expect(process.ready()).toBe(false)
  })

  test('a kill fails the running request only, and the next one is served by a new process', async () => {
    const model = start()
    await model.started
    const [first] = model.pids() as [number]
    process.kill(first, 'SIGKILL')
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => run(model)))
    const failed = results.filter((result) => result.status === 'rejected').map((result) => code(result.reason))
    expect(failed.length).toBeLessThanOrEqual(1)
    for (const failure of failed) expect(failure).toBe('MODEL_CRASHED')
    expect((await run(model)).length).toBe(1)
    expect(model.pids()).not.toContain(first)
  })
})

describe('a process that misbehaves', () => {
  test('a crash fails its own request; those behind it are served', async () => {
    const crashOnFirst = await workerThat(
      `import('node:fs').then((fs) => { const mark = ${JSON.stringify(join(folder, 'crashed'))}
       if (fs.existsSync(mark)) return good(message.id)
       fs.writeFileSync(mark, ''); process.kill(process.pid, 'SIGSEGV') })`,
    )
    const process = start({ workerPath: crashOnFirst })
    const results = await Promise.allSettled([run(process), run(process), run(process)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect((results[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'MODEL_CRASHED', retryAfterSeconds: 1 })
    expect(lines.some((line) => line.includes('model process ended') && line.includes('SIGSEGV'))).toBe(true)
  })

  test('a run without end is ended, and those behind it are served', async () => {
    const mark = join(folder, 'hung')
    const hangOnFirst = await workerThat(
      `import('node:fs').then((fs) => { if (fs.existsSync(${JSON.stringify(mark)})) return good(message.id)
       fs.writeFileSync(${JSON.stringify(mark)}, ''); for (;;) {} })`,
    )
    // Its time is over when it hangs, and not before.
    const runs: (() => void)[] = []
    const clock: Clock = {
      ...systemClock,
      after: (ms, task) => (ms === patience.runMsMax + 1 && runs.push(task) > 0 ? () => {} : systemClock.after(ms, task)),
    }
    const process = start({ workerPath: hangOnFirst, clock, limits: { runMsMax: patience.runMsMax + 1 } })
    const asked = Promise.allSettled([run(process), run(process)])
    await expect.poll(() => existsSync(mark)).toBe(true)
    runs[0]?.()
    const results = await asked
    expect((results[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'MODEL_TIMEOUT' })
    expect(results[1]?.status).toBe('fulfilled')
  })

  test('more than was allowed is refused by the process itself, before it travels', async () => {
    const process = start({ limits: { outputBytesMax: 39 } })
    await expect(run(process)).rejects.toMatchObject({ code: 'OUTPUT_TOO_LARGE' })
    expect((await start({ limits: { outputBytesMax: 40 } }).run([input()], ['logits'])).length).toBe(1)
  })

  test('and by the server, when the process is no longer ours', async () => {
    const process = start({ workerPath: await workerThat('good(message.id)'), limits: { outputBytesMax: 39 } })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
  })

  const outputs: [string, string][] = [
    ['another name', '[{ name: "x", datatype: "FP32", shape: [1, 10], data: new Uint8Array(40) }]'],
    ['another datatype', '[{ name: "logits", datatype: "INT32", shape: [1, 10], data: new Uint8Array(40) }]'],
    ['another shape', '[{ name: "logits", datatype: "FP32", shape: [1, 11], data: new Uint8Array(44) }]'],
    ['too few bytes', '[{ name: "logits", datatype: "FP32", shape: [1, 10], data: new Uint8Array(39) }]'],
    ['data that is no bytes', '[{ name: "logits", datatype: "FP32", shape: [1, 10], data: "x".repeat(40) }]'],
    ['a negative size', '[{ name: "logits", datatype: "FP32", shape: [-1, 10], data: new Uint8Array(0) }]'],
    ['a shape that is no list', '[{ name: "logits", datatype: "FP32", shape: 10, data: new Uint8Array(40) }]'],
    ['a shape of gaps', '[{ name: "logits", datatype: "FP32", shape: new Array(2 ** 32 - 1), data: new Uint8Array(40) }]'],
    ['nothing', '[]'],
    ['no list', 'null'],
  ]
  test.each(outputs)('an output with %s is never passed on', async (_, list) => {
    const process = start({ workerPath: await workerThat(`send({ type: 'result', id: message.id, outputs: ${list} })`) })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
  })

  test('the answer to another request is not taken for this one', async () => {
    const process = start({
      workerPath: await workerThat(`send({ type: 'result', id: message.id + 1, outputs: [] }); good(message.id)`),
    })
    expect((await run(process)).length).toBe(1)
  })

  // To Node's own end of the channel, each of these is an exception that nobody can catch, or memory without end.
  const notMessages: [string, string][] = [
    ['bytes that are no message', 'fs.writeSync(3, Uint8Array.of(0, 0, 0, 4, 1, 2, 3, 4))'],
    ['a message that says it is very long', 'fs.writeSync(3, Uint8Array.of(255, 255, 255, 255, 255, 15))'],
    ['a message that is cut', 'fs.writeSync(3, Uint8Array.of(0, 0, 0, 3, 255, 15, 111))'],
    ['a view that is none', 'fs.writeSync(3, Uint8Array.of(0, 0, 0, 6, 255, 15, 92, 0, 99, 0))'],
    ['an object that V8 leaves to others', 'fs.writeSync(3, Uint8Array.of(0, 0, 0, 5, 255, 15, 92, 1, 95))'],
  ]
  test.each(notMessages)('one that sends %s is ended, and nothing else is', async (_, attack) => {
    const process = start({ workerPath: await workerThat(`import('node:fs').then((fs) => ${attack})`) })
    await process.started
    const [pid] = process.pids()
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_CRASHED' })
    await expect.poll(() => process.ready() && process.pids()[0] !== pid).toBe(true)
  })

  test.each([
    ['a command of Node’s', `send({ cmd: 'NODE_HANDLE_ACK' })`],
    ['a command of Node’s with a descriptor', `send({ cmd: 'NODE_HANDLE', type: 'x' })`],
    ['nothing', `import('node:fs').then((fs) => fs.writeSync(3, Uint8Array.of(0, 0, 0, 3, 255, 15, 95)))`],
    ['a number', 'send(5)'],
  ])('%s is no message of a run', async (_, attack) => {
    const process = start({ workerPath: await workerThat(`${attack}; setTimeout(() => good(message.id), 20)`) })
    expect((await run(process)).length).toBe(1)
  })

  test('a process cannot choose another error, nor what is logged', async () => {
    const workerPath = await workerThat(
      `send({ type: 'refused', code: 'MODEL_LOAD_FAILED', message: 'secret' }); send({ type: 'loaded' }); send(null)
       send({ type: 'failed', id: message.id, code: 'RECEIPT_FAILED' })`,
    )
    const process = start({ workerPath })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
    expect(lines.join()).not.toContain('secret')
  })

  test('an input that the model cannot run is the caller’s error', async () => {
    const process = start({ workerPath: await workerThat(`send({ type: 'failed', id: message.id, code: 'MODEL_REJECTED_INPUT' })`) })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_REJECTED_INPUT' })
  })

  test('one that ends while it loads is given up after some attempts', async () => {
    const process = start({ workerPath: await workerThat('', 'process.exit(3)'), limits: { loadAttemptsMax: 2 } })
    await expect(process.started).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED', received: 'exit code 3' })
  })

  test('one that never loads is ended', async () => {
    const process = start({ workerPath: await workerThat('', ''), limits: { loadMsMax: 200, loadAttemptsMax: 1 } })
    await expect(process.started).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED', received: 'SIGKILL' })
  })
})

describe('requests that share a run', () => {
  const pixels = (rows: number, fill: (at: number) => number): Tensor => ({
    name: 'pixels',
    datatype: 'FP32',
    shape: [BigInt(rows), 64n],
    data: new Uint8Array(Float32Array.from({ length: rows * 64 }, (_, at) => fill(at)).buffer),
  })
  const marked = (mark: number) => pixels(1, () => mark)
  const floats = ({ data }: Tensor) => [...new Float32Array(Uint8Array.from(data).buffer)]
  /** Each row's logits are the row's first pixel, nine times, and the number of rows of the run. `before` sees the marks of all rows. */
  const echo = (before = '') =>
    workerThat(
      `const [{ data, shape: [rows] }] = message.inputs
       const pixels = new Float32Array(Uint8Array.from(data).buffer)
       const marks = Array.from({ length: rows }, (_, row) => pixels[row * 64]); ${before}
       const out = Float32Array.from(marks.flatMap((mark) => [...Array(9).fill(mark), rows]))
       send({ type: 'result', id: message.id, outputs: [{ name: 'logits', datatype: 'FP32', shape: [rows, 10], data: new Uint8Array(out.buffer) }] })`,
    )
  /** One run tells how long a row takes; only then are runs shared. */
  async function warm(parts: Parameters<typeof start>[0] = {}): Promise<ModelProcess> {
    const process = start({ ...parts, limits: { sharedRunMsMax: 60_000, ...parts.limits } })
    await process.run([marked(0)], ['logits'])
    return process
  }

  test('get the bytes that each gets alone', async () => {
    const process = await warm()
    const inputs = Array.from({ length: 40 }, (_, i) => pixels(1 + (i % 3), (at) => ((i * 31 + at * 17) % 97) / 7))
    const together = await Promise.all(inputs.map((tensor) => process.run([tensor], ['logits'])))
    for (const [i, tensor] of inputs.entries()) {
      const [alone] = (await process.run([tensor], ['logits'])) as [Tensor]
      const [shared] = together[i] as [Tensor]
      expect(shared.shape).toEqual(alone.shape)
      expect(Buffer.from(shared.data)).toEqual(Buffer.from(alone.data))
    }
  })

  test('are as many as the limits allow, and each gets its own rows', async () => {
    const process = await warm({ workerPath: await echo(), limits: { batchMax: 8 } })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => process.run([marked(i)], ['logits'])))
    const [marks, rows] = [0, 9].map((at) => answers.map(([logits]) => floats(logits as Tensor)[at] as number))
    expect(marks).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(Math.max(...(rows as number[]))).toBe(8)
  })

  test('are one where the manifest does not say that rows are independent', async () => {
    const { rows: _, ...manifest } = digits.manifest
    const process = await warm({ workerPath: await echo(), model: { ...digits, manifest } })
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => process.run([marked(i)], ['logits'])))
    expect(answers.map(([logits]) => floats(logits as Tensor)[9])).toEqual([1, 1, 1, 1, 1])
  })

  test('are one while a row takes long', async () => {
    const process = await warm({ workerPath: await echo(), limits: { sharedRunMsMax: 0 } })
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => process.run([marked(i)], ['logits'])))
    expect(answers.map(([logits]) => floats(logits as Tensor)[9])).toEqual([1, 1, 1, 1, 1])
  })

  test('one that kills the process is answered with its own crash, the others are served', async () => {
    const process = await warm({
      workerPath: await echo(`if (marks.includes(7)) return globalThis.process.kill(globalThis.process.pid, 'SIGKILL')`),
    })
    const results = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => process.run([marked(i)], ['logits'])))
    for (const [i, result] of results.entries())
      if (i === 7) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_CRASHED' } })
      else expect(floats((result as PromiseFulfilledResult<[Tensor]>).value[0])[0]).toBe(i)
  })

  test('one that the model refuses is refused, the others are served', async () => {
    const process = await warm({
      workerPath: await echo(`if (marks.includes(7)) return send({ type: 'failed', id: message.id, code: 'MODEL_REJECTED_INPUT' })`),
    })
    const results = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => process.run([marked(i)], ['logits'])))
    expect(results.map(({ status }) => status)).toEqual(results.map((_, i) => (i === 7 ? 'rejected' : 'fulfilled')))
  })

  test('a client that went away is not run again for others’ sake', async () => {
    const process = await warm({
      workerPath: await echo(`if (marks.includes(7)) return globalThis.process.kill(globalThis.process.pid, 'SIGKILL')`),
      limits: { restartDelayMsMin: 50 },
    })
    const controller = new AbortController()
    const requests = [
      process.run([marked(1)], ['logits']),
      process.run([marked(7)], ['logits']),
      process.run([marked(2)], ['logits'], controller.signal),
    ]
    const results = Promise.allSettled(requests)
    setTimeout(() => controller.abort(), 20)
    expect((await results).map((result) => (result.status === 'fulfilled' ? 'fulfilled' : code(result.reason)))).toEqual([
      'fulfilled',
      'MODEL_CRASHED',
      'CLIENT_GONE',
    ])
  })

  test('another number of rows than was sent is never shared out', async () => {
    const short = await workerThat(
      `const rows = Math.max(1, message.inputs[0].shape[0] - 1)
       send({ type: 'result', id: message.id, outputs: [{ name: 'logits', datatype: 'FP32', shape: [rows, 10], data: new Uint8Array(rows * 40) }] })`,
    )
    const liar = await warm({ workerPath: short })
    const [first] = liar.pids()
    await Promise.all(Array.from({ length: 4 }, (_, i) => liar.run([marked(i)], ['logits'])))
    expect(liar.pids()).not.toContain(first)
  })

  test('inputs of unequal length shift nobody’s rows', async () => {
    const two: OnnxModel = {
      ...digits,
      manifest: {
        ...digits.manifest,
        inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [-1] })),
        outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1] }],
      },
    }
    // a + b of each row, as many rows as `a` has.
    const adder = await workerThat(
      `const [a, b] = message.inputs.map(({ data }) => new Float32Array(Uint8Array.from(data).buffer))
       const sum = Float32Array.from(a, (value, i) => value + (b[i] ?? 0))
       send({ type: 'result', id: message.id, outputs: [{ name: 'sum', datatype: 'FP32', shape: [sum.length], data: new Uint8Array(sum.buffer) }] })`,
    )
    const vector = (name: string, values: number[]): Tensor => ({
      name,
      datatype: 'FP32',
      shape: [BigInt(values.length)],
      data: new Uint8Array(Float32Array.from(values).buffer),
    })
    const process = start({ model: two, workerPath: adder, limits: { sharedRunMsMax: 60_000 } })
    const add = (a: number[], b: number[]) => process.run([vector('a', a), vector('b', b)], ['sum'])
    await add([0], [0])
    const [, , victim] = await Promise.all([add([0], [0]), add([0], [100, 100]), add([1], [1]), add([0, 0], [0])])
    expect(floats(victim[0] as Tensor)).toEqual([2])
  })
})

describe('several processes of one model', () => {
  /** Answers with the number of its process as the first logit, after a while; the mark 7 kills it. */
  const numbered = () =>
    workerThat(
      `const [{ data }] = message.inputs
       const mark = new Float32Array(Uint8Array.from(data).buffer)[0]
       if (mark === 7) globalThis.process.kill(globalThis.process.pid, 'SIGKILL')
       const out = Float32Array.from({ length: 10 }, (_, i) => (i === 0 ? globalThis.process.pid : mark))
       setTimeout(() => send({ type: 'result', id: message.id, outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, 10], data: new Uint8Array(out.buffer) }] }), 30)`,
    )
  const single = (): OnnxModel => {
    const { rows: _, ...manifest } = digits.manifest
    return { ...digits, manifest }
  }
  const marked = (mark: number): Tensor => ({
    name: 'pixels',
    datatype: 'FP32',
    shape: [1n, 64n],
    data: new Uint8Array(Float32Array.from({ length: 64 }, () => mark).buffer),
  })
  const pidOf = ([logits]: Tensor[]) => new Float32Array(Uint8Array.from((logits as Tensor).data).buffer)[0] as number

  test('give the same bytes, whichever of them answers', async () => {
    const alone = start()
    const process = start({ processes: 2 })
    await loaded(3)
    const inputs = Array.from({ length: 16 }, (_, i) => marked(i / 7))
    const expected: Tensor[] = []
    for (const tensor of inputs) expected.push(((await alone.run([tensor], ['logits'])) as [Tensor])[0])
    const received = await Promise.all(inputs.map((tensor) => process.run([tensor], ['logits'])))
    for (const [i, [logits]] of received.entries())
      expect(Buffer.from((logits as Tensor).data)).toEqual(Buffer.from((expected[i] as Tensor).data))
  })

  test('share the work', async () => {
    const process = start({ model: single(), workerPath: await numbered(), processes: 3 })
    await loaded(3)
    const pids = await Promise.all(Array.from({ length: 12 }, (_, i) => process.run([marked(10 + i)], ['logits']).then(pidOf)))
    expect(new Set(pids)).toEqual(new Set(process.pids()))
  })

  test('a crash of one fails its own request; the others go on in theirs, and the model stays ready', async () => {
    const process = start({ model: single(), workerPath: await numbered(), processes: 2, limits: { restartDelayMsMin: 60_000 } })
    await loaded(2)
    const marks = [1, 7, 2, 3, 4]
    const results = await Promise.allSettled(marks.map((mark) => process.run([marked(mark)], ['logits'])))
    expect(results.map((result) => (result.status === 'fulfilled' ? 'fulfilled' : code(result.reason)))).toEqual(
      marks.map((mark) => (mark === 7 ? 'MODEL_CRASHED' : 'fulfilled')),
    )
    expect([process.ready(), process.pids().length]).toEqual([true, 1])
  })

  test('begin when the first is loaded, and one that cannot be loaded is left out', async () => {
    const mark = join(folder, 'first')
    const onlyOne = await workerThat(
      'good(message.id)',
      `import('node:fs').then((fs) => { if (fs.existsSync(${JSON.stringify(mark)})) globalThis.process.exit(3)
       fs.writeFileSync(${JSON.stringify(mark)}, ''); send({ type: 'loaded' }) })`,
    )
    const process = start({ workerPath: onlyOne, processes: 2, limits: { loadAttemptsMax: 2 } })
    await process.started
    await expect.poll(() => lines.some((line) => line.includes('model refused'))).toBe(true)
    expect((await run(process)).length).toBe(1)
    expect([process.ready(), process.pids().length]).toEqual([true, 1])
  })
})

describe('the queue', () => {
  test('is bounded', async () => {
    const process = start({ workerPath: await workerThat(''), limits: { queueLengthMax: 2 } })
    await process.started
    const accepted = [run(process), run(process), run(process)]
    for (const request of accepted) request.catch(() => {})
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_QUEUE_FULL', retryAfterSeconds: 1 })
    expect(process.load()).toBe(3)
  })

  test('a request that waits too long is let go', async () => {
    const process = start({ workerPath: await workerThat(''), limits: { queueMsMax: 50 } })
    await process.started
    run(process).catch(() => {})
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_QUEUE_TIMEOUT' })
    expect(process.load()).toBe(1)
  })

  test('a client that goes away leaves it', async () => {
    const process = start({ workerPath: await workerThat('') })
    await process.started
    run(process).catch(() => {})
    const controller = new AbortController()
    const waiting = run(process, controller.signal)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CLIENT_GONE' })
    expect(process.load()).toBe(1)
  })

  test('closing refuses all', async () => {
    const process = start({ workerPath: await workerThat('') })
    await process.started
    const requests = [run(process), run(process)]
    process.close()
    for (const request of requests) await expect(request).rejects.toMatchObject({ code: 'ENCLAVE_SHUTTING_DOWN' })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  })
})
