import './deterministic.ts'

import { type Bundle, encodeBundle } from '@nacre/verifier/bundle'
import { concatBytes, fromHex, fromUtf8, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { encodeCanonicalJson, type JsonValue } from '@nacre/verifier/canonical-json'
import { type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { checkpointToJson, encodeTreeHead, hashCheckpoint } from '@nacre/verifier/checkpoint'
import { encodeLogOpening } from '@nacre/verifier/log-opening'
import { encodeLogRecord } from '@nacre/verifier/log-record'
import { encodeNote, encodeNoteKey } from '@nacre/verifier/note'
import { encodeProvenance } from '@nacre/verifier/provenance'
import { hashReceipt, type Receipt, receiptToJson } from '@nacre/verifier/receipt'
import { encodeTensors } from '@nacre/verifier/tensor'
import { keccak256, sha256 as sha256Sync } from 'viem/utils'
import {
  type AnswerParts,
  logKey,
  makeAnswer,
  otherAccount,
  pcrHex,
  receiptAccount,
  sha256Hex,
  testDomain,
  testInputs,
  testManifest,
  testOutputs,
  tlsSpkiSha256,
} from '../support/answer.ts'
import { keyRegistered, makeRegistration } from '../support/block.ts'
import * as cbor from '../support/cbor-writer.ts'
import * as der from '../support/der-writer.ts'
import { type DocumentParts, defaultPcrs, makeDocument } from '../support/document.ts'
import { cosignText, ed25519Key, noteKey, signText, testLog } from '../support/log.ts'
import { basicConstraints, type ChainParts, keyUsage, makeChain, negateS, nowMs, testKey } from '../support/pki.ts'
import { answersCases } from './answers-cases.ts'
import { historyCases } from './history-cases.ts'
import { type Case, type Group, type Json, type Operation, run } from './run.ts'

/**
 * Every case is made here from fixed seeds, each bad one by a change that is named in its title. What is expected is written down beside the change and not taken from a run.
 */
export type Draft = { title: string; input: Json; code?: string }

export async function makeGroups(): Promise<Record<string, Group>> {
  return {
    attestation: await group('verifyAttestation', attestationCases()),
    enclave: await group('verifyEnclave', await enclaveCases()),
    receipt: await group('verifyReceipt', await receiptCases()),
    tensors: await group('decodeTensors', tensorCases()),
    manifest: await group('decodeManifest', manifestCases()),
    json: await group('decodeCanonicalJson', jsonCases()),
    inclusion: await group('verifyInclusion', inclusionCases()),
    consistency: await group('verifyConsistency', consistencyCases()),
    checkpoint: await group('verifyCheckpoint', await checkpointCases()),
    note: await group('verifyCheckpointNote', noteCases()),
    record: await group('verifyLogRecord', await recordCases()),
    bundle: await group('verifyBundle', await bundleCases()),
    answers: await group('verifyAnswersBundle', await answersCases()),
    history: await group('verifyHistory', await historyCases()),
  }
}

/** What an accepting case yields comes from this implementation; whether it accepts does not. */
async function group(operation: Operation, drafts: readonly Draft[]): Promise<Group> {
  const cases: Case[] = []
  for (const [at, { title, input, code }] of drafts.entries()) {
    const found = await run(operation, input)
    const expected: Case['expect'] = code === undefined ? found : { refused: code }
    if ('refused' in expected && code === undefined)
      throw new Error(`${operation}: "${title}" should be accepted, and is refused: ${expected.refused}`)
    cases.push({ id: `${operation}-${String(at + 1).padStart(3, '0')}`, title, input, expect: expected })
  }
  return { format: 'nacre/conformance/1', operation, cases }
}

const live = { mode: 'live', nowMs: nowMs + 2000, ageMsMax: 300_000 }
const hex = toHex

function attestationCases(): Draft[] {
  const chain = makeChain()
  const make = (title: string, code: string | undefined, parts: DocumentParts = {}, more: { [key: string]: Json } = {}): Draft => ({
    title,
    input: { document: hex(makeDocument({ chain, ...parts })), root: hex(chain.root.der), time: live, ...more },
    ...(code === undefined ? {} : { code }),
  })
  const withChain = (title: string, code: string, parts: ChainParts): Draft => {
    const own = makeChain(parts)
    return { title, code, input: { document: hex(makeDocument({ chain: own })), root: hex(own.root.der), time: live } }
  }
  const field = (name: string, value: Uint8Array) => ({ fields: (fields: Map<string, Uint8Array>) => void fields.set(name, value) })
  const whole = makeDocument({ chain })
  const raw = (title: string, code: string | undefined, document: Uint8Array): Draft => ({
    title,
    input: { document: hex(document), root: hex(chain.root.der), time: live },
    ...(code === undefined ? {} : { code }),
  })
  return [
    make('a document', undefined),
    raw('with tag 18', undefined, concatBytes(Uint8Array.of(0xd2), whole)),
    make('with a payload of indefinite length', undefined, { indefinite: true }),
    make('whose signature has s in the upper half', undefined, { signature: negateS }),
    make('answering a nonce', undefined, { nonce: utf8('nonce') }, { nonce: hex(utf8('nonce')) }),
    make('archived, at its own time', undefined, {}, { time: { mode: 'document' } }),
    raw('one byte more', 'CBOR_MALFORMED', concatBytes(whole, Uint8Array.of(0))),
    raw('one byte less', 'CBOR_MALFORMED', whole.subarray(0, -1)),
    raw('another tag', 'CBOR_MALFORMED', cbor.tag(17, whole)),
    raw('nothing', 'CBOR_MALFORMED', new Uint8Array(0)),
    make('three items', 'COSE_MALFORMED', { items: (items) => items.slice(0, 3) }),
    make('ES256 in the protected header', 'COSE_ALGORITHM', { protectedHeader: cbor.map([[cbor.uint(1), cbor.negative(-7)]]) }),
    make('no protected header', 'COSE_ALGORITHM', { protectedHeader: new Uint8Array(0) }),
    make('something in the unprotected header', 'COSE_MALFORMED', {
      unprotectedHeader: cbor.map([[cbor.uint(4), cbor.bstr(utf8('kid'))]]),
    }),
    make('an empty payload', 'COSE_MALFORMED', { payload: () => new Uint8Array(0) }),
    make('a signature of 64 bytes', 'COSE_MALFORMED', { signature: () => new Uint8Array(64) }),
    make('a payload that is an array', 'ATTESTATION_MALFORMED', { payload: () => cbor.array() }),
    make('an unknown field', 'ATTESTATION_MALFORMED', field('extra', cbor.nil)),
    make('a timestamp of 0', 'ATTESTATION_MALFORMED', field('timestamp', cbor.uint(0))),
    make('a digest of SHA256', 'ATTESTATION_MALFORMED', field('digest', cbor.text('SHA256'))),
    make('a register of 32 bytes', 'ATTESTATION_MALFORMED', { pcrs: new Map([[0, new Uint8Array(32)]]) }),
    make('no registers', 'ATTESTATION_MALFORMED', { pcrs: new Map() }),
    make('a public_key of 1025 bytes', 'ATTESTATION_MALFORMED', { publicKey: new Uint8Array(1025) }),
    make('a NitroTPM module', 'ATTESTATION_NITROTPM', field('module_id', cbor.text('i-0123456789abcdef0-tpm0123456789abcdef'))),
    make('a leaf that is no certificate', 'CERTIFICATE_MALFORMED', field('certificate', cbor.bstr(new Uint8Array(100)))),
    make('another nonce', 'NONCE_MISMATCH', { nonce: utf8('nonce') }, { nonce: hex(utf8('another')) }),
    make('no nonce, though one was sent', 'NONCE_MISMATCH', {}, { nonce: hex(utf8('nonce')) }),
    make('ten minutes old', 'ATTESTATION_STALE', { timestampMs: nowMs - 600_000 }),
    make('from ten minutes ahead', 'ATTESTATION_FROM_FUTURE', { timestampMs: nowMs + 600_000 }),
    make('a day after its certificates', 'CERTIFICATE_NOT_IN_VALIDITY', {}, { time: { mode: 'instant', timeMs: nowMs + 86_400_000 } }),
    make('no time said', 'POLICY_MALFORMED', {}, { time: { mode: 'instant' } }),
    make('another root', 'ROOT_MISMATCH', {}, { root: hex(makeChain({ seed: 'b' }).root.der) }),
    make('signed by the issuer of its leaf', 'COSE_SIGNATURE_INVALID', { signer: testKey('a instance') }),
    make('signed by its own public_key', 'COSE_SIGNATURE_INVALID', { signer: testKey('own'), publicKey: testKey('own').publicKey }),
    make('a signature of zeros', 'COSE_SIGNATURE_INVALID', { signature: () => new Uint8Array(96) }),
    withChain('an intermediate that is no CA', 'CERTIFICATE_CHAIN_INVALID', {
      authorities: { 2: { extensions: [basicConstraints(false), keyUsage.certSign] } },
    }),
    withChain('an intermediate without keyCertSign', 'CERTIFICATE_CHAIN_INVALID', {
      authorities: { 2: { extensions: [basicConstraints(true, 1), keyUsage.digitalSignature] } },
    }),
    withChain('a path length that is too short', 'CERTIFICATE_CHAIN_INVALID', {
      authorities: { 1: { extensions: [basicConstraints(true, 0), keyUsage.certSign] } },
    }),
    withChain('a leaf that is a CA', 'CERTIFICATE_CHAIN_INVALID', {
      leaf: { extensions: [basicConstraints(true), keyUsage.digitalSignature] },
    }),
    withChain('a leaf issued in another name', 'CERTIFICATE_CHAIN_INVALID', { leaf: { issuer: der.commonName('somebody') } }),
    withChain('a leaf whose signature was altered', 'CERTIFICATE_SIGNATURE_INVALID', {
      leaf: { signatureValue: (signature) => der.bits(der.ecdsaSignature(signature.with(0, (signature[0] as number) ^ 1))) },
    }),
    withChain('a leaf that has ended', 'CERTIFICATE_NOT_IN_VALIDITY', { leaf: { notAfter: der.time(nowMs - 1000) } }),
    withChain('a certificate of version 1', 'CERTIFICATE_MALFORMED', { leaf: { version: der.der(0xa0, der.integer(0)) } }),
  ]
}

async function enclaveCases(): Promise<Draft[]> {
  const measurements = [{ pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) }]
  const make = async (
    title: string,
    code: string | undefined,
    parts: AnswerParts = {},
    more: { [key: string]: Json } = {},
  ): Promise<Draft> => {
    const { bundle, chain } = await makeAnswer({ chain: makeChain({ depth: 1 }), ...parts })
    const input = {
      document: hex(bundle.attestation),
      keyset: hex(bundle.keyset),
      root: hex(chain.root.der),
      time: live,
      measurements,
      ...more,
    }
    return { title, input, ...(code === undefined ? {} : { code }) }
  }
  const { bundle: plain } = await makeAnswer()
  const keptReceiptKey = otherAccount.publicKey
  const zeros = new Map([...defaultPcrs].map(([index, value]) => [index, index < 3 ? new Uint8Array(48) : value]))
  return [
    await make('an enclave', undefined),
    await make('met by its TLS key', undefined, {}, { tlsSpkiSha256: hex(tlsSpkiSha256) }),
    await make('no measurement in the policy', 'POLICY_EMPTY', {}, { measurements: [] }),
    await make('another image', 'MEASUREMENT_NOT_ALLOWED', {}, { measurements: [{ pcr0: pcrHex(1) }] }),
    await make('a measurement of 32 bytes', 'POLICY_MALFORMED', {}, { measurements: [{ pcr0: sha256Hex('pcr0') }] }),
    await make('in debug mode', 'DEBUG_ENCLAVE', { document: { pcrs: zeros } }),
    await make('met by another TLS key', 'TLS_KEY_MISMATCH', {}, { tlsSpkiSha256: sha256Hex('another') }),
    await make('another keyset', 'KEYSET_MISMATCH', {}, { keyset: hex(concatBytes(plain.keyset, Uint8Array.of(0x20))) }),
    await make('a keyset that is not canonical', 'JSON_NOT_CANONICAL', { keysetBytes: concatBytes(plain.keyset, Uint8Array.of(0x20)) }),
    await make('a keyset without its keys', 'KEYSET_MALFORMED', { keysetBytes: utf8('{}') }),
    await make('a log named after another key', 'KEYSET_MALFORMED', { keyset: { logName: `nacre/${otherAccount.address.toLowerCase()}` } }),
    await make('another receipt key in the keyset than in the document', 'SIGNER_MISMATCH', {
      keyset: { receiptKey: otherAccount.publicKey },
      document: { publicKey: fromHex(receiptAccount.publicKey) },
    }),
    await make('a document for another purpose', 'PURPOSE_MISMATCH', { document: { userData: new Uint8Array(48) } }),
    await make('a document without user_data', 'PURPOSE_MISMATCH', { document: { userData: null } }),
    await make('other models in PCR16', 'MODELS_NOT_MEASURED', { modelPcr: new Uint8Array(48) }),
    await make('no PCR16', 'MODELS_NOT_MEASURED', { modelPcr: null }),
    await make('a receipt key in common with others', undefined, { keyset: { keptReceiptKey } }),
    await make('the enclave’s own key as the one in common', 'KEYSET_MALFORMED', {
      keysetBytes: encodeCanonicalJson({ ...JSON.parse(fromUtf8(plain.keyset)), keptReceiptKey: receiptAccount.publicKey }),
    }),
    await make('no key in common, written out', 'KEYSET_MALFORMED', {
      keysetBytes: encodeCanonicalJson({ ...JSON.parse(fromUtf8(plain.keyset)), keptReceiptKey: null }),
    }),
    await make('the key in common left out', 'KEYSET_MISMATCH', { keyset: { keptReceiptKey } }, { keyset: hex(plain.keyset) }),
    await make('the document of the key in common', 'SIGNER_MISMATCH', {
      keyset: { keptReceiptKey },
      document: { publicKey: fromHex(keptReceiptKey) },
    }),
  ]
}

async function receiptCases(): Promise<Draft[]> {
  const domain = { chainId: '31337', verifyingContract: testDomain.verifyingContract }
  const { bundle } = await makeAnswer()
  const { receipt } = bundle
  const signatureOf = (changed: Receipt, audience: typeof testDomain | null = null, account = receiptAccount) =>
    account.sign({ hash: hashReceipt(changed, audience) })
  const signature = await signatureOf(receipt)
  const bound = await signatureOf(receipt, testDomain)
  const json: { [key: string]: Json } = receiptToJson(receipt)
  const make = (title: string, code: string | undefined, change: { [key: string]: Json } = {}): Draft => ({
    title,
    input: { receipt: json, domain: null, signature, signer: receiptAccount.address.toLowerCase(), ...change },
    ...(code === undefined ? {} : { code }),
  })
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const upper = `${signature.slice(0, 66)}${(order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0')}${signature.endsWith('1b') ? '1c' : '1b'}`
  return [
    make('a receipt for nobody in particular', undefined),
    make('a receipt for a contract', undefined, { domain, signature: bound }),
    make('with the greatest numbers', undefined, {
      receipt: { ...json, timestampMs: String(2n ** 64n - 1n), sequence: String(2n ** 64n - 1n) },
      signature: await signatureOf({ ...receipt, timestampMs: 2n ** 64n - 1n, sequence: 2n ** 64n - 1n }),
    }),
    make('for a contract, though signed for nobody', 'SIGNATURE_INVALID', { domain }),
    make('for nobody, though signed for a contract', 'SIGNATURE_INVALID', { signature: bound }),
    make('for a contract on another chain', 'SIGNATURE_INVALID', { domain: { ...domain, chainId: '1' }, signature: bound }),
    make('another number', 'SIGNATURE_INVALID', { receipt: { ...json, sequence: '8' } }),
    make('another output', 'SIGNATURE_INVALID', { receipt: { ...json, outputHash: sha256Hex('other') } }),
    make('by another key', 'SIGNATURE_INVALID', { signature: await signatureOf(receipt, null, otherAccount) }),
    make('a signature with s in the upper half', 'SIGNATURE_MALFORMED', { signature: upper }),
    make('a recovery byte of 0', 'SIGNATURE_MALFORMED', { signature: `${signature.slice(0, 130)}00` }),
    make('a signature of 64 bytes', 'SIGNATURE_MALFORMED', { signature: signature.slice(0, 130) }),
    make('a signature of zeros', 'SIGNATURE_MALFORMED', { signature: `0x${'00'.repeat(64)}1b` }),
    make('a number over 64 bits', 'RECEIPT_MALFORMED', { receipt: { ...json, sequence: String(2n ** 64n) } }),
    make('a number that is negative', 'RECEIPT_MALFORMED', { receipt: { ...json, sequence: '-1' } }),
    make('a number with a leading zero', 'RECEIPT_MALFORMED', { receipt: { ...json, sequence: '07' } }),
    make('a hash in upper case', 'RECEIPT_MALFORMED', { receipt: { ...json, modelId: `0x${receipt.modelId.slice(2).toUpperCase()}` } }),
    make('a field more', 'RECEIPT_MALFORMED', { receipt: { ...json, extra: '1' } }),
    make('a field less', 'RECEIPT_MALFORMED', {
      receipt: Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'inputHash')),
    }),
  ]
}

