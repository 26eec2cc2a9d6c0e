import type { Hex } from '@nacre/verifier/bytes'
import type { AttestedAnswer } from '@nacre/verifier/session'
import type { Tensor } from '@nacre/verifier/tensor'
import type { Published } from '../routes.ts'
import { attackCards } from './attacks.ts'
import { checkFile } from './bundle.ts'
import { answerChecks, attestationChecks, checklist, logChecks } from './checks.ts'
import { connect, infer, random32, state } from './connection.ts'
import { byId, h } from './dom.ts'
import { acceptDrops, type InputView, inputFor, type SampleFile } from './inputs.ts'
import { positionOf, rememberedHead } from './log.ts'
import { openingMaker } from './opening.ts'
import { replayView } from './replay.ts'
import { answerView, codeOf, documentView, receiptView, refusalView, seenView, sentView } from './views.ts'

let view: InputView

function setState(kind: 'good' | 'bad' | 'warn' | 'none', text: string): void {
  const element = byId('state')
  element.dataset.kind = kind
  element.replaceChildren(text)
}

async function verify(): Promise<void> {
  const button = byId('verify') as HTMLButtonElement
  const send = byId('send') as HTMLButtonElement
  button.disabled = true
  send.disabled = true
  setState('none', 'Verifying…')
  const startedMs = performance.now()
  const checks = checklist(byId('attestation-checks'), attestationChecks)
  state.onCheck = checks.passed
  state.client?.close()
  state.client = undefined
  try {
    const opened = connect()
    const attested = await opened.attested()
    state.client = opened
    byId('verify-time').replaceChildren(`${Math.round(performance.now() - startedMs)} ms, network included`)
    byId('document').replaceChildren(documentView(attested))
    const { simulated } = state.published
    setState(simulated ? 'warn' : 'good', simulated ? 'Verified, in a simulation' : 'Verified enclave')
    send.disabled = false
  } catch (error) {
    checks.failed(codeOf(error))
    byId('document').replaceChildren(refusalView(error))
    setState('bad', 'Refused: nothing is sent')
  } finally {
    button.disabled = false
  }
}

async function showModel(name: string): Promise<void> {
  state.model = name
  const published = state.published.models.find((candidate) => candidate.name === name)
  const shown = inputFor(name, published?.program ?? null)
  view = shown
  const samples = published?.samples ?? []
  const load = async (file: string) => {
    byId('input').setAttribute('aria-busy', 'true')
    try {
      const sample = (await (await fetch(`samples/${name}/${file}`)).json()) as SampleFile
      // Another model may have been chosen meanwhile.
      if (view === shown) shown.show({ ...sample, ...(sample.png === undefined ? {} : { png: `samples/${name}/${sample.png}` }) })
    } finally {
      if (view === shown) byId('input').removeAttribute('aria-busy')
    }
  }
  const list = h(
    'ul',
    { class: 'samples', 'aria-label': 'Samples' },
    ...samples.map(({ file, label }) =>
      h('li', {}, h('button', { type: 'button', click: () => void load(file).catch(() => undefined) }, label)),
    ),
  )
  byId('input').replaceChildren(shown.element)
  byId('input').removeAttribute('aria-busy')
  if (samples.length > 0) byId('input').append(h('p', { class: 'muted' }, 'Or take one that no training has seen:'), list)
  if (name !== 'ocr' && (published?.program ?? null) === null && samples[0] !== undefined)
    await load((name === 'digits' || name === 'digits-int' ? (samples[7] ?? samples[0]) : samples[0]).file)
}

async function ask(): Promise<void> {
  const { client } = state
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
  for (const id of ['receipt-fields', 'replay', 'opening', 'log-refusal']) byId(id).replaceChildren()
  const inLog = checklist(byId('log-checks'), state.published.keepsLog ? logChecks : [])
  const checks = checklist(byId('answer-checks'), answerChecks)
  state.onCheck = (check) => {
    if (check === 'answer form') checks.restart()
    checks.passed(check)
  }
  state.wire = undefined
  const isSalted = (byId('salted') as HTMLInputElement).checked
  const asking = view
  try {
    const startedMs = performance.now()
    for (;;) {
      // One salt a request: shared, it would let a shown value of one answer be looked for in another.
      const commitmentSalt = isSalted ? random32() : undefined
      const answered = await infer(client, { inputs, commitmentSalt })
      byId('send-note').replaceChildren(`Answered and verified in ${Math.round(performance.now() - startedMs)} ms.`)
      const followed = await asking.follow?.({ inputs, commitmentSalt, inference: answered.inference })
      byId('answer').replaceChildren(followed?.view ?? answerView(answered, inputs))
      if (followed?.next != null) {
        // The next question is of the model that was asked, not of one that was chosen meanwhile.
        if (view !== asking) return void byId('send-note').replaceChildren('Stopped: another model was chosen.')
        inputs = followed.next
        continue
      }
      showEvidence(answered, inputs, commitmentSalt)
      await showPosition(answered, inLog)
      break
    }
  } catch (error) {
    checks.failed(codeOf(error))
    byId('answer').replaceChildren(refusalView(error))
  } finally {
    button.disabled = false
    byId('wire').hidden = false
    byId('sent').replaceChildren(sentView(inputs))
    byId('seen').replaceChildren(seenView(state.wire))
  }
}

