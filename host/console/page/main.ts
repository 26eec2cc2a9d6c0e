import { decodeAttestation } from '@nacre/verifier/attestation'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import type { Hex } from '@nacre/verifier/bytes'
import { type Certificate, certificateFromPem, decodeCertificate } from '@nacre/verifier/certificate'
import { VerifierError } from '@nacre/verifier/errors'
import type { NacreFetch } from '@nacre/verifier/nacre-fetch'
import type { Policy } from '@nacre/verifier/policy'
import { encodeInferRequest } from '@nacre/verifier/response'
import type { Attested, AttestedAnswer } from '@nacre/verifier/session'
import type { Tensor } from '@nacre/verifier/tensor'
import { tensorValues } from '@nacre/verifier/tensor'
import type { VerificationCheck } from '@nacre/verifier/verification-check'
import { createNacreFetch } from '@nacre/verifier/web/fetch'
import type { Published } from '../routes.ts'
import { outputsView } from './any-model.ts'
import { byId, facts, h, hexDump, mono, shortened } from './dom.ts'
import { acceptDrops, type InputView, inputFor, type SampleFile } from './inputs.ts'
import { readLine, softmax } from './pictures.ts'

/** What passed between this page and the host in one exchange: all that the host could keep. */
type Wire = {
  url: string
  headers: [string, string][]
  request: Uint8Array
  status: number
  responseHeaders: [string, string][]
  response: Uint8Array
}

let published: Published
let client: NacreFetch | undefined
let view: InputView
let model = 'digits'
let wire: Wire | undefined
/** Where the checks of what is under way are written. */
let onCheck: (check: VerificationCheck) => void = () => undefined

const explained: { [check in VerificationCheck]: string } = {
  form: 'A Nitro document, read strictly',
  root: 'Its chain starts at the root you accept',
  dates: 'Every certificate is valid now',
  chain: 'Each certificate signed by the one before',
  'COSE signature': 'The document signed by the last of them',
  freshness: 'Made within the last ten minutes',
  nonce: 'Made for the nonce this page drew',
  debug: 'Not in debug mode',
  measurement: 'The code is the one you accept',
  purpose: 'Made to vouch for keys',
  keyset: 'These keys and no others',
  models: 'The models were measured at boot',
  'TLS key': 'TLS ends at the attested key',
  'answer form': 'An answer with a receipt',
  audience: 'For the audience that was asked for',
  'receipt signature': 'Signed by the key in the document',
  'receipt time': 'Made just now',
  request: 'For this very request',
  model: 'By the model that was asked',
  input: 'From the input that was sent',
  output: 'With the output that came back',
}
const attestationOrder: VerificationCheck[] = [
  'form',
  'root',
  'dates',
  'chain',
  'COSE signature',
  'freshness',
  'nonce',
  'debug',
  'measurement',
  'purpose',
  'keyset',
  'models',
]
const answerOrder: VerificationCheck[] = [
  'answer form',
  'audience',
  'receipt signature',
  'receipt time',
  'request',
  'model',
  'input',
  'output',
]

/** Keeps a copy of what passes. It is the only way out of this page. */
const recordingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (init?.method !== 'POST') return response
  const copy = new Uint8Array(await response.clone().arrayBuffer())
  wire = {
    url: String(input),
    headers: Object.entries((init.headers ?? {}) as Record<string, string>),
    request: init.body as Uint8Array,
    status: response.status,
    responseHeaders: [...response.headers].filter(([name]) => /^(content-type|ehbp-|inference-)/.test(name)),
    response: copy,
  }
  return response
}

function accepted(): { root: Certificate; policy: Policy } {
  const pem = (byId('root') as HTMLTextAreaElement).value.trim()
  const pcr0 = (byId('pcr0') as HTMLInputElement).value.trim() as Hex
  return { root: pem === '' ? awsNitroRootG1 : certificateFromPem(pem), policy: { measurements: [{ pcr0 }], modelIds: 'any-measured' } }
}

