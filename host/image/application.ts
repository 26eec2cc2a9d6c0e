import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { ModelError } from '../model/model-error.ts'
import { decodeSource, isSealed, modelFiles, openParts } from '../model/model-files.ts'
import type { CpioEntry } from './cpio.ts'
import { ImageError } from './image-error.ts'

/**
 * The enclave's own code and its npm dependencies as files below `prefix`: one JavaScript file for each program, what is native beside them, and the models. Bundled, so that nothing is in the image
 * that is not imported, and so that it starts in seconds where processors are slow; not minified, so that it can be read.
 */
export async function applicationFiles({
  projectRoot,
  prefix,
  models,
  modelFolders = [],
}: {
  projectRoot: string
  prefix: string
  /** Names of the models to ship; all when not given. */
  models?: readonly string[] | undefined
  /** Folders of further models, in the place of those with their names. */
  modelFolders?: readonly string[]
}): Promise<CpioEntry[]> {
  const files: CpioEntry[] = []
  const add = (path: string, content: Uint8Array) => files.push({ path: `${prefix}/${path}`, mode: 0o444, kind: 'file', content })
  const addModel = (name: string, folder: string) => {
    const open = isSealed(folder) ? openParts(folder) : []
    // What the host must not see would be in the file that it boots.
    if (open.length > 0) throw new ImageError('BUILD_FAILED', `${folder} is sealed, and ${open.join(', ')} in it is not: take it away`)
    for (const path of modelFiles(folder)) {
      const content = readFileSync(join(folder, path))
      add(`models/${name}/${path}`, content)
      // Of a sealed model it names a web server.
      if (basename(path) === 'source.json' && !isSealed(folder)) addFromPackage(decodeSource(content))
    }
  }
  const addFromPackage = (source: { package: string; path: string }) => {
    const path = `node_modules/${source.package}/${source.path}`
    // Models may share a file: a model, and a program of which it is a stage.
    if (!shared.has(path)) add(path, readFileSync(join(projectRoot, path)))
    shared.add(path)
  }
  const shared = new Set<string>()
  for (const { path, contents } of await bundle(projectRoot)) add(path, contents)
  add('package.json', Buffer.from('{"type":"module"}\n'))
  for (const [name, patterns] of Object.entries(nativePackages)) {
    const folder = join(projectRoot, 'node_modules', name)
    const chosen = filesBelow(folder).filter((path) => patterns.some((pattern) => pattern.test(path)))
    for (const pattern of patterns)
      if (!chosen.some((path) => pattern.test(path)))
        throw new ImageError('BUILD_FAILED', `${name} has no file ${pattern}: is it installed for linux-x64?`)
    for (const path of chosen) add(`node_modules/${name}/${path}`, readFileSync(join(folder, path)))
  }
  const further = new Map(modelFolders.map((folder) => [basename(folder), folder]))
  try {
    for (const name of modelNames(projectRoot, models, further))
      addModel(name, further.get(name) ?? join(projectRoot, 'enclave/models', name))
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause
    throw new ImageError('BUILD_FAILED', cause.message, { cause })
  }
  return files
}

/** Packages whose native code is loaded by path, and of them only what loads on linux-x64 with glibc. */
const nativePackages: Readonly<Record<string, readonly RegExp[]>> = {
  'onnxruntime-common': [/^package\.json$/, /^dist\/cjs\/.*\.js(on)?$/],
  'onnxruntime-node': [/^package\.json$/, /^dist\/[a-z]+\.js$/, /^bin\/napi-v\d+\/linux\/x64\//],
  koffi: [/^package\.json$/, /^index\.c?js$/, /^src\/koffi\/(.*\/)?[a-z]+\.c?js$/],
  '@koromix/koffi-linux-x64': [/^package\.json$/, /^index\.js$/, /^linux_x64\//],
  'node-gyp-build': [/^package\.json$/, /^(index|node-gyp-build)\.js$/],
  secp256k1: [/^package\.json$/, /^(index|bindings)\.js$/, /^lib\//, /^prebuilds\/linux-x64\//],
}

const programs = ['main', 'model-worker', 'program-worker', 'signing-worker'] as const

/** How TypeScript becomes the image's JavaScript. */
export const bundling = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  conditions: ['source'],
  external: Object.keys(nativePackages),
  legalComments: 'none',
  logLevel: 'silent',
  // Settings that lie outside the checkout, or come from the environment, must not reach the result.
  tsconfigRaw: { compilerOptions: { target: 'ES2022', verbatimModuleSyntax: true } },
  banner: { js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)" },
} as const satisfies BuildOptions

async function bundle(projectRoot: string): Promise<{ path: string; contents: Uint8Array }[]> {
  const { outputFiles } = await build({
    ...bundling,
    absWorkingDir: projectRoot,
    entryPoints: programs.map((name) => `enclave/${name}.ts`),
    outdir: 'bundle',
    write: false,
  }).catch((cause) => {
    throw new ImageError('BUILD_FAILED', `The enclave's sources cannot be bundled: ${(cause as Error).message}`, { cause })
  })
  return programs.map((name) => {
    const output = outputFiles.find(({ path }) => path.endsWith(`${name}.js`))
    if (output === undefined) throw new ImageError('BUILD_FAILED', `The bundle lacks ${name}.js`)
    return { path: `${name}.js`, contents: output.contents }
  })
}

function modelNames(projectRoot: string, wanted: readonly string[] | undefined, further: ReadonlyMap<string, string>): string[] {
  const isModel = (folder: string) => existsSync(join(folder, 'manifest.json'))
  for (const folder of further.values()) if (!isModel(folder)) throw new ImageError('BUILD_FAILED', `${folder} holds no model`)
  const present = readdirSync(join(projectRoot, 'enclave/models'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isModel(join(projectRoot, 'enclave/models', entry.name)))
    .map(({ name }) => name)
    .sort()
  const unknown = wanted?.filter((name) => !present.includes(name)) ?? []
  if (unknown.length > 0) throw new ImageError('BUILD_FAILED', `There is no model ${unknown.join(', ')}; there are ${present.join(', ')}`)
  return [...new Set([...present.filter((name) => wanted?.includes(name) !== false), ...further.keys()])].sort()
}

/** Relative paths of the regular files. A link inside a package could bring in anything from anywhere. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) throw new ImageError('BUILD_FAILED', `${folder} is not installed: run npm ci`)
  const found: string[] = []
  const visit = (relative: string) => {
    for (const name of readdirSync(join(folder, relative)).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`
      const stat = lstatSync(join(folder, path))
      if (stat.isDirectory()) visit(path)
      else if (stat.isFile()) found.push(path)
    }
  }
  visit('')
  return found
}
