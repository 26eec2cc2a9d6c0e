import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundlePageScript } from '../page-script.ts'

/** The page's files by name, ready to be served. */
export type ConsoleFiles = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>

/** Bundles the page. */
export async function buildConsole(): Promise<ConsoleFiles> {
  const page = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url))
  const script = await bundlePageScript(page('main.ts'))
  return new Map([
    ['index.html', { type: 'text/html; charset=utf-8', bytes: await readFile(page('index.html')) }],
    ['console.css', { type: 'text/css; charset=utf-8', bytes: await readFile(page('console.css')) }],
    ['icon.svg', { type: 'image/svg+xml', bytes: await readFile(page('icon.svg')) }],
    ['main.js', { type: 'text/javascript; charset=utf-8', bytes: script }],
  ])
}
