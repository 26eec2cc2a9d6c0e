import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chooseEngine } from '@nacre/host/replay/choose-engine'
import { type EngineKind, openEngine } from '@nacre/host/replay/engine'
import type { replayInPage } from '@nacre/host/replay/page'
import { replayPageFiles } from '@nacre/host/replay/page-files'
import { toHex } from '@nacre/verifier/bytes'
import { encodeGenerationParameters } from '@nacre/verifier/generation'
import { decodeManifest, decodeOnnxManifest, hashManifest } from '@nacre/verifier/manifest'
import { hashTensors, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser } from './browser.ts'
import { projectRoot } from './system.ts'

const models = join(projectRoot, 'enclave/models')
/** What a careful page allows itself: nothing from anywhere else, no text that becomes code; and WebAssembly. */
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

describe.skipIf(chromiumPath === undefined)('an answer computed again in Chromium', () => {
  let server: Server
  let browser: Browser
  let page: Page
  const requested: string[] = []

  beforeAll(async () => {
    const files = new Map<string, { type: string; bytes: Uint8Array }>(await replayPageFiles())
    files.set('', { type: 'text/html', bytes: Buffer.from('<!doctype html><script type="module" src="/main.js"></script>') })
    files.set('main.js', { type: 'text/javascript', bytes: Buffer.from("globalThis.load = () => import('/replay.js')") })
    const parts = ['stages/decode/manifest.json', 'stages/decode/model.onnx', 'tokenizer.json']
    const served = { digits: ['model.onnx'], 'digits-int': ['model.onnx'], 'tiny-gpt': parts }
    for (const [name, paths] of Object.entries(served))
      for (const path of paths)
        files.set(`${name}/${path}`, { type: 'application/octet-stream', bytes: readFileSync(join(models, name, path)) })
    // As tiny-gpt, with one token named otherwise.
    for (const path of parts) files.set(`altered/${path}`, files.get(`tiny-gpt/${path}`) as { type: string; bytes: Uint8Array })
    const tokenizer = Uint8Array.from(files.get('tiny-gpt/tokenizer.json')?.bytes ?? [])
    tokenizer[tokenizer.length >> 1] = (tokenizer[tokenizer.length >> 1] as number) ^ 1
    files.set('altered/tokenizer.json', { type: 'application/json', bytes: tokenizer })
    server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1)
      requested.push(name)
      const file = files.get(name)
      if (file === undefined) return void response.writeHead(404).end()
      response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.bytes)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  test('in WebAssembly it gives the bits that Node gives, and an altered one is named', async () => {
    const answer = await recordedBy('wasm', 'digits')
    const honest = await replay(page, 'digits', answer)
    expect(honest).toMatchObject({ verdict: 'bit-equal', signedHashReproduced: true, engine: { kind: 'wasm', version: '1.30.0' } })
    const [logits] = answer.outputs as [Tensor]
    const data = logits.data.slice()
    data[8] = (data[8] as number) ^ 1
    const altered = await replay(page, 'digits', { ...answer, outputs: [{ ...logits, data }] })
    expect(altered).toMatchObject({ verdict: 'mismatch', bound: { output: false }, reasons: [{ code: 'RECORD_ALTERED' }] })
    expect(altered.comparison?.tensors[0]).toMatchObject({ differing: 1, first: { position: [0, 2] } })
  })

  test('what native code computed is within the tolerance', async () => {
    expect(await replay(page, 'digits', await recordedBy('native', 'digits'))).toMatchObject({ verdict: 'within-tolerance' })
  })

  test('a model of integers needs no runtime', async () => {
    requested.length = 0
    const replayed = await replay(page, 'digits-int', await recordedBy('native', 'digits-int'))
    expect(replayed).toMatchObject({ verdict: 'bit-equal', engine: { kind: 'integer' } })
    expect(requested).toEqual(['digits-int/model.onnx'])
  })

  test('a generation is computed again token by token, from parts that are each the pinned ones', async () => {
    const answer = await generated()
    expect(await replay(page, 'tiny-gpt', answer)).toMatchObject({ verdict: 'bit-equal', engine: { kind: 'wasm' } })
    const [text, ...rest] = answer.outputs as [Tensor, Tensor, Tensor]
    const altered = { ...text, data: text.data.with(text.data.length - 1, (text.data.at(-1) as number) ^ 1) }
    expect(await replay(page, 'tiny-gpt', { ...answer, outputs: [altered, ...rest] })).toMatchObject({ verdict: 'mismatch' })
    await expect(replay(page, 'altered', answer)).rejects.toThrow("not what the program's manifest names")
  })

  test('other weights than the manifest pins compute nothing', async () => {
    await expect(replay(page, 'digits-int', await recordedBy('native', 'digits'))).rejects.toThrow('Not the weights of the manifest')
  })
})

