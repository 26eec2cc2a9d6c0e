import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { parseArgs } from 'node:util'
import { SignedAttestation } from '@0xsequence/tee-verifier'
import { decodeAttestation, verifyAttestation } from '@nacre/verifier/attestation'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { concatBytes } from '@nacre/verifier/bytes'
import { type Certificate, decodeCertificate } from '@nacre/verifier/certificate'
import { createChainCache } from '@nacre/verifier/chain'
import { coseSigStructure, decodeCoseSign1 } from '@nacre/verifier/cose'
import { makeDocument } from '../support/document.ts'
import { ecPublicKeyP384, makeChain, nowMs, spki } from '../support/pki.ts'
import { nitroVectors, readVector } from '../support/public-vectors.ts'

/**
 * Time to verify one attestation document, next to another library and to the floor: the bare P-384 verifications that no verifier can do without, with keys and bytes prepared. All in
 * one run, taking turns, so that they meet the same machine; medians.
 *
 *     npm run bench:verify -- --json
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '150' } } })

const real = nitroVectors().find(({ kind, summary }) => kind === 'real-enclave' && summary.cabundle_count === 4)
const { attestation, root, timeMs } = subject()

function subject(): { attestation: Uint8Array; root: Certificate; timeMs: number } {
  if (real === undefined) return { attestation: makeDocument(), root: makeChain().root, timeMs: nowMs }
  return { attestation: readVector(`nitro/${real.file}`), root: awsNitroRootG1, timeMs: real.summary.timestamp_ms as number }
}

const bare = bareVerifications()
const chainCache = createChainCache()
const base64 = Buffer.from(attestation).toString('base64')
const time = { mode: 'instant', timeMs } as const

const measured = {
  floor: () => bare.every((check) => check()),
  verify: () => verifyAttestation({ attestation, root, time }),
  floor2: () => bare.slice(-2).every((check) => check()),
  verify_cached: () => verifyAttestation({ attestation, root, time, chainCache }),
  peer: () => peer(),
} satisfies Record<string, () => unknown>

const samples = Object.fromEntries(Object.keys(measured).map((name) => [name, [] as number[]]))
const rounds = Number(values.rounds)
const warmUpRounds = 20
for (let round = 0; round < rounds + warmUpRounds; round++)
  for (const [name, run] of Object.entries(measured)) {
    // The peer takes long and is only there for comparison: every fourth round.
    if (name === 'peer' && round % 4 !== 0) continue
    const startedMs = performance.now()
    if ((await run()) === false) throw new Error(`${name} refuses the document`)
    if (round >= warmUpRounds) samples[name]?.push(performance.now() - startedMs)
  }

const ms = (name: keyof typeof measured) => Number(median(samples[name] as number[]).toFixed(3))
const ratio = (one: keyof typeof measured, other: keyof typeof measured) => Number((ms(one) / ms(other)).toFixed(3))
const result = {
  document: real === undefined ? 'made here' : real.file,
  document_bytes: attestation.length,
  rounds,
  verify_ms: ms('verify'),
  floor_ms: ms('floor'),
  verify_to_floor: ratio('verify', 'floor'),
  verify_cached_ms: ms('verify_cached'),
  floor2_ms: ms('floor2'),
  verify_cached_to_floor2: ratio('verify_cached', 'floor2'),
  peer_ms: ms('peer'),
  peer_to_verify: ratio('peer', 'verify'),
  node: process.version,
}
if (values.json) console.log(JSON.stringify(result))
else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(24)} ${value}`)

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
}

/** The five signatures of a document: three authorities, the leaf, and the document itself. */
function bareVerifications(): (() => boolean)[] {
  const document = decodeAttestation(attestation)
  const path = [...document.cabundle, document.certificate].map(decodeCertificate)
  const keys = path.map(({ publicKey }) =>
    createPublicKey({ key: Buffer.from(concatBytes(spki(publicKey, ecPublicKeyP384))), format: 'der', type: 'spki' }),
  )
  const cose = decodeCoseSign1(attestation)
  const checks = path.slice(1).map(({ tbs, signature }, index) => [tbs, signature, keys[index]] as const)
  return [...checks, [coseSigStructure(cose), cose.signature, keys[keys.length - 1]] as const].map(
    ([message, signature, key]) =>
      () =>
        verify('sha384', message, { key: key as KeyObject, dsaEncoding: 'ieee-p1363' }, signature),
  )
}

/** The same checks by the other library, as its README shows them; comparing the root needs a browser's `window`, and is one hash. */
async function peer(): Promise<boolean> {
  const signed = SignedAttestation.fromDocument(base64)
  return (await signed.verifySignature()) && (await signed.verifyRootOfTrust(new Date(timeMs)))
}
