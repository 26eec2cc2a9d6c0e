import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { descendantsOf, isAlive } from './processes.ts'
import { exchange, projectRoot } from './system.ts'

// The command line as a user has it: `nacre start`, and what it leaves behind.

const folder = mkdtempSync(join(tmpdir(), 'nacre-start-'))
const out = join(folder, 'out')
const entry = join(projectRoot, 'host/nacre.mjs')
const freePorts = ['--tls-port', '0', '--http-port', '0', '--chain-port', '0', '--log-port', '0']
const startArguments = ['start', '--out', out, '--state', join(folder, 'state'), ...freePorts, '--json']

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('nacre start --once', () => {
  let pcr0: string

  beforeAll(async () => {
    const { code, stdout, stderr } = await run(process.execPath, [entry, ...startArguments, '--once'])
    expect(code, stderr + stdout).toBe(0)
    const report = JSON.parse(stdout) as Report
    pcr0 = report.pcr0
    // A contract asked, the relayer brought the enclave's answer, and the contract was called back.
    expect(report.request).toMatchObject({ digit: 7, requestId: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
  })

  test('leaves the evidence', () => {
    expect(readdirSync(out).sort()).toEqual(['answer.nacre', 'document.cbor', 'receipt.json', 'simulated-root.pem'])
    expect(pcr0).toMatch(/^0x[0-9a-f]{96}$/)
  })

  test('that bundle verify accepts under the simulated root, and refuses under any other and with any other measurement', async () => {
    const bundle = join(out, 'answer.nacre')
    const root = ['--root', join(out, 'simulated-root.pem')]
    const changed = join(folder, 'changed.nacre')
    const bytes = readFileSync(bundle)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(changed, bytes)
    expect(await verify(bundle, ...root, '--pcr0', pcr0)).toBe('0 accepted')
    expect(await verify(bundle, '--pcr0', pcr0)).toBe('1 ROOT_MISMATCH')
    expect(await verify(bundle, ...root, '--pcr0', `0x${'11'.repeat(48)}`)).toBe('1 MEASUREMENT_NOT_ALLOWED')
    expect(await verify(changed, ...root, '--pcr0', pcr0)).toMatch(/^1 (?!accepted)[A-Z_]+$/)
  })

  test('and the document alone, with the registers that the bundle has', async () => {
    const document = join(out, 'document.cbor')
    const root = ['--root', join(out, 'simulated-root.pem')]
    const attestation = (...args: string[]) => verdictOf(['attestation', 'verify', document, ...args, '--json'])
    expect(await attestation(...root, '--at', 'document', '--pcr0', pcr0)).toBe('0 accepted')
    expect(await attestation('--at', 'document', '--pcr0', pcr0)).toBe('1 ROOT_MISMATCH')
  })
})

describe('nacre start', () => {
  test('stays up, its printed commands work, and Ctrl-C ends every process that it started', async () => {
    const child = spawn(process.execPath, [entry, ...startArguments], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
    let pids: number[] = []
    try {
      const { https, http, commands } = await report(child)
      expect((await exchange(`${https}/v2/health/ready`)).status).toBe(200)
      const typescript = await run('sh', ['-c', commands.typescript])
      expect([typescript.code, typescript.stdout], typescript.stderr).toEqual([0, expect.stringContaining('"Ankle boot"')])
      const viem = await run('sh', ['-c', commands.viem])
      expect([viem.code, viem.stdout.trim()], viem.stderr).toEqual([0, 'true'])
      // curl may be missing, or be one without pins.
      const curl = await run('sh', ['-c', `curl --help all 2>/dev/null | grep -q pinnedpubkey || exit 99; ${commands.curl}`])
      if (curl.code !== 99)
        expect(JSON.parse(curl.stdout)).toMatchObject({ model_name: 'garment', parameters: { signature: expect.any(String) } })

      pids = descendantsOf(child.pid ?? 0).map(({ pid }) => pid)
      expect(pids.length).toBeGreaterThan(4)
      child.kill('SIGINT')
      expect(await gone).toBe(0)
      for (const pid of pids) await ended(pid)
      await expect(exchange(`${http}/v2/health/live`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    } finally {
      for (const pid of [child.pid ?? 0, ...pids]) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
  })
})

type Report = {
  request: { digit: number; requestId: string }
  pcr0: string
  https: string
  http: string
  commands: { typescript: string; viem: string; curl: string }
}

function report(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      try {
        resolve(JSON.parse(stdout) as Report)
      } catch {
        // The rest is still to come.
      }
    })
    child.once('exit', (code) => reject(new Error(`nacre start ended (${code}): ${stderr}${stdout}`)))
  })
}

/** Gone for good, not merely asked to go; whoever hangs is found by the test's own time limit. */
async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

const verify = (...args: string[]) => verdictOf(['bundle', 'verify', ...args, '--json'])

/** Exit code, and the code of the refusal. */
async function verdictOf(args: string[]): Promise<string> {
  const { code, stdout } = await run(process.execPath, [entry, ...args])
  const { ok, error } = JSON.parse(stdout) as { ok: boolean; error?: { code: string } }
  return `${code} ${ok ? 'accepted' : error?.code}`
}

type Ran = { code: number; stdout: string; stderr: string }

function run(command: string, args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: projectRoot, timeout: 280_000, killSignal: 'SIGINT' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr })
    })
  })
}
