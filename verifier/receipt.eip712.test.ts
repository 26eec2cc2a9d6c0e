import fc from 'fast-check'
import { hashTypedData, recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { otherAccount, receiptAccount, sha256Hex, testDomain } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { fromHex, type Hex, toHex } from './bytes.ts'
import {
  hashReceipt,
  type Receipt,
  type ReceiptDomain,
  receiptFromJson,
  receiptKeyAddress,
  receiptToJson,
  receiptTypeString,
  receiptTypes,
  recoverReceiptSigner,
  verifyReceipt,
} from './receipt.ts'

const receipt: Receipt = {
  requestId: sha256Hex('request'),
  modelId: sha256Hex('model'),
  inputHash: sha256Hex('input'),
  outputHash: sha256Hex('output'),
  timestampMs: 1_768_478_400_000n,
  sequence: 0n,
}
const byViem = (message: Receipt, domain: ReceiptDomain) => ({
  types: receiptTypes,
  primaryType: 'InferenceReceipt' as const,
  domain: { name: 'Nacre', version: '1', ...(domain === null ? {} : domain) },
  message,
})
const sign = (message = receipt, domain: ReceiptDomain = null) => receiptAccount.signTypedData(byViem(message, domain) as never)
const verify = (signature: Hex, message = receipt, domain: ReceiptDomain = null, signer = receiptAccount.address) =>
  verdict(() => verifyReceipt({ receipt: message, signature, domain, signer }))

const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex)
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const anyReceipt: fc.Arbitrary<Receipt> = fc.record({
  requestId: word,
  modelId: word,
  inputHash: word,
  outputHash: word,
  timestampMs: uint64,
  sequence: uint64,
})
const anyDomain: fc.Arbitrary<ReceiptDomain> = fc.option(
  fc.record({
    chainId: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    verifyingContract: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex),
  }),
)

test('RCP-01 accepts lower-case words and unsigned 64-bit integers, as values and as JSON', () => {
  fc.assert(
    fc.property(anyReceipt, (message) => {
      expect(receiptFromJson(JSON.parse(JSON.stringify(receiptToJson(message))))).toEqual(message)
    }),
  )
})
test('RCP-01 rejects other forms', async () => {
  const changes: Record<string, unknown>[] = [
    { requestId: '0x00' },
    { modelId: sha256Hex('model').toUpperCase().replace('0X', '0x') },
    { inputHash: sha256Hex('input').slice(2) },
    { outputHash: null },
    { timestampMs: -1n },
    { timestampMs: 2n ** 64n },
    { sequence: 1 },
    { sequence: undefined },
  ]
  for (const change of changes)
    expect(await verdict(() => hashReceipt({ ...receipt, ...change } as Receipt, null))).toBe('RECEIPT_MALFORMED')
  const json = receiptToJson(receipt)
  for (const wrong of [
    null,
    'x',
    {},
    { ...json, extra: '' },
    { ...json, sequence: 0 },
    { ...json, sequence: '00' },
    { ...json, sequence: '-1' },
    { ...json, timestampMs: '18446744073709551616' },
    { ...json, timestampMs: '1e3' },
  ])
    expect(await verdict(() => receiptFromJson(wrong))).toBe('RECEIPT_MALFORMED')
  for (const domain of [
    { chainId: -1n, verifyingContract: testDomain.verifyingContract },
    { chainId: 2n ** 256n, verifyingContract: testDomain.verifyingContract },
    { chainId: 1n, verifyingContract: '0x00' as Hex },
  ])
    expect(await verdict(() => hashReceipt(receipt, domain))).toBe('RECEIPT_MALFORMED')
})

