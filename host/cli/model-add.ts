import { readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { formatBytes, formatMs, type Report, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import type { RuntimeProfile, TensorSpec } from '@nacre/verifier/manifest'
import { type Command, Option } from 'commander'
import { type AddedModel, addModel } from '../model/add-model.ts'
import { ModelError, modelRemedies } from '../model/model-error.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `model add`. Exit code 0 when the model was added, 2 when it was not. */
export function addModelAddCommand(model: Command, terminal: Terminal = processTerminal): void {
  const command = model
    .command('add')
    .description(
      'Make a folder of the enclave from an ONNX file: look into it, write its manifest, try it, and say what its id and PCR16 will be.',
    )
    .argument('<FILE>', 'the model: one ONNX file')
    .option('--name <NAME>', 'under which it is asked (default: the name of the file)')
    .option('--model-version <TEXT>', 'its version', '1')
    .option('--labels <FILE>', 'names of the classes, one a line, in the order of the last dimension of the output')
    .addOption(
      new Option('--level <LEVEL>', 'graph optimisation; above basic, convolutions change their bits from one ONNX Runtime to the next')
        .choices(['disabled', 'basic', 'extended', 'all'])
        .default('basic'),
    )
    .option('--rows-independent', 'a row of the outputs depends on the same row of the inputs alone: requests may share runs')
    .option('--open-size <NUMBER>', 'size of open dimensions other than the first, for the self-test', '8')
    .option('--into <DIR>', 'folder of the models', fileURLToPath(new URL('../../enclave/models', import.meta.url)))
    .option('--timeout <SECONDS>', 'for loading the model, and for each run', '120')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The model id is the hash of the manifest: the same file, name, version, labels and profile give the same id everywhere.

Examples:
  nacre model add mnist.onnx --name mnist --labels digits.txt
  nacre model add scorer.onnx --rows-independent && npm start`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => add(file, options)))
  twoOnMisuse(command, terminal)
}

type Options = {
  name?: string
  modelVersion: string
  labels?: string
  level: RuntimeProfile['graphOptimizationLevel']
  rowsIndependent?: true
  openSize: string
  into: string
  timeout: string
  json?: true
}

async function add(file: string, options: Options): Promise<Report> {
  const name = options.name ?? basename(file).replace(/\.onnx$/i, '')
  const parameters = {
    onnxPath: resolve(file),
    modelsFolder: resolve(options.into),
    name,
    version: options.modelVersion,
    labels: options.labels === undefined ? [] : readLabels(options.labels),
    graphOptimizationLevel: options.level,
    rowsIndependent: options.rowsIndependent === true,
    openSize: wholeNumber('--open-size', options.openSize, 4096),
    timeoutMs: wholeNumber('--timeout', options.timeout, 86_400) * 1000,
  }
  try {
    return report(await addModel(parameters), options)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const compared = [error.expected && `expected ${error.expected}`, error.received && `received ${error.received}`].filter(Boolean)
    throw new CliError('MODEL_NOT_ADDED', `${error.code}: ${[error.message, ...compared].join(', ')}`, {
      remedy: modelRemedies[error.code],
      cause: error,
    })
  }
}

function report({ folder, manifest, id, pcr16, selfTest }: AddedModel, options: Options): Report {
  const form = ({ name, datatype, shape }: TensorSpec) =>
    [name, `${datatype} [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`] as const
  const hint = selfTest.rowsLookIndependent === true && manifest.rows === undefined
  return {
    ok: true,
    title: `${manifest.name}: ${formatBytes(manifest.weights.bytes)}, in ${folder}`,
    checks: [],
    verdict: `The model runs, twice with the same bytes, in ${formatMs(selfTest.runMs)} a row.`,
    sections: [
      { title: 'Inputs', rows: manifest.inputs.map(form) },
      { title: 'Outputs', rows: manifest.outputs.map(form) },
      {
        title: 'Identity',
        rows: [
          ['model id', id],
          ['PCR16', `${pcr16} (all models of the folder)`],
          ['profile', `ONNX Runtime ${manifest.runtime.version}, ${manifest.runtime.graphOptimizationLevel}, one thread`],
          ['rows', manifest.rows ?? 'not said to be independent'],
        ],
      },
      {
        title: 'Next',
        rows: [
          ['run it', 'npm start'],
          [
            'ask it',
            `npx nacre infer https://127.0.0.1:8443 ${manifest.name} --input ${relative('', join(folder, 'samples/generated.json'))} --root nacre-out/simulated-root.pem --pcr0 HEX, which npm start prints`,
          ],
        ],
      },
    ],
    notes: hint
      ? [
          'Stacked rows gave the bytes of each alone. If no row depends on another by design, remove the folder and add the model with --rows-independent: requests that wait then share runs.',
        ]
      : [],
    data: {
      folder,
      modelId: id,
      pcr16,
      manifest,
      runMs: selfTest.runMs,
      rowsLookIndependent: selfTest.rowsLookIndependent,
      level: options.level,
    },
  }
}

function readLabels(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
  } catch (cause) {
    throw usage(`--labels: ${(cause as Error).message}`)
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text)
  if (!/^[0-9]{1,6}$/.test(text) || value < 1 || value > max) throw usage(`${option} is a whole number from 1 to ${max}`)
  return value
}
