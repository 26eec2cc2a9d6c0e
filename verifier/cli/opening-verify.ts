import type { Command } from 'commander'
import { decodeOpening, verifyOpening } from '../commitment.ts'
import { receiptToJson } from '../receipt.ts'
import { readInput } from './files.ts'
import { openedData, openedSection } from './opening-make.ts'
import { describeDomain, domainData, receiptSection } from './receipt-summary.ts'
import { addReceiptOptions, audienceNotes, prepareReceiptVerification, type ReceiptOptions } from './receipt-verify.ts'
import { formatMs, type Report, refusal, runVerb, verifyInStages } from './report.ts'
import type { Terminal } from './terminal.ts'

export function addOpeningVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify that a shown value is part of what a receipt commits to, and who signed that receipt.')
    .argument('<FILE>', 'opening, as nacre opening make or the console writes it')
    .requiredOption('--receipt <FILE>', 'the receipt that it opens, as nacre infer --receipt writes it')
  addReceiptOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
What is shown stands in the place that is named. What is not shown is not known: neither the other values, nor what they mean together.

Examples:
  nacre opening verify opening.json --receipt receipt.json --signer 0x5aAe…
  nacre opening verify opening.json --receipt receipt.json --attestation document.cbor --keyset keyset.json --pcr0 3b4c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => verify(file, options, terminal)))
}

type Options = ReceiptOptions & { receipt: string }

async function verify(file: string, options: Options, terminal: Terminal): Promise<Report> {
  const verification = await prepareReceiptVerification(options.receipt, options, terminal)
  const bytes = readInput(file, openingFileBytesMax)
  const startedMs = performance.now()
  const stages = [...verification.stages, [{ name: 'opening', note: 'part of what the receipt commits to' }] as const]
  const course = await verifyInStages(stages, async (begin) => {
    const verified = await verification.verify(begin)
    begin(stages.length - 1)
    const opening = decodeOpening(bytes)
    const { inputHash, outputHash } = verified.receiptFile.receipt
    const shown = verifyOpening({ commitment: opening.side === 'output' ? outputHash : inputHash, opening })
    return { ...verified, shown }
  })
  const verifyMs = performance.now() - startedMs
  const { notes, domain } = verification
  const data = { source: file, verifyMs }
  if (!course.ok) return refusal({ title: file, checks: course.checks, error: course.error, notes, data })
  const { receiptFile, signer, shown } = course.value
  return {
    ok: true,
    title: file,
    checks: course.checks,
    verdict: `Verified in ${formatMs(verifyMs)}: ${signer} signed, for ${describeDomain(receiptFile.domain)}, an answer of which this is part.`,
    sections: [openedSection(shown), receiptSection(receiptFile.receipt, receiptFile.domain)],
    notes: [
      ...notes,
      ...audienceNotes(domain),
      'Which model that is and what was asked, the receipt says by their ids alone: compare them.',
    ],
    data: {
      ...data,
      signer,
      receipt: receiptToJson(receiptFile.receipt),
      domain: domainData(receiptFile.domain),
      ...openedData(shown),
    },
  }
}

/** Text is shown whole. */
const openingFileBytesMax = 128 << 20
