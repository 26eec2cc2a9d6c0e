import fc from 'fast-check'
import { hashTypedData } from 'viem'
import { expect, test } from 'vitest'
import { logKey as logSigner, otherAccount, receiptAccount, sha256Hex } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { cosignText, ed25519Key, noteKey, signText, testLog } from '../test/support/log.ts'
import { fromHex, type Hex, toHex, utf8 } from './bytes.ts'
import {
  checkpointFromJson,
  checkpointToJson,
  checkpointTypeString,
  checkpointTypes,
  decodeTreeHead,
  encodeTreeHead,
  hashCheckpoint,
  type LogCheckpoint,
  type VerifiedTreeHead,
  verifyCheckpoint,
  verifyCheckpointNote,
  type WitnessPolicy,
} from './checkpoint.ts'
import { decodeLogOpening, encodeLogOpening, type LogOpening } from './log-opening.ts'
import { decodeNote, decodeNoteKey, encodeNote, encodeNoteKey, type NoteSignature, noteKeyId, verifyNote } from './note.ts'

const logName = `nacre/${receiptAccount.address.toLowerCase()}`
const log = { logName, logPublicKey: toHex(logSigner.publicKey) }
const checkpoint: LogCheckpoint = { treeSize: 12n, rootHash: sha256Hex('root'), timestampMs: 1_768_478_400_000n }
const nobody: WitnessPolicy = { keys: [], quorum: 0, latestMs: 0 }
const tree = testLog([utf8('a'), utf8('b'), utf8('c')])

const opening: LogOpening = {
  format: 'nacre/log/1',
  logName,
  timestampMs: 1_768_478_400_000,
  previous: { origin: logName, treeSize: 4, rootHash: sha256Hex('root') },
}

test('LOG-01 accepts an opening with and without a previous checkpoint', () => {
  for (const value of [opening, { ...opening, previous: null }]) expect(decodeLogOpening(encodeLogOpening(value))).toEqual(value)
})
test('LOG-01 rejects other fields and forms', async () => {
  const { previous } = opening
  const changes: Record<string, unknown>[] = [
    { extra: 1 },
    { format: 'nacre/log/2' },
    { logName: 'nacre/0x' },
    { logName: `nacre/${receiptAccount.address}` },
    { timestampMs: -1 },
    { timestampMs: '1' },
    { previous: undefined },
    { previous: [] },
    { previous: { ...previous, extra: 1 } },
    { previous: { ...previous, origin: '' } },
    { previous: { ...previous, origin: 'a\nb' } },
    { previous: { ...previous, origin: 'a'.repeat(257) } },
    { previous: { ...previous, treeSize: -1 } },
    { previous: { ...previous, rootHash: sha256Hex('root').toUpperCase().replace('0X', '0x') } },
  ]
  for (const change of changes)
    expect(await verdict(() => decodeLogOpening(utf8(JSON.stringify(sorted({ ...opening, ...change }))))), JSON.stringify(change)).toBe(
      'LOG_OPENING_MALFORMED',
    )
  expect(await verdict(() => decodeLogOpening(utf8(JSON.stringify(opening, null, 1))))).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeLogOpening(new Uint8Array(4097)))).toBe('LOG_OPENING_MALFORMED')
})

