import { decodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { decodeOpening } from '@nacre/verifier/commitment'
import { VerifierError } from '@nacre/verifier/errors'
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

async function checkBundle(bundle: Uint8Array): Promise<void> {
  receipt = undefined
  const verified = await verifyBundle({ bundle, ...accepted(), time: { mode: 'document' } })
  receipt = verified.receipt
  const { manifest, signer, outputs, log } = verified
  byId('bundle-result').replaceChildren(
    h('p', { class: 'good' }, `✓ Verified, ${bundle.length.toLocaleString('en')} bytes.`),
    facts([
      ['Model', `${manifest.name}, version ${manifest.version}`],
      ['Says', outputs === null ? 'kept back' : says(outputs[0], manifest)],
      ['Request', mono(receipt.requestId)],
      ['Time', timeText(Number(receipt.timestampMs))],
      ['Place', log === null ? `number ${receipt.sequence}, as signed` : `leaf ${receipt.sequence} of ${log.treeSize}, proven`],
      ['Signer', mono(signer)],
    ]),
    h(
      'p',
      { class: 'muted' },
      'As of the document’s own time. Whether that was so, a witness or a chain can say: npx nacre bundle verify.',
    ),
  )
  const recorded = decodeBundle(bundle)
  if (recorded.inputs !== null) byId('bundle-result').append(replayView(recorded, manifest))
}

function checkOpening(bytes: Uint8Array): void {
  const opening = decodeOpening(bytes)
  if (receipt === undefined) throw new VerifierError('OPENING_MISMATCH', 'First the bundle whose receipt it opens')
  byId('bundle-result').append(openedView(opening, receipt))
}
