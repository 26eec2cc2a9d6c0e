import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FromSigningThread, ToSigningThread } from './signing-worker.ts'

/** Signs beside the event loop. It helps where there is a second core, and nothing depends on it: whoever asks it has the key too. */
export type SigningThread = {
  ready(): boolean
  /** 65 bytes for each digest of 32, as `ReceiptKey.sign` makes them; rejects when the thread ends. */
  sign(digests: readonly Uint8Array[]): Promise<Uint8Array[]>
  close(): void
}

export function startSigningThread(privateKey: Uint8Array): SigningThread {
  const worker = new Worker(workerUrl, {
    workerData: privateKey,
    execArgv: workerUrl.pathname.endsWith('.ts') ? typescriptArguments : [],
    // Nothing of the server's environment. tsx would otherwise run code from a cache on disk, which nobody measured.
    env: workerUrl.pathname.endsWith('.ts') ? { TSX_DISABLE_CACHE: '1' } : {},
  })
  let state: 'starting' | 'ready' | 'ended' = 'starting'
  /** In the order in which they were asked, which is the order of the answers. */
  let asked: { resolve(signatures: Uint8Array[]): void; reject(error: Error): void }[] = []

  worker.on('message', (message: FromSigningThread) => {
    if (message === 'ready') state = 'ready'
    else asked.shift()?.resolve(split(message, signatureBytes))
  })
  worker.on('error', () => {}) // followed by `exit`
  worker.on('exit', () => {
    state = 'ended'
    for (const { reject } of asked) reject(new Error('The signing thread ended'))
    asked = []
  })
  // What keeps a server up is its listeners.
  worker.unref()

  return {
    ready: () => state === 'ready',
    sign(digests) {
      if (state === 'ended') return Promise.reject(new Error('The signing thread ended'))
      const message: ToSigningThread = Buffer.concat(digests)
      return new Promise((resolve, reject) => {
        asked.push({ resolve, reject })
        worker.postMessage(message)
      })
    },
    close() {
      worker.terminate()
    },
  }
}

const signatureBytes = 65

function split(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: bytes.length / length }, (_, i) => bytes.subarray(i * length, (i + 1) * length))
}

// Beside this file, also when it was bundled into another.
const here = fileURLToPath(import.meta.url)
const workerUrl = new URL(here.endsWith('.ts') ? 'signing-worker.ts' : 'signing-worker.js', import.meta.url)
// tsx begins by itself in a process, not in a thread.
const typescriptArguments = here.endsWith('.ts')
  ? ['--conditions=source', '--import', `data:text/javascript,import{register}from"${import.meta.resolve('tsx/esm/api')}";register()`]
  : []