test('CKPT-01 accepts every checkpoint of 64-bit numbers, as value and as JSON', () => {
  const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  fc.assert(
    fc.property(uint64, fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex), uint64, (treeSize, rootHash, timestampMs) => {
      const message = { treeSize, rootHash, timestampMs }
      expect(checkpointFromJson(JSON.parse(JSON.stringify(checkpointToJson(message))))).toEqual(message)
      // viem's own EIP-712 is the other opinion.
      const byViem = hashTypedData({
        domain: { name: 'Nacre', version: '1' },
        types: checkpointTypes,
        primaryType: 'LogCheckpoint',
        message,
      })
      expect(hashCheckpoint(message)).toBe(byViem)
    }),
  )
  expect(checkpointTypeString).toBe(`LogCheckpoint(${checkpointTypes.LogCheckpoint.map(({ name, type }) => `${type} ${name}`).join()})`)
})
test('CKPT-01 rejects other forms', async () => {
  const changes: Record<string, unknown>[] = [
    { treeSize: -1n },
    { treeSize: 2n ** 64n },
    { treeSize: 1 },
    { timestampMs: undefined },
    { rootHash: '0x00' },
    { rootHash: sha256Hex('root').toUpperCase().replace('0X', '0x') },
  ]
  for (const change of changes)
    expect(await verdict(() => hashCheckpoint({ ...checkpoint, ...change } as LogCheckpoint))).toBe('CHECKPOINT_MALFORMED')
  const json = checkpointToJson(checkpoint)
  for (const wrong of [
    null,
    1,
    {},
    { ...json, extra: '1' },
    { ...json, treeSize: 12 },
    { ...json, treeSize: '012' },
    { ...json, timestampMs: String(2n ** 64n) },
  ])
    expect(await verdict(() => checkpointFromJson(wrong))).toBe('CHECKPOINT_MALFORMED')
})

const signed = async (message = checkpoint) => receiptAccount.sign({ hash: hashCheckpoint(message) })
const byReceiptKey = (signature: Hex, message = checkpoint) =>
  verdict(() => verifyCheckpoint({ checkpoint: message, signature, signer: receiptAccount.address }))

test('CKPT-02 accepts the signature of the receipt key', async () => expect(await byReceiptKey(await signed())).toBe('accepted'))
test('CKPT-02 rejects other keys, other checkpoints and other forms of signatures', async () => {
  expect(await byReceiptKey(await otherAccount.sign({ hash: hashCheckpoint(checkpoint) }))).toBe('SIGNATURE_INVALID')
  for (const change of [{ treeSize: 13n }, { rootHash: sha256Hex('another') }, { timestampMs: 1n }])
    expect(await byReceiptKey(await signed(), { ...checkpoint, ...change })).toBe('SIGNATURE_INVALID')
  expect(await byReceiptKey((await signed()).slice(0, -2) as Hex)).toBe('SIGNATURE_MALFORMED')
  expect(await byReceiptKey(`${(await signed()).slice(0, -2)}00` as Hex)).toBe('SIGNATURE_MALFORMED')
})

// The example of Go's golang.org/x/mod/sumdb/note.
const goKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const goText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const goLine = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
// A tree head that Go's checksum database signed, and its published key.
const sumdbKey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
const sumdbNote =
  'go.sum database tree\n49189689\nftjbAOzaupaIvaPo/G+Dk63nxOZ2s1OPOKIaPtXs7S4=\n\n— sum.golang.org Az3grlKZssqRoMNPpZfKt0TphbbcF+pzXqElURJKRNFKfaUAgqeI5k2AORH0QAhg/ebRwyIqD/OqP4oLtLnNumvOBAM=\n'

const decode = (text: string) => verdict(() => decodeNote(utf8(text)))

test('CKPT-03 accepts notes, also with empty lines in their text, and writes the same bytes again', () => {
  for (const text of [`${goText}\n${goLine}`, sumdbNote, `a\n\nb\n\n${goLine}${goLine}`, `\n\n${goLine}`])
    expect(toHex(encodeNote(decodeNote(utf8(text))))).toBe(toHex(utf8(text)))
})
test('CKPT-03 rejects other forms', async () => {
  const odd = [
    '',
    '\n',
    goText,
    `${goText}${goLine}`,
    `${goText}\n`,
    `${goText}\n${goLine.slice(0, -1)}`,
    `${goText}\n${goLine}\n`,
    `${goText}\n-${goLine.slice(1)}`,
    `${goText}\n— PeterNeumann\n`,
    `${goText}\n— PeterNeumann AAAA\n`,
    `${goText}\n— Peter+Neumann x08go/ZJ\n`,
    `${goText}\n— Peter\u00a0Neumann x08go/ZJ\n`,
    `${goText}\n—  x08go/ZJ\n`,
    `${goText}\n— PeterNeumann x08go_ZJ\n`,
    `${goText}\n— PeterNeumann x08go/ZJku\n`,
    `${goText}\n— PeterNeumann x08go/ZJkuB=\n`,
    `${goText}\r\n\n${goLine}`,
    `\u0000\n\n${goLine}`,
    `${goText}\n${goLine.repeat(65)}`,
    `${'a'.repeat(64 * 1024)}\n\n${goLine}`,
  ]
  for (const text of odd) expect(await decode(text), text.slice(0, 120)).toBe('NOTE_MALFORMED')
  expect(await verdict(() => decodeNote(fromHex('0xff0a0a')))).toBe('NOTE_MALFORMED')
})

