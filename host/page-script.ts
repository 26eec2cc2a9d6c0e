import { build } from 'esbuild'

/** A page's program and all that it imports as one module for browsers. A tenth of a second: it is made when it is first asked for and never lies about in a file that could be out of date. */
export async function bundlePageScript(entryPoint: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
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
  return script.contents
}
