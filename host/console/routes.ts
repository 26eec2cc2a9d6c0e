import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeManifest, hashManifest } from '@nacre/verifier/manifest'
import type { LaunchedEnclave } from '../launcher.ts'
import { answerLogRequest } from '../log/server.ts'
import type { LogStore } from '../log/store.ts'
import { replayPageFiles } from '../replay/page-files.ts'
import { buildConsole } from './build.ts'
import { answerDishonestly } from './dishonest.ts'

/** Answers requests under `/host/` that are the console's; `false` leaves a request to others. */
export type HostRoutes = (request: IncomingMessage, response: ServerResponse, path: string) => boolean

export type ConsoleParameters = {
  claims(): Promise<Claims>
  /** `models/` of the checkout: what the host says it launched. */
  modelsFolder: string
  /** The receipt logs that this host keeps, served under `/host/log/`, where the page may read them. */
  stores?: (() => readonly LogStore[]) | undefined
  /** Offers to misbehave, for people to see it refused. A host with something to lose does not. */
  dishonest: boolean
}

/** What the page is told and does not believe. */
export type Claims = Pick<Published, 'simulated' | 'ownCopy' | 'rootPem' | 'measurements' | 'keepsLog'>

/** @param simulated whether documents are signed by a hypervisor that this host simulates */
export function hostClaims(
  launched: Pick<LaunchedEnclave, 'rootPemPath' | 'measurements'>,
  simulated: boolean,
): ConsoleParameters['claims'] {
  return async () => ({
    simulated,
    ownCopy: false,
    rootPem: simulated ? await readFile(launched.rootPemPath, 'utf8') : null,
    measurements: [launched.measurements()],
    keepsLog: true,
  })
}

/**
 * The console: a page, what this host claims about its enclave, samples to ask about, and the same host misbehaving. The page believes none of it: it verifies what comes from the enclave, and says
 * plainly which values came from here.
 */