test('CKPT-04 accepts keys of the two kinds', () => {
  const key = decodeNoteKey(goKey)
  expect(key).toMatchObject({ name: 'PeterNeumann', kind: 'signature' })
  expect(encodeNoteKey(key)).toBe(goKey)
  expect(encodeNoteKey(decodeNoteKey(sumdbKey))).toBe(sumdbKey)
  const witness = noteKey('witness.example/w1', 'cosignature', ed25519Key('w1'))
  expect(decodeNoteKey(encodeNoteKey(witness))).toEqual(witness)
})
test('CKPT-04 rejects other forms, kinds and ids', async () => {
  for (const text of [
    '',
    'PeterNeumann',
    goKey.replace('c74f20a3', 'c74f20a4'),
    goKey.replace('c74f20a3', 'C74F20A3'),
    goKey.replace('Peter', 'Pater'),
    goKey.replace('PeterNeumann', ''),
    goKey.slice(0, -4),
    goKey.replace('+A', '+B'),
    `${goKey}\n`,
    goKey.replace('PeterNeumann', 'Peter Neumann'),
  ])
    expect(await verdict(() => decodeNoteKey(text)), text).toBe('NOTE_MALFORMED')
})

test('CKPT-05 accepts a note that a known key signed, whoever else did', () => {
  const keys = [decodeNoteKey(goKey)]
  const stranger = signText(goText, 'stranger', ed25519Key('stranger'))
  const note = decodeNote(utf8(`${goText}\n${goLine}`))
  expect(verifyNote(note, keys)).toEqual(keys)
  expect(verifyNote({ ...note, signatures: [stranger, ...note.signatures] }, keys)).toEqual(keys)
  const sumdb = decodeNote(utf8(sumdbNote))
  expect(verifyNote(sumdb, [decodeNoteKey(sumdbKey)])).toHaveLength(1)
  expect(decodeTreeHead(sumdb.text).treeSize).toBe(49189689n)
})
test('CKPT-05 rejects notes without a known key, and a known key on another text', async () => {
  const note = decodeNote(utf8(`${goText}\n${goLine}`))
  const known = decodeNoteKey(goKey)
  const refused = async (changed: typeof note, keys = [known]) =>
    expect(await verdict(() => verifyNote(changed, keys))).toBe('NOTE_SIGNATURE_INVALID')
  await refused(note, [])
  await refused(note, [decodeNoteKey(sumdbKey)])
  await refused({ ...note, text: goText.replace('answer', 'problem') })
  const [line] = note.signatures as [NoteSignature]
  await refused({ ...note, signatures: [line, { ...line, signature: line.signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) }] })
  await refused({ ...note, signatures: [{ ...line, signature: line.signature.slice(1) }] })
  await refused({ ...note, signatures: [{ ...line, name: 'another' }] })
  // The attack: s + the group's order is the same signature to a lax verifier, so that one statement would have several.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n // RFC 8032 section 5.1
  const s = BigInt(toHex(line.signature.slice(32).reverse())) + order
  const raised = Uint8Array.from([...line.signature.slice(0, 32), ...fromHex(`0x${s.toString(16).padStart(64, '0')}`).reverse()])
  await refused({ ...note, signatures: [{ ...line, signature: raised }] })
  // The attack: a key of small order, whose all-zero signature is good for any text to a lax verifier.
  const identity = { name: 'small', kind: 'signature' as const, publicKey: Uint8Array.from([1, ...new Uint8Array(31)]) }
  const nothing = { name: 'small', keyId: noteKeyId(identity), signature: Uint8Array.from([1, ...new Uint8Array(63)]) }
  await refused({ ...note, signatures: [nothing] }, [identity])
})

