import { createHash, randomBytes } from 'node:crypto'
import { verifyAttestation } from '@nacre/verifier/attestation'
import { toHex, utf8 } from '@nacre/verifier/bytes'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { certificateFromPem } from '@nacre/verifier/certificate'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSimulatedMachine, createSimulatedRoot, rootCertificatePem, type SimulatedPki, type SimulatedRoot } from './ca.ts'
import { createNsm, type Nsm, pcrOf, requestBytesMax, responseBytesMax } from './nsm.ts'

const nowMs = Date.UTC(2026, 10, 22, 12)
const moduleId = 'i-0123456789abcdef0-enc0123456789abcdef'
const bootPcrs = new Map([0, 1, 2].map((index) => [index, pcrOf(utf8(`measured ${index}`))] as const))
let root: SimulatedRoot
let pki: SimulatedPki
let nsm: Nsm

beforeAll(async () => {
  root = await createSimulatedRoot(nowMs)
  pki = createSimulatedMachine(root, { region: 'sim-1', instanceId: moduleId.slice(0, 19) }).enclave(moduleId.slice(20))
})
beforeEach(() => {
  nsm = createNsm({ moduleId, pki, bootPcrs, nowMs: () => nowMs, randomBytes: (length) => Uint8Array.from(randomBytes(length)) })
})

describe('description and randomness', () => {
  it('describes itself with PCR0-15 locked', async () => {
    const described = (await ask('DescribeNSM')) as CborMap
    expect(described.get('DescribeNSM')).toEqual(
      new Map<string, unknown>([
        ['version_major', 1],
        ['version_minor', 0],
        ['version_patch', 0],
        ['module_id', moduleId],
        ['max_pcrs', 32],
        ['locked_pcrs', Array.from({ length: 16 }, (_, index) => index)],
        ['digest', 'SHA384'],
      ]),
    )
  })

  it('gives 256 random bytes', async () => {
    const answer = (await ask('GetRandom')) as CborMap
    expect(((answer.get('GetRandom') as CborMap).get('random') as Uint8Array).length).toBe(256)
  })
})

describe('PCRs', () => {
  it('extends an open one by SHA384(old || data)', async () => {
    const data = utf8('a model')
    const expected = new Uint8Array(createHash('sha384').update(new Uint8Array(48)).update(data).digest())
    expect(await ask('ExtendPCR', { index: 16, data })).toEqual(new Map([['ExtendPCR', new Map([['data', expected]])]]))
    expect(await ask('DescribePCR', { index: 16 })).toEqual(
      new Map([
        [
          'DescribePCR',
          new Map<string, unknown>([
            ['lock', false],
            ['data', expected],
          ]),
        ],
      ]),
    )
  })

  it('never changes a locked one', async () => {
    expect(await ask('LockPCR', { index: 16 })).toBe('LockPCR')
    for (const index of [0, 4, 15, 16]) {
      const before = await ask('DescribePCR', { index })
      expect(await ask('ExtendPCR', { index, data: utf8('x') })).toEqual(refused('ReadOnlyIndex'))
      expect(await ask('LockPCR', { index })).toEqual(refused('ReadOnlyIndex'))
      expect(await ask('DescribePCR', { index })).toEqual(before)
    }
  })

  it('locks a range from zero', async () => {
    expect(await ask('LockPCRs', { range: 18 })).toBe('LockPCRs')
    expect(await ask('ExtendPCR', { index: 17, data: utf8('x') })).toEqual(refused('ReadOnlyIndex'))
    expect(await ask('ExtendPCR', { index: 18, data: utf8('x') })).toBeInstanceOf(Map)
    expect(await ask('LockPCRs', { range: 33 })).toEqual(refused('InvalidIndex'))
  })

  it('knows indices 0 to 31', async () => {
    for (const name of ['DescribePCR', 'LockPCR']) expect(await ask(name, { index: 32 })).toEqual(refused('InvalidIndex'))
    expect(await ask('ExtendPCR', { index: -1, data: utf8('x') })).toEqual(refused('InvalidIndex'))
  })
})