function tensorCases(): Draft[] {
  const bytes = encodeTensors(testInputs)
  const make = (title: string, code: string | undefined, changed: Uint8Array): Draft => ({
    title,
    input: { bytes: hex(changed) },
    ...(code === undefined ? {} : { code }),
  })
  const changed = (at: number, value: number) => bytes.slice().with(at, value)
  const bool = encodeTensors([{ name: 'b', datatype: 'BOOL', shape: [1n], data: Uint8Array.of(1) }])
  const texts = encodeTensors([{ name: 't', datatype: 'BYTES', shape: [1n], data: Uint8Array.of(1, 0, 0, 0, 0x61) }])
  return [
    make('a tensor of two floats', undefined, bytes),
    make('two tensors', undefined, encodeTensors(testOutputs)),
    make('none', undefined, encodeTensors([])),
    make('text', undefined, texts),
    make('a truth value', undefined, bool),
    make('32 bytes more', 'TENSOR_MALFORMED', concatBytes(bytes, new Uint8Array(32))),
    make('cut off', 'TENSOR_MALFORMED', bytes.subarray(0, -32)),
    make('nothing', 'TENSOR_MALFORMED', new Uint8Array(0)),
    make('an offset that leaves a gap', 'TENSOR_MALFORMED', changed(31, 64)),
    make('padding that is not zero', 'TENSOR_MALFORMED', changed(bytes.length - 1, 1)),
    make('another datatype', 'TENSOR_MALFORMED', changed(bytes.indexOf(0x46), 0x47)),
    make('a truth value of 2', 'TENSOR_MALFORMED', bool.slice().with(bool.lastIndexOf(1), 2)),
    make('text that reaches past its end', 'TENSOR_MALFORMED', texts.slice().with(texts.length - 32, 2)),
  ]
}

