import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { modelFiles } from '../model/model-files.ts'
import { pcrOf } from './nsm.ts'

/**
 * What the simulated hypervisor measures before it launches an enclave, in the place of an EIF's kernel and ramdisks:
 *
 * - the *runtime part*: the Node binary and the enclave's command line;
 * - the *application part*: the sources of `enclave/` and `verifier/` without their tests, the models, and the installed production dependencies of `@nacre/enclave`.
 *
 * The enclave runs from a copy of exactly these files (image.ts), and in bubblewrap sees nothing else but the system's libraries, which are not measured. Times, permissions, owners and
 * the place of the checkout are left out, so two checkouts of one commit with one Node measure alike.
 */
export type Measurement = {
  pcr0: Hex
  pcr1: Hex
  pcr2: Hex
  runtime: MeasuredEntry[]
  application: MeasuredEntry[]
}

/** A line of the listing. `path` is relative to the project, with `/`, or a name in angle brackets for what has no place in it. */
export type MeasuredEntry = { path: string; kind: 'file' | 'link' | 'text'; bytes: number; sha384: Hex }

/** The measured set as places on disk: single files of the workspaces, directories of packages without what is never loaded, and what else of these directories is left out. */
export type MeasuredSet = {
  projectRoot: string
  /** Real path of the Node binary. */
  node: string
  /** The command line as the enclave's world spells it, independent of where the checkout and the sockets are. */
  command: readonly string[]
  files: string[]
  packages: string[]
  omitted: string[]
  /** Files of models from elsewhere, and their places in the image. */
  added: { path: string; from: string }[]
}

/** Gets each file's bytes as they are measured. */
export type Keep = (file: { path: string } & ({ content: Uint8Array; executable: boolean } | { target: string })) => void

export function measure(set: MeasuredSet, keep: Keep = () => {}): Measurement {
  const runtime = [
    { path: '<node>', ...measureContent('file', readFileSync(set.node)) },
    { path: '<command line>', ...measureContent('text', Buffer.from(set.command.join('\0'))) },
  ]
  const omitted = new Set(set.omitted)
  const paths = [
    ...set.files,
    ...set.packages.flatMap((directory) => walk(join(set.projectRoot, directory), omitted).map((path) => relative(set.projectRoot, path))),
  ]
  const all = new Set(paths)
  const added = set.added.map(({ path, from }) => {
    const content = readFileSync(from)
    keep({ path, content, executable: false })
    return { path: path.split(sep).join('/'), ...measureContent('file', content) }
  })
  const application = [...[...all].map((path) => measureFile(set.projectRoot, path, all, keep)), ...added].sort((a, b) =>
    compareBytes(a.path, b.path),
  )
  return {
    pcr0: pcrOfEntries([...runtime, ...application]),
    pcr1: pcrOfEntries(runtime),
    pcr2: pcrOfEntries(application),
    runtime,
    application,
  }
}

/** `SHA384(0^48 || SHA384(listing))`, like a ramdisk's. Every variable part is framed by its length, so no two listings share an encoding. */
export function pcrOfEntries(entries: readonly MeasuredEntry[]): Hex {
  const hash = createHash('sha384').update('nacre/measurement/1\0')
  for (const { path, kind, bytes, sha384 } of entries) {
    const name = Buffer.from(path)
    const head = Buffer.alloc(4 + 1 + 8)
    head.writeUInt32BE(name.length, 0)
    head.writeUInt8(kindByte[kind], 4)
    head.writeBigUInt64BE(BigInt(bytes), 5)
    hash
      .update(head)
      .update(name)
      .update(Buffer.from(sha384.slice(2), 'hex'))
  }
  return toHex(pcrOf(hash.digest()))
}

/** Folders of the project whose sources the enclave runs. */
export const workspaces = ['enclave', 'verifier'] as const

