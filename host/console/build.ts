import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The page's files by name, ready to be served. */
export type ConsoleFiles = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>

/** Bundles the page: a tenth of a second, so it is made when it is first asked for and never lies about in a file that could be out of date. */
export async function buildConsole(): Promise<ConsoleFiles> {
  const page = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [page('main.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source', 'browser'],
    legalComments: 'none',
    write: false,
  })
  const [script] = outputFiles
  if (script === undefined) throw new Error('esbuild wrote nothing')
  return new Map([
    ['index.html', { type: 'text/html; charset=utf-8', bytes: await readFile(page('index.html')) }],
    ['console.css', { type: 'text/css; charset=utf-8', bytes: await readFile(page('console.css')) }],
    ['icon.svg', { type: 'image/svg+xml', bytes: await readFile(page('icon.svg')) }],
    ['main.js', { type: 'text/javascript; charset=utf-8', bytes: script.contents }],
  ])
}
