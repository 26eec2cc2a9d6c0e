import { decodeJsonTensor } from '@nacre/verifier/response'
import { type Tensor, tensorValues } from '@nacre/verifier/tensor'
import { h } from './dom.ts'
import type { InputView } from './inputs.ts'

/** Input of a model that the page has no picture for: the inputs of an Open Inference Protocol request, as text. */
export function requestInput(): InputView {
  const text = h(
    'textarea',
    { id: 'request-inputs', rows: 12, spellcheck: false },
    '[{"name": "", "datatype": "FP32", "shape": [1], "data": [0]}]',
  )
  const element = h('div', {}, h('label', { for: 'request-inputs' }, 'Inputs, in the JSON of the Open Inference Protocol'), text)
  return {
    element,
    tensors: () => (JSON.parse(text.value) as { [key: string]: unknown }[]).map(decodeJsonTensor),
    show({ inputs, tensor }) {
      const shown = inputs ?? (tensor === undefined ? [] : [{ ...tensor, values: undefined, data: tensor.values }])
      text.value = JSON.stringify(shown, null, 1)
    },
  }
}

/** The signed outputs as they are. */
export function outputsView(outputs: readonly Tensor[]): HTMLElement {
  return h('div', {}, ...outputs.flatMap((output, index) => outputView(output, index === 0)))
}

function outputView(output: Tensor, isFirst: boolean): HTMLElement[] {
  const values = output.data.length > shownBytesMax ? undefined : tensorValues(output)
  const beginning = values
    ?.slice(0, shownValuesMax)
    .map(String)
    .join(output.datatype === 'BYTES' ? '\n' : ', ')
  const rest = values === undefined || values.length > shownValuesMax ? ' …' : ''
  const form = `${output.name}, ${output.datatype} [${output.shape.map(String).join(', ')}]`
  return [
    h('p', { class: 'muted' }, form),
    h('p', { class: isFirst ? 'verdict' : 'n' }, `${beginning ?? `${output.data.length.toLocaleString('en')} bytes`}${rest}`),
  ]
}

const shownValuesMax = 24
const shownBytesMax = 1 << 20
