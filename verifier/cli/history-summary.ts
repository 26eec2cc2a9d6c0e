import { checkpointToJson } from '../checkpoint.ts'
import { imagesOf, type VerifiedHistory } from '../history.ts'
import type { Section } from './report.ts'

export function historySections({ epochs }: VerifiedHistory): Section[] {
  return epochs.map(({ signer, image, change, approvedBy, sharesKeys, opening, checkpoint }, index) => ({
    title: `Epoch ${index + 1}: ${change === 'first' ? 'the first shown' : change}`,
    rows: [
      ['receipt key', signer],
      ['PCR0', image.pcr0],
      ['opened', new Date(opening.timestampMs).toISOString()],
      ['last known', `${new Date(Number(checkpoint.timestampMs)).toISOString()}, ${checkpoint.treeSize} leaves`],
      ...(approvedBy === null ? [] : [['approval signed by', approvedBy] as const]),
      ...(index === 0 ? [] : [['keys', sharesKeys ? 'those of the one before' : 'its own'] as const]),
    ],
  }))
}

export function historyData(history: VerifiedHistory) {
  const { epochs, earlier } = history
  return {
    images: imagesOf(history),
    epochs: epochs.map(({ signer, image, change, approvedBy, sharesKeys, opening, checkpoint, attestation }) => ({
      signer,
      image,
      change,
      approvedBy,
      sharesKeys,
      openedMs: opening.timestampMs,
      documentMs: attestation.timestampMs,
      checkpoint: checkpointToJson(checkpoint),
    })),
    earlier,
  }
}
