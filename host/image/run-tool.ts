import { execFile } from 'node:child_process'
import { ImageError } from './image-error.ts'

/** Runs a program to its end with no environment but the given one, and resolves with its standard output. @throws `TOOL_MISSING`, `BUILD_FAILED` */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, env = {}, input }: { cwd?: string; env?: Readonly<Record<string, string>>; input?: Uint8Array } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The locale decides how programs sort and what they print.
    const options = {
      cwd,
      env: { PATH: searchPath, LC_ALL: 'C', TZ: 'UTC', ...env },
      encoding: 'buffer',
      maxBuffer: outputBytesMax,
    } as const
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return reject(new ImageError('TOOL_MISSING', `${program} is not installed on this machine`, { cause: error }))
      reject(
        new ImageError('BUILD_FAILED', `${program} failed:\n${stderr.toString().trim().split('\n').slice(-8).join('\n')}`, {
          cause: error,
        }),
      )
    })
    child.stdin?.on('error', () => {}) // it ended early, and says why
    child.stdin?.end(input)
  })
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const outputBytesMax = 1 << 30