function connect(path = '/'): NacreFetch {
  const url = new URL(path, location.origin)
  return createNacreFetch({ url, ...accepted(), fetch: recordingFetch, onCheck: (check) => onCheck(check) })
}

/** A list of checks that fill in as they pass, each with the time since the one before. */
function checklist(list: HTMLElement, order: readonly VerificationCheck[]) {
  const items = new Map(
    order.map((check) => {
      const item = h(
        'li',
        {},
        h('span', { class: 'mark', 'aria-hidden': 'true' }, '·'),
        h('span', { class: 'what' }, explained[check]),
        h('span', { class: 'ms' }),
      )
      return [check, item] as const
    }),
  )
  list.replaceChildren(...items.values())
  const mark = (item: HTMLElement, ok: boolean, text: string, said: string) => {
    item.dataset.ok = String(ok)
    item.querySelector('.mark')?.replaceChildren(ok ? '✓' : '✗')
    item.querySelector('.what')?.append(h('span', { class: 'visually-hidden' }, ` (${said})`))
    item.querySelector('.ms')?.replaceChildren(text)
  }
  let beforeMs = performance.now()
  return {
    passed(check: VerificationCheck) {
      const item = items.get(check)
      if (item === undefined || item.dataset.ok !== undefined) return
      mark(item, true, `${(performance.now() - beforeMs).toFixed(1)} ms`, 'passed')
      beforeMs = performance.now()
    },
    restart() {
      beforeMs = performance.now()
    },
    failed(code: string) {
      const item = [...items.values()].find(({ dataset }) => dataset.ok === undefined)
      if (item !== undefined) mark(item, false, code, 'failed')
    },
  }
}

function setState(kind: 'good' | 'bad' | 'warn' | 'none', text: string): void {
  const state = byId('state')
  state.dataset.kind = kind
  state.replaceChildren(text)
}

async function verify(): Promise<void> {
  const button = byId('verify') as HTMLButtonElement
  const send = byId('send') as HTMLButtonElement
  button.disabled = true
  send.disabled = true
  setState('none', 'Verifying…')
  const startedMs = performance.now()
  const checks = checklist(byId('attestation-checks'), attestationOrder)
  onCheck = checks.passed
  client?.close()
  client = undefined
  try {
    const opened = connect()
    const attested = await opened.attested()
    client = opened
    byId('verify-time').replaceChildren(`${Math.round(performance.now() - startedMs)} ms, network included`)
    byId('document').replaceChildren(documentView(attested))
    setState(published.simulated ? 'warn' : 'good', published.simulated ? 'Verified, in a simulation' : 'Verified enclave')
    send.disabled = false
  } catch (error) {
    checks.failed(codeOf(error))
    byId('document').replaceChildren(refusalView(error))
    setState('bad', 'Refused: nothing is sent')
  } finally {
    button.disabled = false
  }
}

function documentView({ enclave, attestation }: Attested): HTMLElement {
  const { keyset, signer } = enclave
  const document = decodeAttestation(attestation)
  const [publishedMeasurement] = published.measurements
  const register = (index: number, expected: string | undefined): [string, HTMLElement] => {
    const value = document.pcrs.get(index) ?? 'absent'
    const same = expected !== undefined && value === expected.toLowerCase()
    const verdict = expected === undefined ? null : h('span', { class: same ? 'same' : 'other' }, same ? ' = published' : ' ≠ published')
    return [`PCR${index}`, h('span', {}, h('span', { class: 'mono', title: value }, `${value.slice(0, 18)}…${value.slice(-8)}`), verdict)]
  }
  const leaf = decodeCertificate(document.certificate)
  return h(
    'div',
    {},
    facts([
      ['Module', mono(document.moduleId)],
      ['Made at', new Date(document.timestampMs).toISOString().replace('T', ' ').slice(0, 19)],
      register(0, publishedMeasurement?.pcr0),
      register(1, publishedMeasurement?.pcr1),
      register(2, publishedMeasurement?.pcr2),
      register(16, undefined),
      [
        'Chain',
        `${document.cabundle.length + 1} certificates, the last valid until ${new Date(leaf.notAfterMs).toISOString().slice(11, 16)} UTC`,
      ],
      ['Receipt key', mono(signer)],
      ['HPKE key', mono(`${keyset.hpkePublicKey.slice(0, 22)}…`)],
      ['Log', mono(keyset.logName)],
      ['Models', `${keyset.modelIds.length}, all in PCR16`],
      ['Size', `${attestation.length.toLocaleString('en')} bytes`],
    ]),
    published.simulated
      ? h('p', { class: 'muted' }, 'Signed by a simulated hypervisor: real formats and real checks, and no hardware behind them.')
      : null,
  )
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'FAILED'
}

