import type { Command } from 'commander'
import { type AnswersBundle, decodeAnswersBundle } from '../answers-bundle.ts'
import { decodeAttestation } from '../attestation.ts'
import { bundleBytesMax, decodeBundle } from '../bundle.ts'
import type { BundledAnswer } from '../bundle-evidence.ts'
import type { Hex } from '../bytes.ts'
import { checkpointToJson } from '../checkpoint.ts'
import { decodeHistory } from '../history.ts'
import { decodeKeyset, type Keyset } from '../keyset.ts'
import { decodeManifest, hashManifest, type ModelManifest, type OnnxManifest, type ProgramManifest } from '../manifest.ts'
import { receiptToJson } from '../receipt.ts'
import { unreadable } from './attestation-inspect.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { readInput } from './files.ts'
import { inclusionToJson } from './receipt-file.ts'
import { domainData, receiptSection } from './receipt-summary.ts'
import { formatBytes, type Report, runVerb, type Section } from './report.ts'
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
  const held = unreadable(file, () => decodeAnswersBundle(bytes))
  if (held.version === 2) return inspectSeveral(file, bytes.length, held)
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
  return {
    ok: true,
    title: `${file}: bundle, ${formatBytes(bytes.length)}`,
    checks: [],
    verdict: 'NOTHING WAS VERIFIED: anybody could have written this. Use `nacre bundle verify`.',
    sections: [
      attestationSection(document),
      keysetSection(keyset),
      manifestSection(manifest, modelId),
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

async function inspectSeveral(file: string, length: number, { evidence, answers }: AnswersBundle): Promise<Report> {
  const { models, keyset, document, epochs } = unreadable(file, () => ({
    models: evidence.manifests.map(decodeManifest),
    keyset: decodeKeyset(evidence.keyset),
    document: decodeAttestation(evidence.attestation),
    epochs: evidence.history === null ? null : decodeHistory(evidence.history),
  }))
  const modelIds = await Promise.all(models.map(hashManifest))
  const { head, registration, provenance } = evidence
  const nameOf = (id: Hex) => models[modelIds.indexOf(id)]?.name ?? id
  const proven = ({ signature, proof }: BundledAnswer) =>
    [...(signature === null ? [] : ['signed']), ...(proof === null ? [] : ['in the log'])].join(', ')
  return {
    ok: true,
    title: `${file}: bundle of ${answers.length} answers, ${formatBytes(length)}`,
    checks: [],
    verdict: 'NOTHING WAS VERIFIED: anybody could have written this. Use `nacre bundle verify`.',
    sections: [
      attestationSection(document),
      keysetSection(keyset),
      ...models.map((manifest, index) => manifestSection(manifest, modelIds[index] as Hex)),
      {
        title: 'Answers',
        rows: answers
          .slice(0, answersShownMax)
          .map((answer) => [String(answer.receipt.sequence), `${nameOf(answer.receipt.modelId)}, ${proven(answer)}`] as const),
      },
      {
        title: 'Besides',
        rows: [
          ['log', head === null ? 'none' : `${head.checkpoint.treeSize} leaves`],
          ['note', head?.note == null ? 'none' : formatBytes(head.note.length)],
          ['registration', registration === null ? 'none' : `by ${registration.registry} on chain ${registration.chainId}`],
          ['provenance', provenance === null ? 'none' : formatBytes(provenance.length)],
          ['history', epochs === null ? 'none' : `${epochs.length} key epochs`],
        ],
      },
    ],
    notes: answers.length > answersShownMax ? [`${answers.length - answersShownMax} more answers are in the JSON.`] : [],
    data: {
      verified: false,
      source: file,
      bytes: length,
      attestation: attestationData(document),
      keyset,
      models: models.map((manifest, index) => ({ id: modelIds[index], manifest })),
      head: head === null ? null : { checkpoint: checkpointToJson(head.checkpoint), signature: head.signature },
      epochs: epochs?.length ?? null,
      answers: answers.map(({ receipt, domain, signature, proof, inputs, outputs }) => ({
        receipt: receiptToJson(receipt),
        domain: domainData(domain),
        signature,
        proof,
        inputs: inputs?.map((tensor) => tensorData(tensor)) ?? null,
        outputs: outputs?.map((tensor) => tensorData(tensor)) ?? null,
      })),
    },
  }
}

const answersShownMax = 50

function keysetSection({ receiptKey, keptReceiptKey, tlsSpkiSha256, hpkePublicKey, logName, modelIds }: Keyset): Section {
  return {
    title: 'Keyset',
    rows: [
      ['receipt key', receiptKey],
      ...(keptReceiptKey === undefined ? [] : [['for contracts too', keptReceiptKey] as const]),
      ['TLS key', tlsSpkiSha256],
      ['HPKE key', hpkePublicKey],
      ['log', logName],
      ['models', `${modelIds.length}`],
    ],
  }
}

function manifestSection(manifest: ModelManifest, modelId: Hex): Section {
  const shape = ({ name, datatype, shape }: (typeof manifest.inputs)[number]) => `${name} ${datatype} [${shape.join(', ')}]`
  return {
    title: 'Manifest',
    rows: [
      ['model', `${manifest.name} version ${manifest.version}`],
      ['id', modelId],
      ...(manifest.platform === 'onnx_onnxv1' ? weightsRows(manifest) : programRows(manifest)),
      ['inputs', manifest.inputs.map(shape).join('; ')],
      ['outputs', manifest.outputs.map(shape).join('; ')],
      ['labels', String(manifest.labels.length)],
    ],
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
