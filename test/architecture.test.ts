import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/**
 * Who may import whom, and who may read the clock. The arrows:
 *
 *     contracts ⇠ parity ⇢ verifier ◀── enclave
 *                            ▲ ▲────── host ──▶ contracts
 *                            └──────── test (may import all)
 */
const arrows = {
  verifier: [],
  enclave: ['verifier'],
  host: ['verifier', 'contracts'],
  contracts: [],
  test: ['verifier', 'enclave', 'host', 'contracts'],
} as const satisfies Record<string, readonly string[]>
type Room = keyof typeof arrows

const root = fileURLToPath(new URL('..', import.meta.url))
const rooms = Object.keys(arrows) as Room[]
const skipped = ['node_modules', 'dist', 'out', 'cache', 'lib']

type Source = { path: string; room: Room; isTest: boolean; text: string; imports: string[] }

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : sourcesOf(path)
    return /\.(ts|mts|mjs|cjs|js)$/.test(entry.name) ? [path] : []
  })
}

/** Static, dynamic and bare imports and exports, without `typeof import(…)`, which is a type and leaves nothing behind. Comments are left out: examples in them import what they like. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const patterns = [
    /\bfrom\s+['"]([^'"]+)['"]/g,
    /^\s*import\s+['"]([^'"]+)['"]/gm,
    /(?<!typeof )\bimport\(\s*['"]([^'"]+)['"]/g,
    /\brequire\(\s*['"]([^'"]+)['"]/g,
  ]
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier as string))
}

const sources: Source[] = rooms.flatMap((room) =>
  sourcesOf(room).map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, room, isTest: room === 'test' || /\.test\.|(^|\/)test-support\.|\/test\//.test(path), text, imports: importsOf(text) }
  }),
)

/** The room that an import leads to, if it is one of ours, and the path below it. */
function target(source: Source, specifier: string): { room: string; path: string } | null {
  const scoped = /^@nacre\/([^/]+)\/?(.*)$/.exec(specifier)
  if (scoped !== null) return { room: scoped[1] as string, path: scoped[2] as string }
  if (!specifier.startsWith('.')) return null
  const path = relative('.', join(dirname(source.path), specifier))
  return { room: path.split('/')[0] as string, path: path.split('/').slice(1).join('/') }
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
const outside = (source: Source) =>
  source.imports.filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:') && !specifier.startsWith('@nacre/'))
const breaches = (check: (source: Source) => readonly string[]) =>
  sources.flatMap((source) => check(source).map((what) => `${source.path}: ${what}`))

test('there is something to look at', () => {
  for (const room of rooms) expect(sources.filter((source) => source.room === room).length, room).toBeGreaterThan(0)
  expect(importsOf("import a from 'a'\nexport * from \"b\"\nimport 'c'\nawait import('d')\n// from 'e'\n/* import 'f' */")).toEqual([
    'a',
    'b',
    'c',
    'd',
  ])
})

describe('arrows', () => {
  test('a room imports the rooms it may, and tests of any room may use test/support', () => {
    const allowed = (source: Source, { room, path }: { room: string; path: string }) =>
      room === source.room ||
      (arrows[source.room] as readonly string[]).includes(room) ||
      (source.isTest && room === 'test' && path.startsWith('support/'))
    expect(
      breaches((source) =>
        source.imports.filter((specifier) => {
          const to = target(source, specifier)
          return to !== null && !allowed(source, to)
        }),
      ),
    ).toEqual([])
  })

  test('rooms meet by package name, so that what crosses is what package.json exports', () => {
    expect(
      breaches((source) =>
        source.imports.filter((specifier) => {
          const to = specifier.startsWith('.') ? target(source, specifier) : null
          return to !== null && to.room !== source.room && !(to.room === 'test' && to.path.startsWith('support/'))
        }),
      ),
    ).toEqual([])
  })

  test('what a room uses from outside is in its package.json', () => {
    for (const room of rooms.filter((name) => name !== 'test')) {
      const manifest = JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'))
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
      const undeclared = breaches((source) =>
        source.room !== room || source.isTest ? [] : outside(source).filter((name) => !declared.includes(packageOf(name))),
      )
      expect(undeclared).toEqual([])
    }
  })
})

describe('the verifier', () => {
  const library = sources.filter(({ room, path, isTest }) => room === 'verifier' && !isTest && !/^verifier\/(cli|node)\//.test(path))
  const inLibrary = (check: (source: Source) => readonly string[]) => breaches((source) => (library.includes(source) ? check(source) : []))

  test('runs in browsers: no import of Node', () =>
    expect(inLibrary(({ imports }) => imports.filter((name) => name.startsWith('node:')))).toEqual([]))

  test('depends on cbor-x, hpke, viem and the curves that viem uses, its command line on commander and a reader of PNG besides, and programs on a tokenizer', () => {
    const allowed = (source: Source) => [
      ...['@noble/curves', 'cbor-x', 'hpke', 'viem'],
      ...(library.includes(source) ? [] : ['commander', 'pngjs']),
      ...(source.path.startsWith('verifier/programs/') ? ['@huggingface/tokenizers'] : []),
    ]
    expect(
      breaches((source) =>
        source.room === 'verifier' && !source.isTest ? outside(source).filter((name) => !allowed(source).includes(packageOf(name))) : [],
      ),
    ).toEqual([])
  })

  test('verifies without the programs: whoever computes an answer again asks for them by name', () =>
    expect(
      breaches((source) =>
        source.room !== 'verifier' || source.isTest || source.path.startsWith('verifier/programs/')
          ? []
          : source.imports.filter((name) => name.includes('/programs/')),
      ),
    ).toEqual([]))

  test('does not import its command line', () =>
    expect(inLibrary(({ imports }) => imports.filter((name) => /^\.\.?\/(cli|node)\//.test(name)))).toEqual([]))

  test('reads no clock, no randomness, no environment, no network and no storage: all of these are arguments', () => {
    const sources =
      /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bMath\.random\b|\bprocess\.env\b|\bgetRandomValues\b|\brandom(Bytes|UUID|Int)\b|\bfetch\(|\blocalStorage\b|\bXMLHttpRequest\b/g
    // web/ is where a browser's program starts.
    expect(inLibrary(({ path, text }) => (path.startsWith('verifier/web/') ? [] : (text.match(sources) ?? [])))).toEqual([])
  })

  test('cbor-x, which is lenient, is met in one file only, in the whole project', () => {
    const users = sources.filter(({ imports }) => imports.some((name) => packageOf(name) === 'cbor-x')).map(({ path }) => path)
    expect(users).toEqual(['verifier/cbor.ts'])
  })
})

test('real clocks, environments and random generators are picked where a program starts', () => {
  const starts = [
    /\/main\.ts$/,
    /^host\/(cli|examples|bootstrap)\//,
    /^verifier\/(cli\/terminal|web\/[\w-]+|node\/[\w-]+)\.ts$/,
    /^enclave\/clock\.ts$/,
  ]
  const reads = /\bDate\.now\b|\bnew Date\(\)|\bprocess\.env\b/g
  expect(
    breaches(({ path, isTest, text }) =>
      isTest || path.startsWith('contracts/') || starts.some((start) => start.test(path)) ? [] : (text.match(reads) ?? []),
    ),
  ).toEqual([])
  // The enclave's keys come from what main.ts hands in, and nothing beside it.
  const draws = /\bgetRandomValues\b|\brandomBytes\b.*from 'node:crypto'|\bMath\.random\b|\brandomUUID\b/g
  expect(
    breaches(({ path, room, isTest, text }) =>
      room !== 'enclave' || isTest || path === 'enclave/main.ts' ? [] : (text.match(draws) ?? []),
    ),
  ).toEqual([])
})
