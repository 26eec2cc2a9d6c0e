import type { Command } from 'commander'
import { decodeAttestation } from '../attestation.ts'
import { bundleBytesMax, decodeBundle } from '../bundle.ts'
import { decodeKeyset } from '../keyset.ts'
import { decodeManifest, hashManifest, type OnnxManifest, type ProgramManifest } from '../manifest.ts'
import { receiptToJson } from '../receipt.ts'
import { unreadable } from './attestation-inspect.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { readInput } from './files.ts'
import { inclusionToJson } from './receipt-file.ts'
import { domainData, receiptSection } from './receipt-summary.ts'
import { formatBytes, type Report, runVerb } from './report.ts'
import { tensorData, tensorSection } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addBundleInspect(parent: Command, terminal: Terminal): void {
  parent
    .command('inspect')
    .description('Show what is in a bundle. Verifies nothing.')
    .argument('<FILE>', 'bundle (*.nacre)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  nacre bundle inspect answer.nacre')
    .action((file: string, options: { json?: boolean }) => runVerb(terminal, options.json === true, () => inspect(file)))
}

async function inspect(file: string): Promise<Report> {
  const bytes = readInput(file, bundleBytesMax)
  const { bundle, manifest, keyset, document } = unreadable(file, () => {
    const bundle = decodeBundle(bytes)
    return {
      bundle,
      manifest: decodeManifest(bundle.manifest),
      keyset: decodeKeyset(bundle.keyset),
      document: decodeAttestation(bundle.attestation),
    }
  })
  const modelId = await hashManifest(manifest)
  const { receipt, domain, signature, inputs, outputs } = bundle
  const shape = ({ name, datatype, shape }: (typeof manifest.inputs)[number]) => `${name} ${datatype} [${shape.join(', ')}]`
  return {
    ok: true,
    title: `${file}: bundle, ${formatBytes(bytes.length)}`,
    checks: [],
    verdict: 'NOTHING WAS VERIFIED: anybody could have written this. Use `nacre bundle verify`.',
    sections: [
      attestationSection(document),
      {
        title: 'Keyset',
        rows: [
          ['receipt key', keyset.receiptKey],
          ['TLS key', keyset.tlsSpkiSha256],
          ['HPKE key', keyset.hpkePublicKey],
          ['log', keyset.logName],
          ['models', `${keyset.modelIds.length}`],
        ],
      },
      {
        title: 'Manifest',
        rows: [
          ['model', `${manifest.name} version ${manifest.version}`],
          ['id', modelId],
          ...(manifest.platform === 'onnx_onnxv1' ? weightsRows(manifest) : programRows(manifest)),
          ['inputs', manifest.inputs.map(shape).join('; ')],
          ['outputs', manifest.outputs.map(shape).join('; ')],
          ['labels', String(manifest.labels.length)],
        ],
      },
      receiptSection(receipt, domain),
      { title: 'Signature', rows: [['', signature ?? 'none: proven by its place in the log']] },
      tensorSection('Input', inputs),
      tensorSection('Output', outputs, manifest.labels),
      {
        title: 'Besides',
        rows: [
          ['log', bundle.inclusion === null ? 'none' : `leaf ${receipt.sequence} of ${bundle.inclusion.checkpoint.treeSize}`],
          ['note', bundle.note === null ? 'none' : formatBytes(bundle.note.length)],
          [
            'registration',
            bundle.registration === null ? 'none' : `by ${bundle.registration.registry} on chain ${bundle.registration.chainId}`,
          ],
          ['provenance', bundle.provenance === null ? 'none' : formatBytes(bundle.provenance.length)],
        ],
      },
    ],
    notes: [],
    data: {
      verified: false,
      source: file,
      bytes: bytes.length,
      attestation: attestationData(document),
      keyset,
      model: { id: modelId, name: manifest.name, version: manifest.version },
      manifest,
      receipt: receiptToJson(receipt),
      domain: domainData(domain),
      signature,
      inclusion: bundle.inclusion === null ? null : inclusionToJson(bundle.inclusion),
      inputs: inputs?.map((tensor) => tensorData(tensor)) ?? null,
      outputs: outputs?.map((tensor) => tensorData(tensor, manifest.labels)) ?? null,
    },
  }
}

function weightsRows({ weights, runtime }: OnnxManifest): [string, string][] {
  const { engine, version, graphOptimizationLevel, intraOpThreads, interOpThreads } = runtime
  return [
    ['weights', `${weights.sha256} (${formatBytes(weights.bytes)})`],
    ['runtime', `${engine} ${version}, ${graphOptimizationLevel}, ${intraOpThreads}+${interOpThreads} threads`],
  ]
}

function programRows({ program, stages, files }: ProgramManifest): [string, string][] {
  return [
    ['program', `${program.name} ${program.version}, ${JSON.stringify(program.settings)}`],
    ...stages.map(({ role, modelId }): [string, string] => [`stage ${role}`, modelId]),
    ...files.map(({ name, sha256, bytes }): [string, string] => [name, `${sha256} (${formatBytes(bytes)})`]),
  ]
}
