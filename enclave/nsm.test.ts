import { type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { describe, expect, test } from 'vitest'
import { createNsm, nsmRequestBytesMax } from './nsm.ts'
import { cborObject, testNsm } from './test-support.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('NSM protocol', () => {
  test('requests are the bytes that the NSM library sends', async () => {
    const sent: string[] = []
    const nsm = createNsm({
      async exchange(request) {
        sent.push(hex(request))
        return testNsm().exchange(request)
      },
      close() {},
    })
    await nsm.describe()
    await nsm.random()
    await nsm.describePcr(16)
    await nsm.extendPcr(16, Uint8Array.of(1, 2))
    await nsm.lockPcr(16)
    await nsm.lockPcrs(32)
    await nsm.attest({ userData: Uint8Array.of(9), nonce: null, publicKey: null })
    const text = (value: string) => Buffer.from(value).toString('hex')
    expect(sent).toEqual([
      `6b${text('DescribeNSM')}`,
      `69${text('GetRandom')}`,
      `a16b${text('DescribePCR')}a165${text('index')}10`,
      `a169${text('ExtendPCR')}a265${text('index')}1064${text('data')}420102`,
      `a167${text('LockPCR')}a165${text('index')}10`,
      `a168${text('LockPCRs')}a165${text('range')}1820`,
      `a16b${text('Attestation')}a369${text('user_data')}410965${text('nonce')}f66a${text('public_key')}f6`,
    ])
  })

  test('answers are read', async () => {
    const nsm = createNsm(testNsm())
    expect(await nsm.describe()).toEqual({
      version: '1.0.0',
      moduleId: 'i-test-enc',
      pcrsMax: 32,
      lockedPcrs: Array.from({ length: 16 }, (_, i) => i),
      digest: 'SHA384',
    })
    expect((await nsm.random()).length).toBe(256)
    expect(await nsm.describePcr(16)).toEqual({ locked: false, value: new Uint8Array(48) })
    const value = await nsm.extendPcr(16, Uint8Array.of(1))
    await nsm.lockPcr(16)
    expect(await nsm.describePcr(16)).toEqual({ locked: true, value })
    const document = decodeCbor(await nsm.attest({ userData: Uint8Array.of(7), nonce: Uint8Array.of(8), publicKey: null })) as Map<
      string,
      unknown
    >
    expect(document.get('user_data')).toEqual(Uint8Array.of(7))
    expect(document.get('nonce')).toEqual(Uint8Array.of(8))
    expect(document.get('public_key')).toBeNull()
  })

  test('an error of the NSM keeps its kind', async () => {
    await expect(createNsm(testNsm()).extendPcr(3, new Uint8Array(1))).rejects.toMatchObject({
      code: 'NSM_REFUSED',
      received: 'ReadOnlyIndex',
    })
  })

  test('a request larger than the driver takes is not sent', async () => {
    const transport = testNsm()
    const attest = createNsm(transport).attest({ userData: new Uint8Array(nsmRequestBytesMax), nonce: null, publicKey: null })
    await expect(attest).rejects.toMatchObject({ code: 'NSM_REQUEST_TOO_LARGE' })
    expect(transport.requests).toEqual([])
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['not CBOR', Uint8Array.of(0xff, 0x00)],
    ['an array', encodeCbor([1])],
    ['the answer to another request', encodeCbor(cborObject({ GetRandom: cborObject({ random: new Uint8Array(256) }) }))],
    ['two answers', encodeCbor(cborObject({ DescribePCR: cborObject({ lock: true, data: new Uint8Array(48) }), Error: 'InternalError' }))],
    ['no data', encodeCbor(cborObject({ DescribePCR: cborObject({ lock: true }) }))],
    ['a lock that is no truth value', encodeCbor(cborObject({ DescribePCR: cborObject({ lock: 1, data: new Uint8Array(48) }) }))],
    [
      'bytes after the answer',
      Buffer.concat([encodeCbor(cborObject({ DescribePCR: cborObject({ lock: true, data: new Uint8Array(48) }) })), Buffer.of(0)]),
    ],
  ])('refuses %s', async (_, bytes) => {
    const transport = testNsm()
    transport.override = () => Uint8Array.from(bytes)
    await expect(createNsm(transport).describePcr(16)).rejects.toMatchObject({ code: 'NSM_PROTOCOL' })
  })

  test.each([0, 32, 47, 49])('refuses a register of %i bytes', async (length) => {
    const transport = testNsm()
    const data = new Uint8Array(length)
    transport.override = (request) =>
      [...(request as Map<string, CborValue>).keys()].map((name) => cborObject({ [name]: cborObject({ lock: false, data }) }))[0]
    const nsm = createNsm(transport)
    const refusal = { code: 'NSM_PROTOCOL', expected: '48 bytes', received: `${length} bytes` }
    await expect(nsm.describePcr(16)).rejects.toMatchObject(refusal)
    await expect(nsm.extendPcr(16, new Uint8Array(1))).rejects.toMatchObject(refusal)
  })
})
