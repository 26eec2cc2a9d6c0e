import type { Command } from 'commander'
import type { HistoryPolicy } from '../history.ts'
import type { Measurement } from '../policy.ts'
import { usage } from './cli-error.ts'
import { parseAddress } from './options.ts'

export type HistoryOptions = { owner?: string; sharedKeys?: true; overlap?: string; known?: string }

/** What is accepted as an enclave's past: without them, the strictest of each but `--shared-keys`. */
export function addHistoryOptions(command: Command): Command {
  return command
    .option('--owner <ADDRESS>', 'who must have approved every change of image; without it, every image must be one of --pcr0')
    .option('--shared-keys', 'each enclave must have had the TLS and HPKE keys of the one before, which are passed on among enclaves only')
    .option('--overlap <SECONDS>', 'roll-over window: how long a log may have grown after the next one was opened (default: 0)')
    .option('--known <ADDRESS>', 'receipt key that you know from before, and that the history must show')
}

/** That any of them was given. */
export function asksForHistory({ owner, sharedKeys, overlap, known }: HistoryOptions): boolean {
  return [owner, sharedKeys, overlap, known].some((option) => option !== undefined)
}

export function parseHistoryPolicy(options: HistoryOptions, measurements: readonly Measurement[]): Omit<HistoryPolicy, 'signer'> {
  const { owner, sharedKeys, overlap = '0', known } = options
  if (!/^[0-9]{1,9}$/.test(overlap)) throw usage(`--overlap ${overlap} is not a number of seconds`)
  return {
    measurements,
    upgrades: owner === undefined ? 'listed' : { owner: parseAddress('--owner', owner) },
    continuity: sharedKeys === true ? 'shared-keys' : 'named',
    overlapMsMax: Number(overlap) * 1000,
    known: known === undefined ? null : parseAddress('--known', known),
  }
}
