import { keyApprovalTypedData, signKeyApproval } from '@nacre/contracts/approval'
import { enclaveRegistryAbi, enclaveRegistryBytecode } from '@nacre/contracts/generated/EnclaveRegistry'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import { hashReceipt, type Receipt, recoverReceiptSigner } from '@nacre/verifier/receipt'
import { type Address, BaseError, ContractFunctionRevertedError, getAddress, hashTypedData, recoverAddress, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seeded } from './random.ts'
import { type Solidity, startSolidity } from './solidity.ts'

let solidity: Solidity
let elsewhere: Solidity

beforeAll(async () => {
  solidity = await startSolidity()
  // A chain id beyond 32 bits: a coder that cuts it would show.
  elsewhere = await startSolidity({ chainId: 2 ** 40 + 7 })
})

afterAll(async () => {
  await solidity?.stop()
  await elsewhere?.stop()
})

const random = seeded('receipts')
const uint64Max = (1n << 64n) - 1n
const zero32: Hex = `0x${'00'.repeat(32)}`
const ones32: Hex = `0x${'ff'.repeat(32)}`

function randomReceipt(): Receipt {
  const [requestId, modelId, inputHash, outputHash] = [random.hex(32), random.hex(32), random.hex(32), random.hex(32)]
  return { requestId, modelId, inputHash, outputHash, timestampMs: random.uint(64), sequence: random.uint(64) }
}

const edges: Receipt[] = [0n, 1n, 255n, 1n << 32n, 1n << 53n, uint64Max - 1n, uint64Max].flatMap((number) =>
  [zero32, ones32, `0x${'00'.repeat(31)}01` as Hex, `0x01${'00'.repeat(31)}` as Hex].map((word) => ({
    requestId: word,
    modelId: word,
    inputHash: word,
    outputHash: word,
    timestampMs: number,
    sequence: uint64Max - number,
  })),
)

describe('receipt digests', () => {
  test('with and without an audience, on two chains', async () => {
    const receipts = [...edges, ...Array.from({ length: 200 }, randomReceipt)]
    const audiences = receipts.map((_, index): Address => (index === 0 ? `0x${'00'.repeat(20)}` : getAddress(random.hex(20))))
    for (const { chainId, call } of [solidity, elsewhere]) {
      const [bound, open] = (await call('receiptDigests', [receipts, audiences])) as [Hex[], Hex[]]
      const domains = audiences.map((verifyingContract) => ({ chainId: BigInt(chainId), verifyingContract }))
      expect(receipts.map((receipt, index) => hashReceipt(receipt, domains[index] ?? null))).toEqual(bound)
      expect(receipts.map((receipt) => hashReceipt(receipt, null))).toEqual(open)
    }
  })
})

describe('signatures: both sides accept the same ones and recover the same address, and refuse the same ones', () => {
  const account = privateKeyToAccount(toHex(seeded('signer').bytes(32)))
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const field = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn
  const half = order / 2n
  const word = (value: bigint): string => value.toString(16).padStart(64, '0')
  const join = (r: bigint, s: bigint, v: number): Hex => `0x${word(r)}${word(s)}${v.toString(16).padStart(2, '0')}`

  async function compare(receipt: Receipt, signature: Hex): Promise<'accepted' | string> {
    const digest = hashReceipt(receipt, null)
    const [ours, theirs] = await Promise.all([
      recoverReceiptSigner(receipt, signature, null).catch((error: unknown) => {
        if (error instanceof VerifierError) return error.code
        throw error
      }),
      solidity.verdict('recover', [digest, signature]),
    ])
    if (theirs !== 'accepted') {
      expect(ours, `Solidity: ${theirs}, for ${signature}`).toBe('SIGNATURE_MALFORMED')
      return theirs
    }
    expect(ours).toBe(await solidity.call('recover', [digest, signature]))
    return 'accepted'
  }

  test('good ones, and their malleable twins', async () => {
    for (let i = 0; i < 20; i++) {
      const receipt = randomReceipt()
      const signature = await account.sign({ hash: hashReceipt(receipt, null) })
      const [r, s, v] = [BigInt(signature.slice(0, 66)), BigInt(`0x${signature.slice(66, 130)}`), Number(`0x${signature.slice(130)}`)]
      expect(await compare(receipt, signature)).toBe('accepted')
      expect(await recoverReceiptSigner(receipt, signature, null)).toBe(account.address)
      expect(await compare(receipt, join(r, order - s, 55 - v))).toBe('SignatureHighS')
      expect(await compare(receipt, join(r, order - s, v))).toBe('SignatureHighS')
      expect(await compare(receipt, join(r, s, 55 - v))).toBe('accepted')
      for (const other of [0, 1, 26, 29, 30, 35, 36, 255]) expect(await compare(receipt, join(r, s, other))).toBe('SignatureRecoveryId')
    }
  })

  test('wrong lengths', async () => {
    const receipt = randomReceipt()
    const signature = await account.sign({ hash: hashReceipt(receipt, null) })
    for (const wrong of ['0x', signature.slice(0, -2), `${signature}00`, `${signature}${signature.slice(2)}`])
      expect(await compare(receipt, wrong as Hex)).toBe('SignatureLength')
  })

  test('numbers at the borders of the curve', async () => {
    const receipt = randomReceipt()
    const verdicts = new Set<string>()
    for (const r of [0n, 1n, 2n, 5n, half, order - 1n, order, order + 1n, field - 1n, field, field + 1n, (1n << 256n) - 1n])
      for (const s of [0n, 1n, half - 1n, half, half + 1n, order - 1n, order])
        for (const v of [27, 28]) verdicts.add(await compare(receipt, join(r, s, v)))
    expect([...verdicts].sort()).toEqual(['SignatureHighS', 'SignatureInvalid', 'accepted'])
  })

  test('noise', async () => {
    for (let i = 0; i < 100; i++) await compare(randomReceipt(), join(random.uint(256), random.uint(256) / 2n, 27 + random.below(2)))
  })
})

describe('key approvals', () => {
  test('the registry recovers the signer of what TypeScript signed: equal digests', async () => {
    for (const { chainId, client, deploy } of [solidity, elsewhere]) {
      const abi = enclaveRegistryAbi
      const owner = getAddress(random.hex(20))
      const registry = await deploy({ abi, bytecode: enclaveRegistryBytecode, args: [owner, zeroAddress] })
      for (let i = 0; i < 30; i++) {
        const edge = i < 4
        const approval = {
          key: edge ? (`0x${(i % 2 === 0 ? '00' : 'ff').repeat(20)}` as Address) : getAddress(random.hex(20)),
          imageId: edge ? zero32 : random.hex(32),
          modelsId: edge ? ones32 : random.hex(32),
          documentHash: random.hex(32),
          attestedAtSeconds: edge ? uint64Max : random.uint(64),
          expiresAtSeconds: edge ? 0n : random.uint(64),
        }
        const account = privateKeyToAccount(random.hex(32))
        const signature = await signKeyApproval({ approval, account, chainId, registry })
        const digest = hashTypedData(keyApprovalTypedData(approval, { chainId, registry }))
        expect(await recoverAddress({ hash: digest, signature })).toBe(account.address)
        // Nobody is an approver here, and the refusal names whom the contract recovered.
        const call = client.simulateContract({ address: registry, abi, functionName: 'registerApprovedKey', args: [approval, signature] })
        const error = await call.catch((cause: unknown) => cause)
        const revert = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null
        expect((revert as ContractFunctionRevertedError).data).toMatchObject({ errorName: 'SignerNotApprover', args: [account.address, 0] })
      }
    }
  })
})