function manifestCases(): Draft[] {
  const json = testManifest as unknown as { [key: string]: JsonValue }
  const make = (title: string, code: string | undefined, change: { [key: string]: JsonValue } = {}): Draft => ({
    title,
    input: { text: new TextDecoder().decode(encodeCanonicalJson({ ...json, ...change })) },
    ...(code === undefined ? {} : { code }),
  })
  return [
    make('a manifest', undefined),
    make('without labels', undefined, { labels: [] }),
    { title: 'with spaces', input: { text: JSON.stringify(testManifest, null, 1) }, code: 'JSON_NOT_CANONICAL' },
    make('another format', 'MANIFEST_MALFORMED', { format: 'nacre/model/2' }),
    make('a field more', 'MANIFEST_MALFORMED', { extra: 1 }),
    make('a name with a space', 'MANIFEST_MALFORMED', { name: 'two words' }),
    make('weights of no bytes', 'MANIFEST_MALFORMED', { weights: { sha256: sha256Hex('weights'), bytes: 0 } }),
    make('no outputs', 'MANIFEST_MALFORMED', { outputs: [] }),
    make('an unknown datatype', 'MANIFEST_MALFORMED', { inputs: [{ name: 'x', datatype: 'FP8', shape: [1] }] }),
    make('a size of -2', 'MANIFEST_MALFORMED', { inputs: [{ name: 'x', datatype: 'FP32', shape: [-2] }] }),
    ...programCases(),
    make('no threads', 'MANIFEST_MALFORMED', { runtime: { ...testManifest.runtime, intraOpThreads: 0 } }),
  ]
}

