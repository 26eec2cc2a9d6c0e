import type { Tensor } from '@nacre/verifier/tensor'
import { connect, infer, state } from './connection.ts'
import { h } from './dom.ts'
import { positionOf } from './log.ts'
import { refusalView } from './views.ts'

/** `answer`: of the answer or the enclave's evidence. `log`: of the receipt log. `twice`, `after`: what it needs before, see `run`. */
const attacks: { kind: string; title: string; does: string; on?: 'log'; twice?: true; after?: true }[] = [
  { kind: 'flip-byte', title: 'Flip a byte', does: 'Changes one byte of the encrypted answer.' },
  { kind: 'swap-key', title: 'Swap the key', does: 'Serves the keyset with a key of its own in it, so that you encrypt to the host.' },
  { kind: 'old-document', title: 'Show an old document', does: 'Serves a genuine document that was made for somebody else’s nonce.' },
  { kind: 'replay', title: 'Replay an old answer', does: 'Answers honestly once, then plays the same answer again.', twice: true },
  { kind: 'strip-header', title: 'Strip the header', does: 'Takes away the header that says the answer is encrypted.' },
  { kind: 'downgrade', title: 'Ask for plaintext', does: 'Claims that encryption is not supported and asks for the request in the clear.' },
  { kind: 'forge-log', title: 'Forge the log', does: 'Answers honestly, then shows a log of its own making.', on: 'log' },
  { kind: 'alter-log', title: 'Deny the receipt', does: 'Shows the genuine head of the log with other receipts below it.', on: 'log' },
  {
    kind: 'rewind-log',
    title: 'Rewind the log',
    does: 'Shows the log once with your answer in it, and then, genuine in every part, as it was before.',
    on: 'log',
    after: true,
  },
]

/** A card for each way to cheat. @param inputs what is asked with */
export function attackCards(inputs: () => Tensor[]): HTMLElement[] {
  return attacks.filter(({ on }) => on !== 'log' || state.published.keepsLog).map((attack) => attackCard(attack, inputs))
}

function attackCard(attack: (typeof attacks)[number], inputs: () => Tensor[]): HTMLElement {
  const { kind, title, does, on } = attack
  const outcome = h('div', { 'aria-live': 'polite', 'data-kind': kind })
  const button = h('button', { type: 'button' }, 'Try it')
  const attempt = async () => {
    button.disabled = true
    outcome.replaceChildren(h('p', { class: 'muted' }, 'Asking through the dishonest host…'))
    state.onCheck = () => undefined
    state.wire = undefined
    try {
      await run(attack, inputs())
      outcome.replaceChildren(h('p', { class: 'outcome bad' }, 'Not refused. That should be impossible: please report it.'))
    } catch (error) {
      const held = state.wire === undefined ? 'Nothing of yours was sent.' : 'All it ever held of yours is ciphertext.'
      const view = refusalView(error)
      view.prepend(h('p', {}, h('span', { class: 'good' }, '✓ Refused. '), on === 'log' ? 'The answer stands; its log does not.' : held))
      outcome.replaceChildren(view)
    } finally {
      button.disabled = false
    }
  }
  button.addEventListener('click', () => void attempt())
  return h('article', { class: 'card attack' }, h('h3', {}, title), h('p', {}, does), outcome, button)
}

async function run({ kind, on, twice, after }: (typeof attacks)[number], inputs: readonly Tensor[]): Promise<void> {
  const base = `/host/dishonest/${kind}`
  const over = connect(base)
  try {
    if (twice) await infer(over, { inputs, base })
    const answered = await infer(over, { inputs, base })
    if (after) await positionOf(answered)
    if (on === 'log') await positionOf(answered, base)
  } finally {
    over.close()
  }
}
