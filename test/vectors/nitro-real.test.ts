import { createHash } from 'node:crypto'
import { decodeAttestation, isDebug, verifyAttestation } from '@nacre/verifier/attestation'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { toHex } from '@nacre/verifier/bytes'
import { certificateFromPem, decodeCertificate } from '@nacre/verifier/certificate'
import { createChainCache } from '@nacre/verifier/chain'
import { assertMeasurement, assertNotDebug } from '@nacre/verifier/policy'
import { describe, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import { haveVectors, nitroVectors, readVector } from '../support/public-vectors.ts'

const time = { mode: 'document' } as const
const root = awsNitroRootG1
const vectors = nitroVectors()
const read = (file: string) => readVector(`nitro/${file}`)
const genuine = vectors.filter(({ kind }) => kind === 'real-enclave')

describe.skipIf(!haveVectors)('documents of AWS and others in public repositories (skipped without ../shared/vectors)', () => {
  test('all of them are there', () => {
    expect([vectors.length, genuine.length]).toEqual([46, 42])
    for (const { file, sha256 } of vectors) expect(createHash('sha256').update(read(file)).digest('hex')).toBe(sha256)
  })

  test.each(vectors)('$file gets the verdict of the index', async ({ file, kind, verifies_completely, failed_checks, summary }) => {
    const attestation = read(file)
    const code = await verdict(() => verifyAttestation({ attestation, root, time }))
    const strict = await verdict(() => verifyAttestation({ attestation, root, time, limits: 'strict512' }))
    if (kind === 'not-real') {
      expect(code).not.toBe('accepted')
      expect(strict).not.toBe('accepted')
      return
    }
    // The published limits contradict each other (512 or 1024 bytes, empty keys): genuine documents that break the narrower text differ in `strict512` only.
    expect(code).toBe('accepted')
    expect(strict).toBe(verifies_completely ? 'accepted' : 'ATTESTATION_MALFORMED')
    expect(failed_checks.every((field) => ['user_data', 'nonce', 'public_key'].includes(field))).toBe(true)

    const document = await verifyAttestation({ attestation, root, time })
    expect(document.moduleId).toBe(summary.module_id)
    expect(document.timestampMs).toBe(summary.timestamp_ms)
    expect(document.pcrs.size).toBe(summary.pcr_count)
    for (const [index, value] of Object.entries(summary.pcrs ?? {})) expect(document.pcrs.get(Number(index))).toBe(`0x${value}`)
    expect([document.publicKey, document.userData, document.nonce].map((field) => field?.length ?? null)).toEqual([
      summary.public_key_len,
      summary.user_data_len,
      summary.nonce_len,
    ])
    expect(document.cabundle.length).toBe(summary.cabundle_count)

    expect(isDebug(document)).toBe(summary.debug_mode_pcr012_zero)
    expect(await verdict(() => assertNotDebug(document))).toBe(summary.debug_mode_pcr012_zero ? 'DEBUG_ENCLAVE' : 'accepted')
    expect(await verdict(() => assertNotDebug(document, true))).toBe('accepted')
    const measurements = [{ pcr0: document.pcrs.get(0) as `0x${string}` }]
    expect(await verdict(() => assertMeasurement(document, { measurements }))).toBe(
      summary.debug_mode_pcr012_zero ? 'DEBUG_ENCLAVE' : 'accepted',
    )
  })

  test('PCR4 is the extension of the instance id that module_id names: the register arithmetic is the real one', () => {
    for (const { file } of genuine) {
      const { moduleId, pcrs } = decodeAttestation(read(file))
      const instance = moduleId.split('-enc')[0] as string
      const pcr = createHash('sha384').update(new Uint8Array(48)).update(instance).digest('hex')
      expect(pcrs.get(4)).toBe(`0x${pcr}`)
    }
  })

  test('with a chain cache the verdicts are the same', async () => {
    const chainCache = createChainCache()
    for (let round = 0; round < 2; round++)
      for (const { file, kind } of vectors) {
        const code = await verdict(() => verifyAttestation({ attestation: read(file), root, time, chainCache }))
        expect(code === 'accepted', file).toBe(kind === 'real-enclave')
      }
  })

  test('none of them is valid years later, fresh, or an answer to our nonce', async () => {
    const nonce = new TextEncoder().encode('drawn today')
    for (const { file } of genuine) {
      const attestation = read(file)
      const { timestampMs } = decodeAttestation(attestation)
      const nowMs = timestampMs + 10 * 365 * 86_400_000
      expect(await verdict(() => verifyAttestation({ attestation, root, time: { mode: 'live', nowMs, ageMsMax: 60_000 } }))).toBe(
        'CERTIFICATE_NOT_IN_VALIDITY',
      )
      const live = { mode: 'live', nowMs: timestampMs + 120_000, ageMsMax: 60_000 } as const
      expect(['ATTESTATION_STALE', 'CERTIFICATE_NOT_IN_VALIDITY']).toContain(
        await verdict(() => verifyAttestation({ attestation, root, time: live })),
      )
      expect(await verdict(() => verifyAttestation({ attestation, root, time, nonce }))).toBe('NONCE_MISMATCH')
    }
  })

  test("a document's own certificate, an intermediate or a fabricated root with the right names is no root", async () => {
    const fabricated = certificateFromPem(new TextDecoder().decode(readVector('aws-root/FABRICATED-root.pem')))
    expect(toHex(fabricated.subject)).toBe(toHex(root.subject))
    for (const { file } of genuine) {
      const attestation = read(file)
      const { certificate, cabundle } = decodeAttestation(attestation)
      for (const other of [fabricated, decodeCertificate(certificate), decodeCertificate(cabundle[1] as Uint8Array)])
        expect(await verdict(() => verifyAttestation({ attestation, root: other, time }))).toBe('ROOT_MISMATCH')
    }
  })

  test('the root in the library is the one AWS publishes', () => {
    expect(toHex(root.der)).toBe(toHex(readVector('aws-root/root.der')))
    expect(toHex(certificateFromPem(new TextDecoder().decode(readVector('aws-root/root.pem'))).der)).toBe(toHex(root.der))
  })
})
