import { type VerifiedStep, verifySequence } from '@nacre/verifier/sequence'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { requestInput } from './any-model.ts'
import { h } from './dom.ts'
import { type Asked, acceptDrops, type InputView } from './inputs.ts'

/**
 * Sound for the detector of speech (enclave/models/vad): a recording, asked about window by window, each answer giving the state that the next one starts from. Or one window in JSON, as for any model.
 */
export function soundInput(): InputView {
  const json = requestInput()
  let sound: Float32Array | undefined
  const canvas = h('canvas', { width: 640, height: 80, class: 'line', role: 'img', 'aria-label': 'The recording, not chosen yet' })
  const note = h('span', { class: 'muted' }, 'Or drop one here; it stays in this page until it is encrypted.')
  const choose = (chosen: Float32Array | undefined) => {
    sound = chosen
    json.element.hidden = chosen !== undefined
    paint(canvas, chosen ?? new Float32Array(1))
    const text = chosen === undefined ? 'The recording, not chosen yet' : `The recording, ${seconds(chosen.length)} long`
    canvas.setAttribute('aria-label', text)
  }
  const take = async (file: Blob) => {
    try {
      const chosen = await soundOf(file)
      choose(chosen.subarray(0, soundMax))
      const cut = chosen.length > soundMax ? ` Only its first ${seconds(soundMax)} are asked about.` : ''
      note.replaceChildren(`${seconds(chosen.length)} long.${cut}`)
    } catch {
      note.replaceChildren('This browser cannot read that as sound.')
    }
  }
  const input = h('input', { id: 'sound-file', type: 'file', accept: 'audio/*' })
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file !== undefined) void take(file)
  })
  choose(undefined)
  const chooser = h('p', { class: 'row' }, h('label', { for: 'sound-file', class: 'file' }, 'Choose a recording'), input, note)
  const element = h('div', {}, canvas, chooser, json.element)
  acceptDrops(element, take)
  let steps: Step[] = []
  return {
    element,
    tensors() {
      steps = []
      return sound === undefined ? json.tensors() : stepInputs(sound, 0, silentState)
    },
    show(sample) {
      choose(undefined)
      json.show(sample)
    },
    async follow(asked) {
      if (sound === undefined) return undefined
      const { inference, inputs, commitmentSalt } = asked
      steps.push({ request: { requestId: inference.receipt.requestId, inputs, commitmentSalt }, answer: inference })
      const state = inference.outputs.find(({ name }) => name === 'stateN') as Tensor
      const isLast = steps.length * windowLength >= sound.length
      // Each was verified by itself; that none is missing between them is what this adds.
      if (isLast) await verifySequence({ steps, links: [{ output: 'stateN', input: 'state', start: silentState }] })
      return { view: speechView(steps, isLast), next: isLast ? null : stepInputs(sound, steps.length, state) }
    },
  }
}

type Step = {
  request: { requestId: VerifiedStep['receipt']['requestId'] } & Pick<Asked, 'inputs' | 'commitmentSalt'>
  answer: VerifiedStep
}

/** 32 ms at 16,000 samples a second, and the 4 ms before them that the model hears again. */
const rate = 16_000
const windowLength = 512
const contextLength = 64
const soundMax = 10 * rate

const silentState = tensorFromValues({ name: 'state', datatype: 'FP32', shape: [2, 1, 128], values: new Array<number>(256).fill(0) })

function stepInputs(sound: Float32Array, step: number, state: Tensor): Tensor[] {
  const first = step * windowLength - contextLength
  const heard = Array.from({ length: contextLength + windowLength }, (_, at) => sound[first + at] ?? 0)
  return [
    tensorFromValues({ name: 'input', datatype: 'FP32', shape: [1, heard.length], values: heard }),
    { ...state, name: 'state' },
    tensorFromValues({ name: 'sr', datatype: 'INT64', shape: [], values: [BigInt(rate)] }),
  ]
}

/** One channel at 16,000 samples a second, whatever the file has. */
async function soundOf(file: Blob): Promise<Float32Array> {
  const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await file.arrayBuffer())
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, channel) => decoded.getChannelData(channel))
  return Float32Array.from(
    { length: decoded.length },
    (_, at) => channels.reduce((sum, each) => sum + (each[at] ?? 0), 0) / channels.length,
  )
}

function speechView(steps: readonly Step[], isLast: boolean): HTMLElement {
  const shares = steps.map(({ answer }) => Number(tensorValues((answer.outputs as readonly Tensor[])[0] as Tensor)[0]))
  const spoken = spansOf(shares).map(([from, to]) => `${seconds(from * windowLength)} to ${seconds(to * windowLength)}`)
  const said = spoken.length === 0 ? 'Nobody speaks' : `Somebody speaks: ${spoken.slice(0, 8).join(', ')}${spoken.length > 8 ? ', …' : ''}`
  const canvas = h('canvas', {
    width: 640,
    height: 60,
    class: 'line',
    role: 'img',
    'aria-label': 'How much each window sounds like speech',
  })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  for (const [at, share] of shares.entries()) {
    context.fillStyle = share > 0.5 ? '#2f7d6b' : '#9aa5ad'
    context.fillRect((at * 640) / shares.length, 60 - share * 60, Math.max(1, 640 / shares.length - 1), share * 60)
  }
  const together = isLast ? 'Together they verify as one sequence, of which no step is missing.' : 'More are under way.'
  return h(
    'div',
    {},
    isLast ? h('p', { class: 'verdict' }, said) : h('p', {}, said),
    canvas,
    h('p', { class: 'muted' }, `${steps.length} windows of 32 ms, each answered and verified under a receipt of its own. ${together}`),
  )
}

/** Runs of windows that count as speech. */
function spansOf(shares: readonly number[]): [number, number][] {
  const spans: [number, number][] = []
  for (const [at, share] of shares.entries()) {
    if (share <= 0.5) continue
    const last = spans.at(-1)
    if (last?.[1] === at) last[1] = at + 1
    else spans.push([at, at + 1])
  }
  return spans
}

function paint(canvas: HTMLCanvasElement, sound: Float32Array): void {
  const { width, height } = canvas
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#14202a'
  for (let x = 0; x < width; x++) {
    const part = sound.subarray(Math.floor((x * sound.length) / width), Math.floor(((x + 1) * sound.length) / width) + 1)
    const peak = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    context.fillRect(x, (height / 2) * (1 - peak), 1, Math.max(1, height * peak))
  }
}

function seconds(samples: number): string {
  return `${(samples / rate).toFixed(2)} s`
}
