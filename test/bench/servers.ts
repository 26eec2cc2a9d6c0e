import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundling } from '@nacre/host/image/application'
import { build } from 'esbuild'
import type { ServerReport } from './enclave-server.ts'

export type BenchServer = {
  socketPath: string
  /** From the fork to the first answer it could give. */
  startMs: number
  /** Of the server and its models' processes; `followerCpuUs` of the host's that stores the log, once it stored all there is: none of it is left to be charged to another side. */
  resources(): Promise<{ cpuUs: number; followerCpuUs: number; rssBytes: number }>
  stop(): Promise<void>
}

export type ServerKind = 'attested' | 'unsigned' | 'plain'

/** The servers as JavaScript, made as the enclave's image is made. The folder lies in the project, where native packages are found. */
export async function bundleServers(projectRoot: string): Promise<string> {
  const folder = join(projectRoot, '.cache/bench/servers')
  await build({
    ...bundling,
    external: [...bundling.external, 'reflect-metadata'],
    absWorkingDir: projectRoot,
    entryPoints: [
      'test/bench/enclave-server.ts',
      'test/bench/plain-server.ts',
      'test/bench/follower.ts',
      'enclave/model-worker.ts',
      'enclave/signing-worker.ts',
    ],
    entryNames: '[name]',
    outdir: folder,
  })
  return folder
}

/** Starts one side in processes of its own; an attested enclave gets its host's log follower as well. */
export async function startServer(
  kind: ServerKind,
  { programs, folder, modelsFolder, plainModel }: { programs: string; folder: string; modelsFolder: string; plainModel: string },
): Promise<BenchServer> {
  const forkBench = (name: string, args: readonly string[]) => fork(join(programs, `${name}.js`), args, { execArgv: [] })
  const name = `${kind}-${count++}`
  const socketPath = join(folder, `${name}.sock`)
  const logSocket = join(folder, `${name}.log`)
  const startedMs = performance.now()
  const child =
    kind === 'plain'
      ? forkBench('plain-server', [socketPath, join(modelsFolder, plainModel)])
      : forkBench('enclave-server', [kind, modelsFolder, socketPath, logSocket])
  await next(child)
  const startMs = performance.now() - startedMs
  const follower = kind === 'attested' ? forkBench('follower', [logSocket, join(folder, `${name}-logs`)]) : undefined
  if (follower !== undefined) await next(follower)
  return {
    socketPath,
    startMs,
    async resources() {
      const answer = next(child)
      child.send('report')
      const { cpuUs, rssBytes, modelPids, logSize } = (await answer) as ServerReport
      if (follower !== undefined) {
        const stored = next(follower)
        follower.send(logSize)
        await stored
      }
      const models = modelPids.map(resourcesOf)
      return {
        cpuUs: cpuUs + models.reduce((sum, model) => sum + model.cpuUs, 0),
        followerCpuUs: follower?.pid === undefined ? 0 : resourcesOf(follower.pid).cpuUs,
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

function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) => reject(new Error(`${child.spawnargs[1]} ended with ${code}`))
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