export function consoleRoutes(parameters: ConsoleParameters): HostRoutes {
  const page = once(buildConsole)
  const replay = once(replayPageFiles)
  return (request, response, path) => {
    const dishonest = /^\/host\/dishonest\/([a-z-]+)(\/.*)$/.exec(request.url ?? '')
    if (dishonest !== null && parameters.dishonest) {
      answerDishonestly(dishonest[1] as string, dishonest[2] as string, request, response).catch(() => response.destroy())
      return true
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    if (path.startsWith('/host/log/') && parameters.stores !== undefined) {
      answerLogRequest(request, response, parameters.stores(), path.slice('/host/log'.length)).catch(() => response.destroy())
      return true
    }
    if (path === '/' || path === '/host/console') {
      response.writeHead(302, { location: '/host/console/', 'content-length': 0 }).end()
      return true
    }
    const name = /^\/host\/console\/(.*)$/.exec(path)?.[1]
    if (name === undefined) return false
    answer(name === '' ? 'index.html' : name).then(
      (file) => {
        if (file === undefined) return void response.writeHead(404, { 'content-length': 0 }).end()
        response.writeHead(200, { ...pageHeaders, 'content-type': file.type, 'content-length': file.bytes.length })
        response.end(request.method === 'HEAD' ? undefined : file.bytes)
      },
      () => response.writeHead(500, { 'content-length': 0 }).end(),
    )
    return true
  }

  async function answer(name: string): Promise<{ type: string; bytes: Uint8Array } | undefined> {
    if (name === 'published.json') return json(await published(parameters))
    const [, of, part] = /^models\/([a-z0-9-]+)\/(.+)$/.exec(name) ?? []
    if (of !== undefined && part !== undefined) return modelPart(join(parameters.modelsFolder, of), part)
    const [, model, file] = /^samples\/([a-z0-9-]+)\/([\w-]+\.(json|png))$/.exec(name) ?? []
    if (model !== undefined && file !== undefined)
      return readFile(join(parameters.modelsFolder, model, 'samples', file)).then(
        (bytes) => ({ type: file.endsWith('.png') ? 'image/png' : 'application/json', bytes }),
        () => undefined,
      )
    if (name === 'replay.js' || name === 'onnxruntime.wasm') return (await replay()).get(name)
    return (await page()).get(name)
  }
}

/** What this host says of itself. */
export type Published = {
  simulated: boolean
  /** The page is served from the person's own machine, not by the host that it checks. */
  ownCopy: boolean
  /** `null` stands for AWS's root. */
  rootPem: string | null
  measurements: { pcr0: string; pcr1?: string | undefined; pcr2?: string | undefined }[]
  /** `program`: what a program model does. */
  models: { name: string; id: string; program: string | null; samples: { file: string; label: string }[] }[]
  keepsLog: boolean
}

async function published({ claims, modelsFolder, stores }: ConsoleParameters): Promise<Published> {
  const folders = (await readdir(modelsFolder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const models = await Promise.all(folders.sort().map((name) => publishedModel(join(modelsFolder, name))))
  const claimed = await claims()
  return {
    ...claimed,
    models: models.filter((model) => model !== undefined),
    keepsLog: claimed.keepsLog && (claimed.ownCopy || stores !== undefined),
  }
}

async function publishedModel(folder: string): Promise<Published['models'][number] | undefined> {
  const bytes = await readFile(join(folder, 'manifest.json')).catch(() => undefined)
  if (bytes === undefined) return undefined
  const manifest = decodeManifest(Uint8Array.from(bytes))
  const files = await readdir(join(folder, 'samples')).catch(() => [])
  const samples = files
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(async (file) => {
      const { label, png } = JSON.parse(await readFile(join(folder, 'samples', file), 'utf8')) as { label: string; png?: string }
      // A page's label is all of its text: too long to choose by.
      return { file, label: png === undefined ? String(label) : file.replace('.json', '').replaceAll('-', ' ') }
    })
  const program = manifest.platform === 'nacre_program' ? manifest.program.name : null
  return { name: manifest.name, id: await hashManifest(manifest), program, samples: await Promise.all(samples) }
}

/** What an answer is computed again from: the weights, and of a program its stages' manifests and weights and the files that its manifest names; nothing else of the folder. */
async function modelPart(folder: string, part: string): Promise<{ type: string; bytes: Uint8Array } | undefined> {
  const type = 'application/octet-stream'
  const bytes = await readFile(join(folder, 'manifest.json')).catch(() => undefined)
  if (bytes === undefined) return undefined
  const manifest = decodeManifest(Uint8Array.from(bytes))
  if (manifest.platform !== 'nacre_program') return part === 'model.onnx' ? weightsFile(folder) : undefined
  for (const { role } of manifest.stages) {
    const stage = join(folder, 'stages', role)
    if (part === `stages/${role}/model.onnx`) return weightsFile(stage)
    if (part === `stages/${role}/manifest.json`) return { type, bytes: await readFile(join(stage, 'manifest.json')) }
  }
  const file = manifest.files.find((named) => named.name === part)
  return file === undefined ? undefined : { type, bytes: await readFile(join(folder, file.name)) }
}

/** In the clear only: what is sealed is nobody's here. */
async function weightsFile(folder: string): Promise<{ type: string; bytes: Uint8Array } | undefined> {
  const type = 'application/octet-stream'
  const own = await readFile(join(folder, 'model.onnx')).catch(() => undefined)
  if (own !== undefined) return { type, bytes: own }
  const source = await readFile(join(folder, 'source.json'), 'utf8').catch(() => undefined)
  const { package: packageName, path } = JSON.parse(source ?? '{}') as { package?: string; path?: string }
  if (packageName === undefined || path === undefined) return undefined
  const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url))
  return { type, bytes: await readFile(join(packages, packageName, path)) }
}

/** Made when it is first asked for, and again if that failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}

function json(value: object): { type: string; bytes: Uint8Array } {
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) }
}

/** Nothing from anywhere else, nothing inline, no framing, and no text that becomes code; WebAssembly, to compute answers again. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  // For browsers that do not know frame-ancestors.
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-cache',
}