function showEvidence(answered: AttestedAnswer, inputs: readonly Tensor[], salt: Hex | undefined): void {
  byId('receipt-fields').replaceChildren(receiptView(answered, undefined))
  const { receipt, outputs } = answered.inference
  const replay = replayView({ ...answered.bundle, inputs, outputs }, answered.model.manifest)
  // What is committed to with a salt is computed again from what this page holds; the hashes in the receipt say nothing of it.
  if (salt === undefined) byId('replay').replaceChildren(replay)
  if (salt !== undefined) byId('opening').replaceChildren(openingMaker({ receipt, inputs, outputs, salt }))
}

/** That the answer stands is settled by then: a log that is refused is the host's failure, and is shown as one. */
async function showPosition(answered: AttestedAnswer, checks: ReturnType<typeof checklist>): Promise<void> {
  if (!state.published.keepsLog) {
    byId('log-refusal').replaceChildren(
      h('p', { class: 'muted' }, 'This host serves no log: the receipt’s number is signed, its place is not proven.'),
    )
    return
  }
  const known = rememberedHead(answered.inference.keyset.logName)
  checks.restart()
  try {
    const position = await positionOf(answered, '', checks.passed)
    byId('receipt-fields').replaceChildren(receiptView(answered, position))
    const since = known === null ? 'This page had not seen this log before.' : `This page had last seen it with ${known.treeSize} leaves.`
    byId('log-refusal').replaceChildren(h('p', { class: 'muted' }, since))
  } catch (error) {
    checks.failed(codeOf(error))
    byId('log-refusal').replaceChildren(refusalView(error))
  }
}

function showHonesty({ simulated, ownCopy }: Published): void {
  byId('whose-page').replaceChildren(
    ownCopy
      ? 'This page came from a copy of your own, on this machine. The host in between relays ciphertext.'
      : 'This page came from the host that it checks, so it proves nothing to somebody who distrusts that host: another page could show the same green ticks.',
  )
  byId('own-copy').hidden = ownCopy
  byId('accept-note').hidden = ownCopy
  if (!simulated) return
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

async function start(): Promise<void> {
  // The attack: a page of another origin frames this one and has a person click what she does not see. Headers forbid it; a copy that is served without them must not be framed either.
  if (window.top !== window.self) throw new Error('This page does not work inside another one')
  const published = (await (await fetch('published.json')).json()) as Published
  state.published = published
  state.model = published.models[0]?.name ?? ''
  ;(byId('pcr0') as HTMLInputElement).value = published.measurements[0]?.pcr0 ?? ''
  ;(byId('root') as HTMLTextAreaElement).value = published.rootPem ?? ''
  showHonesty(published)
  const radios = published.models.map(({ name }) => {
    const radio = h('input', { type: 'radio', name: 'model', value: name, ...(name === state.model ? { checked: true } : {}) })
    radio.addEventListener('change', () => void showModel(name))
    return h('label', {}, radio, name)
  })
  byId('models').replaceChildren(...radios)
  byId('attacks').replaceChildren(...attackCards(() => view.tensors()))
  byId('cheat').hidden = !published.simulated || published.ownCopy
  byId('verify').addEventListener('click', () => void verify())
  byId('send').addEventListener('click', () => void ask())
  byId('bundle').addEventListener('change', (event) => {
    const [file] = (event.target as HTMLInputElement).files ?? []
    if (file !== undefined) void checkFile(file)
  })
  acceptDrops(byId('drop'), checkFile)
  await Promise.all([showModel(state.model), verify()])
}

start().catch((error) => {
  setState('bad', 'The console could not start')
  byId('document').replaceChildren(refusalView(error))
})
