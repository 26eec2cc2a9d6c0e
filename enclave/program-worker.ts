import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { openProgram, type Program, ProgramError, type StageRunner } from '@nacre/verifier/programs/program'
import type { Tensor } from '@nacre/verifier/tensor'
import type { EnclaveErrorCode } from './errors.ts'
import type { FromProgramWorker, ToProgramWorker, WireTensor } from './model-messages.ts'
import { type OnnxSession, OutputRefusal, openOnnxSession, Refusal, refusalOf } from './onnx-session.ts'
import { shapeFits } from './tensor-form.ts'
import { receiveParts } from './weights-pipe.ts'
import { openWorkerMemory, UnmappedMemory } from './worker-memory.ts'

/**
 * The process of one program: the sessions of all its stages, and the program's own code around them, behind the same wall as a single model's process (model-worker.ts).
 *
 * Several runs are under way at once. `run()` of ONNX Runtime holds the event loop for one step of one of them; between steps the others go on, and messages are read.
 */
type Load = Extract<ToProgramWorker, { type: 'load' }>
let loaded: { program: Program; manifest: Load['manifest']; outputBytesMax: number } | undefined
let memory = openWorkerMemory(null)
const runs = new Map<number, AbortController>()

process.on('message', async (message: ToProgramWorker) => {
  if (message.type === 'load')
    try {
      memory = openWorkerMemory(message.memory)
      loaded = await load(message)
      send({ type: 'loaded' })
    } catch (error) {
      send(error instanceof ProgramError ? unfit(error) : refusalOf(error))
    }
  else if (message.type === 'cancel') runs.get(message.id)?.abort()
  else await run(message)
})

// As in model-worker.ts: the server decides when this process ends, and without a server it is of no use.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit(0))

async function run({ id, inputs, outputNames }: Extract<ToProgramWorker, { type: 'run' }>): Promise<void> {
  const controller = new AbortController()
  runs.set(id, controller)
  try {
    if (loaded === undefined) throw new Error('run before load')
    const onChunk = (data: Uint8Array) => send({ type: 'chunk', id, data })
    const outputs = await loaded.program.run((await memory.receive(inputs)).map(fromWire), { signal: controller.signal, onChunk })
    send({ type: 'result', id, outputs: checkedOutputs(outputs, outputNames) })
  } catch (error) {
    // Messages may quote what was asked, so they go nowhere.
    if (error instanceof UnmappedMemory) send({ type: 'unmapped', id })
    else send({ type: 'failed', id, code: codeOf(error) })
  } finally {
    runs.delete(id)
  }
}

async function load(message: Load) {
  const { manifest, stages, files, outputBytesMax, stageBytesMax } = message
  const sealed = await sealedParts(message)
  const sessions = new Map<string, OnnxSession>()
  for (const { role, manifest: stage, weightsPath } of stages) {
    const weights = weightsPath === null ? (sealed.shift() as Buffer) : await readFile(weightsPath)
    sessions.set(role, await openOnnxSession({ manifest: stage, weights, outputBytesMax: stageBytesMax }))
    // The runtime has copied them. What stays of sealed weights is what it computes with.
    if (weightsPath === null) weights.fill(0)
  }
  const contents = new Map<string, Uint8Array>()
  for (const { name, path } of files) {
    const bytes = path === null ? (sealed.shift() as Buffer) : await readFile(path)
    contents.set(name, checkedPart(manifest, name, new Uint8Array(bytes)))
    if (path === null) bytes.fill(0)
  }
  const runStage: StageRunner = async (role, feeds, outputNames) => {
    const session = sessions.get(role)
    if (session === undefined) throw new Error('a stage that the manifest does not name')
    return (await session.run(feeds.map(toWire), outputNames)).map(fromWire)
  }
  return { program: await openProgram({ manifest, files: contents, runStage }), manifest, outputBytesMax }
}

/** The parts that have no path, from the server's pipe. */
async function sealedParts({ manifest, stages, files }: Load): Promise<Buffer[]> {
  const weights = stages.filter(({ weightsPath }) => weightsPath === null).map((stage) => stage.manifest.weights.bytes)
  const others = manifest.files.filter((_, i) => files[i]?.path === null).map(({ bytes }) => bytes)
  return weights.length + others.length === 0 ? [] : receiveParts([...weights, ...others])
}

/** The bytes that were hashed are what the program reads. */
function checkedPart({ files }: Load['manifest'], name: string, bytes: Uint8Array): Uint8Array {
  const sha256 = `0x${createHash('sha256').update(bytes).digest('hex')}`
  const expected = files.find((file) => file.name === name)?.sha256 ?? 'a file of the manifest'
  if (sha256 !== expected) throw new Refusal('MODEL_PARTS_MISMATCH', `${name} is not the file of the manifest`, expected, sha256)
  return bytes
}

function checkedOutputs(outputs: readonly Tensor[], outputNames: readonly string[]): WireTensor[] {
  let bytesLeft = loaded?.outputBytesMax ?? 0
  return outputNames.map((name) => {
    const spec = loaded?.manifest.outputs.find((candidate) => candidate.name === name)
    const output = outputs.find((candidate) => candidate.name === name)
    if (spec === undefined || output === undefined || output.datatype !== spec.datatype || !shapeFits(spec, output.shape))
      throw new OutputRefusal('MODEL_OUTPUT_INVALID')
    bytesLeft -= output.data.length
    if (bytesLeft < 0) throw new OutputRefusal('OUTPUT_TOO_LARGE')
    return toWire(output)
  })
}

function codeOf(error: unknown): EnclaveErrorCode {
  if (error instanceof OutputRefusal) return error.code
  return error instanceof ProgramError && error.code === 'INPUT_TOO_LONG' ? 'INPUT_TOO_LONG' : 'MODEL_REJECTED_INPUT'
}

function unfit({ message, expected, received }: ProgramError): FromProgramWorker {
  return { type: 'refused', code: 'MODEL_INTERFACE_MISMATCH', message, expected, received }
}

function toWire({ name, datatype, shape, data }: Tensor): WireTensor {
  return { name, datatype, shape: shape.map(Number), data }
}

function fromWire({ name, datatype, shape, data }: WireTensor): Tensor {
  return { name, datatype, shape: shape.map(BigInt), data }
}

function send(message: FromProgramWorker): void {
  process.send?.(message)
}
