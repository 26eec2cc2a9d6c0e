import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { fromUtf8, type Hex, utf8 } from '@nacre/verifier/bytes'
import { checkpointFromJson } from '@nacre/verifier/checkpoint'
import { decodeKeyset, type Keyset } from '@nacre/verifier/keyset'
import { decodeLogRecord } from '@nacre/verifier/log-record'
import { consistencyProof, consistencyRanges } from '@nacre/verifier/merkle'
import { decodeNote } from '@nacre/verifier/note'
import { decodeHashTile, nodesOfTiles, tilePath, tilesForRanges } from '@nacre/verifier/tlog-tiles'
import { exchange, type Reply } from './http.ts'
import { type RecordLine, splitRecordLines } from './record-lines.ts'
import { logFolder } from './server.ts'
import { type LogStore, openLogStore, type SignedHead } from './store.ts'
import { submitCheckpoint, type WitnessAddress } from './witness-client.ts'

/** Brings the receipt log of a running enclave to disk, and goes on with the next one's when it is restarted. */
export type LogFollower = {
  /** All logs of this folder, oldest first; the last is the running enclave's. */
  stores(): readonly LogStore[]
  /** Resolves when the running enclave's log covers so many leaves on disk. */
  covers(treeSize: number): Promise<LogStore>
  /** Resolves when a checkpoint of at least so many leaves was taken to every witness, whatever they answered. */
  witnessed(treeSize: number): Promise<LogStore>
  stop(): Promise<void>
}

export type FollowerEvent =
  | { event: 'opened'; logName: string; treeSize: number; missing: number }
  | { event: 'published'; logName: string; treeSize: number }
  | { event: 'cosigned'; logName: string; treeSize: number; witness: string }
  | { event: 'failed'; message: string }

