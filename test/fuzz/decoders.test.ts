import { decodeAnswersBundle, encodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { decodeAttestation } from '@nacre/verifier/attestation'
import { decodeBundle, encodeBundle } from '@nacre/verifier/bundle'
import { fromHex, toHex, utf8 } from '@nacre/verifier/bytes'
import { decodeCanonicalJson, encodeCanonicalJson } from '@nacre/verifier/canonical-json'
import { type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { certificateFromPem, decodeCertificate } from '@nacre/verifier/certificate'
import { checkpointFromJson, decodeTreeHead, encodeTreeHead } from '@nacre/verifier/checkpoint'
import { decodeCoseSign1 } from '@nacre/verifier/cose'
import { decodeEcdsaSignature } from '@nacre/verifier/der'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeKeyset, encodeKeyset } from '@nacre/verifier/keyset'
import { decodeLogOpening, encodeLogOpening, type LogOpening } from '@nacre/verifier/log-opening'
import { decodeLogRecord, encodeLogRecord } from '@nacre/verifier/log-record'
import { decodeManifest, encodeManifest } from '@nacre/verifier/manifest'
import { emptyRoot, verifyConsistency, verifyInclusion } from '@nacre/verifier/merkle'
import { decodeNote, decodeNoteKey, encodeNote, encodeNoteKey } from '@nacre/verifier/note'
import { decodeProvenance, encodeProvenance } from '@nacre/verifier/provenance'
import { receiptFromJson, receiptToJson } from '@nacre/verifier/receipt'
import { receiptKey } from '@nacre/verifier/registration'
import { decodeInferResponse, inferenceHeaderLength } from '@nacre/verifier/response'
import { decodeRlp, encodeRlp } from '@nacre/verifier/rlp'
import { decodeTensors, encodeTensors } from '@nacre/verifier/tensor'
import { decodeEntryTile, decodeHashTile, decodeTilePath, encodeEntryTile, encodeHashTile, tilePath } from '@nacre/verifier/tlog-tiles'
import { proveKey, provenValue } from '@nacre/verifier/trie'
import fc from 'fast-check'
import { sha256 } from 'viem/utils'
import { expect, test } from 'vitest'
import { logKey, makeAnswer, testDomain, testInputs, testOutputs } from '../support/answer.ts'
import { makeAnswers } from '../support/answers.ts'
import { makeDocument } from '../support/document.ts'
import { testLog } from '../support/log.ts'
import { makeChain } from '../support/pki.ts'
import { type Bytewise, bytewise, drawFrom } from './mutations.ts'

const runs = 1500

/** Random bytes, and bytes that were valid once. */
function nearly(...valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const mutated = fc
    .tuple(fc.constantFrom(...valid), fc.integer({ min: 0 }), fc.integer({ min: 1, max: 4 }))
    .map(([bytes, seed, times]) => {
      const draw = drawFrom(seed)
      let changed = bytes
      for (let i = 0; i < times && changed.length > 0; i++)
        changed = (bytewise[draw.pick(Object.keys(bytewise))] as Bytewise)(changed, draw, draw.pick(valid))
      return changed
    })
  return fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }, { weight: 4, arbitrary: mutated })
}

/** Either refuses with a `VerifierError`, or what it read writes the same bytes again. */
function onlyTypedErrors(arbitrary: fc.Arbitrary<Uint8Array>, decode: (bytes: Uint8Array) => Uint8Array | undefined): void {
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      let again: Uint8Array | undefined
      try {
        again = decode(bytes)
      } catch (error) {
        if (error instanceof VerifierError) return
        throw error
      }
      if (again !== undefined) expect(toHex(again)).toBe(toHex(bytes))
    }),
    { numRuns: runs },
  )
}

const { bundle, keyset, manifest } = await makeAnswer()