type Recorded = {
  manifestText: string
  inputs: Tensor[]
  outputs: Tensor[]
  hashes: { modelId: string; inputHash: string; outputHash: string }
}

/** As native code writes it. */
async function generated(): Promise<Recorded> {
  const folder = join(models, 'tiny-gpt')
  const manifestBytes = Uint8Array.from(readFileSync(join(folder, 'manifest.json')))
  const manifest = decodeManifest(manifestBytes)
  const text = (name: string, value: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] })
  const parameters = encodeGenerationParameters({ max_tokens: 12, seed: 3, stop: [], temperature: 0, top_p: 1000 })
  const inputs = [text('prompt', 'Call me'), text('parameters', new TextDecoder().decode(parameters))]
  const { engine } = await chooseEngine({ choice: 'native', manifest, weightsPath: folder, timeoutMs: 60_000 })
  const outputs = await engine.run(
    inputs,
    manifest.outputs.map((output) => output.name),
  )
  engine.close()
  const hashes = { modelId: await hashManifest(manifest), inputHash: await hashTensors(inputs), outputHash: await hashTensors(outputs) }
  return { manifestText: Buffer.from(manifestBytes).toString(), inputs, outputs, hashes }
}

async function recordedBy(kind: EngineKind, name: string): Promise<Recorded> {
  const manifestBytes = Uint8Array.from(readFileSync(join(models, name, 'manifest.json')))
  const manifest = decodeOnnxManifest(manifestBytes)
  const inputs = [tensorFromValues(JSON.parse(readFileSync(join(models, name, 'samples/7.json'), 'utf8')).tensor)]
  const engine = await openEngine({ kind, manifest, weightsPath: join(models, name, 'model.onnx'), timeoutMs: 60_000 })
  const outputs = await engine.run(
    inputs,
    manifest.outputs.map((output) => output.name),
  )
  engine.close()
  const hashes = { modelId: await hashManifest(manifest), inputHash: await hashTensors(inputs), outputHash: await hashTensors(outputs) }
  return { manifestText: Buffer.from(manifestBytes).toString(), inputs, outputs, hashes }
}

/** What crosses to the page is JSON. */
async function replay(page: Page, weightsName: string, { manifestText, inputs, outputs, hashes }: Recorded) {
  const wire = (tensors: readonly Tensor[]) =>
    tensors.map((tensor) => ({ ...tensor, shape: tensor.shape.map(Number), data: toHex(tensor.data) }))
  return page.evaluate(
    async ({ weightsName, manifestText, inputs, outputs, hashes }) => {
      const module = await (globalThis as unknown as { load(): Promise<{ replayInPage: typeof replayInPage }> }).load()
      const get = async (path: string) => (await fetch(path)).arrayBuffer()
      const bytes = (hex: string) => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
      const tensors = (list: typeof inputs) =>
        list.map((tensor) => ({ ...tensor, shape: tensor.shape.map(BigInt), data: bytes(tensor.data) }))
      const receipt = { ...hashes, requestId: `0x${'11'.repeat(32)}`, timestampMs: 1n, sequence: 1n } as never
      const answer = { manifest: JSON.parse(manifestText), receipt, inputs: tensors(inputs), outputs: tensors(outputs) }
      return module.replayInPage({
        answer,
        readFile: async (path) => new Uint8Array(await get(`/${weightsName}/${path}`)),
        fetchRuntime: () => get('/onnxruntime.wasm'),
      })
    },
    { weightsName, manifestText, inputs: wire(inputs), outputs: wire(outputs), hashes },
  )
}
