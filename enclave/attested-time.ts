import { decodeAttestation } from '@nacre/verifier/attestation'
import type { Clock } from './clock.ts'
import type { Nsm } from './nsm.ts'

/**
 * A clock that the host cannot set. The guest's own comes from the host, at boot and perhaps later; the NSM's comes from the Nitro hypervisor and stands in every document. So each document that is made,
 * every few minutes, bounds what the clock may say until the next: the document's time, and since then what a counter that nobody can set back has counted, give or take how far counters drift.
 *
 * The attack: a host that sets the clock back to have answers that look as if they had been given earlier, or forward to keep some for later. What it gets is the nearest time that the NSM vouches for.
 */
export function attestedTime({ nsm, clock }: { nsm: Nsm; clock: Clock }): { nsm: Nsm; clock: Clock } {
  let seen: { timestampMs: number; askedAtMs: number; answeredAtMs: number } | undefined

  return {
    nsm: {
      ...nsm,
      async attest(content) {
        const askedAtMs = clock.monotonicMs()
        const document = await nsm.attest(content)
        const timestampMs = timestampOf(document)
        if (timestampMs !== undefined) seen = { timestampMs, askedAtMs, answeredAtMs: clock.monotonicMs() }
        return document
      },
    },
    clock: {
      ...clock,
      nowMs() {
        const nowMs = clock.nowMs()
        if (seen === undefined) return nowMs
        // The document's time was read somewhere between the question and the answer.
        const elapsedMsMin = clock.monotonicMs() - seen.answeredAtMs
        const elapsedMsMax = clock.monotonicMs() - seen.askedAtMs
        const earliestMs = seen.timestampMs + elapsedMsMin * (1 - drift) - slackMs
        const latestMs = seen.timestampMs + elapsedMsMax * (1 + drift) + slackMs
        return Math.min(Math.max(nowMs, earliestMs), latestMs)
      },
    },
  }
}

/** Oscillators are within 100 parts in a million; ten times that. */
const drift = 0.001
/** For what the NSM rounds. */
const slackMs = 1_000

/** `undefined` from what is no document: it bounds nothing, and whoever verifies it refuses it. */
function timestampOf(document: Uint8Array): number | undefined {
  try {
    return decodeAttestation(document).timestampMs
  } catch {
    return undefined
  }
}