export async function followLog(parameters: {
  directory: string
  connect(): Duplex
  witnesses?: readonly WitnessAddress[]
  pollMs?: number
  nowMs(): number
  onEvent?(event: FollowerEvent): void
}): Promise<LogFollower> {
  const { directory, connect, witnesses = [], pollMs = 500, nowMs, onEvent = () => undefined } = parameters
  const stores = await openStores(directory)
  const waiting = new Set<() => void>()
  let shown: { logName: string; treeSize: number } | undefined
  let current: LogStore | undefined
  let stopped = false
  let wake = () => {}
  const seenByWitness = new Map<string, number>()

  const call = (path: string, body?: Uint8Array): Promise<Reply> =>
    exchange({ url: `http://enclave${path}`, connect, ...(body === undefined ? {} : { method: 'POST', body }) })

  async function get(path: string): Promise<Uint8Array> {
    const { status, body } = await call(path)
    if (status !== 200) throw new Error(`${path} answered ${status}: ${Buffer.from(body.subarray(0, 300))}`)
    return body
  }

  /** The enclave's log, which may be another than a moment ago. */
  async function meet(): Promise<LogStore> {
    const keysetBytes = await get('/.well-known/nacre-keyset')
    const { logName, logPublicKey } = decodeKeyset(keysetBytes)
    if (current?.logName === logName) return current
    await open(stores.findLast((store) => store.logName !== logName && store.note() !== undefined))
    const known = stores.find((store) => store.logName === logName)
    const store = known ?? (await openStore(directory, { logName, logPublicKey }))
    await store.keep('keyset', keysetBytes)
    await store.keep('attestation', await get('/attestation/raw'))
    if (known === undefined) stores.push(store)
    onEvent({ event: 'opened', logName, treeSize: store.size(), missing: store.missing.length })
    current = store
    return store
  }

  /** The enclave verifies what it is shown: a log of another root's enclave, or one whose files were lost, is none to begin after, and this one begins all the same. */
  async function open(previous: LogStore | undefined): Promise<void> {
    const evidence = previous && (await previousEvidence(previous))
    if (previous !== undefined && evidence !== undefined) {
      const { status, body } = await call('/v1/log/open', evidence)
      if (status === 200) return
      const reason = Buffer.from(body.subarray(0, 300)).toString()
      if (status !== 400) throw new Error(`the enclave does not open its log: ${status} ${reason}`)
      onEvent({ event: 'failed', message: `the enclave does not take ${previous.logName} for the log before its own: ${reason}` })
    }
    const { status } = await call('/v1/log/open', new Uint8Array(0))
    if (status !== 200) throw new Error(`the enclave does not open its log: ${status}`)
  }

  async function advance(store: LogStore): Promise<void> {
    const signed = decodeSigned(await get('/v1/log/checkpoint'))
    const size = Number(signed.checkpoint.treeSize)
    if (size <= store.size()) return
    const records: RecordLine[] = []
    while (store.size() + records.length < size) {
      const page = splitRecordLines(await get(`/v1/log/entries?from=${store.size() + records.length}`))
      if (page.length === 0) throw new Error('the enclave has no more entries, and its checkpoint covers more')
      records.push(...page)
    }
    await store.publish(records.slice(0, size - store.size()), signed)
    // Not before: what the enclave was told to forget must be on disk.
    await call('/v1/log/stored', utf8(JSON.stringify({ treeSize: size })))
    onEvent({ event: 'published', logName: store.logName, treeSize: size })
    for (const done of waiting) done()
    await Promise.all(witnesses.map((witness) => cosign(store, signed, witness)))
    shown = { logName: store.logName, treeSize: size }
    for (const done of waiting) done()
  }

  async function cosign(store: LogStore, signed: SignedHead, witness: WitnessAddress): Promise<void> {
    const key = `${witness.key.name} ${store.logName}`
    const size = Number(signed.checkpoint.treeSize)
    try {
      const { signatures } = await submitCheckpoint({
        witness,
        note: signed.note,
        oldSize: seenByWitness.get(key) ?? 0,
        proveFrom: (oldSize) => proveFromDisk(store, oldSize, size),
        post: (url, body) => exchange({ url, method: 'POST', body }),
        nowMs: nowMs(),
      })
      seenByWitness.set(key, size)
      await store.cosign(decodeNote(signed.note).text, signatures)
      onEvent({ event: 'cosigned', logName: store.logName, treeSize: size, witness: witness.key.name })
    } catch (error) {
      onEvent({ event: 'failed', message: (error as Error).message })
    }
  }

  function until(isDone: (store: LogStore) => boolean): Promise<LogStore> {
    return new Promise((resolve) => {
      const check = () => {
        if (current === undefined || !isDone(current)) return
        waiting.delete(check)
        resolve(current)
      }
      waiting.add(check)
      check()
    })
  }

  const running = (async () => {
    while (!stopped) {
      try {
        await advance(await meet())
      } catch (error) {
        // An enclave that restarts is away for a moment and comes back as another.
        current = undefined
        if (!stopped) onEvent({ event: 'failed', message: (error as Error).message })
      }
      if (!stopped)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
    }
  })()

  return {
    stores: () => stores,
    covers: (treeSize) => until((store) => store.size() >= treeSize),
    witnessed: (treeSize) => until((store) => shown?.logName === store.logName && shown.treeSize >= treeSize),
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}

/** What `POST /v1/log/open` takes; `undefined` where files are missing. */
async function previousEvidence(store: LogStore): Promise<Uint8Array | undefined> {
  const note = store.note()
  try {
    const [attestation, keyset] = await Promise.all(['attestation', 'keyset'].map((name) => readFile(join(store.path, name))))
    if (note === undefined || attestation === undefined || keyset === undefined) return undefined
    return utf8(JSON.stringify({ attestation: attestation.toString('base64'), keyset: keyset.toString(), note: fromUtf8(note) }))
  } catch {
    return undefined
  }
}

/** Logs of enclaves that ran before, in the order of their openings. */
export async function openStores(directory: string): Promise<LogStore[]> {
  await mkdir(directory, { recursive: true })
  const stores: { store: LogStore; openedMs: number }[] = []
  for (const name of (await readdir(directory)).filter((entry) => /^0x[0-9a-f]{40}$/.test(entry))) {
    const path = join(directory, name)
    let log: Keyset
    try {
      log = decodeKeyset(Uint8Array.from(await readFile(join(path, 'keyset'))))
    } catch {
      continue // Not even its key was written yet: nothing of it was ever claimed.
    }
    const store = await openStore(directory, log)
    stores.push({ store, openedMs: await openedMsOf(path) })
  }
  return stores.sort((a, b) => a.openedMs - b.openedMs).map(({ store }) => store)
}

/** What is being written lies beside the folders that are served. */
function openStore(directory: string, log: Pick<Keyset, 'logName' | 'logPublicKey'>): Promise<LogStore> {
  const name = logFolder(log.logName)
  return openLogStore({ path: join(directory, name), temporaryPath: join(directory, '.tmp', name), log })
}

async function openedMsOf(path: string): Promise<number> {
  for (const name of ['record/000', 'record/000.p'])
    try {
      const file = name.endsWith('.p') ? join(path, name, (await readdir(join(path, name)))[0] ?? '') : join(path, name)
      const first = decodeLogRecord((await readFile(file, 'utf8')).split('\n', 1)[0] as string)
      if ('opening' in first) return (JSON.parse(first.opening) as { timestampMs: number }).timestampMs
    } catch {
      // The other one, or none.
    }
  return 0
}

async function proveFromDisk(store: LogStore, oldSize: number, size: number): Promise<Uint8Array[]> {
  if (oldSize === 0 || oldSize >= size) return []
  const tiles = new Map<string, Uint8Array[]>()
  for (const tile of tilesForRanges(consistencyRanges(oldSize, size), size))
    tiles.set(tilePath(tile), decodeHashTile(Uint8Array.from(await readFile(join(store.path, tilePath(tile)))), tile))
  return consistencyProof(
    oldSize,
    size,
    nodesOfTiles(size, (tile) => tiles.get(tilePath(tile)) ?? []),
  )
}

function decodeSigned(body: Uint8Array): SignedHead {
  const { checkpoint, signature, note } = JSON.parse(fromUtf8(body)) as { checkpoint: unknown; signature: Hex; note: string }
  return { checkpoint: checkpointFromJson(checkpoint), signature, note: utf8(note) }
}
