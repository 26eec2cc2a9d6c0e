import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { type Bundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import { type AttestedClient, connect } from '@nacre/verifier/cli/attested-client'
import { encodeReceiptFile } from '@nacre/verifier/cli/receipt-file'
import { type VerifiedInference, verifyInference } from '@nacre/verifier/inference'
import { decodeManifest, hashManifest, type ModelManifest } from '@nacre/verifier/manifest'
import type { Policy } from '@nacre/verifier/policy'
import { encodeInferRequest, signatureOf } from '@nacre/verifier/response'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { type Address, formatEther } from 'viem'
import type { LaunchedEnclave } from './launcher.ts'
import { assertModelsPcr, modelsPcrOf } from './models-pcr.ts'
import type { OnChain, Registration } from './on-chain.ts'
import type { Report } from './report.ts'
import { stateFiles, writeFileAtomically } from './state.ts'

/** The question of the main job: a picture, and the model that should answer. */
export type Question = { samplePath: string; source: string; inputs: Tensor[]; manifest: ModelManifest; modelId: Hex }

/** Evidence as written to disk. */
export type EvidenceFiles = { bundle: string; document: string; receipt: string; root: string }

export type AttestedAnswerParameters = {
  projectRoot: string
  question: Question
  url: string
  launched: LaunchedEnclave
  onChain: OnChain
  /** Where a receipt stands in the log that the host keeps, as soon as it does. */
  placeInLog(sequence: number): Promise<Pick<Bundle, 'inclusion' | 'note'>>
  outDirectory: string
  stateDirectory: string
  report: Report
  nowMs(): number
}

/** The caller's own idea of the model comes from the checkout, not from the enclave that is to be checked. */
export async function readQuestion(samplePath: string): Promise<Question> {
  const { source, tensor } = JSON.parse(readFileSync(samplePath, 'utf8')) as {
    source: string
    tensor: Parameters<typeof tensorFromValues>[0]
  }
  const manifest = decodeManifest(Uint8Array.from(readFileSync(join(samplePath, '../../manifest.json'))))
  return { samplePath, source, inputs: [tensorFromValues(tensor)], manifest, modelId: await hashManifest(manifest) }
}

/** The main job: one picture in, one answer out, and every claim about it checked by somebody who trusts neither the host nor the relay. */
export async function attestedAnswer(parameters: AttestedAnswerParameters) {
  const { question, url, launched, onChain, stateDirectory, report, nowMs } = parameters
  const { samplePath, source, inputs, manifest, modelId } = question
  const rootPem = readFileSync(launched.rootPemPath, 'utf8')
  const root = certificateFromPem(rootPem)
  const measurement = launched.measurements()
  const policy: Policy = { measurements: [measurement], modelIds: [modelId] }

  const client = await report.step('attestation', async () => {
    const client = await meetEnclave({ url, root, policy, nowMs })
    const { attestation, keyset } = client.enclave
    return {
      line: `document of ${attestation.moduleId} verified up to simulated-root.pem, ${client.attestation.length} bytes\nPCR0-2 as measured, nonce fresh, TLS key and ${keyset.modelIds.length} models bound`,
      value: client,
    }
  })
  const { answer, bundle } = await report.step('inference', async () => {
    const requestId = await onChain.requestId()
    const answered = await client.infer({ model: manifest.name, inputs, requestId, domain: onChain.domain, binary: true })
    client.close()
    return {
      line: `${source}\nover HTTPS, pinned to the attested key: model "${manifest.name}" says ${judgement(answered.answer.outputs, manifest.labels)}`,
      value: answered,
    }
  })
  const verified = await report.step('receipt', async () => {
    // Everything from scratch, as somebody would who was only handed the pieces.
    const { attestation, keyset, domain } = bundle
    const request = { requestId: bundle.receipt.requestId, modelId, inputs, outputs: question.manifest.outputs }
    const time = { mode: 'live', nowMs: nowMs(), ageMsMax: attestationAgeMsMax } as const
    const verified = await verifyInference({ response: { ...answer, attestation, keyset }, request, root, policy, time, domain })
    return { line: `verifyInference accepts: number ${verified.receipt.sequence} of key ${verified.signer}`, value: verified }
  })
  const signature = signatureOf(answer)
  const gas = await actOnChain({ ...parameters, client, verified, signature, measurement })
  const registration = await onChain.proveRegistration(bundle.attestation)
  const place = await parameters.placeInLog(Number(bundle.receipt.sequence))
  const files = await writeEvidence({
    ...parameters,
    bundle: { ...bundle, ...place, registration },
    signature,
    signer: verified.signer,
    root,
    rootPem,
    policy,
  })

  const requestPath = join(stateDirectory, stateFiles.exampleRequest)
  writeFileAtomically(requestPath, encodeInferRequest({ inputs, requestId: toHex(random(32)) }).body)
  const commands = {
    curlPin: curlPin(client),
    modelName: manifest.name,
    requestPath,
    samplePath,
    rootPath: files.root,
    pcr0: measurement.pcr0,
    gate: onChain.gate,
    visitor: onChain.visitor,
  }
  return { root, policy, files, commands, gas }
}

type ChainParameters = Pick<AttestedAnswerParameters, 'projectRoot' | 'question' | 'onChain' | 'report'> & {
  client: AttestedClient
  verified: VerifiedInference
  signature: Hex
  measurement: ReturnType<LaunchedEnclave['measurements']>
}

/** The registry learns the key, and a contract that trusts the registry acts on the value. Before and after, what must be refused is refused. */
async function actOnChain({
  projectRoot,
  question,
  onChain,
  report,
  client,
  verified,
  signature,
  measurement,
}: ChainParameters): Promise<{ registration: bigint; consumer: bigint }> {
  const { receipt, outputs } = verified
  const registration = await report.step('registry', async () => {
    const refusal = await onChain.refusalOf(receipt, signature, outputs)
    if (refusal === null) throw new Error('The gate would accept a key that nobody registered')
    const pcr16 = await modelsPcrOf(join(projectRoot, 'enclave/models'))
    assertModelsPcr(client.enclave.attestation.pcrs.get(16), pcr16)
    await onChain.approveMeasurements({ ...measurement, pcr16 })
    const registration = await onChain.registerEnclave(client.attestation)
    return { line: `before: the gate refuses the receipt (${refusal})\n${registrationText(registration)}`, value: registration.gasUsed }
  })
  const consumer = await report.step('consumer', async () => {
    const { classIndex, lead, admitted, gasUsed } = await onChain.enterGate(receipt, signature, outputs)
    const again = await onChain.refusalOf(receipt, signature, outputs)
    if (again === null) throw new Error('The gate would accept the same receipt twice')
    return {
      line: `GarmentGate read "${question.manifest.labels[classIndex]}", ahead by ${Number(formatEther(lead)).toFixed(3)}, and ${admitted ? 'opened' : 'stayed shut'}, ${gasUsed} gas\nthe same receipt again: refused (${again})`,
      value: gasUsed,
    }
  })
  return { registration, consumer }
}

export function registrationText({ gasUsed, signatures, byAnother, expiresAtSeconds }: Registration): string {
  const until = `key registered until ${new Date(Number(expiresAtSeconds) * 1000).toISOString()}`
  if (byAnother) return `somebody else handed the document in first; ${until}`
  return `whole document verified on chain, ${signatures} signatures, ${gasUsed} gas; ${until}`
}

type EvidenceParameters = Pick<AttestedAnswerParameters, 'outDirectory' | 'report'> & {
  bundle: Bundle
  signature: Hex
  signer: Address
  root: Certificate
  rootPem: string
  policy: Policy
}

async function writeEvidence({
  outDirectory,
  report,
  bundle,
  signature,
  signer,
  root,
  rootPem,
  policy,
}: EvidenceParameters): Promise<EvidenceFiles> {
  return report.step('bundle', async () => {
    const files = {
      bundle: join(outDirectory, 'answer.nacre'),
      document: join(outDirectory, 'document.cbor'),
      receipt: join(outDirectory, 'receipt.json'),
      root: join(outDirectory, 'simulated-root.pem'),
    }
    writeFileAtomically(files.bundle, encodeBundle(bundle))
    writeFileAtomically(files.document, bundle.attestation)
    writeFileAtomically(files.receipt, encodeReceiptFile({ receipt: bundle.receipt, domain: bundle.domain, signature, signer }))
    writeFileAtomically(files.root, rootPem)
    const stored = Uint8Array.from(readFileSync(files.bundle))
    await verifyBundle({ bundle: stored, root, policy, time: { mode: 'document' } })
    const refusal = await refusedUnder(awsNitroRootG1, stored, policy)
    return {
      line: `${stored.length} bytes in one file${bundle.inclusion === null ? '' : ', its place in the log proven'}${bundle.registration === null ? '' : ', the registration proven in its block'}, verified offline; under AWS's root it is refused (${refusal})`,
      value: files,
    }
  })
}

type MeetParameters = { url: string; root: Certificate; policy: Policy; nowMs(): number }

/** Connects to an enclave that the policy accepts, or not at all. */
export function meetEnclave({ url, root, policy, nowMs }: MeetParameters): Promise<AttestedClient> {
  return connect({ url, root, policy, nowMs, ageMsMax: attestationAgeMsMax, randomBytes: random })
}

/** The form in which curl takes the pin of the key that the document vouches for. */
export function curlPin({ enclave }: AttestedClient): string {
  return `sha256//${Buffer.from(fromHex(enclave.keyset.tlsSpkiSha256)).toString('base64')}`
}

function random(length: number): Uint8Array {
  return Uint8Array.from(randomBytes(length))
}

/** An enclave renews its document every few minutes; one that is older was kept back by somebody. */
const attestationAgeMsMax = 15 * 60_000

async function refusedUnder(root: Certificate, bundle: Uint8Array, policy: Policy): Promise<string> {
  try {
    await verifyBundle({ bundle, root, policy, time: { mode: 'document' } })
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message
  }
  throw new Error('A bundle of a simulation passes under the root of AWS')
}

function judgement(outputs: readonly Tensor[], labels: readonly string[]): string {
  const [scores] = outputs
  if (scores === undefined) return 'nothing'
  const values = tensorValues(scores).map(Number)
  return `"${labels[values.indexOf(Math.max(...values))]}"`
}
