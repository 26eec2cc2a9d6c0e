import { decodeAttestation } from '@nacre/verifier/attestation'
import { encodeBundle } from '@nacre/verifier/bundle'
import { fromHex } from '@nacre/verifier/bytes'
import { decodeCertificate } from '@nacre/verifier/certificate'
import type { LogPosition } from '@nacre/verifier/log-position'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { receiptKeyAddress } from '@nacre/verifier/receipt'
import type { Attested, AttestedAnswer } from '@nacre/verifier/session'
import { type Tensor, tensorValues } from '@nacre/verifier/tensor'
import { outputsView } from './any-model.ts'
import { state, type Wire } from './connection.ts'
import { facts, h, hexDump, mono, shortened } from './dom.ts'
import { readLine, sharesOf } from './pictures.ts'
import { programAnswer } from './programs.ts'

/** What the page shows of what it verified, or refused. */

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'FAILED'
}

export function refusalView(error: unknown): HTMLElement {
  const { message, expected, received } = error as { message?: string; expected?: string; received?: string }
  const [sentence = ''] = (message ?? String(error)).split(' (expected ')
  return h(
    'div',
    { class: 'outcome' },
    h('p', {}, h('strong', { class: 'bad' }, codeOf(error)), h('br'), sentence.slice(0, 600)),
    expected === undefined && received === undefined
      ? null
      : facts([
          ['Expected', shortened(expected ?? 'nothing')],
          ['Received', shortened(received ?? 'nothing')],
        ]),
  )
}

export function documentView({ enclave, attestation }: Attested): HTMLElement {
  const { keyset, signer } = enclave
  const document = decodeAttestation(attestation)
  const [claimed] = state.published.measurements
  const register = (index: number, expected: string | undefined): [string, HTMLElement] => {
    const value = document.pcrs.get(index) ?? 'absent'
    const same = expected !== undefined && value === expected.toLowerCase()
    const verdict =
      expected === undefined
        ? null
        : h('span', { class: same ? 'same' : 'other' }, `${same ? ' = ' : ' ≠ '}${state.published.ownCopy ? 'accepted' : 'published'}`)
    return [`PCR${index}`, h('span', {}, h('span', { class: 'mono', title: value }, `${value.slice(0, 18)}…${value.slice(-8)}`), verdict)]
  }
  const leaf = decodeCertificate(document.certificate)
  return h(
    'div',
    {},
    facts([
      ['Module', mono(document.moduleId)],
      ['Made at', timeText(document.timestampMs)],
      register(0, claimed?.pcr0),
      register(1, claimed?.pcr1),
      register(2, claimed?.pcr2),
      register(16, undefined),
      [
        'Chain',
        `${document.cabundle.length + 1} certificates, the last valid until ${new Date(leaf.notAfterMs).toISOString().slice(11, 16)} UTC`,
      ],
      ['Receipt key', mono(signer)],
      ...(keyset.keptReceiptKey === undefined
        ? []
        : [
            ['For contracts', h('span', {}, mono(receiptKeyAddress(fromHex(keyset.keptReceiptKey))), ' too, of all its enclaves')] as const,
          ]),
      ['HPKE key', mono(`${keyset.hpkePublicKey.slice(0, 22)}…`)],
      ['Log', mono(keyset.logName)],
      ['Models', `${keyset.modelIds.length}, all in PCR16`],
      ['Size', `${attestation.length.toLocaleString('en')} bytes`],
    ]),
    state.published.simulated
      ? h('p', { class: 'muted' }, 'Signed by a simulated hypervisor: real formats and real checks, and no hardware behind them.')
      : null,
  )
}