test('decodeBundle', () => onlyTypedErrors(nearly(encodeBundle(bundle)), (bytes) => encodeBundle(decodeBundle(bytes))))
const { bytes: several } = await makeAnswers({ images: [0], count: 2 })
const spelledOnce = (bytes: Uint8Array) => {
  const { version, ...decoded } = decodeAnswersBundle(bytes)
  return version === 1 ? undefined : encodeAnswersBundle(decoded)
}
test('decodeAnswersBundle', () => onlyTypedErrors(nearly(several, encodeBundle(bundle)), spelledOnce))
test('decodeAnswersBundle under a checksum that fits', () => {
  const items = fc.constantFrom('manifests', 'head', 'history', 'answers', 'registration')
  fc.assert(
    fc.property(items, fc.integer({ min: 0 }), (name, seed) => {
      const fields = new Map(decodeCbor(several) as ReadonlyMap<string, CborValue>)
      const draw = drawFrom(seed)
      const item = encodeCbor(fields.get(name) as CborValue)
      try {
        fields.set(name, decodeCbor((bytewise[draw.pick(Object.keys(bytewise))] as Bytewise)(item, draw, item)))
        fields.delete('checksum')
        fields.set('checksum', sha256(encodeCbor(fields, { deterministic: true }), 'bytes'))
        const bytes = encodeCbor(fields, { deterministic: true })
        expect(toHex(spelledOnce(bytes) ?? bytes)).toBe(toHex(bytes))
      } catch (error) {
        if (!(error instanceof VerifierError)) throw error
      }
    }),
    { numRuns: runs },
  )
})
test('decodeBundle with all that it may hold', () => {
  const word = `0x${'11'.repeat(32)}` as const
  const checkpoint = { treeSize: 9n, rootHash: word, timestampMs: 1n }
  const inclusion = { checkpoint, checkpointSignature: `0x${'22'.repeat(65)}` as const, proof: [word, word] }
  const registration = {
    chainId: 1n,
    registry: `0x${'33'.repeat(20)}` as const,
    header: utf8('header'),
    transactionIndex: 2,
    proof: [utf8('node')],
  }
  const full = encodeBundle({ ...bundle, inclusion, note: utf8('note'), registration, provenance: utf8('{}'), inputs: null })
  onlyTypedErrors(nearly(full), (bytes) => encodeBundle(decodeBundle(bytes)))
})
test('decodeProvenance', () => {
  const register = `0x${'11'.repeat(48)}` as const
  const measurements = { pcr0: register, pcr1: register, pcr2: register }
  const valid = encodeProvenance({ format: 'nacre/provenance/1', measurements, source: 's', revision: 'r', recipe: 'c' })
  onlyTypedErrors(nearly(valid), (bytes) => encodeProvenance(decodeProvenance(bytes)))
})
test('decodeRlp reads the only encoding of an item, or nothing', () =>
  onlyTypedErrors(nearly(encodeRlp([utf8('abc'), [Uint8Array.of(1), new Uint8Array(60)], new Uint8Array(0)])), (bytes) => {
    const item = decodeRlp(bytes)
    return item === null ? undefined : encodeRlp(item)
  }))
test('a trie proves what was put in and nothing else, whatever the nodes', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 5000 }), { minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.nat(),
      (indices, seed, value, flip) => {
        const wanted = indices[seed % indices.length] as number
        const entries = indices.map((index) => [receiptKey(index), index === wanted ? value : utf8(`value ${index}`)] as const)
        const key = receiptKey(wanted)
        const { root, proof } = proveKey(entries, key)
        expect(provenValue({ root, key, proof })).toEqual(value)
        const at = flip % proof.length
        const node = Uint8Array.from(proof[at] as Uint8Array)
        node[flip % node.length] = (node[flip % node.length] as number) ^ 1
        expect(provenValue({ root, key, proof: proof.with(at, node) })).toBeNull()
        const missing = receiptKey(5001 + (seed % 1000))
        expect(provenValue({ root, key: missing, proof })).toBeNull()
      },
    ),
    { numRuns: 150 },
  ))
test('decodeTensors', () =>
  onlyTypedErrors(nearly(encodeTensors(testInputs), encodeTensors(testOutputs)), (bytes) => encodeTensors(decodeTensors(bytes))))
test('decodeKeyset', () => onlyTypedErrors(nearly(encodeKeyset(keyset)), (bytes) => encodeKeyset(decodeKeyset(bytes))))
test('decodeManifest', () => onlyTypedErrors(nearly(manifest), (bytes) => encodeManifest(decodeManifest(bytes))))
test('decodeCanonicalJson', () =>
  onlyTypedErrors(nearly(manifest, utf8('[-1,"\\n",{"a":null}]')), (bytes) => encodeCanonicalJson(decodeCanonicalJson(bytes))))
test('decodeCbor, deterministic', () =>
  onlyTypedErrors(nearly(encodeBundle(bundle), fromHex('0xa301f5616120626162820304')), (bytes) => {
    const value = decodeCbor(bytes, { deterministic: true })
    try {
      return encodeCbor(value, { deterministic: true })
    } catch (error) {
      // Negative numbers below 32 bits are read and have no place in what is written.
      if (error instanceof VerifierError) return undefined
      throw error
    }
  }))