/** Resolves what a launch of the enclave from this project can load. Paths are relative to the project. `models` are folders of further models, each in the place of one with its name. */
export function resolveMeasuredSet(project: string, node: string, command: readonly string[], models: readonly string[] = []): MeasuredSet {
  // Below, real paths are compared with this one.
  const projectRoot = realpathSync(project)
  const placeOf = (folder: string) => join('enclave', 'models', basename(folder))
  const added = models.flatMap((folder) =>
    modelFiles(folder).map((name) => ({ path: join(placeOf(folder), name), from: join(folder, name) })),
  )
  const replaced = models.map(placeOf)
  const files = workspaces
    .flatMap((workspace) => workspaceFiles(projectRoot, workspace))
    .filter((path) => !replaced.some((place) => isInside(place, path)))
  // tsx reads the nearest tsconfig.json, and Node the nearest package.json: both change what the sources mean.
  for (const shared of ['package.json', 'tsconfig.json']) if (existsSync(join(projectRoot, shared))) files.push(shared)
  const packages = dependencyClosure(projectRoot)
  return {
    projectRoot,
    node: realpathSync(node),
    command,
    files: files.sort(compareBytes),
    added,
    packages: packages.map((directory) => relative(projectRoot, directory)).sort(compareBytes),
    omitted: packages.flatMap((directory) => [...foreignBinaries(directory), ...neverLoaded(directory)]).sort(compareBytes),
  }
}

/** A listing for people: one `sha384  bytes  path` line per file, so that `diff` shows why two measurements differ. */
export function formatListing({ runtime, application }: Measurement): string {
  return [...runtime, ...application]
    .map(({ sha384, bytes, path }) => `${sha384.slice(2)}  ${String(bytes).padStart(10)}  ${path}\n`)
    .join('')
}

const kindByte = { file: 1, link: 2, text: 3 } as const
const skippedDirectories = new Set(['dist', 'samples', 'training', 'cli', '.cache', '__pycache__'])

function workspaceFiles(projectRoot: string, workspace: string): string[] {
  const found: string[] = []
  const visit = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      if (entry.name === 'node_modules') refuseNestedPackages(projectRoot, path)
      else if (entry.isDirectory()) {
        if (!skippedDirectories.has(entry.name)) visit(path)
      } else if (isEnclaveFile(entry.name)) found.push(relative(projectRoot, path))
    }
  }
  visit(join(projectRoot, workspace))
  return found
}

/** Node looks into the nearest `node_modules` first: one inside a workspace would put its packages in the place of the measured ones, without a name in any listing. */
function refuseNestedPackages(projectRoot: string, path: string): void {
  // Tools keep caches there, which no import leads to.
  const packages = readdirSync(path).filter((name) => !name.startsWith('.'))
  if (packages.length > 0)
    throw new MeasureError(
      'NESTED_PACKAGES',
      `${relative(projectRoot, path)} holds ${packages[0]}: packages of the enclave belong into node_modules of the project`,
    )
}

function isEnclaveFile(name: string): boolean {
  return !/^test-support\.ts$|\.(test|bench|fuzz)\.ts$/.test(name) && !/\.(md|py|log)$/.test(name)
}

/** Directories of the packages that `@nacre/enclave` needs in production, found the way Node finds them. Workspace packages themselves are measured file by file instead. */
function dependencyClosure(projectRoot: string): string[] {
  const found = new Set<string>()
  const visited = new Set<string>()
  const visit = (packageDirectory: string) => {
    if (visited.has(packageDirectory)) return
    visited.add(packageDirectory)
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = readManifest(packageDirectory)
    const needed = new Set(Object.keys(dependencies))
    for (const name of Object.keys(peerDependencies)) if (peerDependenciesMeta[name]?.optional !== true) needed.add(name)
    for (const name of Object.keys(optionalDependencies)) needed.delete(name)
    for (const name of [...needed, ...Object.keys(optionalDependencies)]) {
      const resolved = resolvePackage(packageDirectory, name, projectRoot)
      if (resolved === null) {
        if (needed.has(name) && !(name in peerDependencies))
          throw new MeasureError('DEPENDENCY_MISSING', `${relative(projectRoot, packageDirectory)} needs ${name}, which is not installed`)
        continue
      }
      if (!name.startsWith('@nacre/')) found.add(resolved)
      visit(resolved)
    }
  }
  visit(join(projectRoot, 'enclave'))
  // A package nested in another's directory is covered by the outer one's walk.
  return [...found].filter((directory) => ![...found].some((other) => other !== directory && isInside(other, directory)))
}

type PackageManifest = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

function readManifest(directory: string): PackageManifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageManifest
}

/**
 * The directory that Node would load a package from. Ours are links, which must lead to the very workspaces that are measured file by file: one that leads elsewhere would run other code under
 * the same PCRs. All others must be no links at all.
 */
