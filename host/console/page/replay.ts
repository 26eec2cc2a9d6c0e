import type { Bundle } from '@nacre/verifier/bundle'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { facts, h } from './dom.ts'
import { refusalView } from './views.ts'

type ReplayModule = typeof import('../../replay/page.ts')
type Recorded = Pick<Bundle, 'manifest' | 'receipt' | 'inputs' | 'outputs'>

/** Computes an answer again in this page, on request: the code, the runtime and the model are fetched from the host only then, and the model counts only if it is the one that the manifest pins. */
export function replayView(recorded: Recorded, manifest: ModelManifest): HTMLElement {
  const result = h('div', { class: 'replay-result', 'aria-live': 'polite' })
  const button = h('button', { type: 'button', class: 'replay' }, 'Compute it again here')
  const note = h('span', { class: 'muted' }, `Fetches the model${sizeOf(manifest)} and a runtime of 14 MB, and needs no trust in either.`)
  const run = async () => {
    button.disabled = true
    result.replaceChildren(h('p', { class: 'muted' }, 'Computing…'))
    try {
      result.replaceChildren(await replay(recorded, manifest))
    } catch (error) {
      result.replaceChildren(refusalView(error))
    } finally {
      button.disabled = false
    }
  }
  button.addEventListener('click', () => void run())
  return h('div', {}, h('p', { class: 'row' }, button, note), result)
}

async function replay(recorded: Recorded, manifest: ModelManifest): Promise<HTMLElement> {
  // A name that the bundler leaves alone: this is a file of its own.
  const module: string = './replay.js'
  const { replayInPage, recordedAnswer } = (await import(module)) as ReplayModule
  const startedMs = performance.now()
  const { verdict, reasons, comparison, engine } = await replayInPage({
    answer: recordedAnswer(recorded),
    readFile: async (path) => new Uint8Array(await get(`models/${encodeURIComponent(manifest.name)}/${path}`)),
    fetchRuntime: () => get('onnxruntime.wasm'),
  })
  const words = {
    'bit-equal': 'The same bits.',
    'within-tolerance': 'The same within rounding.',
    mismatch:
      manifest.platform === 'nacre_program'
        ? 'Another result than WebAssembly gives.'
        : 'Another result: this answer is not what the model computes.',
  }
  const worst = comparison?.tensors.map(({ name, ulpMax, absoluteMax }) => `${name}: ${ulpMax} ULP, ${absoluteMax}`).join('; ')
  return h(
    'div',
    { class: 'outcome', 'data-verdict': verdict },
    h('p', {}, h('strong', { class: verdict === 'mismatch' ? 'bad' : 'good' }, verdict), h('br'), words[verdict]),
    facts([
      ['Engine', `${engine.kind}${engine.library === undefined ? '' : `, ${engine.library} ${engine.version}`}`],
      ['Took', `${Math.round(performance.now() - startedMs)} ms`],
      ...(verdict === 'bit-equal' || worst === undefined ? [] : [['Farthest', worst] as const]),
      ...reasons.map(({ code, text }) => [code, text] as const),
    ]),
  )
}

async function get(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`This host does not serve ${path}`)
  return response.arrayBuffer()
}

/** Of a program its stages' manifests say it, which are not here yet. */
function sizeOf(manifest: ModelManifest): string {
  return manifest.platform === 'nacre_program' ? ', stage by stage,' : ` (${megabytes(manifest.weights.bytes)})`
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