function programCases(): Draft[] {
  const { weights: _, runtime: __, ...head } = testManifest
  const program = {
    ...head,
    platform: 'nacre_program',
    program: { name: 'generate-text', version: '1', settings: { context: 256, tokenizer: 'tokenizer.json' } },
    stages: [{ role: 'decode', modelId: sha256Hex('stage') }],
    files: [{ name: 'tokenizer.json', sha256: sha256Hex('file'), bytes: 4 }],
  }
  const make = (title: string, code: string | undefined, change: object = {}): Draft => ({
    title,
    input: { text: new TextDecoder().decode(encodeCanonicalJson({ ...program, ...change } as unknown as JsonValue)) },
    ...(code === undefined ? {} : { code }),
  })
  return [
    make('a program', undefined),
    make('a program without files', undefined, { files: [] }),
    make('a program with weights', 'MANIFEST_MALFORMED', { weights: testManifest.weights }),
    make('an unknown program', 'MANIFEST_MALFORMED', { program: { ...program.program, name: 'run-shell' } }),
    make('a setting that is a list', 'MANIFEST_MALFORMED', { program: { ...program.program, settings: { a: [] } } }),
    make('a program without stages', 'MANIFEST_MALFORMED', { stages: [] }),
    make('a file outside its folder', 'MANIFEST_MALFORMED', { files: [{ name: '../x', sha256: sha256Hex('file'), bytes: 4 }] }),
  ]
}

function jsonCases(): Draft[] {
  const make = (text: string, code?: string, title = text): Draft => ({
    title,
    input: { bytes: hex(utf8(text)) },
    ...(code === undefined ? {} : { code }),
  })
  const refused = 'JSON_NOT_CANONICAL'
  return [
    make('{"a":1,"b":[true,null,"x"]}'),
    make('{"\u00e9":"\\n","\u20ac":"\u{1f600}"}'),
    make('9007199254740991'),
    make('{"b":1,"a":2}', refused),
    make('{"a":1,"a":1}', refused),
    make('{"a": 1}', refused),
    make('1.5', refused),
    make('-0', refused),
    make('9007199254740992', refused),
    make('1e3', refused),
    make('"\\u0061"', refused),
    make('"\\ud800"', refused),
    make(`${'['.repeat(40)}${']'.repeat(40)}`, refused, '40 levels'),
    { title: 'bytes that are not UTF-8', input: { bytes: '0x22ff22' }, code: refused },
    { title: 'nothing', input: { bytes: '0x' }, code: refused },
  ]
}

