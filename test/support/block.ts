import { concatBytes, fromHex, type Hex } from '@nacre/verifier/bytes'
import { keyRegisteredEvent, type Registration, receiptKey } from '@nacre/verifier/registration'
import { encodeRlp, type Rlp } from '@nacre/verifier/rlp'
import { proveKey } from '@nacre/verifier/trie'
import { type Address, keccak256, toBytes } from 'viem'

export type TestEvent = { address: Hex; topics: Hex[]; data: Uint8Array }
export type TestTransaction = { status?: number; type?: number; events?: TestEvent[] }

/** The registration proof of one transaction in a block made of these. */
export function makeRegistration(parts: {
  transactions: readonly TestTransaction[]
  transactionIndex: number
  registry: Hex
  chainId?: bigint
  timestampSeconds: number
}): Registration {
  const { transactions, transactionIndex, registry, chainId = 1n, timestampSeconds } = parts
  const entries = transactions.map((transaction, index) => [receiptKey(index), encodeReceipt(transaction)] as const)
  const { root, proof } = proveKey(entries, receiptKey(transactionIndex))
  return { chainId, registry, header: makeHeader({ receiptsRoot: root, timestampSeconds }), transactionIndex, proof }
}

export function makeHeader({ receiptsRoot, timestampSeconds }: { receiptsRoot: Uint8Array; timestampSeconds: number }): Uint8Array {
  const word = new Uint8Array(32)
  const fields: Rlp[] = Array.from({ length: 21 }, () => word)
  fields[5] = receiptsRoot
  fields[8] = Uint8Array.of(77)
  fields[11] = number(timestampSeconds)
  return encodeRlp(fields)
}

export function keyRegistered(parts: {
  registry: Hex
  key: Address
  documentHash: Hex
  route?: number
  expiresAtSeconds?: number
}): TestEvent {
  const { registry, key, documentHash, route = 2, expiresAtSeconds = 2_000_000_000 } = parts
  const padded = `0x${'00'.repeat(12)}${key.slice(2).toLowerCase()}` as const
  const zero = `0x${'00'.repeat(32)}` as const
  const data = concatBytes(word(route), new Uint8Array(32), fromHex(documentHash), word(1_768_478_400), word(expiresAtSeconds))
  return { address: registry, topics: [keccak256(toBytes(keyRegisteredEvent)), padded, zero, zero], data }
}

function encodeReceipt({ status = 1, type = 2, events = [] }: TestTransaction): Uint8Array {
  const logs = events.map(({ address, topics, data }) => [fromHex(address), topics.map((topic) => fromHex(topic)), data])
  const encoded = encodeRlp([number(status), number(21_000), new Uint8Array(256), logs])
  return type === 0 ? encoded : concatBytes(Uint8Array.of(type), encoded)
}

function number(value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : fromHex(`0x${value.toString(16).padStart(Math.ceil(value.toString(16).length / 2) * 2, '0')}`)
}

function word(value: number): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`)
}
