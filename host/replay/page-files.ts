import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundlePageScript } from '../page-script.ts'

export type PageFile = { readonly type: string; readonly bytes: Uint8Array }

/** What a page serves beside itself to compute answers again: `replay.js`, a module with the exports of `page.ts`, and `onnxruntime.wasm`, for its `fetchRuntime`. */
export async function replayPageFiles(): Promise<ReadonlyMap<'replay.js' | 'onnxruntime.wasm', PageFile>> {
  const script = await bundlePageScript(fileURLToPath(new URL('page.ts', import.meta.url)))
  const runtime = await readFile(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'))
  return new Map([
    ['replay.js', { type: 'text/javascript; charset=utf-8', bytes: script }],
    ['onnxruntime.wasm', { type: 'application/wasm', bytes: runtime }],
  ])
}
