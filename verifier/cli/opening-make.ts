import { type Command, Option } from 'commander'
import { utf8 } from '../bytes.ts'
import { type CommitmentSide, commitTensors, type OpenedBlock, openElement, verifyOpening } from '../commitment.ts'
import { VerifierError } from '../errors.ts'
import { usage } from './cli-error.ts'
import { readInput, writeOutput } from './files.ts'
import { decodeOpenableFile, openableFileBytesMax } from './openable-file.ts'
import { type Report, runVerb, type Section } from './report.ts'
import { tensorData, tensorRows } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addOpeningMake(parent: Command, terminal: Terminal): void {
  parent
    .command('make')
    .description('Write a file that shows one value of an answer, and keeps the others.')
    .argument('<FILE>', 'of nacre infer --openable: keep it secret')
    .addOption(new Option('--side <SIDE>', 'of which tensors').choices(['input', 'output']).makeOptionMandatory())
    .requiredOption('--tensor <NAME>', 'which of them')
    .requiredOption('--element <NUMBER>', 'which value of it, counted from 0 in row-major order')
    .requiredOption('--out <FILE>', 'where the opening goes')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
An element of a tensor of at most 256 is shown alone; larger tensors are shown in 256 blocks, and text whole. Whoever is to believe it needs the receipt: nacre opening verify.

Example:
  nacre opening make openable.json --side input --tensor features --element 3 --out opening.json`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, async () => make(file, options)))
}

type Options = { side: CommitmentSide; tensor: string; element: string; out: string; json?: boolean }

function make(file: string, options: Options): Report {
  const { side, tensor, out } = options
  if (!/^(0|[1-9][0-9]{0,8})$/.test(options.element)) throw usage(`--element ${options.element} is not a number from 0`)
  const { salt, inputs, outputs } = decodeOpenableFile(readInput(file, openableFileBytesMax), file)
  const salted = { tensors: side === 'input' ? inputs : outputs, salt, side }
  const opening = opened(
    () => openElement({ ...salted, tensor, element: Number(options.element) }),
    salted.tensors.map(({ name }) => name),
  )
  const commitment = commitTensors(salted)
  const shown = verifyOpening({ commitment, opening })
  writeOutput(out, utf8(`${JSON.stringify(opening)}\n`))
  return {
    ok: true,
    title: file,
    checks: [],
    verdict: `Written to ${out}: it shows what stands above, and nothing else.`,
    sections: [openedSection(shown)],
    notes: [],
    data: { source: file, opening: out, commitment, ...openedData(shown) },
  }
}

function opened<value>(open: () => value, names: readonly string[]): value {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    throw usage(`${error.message} (${error.received})`, `The tensors of this side: ${names.join(', ')}.`)
  }
}

export function openedSection({ side, block, first, shape }: OpenedBlock): Section {
  const count = Number(block.shape[0])
  return {
    title: 'Shown',
    rows: [
      ['side', side],
      ...tensorRows(block),
      ['place', count === 1 ? `element ${first}` : `elements ${first} to ${first + count - 1}`],
      ['of', `${block.datatype} [${shape.join(', ')}]`],
    ],
  }
}

export function openedData({ side, block, first, shape, tensorIndex }: OpenedBlock) {
  return { side, tensorIndex, shape: shape.map(Number), first, shown: tensorData(block) }
}
