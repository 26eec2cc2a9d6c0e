import type { Hex } from '@nacre/verifier/bytes'
import { type CommitmentSide, type Opening, openElement, verifyOpening } from '@nacre/verifier/commitment'
import type { Receipt } from '@nacre/verifier/receipt'
import { type Tensor, tensorValues } from '@nacre/verifier/tensor'
import { facts, h, mono } from './dom.ts'
import { refusalView } from './views.ts'

/** Shows single values of an answer whose receipt holds salted commitments: each as a file of its own, which says nothing of the others. */
export function openingMaker(parts: { receipt: Receipt; inputs: readonly Tensor[]; outputs: readonly Tensor[]; salt: Hex }): HTMLElement {
  const { receipt, inputs, outputs, salt } = parts
  const sides: { side: CommitmentSide; tensors: readonly Tensor[] }[] = [
    { side: 'input', tensors: inputs },
    { side: 'output', tensors: outputs },
  ]
  const choices = sides.flatMap(({ side, tensors }) => tensors.map(({ name }) => ({ side, tensors, name })))
  const which = h(
    'select',
    { id: 'opening-tensor' },
    ...choices.map(({ side, name }, index) => h('option', { value: index }, `${side} “${name}”`)),
  )
  const element = h('input', { id: 'opening-element', type: 'number', min: 0, step: 1, value: 0 })
  const result = h('div', { id: 'opening-made', 'aria-live': 'polite' })
  const make = () => {
    const choice = choices[Number(which.value)]
    if (choice === undefined) return
    try {
      const opening = openElement({ tensors: choice.tensors, salt, side: choice.side, tensor: choice.name, element: Number(element.value) })
      const file = URL.createObjectURL(new Blob([`${JSON.stringify(opening)}\n`], { type: 'application/json' }))
      result.replaceChildren(
        openedView(opening, receipt),
        h('p', {}, h('a', { href: file, download: 'opening.json' }, 'Keep it as opening.json')),
      )
    } catch (error) {
      result.replaceChildren(refusalView(error))
    }
  }
  return h(
    'div',
    { class: 'opening' },
    h('h3', {}, 'Show one value and keep the others'),
    h(
      'div',
      { class: 'row' },
      h('div', {}, h('label', { for: 'opening-tensor' }, 'Tensor'), which),
      h('div', {}, h('label', { for: 'opening-element' }, 'Element'), element),
      h('button', { type: 'button', id: 'open-element', click: make }, 'Show it'),
    ),
    result,
  )
}

/** What an opening proves against a verified receipt. @throws `OPENING_MALFORMED`, `OPENING_MISMATCH` */
export function openedView(opening: Opening, receipt: Receipt): HTMLElement {
  const commitment = opening.side === 'output' ? receipt.outputHash : receipt.inputHash
  const { side, block, first, shape } = verifyOpening({ commitment, opening })
  return h(
    'div',
    { class: 'outcome' },
    h('p', { class: 'good' }, '✓ In the receipt, and nothing else is shown.'),
    facts([
      [`${side} “${block.name}”`, mono(`[${first}] = ${tensorValues(block).map(String).join(', ').slice(0, 400)}`)],
      ['Of', `${block.datatype} [${shape.join(', ')}]`],
      ['Commitment', mono(commitment)],
    ]),
  )
}
