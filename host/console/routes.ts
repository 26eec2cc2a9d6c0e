import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { decodeManifest, hashManifest } from '@nacre/verifier/manifest'
import type { LaunchedEnclave } from '../launcher.ts'
import { buildConsole, type ConsoleFiles } from './build.ts'
import { answerDishonestly } from './dishonest.ts'

/** Answers requests under `/host/` that are the console's; `false` leaves a request to others. */
export type HostRoutes = (request: IncomingMessage, response: ServerResponse, path: string) => boolean

export type ConsoleParameters = {
  launched: Pick<LaunchedEnclave, 'rootPemPath' | 'measurements'>
  /** `models/` of the checkout: what the host says it launched. */
  modelsFolder: string
  /** Whether documents are signed by a hypervisor that this host simulates. Only then does it offer to misbehave. */
  simulated: boolean
}

/**
 * The console: a page, what this host claims about its enclave, samples to ask about, and the same host misbehaving. The page believes none of it: it verifies what comes from the enclave, and says
 * plainly which values came from here.
 */
export function consoleRoutes(parameters: ConsoleParameters): HostRoutes {
  let files: Promise<ConsoleFiles> | undefined
  const built = () => {
    files ??= buildConsole().catch((error) => {
      files = undefined
      throw error
    })
    return files
  }
  return (request, response, path) => {
    const dishonest = /^\/host\/dishonest\/([a-z-]+)(\/.*)$/.exec(request.url ?? '')
    if (dishonest !== null && parameters.simulated) {
      answerDishonestly(dishonest[1] as string, dishonest[2] as string, request, response).catch(() => response.destroy())
      return true
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    if (path === '/' || path === '/host/console') {
      response.writeHead(302, { location: '/host/console/', 'content-length': 0 }).end()
      return true
    }
    const name = /^\/host\/console\/(.*)$/.exec(path)?.[1]
    if (name === undefined) return false
    answer(name === '' ? 'index.html' : name).then(
      (file) => {
        if (file === undefined) return void response.writeHead(404, { 'content-length': 0 }).end()
        response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.bytes.length })
        response.end(request.method === 'HEAD' ? undefined : file.bytes)
      },
      () => response.writeHead(500, { 'content-length': 0 }).end(),
    )
    return true
  }

  async function answer(name: string): Promise<{ type: string; bytes: Uint8Array } | undefined> {
    if (name === 'published.json') return json(await published(parameters))
    const [, model, file] = /^samples\/([a-z-]+)\/([\w-]+\.json)$/.exec(name) ?? []
    if (model !== undefined && file !== undefined)
      return readFile(join(parameters.modelsFolder, model, 'samples', file)).then(
        (bytes) => ({ type: 'application/json', bytes }),
        () => undefined,
      )
    return (await built()).get(name)
  }
}

/** What this host says of itself. */
export type Published = {
  simulated: boolean
  /** `null` stands for AWS's root. */
  rootPem: string | null
  measurements: { pcr0: string; pcr1: string; pcr2: string }[]
  models: { name: string; id: string; samples: { file: string; label: string }[] }[]
}

async function published({ launched, modelsFolder, simulated }: ConsoleParameters): Promise<Published> {
  const folders = (await readdir(modelsFolder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const models = await Promise.all(folders.sort().map((name) => publishedModel(join(modelsFolder, name))))
  return {
    simulated,
    rootPem: simulated ? await readFile(launched.rootPemPath, 'utf8') : null,
    measurements: [launched.measurements()],
    models: models.filter((model) => model !== undefined),
  }
}

async function publishedModel(folder: string): Promise<Published['models'][number] | undefined> {
  const bytes = await readFile(join(folder, 'manifest.json')).catch(() => undefined)
  if (bytes === undefined) return undefined
  const manifest = decodeManifest(Uint8Array.from(bytes))
  // The page has no field for their input.
  if (manifest.platform === 'nacre_program') return undefined
  const files = await readdir(join(folder, 'samples')).catch(() => [])
  const samples = files
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(async (file) => ({ file, label: String(JSON.parse(await readFile(join(folder, 'samples', file), 'utf8')).label) }))
  return { name: manifest.name, id: await hashManifest(manifest), samples: await Promise.all(samples) }
}

function json(value: object): { type: string; bytes: Uint8Array } {
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) }
}

/** Nothing from anywhere else, nothing inline, no framing, and no text that becomes code. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-cache',
}