/** Ten leaves, of which leaf 7 is the receipt of the answer. */
const leafData = Array.from({ length: 10 }, (_, i) => sha256Sync(utf8(`leaf ${i}`), 'bytes'))
const tree = testLog(leafData)

function inclusionCases(): Draft[] {
  const of = (index: number, size: number): { [key: string]: Json } => ({
    leafHash: hex(tree.node(0, index)),
    index: String(index),
    treeSize: String(size),
    proof: tree.inclusion(index, size),
    root: testLog(leafData.slice(0, size)).root(),
  })
  const seven = of(7, 10)
  const proof = seven.proof as Hex[]
  const make = (title: string, code: string, change: { [key: string]: Json }): Draft => ({ title, code, input: { ...seven, ...change } })
  return [
    ...[1, 2, 3, 7, 8, 10].flatMap((size) =>
      [0, Math.floor(size / 2), size - 1]
        .filter((index, at, all) => all.indexOf(index) === at)
        .map((index) => ({ title: `leaf ${index} of ${size}`, input: of(index, size) })),
    ),
    make('another leaf', 'INCLUSION_INVALID', { leafHash: hex(tree.node(0, 6)) }),
    make('another place', 'INCLUSION_INVALID', { index: '6' }),
    make('a place after the end', 'INCLUSION_INVALID', { index: '10' }),
    make('another size', 'INCLUSION_INVALID', { treeSize: '7' }),
    make('another root', 'INCLUSION_INVALID', { root: sha256Hex('root') }),
    make('the proof in another order', 'INCLUSION_INVALID', { proof: proof.toReversed() }),
    make('a hash less', 'INCLUSION_INVALID', { proof: proof.slice(0, -1) }),
    make('a hash more', 'INCLUSION_INVALID', { proof: [...proof, sha256Hex('more')] }),
    make('a hash of 31 bytes', 'PROOF_MALFORMED', { proof: [`0x${'00'.repeat(31)}`] }),
    make('66 hashes', 'PROOF_MALFORMED', { proof: Array.from({ length: 66 }, () => sha256Hex('x')) }),
  ]
}

function consistencyCases(): Draft[] {
  const root = (size: number) => testLog(leafData.slice(0, size)).root()
  const of = (oldSize: number, newSize: number): { [key: string]: Json } => ({
    oldSize: String(oldSize),
    oldRoot: root(oldSize),
    newSize: String(newSize),
    newRoot: root(newSize),
    proof: tree.consistency(oldSize, newSize),
  })
  const six = of(6, 10)
  const make = (title: string, code: string, change: { [key: string]: Json }): Draft => ({ title, code, input: { ...six, ...change } })
  return [
    ...[
      [0, 10],
      [1, 10],
      [4, 7],
      [6, 10],
      [8, 10],
      [10, 10],
    ].map(([oldSize, newSize]) => ({ title: `${oldSize} to ${newSize}`, input: of(oldSize as number, newSize as number) })),
    make('another history', 'CONSISTENCY_INVALID', { oldRoot: sha256Hex('fork') }),
    make('another end', 'CONSISTENCY_INVALID', { newRoot: sha256Hex('fork') }),
    make('rewound', 'CONSISTENCY_INVALID', { oldSize: '11' }),
    make('no proof', 'CONSISTENCY_INVALID', { proof: [] }),
    make('two roots for one size', 'CONSISTENCY_INVALID', { ...of(10, 10), oldRoot: sha256Hex('fork') }),
    make('a hash more', 'CONSISTENCY_INVALID', { proof: [...(six.proof as Hex[]), sha256Hex('more')] }),
    make('a hash of 33 bytes', 'PROOF_MALFORMED', { proof: [`0x${'00'.repeat(33)}`] }),
  ]
}

async function checkpointCases(): Promise<Draft[]> {
  const checkpoint = tree.checkpoint(BigInt(nowMs))
  const json: { [key: string]: Json } = checkpointToJson(checkpoint)
  const signature = await receiptAccount.sign({ hash: hashCheckpoint(checkpoint) })
  const make = (title: string, code: string | undefined, change: { [key: string]: Json } = {}): Draft => ({
    title,
    input: { checkpoint: json, signature, signer: receiptAccount.address.toLowerCase(), ...change },
    ...(code === undefined ? {} : { code }),
  })
  return [
    make('a checkpoint', undefined),
    make('another size', 'SIGNATURE_INVALID', { checkpoint: { ...json, treeSize: '11' } }),
    make('another root', 'SIGNATURE_INVALID', { checkpoint: { ...json, rootHash: sha256Hex('root') } }),
    make('another time', 'SIGNATURE_INVALID', { checkpoint: { ...json, timestampMs: '1' } }),
    make('by another key', 'SIGNATURE_INVALID', { signature: await otherAccount.sign({ hash: hashCheckpoint(checkpoint) }) }),
    make('a number instead of text', 'CHECKPOINT_MALFORMED', { checkpoint: { ...json, treeSize: 10 } }),
    make('a size over 64 bits', 'CHECKPOINT_MALFORMED', { checkpoint: { ...json, treeSize: String(2n ** 64n) } }),
    make('a field more', 'CHECKPOINT_MALFORMED', { checkpoint: { ...json, extra: '' } }),
    make('no object', 'CHECKPOINT_MALFORMED', { checkpoint: null }),
    make('a signature of 64 bytes', 'SIGNATURE_MALFORMED', { signature: signature.slice(0, 130) }),
  ]
}