test('RCP-02 accepts the EIP-712 digest that wallets compute, with and without an audience', async () => {
  await fc.assert(
    fc.asyncProperty(anyReceipt, anyDomain, async (message, domain) => {
      expect(hashReceipt(message, domain)).toBe(hashTypedData(byViem(message, domain) as never))
    }),
  )
  const fields = receiptTypes.InferenceReceipt.map(({ name, type }) => `${type} ${name}`).join()
  expect(receiptTypeString).toBe(`InferenceReceipt(${fields})`)
  // An address typed without its checksum is still the address.
  const upper = { ...testDomain, verifyingContract: testDomain.verifyingContract.toUpperCase().replace('0X', '0x') as Hex }
  expect(hashReceipt(receipt, upper)).toBe(hashReceipt(receipt, testDomain))
})
test('RCP-02 rejects a signature for another audience, for none, or over a receipt with any field changed', async () => {
  const signature = await sign(receipt, testDomain)
  expect(await verify(signature, receipt, testDomain)).toBe('accepted')
  const domains: ReceiptDomain[] = [null, { ...testDomain, chainId: 1n }, { ...testDomain, verifyingContract: `0x${'11'.repeat(20)}` }]
  for (const domain of domains) expect(await verify(signature, receipt, domain)).toBe('SIGNATURE_INVALID')
  for (const field of ['requestId', 'modelId', 'inputHash', 'outputHash'] as const)
    expect(await verify(signature, { ...receipt, [field]: sha256Hex('other') }, testDomain)).toBe('SIGNATURE_INVALID')
  for (const field of ['timestampMs', 'sequence'] as const)
    expect(await verify(signature, { ...receipt, [field]: receipt[field] + 1n }, testDomain)).toBe('SIGNATURE_INVALID')
  // Two fields exchanged are another receipt.
  expect(await verify(signature, { ...receipt, inputHash: receipt.outputHash, outputHash: receipt.inputHash }, testDomain)).toBe(
    'SIGNATURE_INVALID',
  )
})

test('RCP-03 accepts 65 bytes with v 27 or 28', async () => {
  const seen = new Set<string>()
  for (let sequence = 0n; sequence < 12n; sequence++) {
    const message = { ...receipt, sequence }
    const signature = await sign(message)
    seen.add(signature.slice(-2))
    expect(await verify(signature, message)).toBe('accepted')
  }
  expect([...seen].sort()).toEqual(['1b', '1c'])
})
test('RCP-03 rejects other lengths, compact signatures, other recovery bytes, and r or s that no key has', async () => {
  const signature = await sign()
  const body = signature.slice(0, -2)
  for (const wrong of ['0x', body, `${signature}00`, `${body}00`, `${body}01`, `${body}1a`, `${body}1d`, `${body}25`, 'signature'])
    expect(await verify(wrong as Hex)).toBe('SIGNATURE_MALFORMED')
  const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), signature.slice(130)]
  const zero = '0'.repeat(64)
  const n = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
  for (const wrong of [`0x${zero}${s}${v}`, `0x${r}${zero}${v}`, `0x${n}${s}${v}`, `0x${'ff'.repeat(32)}${s}${v}`])
    expect(await verify(wrong as Hex)).toBe('SIGNATURE_MALFORMED')
})

test('RCP-04 accepts s in the lower half', async () => expect(await verify(await sign())).toBe('accepted'))
test('RCP-04 rejects the other signature of the same message: one receipt has one signature', async () => {
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const signature = await sign()
  const s = (n - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0')
  const flipped = `0x${signature.slice(2, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}` as Hex
  // Genuinely the same signer by plain ECDSA.
  expect(await recoverTypedDataAddress({ ...byViem(receipt, null), signature: flipped } as never)).toBe(receiptAccount.address)
  expect(await verify(flipped)).toBe('SIGNATURE_MALFORMED')
})

test('RCP-05 accepts the receipt key, whatever the case of its address', async () => {
  const signature = await sign()
  expect(await verify(signature, receipt, null, receiptAccount.address.toLowerCase() as Hex)).toBe('accepted')
  expect(await recoverReceiptSigner(receipt, signature, null)).toBe(receiptAccount.address)
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 255n }), (secret) => {
      const account = privateKeyToAccount(`0x${secret.toString(16).padStart(64, '0')}`)
      expect(receiptKeyAddress(fromHex(account.publicKey))).toBe(account.address)
    }),
    { numRuns: 10 },
  )
})
test('RCP-05 rejects every other key', async () => {
  expect(await verify(await sign(), receipt, null, otherAccount.address)).toBe('SIGNATURE_INVALID')
  expect(await verify((await otherAccount.signTypedData(byViem(receipt, null) as never)) as Hex)).toBe('SIGNATURE_INVALID')
  for (const key of [new Uint8Array(64), new Uint8Array(65), fromHex(receiptAccount.publicKey).subarray(1)])
    expect(await verdict(() => receiptKeyAddress(key))).toBe('KEYSET_MALFORMED')
})
