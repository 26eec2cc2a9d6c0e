import { readFile } from 'node:fs/promises'
import type { FromWorker, ToWorker } from './model-messages.ts'
import { type OnnxSession, OutputRefusal, openOnnxSession, refusalOf } from './onnx-session.ts'
import { receiveParts } from './weights-pipe.ts'
import { openWorkerMemory, UnmappedMemory } from './worker-memory.ts'

/**
 * The process of one model. It is given no key, gets tensors and gives tensors: ONNX Runtime is a large C++ program that reads bytes from strangers and may crash on them,
 * and `run()` blocks the event loop it is on. In an enclave's image it is a user of its own without sockets or privileges (host/image/guest/confine.c), so that whoever takes it over reads
 * neither the server's memory nor the NSM. In simulation it runs as the server's user and is no wall around the keys; the NSM is closed to it all the same, which takes one connection.
 *
 * Imports stay few: the verifier's modules would double the time to start and the memory.
 */
let model: OnnxSession | undefined
let memory = openWorkerMemory(null)

process.on('message', async (message: ToWorker) => {
  if (message.type === 'load') {
    try {
      memory = openWorkerMemory(message.memory)
      model = await loadModel(message)
      send({ type: 'loaded' })
    } catch (error) {
      send(refusalOf(error))
    }
    return
  }
  try {
    if (model === undefined) throw new Error('run before load')
    const outputs = await model.run(await memory.receive(message.inputs), message.outputNames)
    send({ type: 'result', id: message.id, outputs: await memory.give(outputs) })
  } catch (error) {
    if (error instanceof UnmappedMemory) return send({ type: 'unmapped', id: message.id })
    // The text of ONNX Runtime's errors quotes input values, so it goes nowhere.
    send({ type: 'failed', id: message.id, code: error instanceof OutputRefusal ? error.code : 'MODEL_REJECTED_INPUT' })
  }
})

// Ctrl-C in a terminal reaches every process of the group; the server decides when this one ends, after the requests in flight.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// The server is gone: whatever this process computes, nobody will sign.
process.on('disconnect', () => process.exit(0))

async function loadModel({ manifest, weightsPath, outputBytesMax }: Extract<ToWorker, { type: 'load' }>): Promise<OnnxSession> {
  const weights = weightsPath === null ? ((await receiveParts([manifest.weights.bytes]))[0] as Buffer) : await readFile(weightsPath)
  const session = await openOnnxSession({ manifest, weights, outputBytesMax })
  // The runtime has copied them. What stays of sealed weights is what it computes with.
  if (weightsPath === null) weights.fill(0)
  return session
}

function send(message: FromWorker): void {
  process.send?.(message)
}
