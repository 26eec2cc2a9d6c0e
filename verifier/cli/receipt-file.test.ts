import { expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { VerifierError } from '../errors.ts'
import { decodeReceiptFile, encodeReceiptFile, type ReceiptFile } from './receipt-file.ts'

const file: ReceiptFile = {
  receipt: {
    requestId: `0x${'11'.repeat(32)}`,
    modelId: `0x${'22'.repeat(32)}`,
    inputHash: `0x${'33'.repeat(32)}`,
    outputHash: `0x${'44'.repeat(32)}`,
    timestampMs: (1n << 64n) - 1n,
    sequence: 0n,
  },
  signature: `0x${'55'.repeat(65)}`,
  domain: { chainId: 31337n, verifyingContract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' },
  signer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
}
const text = encodeReceiptFile(file)
const code = (changed: string) => {
  expect(changed).not.toBe(text)
  try {
    decodeReceiptFile(utf8(changed))
    return 'accepted'
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    return error.code
  }
}

test('a receipt file reads back as it was written, with and without an audience', () => {
  expect(decodeReceiptFile(utf8(text))).toEqual(file)
  expect(decodeReceiptFile(utf8(encodeReceiptFile({ ...file, domain: null })))).toEqual({ ...file, domain: null })
})

test('any layout is accepted, any other content is not', () => {
  expect(code(JSON.stringify(JSON.parse(text)))).toBe('accepted')
  for (const changed of [
    '',
    'null',
    '[]',
    text.replace('"signer"', '"signers"'),
    text.replace('{', '{"more": 1,'),
    text.replace('"31337"', '31337'),
    text.replace('"31337"', '"031337"'),
    text.replace('"18446744073709551615"', '"18446744073709551616"'),
    text.replace('"18446744073709551615"', '1'),
    text.replace('0x5555', '0x55'),
    text.replace('0x5FbD', '0x5Fb'),
    text.replace('"domain"', '"domain": null, "domain"'),
    text.replace('"sequence"', '"s\\u0065quence"'),
    text.slice(0, -4),
  ])
    expect(code(changed), changed).toBe('RECEIPT_MALFORMED')
})

test('a place in a log stands where the signature would, and never beside it', () => {
  const { signature: _, ...rest } = file
  const inclusion = {
    checkpoint: { treeSize: 9n, rootHash: `0x${'66'.repeat(32)}` as const, timestampMs: 5n },
    checkpointSignature: `0x${'77'.repeat(65)}` as const,
    proof: [`0x${'88'.repeat(32)}`, `0x${'99'.repeat(32)}`] as const,
  }
  const placed = encodeReceiptFile({ ...rest, inclusion })
  expect(decodeReceiptFile(utf8(placed))).toEqual({ ...rest, inclusion })
  expect(code(placed)).toBe('accepted')
  for (const changed of [
    placed.replace('"inclusion"', '"signature": "0x", "inclusion"'),
    placed.replace('"proof"', '"proofs"'),
    placed.replace('0x8888', '0x88'),
    placed.replace('0x7777', '0x77'),
    placed.replace(/"proof": \[/, `"proof": [${`"0x${'88'.repeat(32)}", `.repeat(64)}`),
    placed.replace(/"proof": \[[^\]]*\]/, '"proof": null'),
  ])
    expect(code(changed), changed).toBe('RECEIPT_MALFORMED')
  expect(code(placed.replace('"treeSize": "9"', '"treeSize": 9'))).toBe('CHECKPOINT_MALFORMED')
})
