import { X509Certificate } from 'node:crypto'
import { decodeCertificate } from '@nacre/verifier/certificate'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  createSimulatedMachine,
  createSimulatedRoot,
  decodeSimulatedRoot,
  encodeSimulatedRoot,
  type SigningChain,
  type SimulatedRoot,
} from './ca.ts'

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0) + 789
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const instance = { region: 'sim-1', instanceId: 'i-0123456789abcdef0' }
const enclaveId = 'enc0123456789abcdef'

let root: SimulatedRoot
let chain: SigningChain
let certificates: X509Certificate[]

beforeAll(async () => {
  root = await createSimulatedRoot(nowMs)
  chain = await createSimulatedMachine(root, instance).enclave(enclaveId).chainAt(nowMs)
  certificates = [...chain.cabundle, chain.certificate].map((der) => new X509Certificate(der))
})

describe('the chain as node:crypto sees it', () => {
  it('leads from the root to the leaf, each certificate signed by the one before', () => {
    expect(certificates).toHaveLength(5)
    expect(certificates[0]?.verify(certificates[0].publicKey)).toBe(true)
    for (const [depth, certificate] of certificates.entries()) {
      const issuer = certificates[depth - 1] ?? certificate
      expect(certificate.verify(issuer.publicKey)).toBe(true)
      expect(certificate.issuer).toBe(issuer.subject)
      expect(certificate.ca).toBe(depth < 4)
      expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1')
    }
  })

  it('has the lifetimes of AWS’s', () => {
    const lives = certificates.map(({ validFrom, validTo }) => Date.parse(validTo) - Date.parse(validFrom))
    expect(lives).toEqual([30 * 365.25 * dayMs, 20 * dayMs + hourMs, 6 * dayMs - 7 * hourMs, dayMs, 3 * hourMs + 3_000])
  })

  it('says in every name that it is a simulation', () => {
    for (const { subject } of certificates) expect(subject).toMatch(/Nacre simulated[\s\S]*NOT AWS|NOT AWS[\s\S]*Nacre simulated/)
  })

  it('keeps every common name within the 64 characters of RFC 5280', () => {
    for (const { subject } of certificates) expect(/CN=(.*)/.exec(subject)?.[1]?.length).toBeLessThanOrEqual(64)
  })
})

describe('the chain as the verifier’s strict parser sees it', () => {
  it('has basicConstraints and key usage like the real one', () => {
    const parsed = [...chain.cabundle, chain.certificate].map((der) => decodeCertificate(der))
    expect(parsed.map(({ isCa, pathLength, basicConstraintsCritical }) => [isCa, pathLength, basicConstraintsCritical])).toEqual([
      [true, null, true],
      [true, 2, true],
      [true, 1, true],
      [true, 0, true],
      [false, null, true],
    ])
    expect(parsed.map(({ keyUsage }) => keyUsage?.keyCertSign)).toEqual([true, true, true, true, false])
    expect(parsed.map(({ keyUsage }) => keyUsage?.digitalSignature)).toEqual([true, true, true, false, true])
  })

  it('writes years from 2050 as GeneralizedTime and earlier ones as UTCTime, without fractions (RFC 5280 section 4.1.2.5)', () => {
    const times = [...chain.cabundle, chain.certificate].map((der) =>
      Buffer.from(der)
        .toString('latin1')
        .match(/\d{12,14}Z/g),
    )
    expect(times[0]).toEqual(['261122120000Z', '20561122000000Z'])
    for (const pair of times.slice(1)) for (const time of pair ?? []) expect(time).toMatch(/^26\d{10}Z$/)
  })
})

describe('renewal', () => {
  it('keeps the leaf for the first half of its life and replaces it after', async () => {
    const pki = createSimulatedMachine(root, instance).enclave(enclaveId)
    const first = await pki.chainAt(nowMs)
    const kept = await pki.chainAt(nowMs + 1.5 * hourMs)
    const renewed = await pki.chainAt(nowMs + 1.6 * hourMs)
    expect(kept.certificate).toEqual(first.certificate)
    expect(renewed.certificate).not.toEqual(first.certificate)
    expect(renewed.cabundle).toEqual(first.cabundle)
  })

  it('always gives certificates that are valid at the time asked for, inside their issuers’ validity', async () => {
    const pki = createSimulatedMachine(root, instance).enclave(enclaveId)
    for (let atMs = nowMs; atMs < nowMs + 30 * dayMs; atMs += 7 * hourMs + 13) {
      const { cabundle, certificate } = await pki.chainAt(atMs)
      const parsed = [...cabundle, certificate].map((der) => new X509Certificate(der))
      for (const [depth, { validFrom, validTo }] of parsed.entries()) {
        expect(Date.parse(validFrom)).toBeLessThanOrEqual(atMs)
        expect(Date.parse(validTo)).toBeGreaterThan(atMs + 1.4 * hourMs)
        expect(Date.parse(validTo)).toBeLessThanOrEqual(Date.parse(parsed[depth - 1]?.validTo ?? validTo))
      }
    }
  })

  it('gives certificates that a clock takes which lags behind', async () => {
    const { cabundle, certificate } = await createSimulatedMachine(root, instance).enclave(enclaveId).chainAt(nowMs)
    for (const der of [...cabundle.slice(1), certificate])
      expect(Date.parse(new X509Certificate(der).validFrom)).toBeLessThanOrEqual(nowMs - 2_000)
  })

  it('gives requests at the same moment one and the same chain', async () => {
    const pki = createSimulatedMachine(root, instance).enclave(enclaveId)
    const [a, b] = await Promise.all([pki.chainAt(nowMs), pki.chainAt(nowMs)])
    expect(a.certificate).toEqual(b.certificate)
    expect(a.cabundle).toEqual(b.cabundle)
  })
})

describe('the next enclave of a machine', () => {
  it('has a leaf of its own under the same authorities', async () => {
    const machine = createSimulatedMachine(root, instance)
    const first = await machine.enclave('enc01').chainAt(nowMs)
    const next = await machine.enclave('enc02').chainAt(nowMs + 1000)
    expect(next.cabundle).toEqual(first.cabundle)
    expect(new X509Certificate(first.certificate).subject).toContain('-enc01.')
    expect(new X509Certificate(next.certificate).subject).toContain('-enc02.')
    expect(decodeCertificate(next.certificate).publicKey).not.toEqual(decodeCertificate(first.certificate).publicKey)
  })
})

describe('the root on disk', () => {
  it('comes back from its PEM as it was, and says what it is', async () => {
    const pem = await encodeSimulatedRoot(root)
    const again = await decodeSimulatedRoot(pem)
    expect(new Uint8Array(again.certificate.rawData)).toEqual(new Uint8Array(root.certificate.rawData))
    expect(pem).toMatch(/^Root, with its key, of a SIMULATED/)
  })

  it('is refused with the key of another', async () => {
    const [one, other] = await Promise.all([encodeSimulatedRoot(root), encodeSimulatedRoot(await createSimulatedRoot(nowMs))])
    const mixed = one.slice(0, one.indexOf('-----BEGIN PRIVATE')) + other.slice(other.indexOf('-----BEGIN PRIVATE'))
    await expect(decodeSimulatedRoot(mixed)).rejects.toThrow('do not belong together')
  })
})