const logName = `nacre/${receiptAccount.address.toLowerCase()}`
const [w1, w2] = [ed25519Key('w1'), ed25519Key('w2')]
const witnessKeys = [
  encodeNoteKey(noteKey('witness.example/w1', 'cosignature', w1)),
  encodeNoteKey(noteKey('witness.example/w2', 'cosignature', w2)),
]
const seconds = BigInt(nowMs / 1000)
const nobody: { [key: string]: Json } = { keys: [], quorum: 0, latestMs: 0 }
const both = (quorum: number): { [key: string]: Json } => ({ keys: witnessKeys, quorum, latestMs: nowMs + 60_000 })

function noteCases(): Draft[] {
  const text = encodeTreeHead({ origin: logName, treeSize: 10n, rootHash: tree.root() })
  const note = (...more: Parameters<typeof tree.note>[2][]) => new TextDecoder().decode(tree.note(logName, logKey, ...more))
  const seen = [cosignText(text, 'witness.example/w1', w1, seconds), cosignText(text, 'witness.example/w2', w2, seconds + 3n)] as const
  const whole = note(...seen)
  const make = (title: string, code: string | undefined, value: string, witnesses: Json = nobody): Draft => ({
    title,
    input: { note: value, log: { logName, logPublicKey: hex(logKey.publicKey) }, witnesses },
    ...(code === undefined ? {} : { code }),
  })
  const wrong = cosignText(`${text}x\n`, 'witness.example/w1', w1, seconds)
  return [
    make('a note', undefined, note()),
    make('with witnesses that nobody asked for', undefined, whole),
    make('with both witnesses', undefined, whole, both(2)),
    make('with one of two', undefined, note(seen[1]), both(1)),
    make('with a line of its log’s own', undefined, new TextDecoder().decode(signedText(`${text}own line\n`))),
    make('with none of two', 'WITNESS_QUORUM_MISSED', note(), both(1)),
    make('with one where two are needed', 'WITNESS_QUORUM_MISSED', note(seen[0]), both(2)),
    make('one witness twice', 'WITNESS_QUORUM_MISSED', note(seen[0], cosignText(text, 'witness.example/w1', w1, seconds + 1n)), both(2)),
    make('a cosignature over another text', 'COSIGNATURE_INVALID', note(wrong, seen[1]), both(1)),
    make('a cosignature from the future', 'COSIGNATURE_INVALID', whole, { ...both(2), latestMs: nowMs - 1 }),
    make('a quorum over the number of witnesses', 'POLICY_MALFORMED', whole, both(3)),
    make('one key under two names', 'POLICY_MALFORMED', whole, {
      ...both(1),
      keys: [witnessKeys[0] as string, encodeNoteKey(noteKey('witness.example/w3', 'cosignature', w1))],
    }),
    make('another log', 'LOG_MISMATCH', new TextDecoder().decode(tree.note('nacre/other', logKey))),
    make('signed by another key', 'NOTE_SIGNATURE_INVALID', new TextDecoder().decode(tree.note(logName, w1))),
    make('an altered size', 'NOTE_SIGNATURE_INVALID', note().replace('\n10\n', '\n11\n')),
    make('an altered root', 'NOTE_SIGNATURE_INVALID', note().replace(text.split('\n')[2] as string, `${'A'.repeat(43)}=`)),
    make('a size with a leading zero', 'CHECKPOINT_MALFORMED', new TextDecoder().decode(signedText(text.replace('\n10\n', '\n010\n')))),
    make('no signature', 'NOTE_MALFORMED', `${text}\n`),
    make('a carriage return', 'NOTE_MALFORMED', note().replace('\n10\n', '\r\n10\n')),
    make('no empty line', 'NOTE_MALFORMED', note().replace('\n\n', '\n')),
  ]
}

/** A note of any text by the log's key. */
function signedText(text: string): Uint8Array {
  return encodeNote({ text, signatures: [signText(text, logName, logKey)] })
}

async function recordCases(): Promise<Draft[]> {
  const { bundle } = await makeAnswer()
  const { receipt } = bundle
  const leaf = hashReceipt(receipt, null)
  const signature = await receiptAccount.sign({ hash: leaf })
  const opening = encodeLogOpening({ format: 'nacre/log/1', logName, timestampMs: nowMs, previous: null })
  const openingLeaf = sha256Sync(opening)
  const openingText = new TextDecoder().decode(opening)
  const record = encodeLogRecord({ leaf, receipt, domain: null, signature })
  const make = (title: string, code: string | undefined, change: { [key: string]: Json } = {}): Draft => ({
    title,
    input: { record, index: 7, leaf, logName, signer: receiptAccount.address.toLowerCase(), ...change },
    ...(code === undefined ? {} : { code }),
  })
  const json = JSON.parse(record) as { [key: string]: Json }
  const withRecord = (change: { [key: string]: Json }) => ({ record: JSON.stringify({ ...json, ...change }) })
  const first = { record: encodeLogRecord({ leaf: openingLeaf, opening: openingText }), index: 0, leaf: openingLeaf }
  const foreign = new TextDecoder().decode(
    encodeLogOpening({ format: 'nacre/log/1', logName: `nacre/${otherAccount.address.toLowerCase()}`, timestampMs: nowMs, previous: null }),
  )
  const foreignLeaf = sha256Sync(utf8(foreign))
  return [
    make('a receipt with its signature', undefined),
    make('a receipt by its place alone', undefined, withRecord({ signature: null })),
    make('the opening', undefined, first),
    make('another leaf', 'LOG_RECORD_MISMATCH', { leaf: sha256Hex('leaf') }),
    make('another place', 'LOG_RECORD_MISMATCH', { index: 8 }),
    make(
      'another audience',
      'LOG_RECORD_MISMATCH',
      withRecord({ domain: { chainId: '1', verifyingContract: testDomain.verifyingContract } }),
    ),
    make('a signature by another key', 'SIGNATURE_INVALID', withRecord({ signature: await otherAccount.sign({ hash: leaf }) })),
    make('an opening in another place', 'LOG_RECORD_MISMATCH', { ...first, index: 3 }),
    make('an opening of another log', 'LOG_RECORD_MISMATCH', {
      record: encodeLogRecord({ leaf: foreignLeaf, opening: foreign }),
      index: 0,
      leaf: foreignLeaf,
    }),
    make('a field more', 'LOG_RECORD_MALFORMED', withRecord({ extra: 1 })),
    make('no JSON', 'LOG_RECORD_MALFORMED', { record: 'record' }),
    make('a list', 'LOG_RECORD_MALFORMED', { record: '[]' }),
  ]
}

