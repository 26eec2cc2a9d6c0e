import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// The whole of `npm start` as its user sees it: processes, files, exit codes.
const nacre = fileURLToPath(new URL('nacre.mjs', import.meta.url))
let directory: string
let running: ChildProcess | null

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nacre-start-test-'))
  running = null
})
afterEach(() => {
  running?.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

describe('nacre start --once', () => {
  it('exits with 0 after every check passed, leaves the evidence and no process', async () => {
    const { child, output } = startNacre('--once', '--json')
    expect(await exitCode(child)).toBe(0)
    const summary = JSON.parse(output()) as Summary
    expect(summary.ok).toBe(true)
    expect(summary.steps.map(({ step, ok }) => [step, ok])).toEqual(
      [
        'hypervisor',
        'enclave',
        'relay',
        'log',
        'chain',
        'contracts',
        'attestation',
        'inference',
        'receipt',
        'registry',
        'consumer',
        'bundle',
        'coprocessor',
        'relayer',
        'request',
        'receipt log',
      ].map((step) => [step, true]),
    )
    const registered = summary.steps.find(({ step }) => step === 'registry')?.detail
    expect(registered).toMatch(
      /refuses the receipt \(KeyNotActive\)\nwhole document verified on chain, 5 signatures, \d+ gas; key registered until /,
    )
    expect(registered).toContain(` ${summary.gas.registration} gas`)
    expect(summary.attestationRoot.isAwsRoot).toBe(false)
    expect(readdirSync(join(directory, 'out')).sort()).toEqual(['answer.nacre', 'document.cbor', 'receipt.json', 'simulated-root.pem'])
    expect(processesOf(directory)).toEqual([])
  })

  it('exits with 1 and says why when something is missing', async () => {
    const { child, output } = startNacre('--once', '--json', '--sample', join(directory, 'no-such-picture.json'))
    expect(await exitCode(child)).toBe(1)
    expect(JSON.parse(output())).toMatchObject({
      ok: false,
      error: { code: 'ENOENT', message: expect.stringContaining('no-such-picture.json') },
    })
  })
})

describe.runIf(process.platform === 'linux')('nacre start', () => {
  it('boots a killed enclave again with new keys, and stops cleanly when asked', async () => {
    const { child, output } = startNacre('--isolation', 'process')
    await seen(output, 'Ctrl-C stops everything')
    const pins = () => [...output().matchAll(/sha256\/\/(\S+)'/g)].map(([, pin]) => pin)
    const [enclave] = processesOf(directory, 'enclave/main.ts')
    process.kill(enclave ?? 0, 'SIGKILL')
    await seen(output, 'the enclave is back with new keys, attested and registered')
    // The machine's three authorities are cached on chain since the first registration.
    await seen(output, 'whole document verified on chain, 2 signatures, ')
    expect(new Set(pins()).size).toBe(2)
    child.kill('SIGTERM')
    expect(await exitCode(child)).toBe(0)
    expect(processesOf(directory)).toEqual([])
  })

  it('takes everything with it when it is killed', async () => {
    const { child, output } = startNacre()
    await seen(output, 'Ctrl-C stops everything')
    expect(processesOf(directory).length).toBeGreaterThan(2)
    child.kill('SIGKILL')
    await expect.poll(() => processesOf(directory)).toEqual([])
  })
})

type Summary = {
  ok: boolean
  steps: { step: string; ok: boolean; detail: string }[]
  gas: { registration: string }
  attestationRoot: { isAwsRoot: boolean }
}

function startNacre(...args: string[]): { child: ChildProcess; output(): string } {
  const ports = ['--tls-port', '0', '--http-port', '0', '--chain-port', '0', '--log-port', '0']
  const files = ['--state', join(directory, 'state'), '--out', join(directory, 'out')]
  const child = spawn(process.execPath, [nacre, 'start', ...ports, ...files, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  running = child
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { child, output: () => text }
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close')
  return child.exitCode
}

function seen(output: () => string, text: string): Promise<void> {
  return expect.poll(output, { interval: 100 }).toContain(text)
}

/** Processes that belong to a start, by the directories in their command lines: its state's, and that of its sockets. */
function processesOf(state: string, program = ''): number[] {
  const commands = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/cmdline`)) return []
    try {
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }]
    } catch {
      return []
    }
  })
  const sockets = commands.flatMap(({ command }) => (command.includes(state) ? [/--nsm (\S+)\/nsm\.sock/.exec(command)?.[1]] : []))
  const marks = [state, ...sockets.filter((path) => path !== undefined)]
  return commands
    .filter(({ command }) => marks.some((mark) => command.includes(mark)) && command.includes(program) && !command.includes('guard.mjs'))
    .map(({ pid }) => pid)
}
