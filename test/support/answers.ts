import { type AnswersBundle, encodeAnswersBundle, type VerifyAnswersParameters } from '@nacre/verifier/answers-bundle'
import type { BundledAnswer, SharedEvidence } from '@nacre/verifier/bundle-evidence'
import { fromHex, type Hex, utf8 } from '@nacre/verifier/bytes'
import { encodeTreeHead, type WitnessPolicy } from '@nacre/verifier/checkpoint'
import { encodeHistory, type HistoryPolicy } from '@nacre/verifier/history'
import { encodeManifest, hashManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import { encodeProvenance } from '@nacre/verifier/provenance'
import { hashReceipt } from '@nacre/verifier/receipt'
import { tensorFromValues } from '@nacre/verifier/tensor'
import { privateKeyToAccount } from 'viem/accounts'
import { keccak256, sha256 } from 'viem/utils'
import { type AnswerParts, logKey, makeAnswer, pcrHex, receiptAccount, sha256Hex, testDomain, testManifest } from './answer.ts'
import { keyRegistered, makeRegistration } from './block.ts'
import { makeHistory } from './history.ts'
import { cosignText, ed25519Key, noteKey, testLog } from './log.ts'
import { makeChain, nowMs, type TestChain } from './pki.ts'

export type AnswersParts = {
  chain?: TestChain
  evidence?: Partial<SharedEvidence>
  answers?: (answers: readonly BundledAnswer[]) => readonly BundledAnswer[]
  /** Further parts of each answer. */
  each?: AnswerParts
  /** Without it, no history. */
  images?: readonly number[]
  count?: number
  seenSeconds?: number
}

export const secondManifest: OnnxManifest = { ...testManifest, name: 'second', weights: { sha256: sha256Hex('others'), bytes: 6 } }
export const testWitness = ed25519Key('w1')
export const testRegistry: Hex = `0x${'5e'.repeat(20)}`
const owner = privateKeyToAccount(sha256Hex('owner'))

/**
 * Three answers of two models in a log of twelve leaves, and all that a bundle may hold of evidence: the first is signed and in the log, the second in the log alone, the third signed alone, for an audience, with its
 * inputs kept back.
 */
export async function makeAnswers(parts: AnswersParts = {}) {
  const { chain = makeChain(), images, count = 3, seenSeconds = Math.floor(nowMs / 1000) + 60, each = {} } = parts
  const models = [testManifest, secondManifest]
  const modelIds = await Promise.all(models.map(hashManifest))
  const made = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      makeAnswer({
        chain,
        keyset: { modelIds },
        manifest: models[i % 2] as OnnxManifest,
        inputs: [tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, 2], values: [i, 0.5] })],
        domain: i % 3 === 2 ? testDomain : null,
        ...each,
        receipt: {
          requestId: sha256Hex(`request ${i}`),
          sequence: BigInt(2 * i + 3),
          timestampMs: BigInt(nowMs + 1000 + i),
          ...each.receipt,
        },
      }),
    ),
  )
  const [first] = made as [(typeof made)[number]]
  const { attestation, keyset } = first.bundle
  const leaves = new Map(made.map(({ bundle }) => [Number(bundle.receipt.sequence), fromHex(hashReceipt(bundle.receipt, bundle.domain))]))
  const log = testLog(Array.from({ length: 2 * count + 6 }, (_, i) => leaves.get(i) ?? sha256(utf8(`leaf ${i}`), 'bytes')))
  const place = (index: number) => log.proveReceipt(index, BigInt(nowMs + 2000), receiptAccount)
  const { checkpoint, checkpointSignature } = await place(3)
  const text = encodeTreeHead({ origin: first.keyset.logName, treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash })
  const note = log.note(first.keyset.logName, logKey, cosignText(text, 'witness.example/w1', testWitness, BigInt(seenSeconds)))
  const registration = makeRegistration({
    transactions: [{ events: [keyRegistered({ registry: testRegistry, key: receiptAccount.address, documentHash: sha256(attestation) })] }],
    transactionIndex: 0,
    registry: testRegistry,
    timestampSeconds: Math.floor(nowMs / 1000) + 60,
  })
  const past = images === undefined ? null : await makeHistory({ chain, owner, images, last: receiptAccount })
  const evidence: SharedEvidence = {
    attestation,
    keyset,
    manifests: models.slice(0, count).map(encodeManifest),
    head: { checkpoint, signature: checkpointSignature, note },
    registration,
    provenance: encodeProvenance({
      format: 'nacre/provenance/1',
      measurements: { pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) },
      source: 'https://example.org/source',
      revision: '0123abc',
      recipe: 'docker build',
    }),
    history: past === null ? null : encodeHistory(past.epochs),
    ...parts.evidence,
  }
  const answers = await Promise.all(
    made.map(async ({ bundle }, i): Promise<BundledAnswer> => {
      const { domain, receipt, signature, inputs, outputs } = bundle
      const { proof } = await place(Number(receipt.sequence))
      return {
        domain,
        receipt,
        signature: i % 3 === 1 ? null : signature,
        proof: i % 3 === 2 ? null : proof,
        inputs: i % 3 === 2 ? null : inputs,
        outputs,
      }
    }),
  )
  const bundle: AnswersBundle = { evidence, answers: parts.answers?.(answers) ?? answers }
  const bytes = encodeAnswersBundle(bundle)
  const history: Omit<HistoryPolicy, 'signer'> | undefined =
    past === null
      ? undefined
      : { measurements: past.images.slice(0, 1), upgrades: { owner: owner.address }, continuity: 'named', overlapMsMax: 0, known: null }
  const parameters: VerifyAnswersParameters = {
    bundle: bytes,
    root: chain.root,
    policy: { ...first.policy, modelIds },
    time: { mode: 'document' },
    history,
  }
  return { bundle, bytes, parameters, chain, keyset: first.keyset, log, blockHash: keccak256(registration.header), past, models }
}

export const testWitnesses = (quorum: number, key = testWitness): WitnessPolicy => ({
  keys: [noteKey('witness.example/w1', 'cosignature', key)],
  quorum,
  latestMs: nowMs + 86_400_000,
})
