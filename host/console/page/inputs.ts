import { fromBase64 } from '@nacre/verifier/base64'
import type { Hex } from '@nacre/verifier/bytes'
import type { VerifiedInference } from '@nacre/verifier/inference'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { requestInput } from './any-model.ts'
import { h } from './dom.ts'
import { digitTensor, garmentTensor, greyOf, lineTensor } from './pictures.ts'
import { pageInput, promptInput, textInput } from './programs.ts'
import { soundInput } from './sound.ts'

/** A way to give one model its input: something to draw on, drop into or fill in. */
export type InputView = {
  element: HTMLElement
  tensors(): Tensor[]
  show(sample: SampleFile): void
  /** For inputs that take several questions: what to show of the answers so far, and what to ask next. `undefined` where this one is all. */
  follow?(asked: Asked): Promise<{ view: HTMLElement; next: Tensor[] | null } | undefined>
}

/** A question and its verified answer. */
export type Asked = { inputs: readonly Tensor[]; commitmentSalt: Hex | undefined; inference: VerifiedInference }

export type SampleFile = {
  label: string
  tensor?: Parameters<typeof tensorFromValues>[0]
  inputs?: readonly { [key: string]: unknown }[]
  image?: { width: number; height: number; grey: string }
  /** Address of a picture. */
  png?: string
}

/** @param program what a program model does; `null` for others */
export function inputFor(model: string, program: string | null): InputView {
  if (program === 'generate-text') return promptInput()
  if (program === 'embed-text') return textInput('whale\nship\ncongress', false)
  if (program === 'classify-text') return textInput('Make $5,000 per week from home!!! Click here now to order your FREE report.', true)
  if (program === 'read-text') return pageInput()
  if (model === 'digits') return digitInput('FP32')
  if (model === 'digits-int') return digitInput('UINT8')
  if (model === 'garment') return garmentInput()
  if (model === 'ocr') return lineInput()
  if (model === 'health') return tableInput()
  if (model === 'vad') return soundInput()
  return requestInput()
}

/** A 32×32 field; each dot inks four of its points. By pointer, or by arrow keys and space. */
function digitInput(datatype: 'FP32' | 'UINT8'): InputView {
  const ink = new Uint8Array(32 * 32)
  let given: Tensor | undefined
  let cursor = { x: 16, y: 8 }
  const canvas = h('canvas', {
    width: 256,
    height: 256,
    class: 'picture',
    tabindex: 0,
    role: 'img',
    'aria-label': 'Drawing field. Draw a digit with the pointer, or move with the arrow keys and ink with space; Escape clears.',
  })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const paint = () => {
    context.fillStyle = '#fff'
    context.fillRect(0, 0, 256, 256)
    if (given !== undefined) {
      for (const [index, value] of tensorValues(given).map(Number).entries()) {
        context.fillStyle = `rgb(20 32 42 / ${value / 16})`
        context.fillRect((index % 8) * 32, Math.floor(index / 8) * 32, 32, 32)
      }
    } else {
      context.fillStyle = '#14202a'
      for (let at = 0; at < ink.length; at++) if (ink[at] === 1) context.fillRect((at % 32) * 8, Math.floor(at / 32) * 8, 8, 8)
    }
    if (document.activeElement === canvas) {
      context.strokeStyle = '#2f5f78'
      context.lineWidth = 2
      context.strokeRect(cursor.x * 8 - 8, cursor.y * 8 - 8, 24, 24)
    }
  }
  const dot = (x: number, y: number) => {
    if (given !== undefined) clear()
    for (let dy = -1; dy <= 2; dy++)
      for (let dx = -1; dx <= 2; dx++) {
        const [column, row] = [x + dx, y + dy]
        if (column >= 0 && column < 32 && row >= 0 && row < 32 && Math.hypot(dx - 0.5, dy - 0.5) < 1.9) ink[row * 32 + column] = 1
      }
  }
  const clear = () => {
    given = undefined
    ink.fill(0)
  }
  let last: { x: number; y: number } | undefined
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    return { x: Math.floor(((event.clientX - left) / width) * 32), y: Math.floor(((event.clientY - top) / height) * 32) }
  }
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    last = at(event)
    dot(last.x, last.y)
    paint()
  })
  canvas.addEventListener('pointermove', (event) => {
    if (last === undefined) return
    const next = at(event)
    const steps = Math.max(Math.abs(next.x - last.x), Math.abs(next.y - last.y), 1)
    for (let i = 1; i <= steps; i++)
      dot(Math.round(last.x + ((next.x - last.x) * i) / steps), Math.round(last.y + ((next.y - last.y) * i) / steps))
    last = next
    paint()
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(end, () => {
      last = undefined
    })
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (step !== undefined) {
      cursor = { x: Math.min(31, Math.max(0, cursor.x + (step[0] ?? 0))), y: Math.min(31, Math.max(0, cursor.y + (step[1] ?? 0))) }
      if (event.shiftKey) dot(cursor.x, cursor.y)
    } else if (event.key === ' ') dot(cursor.x, cursor.y)
    else if (event.key === 'Escape') clear()
    else return
    event.preventDefault()
    paint()
  })
  for (const change of ['focus', 'blur'] as const) canvas.addEventListener(change, paint)
  paint()
  const wipe = () => {
    clear()
    paint()
  }
  return {
    element: h(
      'div',
      {},
      canvas,
      h(
        'p',
        { class: 'row' },
        h('button', { type: 'button', click: wipe }, 'Clear'),
        h('span', { class: 'muted' }, 'Draw a digit, large and centred.'),
      ),
    ),
    tensors: () => [given ?? digitTensor(ink, datatype)],
    show(sample) {
      clear()
      given = sample.tensor === undefined ? undefined : tensorFromValues(sample.tensor)
      paint()
    },
  }
}

