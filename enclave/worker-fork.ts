import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Program that becomes this user for good, gives up everything else, and runs what follows. */
export type Confinement = { path: string; uid: number }

/** A model's process: of this Node, with nothing of ours but a channel at {@link channelFd} (worker-channel.ts), where `pipe` is set a pipe into file descriptor 4, and these descriptors from 5 on. */
export function forkWorker(
  workerPath: string,
  parts: { confine?: Confinement | undefined; pipe?: boolean; fds?: readonly number[] } = {},
): ChildProcess {
  const { confine, pipe = false, fds = [] } = parts
  const isTypescript = workerPath.endsWith('.ts')
  const [path, args] =
    confine === undefined
      ? [process.execPath, isTypescript ? typescriptArguments : []]
      : [confine.path, [String(confine.uid), process.execPath]]
  return spawn(path, [...args, workerPath], {
    // Nothing of the server's environment: no credentials, no NODE_OPTIONS. tsx would otherwise run code from a cache on disk, which nobody measured.
    env: { ...channelVariables, ...(isTypescript ? { TSX_DISABLE_CACHE: '1' } : {}) },
    cwd: dirname(workerPath),
    // Standard error is closed too: ONNX Runtime writes input values into its error lines, and the host reads logs.
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', pipe ? 'pipe' : 'ignore', ...fds],
  })
}

/** A socket: `process.send` there, {@link ChildProcess.stdio} here. */
export const channelFd = 3

/** As `fork` would tell Node. Advanced: tensors travel as bytes instead of JSON. */
const channelVariables = { NODE_CHANNEL_FD: String(channelFd), NODE_CHANNEL_SERIALIZATION_MODE: 'advanced' }

/** Beside this file, also when it was bundled into another. */
export function workerBesideServer(name: string): string {
  return join(dirname(here), `${name}${here.endsWith('.ts') ? '.ts' : '.js'}`)
}

const here = fileURLToPath(import.meta.url)
// By full path: what `--import tsx` means would depend on the working directory.
const typescriptArguments = here.endsWith('.ts')
  ? ['--conditions=source', '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
  : []
