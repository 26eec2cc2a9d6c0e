import { encodeGenerationParameters } from '@nacre/verifier/generation'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { h } from './dom.ts'
import { acceptDrops, type InputView, pictureChooser, type SampleFile } from './inputs.ts'

/** Inputs and outputs of program models: text to continue, lines to compare or classify, pages to read. */

export function promptInput(): InputView {
  const prompt = h('textarea', { id: 'prompt', rows: 5, maxlength: 4000 }, 'The whale')
  const field = (id: string, label: string, value: number, most: number) => {
    const input = h('input', { id, type: 'number', min: 0, max: most, step: 1, value })
    return { input, element: h('div', {}, h('label', { for: id }, label), input) }
  }
  const tokens = field('max-tokens', 'Tokens at most', 64, 4096)
  const temperature = field('temperature', 'Temperature, thousandths', 700, 2000)
  const seed = field('seed', 'Seed', 7, Number.MAX_SAFE_INTEGER)
  return {
    element: h(
      'div',
      {},
      h('label', { for: 'prompt' }, 'Text to continue; it leaves this page encrypted'),
      prompt,
      h('div', { class: 'fields' }, tokens.element, temperature.element, seed.element),
      h(
        'p',
        { class: 'muted' },
        'The same text, parameters and seed give the same answer, bit for bit: that is what lets others compute it again.',
      ),
    ),
    tensors: () => {
      const parameters = encodeGenerationParameters({
        max_tokens: Number(tokens.input.value),
        temperature: Number(temperature.input.value),
        top_p: 950,
        seed: Number(seed.input.value),
        stop: [],
      })
      return [textTensor('prompt', [prompt.value]), textTensor('parameters', [new TextDecoder().decode(parameters)])]
    },
    show(sample) {
      prompt.value = textsOf(sample, 'prompt')[0] ?? prompt.value
    },
  }
}

/** @param isOne the whole field is one text, not one a line */
export function textInput(example: string, isOne: boolean): InputView {
  const text = h('textarea', { id: 'text', rows: 6, maxlength: 20_000 }, example)
  const label = isOne ? 'A text; it leaves this page encrypted' : 'One text a line; they leave this page encrypted'
  const lines = () => text.value.split('\n').filter((line) => line.trim() !== '')
  return {
    element: h('div', {}, h('label', { for: 'text' }, label), text),
    tensors: () => [textTensor('text', isOne ? [text.value] : lines())],
    show(sample) {
      const texts = textsOf(sample, 'text')
      if (texts.length > 0) text.value = texts.join('\n')
    },
  }
}

/** A picture with text in it: a photograph, a scan. */
export function pageInput(): InputView {
  const canvas = h('canvas', { width: 480, height: 120, class: 'page', role: 'img', 'aria-label': 'The page as the model sees it' })
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D
  const text = h('textarea', { id: 'page-text', rows: 3, maxlength: 600 }, 'Invoice 2026-118\nTotal due: 1,284.50 EUR')
  const write = () => {
    const lines = text.value.split('\n')
    const font = '28px "DejaVu Sans", Verdana, sans-serif'
    context.font = font
    const widths = lines.map((line) => context.measureText(line).width)
    canvas.width = Math.min(pageSideMax, Math.max(320, Math.ceil(Math.max(...widths)) + 48))
    canvas.height = Math.min(pageSideMax, lines.length * 44 + 40)
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = '#000'
    context.font = font
    context.textBaseline = 'top'
    for (const [index, line] of lines.entries()) context.fillText(line, 24, 26 + index * 44)
  }
  const take = async (file: Blob) => {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, pageSideMax / Math.max(bitmap.width, bitmap.height))
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  }
  text.addEventListener('input', write)
  write()
  const element = h(
    'div',
    {},
    canvas,
    h('label', { for: 'page-text' }, 'Type some lines; they are drawn here, and read inside the enclave'),
    text,
    pictureChooser('page-file', take),
  )
  acceptDrops(element, take)
  return {
    element,
    tensors() {
      const { width, height } = canvas
      const { data } = context.getImageData(0, 0, width, height)
      const rgb = new Uint8Array(width * height * 3)
      for (let from = 0, to = 0; from < data.length; from += 4) for (let i = 0; i < 3; i++) rgb[to++] = data[from + i] ?? 0
      return [{ name: 'image', datatype: 'UINT8', shape: [BigInt(height), BigInt(width), 3n], data: rgb }]
    },
    show({ png }) {
      if (png === undefined) return
      fetch(png)
        .then((response) => response.blob())
        .then(take)
        .catch(() => undefined)
    },
  }
}