function resolvePackage(from: string, name: string, projectRoot: string): string | null {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) {
      const real = realpathSync(candidate)
      const workspace = workspaces.find((workspace) => name === `@nacre/${workspace}`)
      const expected = workspace === undefined ? candidate : join(projectRoot, workspace)
      if (real !== expected || (name.startsWith('@nacre/') && workspace === undefined))
        throw new MeasureError('PACKAGE_ELSEWHERE', `${relative(projectRoot, candidate)} leads to ${real} instead of ${expected}`)
      return real
    }
    if (directory === projectRoot || directory === dirname(directory)) return null
  }
}

/** Binaries of other platforms can never be loaded here, and weigh 240 MB in onnxruntime-node alone: neither measured nor visible to the enclave. */
function foreignBinaries(packageDirectory: string): string[] {
  if (!packageDirectory.endsWith(`${sep}onnxruntime-node`)) return []
  const bin = join(packageDirectory, 'bin')
  const omitted: string[] = []
  for (const abi of directoriesIn(bin))
    for (const platform of directoriesIn(abi))
      for (const arch of directoriesIn(platform)) if (!arch.endsWith(join(sep, process.platform, process.arch))) omitted.push(arch)
  return omitted
}

/** Half of the installed files are other packages' tests, docs, type declarations and CommonJS twins of ES modules. The enclave runs without them, so it does not get to see them. */
function neverLoaded(packageDirectory: string): string[] {
  const names = directoriesIn(packageDirectory).map((directory) => basename(directory))
  const unneeded = new Set(['dist-types', 'test', 'tests', '__tests__', 'docs', 'examples', 'benchmark', 'benchmarks', '.github', '_types'])
  if (names.includes('_esm')) unneeded.add('_cjs')
  // Node takes the CommonJS form of the AWS SDK; the other is for bundlers.
  if (names.includes('dist-cjs')) unneeded.add('dist-es')
  return names.filter((name) => unneeded.has(name)).map((name) => join(packageDirectory, name))
}

function directoriesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(directory, entry.name)] : []))
}

function walk(directory: string, omitted: ReadonlySet<string>): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (omitted.has(path)) return []
    if (entry.isDirectory()) return walk(path, omitted)
    return neverRead.test(entry.name) ? [] : [path]
  })
}

/** Of the files of packages, more than half: sources behind the compiled code, their maps, declarations, notes. */
const neverRead = /\.(map|md|markdown|[cm]?ts)$/

function measureFile(projectRoot: string, path: string, measured: ReadonlySet<string>, keep: Keep): MeasuredEntry {
  const absolute = join(projectRoot, path)
  const stat = lstatSync(absolute)
  const name = path.split(sep).join('/')
  if (stat.isFile()) {
    const content = readFileSync(absolute)
    keep({ path, content, executable: (stat.mode & 0o111) !== 0 })
    return { path: name, ...measureContent('file', content) }
  }
  if (!stat.isSymbolicLink())
    throw new MeasureError(
      'SPECIAL_FILE',
      `${name} is neither a file nor a symbolic link: a pipe, socket or device has no content to measure`,
    )
  const target = readlinkSync(absolute)
  // A link is measured by its text, so where it ends must be measured too: a place outside the project, a folder, a file that is skipped or that does not exist yet would bring in anything.
  const end = existsSync(absolute) ? relative(projectRoot, realpathSync(absolute)) : null
  if (target.startsWith(sep) || end === null || !measured.has(end))
    throw new MeasureError('LINK_ESCAPES', `${name} is a symbolic link to ${target}, which is not a measured file`)
  keep({ path, target })
  return { path: name, ...measureContent('link', Buffer.from(target)) }
}

function measureContent<K extends MeasuredEntry['kind']>(kind: K, content: Uint8Array) {
  return { kind, bytes: content.length, sha384: toHex(createHash('sha384').update(content).digest()) }
}

function isInside(directory: string, path: string): boolean {
  return path.startsWith(directory + sep)
}

/** Byte order, not the locale's: a listing must not depend on the machine's language. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export class MeasureError extends Error {
  override readonly name = 'MeasureError'
  readonly code: 'DEPENDENCY_MISSING' | 'SPECIAL_FILE' | 'LINK_ESCAPES' | 'PACKAGE_ELSEWHERE' | 'NESTED_PACKAGES'

  constructor(code: MeasureError['code'], message: string) {
    super(message)
    this.code = code
  }
}