test('decodeCertificate', () => {
  const chain = makeChain()
  onlyTypedErrors(nearly(chain.leaf, ...chain.cabundle), (bytes) => decodeCertificate(bytes).der)
})
test('decodeCoseSign1 and decodeAttestation', () => {
  const documents = nearly(makeDocument(), makeDocument({ indefinite: true, nonce: utf8('nonce') }))
  onlyTypedErrors(documents, (bytes) => void decodeCoseSign1(bytes))
  onlyTypedErrors(documents, (bytes) => void decodeAttestation(bytes))
})
test('decodeEcdsaSignature', () => onlyTypedErrors(nearly(fromHex('0x3006020101020101')), (bytes) => void decodeEcdsaSignature(bytes)))

const log = testLog([utf8('a'), utf8('b'), utf8('c')])
const checkpointNote = log.note(keyset.logName, logKey)
test('decodeNote', () => onlyTypedErrors(nearly(checkpointNote), (bytes) => encodeNote(decodeNote(bytes))))
test('decodeTreeHead', () =>
  onlyTypedErrors(nearly(utf8(decodeNote(checkpointNote).text)), (bytes) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const again = encodeTreeHead(decodeTreeHead(text))
    // Lines after the third are read over.
    return text.startsWith(again) ? undefined : utf8(again)
  }))
test('decodeNoteKey', () => {
  const keys = nearly(utf8(encodeNoteKey({ name: keyset.logName, kind: 'signature', publicKey: logKey.publicKey })))
  onlyTypedErrors(keys, (bytes) => utf8(encodeNoteKey(decodeNoteKey(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)))))
})
test('decodeLogOpening', () => {
  const opening: LogOpening = { format: 'nacre/log/1', logName: keyset.logName, timestampMs: 1, previous: null }
  const previous = { origin: 'a', treeSize: 1, rootHash: bundle.receipt.modelId }
  const openings = nearly(encodeLogOpening(opening), encodeLogOpening({ ...opening, previous }))
  onlyTypedErrors(openings, (bytes) => encodeLogOpening(decodeLogOpening(bytes)))
})
test('decodeLogRecord', () => {
  const record = { leaf: bundle.receipt.modelId, receipt: bundle.receipt, domain: testDomain, signature: bundle.signature }
  const lines = nearly(utf8(encodeLogRecord(record)), utf8(encodeLogRecord({ leaf: bundle.receipt.modelId, opening: '{}' })))
  // JSON may say one thing in several ways: what it says must be readable again.
  onlyTypedErrors(lines, (bytes) => {
    const read = decodeLogRecord(new TextDecoder().decode(bytes))
    expect(decodeLogRecord(encodeLogRecord(read))).toEqual(read)
    return undefined
  })
})
test('decodeEntryTile and decodeHashTile', () => {
  const tiles = nearly(encodeEntryTile([utf8('a'), utf8('bc'), utf8('def')]))
  onlyTypedErrors(tiles, (bytes) => encodeEntryTile(decodeEntryTile(bytes, { width: 3 })))
  onlyTypedErrors(fc.uint8Array({ minLength: 60, maxLength: 68 }), (bytes) => encodeHashTile(decodeHashTile(bytes, { width: 2 })))
})
test('decodeTilePath reads what tilePath writes and nothing else', () => {
  const paths = nearly(utf8('tile/0/x001/x234/067.p/12'), utf8('tile/entries/000'))
  fc.assert(
    fc.property(paths, (bytes) => {
      const path = new TextDecoder().decode(bytes)
      const tile = decodeTilePath(path)
      if (tile !== undefined) expect(tilePath(tile)).toBe(path)
    }),
    { numRuns: runs },
  )
})
test('checkpointFromJson, any JSON', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({ treeSize: fc.jsonValue(), rootHash: fc.jsonValue(), timestampMs: fc.jsonValue() }),
      ),
      (json) => {
        try {
          checkpointFromJson(json)
        } catch (error) {
          if (!(error instanceof VerifierError)) throw error
        }
      },
    ),
    { numRuns: runs },
  )
})
test('verifyInclusion and verifyConsistency refuse any proof that is none, with a typed error', () => {
  const hashes = fc.array(fc.uint8Array({ minLength: 31, maxLength: 33 }), { maxLength: 70 })
  const size = fc.bigInt({ min: -1n, max: (1n << 64n) + 1n })
  const root = new Uint8Array(32)
  const refused = (run: () => void) => {
    try {
      run()
    } catch (error) {
      if (error instanceof VerifierError) return
      throw error
    }
    throw new Error('accepted')
  }
  fc.assert(
    fc.property(hashes, size, size, (proof, a, b) => {
      refused(() => verifyInclusion({ leafHash: root, index: a, treeSize: b, proof, root: emptyRoot }))
      refused(() => verifyConsistency({ oldSize: a, oldRoot: root, newSize: b, newRoot: emptyRoot, proof }))
    }),
    { numRuns: runs },
  )
})