test('CKPT-06 accepts origin, size and root, and lines after them', () => {
  const head = { origin: logName, treeSize: 3n, rootHash: tree.root() }
  expect(decodeTreeHead(encodeTreeHead(head))).toEqual(head)
  expect(decodeTreeHead(`${encodeTreeHead(head)}more\n`)).toEqual(head)
  expect(decodeTreeHead(encodeTreeHead({ ...head, treeSize: 2n ** 64n - 1n })).treeSize).toBe(2n ** 64n - 1n)
})
test('CKPT-06 rejects other texts', async () => {
  const root = 'ftjbAOzaupaIvaPo/G+Dk63nxOZ2s1OPOKIaPtXs7S4='
  for (const text of [
    '',
    'a\n',
    `a\n1\n`,
    `a\n1\n${root}`,
    `\n1\n${root}\n`,
    `a\n01\n${root}\n`,
    `a\n-1\n${root}\n`,
    `a\n1 \n${root}\n`,
    `a\n${2n ** 64n}\n${root}\n`,
    `a\n1\n${root.slice(4)}\n`,
    `a\n1\n${root.replace('=', '')}\n`,
    `a\n1\n${root.slice(0, -2)}5=\n`,
    `a\n1\n${root}\n\n`,
    `a\n1\n${root}\n\nmore\n`,
  ])
    expect(await verdict(() => decodeTreeHead(text)), text).toBe('CHECKPOINT_MALFORMED')
})

const verify = (note: Uint8Array, witnesses = nobody, of = log) => verdict(() => verifyCheckpointNote({ note, log: of, witnesses }))

test('CKPT-07 accepts the log of the keyset', () => {
  const head = verifyCheckpointNote({ note: tree.note(logName, logSigner), log, witnesses: nobody })
  expect(head).toEqual({ origin: logName, treeSize: 3n, rootHash: tree.root(), cosignatures: [] })
})
test('CKPT-07 rejects another log, and this log under another key', async () => {
  const note = tree.note(logName, logSigner)
  expect(await verify(note, nobody, { ...log, logName: `nacre/${otherAccount.address.toLowerCase()}` })).toBe('LOG_MISMATCH')
  expect(await verify(tree.note(logName, ed25519Key('another')))).toBe('NOTE_SIGNATURE_INVALID')
  expect(await verify(note, nobody, { ...log, logPublicKey: toHex(ed25519Key('another').publicKey) })).toBe('NOTE_SIGNATURE_INVALID')
  // The log's key under another name vouches for nothing: names are part of what a signature line says.
  const text = encodeTreeHead({ origin: logName, treeSize: 3n, rootHash: tree.root() })
  expect(await verify(encodeNote({ text, signatures: [signText(text, 'another', logSigner)] }))).toBe('NOTE_SIGNATURE_INVALID')
})

const text = encodeTreeHead({ origin: logName, treeSize: 3n, rootHash: tree.root() })
const witnesses = ['w1', 'w2', 'w3'].map((name) => ({ name, key: ed25519Key(name) }))
const keys = witnesses.map(({ name, key }) => noteKey(name, 'cosignature', key))
const seconds = 1_768_478_400n
const latestMs = Number(seconds) * 1000 + 60_000
const policy = (quorum: number): WitnessPolicy => ({ keys, quorum, latestMs })
const lines = (...names: string[]) => names.map((name) => cosignText(text, name, ed25519Key(name), seconds))
const cosigned = (...more: NoteSignature[]) => tree.note(logName, logSigner, ...more)

