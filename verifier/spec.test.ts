import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testInputs, testManifest } from '../test/support/answer.ts'
import { ed25519Key } from '../test/support/log.ts'
import { decodeBundle, encodeBundle, verifyBundle } from './bundle.ts'
import { fromHex, type Hex, toHex, utf8 } from './bytes.ts'
import { certificateFromPem } from './certificate.ts'
import { checkpointFromJson, hashCheckpoint, verifyCheckpointNote } from './checkpoint.ts'
import { verifierErrorCodes } from './errors.ts'
import { decodeKeyset, keysetUserData } from './keyset.ts'
import { decodeLogOpening } from './log-opening.ts'
import { decodeManifest, encodeManifest, extendModelPcr, hashManifest } from './manifest.ts'
import { verifyConsistency } from './merkle.ts'
import { domainSeparator, hashReceipt, receiptFromJson, receiptTypeString, recoverReceiptSigner } from './receipt.ts'
import { verifyReceiptInclusion } from './receipt-proof.ts'
import { decodeTensors, encodeTensors, hashTensors } from './tensor.ts'

const here = new URL('./', import.meta.url)
const spec = readFileSync(new URL('SPEC.md', here), 'utf8')
const rules = [...spec.matchAll(/^\| ([A-Z]+-\d\d) \|.*\| (.+) \|$/gm)].map(([, id, codes]) => ({
  id: id as string,
  codes: codes as string,
}))
const titles = readdirSync(here)
  .filter((name) => name.endsWith('.test.ts'))
  .flatMap((name) => [...readFileSync(new URL(name, here), 'utf8').matchAll(/^test\(\s*['"`]([A-Z]+-\d\d) (accepts|rejects) /gm)])
  .map(([, id, verb]) => `${id} ${verb}`)

test('every rule of SPEC.md has a test that accepts and one that rejects, and no test names a rule that is not there', () => {
  expect(rules.length).toBeGreaterThan(80)
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  const wanted = rules.flatMap(({ id }) => [`${id} accepts`, `${id} rejects`])
  expect(wanted.filter((title) => !titles.includes(title))).toEqual([])
  expect(titles.filter((title) => !wanted.includes(title))).toEqual([])
})

test('the error table is the list in the code, in its order, and rules name no other codes', () => {
  const table = spec.slice(spec.indexOf('## 18 Errors'), spec.indexOf('## 19'))
  const documented = [...table.matchAll(/^\| `([A-Z_0-9]+)` \| (.+) \| (.+) \|$/gm)].map(([, code]) => code)
  expect(documented).toEqual([...verifierErrorCodes])
  for (const { codes } of rules) for (const [, code] of codes.matchAll(/`([A-Z_]+)`/g)) expect(verifierErrorCodes).toContain(code)
})

test('the order of checks names every rule that has a place in it', () => {
  const order = spec.slice(spec.indexOf('## 1 Order'), spec.indexOf('## 2 '))
  const named = new Set(
    [...order.matchAll(/\b([A-Z]+)-(\d\d)(?: to (?:[A-Z]+)-(\d\d))?/g)].flatMap(([, group, first, last]) =>
      Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, i) => `${group}-${String(Number(first) + i).padStart(2, '0')}`),
    ),
  )
  const placed = rules.map(({ id }) => id).filter((id) => /^(COSE|ATT|CHAIN|KEY|RCP|ANS|BUN)-/.test(id) && id !== 'CHAIN-10')
  expect(placed.filter((id) => !named.has(id))).toEqual([])
})

test('the type strings are those of the code', () => expect(spec).toContain(receiptTypeString))

const vector = (name: string): string => {
  const [, body] = new RegExp(`^\`\`\`text ${name}\\n([^\`]+?)\\n\`\`\`$`, 'm').exec(spec) ?? []
  if (body === undefined) throw new Error(`no vector ${name}`)
  return body
}
const hex = (name: string) => vector(name).replaceAll('\n', '') as Hex
const lines = (name: string) => vector(name).split('\n') as Hex[]

test('vectors: tensors', async () => {
  expect(toHex(encodeTensors(testInputs))).toBe(`0x${hex('tensors')}`)
  expect(await hashTensors(decodeTensors(fromHex(`0x${hex('tensors')}`)))).toBe(vector('tensors-hash'))
})

test('vectors: manifest, keyset and PCR16', async () => {
  expect(new TextDecoder().decode(encodeManifest(testManifest))).toBe(vector('manifest'))
  expect(await hashManifest(decodeManifest(utf8(vector('manifest'))))).toBe(vector('model-id'))
  const keyset = decodeKeyset(utf8(vector('keyset')))
  expect(toHex(await keysetUserData(utf8(vector('keyset'))))).toBe(vector('user-data'))
  expect(toHex(await extendModelPcr(keyset.modelIds))).toBe(vector('pcr16'))
})

test('vectors: receipt', async () => {
  const receipt = receiptFromJson(JSON.parse(vector('receipt')))
  const [, address] = lines('receipt-key')
  const audience = { chainId: 31337n, verifyingContract: '0x5fbdb2315678afecb367f032d93f642f64180aa3' } as const
  for (const [name, domain] of [
    ['open', null],
    ['audience', audience],
  ] as const) {
    const [separator, digest, signature] = lines(name) as [Hex, Hex, Hex]
    expect(toHex(domainSeparator(domain))).toBe(separator)
    expect(hashReceipt(receipt, domain)).toBe(digest)
    expect(await recoverReceiptSigner(receipt, signature, domain)).toBe(address)
  }
})

test('vectors: log', async () => {
  const receipt = receiptFromJson(JSON.parse(vector('receipt')))
  const keyset = decodeKeyset(utf8(vector('keyset')))
  expect(decodeLogOpening(utf8(vector('opening'))).logName).toBe(keyset.logName)
  const [treeSize, rootHash, timestampMs, digest, checkpointSignature] = lines('log-checkpoint')
  const checkpoint = checkpointFromJson({ treeSize, rootHash, timestampMs })
  expect(hashCheckpoint(checkpoint)).toBe(digest)
  const inclusion = { checkpoint, checkpointSignature: checkpointSignature as Hex, proof: lines('inclusion') }
  const signer = lines('receipt-key')[1] as Hex
  expect(receipt.sequence).toBe(7n)
  expect(await verifyReceiptInclusion({ receipt, domain: null, signer, inclusion })).toEqual(receipt)
  const [oldRoot, ...proof] = lines('consistency').map((hash) => fromHex(hash)) as [Uint8Array, ...Uint8Array[]]
  verifyConsistency({ oldSize: 6n, oldRoot, newSize: checkpoint.treeSize, newRoot: fromHex(checkpoint.rootHash), proof })
  const witness = { name: 'witness.example/w1', kind: 'cosignature' as const, publicKey: ed25519Key('w1').publicKey }
  const witnesses = { keys: [witness], quorum: 1, latestMs: 1_768_478_403_000 }
  const head = verifyCheckpointNote({ note: utf8(`${vector('note')}\n`), log: keyset, witnesses })
  expect(head).toMatchObject({ treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash })
})

test('vectors: bundle', async () => {
  const bytes = fromHex(`0x${hex('bundle')}`)
  const bundle = decodeBundle(bytes)
  expect(toHex(encodeBundle(bundle))).toBe(toHex(bytes))
  expect(new TextDecoder().decode(bundle.keyset)).toBe(vector('keyset'))
  const policy = { measurements: [{ pcr0: hex('pcr0') }], modelIds: [hex('model-id')] }
  const verified = await verifyBundle({ bundle: bytes, root: certificateFromPem(vector('root')), policy, time: { mode: 'document' } })
  expect(verified.receipt).toEqual(receiptFromJson(JSON.parse(vector('receipt'))))
})