describe('attestation', () => {
  const time = { mode: 'instant', timeMs: nowMs } as const

  it('verifies under the simulated root with what was asked for', async () => {
    const [publicKey, userData, nonce] = [utf8('key'), utf8('data'), utf8('nonce')]
    const document = await attest({ public_key: publicKey, user_data: userData, nonce })
    const verified = await verifyAttestation({ attestation: document, root: trusted(), time, nonce })
    expect(verified).toMatchObject({ moduleId, timestampMs: nowMs, digest: 'SHA384', publicKey, userData, nonce })
  })

  it('gives null for what was left out', async () => {
    const verified = await verifyAttestation({ attestation: await attest({ nonce: null }), root: trusted(), time })
    expect(verified).toMatchObject({ publicKey: null, userData: null, nonce: null })
  })

  it('lists PCR0-15 always and others once they are locked', async () => {
    await ask('ExtendPCR', { index: 16, data: utf8('model') })
    const open = await verifyAttestation({ attestation: await attest({}), root: trusted(), time })
    expect([...open.pcrs.keys()]).toEqual(Array.from({ length: 16 }, (_, index) => index))
    await ask('LockPCR', { index: 16 })
    const locked = await verifyAttestation({ attestation: await attest({}), root: trusted(), time })
    expect(locked.pcrs.get(16)).toBe(toHex(pcrOf(utf8('model'))))
    expect(locked.pcrs.get(0)).toBe(toHex(bootPcrs.get(0) ?? new Uint8Array()))
  })

  it('is not accepted under another root of the same name', async () => {
    const other = certificateFromPem(rootCertificatePem(await createSimulatedRoot(nowMs)))
    await expect(verifyAttestation({ attestation: await attest({}), root: other, time })).rejects.toMatchObject({ code: 'ROOT_MISMATCH' })
  })

  it('writes the payload as AWS does: an indefinite map in AWS’s order', async () => {
    const cose = decodeCbor(await attest({})) as CborValue[]
    const payload = cose[2] as Uint8Array
    expect([payload[0], payload.at(-1)]).toEqual([0xbf, 0xff])
    const keys = [...(decodeCbor(payload, { indefiniteMaps: true }) as CborMap).keys()]
    expect(keys).toEqual(['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle', 'public_key', 'user_data', 'nonce'])
    expect(toHex(cose[0] as Uint8Array)).toBe('0xa1013822')
    expect((cose[3] as Uint8Array).length).toBe(96)
  })

  it.each([
    ['user_data', 512],
    ['nonce', 512],
    ['public_key', 1024],
  ])('limits %s to %i bytes', async (field, bytesMax) => {
    expect(await ask('Attestation', { [field]: new Uint8Array(bytesMax) })).toBeInstanceOf(Map)
    expect(await ask('Attestation', { [field]: new Uint8Array(bytesMax + 1) })).toEqual(refused('InputTooLarge'))
  })
})

describe('requests that make no sense', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['half an item', Uint8Array.of(0xa1)],
    ['two items', Uint8Array.of(0x60, 0x60)],
    ['a number', encodeCbor(7)],
    ['an unknown name', encodeCbor('DescribeTPM')],
    ['a name of JavaScript', encodeCbor('constructor')],
    ['an operation without its arguments', encodeCbor('ExtendPCR')],
    [
      'two operations',
      encodeCbor(
        new Map([
          ['LockPCR', new Map([['index', 16]])],
          ['LockPCRs', new Map([['range', 17]])],
        ]),
      ),
    ],
    ['an index that is text', encodeCbor(new Map([['LockPCR', new Map([['index', '16']])]]))],
    [
      'data that is text',
      encodeCbor(
        new Map([
          [
            'ExtendPCR',
            new Map<string, CborValue>([
              ['index', 16],
              ['data', 'x'],
            ]),
          ],
        ]),
      ),
    ],
  ])('refuses %s', async (_, request) => {
    expect(decodeCbor(await nsm.handle(request))).toEqual(refused('InvalidOperation'))
  })

  it('refuses a request over 0x1000 bytes', async () => {
    expect(decodeCbor(await nsm.handle(new Uint8Array(requestBytesMax + 1)))).toEqual(refused('InputTooLarge'))
  })

  it('answers any bytes at all, within the response limit', async () => {
    const names = ['DescribePCR', 'ExtendPCR', 'LockPCR', 'LockPCRs', 'Attestation', 'DescribeNSM', '__proto__']
    const scalar = fc.oneof(
      fc.integer({ min: -40, max: 300 }),
      fc.uint8Array({ maxLength: 1200 }),
      fc.string(),
      fc.constant(null),
      fc.boolean(),
    )
    const shaped = fc
      .tuple(
        fc.constantFrom(...names),
        fc.dictionary(fc.constantFrom('index', 'data', 'range', 'user_data', 'nonce', 'public_key'), scalar),
      )
      .map(([name, given]) => encodeCbor(new Map([[name, new Map(Object.entries(given))]])))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 5000 }), shaped), async (request) => {
        const response = await nsm.handle(request)
        decodeCbor(response)
        return response.length <= responseBytesMax
      }),
      { numRuns: 500 },
    )
  })
})

async function ask(name: string, given?: { [key: string]: CborValue }): Promise<CborValue> {
  return decodeCbor(await nsm.handle(encodeCbor(given === undefined ? name : new Map([[name, new Map(Object.entries(given))]]))))
}

async function attest(given: { [key: string]: CborValue }): Promise<Uint8Array> {
  const answer = (await ask('Attestation', given)) as CborMap
  return (answer.get('Attestation') as CborMap).get('document') as Uint8Array
}

function refused(code: string): CborMap {
  return new Map([['Error', code]])
}

function trusted() {
  return certificateFromPem(rootCertificatePem(root))
}
