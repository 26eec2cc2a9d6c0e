import type { Command } from 'commander'
import { VerifierError } from '../errors.ts'
import { type HistoryPolicy, historyBytesMax, imagesOf, type VerifiedHistory, verifyHistory } from '../history.ts'
import { trustNotes } from './attestation-verify.ts'
import { type Check, codeChecks, failedChecks } from './checks.ts'
import { readInput } from './files.ts'
import { addHistoryOptions, type HistoryOptions, parseHistoryPolicy } from './history-options.ts'
import { historyData, historySections } from './history-summary.ts'
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
  addHistoryOptions(command)
    .option('--signer <ADDRESS>', 'receipt key that the history must end in')
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

type Options = RootOptions & PolicyOptions & HistoryOptions & { signer?: string; json?: boolean }

async function verify(file: string, options: Options): Promise<Report> {
  const measurements = parseMeasurements(options) ?? []
  const policy: HistoryPolicy = {
    ...parseHistoryPolicy(options, measurements),
    signer: options.signer === undefined ? null : parseAddress('--signer', options.signer),
  }
  const owner = policy.upgrades === 'listed' ? null : policy.upgrades.owner
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
        `each opening names the log before, within ${policy.overlapMsMax / 1000} s${options.sharedKeys === true ? ', and has the keys of the one before' : ''}`,
      ),
      check('upgrades', owner === null ? 'every image is listed' : `every change of image approved by ${owner}`),
    ],
    verdict: `Verified in ${formatMs(verifyMs)}: ${epochs.length === 1 ? 'one key epoch' : `${epochs.length} key epochs`}, ${images.length === 1 ? 'one image' : `${images.length} images`}.`,
    sections: historySections(verified),
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
      ...historyData(verified),
    },
  }
}