function refusalView(error: unknown): HTMLElement {
  const { message, expected, received } = error as { message?: string; expected?: string; received?: string }
  const [sentence = ''] = (message ?? String(error)).split(' (expected ')
  return h(
    'div',
    { class: 'outcome' },
    h('p', {}, h('strong', { class: 'bad' }, codeOf(error)), h('br'), sentence),
    expected === undefined && received === undefined
      ? null
      : facts([
          ['Expected', shortened(expected ?? 'nothing')],
          ['Received', shortened(received ?? 'nothing')],
        ]),
  )
}

async function showModel(name: string): Promise<void> {
  model = name
  view = inputFor(name)
  const samples = published.models.find((candidate) => candidate.name === name)?.samples ?? []
  const load = async (file: string) => view.show((await (await fetch(`samples/${name}/${file}`)).json()) as SampleFile)
  const list = h(
    'ul',
    { class: 'samples', 'aria-label': 'Samples' },
    ...samples.map(({ file, label }) =>
      h('li', {}, h('button', { type: 'button', click: () => void load(file).catch(() => undefined) }, label)),
    ),
  )
  byId('input').replaceChildren(view.element, h('p', { class: 'muted' }, 'Or take one that no training has seen:'), list)
  if (name !== 'ocr' && samples[0] !== undefined)
    await load((name === 'digits' || name === 'digits-int' ? (samples[7] ?? samples[0]) : samples[0]).file)
}

/** @param base what stands before the endpoint's routes */
async function inferWith(over: NacreFetch, inputs: readonly Tensor[], base = ''): Promise<AttestedAnswer> {
  const requestId =
    `0x${[...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}` as const
  const { headers, body } = encodeInferRequest({ inputs, requestId, binary: true })
  const response = await over(`${base}/v2/models/${model}/infer`, {
    method: 'POST',
    headers,
    body: body as BodyInit,
  })
  const evidence = over.evidenceOf(response)
  if (evidence !== undefined) return evidence
  const { code, error } = (await response.json()) as { code?: string; error?: string }
  throw Object.assign(new Error(error ?? `status ${response.status}`), { code: code ?? `STATUS_${response.status}` })
}

async function ask(): Promise<void> {
  if (client === undefined) return
  let inputs: Tensor[]
  try {
    inputs = view.tensors()
  } catch (error) {
    byId('send-note').replaceChildren(refusalView(error))
    return
  }
  const button = byId('send') as HTMLButtonElement
  button.disabled = true
  byId('receipt').hidden = false
  const checks = checklist(byId('answer-checks'), answerOrder)
  onCheck = (check) => {
    if (check === 'answer form') checks.restart()
    checks.passed(check)
  }
  wire = undefined
  try {
    const startedMs = performance.now()
    const answered = await inferWith(client, inputs)
    byId('send-note').replaceChildren(`Answered and verified in ${Math.round(performance.now() - startedMs)} ms.`)
    byId('answer').replaceChildren(answerView(answered))
    byId('receipt-fields').replaceChildren(receiptView(answered))
  } catch (error) {
    checks.failed(codeOf(error))
    byId('answer').replaceChildren(refusalView(error))
    byId('receipt-fields').replaceChildren()
  } finally {
    button.disabled = false
  }
  showWire(inputs)
}

