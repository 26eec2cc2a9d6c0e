import { decodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { type BundledAnswer, type VerifiedEvidence, verifyBundledAnswer, verifyEvidence } from '@nacre/verifier/bundle-evidence'
import { decodeOpening } from '@nacre/verifier/commitment'
import { VerifierError } from '@nacre/verifier/errors'
import { encodeManifest } from '@nacre/verifier/manifest'
import type { Receipt } from '@nacre/verifier/receipt'
import { accepted } from './connection.ts'
import { byId, facts, h, mono } from './dom.ts'
import { openedView } from './opening.ts'
import { replayView } from './replay.ts'
import { refusalView, says, timeText } from './views.ts'

/** Receipt of the last bundle that was verified: what openings are held to. */
let receipt: Receipt | undefined

/** A bundle, or an opening of the last bundle's commitments. Sent nowhere. */
export async function checkFile(file: Blob): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  try {
    // CBOR of a map begins with 0xa or 0xb; JSON of an object does not.
    if (bytes[0] === 0x7b) checkOpening(bytes)
    else await checkBundle(bytes)
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    byId('bundle-result').replaceChildren(refusalView(error))
  }
}

async function checkBundle(bytes: Uint8Array): Promise<void> {
  receipt = undefined
  const { evidence, answers } = decodeAnswersBundle(bytes)
  const trust = accepted()
  // Of a key's past, the strictest: other terms are for the command line.
  const { measurements } = trust.policy
  const strictest = { measurements, upgrades: 'listed', continuity: 'named', overlapMsMax: 0, known: null } as const
  const history = evidence.history === null ? undefined : strictest
  const verified = await verifyEvidence({ evidence, ...trust, time: { mode: 'document' }, history })
  const views: HTMLElement[] = []
  let refused = 0
  for (const answer of answers) {
    const view = await answerView(verified, answer).catch((error: unknown) => {
      if (answers.length === 1 || !(error instanceof VerifierError)) throw error
      refused++
      return h('div', {}, h('p', {}, `Number ${answer.receipt.sequence}`), refusalView(error))
    })
    if (views.length < viewsMax) views.push(view)
  }
  const what = `${answers.length === 1 ? '' : `${answers.length} answers, `}${bytes.length.toLocaleString('en')} bytes`
  byId('bundle-result').replaceChildren(
    refused === 0
      ? h('p', { class: 'good' }, `✓ Verified, ${what}.`)
      : h('p', { class: 'bad' }, `${refused} of ${answers.length} answers are refused.`),
    ...views,
    ...(answers.length > views.length
      ? [h('p', { class: 'muted' }, `And ${answers.length - views.length} more: npx nacre bundle verify.`)]
      : []),
    h(
      'p',
      { class: 'muted' },
      'As of the document’s own time. Whether that was so, a witness or a chain can say: npx nacre bundle verify.',
    ),
  )
  if (answers.length === 1) receipt = answers[0]?.receipt
}

const viewsMax = 50

async function answerView(evidence: VerifiedEvidence, answer: BundledAnswer): Promise<HTMLElement> {
  const { receipt, manifest, inputs, outputs } = await verifyBundledAnswer(evidence, answer)
  const { head } = evidence.terms
  return h(
    'div',
    {},
    facts([
      ['Model', `${manifest.name}, version ${manifest.version}`],
      ['Says', outputs === null ? 'kept back' : says(outputs[0], manifest)],
      ['Request', mono(receipt.requestId)],
      ['Time', timeText(Number(receipt.timestampMs))],
      [
        'Place',
        head === null || answer.proof === null
          ? `number ${receipt.sequence}, as signed`
          : `leaf ${receipt.sequence} of ${head.checkpoint.treeSize}, proven`,
      ],
      ['Signer', mono(evidence.signer)],
    ]),
    inputs === null ? null : replayView({ manifest: encodeManifest(manifest), receipt, inputs, outputs }, manifest),
  )
}

function checkOpening(bytes: Uint8Array): void {
  const opening = decodeOpening(bytes)
  if (receipt === undefined) throw new VerifierError('OPENING_MISMATCH', 'First the bundle whose receipt it opens')
  byId('bundle-result').append(openedView(opening, receipt))
}
