import { type OnnxSession, openOnnxSession } from './onnx-session.ts'
import { ReplayError } from './replay-error.ts'
import { readWeights } from './weights-file.ts'
import type { FromReplayWorker, ToReplayWorker } from './worker-messages.ts'

/**
 * The process that ONNX Runtime runs in when an answer is computed again: a large C++ program that reads a model and tensors from strangers, and `run()` blocks the event loop it is on. One model a process.
 */
let session: OnnxSession | undefined

process.on('message', async (message: ToReplayWorker) => {
  try {
    if (message.type === 'load') {
      const { runtime, version } = await openRuntime(message.engine)
      const weights = await readWeights(message.weights, message.weightsPath)
      session = await openOnnxSession({
        runtime,
        provider: message.engine === 'native' ? 'cpu' : 'wasm',
        weights,
        profile: message.runtime,
      })
      send({ type: 'loaded', version, inputs: session.inputs, outputs: session.outputs })
    } else {
      if (session === undefined) throw new Error('run before load')
      send({ type: 'result', id: message.id, outputs: await session.run(message.inputs, message.outputNames) })
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    if (error instanceof ReplayError) {
      const { code, expected, received } = error
      send({ type: 'refused', code, message: text, expected, received })
    } else if (message.type === 'load') send({ type: 'refused', code: 'MODEL_UNSUPPORTED', message: text })
    else send({ type: 'failed', id: message.id, message: text })
  }
})
// Ctrl-C reaches the whole group: the parent decides.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))

async function openRuntime(engine: 'native' | 'wasm') {
  if (engine === 'native') {
    const ort = await import('onnxruntime-node')
    return { runtime: ort, version: ort.env.versions.node ?? 'unknown' }
  }
  const ort = await import('onnxruntime-web')
  // One thread: threads share out the additions, and their order decides the last bits.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'fatal'
  return { runtime: ort, version: ort.env.versions.web ?? 'unknown' }
}

function send(message: FromReplayWorker): void {
  process.send?.(message)
}