function answerView({ inference, model: { manifest } }: AttestedAnswer): HTMLElement {
  const [output] = inference.outputs
  if (output === undefined) return h('p', {}, 'No output')
  if (manifest.name === 'ocr')
    return h(
      'div',
      {},
      h('p', { class: 'verdict' }, readLine(output, manifest.labels) || '(nothing legible)'),
      h('p', { class: 'muted' }, `${output.data.length.toLocaleString('en')} bytes of probabilities, all under one hash.`),
    )
  if (manifest.labels.length < 2) return outputsView(inference.outputs)
  const shares = softmax(output)
  const best = shares.indexOf(Math.max(...shares))
  const order = [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0)).slice(0, 5)
  return h(
    'div',
    {},
    h('p', { class: 'verdict' }, manifest.labels[best] ?? String(best)),
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

function receiptView({ inference, bundle, model: { id } }: AttestedAnswer): HTMLElement {
  const { receipt, signer, keyset } = inference
  const file = URL.createObjectURL(new Blob([encodeBundle(bundle) as BlobPart], { type: 'application/octet-stream' }))
  return h(
    'div',
    {},
    facts([
      ['Request', mono(receipt.requestId)],
      ['Model', mono(id)],
      ['Input', mono(receipt.inputHash)],
      ['Output', mono(receipt.outputHash)],
      ['Time', new Date(Number(receipt.timestampMs)).toISOString().replace('T', ' ').slice(0, 23)],
      ['Position', `number ${receipt.sequence} in log ${keyset.logName}`],
      ['Signer', mono(signer)],
    ]),
    h('p', { class: 'row' }, h('a', { href: file, download: 'answer.nacre' }, 'Keep all evidence as answer.nacre')),
  )
}

function showWire(inputs: readonly Tensor[]): void {
  byId('wire').hidden = false
  const shown = inputs.map((tensor) => {
    const values = tensorValues(tensor)
      .slice(0, 48)
      .map((value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))
    return `input "${tensor.name}" ${tensor.datatype} [${tensor.shape.join(', ')}]\n${values.join(' ')}${tensor.data.length > 400 ? ' …' : ''}`
  })
  byId('sent').replaceChildren(
    h('p', { class: 'muted' }, 'Inside this page, before it is encrypted:'),
    h('pre', { tabindex: 0 }, shown.join('\n')),
  )
  if (wire === undefined) {
    byId('seen').replaceChildren(h('p', { class: 'muted' }, 'Nothing: nothing was sent.'))
    return
  }
  const { pathname } = new URL(wire.url)
  const lines = (headers: [string, string][]) => headers.map(([name, value]) => `${name}: ${value}`).join('\n')
  byId('seen').replaceChildren(
    h('p', { class: 'muted' }, 'All of it, request and answer. Which model is asked, sizes and times show; the rest is ciphertext.'),
    h('pre', { tabindex: 0 }, `POST ${pathname}\n${lines(wire.headers)}\n\n${hexDump(wire.request)}`),
    h('pre', { tabindex: 0 }, `${wire.status}\n${lines(wire.responseHeaders)}\n\n${hexDump(wire.response)}`),
  )
}

const attacks: { kind: string; title: string; does: string; twice?: boolean }[] = [
  { kind: 'flip-byte', title: 'Flip a byte', does: 'Changes one byte of the encrypted answer.' },
  { kind: 'swap-key', title: 'Swap the key', does: 'Serves the keyset with a key of its own in it, so that you encrypt to the host.' },
  { kind: 'old-document', title: 'Show an old document', does: 'Serves a genuine document that was made for somebody else’s nonce.' },
  { kind: 'replay', title: 'Replay an old answer', does: 'Answers honestly once, then plays the same answer again.', twice: true },
  { kind: 'strip-header', title: 'Strip the header', does: 'Takes away the header that says the answer is encrypted.' },
  { kind: 'downgrade', title: 'Ask for plaintext', does: 'Claims that encryption is not supported and asks for the request in the clear.' },
]

function attackCard({ kind, title, does, twice = false }: (typeof attacks)[number]): HTMLElement {
  const outcome = h('div', { 'aria-live': 'polite', 'data-kind': kind })
  const button = h('button', { type: 'button' }, 'Try it')
  const run = async () => {
    button.disabled = true
    outcome.replaceChildren(h('p', { class: 'muted' }, 'Asking through the dishonest host…'))
    onCheck = () => undefined
    const base = `/host/dishonest/${kind}`
    wire = undefined
    const over = connect(base)
    try {
      const inputs = view.tensors()
      if (twice) await inferWith(over, inputs, base)
      await inferWith(over, inputs, base)
      outcome.replaceChildren(h('p', { class: 'outcome bad' }, 'Not refused. That should be impossible: please report it.'))
    } catch (error) {
      const sent = wire === undefined ? 'Nothing of yours was sent.' : 'All it ever held of yours is ciphertext.'
      const view = refusalView(error)
      view.prepend(h('p', {}, h('span', { class: 'good' }, '✓ Refused. '), sent))
      outcome.replaceChildren(view)
    } finally {
      over.close()
      button.disabled = false
    }
  }
  button.addEventListener('click', () => void run())
  return h('article', { class: 'card attack' }, h('h3', {}, title), h('p', {}, does), outcome, button)
}

async function checkBundle(file: Blob): Promise<void> {
  const result = byId('bundle-result')
  try {
    const bundle = new Uint8Array(await file.arrayBuffer())
    const { receipt, manifest, signer, outputs } = await verifyBundle({ bundle, ...accepted(), time: { mode: 'document' } })
    const [output] = outputs ?? []
    const says =
      output === undefined
        ? 'kept back'
        : manifest.name === 'ocr'
          ? readLine(output, manifest.labels)
          : (manifest.labels[softmax(output).indexOf(Math.max(...softmax(output)))] ?? 'no label')
    result.replaceChildren(
      h('p', { class: 'good' }, `✓ Verified, ${bundle.length.toLocaleString('en')} bytes.`),
      facts([
        ['Model', `${manifest.name}, version ${manifest.version}`],
        ['Says', says],
        ['Request', mono(receipt.requestId)],
        ['Time', new Date(Number(receipt.timestampMs)).toISOString()],
        ['Position', String(receipt.sequence)],
        ['Signer', mono(signer)],
      ]),
    )
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    result.replaceChildren(refusalView(error))
  }
}

async function start(): Promise<void> {
  published = (await (await fetch('published.json')).json()) as Published
  ;(byId('pcr0') as HTMLInputElement).value = published.measurements[0]?.pcr0 ?? ''
  ;(byId('root') as HTMLTextAreaElement).value = published.rootPem ?? ''
  if (published.simulated) {
    byId('honesty').hidden = false
    byId('honesty').replaceChildren(
      h(
        'p',
        {},
        h('strong', {}, 'This is a simulation. '),
        'The hypervisor that signs here is a program on the same machine, under a root of its own. Every format, signature and check below is the real one; what is missing is the hardware that would keep this machine’s owner out.',
      ),
    )
  }
  const radios = published.models.map(({ name }) => {
    const radio = h('input', { type: 'radio', name: 'model', value: name, ...(name === model ? { checked: true } : {}) })
    radio.addEventListener('change', () => void showModel(name))
    return h('label', {}, radio, name)
  })
  byId('models').replaceChildren(...radios)
  byId('attacks').replaceChildren(...attacks.map(attackCard))
  byId('cheat').hidden = !published.simulated
  byId('verify').addEventListener('click', () => void verify())
  byId('send').addEventListener('click', () => void ask())
  byId('bundle').addEventListener('change', (event) => {
    const [file] = (event.target as HTMLInputElement).files ?? []
    if (file !== undefined) void checkBundle(file)
  })
  acceptDrops(byId('drop'), checkBundle)
  await Promise.all([showModel(model), verify()])
}

start().catch((error) => {
  setState('bad', 'The console could not start')
  byId('document').replaceChildren(refusalView(error))
})