/** `null` for models whose answer is shown in another way. */
export function programAnswer(manifest: ModelManifest, outputs: readonly Tensor[], inputs: readonly Tensor[]): HTMLElement | null {
  if (manifest.platform !== 'nacre_program') return null
  const output = (name: string) => outputs.find((tensor) => tensor.name === name)
  const { name } = manifest.program
  if (name === 'generate-text') {
    const [prompt, text] = [inputs.find((tensor) => tensor.name === 'prompt'), output('text')].map((tensor) => textOf(tensor)[0] ?? '')
    const [asked = 0n, made = 0n] = numbersOf(output('usage'))
    return h(
      'div',
      {},
      h('p', { class: 'text' }, h('span', { class: 'muted' }, prompt ?? ''), h('span', { class: 'verdict' }, text ?? '')),
      h(
        'p',
        { class: 'muted' },
        `${asked} tokens read, ${made} written, ended by ${textOf(output('finish_reason'))[0] === 'stop' ? 'itself' : 'the length'}.`,
      ),
    )
  }
  if (name === 'embed-text') return similarities(output('embedding'), textOf(inputs[0]))
  if (name === 'read-text') {
    const scores = numbersOf(output('scores')).map(Number)
    const lines = textOf(output('text'))
    return h(
      'div',
      {},
      h('p', { class: 'verdict lines' }, lines.join('\n') || '(nothing legible)'),
      h(
        'p',
        { class: 'muted' },
        `${lines.length} lines, read with ${Math.round((scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)) * 100)} % confidence by the model’s own account.`,
      ),
    )
  }
  return null
}

/** How near the texts are to the first, by the angle between their vectors. */
function similarities(embedding: Tensor | undefined, texts: readonly string[]): HTMLElement {
  const values = numbersOf(embedding).map(Number)
  const width = Number(embedding?.shape[1] ?? 0n)
  const rows = texts.map((_, index) => values.slice(index * width, (index + 1) * width))
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
  const [first = []] = rows
  const near = rows.map((row) => dot(first, row) / (Math.sqrt(dot(first, first) * dot(row, row)) || 1))
  return h(
    'div',
    {},
    h('p', { class: 'verdict' }, `${texts.length} × ${width} numbers`),
    h(
      'ul',
      { class: 'bars' },
      ...texts.slice(1, 9).map((text, index) => {
        const share = near[index + 1] ?? 0
        return h(
          'li',
          {},
          h('span', {}, text.slice(0, 60)),
          h('meter', { min: 0, max: 1, value: Math.max(0, share).toFixed(4), 'aria-label': text.slice(0, 60) }),
          h('span', { class: 'n' }, share.toFixed(3)),
        )
      }),
    ),
    h('p', { class: 'muted' }, `Nearness to “${(texts[0] ?? '').slice(0, 60)}”, computed here from the signed vectors.`),
  )
}

function textTensor(name: string, values: readonly string[]): Tensor {
  return tensorFromValues({ name, datatype: 'BYTES', shape: [values.length], values: [...values] })
}

function textOf(tensor: Tensor | undefined): string[] {
  return tensor === undefined ? [] : tensorValues(tensor).map(String)
}

function numbersOf(tensor: Tensor | undefined): (number | bigint)[] {
  return tensor === undefined ? [] : (tensorValues(tensor) as (number | bigint)[])
}

function textsOf({ inputs = [], tensor }: SampleFile, name: string): string[] {
  const given = inputs.find((input) => input.name === name) ?? (tensor === undefined ? undefined : { data: tensor.values })
  return Array.isArray(given?.data) ? given.data.map(String) : []
}

/** What a phone's photograph is scaled down to: lines of text stay legible. */
const pageSideMax = 1600
