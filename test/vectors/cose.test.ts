import { readdirSync } from 'node:fs'
import { concatBytes, fromHex, toHex } from '@nacre/verifier/bytes'
import { coseSigStructure, decodeCoseSign1, verifyCoseSign1 } from '@nacre/verifier/cose'
import { importP384 } from '@nacre/verifier/p384'
import { describe, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import { haveVectors, readJsonVector, vectorsUrl } from '../support/public-vectors.ts'

type Jwk = { crv?: string; x?: string; y?: string }
type Hexed = { cborHex: string }
type Case = {
  alg?: string
  key?: Jwk
  fail?: boolean
  input?: { sign0?: { key: Jwk; alg: string; external?: string }; sign?: unknown }
  output?: { cbor: string }
  intermediates?: { ToBeSign_hex?: string }
  'sign1::sign'?: { tbsHex: Hexed; expectedOutput: Hexed }
  'sign1::verify'?: { taggedCOSESign1: Hexed; external?: string; shouldVerify: boolean }
}

const folder = new URL('cose/', vectorsUrl)
const files = haveVectors ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
const bytes = (hex: string) => fromHex(`0x${hex}`)

/** One form for three collections. */
function read(file: string) {
  const vector = readJsonVector<Case>(`cose/${file}`)
  const sign = vector['sign1::sign']
  const verify = vector['sign1::verify']
  const key = vector.key ?? vector.input?.sign0?.key ?? {}
  const point = (part: string | undefined) => Uint8Array.from(Buffer.from(part ?? '', 'base64url'))
  return {
    message: bytes(sign?.expectedOutput.cborHex ?? verify?.taggedCOSESign1.cborHex ?? (vector.output?.cbor as string)),
    toBeSigned: sign?.tbsHex.cborHex ?? vector.intermediates?.ToBeSign_hex,
    external: (verify?.external ?? vector.input?.sign0?.external ?? '') !== '',
    es384: (vector.alg ?? vector.input?.sign0?.alg) === 'ES384',
    expected: verify?.shouldVerify ?? vector.fail !== true,
    publicKey: concatBytes(Uint8Array.of(4), point(key.x), point(key.y)),
  }
}

describe.skipIf(!haveVectors)('COSE_Sign1 of three collections (skipped without ../shared/vectors)', () => {
  test('29 files, three of which are ES384 over one signer', () => {
    expect(files.length).toBe(29)
    expect(files.filter((file) => read(file).es384).length).toBe(3)
  })

  test.each(files)('%s', async (file) => {
    const { message, es384, expected, publicKey, toBeSigned } = read(file)
    const code = await verdict(async () => verifyCoseSign1(decodeCoseSign1(message), await importP384(publicKey)))
    if (es384) {
      expect(code).toBe(expected ? 'accepted' : 'COSE_SIGNATURE_INVALID')
      const structure = toHex(coseSigStructure(decodeCoseSign1(message)))
      if (toBeSigned !== undefined) expect(structure).toBe(`0x${toBeSigned.toLowerCase()}`)
    } else expect(['COSE_ALGORITHM', 'COSE_MALFORMED', 'CBOR_MALFORMED']).toContain(code)
  })
})