test('WIT-01 accepts a policy of different keys, also one that asks for nobody', async () => {
  expect(await verify(cosigned())).toBe('accepted')
  expect(await verify(cosigned(...lines('w1', 'w2', 'w3')), policy(3))).toBe('accepted')
})
test('WIT-01 rejects one key under two names, keys of the other kind, and quorums that cannot be met', async () => {
  const note = cosigned(...lines('w1', 'w2', 'w3'))
  const alias = noteKey('w1 again', 'cosignature', ed25519Key('w1'))
  const other = noteKey('w1', 'signature', ed25519Key('w1'))
  for (const wrong of [
    { ...policy(1), keys: [...keys, alias] },
    { ...policy(1), keys: [other] },
    policy(4),
    policy(-1),
    policy(0.5),
    { ...policy(1), latestMs: Number.NaN },
  ])
    expect(await verify(note, wrong)).toBe('POLICY_MALFORMED')
})

test('WIT-02 accepts cosignatures and says when they were made', () => {
  const { cosignatures }: VerifiedTreeHead = verifyCheckpointNote({
    note: cosigned(...lines('w1', 'stranger', 'w3'), cosignText(text, 'w1', ed25519Key('w1'), seconds - 9n)),
    log,
    witnesses: policy(2),
  })
  expect(cosignatures).toEqual(['w1', 'w3'].map((name) => ({ name, timestampMs: Number(seconds) * 1000 })))
})
test('WIT-02 rejects what a known witness did not sign', async () => {
  const [good] = lines('w1') as [NoteSignature]
  const changed = (at: number): NoteSignature => ({ ...good, signature: good.signature.map((byte, i) => (i === at ? byte ^ 1 : byte)) })
  for (const wrong of [changed(7), changed(8), changed(71), changed(0), { ...good, signature: good.signature.slice(0, 71) }])
    expect(await verify(cosigned(wrong, ...lines('w2', 'w3')), policy(1))).toBe('COSIGNATURE_INVALID')
  // A witness's plain signature, or one over another head, is no cosignature.
  const plain = { ...good, signature: Uint8Array.from([...good.signature.slice(0, 8), ...ed25519Key('w1').sign(utf8(text))]) }
  expect(await verify(cosigned(plain), policy(1))).toBe('COSIGNATURE_INVALID')
  const elsewhere = cosignText(text.replace('\n3\n', '\n2\n'), 'w1', ed25519Key('w1'), seconds)
  expect(await verify(cosigned(elsewhere), policy(1))).toBe('COSIGNATURE_INVALID')
  expect(await verify(cosigned(cosignText(text, 'w1', ed25519Key('w1'), 1n << 63n)), policy(1))).toBe('COSIGNATURE_INVALID')
})

test('WIT-03 accepts a cosignature of the latest time', async () =>
  expect(await verify(cosigned(cosignText(text, 'w1', ed25519Key('w1'), seconds + 60n)), policy(1))).toBe('accepted'))
test('WIT-03 rejects one from the future', async () =>
  expect(await verify(cosigned(cosignText(text, 'w1', ed25519Key('w1'), seconds + 61n)), policy(1))).toBe('COSIGNATURE_INVALID'))

test('WIT-04 accepts as many as the quorum asks for', async () => {
  for (const count of [1, 2, 3])
    expect(await verify(cosigned(...lines(...['w1', 'w2', 'w3'].slice(0, count))), policy(count))).toBe('accepted')
})
test('WIT-04 rejects fewer, strangers, and one witness counted twice', async () => {
  expect(await verify(cosigned(), policy(1))).toBe('WITNESS_QUORUM_MISSED')
  expect(await verify(cosigned(...lines('stranger', 'w1')), policy(2))).toBe('WITNESS_QUORUM_MISSED')
  const twice = [...lines('w1'), cosignText(text, 'w1', ed25519Key('w1'), seconds - 1n)]
  expect(await verify(cosigned(...twice), policy(2))).toBe('WITNESS_QUORUM_MISSED')
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]))
}
