import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startRelay } from '@nacre/host/relay'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser } from './browser.ts'
import { startPacedEnclave } from './paced-enclave.ts'
import { type System, startSystem } from './system.ts'

const html = '<!doctype html><title>dApp</title><script type="module">import * as nacre from "/nacre.js"; globalThis.nacre = nacre</script>'
type Nacre = typeof import('@nacre/verifier/fetch') & typeof import('@nacre/verifier/certificate')

/** A dApp's page, of an origin of its own, asks the enclave through a host that knows of that origin or does not. */
describe.skipIf(chromiumPath === undefined)('a page of another origin, in Chromium', () => {
  let system: System
  let browser: Browser
  let dapp: Server
  let origin: string
  const cleanups: (() => Promise<void>)[] = []

  beforeAll(async () => {
    system = await startSystem()
    browser = await launchBrowser()
    const { outputFiles } = await build({
      stdin: {
        contents:
          "export { createNacreFetch } from '@nacre/verifier/fetch'\nexport { certificateFromPem } from '@nacre/verifier/certificate'",
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['source', 'browser'],
      write: false,
    })
    dapp = createServer((request, response) => {
      const isScript = request.url === '/nacre.js'
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      response.end(isScript ? outputFiles[0]?.contents : html)
    })
    await new Promise<void>((resolve) => dapp.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(dapp.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await browser?.close()
    dapp?.close()
    for (const cleanup of cleanups) await cleanup()
    await system?.stop()
  })

  async function relayFor(allowOrigins: readonly string[]): Promise<string> {
    const relay = await startRelay({ enclave: system.launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0, allowOrigins })
    cleanups.push(() => relay.close())
    return `http://127.0.0.1:${relay.httpPort}`
  }

  /** Attests, encrypts, asks for the digit of a sample, and says which model answered; or the code of the refusal. */
  async function ask(page: Page, url: string): Promise<string> {
    const pixels = Array.from({ length: 64 }, (_, i) => i % 17)
    const body = JSON.stringify({ inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data: pixels }] })
    return page.evaluate(
      async ({ url, rootPem, pcr0, body }) => {
        const { createNacreFetch, certificateFromPem } = (globalThis as unknown as { nacre: Nacre }).nacre
        const policy = { measurements: [{ pcr0 }], modelIds: 'any-measured' } as const
        const client = createNacreFetch({ url, root: certificateFromPem(rootPem), policy, patienceMsMax: 0 })
        try {
          const response = await client('/v2/models/digits/infer', { method: 'POST', body })
          const { protection } = await client.attested()
          return `${(await response.json()).model_name} ${protection} ${client.evidenceOf(response) !== undefined}`
        } catch (error) {
          return String((error as { code?: string }).code ?? error)
        }
      },
      { url, rootPem: system.rootPem, pcr0: system.measurement().pcr0, body },
    )
  }

  test('gets verified, encrypted answers where its origin is named', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    const posts: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.headers()['ehbp-encapsulated-key'] ?? 'plain'))
    expect(await ask(page, await relayFor(['https://other.example', origin]))).toBe('digits hpke true')
    expect(posts).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    await page.close()
  })

  test('reads a streamed answer while it comes, and its end when it is verified', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    const enclave = await startPacedEnclave('tiny-gpt', { allowOrigins: [origin] })
    await page.exposeFunction('letSay', enclave.letSay)
    const body = JSON.stringify({ model: 'tiny-gpt', prompt: 'The whale', max_tokens: 40, seed: 1, stream: true })
    const read = await page.evaluate(
      async ({ url, rootPem, pcr0, body }) => {
        const { createNacreFetch, certificateFromPem } = (globalThis as unknown as { nacre: Nacre }).nacre
        const policy = { measurements: [{ pcr0 }], modelIds: 'any-measured' } as const
        const client = createNacreFetch({ url, root: certificateFromPem(rootPem), policy })
        const response = await client('/v1/completions', { method: 'POST', body })
        const reader = (response.body as ReadableStream<Uint8Array>).getReader()
        const parts: { text: string; verified: boolean }[] = []
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          parts.push({ text: new TextDecoder().decode(part.value), verified: client.evidenceOf(response) !== undefined })
          // Not before: what was read so far was read while the enclave had said no more.
          ;(globalThis as unknown as { letSay(): void }).letSay()
        }
        return parts
      },
      { url: enclave.httpUrl, rootPem: enclave.rootPem, pcr0: enclave.measurement.pcr0, body },
    )
    expect(enclave.pieces().length).toBeGreaterThan(3)
    expect(read.length).toBe(enclave.pieces().length + 1)
    expect(read.map(({ verified }) => verified)).toEqual(read.map((_, i) => i === read.length - 1))
    expect(read.at(-1)?.text).toContain('data: [DONE]')
    await page.close()
    await enclave.stop()
  })

  test('gets nothing where it is not, or where another is', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    for (const allowed of [[], ['https://other.example']]) expect(await ask(page, await relayFor(allowed))).toBe('ENDPOINT_UNREACHABLE')
    await page.close()
  })
})
