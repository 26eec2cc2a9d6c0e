import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerReport } from './enclave-server.ts'

export type BenchServer = {
  socketPath: string
  /** From the fork to the first answer it could give. */
  startMs: number
  /** Of the server and its models' processes. */
  resources(): Promise<{ cpuUs: number; rssBytes: number }>
  stop(): Promise<void>
}

export type ServerKind = 'attested' | 'unsigned' | 'plain'

/** Starts one side in processes of its own; an attested enclave gets its host's log follower as well. */
export async function startServer(kind: ServerKind, folder: string, modelsFolder: string, plainModel: string): Promise<BenchServer> {
  const name = `${kind}-${count++}`
  const socketPath = join(folder, `${name}.sock`)
  const logSocket = join(folder, `${name}.log`)
  const startedMs = performance.now()
  const child =
    kind === 'plain'
      ? forkBench('plain-server.ts', [socketPath, join(modelsFolder, plainModel)])
      : forkBench('enclave-server.ts', [kind, modelsFolder, socketPath, logSocket])
  await next(child)
  const startMs = performance.now() - startedMs
  const follower = kind === 'attested' ? forkBench('follower.ts', [logSocket, join(folder, `${name}-logs`)]) : undefined
  if (follower !== undefined) await next(follower)
  return {
    socketPath,
    startMs,
    async resources() {
      const answer = next(child)
      child.send('report')
      const { cpuUs, rssBytes, modelPids } = (await answer) as ServerReport
      const models = modelPids.map(resourcesOf)
      return {
        cpuUs: cpuUs + models.reduce((sum, model) => sum + model.cpuUs, 0),
        rssBytes: rssBytes + models.reduce((sum, model) => sum + model.rssBytes, 0),
      }
    },
    async stop() {
      for (const process of [follower, child]) if (process !== undefined) await ended(process)
      rmSync(join(folder, `${name}-logs`), { recursive: true, force: true })
    },
  }
}

let count = 0

/** TypeScript of this folder, as a child that ends when its channel does. */
function forkBench(file: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--conditions=source', '--import', import.meta.resolve('tsx')],
  })
}

function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) => reject(new Error(`${child.spawnargs[3]} ended with ${code}`))
    child.once('exit', exited)
    child.once('message', (message) => {
      child.off('exit', exited)
      resolve(message)
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.disconnect()
  })
}

/** proc(5): user and system time in hundredths of a second, resident pages of 4 KiB. */
function resourcesOf(pid: number): { cpuUs: number; rssBytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return { cpuUs: (Number(fields[11]) + Number(fields[12])) * 10_000, rssBytes: Number(fields[21]) * 4096 }
}