const parameters = {
  request_id: bundle.receipt.requestId,
  model_id: bundle.receipt.modelId,
  input_hash: bundle.receipt.inputHash,
  output_hash: bundle.receipt.outputHash,
  timestamp_ms: 1,
  sequence: 1,
  signature: bundle.signature,
  attestation_sha256: bundle.receipt.requestId,
  attestation_url: '/',
  keyset_url: '/',
}
const outputs = [
  { name: 'y', datatype: 'FP32', shape: [2], data: [1, -0] },
  { name: 'z', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } },
]
test('decodeInferResponse, bytes', () => {
  const answer = utf8(JSON.stringify({ model_name: 'm', outputs, parameters }))
  fc.assert(
    fc.property(
      nearly(answer),
      fc.option(fc.oneof(fc.integer({ min: -1, max: 900 }).map(String), fc.string()), { nil: undefined }),
      (body, length) => {
        try {
          decodeInferResponse({ headers: { [inferenceHeaderLength]: length }, body })
        } catch (error) {
          if (!(error instanceof VerifierError)) throw error
        }
      },
    ),
    { numRuns: runs },
  )
})
const place = {
  log_tree_size: 2,
  log_timestamp_ms: 1,
  log_root_hash: bundle.receipt.modelId,
  log_signature: bundle.signature,
  inclusion_proof: '0x',
}
test('decodeInferResponse, any JSON in any place of a place in the log', () => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, [], {}, -1, 1e300, '0x', `0x${'00'.repeat(32)}`))
  fc.assert(
    fc.property(fc.constantFrom('signature', ...Object.keys(place)), odd, (key, value) => {
      const { signature: _, ...rest } = parameters
      const answer = { model_name: 'm', outputs: [], parameters: { ...rest, ...place, [key]: value } }
      try {
        decodeInferResponse({ headers: {}, body: utf8(JSON.stringify(answer)) })
      } catch (error) {
        if (!(error instanceof VerifierError)) throw error
      }
    }),
    { numRuns: runs },
  )
})
test('decodeInferResponse and receiptFromJson, any JSON in any place', () => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, [], {}, -1, 1e300, '0x', [[[]]], '__proto__'))
  const places = [
    'model_name',
    'outputs',
    'parameters',
    'id',
    ...Object.keys(parameters).map((key) => `parameters.${key}`),
    'outputs.0',
    'outputs.1.parameters',
  ]
  const deeper = ['name', 'datatype', 'shape', 'data', 'parameters'].map((key) => `outputs.0.${key}`)
  fc.assert(
    fc.property(fc.constantFrom(...places, ...deeper, 'outputs.1.parameters.binary_data_size'), odd, (place, value) => {
      const answer = structuredClone({ model_name: 'm', outputs, parameters }) as unknown as Record<string, unknown>
      const keys = place.split('.')
      const last = keys.pop() as string
      const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, answer)
      parent[last] = value
      const header = utf8(JSON.stringify(answer))
      for (const run of [
        () => decodeInferResponse({ headers: {}, body: header }),
        () =>
          decodeInferResponse({
            headers: { [inferenceHeaderLength]: String(header.length) },
            body: Uint8Array.of(...header, ...new Uint8Array(8)),
          }),
        () => receiptFromJson({ ...receiptToJson(bundle.receipt), [last]: value }),
        () => receiptFromJson(value),
      ])
        try {
          run()
        } catch (error) {
          if (!(error instanceof VerifierError)) throw error
        }
    }),
    { numRuns: runs },
  )
})
test('fromHex and certificateFromPem, any text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`),
      ),
      (text) => {
        for (const run of [() => fromHex(text), () => certificateFromPem(text)])
          try {
            run()
          } catch (error) {
            if (!(error instanceof VerifierError)) throw error
          }
      },
    ),
    { numRuns: runs },
  )
})
