import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createLog } from './log.ts'
import { type Model, type OnnxModel, type ProgramModel, readModels } from './model-folder.ts'
import { inputsFd, outputsFd, sharedBytesMin } from './model-messages.ts'
import { startModelProcess } from './model-process.ts'
import { startProgramProcess } from './program-process.ts'
import { openSharedMemory, type SharedMemory } from './shared-memory.ts'
import { createTensorMemory } from './tensor-memory.ts'
import type { ModelProcess } from './worker-pool.ts'

const isLinux = process.platform === 'linux'
const KiB = 1024
let shared: SharedMemory
let models: Model[]
let folder: string
const processes: ModelProcess[] = []
const lines: string[] = []
const log = createLog((line) => lines.push(line), Date.now)

beforeAll(async () => {
  if (isLinux) shared = await openSharedMemory()
  models = await readModels(fileURLToPath(new URL('models', import.meta.url)), defaultLimits)
  folder = await mkdtemp(join(tmpdir(), 'nacre-memory-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  for (const process of processes.splice(0)) process.close()
  lines.length = 0
})

const model = (name: string) => models.find(({ manifest }) => manifest.name === name) as OnnxModel

function start(parts: { name?: string; memory?: SharedMemory | undefined; limits?: Partial<Limits>; workerPath?: string }): ModelProcess {
  const process = startModelProcess({
    model: model(parts.name ?? 'digits'),
    sharedMemory: 'memory' in parts ? parts.memory : shared,
    clock: systemClock,
    limits: { ...defaultLimits, restartDelayMsMin: 1, ...parts.limits },
    log,
    ...(parts.workerPath === undefined ? {} : { workerPath: parts.workerPath }),
  })
  processes.push(process)
  return process
}

/** A process that does `onRun` (JavaScript over `message`, `fs` and `send`) for each request, and never maps the memory: what it does, it does to the descriptors. */
async function workerThat(onRun: string): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`)
  const koffi = JSON.stringify(createRequire(import.meta.url).resolve('koffi'))
  await writeFile(
    path,
    `import fs from 'node:fs'
     import { createRequire } from 'node:module'
     const koffi = () => createRequire(import.meta.url)(${koffi})
     const send = (message) => process.send(message)
     const [inputs, outputs] = [${inputsFd}, ${outputsFd}]
     let count = 0
     const answer = (data, rows = 256) => send({ type: 'result', id: message_.id, outputs: [{ name: 'logits', datatype: 'FP32', shape: [rows, 10], data }] })
     let message_
     process.on('disconnect', () => process.exit())
     process.on('message', async (message) => { message_ = message; count++; if (message.type === 'load') return send({ type: 'loaded' }); ${onRun} })`,
  )
  return path
}

/** Large enough to lie in the memory. */
const pixels = (fill: (at: number) => number, rows = 256): Tensor => ({
  name: 'pixels',
  datatype: 'FP32',
  shape: [BigInt(rows), 64n],
  data: new Uint8Array(Float32Array.from({ length: rows * 64 }, (_, at) => fill(at)).buffer),
})
const run = async (process: ModelProcess, input = pixels((at) => at % 17)) => (await process.run([input], ['logits']))[0] as Tensor
const bytesOf = (tensor: Tensor | undefined) => Buffer.from(tensor?.data ?? [])

describe.skipIf(!isLinux)('answers are the same bytes through memory and through a pipe', () => {
  test('of large inputs, alone and sharing a run', async () => {
    const [through, piped] = [start({}), start({ memory: undefined })]
    const inputs = Array.from({ length: 12 }, (_, i) => pixels((at) => ((i * 31 + at * 17) % 97) / 7, 64 + i))
    const answers = await Promise.all(inputs.map((input) => run(through, input)))
    for (const [i, input] of inputs.entries()) expect(bytesOf(answers[i])).toEqual(bytesOf(await run(piped, input)))
  })

  test('of large outputs', async () => {
    const width = 320
    const line: Tensor = {
      ...{ name: 'x', datatype: 'FP32', shape: [1n, 3n, 48n, BigInt(width)] },
      data: new Uint8Array(Float32Array.from({ length: 3 * 48 * width }, (_, at) => Math.sin(at / 5)).buffer),
    }
    const name = 'softmax_11.tmp_0'
    const [through, piped] = [start({ name: 'ocr' }), start({ name: 'ocr', memory: undefined })]
    const [[first], [second], [expected]] = [
      await through.run([line], [name]),
      await through.run([line], [name]),
      await piped.run([line], [name]),
    ]
    expect(expected?.data.length).toBeGreaterThan(sharedBytesMin)
    for (const received of [first, second]) expect(bytesOf(received).equals(bytesOf(expected))).toBe(true)
  })

  test('of a program', async () => {
    const manyTexts = Array.from({ length: 200 }, (_, i) => `the whale number ${i} swam in the sea, `.repeat(3))
    const texts = tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [200], values: manyTexts })
    expect(texts.data.length).toBeGreaterThan(sharedBytesMin)
    const words = models.find(({ manifest }) => manifest.name === 'word-vectors') as ProgramModel
    const answers = await Promise.all(
      [shared, undefined].map((sharedMemory) => {
        const process = startProgramProcess({ model: words, sharedMemory, clock: systemClock, limits: defaultLimits, log })
        processes.push(process)
        return process.run([texts], ['embedding'])
      }),
    )
    expect(bytesOf(answers[0]?.[0]).equals(bytesOf(answers[1]?.[0]))).toBe(true)
  })

  test('when there is no room', async () => {
    const process = start({ limits: { sharedInputBytesMax: 32 * KiB, sharedOutputBytesMax: KiB } })
    expect(bytesOf(await run(process))).toEqual(bytesOf(await run(start({ memory: undefined }))))
  })

  test('when there is no memory to be had, which the log says', async () => {
    const none = { ...shared, create: () => expect.fail('errno 24') }
    expect(bytesOf(await run(start({ memory: none })))).toEqual(bytesOf(await run(start({}))))
    expect(lines.filter((line) => line.includes('tensors go through a pipe')).length).toBe(1)
  })

  test('when the process cannot map it, which the log says', async () => {
    const workerPath = await workerThat(`
      const [{ data }] = message.inputs
      if (!(data instanceof Uint8Array)) return send({ type: 'unmapped', id: message.id })
      answer(data.slice(0, 40 * 256))`)
    const process = start({ workerPath })
    for (let i = 0; i < 2; i++) expect(bytesOf(await run(process))).toEqual(bytesOf(pixels((at) => at % 17)).subarray(0, 40 * 256))
    expect(lines.filter((line) => line.includes('tensors go through a pipe')).length).toBe(1)
  })
})

describe.skipIf(!isLinux)('a process that was taken over', () => {
  test('cannot change an input, whatever it does with the descriptor', async () => {
    const workerPath = await workerThat(`
      const { at, bytes } = message.inputs[0].data
      const attempt = (what) => { try { return what() ?? 'done' } catch (error) { return error.code } }
      const libc = koffi().load('libc.so.6')
      const mmap = libc.func('intptr_t mmap(void *, size_t, int, int, int, int64_t)')
      const mprotect = libc.func('int mprotect(intptr_t, size_t, int)')
      const again = attempt(() => fs.openSync('/proc/self/fd/' + inputs, 'r+'))
      const readable = mmap(null, 4096, 1, 1, inputs, 0)
      const tried = [
        attempt(() => fs.writeSync(inputs, new Uint8Array(64), 0, 64, at)),
        attempt(() => fs.ftruncateSync(inputs, 0)),
        attempt(() => fs.ftruncateSync(outputs, 0)),
        attempt(() => fs.writeSync(again, new Uint8Array(64), 0, 64, at)),
        mmap(null, 4096, 3, 1, inputs, 0), mmap(null, 4096, 3, 1, again, 0),
        readable > 0, mprotect(readable, 4096, 3),
        libc.func('int fallocate(int, int, int64_t, int64_t)')(inputs, 3, 0, 4096),
        libc.func('int fcntl(int, int, int)')(outputs, 1033, 8),
      ]
      const text = Buffer.from(JSON.stringify(tried)).subarray(0, 400)
      answer(Buffer.concat([text, Buffer.alloc(10240 - text.length, 32)]))`)
    const tried = JSON.parse(bytesOf(await run(start({ workerPath }))).toString())
    expect(tried).toEqual(['EPERM', 'EPERM', 'EPERM', 'EPERM', -1, -1, true, -1, -1, -1])
  })

  test('cannot change an answer that it has given', async () => {
    const workerPath = await workerThat(`
      fs.writeSync(outputs, new Uint8Array(10240).fill(count), 0, 10240, 0)
      answer({ at: 0, bytes: 10240 })
      fs.writeSync(outputs, new Uint8Array(10240).fill(99), 0, 10240, 0)`)
    const process = start({ workerPath })
    const first = await run(process)
    const before = bytesOf(first)
    await run(process)
    expect(bytesOf(first)).toEqual(Buffer.from(before))
  })

  test.each([
    ['before the memory', '{ at: -64, bytes: 10240 }'],
    ['past its end', '{ at: 65536 - 64, bytes: 10240 }'],
    ['so long that the end wraps', '{ at: 64, bytes: Number.MAX_SAFE_INTEGER }'],
    ['of another size', '{ at: 0, bytes: 10236 }'],
    ['of no size', '{ at: 0 }'],
    ['between bytes', '{ at: 0.5, bytes: 10240 }'],
    ['that is text', '{ at: "0", bytes: "10240" }'],
    ['that is nothing', 'null'],
    ['that is a large number', '{ at: 0n, bytes: 10240n }'],
    ['with more bytes than an answer may have', '{ at: 0, bytes: 40960 }'],
  ])('names a place %s: nothing is passed on, and it is replaced', async (_, place) => {
    const process = start({
      workerPath: await workerThat(`answer(${place})`),
      limits: { sharedOutputBytesMax: 64 * KiB, outputBytesMax: 32 * KiB },
    })
    await process.started
    const [pid] = process.pids()
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
    await expect.poll(() => process.ready() && process.pids()[0] !== pid).toBe(true)
  })

  test('says for ever that it cannot map: its request is refused', async () => {
    const process = start({ workerPath: await workerThat(`send({ type: 'unmapped', id: message.id })`) })
    await expect(run(process)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
  })

  test('leaves nothing to the one after it, and has nothing of another model', async () => {
    const sizes = { sharedInputBytesMax: 128 * KiB, sharedOutputBytesMax: 64 * KiB }
    const workerPath = await workerThat(`
      const dirty = (fd, from, to) => { const all = Buffer.alloc(to - from); fs.readSync(fd, all, 0, all.length, from); return all.some((byte) => byte !== 0) }
      if (message.inputs[0].data instanceof Uint8Array) return process.kill(process.pid, 'SIGKILL')
      const { at, bytes } = message.inputs[0].data
      const memories = fs.readdirSync('/proc/self/fd').filter((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd).includes('memfd:') } catch { return false } })
      const found = [dirty(inputs, 0, at), dirty(inputs, at, at + bytes), dirty(inputs, at + bytes, 131072), dirty(outputs, 0, 65536), memories.length === 2]
      fs.writeSync(outputs, new Uint8Array(65536).fill(7), 0, 65536, 0)
      answer(Uint8Array.from({ length: 10240 }, (_, i) => Number(found[i] ?? 0)))`)
    const process = start({ workerPath, limits: sizes })
    const other = start({ workerPath, limits: sizes })
    const found = async (of: ModelProcess) => [...(await run(of)).data.subarray(0, 5)]
    expect(await found(process)).toEqual([0, 1, 0, 0, 1])
    expect(await found(other)).toEqual([0, 1, 0, 0, 1])
    await expect(
      run(
        process,
        pixels(() => 1, 1),
      ),
    ).rejects.toMatchObject({ code: 'MODEL_CRASHED' })
    expect(await found(process)).toEqual([0, 1, 0, 0, 1])
  })
})

describe.skipIf(!isLinux)('the memory', () => {
  const create = (inputsBytes = 64 * KiB) => createTensorMemory(shared, { inputsBytes, outputsBytes: 4 * KiB })

  test('holds what is laid until it is freed, each place for itself', () => {
    const script = fc.array(fc.oneof(fc.record({ lay: fc.integer({ min: 0, max: 9000 }) }), fc.record({ free: fc.nat() })), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(script, (steps) => {
        const memory = create()
        const held: { at: number; bytes: number }[] = []
        for (const step of steps) {
          if ('free' in step) {
            memory.free(held.splice(step.free % Math.max(1, held.length), 1))
            continue
          }
          const place = memory.lay([new Uint8Array(step.lay)], step.lay)
          if (place === undefined) continue
          expect(place.at % 64).toBe(0)
          expect(place.at + place.bytes).toBeLessThanOrEqual(64 * KiB)
          for (const { at, bytes } of held) expect(place.at >= at + bytes || at >= place.at + place.bytes).toBe(true)
          held.push(place)
        }
        memory.free(held)
        expect(memory.lay([], 64 * KiB)).toEqual({ at: 0, bytes: 64 * KiB })
        memory.close()
      }),
      { numRuns: 40 },
    )
  })

  test('is full when it is, and when it is closed', () => {
    const memory = create(KiB)
    expect(memory.lay([], KiB + 1)).toBeUndefined()
    const place = memory.lay([], KiB)
    expect(memory.lay([], 0)).toBeUndefined()
    memory.free(place === undefined ? [] : [place])
    memory.close()
    memory.close()
    expect(memory.lay([], 64)).toBeUndefined()
    expect(() => memory.take({ at: 0, bytes: 1 }, KiB)).toThrow(TypeError)
  })

  test('gives back everything that it took', async () => {
    const count = async () =>
      (await readFile('/proc/self/maps', 'utf8')).split('\n').filter((line) => line.includes('memfd:tensors')).length
    const before = await count()
    for (let i = 0; i < 300; i++) create().close()
    expect(await count()).toBe(before)
  })
})

test('elsewhere than on Linux there is none', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' })
  try {
    await expect(openSharedMemory()).rejects.toThrow('darwin')
  } finally {
    Object.defineProperty(process, 'platform', platform)
  }
})
