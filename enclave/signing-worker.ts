import { parentPort, workerData } from 'node:worker_threads'
import { receiptKeyFrom } from './signing-keys.ts'

/** Digests of 32 bytes, one behind the other; answered by as many signatures of 65. */
export type ToSigningThread = Uint8Array
export type FromSigningThread = 'ready' | Uint8Array

const key = receiptKeyFrom(workerData as Uint8Array)
parentPort?.on('message', (digests: ToSigningThread) => {
  const signatures = new Uint8Array((digests.length / 32) * 65)
  for (let i = 0; i * 32 < digests.length; i++) signatures.set(key.sign(digests.subarray(32 * i, 32 * (i + 1))), 65 * i)
  parentPort?.postMessage(signatures)
})
parentPort?.postMessage('ready' satisfies FromSigningThread)
