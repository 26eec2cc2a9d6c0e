import type { LogCheck } from '@nacre/verifier/log-position'
import type { VerificationCheck } from '@nacre/verifier/verification-check'
import { h } from './dom.ts'

type Check = VerificationCheck | LogCheck

const explained: { [check in Check]: string } = {
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
  'log signature': 'The log’s head, signed by its attested key',
  'log receipt key': 'The same head, signed by the receipt’s own key',
  'log consistency': 'Grown from the head this page saw last',
  'log inclusion': 'The receipt is the leaf its number names',
}

export const attestationChecks: Check[] = [
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
export const answerChecks: Check[] = ['answer form', 'audience', 'receipt signature', 'receipt time', 'request', 'model', 'input', 'output']
export const logChecks: LogCheck[] = ['log signature', 'log receipt key', 'log consistency', 'log inclusion']

/** A list of checks that fill in as they pass, each with the time since the one before. */
export function checklist(list: HTMLElement, order: readonly Check[]) {
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
    passed(check: Check) {
      const item = items.get(check)
      if (item !== undefined) mark(item, true, `${(performance.now() - beforeMs).toFixed(1)} ms`, 'passed')
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