const registry: Hex = `0x${'5e'.repeat(20)}`

async function bundleCases(): Promise<Draft[]> {
  const chain = makeChain({ depth: 1 })
  const make = async (change: Partial<Bundle> = {}, parts: AnswerParts = {}) => {
    const { bundle } = await makeAnswer({ chain, ...parts })
    return encodeBundle({ ...bundle, ...change })
  }
  const { bundle: plain, policy, modelId } = await makeAnswer({ chain })
  const opened = [sha256Sync(utf8('opening'), 'bytes'), ...leafData.slice(1)].with(7, fromHex(hashReceipt(plain.receipt, null)))
  const log = testLog(opened)
  const inclusion = await log.proveReceipt(7, BigInt(nowMs + 2000), receiptAccount)
  const text = encodeTreeHead({ origin: logName, treeSize: 10n, rootHash: log.root() })
  const note = log.note(
    logName,
    logKey,
    cosignText(text, 'witness.example/w1', w1, seconds + 5n),
    cosignText(text, 'witness.example/w2', w2, seconds + 9n),
  )
  const event = (documentHash: Hex) => keyRegistered({ registry, key: receiptAccount.address, documentHash })
  const registrationOf = (documentHash: Hex, atSeconds = Number(seconds) + 60) =>
    makeRegistration({
      transactions: [{}, { events: [event(documentHash)] }, { type: 0 }],
      transactionIndex: 1,
      registry,
      timestampSeconds: atSeconds,
    })
  const registration = registrationOf(sha256Sync(plain.attestation))
  const provenance = encodeProvenance({
    format: 'nacre/provenance/1',
    measurements: { pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) },
    source: 'https://example.org/source',
    revision: '0123abc',
    recipe: 'docker build',
  })
  const full = { inclusion, note, registration, provenance }
  const blockHash = keccak256(registration.header)
  const trusted = { chainId: '1', registry, blockHashes: [blockHash] }
  const draft = (title: string, code: string | undefined, bundle: Uint8Array, more: { [key: string]: Json } = {}): Draft => ({
    title,
    input: {
      bundle: hex(bundle),
      root: hex(chain.root.der),
      measurements: policy.measurements as unknown as Json,
      modelIds: [modelId],
      time: { mode: 'document' },
      ...more,
    },
    ...(code === undefined ? {} : { code }),
  })
  const whole = await make(full)
  const fields = decodeCbor(whole) as ReadonlyMap<string, CborValue>
  const edited = (edit: (fields: Map<string, CborValue>) => void, isSealed = true) => {
    const changed = new Map(fields)
    edit(changed)
    const rest = new Map([...changed].filter(([name]) => name !== 'checksum'))
    const checksum = isSealed ? sha256Sync(encodeCbor(rest, { deterministic: true }), 'bytes') : (fields.get('checksum') as Uint8Array)
    return encodeCbor(new Map([...rest, ['checksum', checksum]]), { deterministic: true })
  }
  const common = { keyset: { keptReceiptKey: otherAccount.publicKey } }
  const cosigned = { mode: 'witnesses' }
  const late = log.note(logName, logKey, cosignText(text, 'witness.example/w1', w1, seconds + 14_400n))
  const lateBlock = registrationOf(sha256Sync(plain.attestation), Number(seconds) + 86_400)
  return [
    draft('an answer', undefined, await make()),
    draft('for a contract', undefined, await make({}, { domain: testDomain })),
    draft('with log, witnesses, registration and provenance', undefined, whole),
    draft('by its place in the log alone', undefined, await make({ ...full, signature: null })),
    draft('whose tensors are kept back', undefined, await make({ inputs: null, outputs: null })),
    draft('at the time of one witness of two', undefined, whole, { time: cosigned, witnesses: both(1) }),
    draft('at the time of both witnesses', undefined, whole, { time: cosigned, witnesses: both(2) }),
    draft('at the time of a block', undefined, whole, { time: { mode: 'chain' }, chain: trusted }),
    draft('under another root', 'ROOT_MISMATCH', whole, { root: hex(makeChain({ depth: 1, seed: 'b' }).root.der) }),
    draft('of another image', 'MEASUREMENT_NOT_ALLOWED', whole, { measurements: [{ pcr0: pcrHex(1) }] }),
    draft('of another model', 'MODEL_NOT_ALLOWED', whole, { modelIds: [sha256Hex('model')] }),
    draft(
      'with the manifest of another model',
      'MODEL_MISMATCH',
      await make({ manifest: utf8(new TextDecoder().decode(plain.manifest).replace('"even","odd"', '"odd","even"')) }),
    ),
    draft('with another input', 'INPUT_MISMATCH', await make({ inputs: testOutputs })),
    draft('with another output', 'OUTPUT_MISMATCH', await make({ outputs: testInputs })),
    draft('with an output less', 'OUTPUT_MISMATCH', await make({ outputs: testOutputs.slice(1) })),
    draft('with another number', 'SIGNATURE_INVALID', await make({ receipt: { ...plain.receipt, sequence: 8n } })),
    draft('with the signature of another audience', 'SIGNATURE_INVALID', await make({ domain: testDomain })),
    draft('with another keyset', 'KEYSET_MISMATCH', await make({ keyset: utf8('{}') })),
    draft(
      'with another document',
      'ATTESTATION_MALFORMED',
      await make({ attestation: makeDocument({ chain, payload: () => cbor.array() }) }),
    ),
    draft(
      'two days from its document',
      'RECEIPT_TIME_OUT_OF_RANGE',
      await make({}, { receipt: { timestampMs: BigInt(nowMs + 172_800_000) } }),
    ),
    draft(
      'with an altered checksum',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('provenance', null), false),
    ),
    draft(
      'with a field less',
      'BUNDLE_MALFORMED',
      edited((map) => map.delete('note')),
    ),
    draft(
      'with a field more',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('extra', 1)),
    ),
    draft(
      'of another format',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('format', 'nacre/bundle/9')),
    ),
    draft(
      'with neither signature nor place',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('signature', null).set('inclusion', null).set('note', null)),
    ),
    draft(
      'with a note and no place',
      'BUNDLE_MALFORMED',
      edited((map) => map.set('inclusion', null)),
    ),
    draft('with its fields in another order', 'CBOR_MALFORMED', encodeCbor(new Map([...fields].toReversed()))),
    draft('cut off', 'CBOR_MALFORMED', whole.subarray(0, -1)),
    draft(
      'with tensors that are none',
      'TENSOR_MALFORMED',
      edited((map) => map.set('inputs', utf8('tensors'))),
    ),
    draft(
      'with a proof of another leaf',
      'INCLUSION_INVALID',
      await make({ ...full, inclusion: { ...inclusion, proof: inclusion.proof.toReversed() } }),
    ),
    draft(
      'with a checkpoint by another key',
      'SIGNATURE_INVALID',
      await make({ ...full, inclusion: await log.proveReceipt(7, BigInt(nowMs), otherAccount) }),
    ),
    draft(
      'with the note of another checkpoint',
      'LOG_MISMATCH',
      await make({ ...full, note: testLog(opened.slice(0, 9)).note(logName, logKey) }),
    ),
    draft('with a note by another key', 'NOTE_SIGNATURE_INVALID', await make({ ...full, note: log.note(logName, w1) })),
    draft('with fewer witnesses than asked for', 'WITNESS_QUORUM_MISSED', await make({ ...full, note: log.note(logName, logKey) }), {
      witnesses: both(1),
    }),
    draft('without a note, though witnesses are asked for', 'WITNESS_QUORUM_MISSED', await make(), { witnesses: both(1) }),
    draft('seen by witnesses after its certificates', 'CERTIFICATE_NOT_IN_VALIDITY', await make({ ...full, note: late }), {
      time: cosigned,
      witnesses: { ...both(1), latestMs: nowMs + 86_400_000 },
    }),
    draft(
      'seen by witnesses before its document',
      'ATTESTATION_FROM_FUTURE',
      await make(full, { document: { timestampMs: nowMs + 120_000 } }).then((bytes) => withoutRegistration(bytes)),
      {
        time: cosigned,
        witnesses: both(1),
      },
    ),
    draft('at the time of witnesses, of whom there are none', 'POLICY_MALFORMED', whole, { time: cosigned }),
    draft(
      'with the registration of another document',
      'REGISTRATION_INVALID',
      await make({ ...full, registration: registrationOf(sha256Hex('another')) }),
    ),
    draft(
      'with the registration in another transaction',
      'REGISTRATION_INVALID',
      await make({ ...full, registration: { ...registration, transactionIndex: 0 } }),
    ),
    draft('with nodes that prove nothing', 'REGISTRATION_INVALID', await make({ ...full, registration: { ...registration, proof: [] } })),
    draft('in a block that is not trusted', 'REGISTRATION_UNTRUSTED', whole, { chain: { ...trusted, blockHashes: [sha256Hex('block')] } }),
    draft('by a registry that is not trusted', 'REGISTRATION_UNTRUSTED', whole, {
      chain: { ...trusted, registry: `0x${'5f'.repeat(20)}` },
    }),
    draft('in a block after its certificates', 'CERTIFICATE_NOT_IN_VALIDITY', await make({ ...full, registration: lateBlock }), {
      time: { mode: 'chain' },
      chain: { ...trusted, blockHashes: [keccak256(lateBlock.header)] },
    }),
    draft(
      'with the provenance of another image',
      'PROVENANCE_MISMATCH',
      await make({ ...full, provenance: utf8(new TextDecoder().decode(provenance).replace(pcrHex(0), pcrHex(3))) }),
    ),
    draft('with provenance that is none', 'BUNDLE_MALFORMED', await make({ ...full, provenance: utf8('{}') })),
    draft('of an enclave with a receipt key in common', undefined, await make({}, common)),
    draft('signed by the key in common alone', 'SIGNATURE_INVALID', await make({}, { ...common, signer: otherAccount })),
    draft(
      'by its place under a head that the key in common signed',
      'SIGNATURE_INVALID',
      await make({ signature: null, inclusion: await log.proveReceipt(7, BigInt(nowMs + 2000), otherAccount) }, common),
    ),
  ]

  /** A registration is of one document; for another it would be refused first. */
  function withoutRegistration(bytes: Uint8Array): Uint8Array {
    const changed = new Map(decodeCbor(bytes) as ReadonlyMap<string, CborValue>).set('registration', null)
    changed.delete('checksum')
    return encodeCbor(new Map([...changed, ['checksum', sha256Sync(encodeCbor(changed, { deterministic: true }), 'bytes')]]), {
      deterministic: true,
    })
  }
}
