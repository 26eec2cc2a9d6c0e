import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { consoleRoutes, hostClaims } from '@nacre/host/console/routes'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog, type LogFollower } from '@nacre/host/log/follower'
import { type Relay, startRelay } from '@nacre/host/relay'
import { encodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { decodeBundle, partsOf } from '@nacre/verifier/bundle'
import { decodeManifest } from '@nacre/verifier/manifest'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser, sampleShown } from './browser.ts'
import { exchange, projectRoot, type System, startSystem } from './system.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let system: System
let relay: Relay
let log: LogFollower
let browser: Browser
let url: string

describe.skipIf(chromiumPath === undefined)('the console, in Chromium', () => {
  beforeAll(async () => {
    system = await startSystem()
    const modelsFolder = join(projectRoot, 'enclave/models')
    const { launched } = system
    const socket = enclaveSocket(launched.log, launched.boot)
    const directory = join(system.stateDirectory, 'receipt-logs')
    log = await followLog({ directory, connect: () => socket.connect(), nowMs: Date.now })
    await log.covers(1)
    const hostRoutes = consoleRoutes({ claims: hostClaims(launched, true), modelsFolder, stores: log.stores, dishonest: true })
    relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0, hostRoutes })
    url = `http://127.0.0.1:${relay.httpPort}/`
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await relay?.close()
    await log?.stop()
    await system?.stop()
  })

  /** Refusals that a test provokes; and cbor-x asks whether it may make code from text, which the policy denies and it can do without. */
  const expected = /status of (4|5)|TrustedScript|unsafe-eval/

  /** The page once it has its verdict on the enclave. What it logs is a failure. */
  async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage(options)
    page.on('pageerror', (error) => expect.soft(error.message).toBe('no error in the page'))
    page.on(
      'console',
      (message) => message.type() === 'error' && !expected.test(message.text()) && expect.soft(message.text()).toBe('nothing'),
    )
    await page.goto(url)
    await page.waitForSelector('#state[data-kind]:not([data-kind=none])')
    return page
  }

  const ask = async (page: Page) => {
    await page.click('#send')
    await page.waitForSelector('#answer .verdict, #answer .outcome')
    await page.waitForSelector('#send:not([disabled])')
  }

  test('verifies the enclave check by check, and says that it is simulated', async () => {
    const page = await open()
    expect(await page.textContent('#state')).toBe('Verified, in a simulation')
    expect(await page.locator('#attestation-checks li[data-ok=true]').count()).toBe(12)
    expect(await page.locator('#document .same').count()).toBe(3)
    expect(await page.textContent('#honesty')).toContain('This is a simulation.')
    await page.close()
  })

  test.each([
    ['digits', '7'],
    ['digits-int', '7'],
    ['garment', 'Ankle boot'],
    ['health', 'benign'],
    ['ocr', 'Paid 1,284.50 EUR'],
  ])('%s: answers "%s", with every check passed and ciphertext on the wire', async (model, label) => {
    const page = await open()
    await page.getByLabel(model, { exact: true }).check()
    await sampleShown(page)
    await ask(page)
    const said = (await page.textContent('#answer .verdict')) ?? ''
    // Spaces are the reader's weak side.
    expect(model === 'ocr' ? said.replaceAll(' ', '') : said).toBe(model === 'ocr' ? label.replaceAll(' ', '') : label)
    expect(await page.locator('#answer-checks li[data-ok=true]').count()).toBe(8)
    expect(await page.locator('#log-checks li[data-ok=true]').count()).toBe(4)
    expect(await page.textContent('#receipt-fields')).toMatch(/leaf [0-9]+ of [0-9]+, under 0x[0-9a-f]{64}/)
    const seen = (await page.textContent('#seen')) ?? ''
    expect(seen).toContain('ehbp-encapsulated-key')
    expect(seen).toContain('ehbp-response-nonce')
    expect(seen).not.toMatch(/request_id|logits|inputs/)
    await page.close()
  })

  test('a model without a picture is asked in JSON, and its outputs are shown as they are', async () => {
    const page = await open()
    await page.getByLabel('vad', { exact: true }).check()
    await page.getByRole('button', { name: 'speech', exact: true }).first().click()
    await sampleShown(page)
    await ask(page)
    expect(Number(await page.textContent('#answer .verdict'))).toBeGreaterThan(0.5)
    expect(await page.textContent('#answer')).toContain('stateN, FP32 [2, 1, 128]')
    await page.locator('#request-inputs').fill('[{"name":')
    await page.locator('#send').click()
    expect(await page.textContent('#send-note')).toContain('JSON')
    await page.close()
  })

  test('a recording is asked about window by window, and its answers verify as one sequence', async () => {
    const page = await open()
    await page.getByLabel('vad', { exact: true }).check()
    await sampleShown(page)
    const { rate, pcm } = JSON.parse(readFileSync(join(projectRoot, 'enclave/models/vad/recording.json'), 'utf8')) as RecordingFile
    const buffer = waveFile(rate, Buffer.from(pcm, 'base64'))
    await page.setInputFiles('#sound-file', { name: 'sentence.wav', mimeType: 'audio/wav', buffer })
    await page.waitForSelector('canvas[aria-label^="The recording, 1."]')
    await page.click('#send')
    await page.waitForSelector('#answer .verdict')
    await page.waitForSelector('#send:not([disabled])')
    expect(await page.textContent('#answer')).toMatch(/Somebody speaks: 0\.\d\d s to 1\.\d\d s.*5\d windows of 32 ms.*one sequence/)
    expect(await page.locator('#answer-checks li[data-ok=true]').count()).toBe(8)
    expect(await page.locator('#log-checks li[data-ok=true]').count()).toBe(4)
    await page.setInputFiles('#sound-file', { name: 'words.wav', mimeType: 'audio/wav', buffer: Buffer.from('no sound') })
    await page.locator('#input').getByText('cannot read that as sound').waitFor()
    await page.close()
  })

  test.each([
    ['tiny-gpt', /64 written|ended by itself/],
    ['word-vectors', /3 × [0-9]+ numbers.*Nearness to “whale”/],
    ['spam', /^spam/],
    ['read-text', /Invoice ?2026-118.*Total ?due: ?1,284\.50 ?EUR/],
  ])('%s: a program of several stages under one receipt', async (model, shown) => {
    const page = await open()
    await page.getByLabel(model, { exact: true }).check()
    await ask(page)
    expect((await page.textContent('#answer'))?.replaceAll('\n', ' ')).toMatch(shown)
    expect(await page.locator('#answer-checks li[data-ok=true]').count()).toBe(8)
    expect(await page.locator('#log-checks li[data-ok=true]').count()).toBe(4)
    expect(await page.textContent('#seen')).not.toMatch(/whale|Invoice|per week/)
    await page.close()
  })

  test('a digit drawn by hand is read', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Clear' }).click()
    const box = await page.locator('.picture').boundingBox()
    if (box === null) throw new Error('no field')
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const
    await page.mouse.move(...at(0.5, 0.12))
    await page.mouse.down()
    await page.mouse.move(...at(0.5, 0.88), { steps: 12 })
    await page.mouse.up()
    await ask(page)
    expect(await page.textContent('#answer .verdict')).toBe('1')
    await page.close()
  })

  test.each([
    ['flip-byte', 'EHBP_DECRYPTION_FAILED'],
    ['swap-key', 'KEYSET_MISMATCH'],
    ['old-document', 'NONCE_MISMATCH'],
    ['replay', 'EHBP_DECRYPTION_FAILED'],
    ['strip-header', 'EHBP_NOT_ENCRYPTED'],
    ['downgrade', 'ENDPOINT_REFUSED'],
    ['forge-log', 'NOTE_SIGNATURE_INVALID'],
    ['alter-log', 'INCLUSION_INVALID'],
    ['rewind-log', 'CONSISTENCY_INVALID'],
  ])('a host that tampers (%s) is refused in sight: %s', async (kind, code) => {
    const page = await open()
    const posts: { encrypted: boolean; body: string }[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST')
        posts.push({
          encrypted: request.headers()['ehbp-encapsulated-key'] !== undefined,
          body: request.postDataBuffer()?.toString('latin1') ?? '',
        })
    })
    const card = page.locator('.attack', { has: page.locator(`[data-kind="${kind}"]`) })
    await card.getByRole('button').click()
    await card.locator('.outcome').waitFor()
    expect(await card.locator('strong').textContent()).toBe(code)
    expect(await card.textContent()).toContain('✓ Refused.')
    // Whatever the host asked for, nothing left this page in the clear.
    expect(posts.every(({ encrypted, body }) => encrypted && !body.includes('request_id'))).toBe(true)
    if (kind === 'swap-key' || kind === 'old-document') expect(posts).toEqual([])
    await page.close()
  })

  test('another measurement than the one accepted is refused before anything can be asked', async () => {
    const page = await open()
    await page.click('summary')
    await page.fill('#pcr0', `0x${'11'.repeat(48)}`)
    await page.click('#verify')
    await page.waitForSelector('#state[data-kind=bad]')
    expect(await page.textContent('#document')).toContain('MEASUREMENT_NOT_ALLOWED')
    expect(await page.isDisabled('#send')).toBe(true)
    await page.close()
  })

  test('the evidence of an answer is a bundle, which the page verifies when it is dropped in, and refuses when altered', async () => {
    const page = await open()
    await ask(page)
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')])
    const bundle = readFileSync(await download.path())
    expect(decodeBundle(Uint8Array.from(bundle)).receipt.requestId).toMatch(/^0x/)
    const give = (buffer: Buffer) => page.setInputFiles('#bundle', { name: 'answer.nacre', mimeType: 'application/octet-stream', buffer })
    await give(bundle)
    await page.waitForSelector('#bundle-result .good')
    expect(await page.textContent('#bundle-result')).toContain('digits')
    const altered = Buffer.from(bundle)
    altered[altered.length - 200] = (altered.at(-200) ?? 0) ^ 1
    await give(altered)
    await page.waitForSelector('#bundle-result .outcome')
    // Several in one file: each by itself.
    const { evidence, answer } = partsOf(decodeBundle(Uint8Array.from(bundle)))
    const forged = { ...answer, receipt: { ...answer.receipt, sequence: answer.receipt.sequence + 1n } }
    await give(Buffer.from(encodeAnswersBundle({ evidence, answers: [answer, forged] })))
    await page.getByText('1 of 2 answers are refused.').waitFor()
    const result = await page.textContent('#bundle-result')
    for (const text of ['digits', `Number ${forged.receipt.sequence}`, 'SIGNATURE_INVALID']) expect(result).toContain(text)
    await page.close()
  })

  test('an answer is computed again in the page, from files that are fetched only then', async () => {
    const page = await open()
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname.replace('/host/console/', '')))
    for (const [model, verdict] of [
      ['digits', 'within-tolerance'],
      ['digits-int', 'bit-equal'],
    ] as const) {
      await page.getByLabel(model, { exact: true }).check()
      await sampleShown(page)
      await ask(page)
      expect(fetched).not.toContain(`models/${model}/model.onnx`)
      await page.click('#replay button')
      await page.waitForSelector('#replay [data-verdict]')
      expect(await page.getAttribute('#replay [data-verdict]', 'data-verdict')).toBe(verdict)
      expect(fetched).toContain(`models/${model}/model.onnx`)
    }
    await page.close()
  })

  test('so is a program, stage by stage; and of a model no other file can be had', async () => {
    const page = await open()
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname.replace('/host/console/models/', '')))
    for (const model of ['spam', 'read-text']) {
      await page.getByLabel(model, { exact: true }).check()
      await ask(page)
      await page.click('#replay button')
      await page.waitForSelector('#replay [data-verdict]')
      expect(await page.getAttribute('#replay [data-verdict]', 'data-verdict'), model).toBe('within-tolerance')
      const manifest = decodeManifest(Uint8Array.from(readFileSync(join(projectRoot, 'enclave/models', model, 'manifest.json'))))
      const stages = manifest.platform === 'nacre_program' ? manifest.stages : []
      expect(fetched).toEqual(expect.arrayContaining(stages.map(({ role }) => `${model}/stages/${role}/model.onnx`)))
    }
    for (const path of ['spam/manifest.json', 'spam/train.py', 'spam/stages/..%2f..%2ftrain.py', 'digits/train.py', 'spam/README.md'])
      expect((await exchange(`${url}host/console/models/${path}`)).status, path).toBe(404)
    await page.close()
  })

  test('a log that the page has seen is remembered beyond a reload, and a host that went back on it meanwhile is refused', async () => {
    const page = await open()
    await ask(page)
    const head = () =>
      page.evaluate(() => Object.values(JSON.parse(localStorage.getItem('nacre-log-heads') ?? '{}')) as { treeSize: string }[])
    const [first] = await head()
    await page.reload()
    await page.waitForSelector('#state[data-kind=warn]')
    await ask(page)
    expect(await page.textContent('#log-refusal')).toContain(`last seen it with ${first?.treeSize} leaves`)
    // As if this page had once been shown a longer log than the one there is.
    await page.evaluate(() => {
      const heads = JSON.parse(localStorage.getItem('nacre-log-heads') ?? '{}')
      for (const name of Object.keys(heads)) heads[name].treeSize = '4000'
      localStorage.setItem('nacre-log-heads', JSON.stringify(heads))
    })
    await ask(page)
    expect(await page.textContent('#log-refusal')).toContain('CONSISTENCY_INVALID')
    expect(await page.locator('#log-checks li[data-ok=false]').count()).toBe(1)
    expect(await page.locator('#answer .verdict').count()).toBe(1)
    await page.close()
  })

  test('one value of a salted answer is shown against its bundle, and no other', async () => {
    const page = await open()
    await page.getByLabel('health', { exact: true }).check()
    await sampleShown(page)
    await page.locator('#salted').check()
    await ask(page)
    const download = async (name: string) => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.click(`a[download="${name}"]`)])
      return readFileSync(await file.path())
    }
    const bundle = await download('answer.nacre')
    expect(decodeBundle(Uint8Array.from(bundle)).inputs).toBeNull()
    await page.fill('#opening-element', '3')
    await page.click('#open-element')
    await page.waitForSelector('#opening-made .good')
    const opening = await download('opening.json')
    const give = (name: string, buffer: Buffer) => page.setInputFiles('#bundle', { name, mimeType: 'application/octet-stream', buffer })
    await give('answer.nacre', bundle)
    await page.waitForSelector('#bundle-result .good')
    await give('opening.json', opening)
    await page.waitForSelector('#bundle-result .outcome')
    const value = await page.inputValue('#feature-3')
    expect(await page.textContent('#bundle-result .outcome')).toContain(`[3] = ${Math.fround(Number(value))}`)
    await give('opening.json', Buffer.from(opening.toString().replace(/"index":[0-9]+/, '"index":1')))
    await page.getByText('OPENING_MISMATCH').waitFor()
    await page.close()
  })

  test.each([
    ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
    ['a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ] as const)('axe finds nothing: %s', async (_name, options) => {
    const context = await browser.newContext({ ...options, bypassCSP: true })
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForSelector('#state[data-kind]:not([data-kind=none])')
    await ask(page)
    await page.locator('.attack button').first().click()
    await page.locator('.attack .outcome').waitFor()
    await page.click('summary')
    await page.evaluate(axe)
    const violations = await page.evaluate(async () => {
      const { run } = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } })
        .axe
      return (await run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    })
    expect(violations).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    await context.close()
  })

  test('everything is within reach of the keyboard', async () => {
    const page = await open()
    const reached = new Set<string>()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      reached.add(await page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName || ''))
    }
    expect([...reached]).toEqual(expect.arrayContaining(['verify', 'SUMMARY', 'CANVAS', 'send', 'bundle']))
    await page.locator('canvas').focus()
    for (const key of ['Escape', 'Shift+ArrowDown', 'Shift+ArrowDown', ' ']) await page.keyboard.press(key)
    await page.locator('#send').focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('#answer .verdict')
    await page.close()
  })

  test('what a host, a model or a file says is text and never markup', async () => {
    const page = await browser.newPage()
    const attack = '<img src=x onerror="globalThis.pwned = 1"><script>globalThis.pwned = 1</script>'
    await page.route('**/published.json', async (route) => {
      const published = await (await route.fetch()).json()
      for (const model of published.models) for (const sample of model.samples) sample.label = attack
      published.models.push({ name: attack, id: attack, program: null, samples: [] })
      await route.fulfill({ json: published })
    })
    const problem = { status: 403, code: attack, error: attack, title: attack }
    await page.route('**/enclave/attestation*', (route) => route.fulfill({ status: 403, json: problem }))
    await page.goto(url)
    await page.waitForSelector('#state[data-kind=bad]')
    expect(await page.textContent('#document')).toContain('<img src=x')
    expect(await page.textContent('#models')).toContain('<img src=x')
    const altered = Buffer.from(attack)
    for (const buffer of [altered, Buffer.from(JSON.stringify({ side: attack, leaf: attack }))])
      await page.setInputFiles('#bundle', { name: `${attack}.nacre`, mimeType: 'text/html', buffer })
    await page.waitForSelector('#bundle-result .outcome')
    expect(await page.locator('img[src="x"], #document script, #models script').count()).toBe(0)
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false)
    await page.close()
  })

  test('no page frames it', async () => {
    const page = await browser.newPage()
    await page.route('http://evil.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}host/console/" title="bait"></iframe>` }),
    )
    await page.goto('http://evil.example/')
    await page.waitForTimeout(500)
    expect(page.frames().map((frame) => frame.url())).not.toContain(`${url}host/console/`)
    await page.close()
  })

  test('nothing comes from anywhere else, and the policy forbids it', async () => {
    const reply = await exchange(`${url}host/console/`)
    const policy = reply.headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*require-trusted-types-for 'script'/)
    expect(policy.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|https?:/)
    expect(reply.headers['x-frame-options']).toBe('DENY')
    expect(Buffer.from(reply.body).toString()).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect((await exchange(`${url}host/console/../../package.json`)).status).not.toBe(200)
    expect((await exchange(`${url}host/console/samples/..%2f..%2fpackage.json`)).status).toBe(404)
    const page = await browser.newPage()
    const origins = new Set<string>()
    page.on('request', (request) => origins.add(new URL(request.url()).origin))
    await page.goto(url)
    await page.waitForSelector('#state[data-kind]:not([data-kind=none])')
    expect([...origins]).toEqual([new URL(url).origin])
    await page.close()
  })
})

type RecordingFile = { rate: number; pcm: string }

/** RIFF: one channel of 16-bit samples. */
function waveFile(rate: number, pcm: Buffer): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + pcm.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(2 * rate, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(pcm.length, 40)
  return Buffer.concat([header, pcm])
}