function garmentInput(): InputView {
  let grey = new Array<number>(28 * 28).fill(0)
  const canvas = h('canvas', {
    width: 28,
    height: 28,
    class: 'picture',
    role: 'img',
    'aria-label': 'The picture as the model sees it, 28 by 28 pixels',
  })
  const paint = () => paintGrey(canvas, grey, 28, 28)
  const take = async (file: Blob) => {
    grey = greyOf(await squared(await createImageBitmap(file)), 28, 28)
    paint()
  }
  paint()
  const element = h('div', {}, canvas, pictureChooser('garment-file', take))
  acceptDrops(element, take)
  return {
    element,
    tensors: () => [garmentTensor(grey)],
    show({ tensor }) {
      if (tensor === undefined) return
      grey = tensor.values.map(Number)
      paint()
    },
  }
}

function lineInput(): InputView {
  let line = { grey: new Array<number>(48 * 48).fill(255), width: 48 }
  const canvas = h('canvas', {
    width: 48,
    height: 48,
    class: 'line',
    role: 'img',
    'aria-label': 'The line as the model sees it, 48 pixels high',
  })
  const text = h('input', { id: 'line-text', type: 'text', value: 'Paid 1,284.50 EUR', maxlength: 60 })
  const set = (source: CanvasImageSource, width: number) => {
    line = { grey: greyOf(source, width, 48), width }
    canvas.width = width
    paintGrey(canvas, line.grey, width, 48)
  }
  const write = () => {
    const drawing = document.createElement('canvas')
    const context = drawing.getContext('2d') as CanvasRenderingContext2D
    const font = '32px "DejaVu Sans", Verdana, sans-serif'
    context.font = font
    drawing.width = Math.min(1600, Math.max(48, Math.ceil(context.measureText(text.value).width) + 14))
    drawing.height = 48
    context.fillStyle = '#fff'
    context.fillRect(0, 0, drawing.width, 48)
    context.fillStyle = '#000'
    context.font = font
    context.textBaseline = 'middle'
    context.fillText(text.value, 7, 25)
    set(drawing, drawing.width)
  }
  const take = async (file: Blob) => {
    const bitmap = await createImageBitmap(file)
    set(bitmap, Math.min(1600, Math.max(16, Math.round((bitmap.width * 48) / bitmap.height))))
  }
  text.addEventListener('input', write)
  write()
  const element = h(
    'div',
    {},
    canvas,
    h('label', { for: 'line-text' }, 'Type or paste a line; it is drawn here, and read inside the enclave'),
    text,
    pictureChooser('line-file', take),
  )
  acceptDrops(element, take)
  return {
    element,
    tensors: () => [lineTensor(line.grey, line.width)],
    show({ image }) {
      const bytes = image === undefined ? undefined : fromBase64(image.grey)
      if (image === undefined || bytes === undefined) return
      line = { grey: [...bytes], width: image.width }
      canvas.width = image.width
      paintGrey(canvas, line.grey, image.width, 48)
    },
  }
}

const measures = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dim.',
]

function tableInput(): InputView {
  const names = ['mean', 'error', 'worst'].flatMap((kind) => measures.map((measure) => `${measure}, ${kind}`))
  const fields = names.map((_, index) => h('input', { id: `feature-${index}`, type: 'number', step: 'any', value: 0 }))
  const labelled = fields.map((field, index) => h('div', {}, h('label', { for: `feature-${index}` }, names[index] ?? ''), field))
  return {
    element: h(
      'div',
      {},
      h('p', { class: 'muted' }, 'Thirty measurements of a biopsy. A demonstration of private tabular inference, not a medical device.'),
      h('div', { class: 'fields', tabindex: 0, role: 'group', 'aria-label': 'Measurements' }, ...labelled),
    ),
    tensors: () => [
      tensorFromValues({ name: 'features', datatype: 'FP32', shape: [1, 30], values: fields.map(({ value }) => Number(value)) }),
    ],
    show({ tensor }) {
      for (const [index, value] of (tensor?.values ?? []).entries()) if (fields[index] !== undefined) fields[index].value = String(value)
    },
  }
}

function paintGrey(canvas: HTMLCanvasElement, grey: readonly number[], width: number, height: number): void {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const image = context.createImageData(width, height)
  for (const [index, value] of grey.entries()) image.data.set([value, value, value, 255], 4 * index)
  context.putImageData(image, 0, 0)
}

async function squared(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const size = Math.max(bitmap.width, bitmap.height)
  const canvas = new OffscreenCanvas(size, size)
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  context.fillStyle = '#fff'
  context.fillRect(0, 0, size, size)
  context.drawImage(bitmap, (size - bitmap.width) / 2, (size - bitmap.height) / 2)
  return createImageBitmap(canvas)
}

export function pictureChooser(id: string, take: (file: Blob) => Promise<void>): HTMLElement {
  const input = h('input', { id, type: 'file', accept: 'image/*' })
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file !== undefined) take(file).catch(() => undefined)
  })
  return h(
    'p',
    { class: 'row' },
    h('label', { for: id, class: 'file' }, 'Choose a picture'),
    input,
    h('span', { class: 'muted' }, 'or drop one here; it stays in this page until it is encrypted.'),
  )
}

export function acceptDrops(element: HTMLElement, take: (file: Blob) => Promise<void>): void {
  element.addEventListener('dragover', (event) => {
    event.preventDefault()
    element.dataset.over = ''
  })
  element.addEventListener('dragleave', () => delete element.dataset.over)
  element.addEventListener('drop', (event) => {
    event.preventDefault()
    delete element.dataset.over
    const [file] = event.dataTransfer?.files ?? []
    if (file !== undefined) take(file).catch(() => undefined)
  })
}
