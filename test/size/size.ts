import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a page loads to attest, encrypt, ask and verify: `createNacreFetch` with all it needs and AWS's root, bundled for browsers and minified by esbuild. */
export type Sizes = { verify_gzip_bytes: number; verify_bytes: number; by_package: Record<string, number> }

export async function measureSizes(): Promise<Sizes> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('entry.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['source', 'browser'],
    write: false,
    metafile: true,
    legalComments: 'none',
  })
  const [output] = outputFiles
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {}
  if (output === undefined) throw new Error('esbuild wrote nothing')
  const packages: Record<string, number> = {}
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? 'nacre'
    packages[name] = (packages[name] ?? 0) + bytesInOutput
  }
  return { verify_gzip_bytes: gzipSync(output.contents, { level: 9 }).length, verify_bytes: output.contents.length, by_package: packages }
}

/** The committed budget: what grows past it is to be decided, not noticed. */
export const budget: { verify_gzip_bytes: number } = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8'))
