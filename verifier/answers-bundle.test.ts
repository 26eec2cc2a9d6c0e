import { sha256 } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { logKey, makeAnswer, otherAccount, receiptAccount, sha256Hex, testDomain, testManifest } from '../test/support/answer.ts'
import { type AnswersParts, makeAnswers, secondManifest, testRegistry, testWitnesses } from '../test/support/answers.ts'
import { verdict } from '../test/support/expect.ts'
import { makeHistory } from '../test/support/history.ts'
import { ed25519Key, testLog } from '../test/support/log.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import {
  type AnswersBundle,
  decodeAnswersBundle,
  encodeAnswersBundle,
  type VerifyAnswersParameters,
  verifyAnswersBundle,
} from './answers-bundle.ts'
import { encodeBundle, verifyBundle } from './bundle.ts'
import { type BundledAnswer, type SharedEvidence, verifyBundledAnswer, verifyEvidence } from './bundle-evidence.ts'
import { concatBytes, type Hex, toHex, utf8 } from './bytes.ts'
import { type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import { hashCheckpoint } from './checkpoint.ts'
import { VerifierError } from './errors.ts'
import { encodeHistory } from './history.ts'
import { encodeManifest } from './manifest.ts'
import { encodeTensors } from './tensor.ts'

const chain = makeChain()
const full = { chain, images: [0, 0, 1] } satisfies AnswersParts
const judge = async (parts: AnswersParts = {}, more: Partial<VerifyAnswersParameters> = {}) => {
  const { parameters } = await makeAnswers({ chain, ...parts })
  return verdict(() => verifyAnswersBundle({ ...parameters, ...more }))
}
const evidence = async (change: Partial<SharedEvidence>, more?: Partial<VerifyAnswersParameters>) => judge({ evidence: change }, more)
const answer = (index: number, change: Partial<BundledAnswer>) => (answers: readonly BundledAnswer[]) =>
  answers.map((each, i) => (i === index ? { ...each, ...change } : each))

const fieldsOf = (bytes: Uint8Array) => new Map(decodeCbor(bytes) as ReadonlyMap<string, CborValue>)
/** With a checksum that fits, so that what is refused is refused for the field. */
const sealed = (fields: ReadonlyMap<string, CborValue>) => {
  const rest = new Map([...fields].filter(([name]) => name !== 'checksum'))
  return encodeCbor(new Map([...rest, ['checksum', sha256(encodeCbor(rest, { deterministic: true }), 'bytes')]]), { deterministic: true })
}
const withField = async (name: string, change: (value: CborValue) => CborValue | undefined) => {
  const fields = fieldsOf((await makeAnswers(full)).bytes)
  const value = change(fields.get(name) as CborValue)
  if (value === undefined) fields.delete(name)
  else fields.set(name, value)
  return verdict(() => decodeAnswersBundle(name === 'checksum' ? encodeCbor(fields, { deterministic: true }) : sealed(fields)))
}
const listed = (value: CborValue) => value as CborValue[]
const inAnswer = (index: number, at: number, value: CborValue) => (answers: CborValue) =>
  listed(answers).map((each, i) => (i === index ? listed(each).with(at, value) : each))

test('BUN-11 accepts deterministic CBOR with exactly the ten fields, and version 1 as one answer', async () => {
  const { bundle, bytes } = await makeAnswers(full)
  expect(fieldsOf(bytes).size).toBe(10)
  const decoded = decodeAnswersBundle(bytes)
  expect(decoded.version).toBe(2)
  expect(toHex(encodeAnswersBundle(decoded))).toBe(toHex(bytes))
  // Whatever order they come in.
  const { evidence, answers } = bundle
  const turned = { evidence: { ...evidence, manifests: evidence.manifests.toReversed() }, answers: answers.toReversed() }
  expect(toHex(encodeAnswersBundle(turned))).toBe(toHex(bytes))
  const one = await makeAnswer({ chain })
  expect(decodeAnswersBundle(encodeBundle(one.bundle))).toMatchObject({ version: 1, answers: [{ receipt: one.bundle.receipt }] })
})
test('BUN-11 rejects other fields, other formats, another order, bytes after the end and too many items', async () => {
  const { bytes, parameters } = await makeAnswers(full)
  for (const name of fieldsOf(bytes).keys()) expect(await withField(name, () => undefined), name).toBe('BUNDLE_MALFORMED')
  expect(await withField('extra', () => 1)).toBe('BUNDLE_MALFORMED')
  for (const format of ['nacre/bundle/1', 'nacre/bundle/3', 2, null])
    expect(await withField('format', () => format)).toBe('BUNDLE_MALFORMED')
  expect(await verdict(() => decodeAnswersBundle(encodeCbor(new Map([...fieldsOf(bytes)].reverse()))))).toBe('CBOR_MALFORMED')
  expect(await verdict(() => decodeAnswersBundle(concatBytes(bytes, Uint8Array.of(0))))).toBe('CBOR_MALFORMED')
  for (const value of [[], 1, null, cborMap({})])
    expect(await verdict(() => decodeAnswersBundle(encodeCbor(value)))).toBe('BUNDLE_MALFORMED')
  for (let end = 0; end < bytes.length; end += 97)
    expect(await verdict(() => decodeAnswersBundle(bytes.subarray(0, end)))).toBe('CBOR_MALFORMED')
  // The attack: 64 MiB of zeros, each of which is an item.
  const zeros = concatBytes(Uint8Array.of(0xa1, 0x60, 0x9a, 4, 0, 0, 0), new Uint8Array(64 << 20))
  expect(await verdict(() => decodeAnswersBundle(zeros))).toBe('CBOR_MALFORMED')
  // What reads one answer does not take several for one.
  expect(await verdict(() => verifyBundle({ ...parameters }))).toBe('BUNDLE_MALFORMED')
})

test('BUN-12 accepts fields of their forms, and null where one may be missing', async () => {
  for (const name of ['registration', 'provenance', 'history']) expect(await withField(name, () => null), name).toBe('accepted')
  expect(await withField('head', (head) => listed(head).with(4, null))).toBe('accepted')
  expect(await withField('answers', inAnswer(0, 0, [2n ** 64n - 1n, new Uint8Array(20)]))).toBe('accepted')
  for (const [index, at] of [
    [0, 2],
    [0, 4],
    [1, 5],
    [2, 0],
  ] as const)
    expect(await withField('answers', inAnswer(index, at, null)), `${index} ${at}`).toBe('accepted')
})
test('BUN-12 rejects other types, sizes and numbers, an answer without proof, and a checksum of something else', async () => {
  const word = new Uint8Array(32)
  const cases: [string, (value: CborValue) => CborValue][] = [
    ['attestation', () => 'text'],
    ['keyset', () => null],
    ['manifests', () => null],
    ['manifests', () => []],
    ['manifests', () => [1]],
    ['manifests', () => Array.from({ length: 257 }, (_, i) => Uint8Array.of(i & 255, i >> 8))],
    ['head', () => word],
    ['head', (head) => listed(head).slice(1)],
    ['head', (head) => listed(head).with(0, -1)],
    ['head', (head) => listed(head).with(1, new Uint8Array(31))],
    ['head', (head) => listed(head).with(2, 'now')],
    ['head', (head) => listed(head).with(3, new Uint8Array(64))],
    ['head', (head) => listed(head).with(4, 'text')],
    ['history', () => 'text'],
    ['history', () => []],
    ['registration', () => []],
    ['provenance', () => 'text'],
    ['answers', () => null],
    ['answers', () => []],
    ['answers', (answers) => Array.from({ length: 16_385 }, () => listed(answers)[0] as CborValue)],
    ['answers', (answers) => [listed(listed(answers)[0] as CborValue).slice(1)]],
    ['answers', inAnswer(0, 0, [1])],
    ['answers', inAnswer(0, 0, [-1, new Uint8Array(20)])],
    ['answers', inAnswer(0, 1, [word, word, word, word, 1])],
    ['answers', inAnswer(0, 1, [word, word, word, word, 1, -1])],
    ['answers', inAnswer(0, 1, null)],
    ['answers', inAnswer(0, 2, new Uint8Array(64))],
    ['answers', inAnswer(0, 3, new Uint8Array(33))],
    ['answers', inAnswer(0, 3, new Uint8Array(32 * 66))],
    ['answers', inAnswer(0, 3, [word])],
    ['answers', inAnswer(1, 3, null)],
    ['checksum', () => word],
    ['checksum', () => new Uint8Array(31)],
  ]
  for (const [at, [name, change]] of cases.entries()) expect(await withField(name, change), `${name}, case ${at}`).toBe('BUNDLE_MALFORMED')
  for (const at of [4, 5]) {
    expect(await withField('answers', inAnswer(0, at, new Uint8Array(0)))).toBe('TENSOR_MALFORMED')
    expect(await withField('answers', inAnswer(0, at, concatBytes(encodeTensors([]), new Uint8Array(32))))).toBe('TENSOR_MALFORMED')
  }
})

test('BUN-13 accepts different answers by sequence, the manifests that they name by id, and a head that one is proven in', async () => {
  expect(await judge()).toBe('accepted')
  // Signatures alone, without a log.
  const { bundle } = await makeAnswers({ chain, count: 1 })
  const signed = { evidence: { ...bundle.evidence, head: null }, answers: bundle.answers.map((each) => ({ ...each, proof: null })) }
  expect(await verdict(() => decodeAnswersBundle(encodeAnswersBundle(signed)))).toBe('accepted')
})
test('BUN-13 rejects an answer or manifest twice or out of order, a manifest of no answer, and a head of none', async () => {
  // The attack: one answer for two. A reader that counts them is told twice what was said once.
  expect(await withField('answers', (answers) => [...listed(answers), listed(answers)[2] as CborValue])).toBe('BUNDLE_MALFORMED')
  // Two files of one content.
  expect(await withField('answers', (answers) => listed(answers).toReversed())).toBe('BUNDLE_MALFORMED')
  expect(await withField('manifests', (manifests) => listed(manifests).toReversed())).toBe('BUNDLE_MALFORMED')
  expect(await withField('manifests', (manifests) => [...listed(manifests), listed(manifests)[1] as CborValue])).toBe('BUNDLE_MALFORMED')
  // Evidence that no answer rests on: what it says, nobody signed.
  const unused = encodeManifest({ ...testManifest, name: 'unused' })
  expect(await evidence({ manifests: [testManifest, secondManifest].map(encodeManifest).concat(unused) }).catch(({ code }) => code)).toBe(
    'BUNDLE_MALFORMED',
  )
  const alone = (answers: readonly BundledAnswer[]) => answers.slice(2)
  expect(await judge({ answers: alone, evidence: { manifests: [encodeManifest(testManifest)] } }).catch(({ code }) => code)).toBe(
    'BUNDLE_MALFORMED',
  )
  expect(await withField('head', () => null)).toBe('BUNDLE_MALFORMED')
  expect(await verdict(async () => encodeAnswersBundle({ ...(await makeAnswers()).bundle, answers: [] }))).toBe('BUNDLE_MALFORMED')
})

test('BUN-14 accepts what is shared as version 1 does, by the document, witnesses or the chain', async () => {
  const { parameters, blockHash } = await makeAnswers({ chain, answers: (answers) => answers.slice(0, 2) })
  const found = async (more: Partial<VerifyAnswersParameters>) => (await verifyAnswersBundle({ ...parameters, ...more })).evidence
  expect(await found({})).toMatchObject({ vouched: { by: 'document' }, registration: { isTrusted: false }, provenance: {}, log: {} })
  expect(await found({ time: { mode: 'witnesses' }, witnesses: testWitnesses(1) })).toMatchObject({ vouched: { by: 'witnesses' } })
  const trusted = { chainId: 1n, registry: testRegistry, blockHashes: [blockHash] }
  expect(await found({ time: { mode: 'chain' }, chain: trusted })).toMatchObject({ registration: { isTrusted: true } })
})
test('BUN-14 rejects the note of another log or head, another registration or provenance, and another time', async () => {
  const { bundle, keyset, log } = await makeAnswers({ chain })
  const head = bundle.evidence.head as NonNullable<SharedEvidence['head']>
  const noted = (note: Uint8Array) => evidence({ head: { ...head, note } })
  expect(await noted(log.note('nacre/another', logKey))).toBe('LOG_MISMATCH')
  expect(await noted(testLog([utf8('another')]).note(keyset.logName, logKey))).toBe('LOG_MISMATCH')
  expect(await noted(log.note(keyset.logName, ed25519Key('another')))).toBe('NOTE_SIGNATURE_INVALID')
  expect(await judge({}, { witnesses: testWitnesses(1, ed25519Key('w2')) })).toBe('WITNESS_QUORUM_MISSED')
  expect(await evidence({ head: { ...head, note: null } }, { witnesses: testWitnesses(1) })).toBe('WITNESS_QUORUM_MISSED')
  const late = { seenSeconds: Math.floor(nowMs / 1000) + 4 * 3600 }
  expect(await judge(late, { time: { mode: 'witnesses' }, witnesses: testWitnesses(1) })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  const chainPolicy = { chainId: 1n, registry: testRegistry, blockHashes: [sha256Hex('another')] }
  expect(await judge({}, { chain: chainPolicy })).toBe('REGISTRATION_UNTRUSTED')
  expect(await evidence({ registration: null }, { chain: chainPolicy })).toBe('REGISTRATION_UNTRUSTED')
  expect(await judge({}, { time: { mode: 'chain' } })).toBe('POLICY_MALFORMED')
  expect(await evidence({ provenance: utf8('{}') })).toBe('BUNDLE_MALFORMED')
  expect(await evidence({ keyset: utf8('{}') })).toBe('LOG_MISMATCH')
  expect(await judge({}, { policy: { measurements: [], modelIds: 'any-measured' } })).toBe('POLICY_EMPTY')
})

test('BUN-15 accepts answers signed, in the log, or both, of several models and audiences', async () => {
  const { parameters, models } = await makeAnswers(full)
  const { answers } = await verifyAnswersBundle(parameters)
  expect(answers.map(({ receipt, manifest, domain, inputs }) => [receipt.sequence, manifest.name, domain, inputs === null])).toEqual([
    [3n, models[0]?.name, null, false],
    [5n, models[1]?.name, null, false],
    [7n, models[0]?.name, testDomain, true],
  ])
})
test('BUN-15 rejects answers of another key, log, model, place or content, each by itself, and names it', async () => {
  const { bundle } = await makeAnswers({ chain })
  const [first, second] = bundle.answers as [BundledAnswer, BundledAnswer]
  const head = bundle.evidence.head as NonNullable<SharedEvidence['head']>
  // The attack: an answer of another enclave among those of this one.
  const stranger = (await makeAnswers({ chain, each: { signer: otherAccount } })).bundle.answers[0] as BundledAnswer
  expect(await judge({ answers: answer(0, stranger) })).toBe('SIGNATURE_INVALID')
  // A head that another key signed: another log's.
  const signature = await otherAccount.sign({ hash: hashCheckpoint(head.checkpoint) })
  expect(await evidence({ head: { ...head, signature } })).toBe('SIGNATURE_INVALID')
  const later = { ...head.checkpoint, timestampMs: head.checkpoint.timestampMs + 1n }
  expect(await evidence({ head: { ...head, checkpoint: later } })).toBe('SIGNATURE_INVALID')
  // Of this key, but of another tree.
  const fork = testLog([utf8('fork')])
  const checkpoint = fork.checkpoint(1n)
  const forked = { checkpoint, signature: await receiptAccount.sign({ hash: hashCheckpoint(checkpoint) }), note: null }
  expect(await evidence({ head: forked })).toBe('INCLUSION_INVALID')
  expect(await judge({ answers: answer(0, { proof: second.proof }) })).toBe('INCLUSION_INVALID')
  expect(await judge({ answers: answer(0, { proof: [...(first.proof as Hex[]), sha256Hex('more')] }) })).toBe('INCLUSION_INVALID')
  expect(await judge({ answers: answer(1, { domain: testDomain }) })).toBe('INCLUSION_INVALID')
  expect(await judge({ answers: answer(2, { domain: null }) })).toBe('SIGNATURE_INVALID')
  expect(await judge({ answers: answer(1, { inputs: first.inputs }) })).toBe('INPUT_MISMATCH')
  expect(await judge({ answers: answer(1, { outputs: [] }) })).toBe('OUTPUT_MISMATCH')
  expect(await evidence({ manifests: [encodeManifest(testManifest)] })).toBe('MODEL_MISMATCH')
  expect(await judge({ each: { receipt: { timestampMs: BigInt(nowMs + 90_000_000) } } })).toBe('RECEIPT_TIME_OUT_OF_RANGE')
  // The attack: beside what witnesses saw, an answer that was signed long after.
  expect(await judge({}, { witnesses: testWitnesses(1) })).toBe('WITNESS_QUORUM_MISSED')
  const { parameters } = await makeAnswers({ chain, answers: answer(1, { outputs: [] }) })
  await expect(verifyAnswersBundle(parameters)).rejects.toThrow(/^Answer 5: /)
  // And the others hold, for whoever judges each.
  const altered = decodeAnswersBundle(parameters.bundle)
  const held = await verifyEvidence({ ...parameters, evidence: altered.evidence })
  const verdicts = await Promise.all(altered.answers.map((each) => verdict(() => verifyBundledAnswer(held, each))))
  expect(verdicts).toEqual(['accepted', 'OUTPUT_MISMATCH', 'accepted'])
  // The attack: an answer that nobody signed, where no decoder stands before.
  const [own] = altered.answers as [BundledAnswer]
  expect(await verdict(() => verifyBundledAnswer(held, { ...own, signature: null, proof: null }))).toBe('BUNDLE_MALFORMED')
  const headless = await verifyEvidence({ ...parameters, evidence: { ...altered.evidence, head: null } })
  expect(await verdict(() => verifyBundledAnswer(headless, { ...own, signature: null }))).toBe('BUNDLE_MALFORMED')
})

test('BUN-16 accepts a history that leads to the receipt key, by the policy of the caller', async () => {
  const { parameters } = await makeAnswers(full)
  const { evidence } = await verifyAnswersBundle(parameters)
  expect(evidence.history?.epochs.map(({ change }) => change)).toEqual(['first', 'restart', 'upgrade'])
  expect(evidence.history?.epochs.at(-1)?.signer).toBe(evidence.signer)
  expect(await judge()).toBe('accepted')
})
test('BUN-16 rejects a history that nobody judges, that is missing, that leads elsewhere, or that does not hold', async () => {
  const { parameters, bundle, past } = await makeAnswers(full)
  const history = parameters.history as NonNullable<VerifyAnswersParameters['history']>
  expect(await judge(full, { history: undefined })).toBe('POLICY_MALFORMED')
  expect(await judge({}, { history })).toBe('HISTORY_BROKEN')
  // The attack: the history of somebody else, as public as any.
  const stranger = await makeHistory({ chain, owner: otherAccount, images: [0, 0] })
  expect(await judge({ ...full, evidence: { history: encodeHistory(stranger.epochs) } })).toBe('SIGNER_MISMATCH')
  // And the key's own, cut off before it.
  const cut = past?.epochs.slice(0, 1).map((epoch) => ({ ...epoch, successionProof: [] })) ?? []
  expect(await judge({ ...full, evidence: { history: encodeHistory(cut) } })).toBe('SIGNER_MISMATCH')
  expect(await judge({ ...full, evidence: { history: (bundle.evidence.history as Uint8Array).slice(1) } })).toBe('CBOR_MALFORMED')
  const policies: [Partial<typeof history>, string][] = [
    [{ measurements: [] }, 'POLICY_EMPTY'],
    [{ upgrades: 'listed' }, 'MEASUREMENT_NOT_ALLOWED'],
    [{ upgrades: { owner: otherAccount.address } }, 'UPGRADE_NOT_APPROVED'],
    [{ continuity: 'shared-keys' }, 'HISTORY_BROKEN'],
    [{ known: otherAccount.address }, 'HISTORY_BROKEN'],
    [{ overlapMsMax: -1 }, 'POLICY_MALFORMED'],
  ]
  for (const [change, code] of policies) expect(await judge(full, { history: { ...history, ...change } })).toBe(code)
})

test('a bundle of version 1 verifies as one answer, with the same verdict', async () => {
  const { bundle, policy } = await makeAnswer({ chain, domain: testDomain })
  const parameters = { bundle: encodeBundle(bundle), policy, root: chain.root, time: { mode: 'document' } as const }
  const [one, { evidence, answers }] = [await verifyBundle(parameters), await verifyAnswersBundle(parameters)]
  expect(answers).toHaveLength(1)
  expect(one).toMatchObject({ ...answers[0], signer: evidence.signer, vouched: evidence.vouched })
})

describe('every single changed byte of a bundle of several answers is refused', () => {
  const small = { chain: makeChain({ depth: 1 }), images: [0], count: 2 } satisfies AnswersParts

  test('as it is', async () => {
    const { bytes, parameters } = await makeAnswers(small)
    const refuses = (bundle: Uint8Array) => verdict(() => verifyAnswersBundle({ ...parameters, bundle }))
    expect(await refuses(bytes)).toBe('accepted')
    const accepted: string[] = []
    for (let at = 0; at < bytes.length; at++)
      // A different flip at each place: one bit, or all of them.
      for (const flip of [1 << (at % 8), 0xff]) {
        const changed = Uint8Array.from(bytes)
        changed[at] = (changed[at] as number) ^ flip
        if ((await refuses(changed)) === 'accepted') accepted.push(`${at} ^ ${flip}`)
      }
    expect(accepted).toEqual([])
  })

  // The checksum finds all of these; this is what signatures and hashes find when whoever alters a byte makes the checksum anew.
  test('and of all that an answer rests on, also under a checksum that was made anew', async () => {
    const { bundle, parameters } = await makeAnswers(small)
    const accepted: string[] = []
    const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ (1 << (at % 8)))
    const tryAll = async (name: string, bytes: Uint8Array, stride: number, put: (changed: Uint8Array) => AnswersBundle) => {
      for (let at = 0; at < bytes.length; at += stride)
        try {
          await verifyAnswersBundle({ ...parameters, bundle: encodeAnswersBundle(put(flip(bytes, at))) })
          accepted.push(`${name} ${at}`)
        } catch (error) {
          if (!(error instanceof VerifierError)) throw error
        }
    }
    const { evidence, answers } = bundle
    const shared = (change: Partial<SharedEvidence>): AnswersBundle => ({ evidence: { ...evidence, ...change }, answers })
    await tryAll('attestation', evidence.attestation, 5, (attestation) => shared({ attestation }))
    await tryAll('keyset', evidence.keyset, 5, (keyset) => shared({ keyset }))
    await tryAll('manifest', evidence.manifests[0] as Uint8Array, 5, (each) =>
      shared({ manifests: [each, evidence.manifests[1] as Uint8Array] }),
    )
    await tryAll('history', evidence.history as Uint8Array, 5, (history) => shared({ history }))
    for (const [index, own] of answers.entries())
      for (const side of ['inputs', 'outputs'] as const) {
        const [tensor, ...others] = own[side] ?? []
        if (tensor === undefined) continue
        await tryAll(side, tensor.data, 1, (data) => ({
          evidence,
          answers: answer(index, { [side]: [{ ...tensor, data }, ...others] })(answers),
        }))
      }
    expect(accepted).toEqual([])
  })
})
