import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { descendantsOf, isAlive } from './processes.ts'
import { ask, exchange, projectRoot, shippedModel } from './system.ts'

const state = mkdtempSync(join(tmpdir(), 'nacre-serve-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

test('nacre serve keeps an enclave, its relay and its receipt log, and ends them all', async () => {
  const ports = ['--tls-port', '0', '--http-port', '0', '--log-port', '0']
  const args = [join(projectRoot, 'host/nacre.mjs'), 'serve', '--machine', 'simulated', '--state', state, '--json', ...ports]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let pids: number[] = []
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve)
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
    })
    const { https, log, pcr0, root } = JSON.parse(line) as { https: string; log: string; pcr0: string; root: string }
    expect(pcr0).toMatch(/^0x[0-9a-f]{96}$/)
    expect(readFileSync(root, 'utf8')).toContain('BEGIN CERTIFICATE')
    const { answer } = await ask({ url: https, model: await shippedModel('digits') })
    const checkpoint = `${log}/${answer.signer?.toLowerCase()}/checkpoint`
    while (!/\n2\n/.test(Buffer.from((await exchange(checkpoint)).body).toString()))
      await new Promise((resolve) => setTimeout(resolve, 100))
    pids = descendantsOf(child.pid ?? 0).map(({ pid }) => pid)
    child.kill('SIGTERM')
    expect(await gone).toBe(0)
    for (const pid of pids) while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
  } finally {
    for (const pid of [child.pid ?? 0, ...pids]) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
})

test('nacre serve says what is missing', async () => {
  const run = (...args: string[]) =>
    new Promise<number | null>((resolve) =>
      spawn(process.execPath, [join(projectRoot, 'host/nacre.mjs'), 'serve', '--state', state, ...args], { stdio: 'ignore' }).once(
        'exit',
        resolve,
      ),
    )
  expect(await run('--machine', 'simulated', '--tls-port', '70000')).toBe(2)
  expect(await run('--machine', 'nitro')).toBe(2)
  expect(await run('--machine', 'vm')).toBe(2)
  expect(await run()).toBe(2)
})

test('nacre serve names a port that is taken, in two lines and no more', async () => {
  const rival = createServer().listen(0, '127.0.0.1')
  await once(rival, 'listening')
  const { port } = rival.address() as AddressInfo
  const args = [join(projectRoot, 'host/nacre.mjs'), 'serve', '--machine', 'simulated', '--state', state]
  const child = spawn(process.execPath, [...args, '--tls-port', String(port), '--http-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  rival.close()
  expect([code, stderr.split('\n')[0], stderr.trimEnd().split('\n').length]).toEqual([
    1,
    `error: Cannot listen at 127.0.0.1 port ${port}: another process does`,
    2,
  ])
})
