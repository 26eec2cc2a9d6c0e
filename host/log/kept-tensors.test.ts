import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTensors, tensorFromValues } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testReceiptLog } from '../../test/support/receipt-log.ts'
import { exchange } from './http.ts'
import { keepTensors } from './kept-tensors.ts'
import { logFolder, startLogServer } from './server.ts'
import { type LogStore, openLogStore } from './store.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-tensors-'))
const tensors = encodeTensors([tensorFromValues({ name: 'x', datatype: 'UINT8', shape: [4], values: [1, 2, 3, 4] })])
const hash = createHash('sha256').update(tensors).digest('hex')
const log = testReceiptLog()
let store: LogStore
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  store = await openLogStore({ path: join(base, 'log'), temporaryPath: join(base, 'tmp'), log: log.log })
  await log.grow(300, { inputHash: `0x${hash}` as const })
  await store.publish(log.lines(), await log.signedHead())
})
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(base, { recursive: true, force: true })
})

async function server(totalBytesMax: number | null): Promise<string> {
  const kept = totalBytesMax === null ? undefined : keepTensors({ totalBytesMax })
  const { port, close } = await startLogServer({ host: '127.0.0.1', port: 0, stores: () => [store], tensors: kept })
  closing.push(close)
  return `http://127.0.0.1:${port}/${logFolder(log.log.logName)}`
}
const put = async (url: string, body: Uint8Array = tensors, name = hash, leaf = '7') =>
  (await exchange({ url: `${url}/tensors/${name}?leaf=${leaf}`, method: 'PUT', body })).status

test('nothing is taken from anybody unless the operator wants it', async () => {
  expect(await put(await server(null))).toBe(405)
})

test('strangers cannot fill the disk: only what a receipt names, under its own hash, and only so much', async () => {
  const url = await server(tensors.length)
  const other = Uint8Array.from(tensors).reverse()
  const otherHash = createHash('sha256').update(other).digest('hex')
  expect(await put(url, other, otherHash)).toBe(403)
  expect(await put(url, other)).toBe(422)
  for (const leaf of ['0', '301', '999999', '-1', '07', 'x', '']) expect(await put(url, tensors, hash, leaf), leaf).toBe(403)
  expect(await put(url, tensors, `${hash}/../../keyset`)).toBe(404)
  expect(await put(url, new Uint8Array(0))).toBe(411)
  expect(await put(await server(tensors.length - 1))).toBe(507)
  expect((await exchange({ url: `${url}/checkpoint`, method: 'PUT', body: other })).status).toBe(404)
})

test('what was handed in is served under its hash, once', async () => {
  const url = await server(tensors.length)
  // What was refused before takes no room.
  expect(await put(url, Uint8Array.from(tensors).reverse())).toBe(422)
  expect(await put(url, tensors, hash, '299')).toBe(201)
  expect(await put(url)).toBe(200)
  const { status, body } = await exchange({ url: `${url}/tensors/${hash}` })
  expect([status, Buffer.from(body)]).toEqual([200, Buffer.from(tensors)])
  expect(readFileSync(join(store.path, 'tensors', hash))).toEqual(Buffer.from(tensors))
})
