import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { consoleRoutes, hostClaims } from '@nacre/host/console/routes'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog, type LogFollower } from '@nacre/host/log/follower'
import { type Relay, startRelay } from '@nacre/host/relay'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser, sampleShown } from './browser.ts'
import { type Recorder, record } from './recorder.ts'
import { exchange, projectRoot, type System, startSystem } from './system.ts'

let system: System
let relay: Relay
let log: LogFollower
/** On the way from one's own machine to the host. */
let recorder: Recorder
let rootPath: string
const children: { kill(signal: 'SIGTERM'): boolean }[] = []

beforeAll(async () => {
  system = await startSystem()
  const { launched } = system
  const socket = enclaveSocket(launched.log, launched.boot)
  log = await followLog({ directory: join(system.stateDirectory, 'own-logs'), connect: () => socket.connect(), nowMs: Date.now })
  const modelsFolder = join(projectRoot, 'enclave/models')
  const hostRoutes = consoleRoutes({ claims: hostClaims(launched, true), modelsFolder, stores: log.stores, dishonest: false })
  relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0, hostRoutes })
  recorder = await record({ host: '127.0.0.1', port: relay.httpPort })
  rootPath = join(system.stateDirectory, 'own-root.pem')
  writeFileSync(rootPath, system.rootPem)
})
afterAll(async () => {
  for (const child of children) child.kill('SIGTERM')
  await recorder?.close()
  await relay?.close()
  await log?.stop()
  await system?.stop()
})

async function open(...args: string[]): Promise<{ url: string; stop(): Promise<number> }> {
  const nacre = join(projectRoot, 'host/nacre.mjs')
  const child = spawn(process.execPath, [nacre, 'console', '--port', '0', '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const exited = once(child, 'exit')
  const first = (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value
  if (first === undefined) throw new Error(`exit code ${(await exited)[0]}`)
  return {
    url: JSON.parse(first).url,
    stop: async () => {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
}
const here = () => ['--url', `http://127.0.0.1:${recorder.port}`, '--root', rootPath, '--pcr0', system.measurement().pcr0]

describe('nacre console', () => {
  let browser: Browser | undefined
  afterAll(() => browser?.close())

  test.skipIf(chromiumPath === undefined)(
    'verifies somebody else’s enclave from a page of one’s own; only ciphertext passes on',
    async () => {
      browser = await launchBrowser()
      const { url, stop } = await open(...here())
      const page = await browser.newPage()
      const origins = new Set<string>()
      page.on('request', (request) => origins.add(new URL(request.url()).origin))
      await page.goto(url)
      await page.waitForSelector('#state[data-kind=warn]')
      expect(await page.textContent('#whose-page')).toContain('a copy of your own')
      expect(await page.textContent('#document')).toContain('= accepted')
      expect(await page.isHidden('#cheat')).toBe(true)
      recorder.clear()
      await page.getByLabel('digits', { exact: true }).check()
      await sampleShown(page)
      await page.click('#send')
      await page.waitForSelector('#send:not([disabled])')
      expect(await page.textContent('#answer .verdict')).toBe('7')
      expect(await page.locator('#log-checks li[data-ok=true]').count()).toBe(4)
      const passed = recorder.bytes()
      expect(passed.includes('ehbp-encapsulated-key')).toBe(true)
      // The manifest, which is public, passes in the clear and names the tensors.
      for (const secret of ['request_id', 'input_hash', 'model_name']) expect(passed.includes(secret), secret).toBe(false)
      expect([...origins]).toEqual([new URL(url).origin])
      await page.close()
      expect(await stop()).toBe(0)
    },
  )

  test.skipIf(chromiumPath === undefined)('what the person accepts decides, whatever the host publishes', async () => {
    browser ??= await launchBrowser()
    const args = ['--url', `http://127.0.0.1:${recorder.port}`, '--root', rootPath, '--pcr0', '11'.repeat(48)]
    const { url, stop } = await open(...args)
    const page = await browser.newPage()
    await page.goto(url)
    await page.waitForSelector('#state[data-kind=bad]')
    expect(await page.textContent('#document')).toContain('MEASUREMENT_NOT_ALLOWED')
    await page.close()
    await stop()
  })

  test('passes nothing on in the clear, nothing for other pages, and none of the host’s own page', async () => {
    const { url, stop } = await open(...here())
    const post = (headers: Record<string, string>) =>
      exchange(`${url}v2/models/digits/infer`, { method: 'POST', headers, body: Buffer.from('{"inputs":[]}') })
    expect((await post({})).status).toBe(400)
    const encrypted = { 'ehbp-encapsulated-key': '00'.repeat(32) }
    expect((await post({ ...encrypted, origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ ...encrypted, host: 'evil.example' })).status).toBe(403)
    expect((await post({ ...encrypted, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    for (const path of ['host/health', 'host/dishonest/replay/v2', 'elsewhere']) expect((await exchange(url + path)).status, path).toBe(404)
    const page = await exchange(`${url}host/console/`)
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    await stop()
  })

  test('without a measurement it does not start: there is no default', async () => {
    const nacre = join(projectRoot, 'host/nacre.mjs')
    const child = spawn(process.execPath, [nacre, 'console', '--url', 'http://127.0.0.1:1'], { stdio: 'ignore' })
    expect((await once(child, 'exit'))[0]).toBe(2)
  })
})
