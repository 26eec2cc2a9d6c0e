import type { Command } from 'commander'
import { checkpointToJson } from '../checkpoint.ts'
import { VerifierError } from '../errors.ts'
import { type HistoryPolicy, historyBytesMax, imagesOf, type VerifiedHistory, verifyHistory } from '../history.ts'
import { trustNotes } from './attestation-verify.ts'
import { type Check, codeChecks, failedChecks } from './checks.ts'
import { usage } from './cli-error.ts'
import { readInput } from './files.ts'
import {
  addPolicyOptions,
  addRootOption,
  type PolicyOptions,
  parseAddress,
  parseMeasurements,
  parseRoot,
  type RootOptions,
} from './options.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb } from './report.ts'
import type { Terminal } from './terminal.ts'

export function addHistoryVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify the key epochs of an enclave offline: who it was before, and that every change of its image was accepted.')
    .argument('<FILE>', 'history (*.history)')
  addRootOption(command)
  addPolicyOptions(command, { waivable: false })
    .option('--owner <ADDRESS>', 'who must have approved every change of image; without it, every image must be one of --pcr0')
    .option('--shared-keys', 'each enclave must have had the TLS and HPKE keys of the one before, which are passed on among enclaves only')
    .option('--overlap <SECONDS>', 'roll-over window: how long a log may have grown after the next one was opened', '0')
    .option('--signer <ADDRESS>', 'receipt key that the history must end in')
    .option('--known <ADDRESS>', 'receipt key that you know from before, and that the history must show')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
An enclave does not know who comes after it: without --shared-keys, an enclave of an accepted image may have been shown a stranger's log for its past.

Example:
  nacre history verify enclave.history --pcr0 3b4c… --owner 0x5aAe… --overlap 3600 --signer 0x9f2c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => verify(file, options)))
}

type Options = RootOptions &
  PolicyOptions & { owner?: string; sharedKeys?: true; overlap: string; signer?: string; known?: string; json?: boolean }

async function verify(file: string, options: Options): Promise<Report> {
  const measurements = parseMeasurements(options) ?? []
  if (!/^[0-9]{1,9}$/.test(options.overlap)) throw usage(`--overlap ${options.overlap} is not a number of seconds`)
  const address = (option: string, text: string | undefined) => (text === undefined ? null : parseAddress(option, text))
  const owner = address('--owner', options.owner)
  const policy: HistoryPolicy = {
    measurements,
    upgrades: owner === null ? 'listed' : { owner },
    continuity: options.sharedKeys === true ? 'shared-keys' : 'named',
    overlapMsMax: Number(options.overlap) * 1000,
    signer: address('--signer', options.signer),
    known: address('--known', options.known),
  }
  const root = await parseRoot(options)
  const history = readInput(file, historyBytesMax)
  const title = `${file}: history, ${formatBytes(history.length)}`
  const notes = trustNotes(root, measurements)
  const startedMs = performance.now()
  let verified: VerifiedHistory
  try {
    verified = await verifyHistory({ history, root: root.certificate, policy })
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    // Epochs are verified one after the other: what was checked of the first is not yet checked of the last, so nothing gets a tick.
    return refusal({
      title,
      checks: failedChecks([[{ name: codeChecks[error.code].check }]], 0, error),
      error,
      notes,
      data: { source: file },
    })
  }
  const verifyMs = performance.now() - startedMs
  const { epochs, earlier } = verified
  const images = imagesOf(verified)
  const check = (name: Check['name'], note: string): Check => ({ name, ok: true, note })
  const between = (name: Check['name'], note: string): Check =>
    epochs.length > 1 ? check(name, note) : { name, ok: null, note: 'one epoch only' }
  return {
    ok: true,
    title,
    checks: [
      check('form', 'a history in deterministic CBOR'),
      check('chain', `${epochs.length} documents, each up to ${root.name} at its own signed time`),
      check('keyset', 'each commits to its receipt key, log and models'),
      check('receipt signature', 'the head of each log, and its opening as the first leaf'),
      between('log', 'each grew out of what its successor was shown'),
      between(
        'succession',
        `each opening names the log before, within ${options.overlap} s${options.sharedKeys === true ? ', and has the keys of the one before' : ''}`,
      ),
      check('upgrades', owner === null ? 'every image is listed' : `every change of image approved by ${owner}`),
    ],
    verdict: `Verified in ${formatMs(verifyMs)}: ${epochs.length === 1 ? 'one key epoch' : `${epochs.length} key epochs`}, ${images.length === 1 ? 'one image' : `${images.length} images`}.`,
    sections: epochs.map(({ signer, image, change, approvedBy, sharesKeys, opening, checkpoint }, index) => ({
      title: `Epoch ${index + 1}: ${change === 'first' ? 'the first shown' : change}`,
      rows: [
        ['receipt key', signer],
        ['PCR0', image.pcr0],
        ['opened', new Date(opening.timestampMs).toISOString()],
        ['last known', `${new Date(Number(checkpoint.timestampMs)).toISOString()}, ${checkpoint.treeSize} leaves`],
        ...(approvedBy === null ? [] : [[owner === null ? 'approved, it says, by' : 'approved by', approvedBy] as const]),
        ...(index === 0 ? [] : [['keys', sharesKeys ? 'those of the one before' : 'its own'] as const]),
      ],
    })),
    notes: [
      ...notes,
      ...(earlier === null ? [] : [`There was an epoch before: the first one names ${earlier.origin}, ${earlier.treeSize} leaves.`]),
      ...(policy.signer === null ? ['Compare the last receipt key with the enclave that you talk to, or say --signer.'] : []),
      ...(options.sharedKeys === true || epochs.length === 1
        ? []
        : ['Each names the one before; only --shared-keys shows that the one before knew it.']),
    ],
    data: {
      source: file,
      bytes: history.length,
      root: { name: root.name, sha256: root.sha256, aws: root.isAws },
      verifyMs,
      images,
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
    },
  }
}
