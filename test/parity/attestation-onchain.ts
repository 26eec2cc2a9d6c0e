/**
 * The Solidity verifier against the TypeScript one: the same verdict on every document, at the same time, with the same
 * limits. Documents are the published ones (when they are there), the test authority's, and mutations of both. What both accept
 * must have been signed: a genuine document up to tag 18 and the half of `s`, or one that was validly signed again.
 *
 *     node --conditions=source --import tsx test/parity/attestation-onchain.ts --seed 1 --count 500 --seconds 300
 */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { deployAttestationVerifier } from '@nacre/contracts/attestation-deploy'
import { AttestationProverError, proveSignature, sliceDocument } from '@nacre/contracts/attestation-prover'
import { nitroAttestationVerifierAbi as abi } from '@nacre/contracts/generated/NitroAttestationVerifier'
import { decodeAttestation, verifyAttestation } from '@nacre/verifier/attestation'
import type { Certificate } from '@nacre/verifier/certificate'
import { VerifierError } from '@nacre/verifier/errors'
import { assertNotDebug } from '@nacre/verifier/policy'
import {
  type Address,
  type BaseError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { type Base, type Mutated, makeBases, mutate, whyAccepted } from '../fuzz/documents.ts'
import { drawFrom } from '../fuzz/mutations.ts'

const ageSecondsMax = 3600n
const skewSecondsMax = 1n

export type ParityReport = {
  seed: number
  documents: number
  seconds: number
  /** By both, by the right to it: see `whyAccepted`. */
  accepted: { unchanged: number; equivalent: number; resignedValid: number }
  /** By both, without any. */
  acceptedUnsigned: (Specimen & { doubt: string })[]
  refusedByBoth: Record<string, number>
  codePairs: Record<string, number>
  disagreements: (Specimen & { typescript: string; solidity: string })[]
}

type Specimen = { index: number; base: string; edits: string[]; document: Hex }

export async function compareVerifiers(options: { seed: number; count: number; secondsMax: number }): Promise<ParityReport> {
  const { seed, count, secondsMax } = options
  const bases = makeBases()
  const report: ParityReport = {
    seed,
    documents: 0,
    seconds: 0,
    accepted: { unchanged: 0, equivalent: 0, resignedValid: 0 },
    acceptedUnsigned: [],
    refusedByBoth: {},
    codePairs: {},
    disagreements: [],
  }
  const anvil = await startAnvil({ startSeconds: 1_600_000_000, heartbeatSeconds: 1 })
  try {
    const transport = http(anvil.url, { retryCount: 0 })
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
    const wallet = createWalletClient({ chain: foundry, transport, account: privateKeyToAccount(anvilPrivateKeys[0]) })
    const verifiers = new Map<string, Address>()
    const verifierOf = async (root: Certificate): Promise<Address> => {
      const rootHash = toHex(createHash('sha256').update(root.der).digest())
      const known = verifiers.get(rootHash)
      if (known !== undefined) return known
      const { address } = await deployAttestationVerifier({ wallet, client, rootHash, revoker: wallet.account.address })
      verifiers.set(rootHash, address)
      return address
    }

    const onChain = async (document: Uint8Array, root: Certificate, seconds: number): Promise<string> => {
      const hints = hintsFor(document)
      const data = encodeFunctionData({
        abi,
        functionName: 'verifyAttestation',
        args: [toHex(document), hints, ageSecondsMax, skewSecondsMax],
      })
      try {
        const answer = await client.call({ to: await verifierOf(root), data, gas: 16_777_216n, blockOverrides: { time: BigInt(seconds) } })
        const result = decodeFunctionResult({ abi, functionName: 'verifyAttestation', data: answer.data as Hex })
        assertSameFields(document, result)
        return 'accepted'
      } catch (error) {
        const raw = (error as BaseError).walk?.((cause) => typeof (cause as { data?: unknown }).data === 'string') as
          | { data?: Hex }
          | null
          | undefined
        if (raw?.data === undefined || raw.data === '0x') throw error
        return decodeErrorResult({ abi: [...abi, ...extraErrors], data: raw.data }).errorName
      }
    }

    const one = async (base: Base, { document, edits, resigned }: Mutated, index: number) => {
      const seconds = secondsOf(document) ?? secondsOf(base.document) ?? 0
      const typescript = await inTypescript(document, base.root, seconds)
      const solidity = await onChain(document, base.root, seconds)
      report.documents++
      const pair = `${typescript} / ${solidity}`
      report.codePairs[pair] = (report.codePairs[pair] ?? 0) + 1
      const specimen: Specimen = { index, base: base.name, edits, document: toHex(document) }
      if ((typescript === 'accepted') !== (solidity === 'accepted')) report.disagreements.push({ ...specimen, typescript, solidity })
      else if (typescript === 'accepted') {
        const why = whyAccepted({ document, accepted: decodeAttestation(document), resigned, root: base.root, bases })
        if ('doubt' in why) report.acceptedUnsigned.push({ ...specimen, doubt: why.doubt })
        else report.accepted[why.kind]++
      } else report.refusedByBoth[solidity] = (report.refusedByBoth[solidity] ?? 0) + 1
    }

    const begunMs = performance.now()
    const distinct = bases.filter((base, i) => bases.findIndex(({ name }) => name === base.name) === i)
    for (const [index, base] of distinct.entries()) await one(base, { document: base.document, edits: [], resigned: false }, -1 - index)
    for (let index = 0; index < count && performance.now() - begunMs < secondsMax * 1000; index++) {
      const draw = drawFrom(seed * 1_000_003 + index)
      const base = draw.pick(bases)
      await one(base, mutate(base, draw.pick(bases), draw), index)
    }
    report.seconds = (performance.now() - begunMs) / 1000
    return report
  } finally {
    await anvil.stop()
  }
}

async function inTypescript(attestation: Uint8Array, root: Certificate, seconds: number): Promise<string> {
  try {
    const time = {
      mode: 'live',
      nowMs: seconds * 1000,
      ageMsMax: Number(ageSecondsMax) * 1000,
      skewMsMax: Number(skewSecondsMax) * 1000,
    } as const
    assertNotDebug(await verifyAttestation({ attestation, root, time }))
    return 'accepted'
  } catch (error) {
    if (error instanceof VerifierError) return error.code
    throw error
  }
}

/** The second in which the document says it was made. */
function secondsOf(document: Uint8Array): number | null {
  try {
    const seconds = Math.floor(decodeAttestation(document).timestampMs / 1000)
    // Blocks of other millennia are not what this compares.
    return seconds > 1_000_000_000 && seconds < 4_000_000_000 ? seconds : null
  } catch {
    return null
  }
}

/** Where no proof exists or none can be found, the contract must refuse on its own, whatever it is given. */
function hintsFor(document: Uint8Array): Hex[] {
  const unprovable = '0x01' as const
  try {
    const sliced = sliceDocument(document)
    return sliced.path.map((_, i) => {
      try {
        return proveSignature(sliced, i)
      } catch (error) {
        if (error instanceof AttestationProverError) return unprovable
        throw error
      }
    })
  } catch (error) {
    if (!(error instanceof AttestationProverError)) throw error
    return Array.from({ length: pathLengthOf(document) }, () => unprovable)
  }
}

/** The contract counts the hints before it looks at them. */
function pathLengthOf(document: Uint8Array): number {
  try {
    return decodeAttestation(document).cabundle.length + 1
  } catch {
    return 5
  }
}

type Result = { moduleIdHash: Hex; timestampMs: bigint; pcrMask: number; pcrs: Hex; publicKey: Hex; userData: Hex; nonce: Hex }

function assertSameFields(document: Uint8Array, result: Result): void {
  const fields = decodeAttestation(document)
  const registers = [...fields.pcrs].sort(([a], [b]) => a - b)
  const expected: Result = {
    moduleIdHash: keccak256(new TextEncoder().encode(fields.moduleId)),
    timestampMs: BigInt(fields.timestampMs),
    pcrMask: registers.reduce((mask, [index]) => mask + 2 ** index, 0),
    pcrs: `0x${registers.map(([, value]) => value.slice(2)).join('')}`,
    publicKey: toHex(fields.publicKey ?? new Uint8Array(0)),
    userData: toHex(fields.userData ?? new Uint8Array(0)),
    nonce: toHex(fields.nonce ?? new Uint8Array(0)),
  }
  for (const name of Object.keys(expected) as (keyof Result)[])
    if (expected[name] !== result[name]) throw new Error(`${name} reads differently: ${expected[name]} and ${result[name]}`)
}

const extraErrors = [{ type: 'error', name: 'Sha384Failed', inputs: [] }] as const

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' }, seconds: { type: 'string' } } })
  const report = await compareVerifiers({
    seed: Number(values.seed ?? 1),
    count: Number(values.count ?? 500),
    secondsMax: Number(values.seconds ?? 300),
  })
  const { disagreements, acceptedUnsigned } = report
  const shown = { disagreements: disagreements.slice(0, 10), acceptedUnsigned: acceptedUnsigned.slice(0, 10) }
  console.log(JSON.stringify({ ...report, ...shown }, null, 1))
  process.exitCode = disagreements.length + acceptedUnsigned.length === 0 ? 0 : 1
}
