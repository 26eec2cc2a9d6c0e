import './deterministic.ts'

import { encodeBundle } from '@nacre/verifier/bundle'
import type { BundledAnswer, SharedEvidence } from '@nacre/verifier/bundle-evidence'
import { type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { encodeHistory } from '@nacre/verifier/history'
import { encodeManifest } from '@nacre/verifier/manifest'
import { encodeNoteKey } from '@nacre/verifier/note'
import { sha256 } from 'viem/utils'
import { logKey, makeAnswer, otherAccount, sha256Hex, testDomain, testManifest } from '../support/answer.ts'
import { type AnswersParts, makeAnswers, testRegistry, testWitness } from '../support/answers.ts'
import { makeHistory } from '../support/history.ts'
import { ed25519Key, noteKey, testLog } from '../support/log.ts'
import { makeChain, nowMs } from '../support/pki.ts'
import type { Draft } from './cases.ts'
import type { Json } from './run.ts'

export async function answersCases(): Promise<Draft[]> {
  const chain = makeChain({ depth: 1 })
  const make = (parts: AnswersParts = {}) => makeAnswers({ chain, ...parts })
  const whole = await make({ images: [0, 1] })
  const { evidence, answers } = whole.bundle
  const history = whole.parameters.history as unknown as Json
  const draft = (title: string, code: string | undefined, bundle: Uint8Array, more: { [key: string]: Json } = {}): Draft => ({
    title,
    input: {
      bundle: toHex(bundle),
      root: toHex(chain.root.der),
      measurements: whole.parameters.policy.measurements as unknown as Json,
      modelIds: whole.parameters.policy.modelIds as Hex[],
      time: { mode: 'document' },
      ...more,
    },
    ...(code === undefined ? {} : { code }),
  })
  const of = async (parts: AnswersParts) => (await make(parts)).bytes
  const shared = (change: Partial<SharedEvidence>) => of({ evidence: change })
  const changed = (index: number, change: Partial<BundledAnswer>) =>
    of({ answers: (all) => all.map((each, i) => (i === index ? { ...each, ...change } : each)) })
  const plain = (await make()).bytes
  const fields = decodeCbor(plain) as CborMap
  const edited = (edit: (fields: Map<string | number | bigint, CborValue>) => void) => {
    const rest = new Map([...fields].filter(([name]) => name !== 'checksum'))
    edit(rest)
    return encodeCbor(new Map([...rest, ['checksum', sha256(encodeCbor(rest, { deterministic: true }), 'bytes')]]), { deterministic: true })
  }
  const list = (name: string) => fields.get(name) as CborValue[]
  const [first, second] = answers as [BundledAnswer, BundledAnswer]
  const head = evidence.head as NonNullable<SharedEvidence['head']>
  const stranger = (await make({ each: { signer: otherAccount } })).bundle.answers[0] as BundledAnswer
  const inLog = (all: readonly BundledAnswer[]) => all.slice(0, 2)
  const witnesses = (key = testWitness) => ({
    keys: [encodeNoteKey(noteKey('witness.example/w1', 'cosignature', key))],
    quorum: 1,
    latestMs: nowMs + 86_400_000,
  })
  const trusted = { chainId: '1', registry: testRegistry, blockHashes: [whole.blockHash] }
  const { epochs } = await makeHistory({ chain, owner: otherAccount, images: [0] })
  return [
    draft('three answers: signed, in the log, or both', undefined, plain),
    draft('with the history of the key', undefined, whole.bytes, { history }),
    draft(
      'without anything that need not be there',
      undefined,
      await of({
        count: 1,
        evidence: { registration: null, provenance: null, head: null },
        answers: (all) => all.map((each) => ({ ...each, proof: null })),
      }),
    ),
    draft('at the time of a witness', undefined, await of({ answers: inLog }), { time: { mode: 'witnesses' }, witnesses: witnesses() }),
    draft('at the time of a block', undefined, plain, { time: { mode: 'chain' }, chain: trusted }),
    draft('of one answer, in version 1', undefined, encodeBundle((await makeAnswer({ chain })).bundle), { modelIds: 'any-measured' }),
    draft(
      'of another format',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('format', 'nacre/bundle/3')),
    ),
    draft(
      'with a field more',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('extra', 1)),
    ),
    draft(
      'with a field less',
      'BUNDLE_MALFORMED',
      edited((map) => map.delete('history')),
    ),
    draft('with its fields in another order', 'CBOR_MALFORMED', encodeCbor(new Map([...fields].toReversed()))),
    draft('cut off', 'CBOR_MALFORMED', plain.subarray(0, -1)),
    draft(
      'with a damaged checksum',
      'BUNDLE_MALFORMED',
      encodeCbor(new Map([...fields, ['checksum', new Uint8Array(32)]]), { deterministic: true }),
    ),
    draft(
      'of no answers',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('answers', [])),
    ),
    draft(
      'with an answer twice',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('answers', [...list('answers'), list('answers').at(-1) as CborValue])),
    ),
    draft(
      'with its answers in another order',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('answers', list('answers').toReversed())),
    ),
    draft(
      'with its manifests in another order',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('manifests', list('manifests').toReversed())),
    ),
    draft(
      'with a manifest twice',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('manifests', [...list('manifests'), list('manifests').at(-1) as CborValue])),
    ),
    draft(
      'with the manifest of a model that did not answer',
      'BUNDLE_MALFORMED',
      edited((map) =>
        map.set(
          'answers',
          list('answers').filter((_, i) => i !== 1),
        ),
      ),
    ),
    draft(
      'with proofs and no head',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('head', null)),
    ),
    draft(
      'with a head and no proofs',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('answers', list('answers').slice(2)).set('manifests', [encodeManifest(testManifest)])),
    ),
    draft(
      'with an answer that is neither signed nor in the log',
      'BUNDLE_MALFORMED',
      edited((map) =>
        map.set(
          'answers',
          list('answers').map((each, i) => (i === 1 ? (each as CborValue[]).with(3, null) : each)),
        ),
      ),
    ),
    draft(
      'with a proof of 66 hashes',
      'BUNDLE_MALFORMED',
      edited((map) =>
        map.set(
          'answers',
          list('answers').map((each, i) => (i === 1 ? (each as CborValue[]).with(3, new Uint8Array(66 * 32)) : each)),
        ),
      ),
    ),
    draft(
      'with tensors that are none',
      'TENSOR_MALFORMED',
      edited((map) =>
        map.set(
          'answers',
          list('answers').map((each, i) => (i === 0 ? (each as CborValue[]).with(4, utf8('tensors')) : each)),
        ),
      ),
    ),
    draft('with an answer that another key signed', 'SIGNATURE_INVALID', await changed(0, stranger)),
    draft(
      'with a head that another key signed',
      'SIGNATURE_INVALID',
      await shared({
        head: {
          ...head,
          signature: (await (await makeAnswers({ chain })).log.proveReceipt(3, BigInt(nowMs + 2000), otherAccount)).checkpointSignature,
        },
      }),
    ),
    draft('with the place of another answer', 'INCLUSION_INVALID', await changed(0, { proof: second.proof })),
    draft('with an answer for another contract', 'SIGNATURE_INVALID', await changed(2, { domain: { ...testDomain, chainId: 1n } })),
    draft('with the input of another answer', 'INPUT_MISMATCH', await changed(1, { inputs: first.inputs })),
    draft('with an output less', 'OUTPUT_MISMATCH', await changed(0, { outputs: (first.outputs ?? []).slice(1) })),
    draft('without the manifest of a model that answered', 'MODEL_MISMATCH', await shared({ manifests: [encodeManifest(testManifest)] })),
    draft('of a model that is not accepted', 'MODEL_NOT_ALLOWED', plain, { modelIds: [sha256Hex('model')] }),
    draft(
      'two days from its document',
      'RECEIPT_TIME_OUT_OF_RANGE',
      await of({ each: { receipt: { timestampMs: BigInt(nowMs + 172_800_000) } } }),
    ),
    draft(
      'with the note of another log',
      'LOG_MISMATCH',
      await shared({ head: { ...head, note: testLog([utf8('x')]).note(whole.keyset.logName, logKey) } }),
    ),
    draft('without the witness that is asked for', 'WITNESS_QUORUM_MISSED', plain, { witnesses: witnesses(ed25519Key('w2')) }),
    draft('with an answer outside of the log that witnesses saw', 'WITNESS_QUORUM_MISSED', plain, { witnesses: witnesses() }),
    draft(
      'seen by a witness after its certificates',
      'CERTIFICATE_NOT_IN_VALIDITY',
      await of({ answers: inLog, seenSeconds: Math.floor(nowMs / 1000) + 14_400 }),
      { time: { mode: 'witnesses' }, witnesses: witnesses() },
    ),
    draft('in a block that is not trusted', 'REGISTRATION_UNTRUSTED', plain, { chain: { ...trusted, blockHashes: [sha256Hex('block')] } }),
    draft('with provenance that is none', 'BUNDLE_MALFORMED', await shared({ provenance: utf8('{}') })),
    draft('with a history that nobody judges', 'POLICY_MALFORMED', whole.bytes),
    draft('without the history that is asked for', 'HISTORY_BROKEN', plain, { history }),
    draft('with the history of another key', 'SIGNER_MISMATCH', await of({ images: [0], evidence: { history: encodeHistory(epochs) } }), {
      history,
    }),
    draft('with a history that is none', 'CBOR_MALFORMED', await of({ images: [0], evidence: { history: utf8('history') } }), { history }),
    draft('with a history that another owner approved', 'UPGRADE_NOT_APPROVED', whole.bytes, {
      history: { ...(whole.parameters.history as object), upgrades: { owner: otherAccount.address } } as unknown as Json,
    }),
  ]
}