export function answerView({ inference, model: { manifest } }: AttestedAnswer, inputs: readonly Tensor[]): HTMLElement {
  const program = programAnswer(manifest, inference.outputs, inputs)
  if (program !== null) return program
  const [output] = inference.outputs
  if (output === undefined) return h('p', {}, 'No output')
  if (manifest.name === 'ocr')
    return h(
      'div',
      {},
      h('p', { class: 'verdict' }, readLine(output, manifest.labels) || '(nothing legible)'),
      h('p', { class: 'muted' }, `${output.data.length.toLocaleString('en')} bytes of probabilities, all under one hash.`),
    )
  if (manifest.labels.length < 2 || output.datatype === 'BYTES') return outputsView(inference.outputs)
  const shares = sharesOf(output)
  const order = [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0)).slice(0, 5)
  return h(
    'div',
    {},
    h('p', { class: 'verdict' }, says(output, manifest)),
    h(
      'ul',
      { class: 'bars' },
      ...order.map((index) => {
        const percent = `${((shares[index] ?? 0) * 100).toFixed(1)} %`
        const label = manifest.labels[index] ?? String(index)
        return h(
          'li',
          {},
          h('span', {}, label),
          h('meter', { min: 0, max: 1, value: (shares[index] ?? 0).toFixed(4), 'aria-label': label }),
          h('span', { class: 'n' }, percent),
        )
      }),
    ),
    h(
      'p',
      { class: 'muted' },
      'Shares are computed here from the signed outputs. They are the model’s opinion, and the receipt says what was computed, not that it is right.',
    ),
  )
}

/** An output in a few words. */
export function says(output: Tensor | undefined, { name, labels }: ModelManifest): string {
  if (output === undefined) return 'kept back'
  if (name === 'ocr') return readLine(output, labels)
  if (output.datatype === 'BYTES') return tensorValues(output).map(String).join('\n').slice(0, 2000)
  if (labels.length < 2) return tensorValues(output).slice(0, 4).map(String).join(', ')
  const shares = sharesOf(output)
  return labels[shares.indexOf(Math.max(...shares))] ?? 'no label'
}

/** @param position `undefined` where it is not (yet) proven */
export function receiptView({ inference, bundle, model: { id } }: AttestedAnswer, position: LogPosition | undefined): HTMLElement {
  const { receipt, signer, kept, keyset } = inference
  const whole = position === undefined ? bundle : { ...bundle, inclusion: position.inclusion, note: position.note }
  const file = URL.createObjectURL(new Blob([encodeBundle(whole) as BlobPart], { type: 'application/octet-stream' }))
  return h(
    'div',
    {},
    facts([
      ['Request', mono(receipt.requestId)],
      ['Model', mono(id)],
      ['Input', mono(receipt.inputHash)],
      ['Output', mono(receipt.outputHash)],
      ['Time', timeText(Number(receipt.timestampMs), 23)],
      ['Signer', mono(signer)],
      ...(kept === null ? [] : [['For its contract', h('span', {}, mono(kept.signer), ' too, of all enclaves of this image')] as const]),
      ['Log', mono(keyset.logName)],
      [
        'Place',
        position === undefined
          ? `number ${receipt.sequence}, as signed`
          : h('span', {}, `leaf ${receipt.sequence} of ${position.head.treeSize}, under `, mono(position.head.rootHash)),
      ],
    ]),
    h('p', { class: 'row' }, h('a', { href: file, download: 'answer.nacre' }, 'Keep all evidence as answer.nacre')),
  )
}

export function sentView(inputs: readonly Tensor[]): HTMLElement {
  const shown = inputs.map((tensor) => {
    const values = tensorValues(tensor)
      .slice(0, 48)
      .map((value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))
    return `input "${tensor.name}" ${tensor.datatype} [${tensor.shape.join(', ')}]\n${values.join(' ')}${tensor.data.length > 400 ? ' …' : ''}`
  })
  return h('div', {}, h('p', { class: 'muted' }, 'Inside this page, before it is encrypted:'), h('pre', { tabindex: 0 }, shown.join('\n')))
}

export function seenView(wire: Wire | undefined): HTMLElement {
  if (wire === undefined) return h('p', { class: 'muted' }, 'Nothing: nothing was sent.')
  const { pathname } = new URL(wire.url)
  const lines = (headers: [string, string][]) => headers.map(([name, value]) => `${name}: ${value}`).join('\n')
  return h(
    'div',
    {},
    h('p', { class: 'muted' }, 'All of it, request and answer. Which model is asked, sizes and times show; the rest is ciphertext.'),
    h('pre', { tabindex: 0 }, `POST ${pathname}\n${lines(wire.headers)}\n\n${hexDump(wire.request)}`),
    h('pre', { tabindex: 0 }, `${wire.status}\n${lines(wire.responseHeaders)}\n\n${hexDump(wire.response)}`),
  )
}

export function timeText(timestampMs: number, length = 19): string {
  return `${new Date(timestampMs).toISOString().replace('T', ' ').slice(0, length)} UTC`
}
