import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FollowerEvent, openStores } from '@nacre/host/log/follower'
import { verifyServedLog } from '@nacre/host/log/verify'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { encodeInferRequest } from '@nacre/verifier/response'
import { random32, type ShippedModel, type System, sampleInputs } from './system.ts'

export type SoakResult = {
  receipts: number
  kills: number
  truncated: string[]
  heads: number[]
  signed: number
  placed: number
  ms: number
}

/**
 * So many answers under load, while the host's log process is killed again and again and a tile is cut short behind its back. After every kill what lies on disk must verify whole, and be the
 * continuation of what lay there before.
 *
 * @throws with what is wrong, if anything is
 */
export async function soakLog(parameters: {
  system: System
  model: ShippedModel
  receipts: number
  kills: number
  connections: number
  random: () => number
  onProgress?(receipts: number, kills: number): void
}): Promise<SoakResult> {
  const { system, model, receipts, kills, connections, random, onProgress = () => undefined } = parameters
  const startedMs = performance.now()
  const directory = mkdtempSync(join(tmpdir(), 'nacre-soak-'))
  const truncated: string[] = []
  const heads: number[] = []
  let answered = 0
  let remembered: Parameters<typeof verifyServedLog>[0]['remembered'] = null
  let follower = startFollower(system, directory)
  try {
    for (let kill = 1; kill <= kills + 1; kill++) {
      const part = Math.floor((receipts * kill) / (kills + 1)) - answered
      const published = new Promise((resolve) =>
        follower.on('message', (message) => ((message as FollowerEvent).event === 'published' ? resolve(message) : undefined)),
      )
      const loading = answer({ system, model, receipts: part, connections, onAnswer: () => answered++ })
      if (kill <= kills) {
        await published
        await pause(random() * 200)
        await killed(follower)
        const cut = cutShort(directory, random)
        if (cut !== undefined) truncated.push(cut)
        await verify()
        onProgress(answered, kill)
        follower = startFollower(system, directory)
      }
      await loading
    }
    for (const deadlineMs = performance.now() + 250_000; ; await pause(50)) {
      const size = publishedSize(directory)
      if (size > receipts) break
      if (performance.now() > deadlineMs) throw new Error(`the log has ${size} leaves after ${receipts} receipts`)
    }
    await killed(follower)
    const { signed, placed } = (await verify()) ?? { signed: 0, placed: 0 }
    return { receipts: signed + placed, kills, truncated, heads, signed, placed, ms: Math.round(performance.now() - startedMs) }
  } finally {
    await killed(follower)
    rmSync(directory, { recursive: true, force: true })
  }

  async function verify() {
    const [store] = await openStores(directory)
    if (store === undefined || store.note() === undefined) return undefined
    if (store.missing.length > 0) throw new Error(`missing: ${store.missing.map(({ path }) => path)}`)
    const log = decodeKeyset(Uint8Array.from(readFileSync(join(store.path, 'keyset'))))
    const get = async (path: string) => Uint8Array.from(readFileSync(join(store.path, path)))
    const verified = await verifyServedLog({ get, log, witnesses: { keys: [], quorum: 0, latestMs: 0 }, remembered })
    remembered = verified.head
    heads.push(Number(verified.head.treeSize))
    return verified
  }
}

function publishedSize(directory: string): number {
  try {
    const [name = ''] = readdirSync(directory).filter((entry) => entry.startsWith('0x'))
    return Number(readFileSync(join(directory, name, 'checkpoint'), 'utf8').split('\n')[1])
  } catch {
    return 0
  }
}

function startFollower({ launched }: System, directory: string): ChildProcess {
  const path = fileURLToPath(new URL('log-process.ts', import.meta.url))
  const socket = (launched.log as { path: string }).path
  return fork(path, [socket, directory], { execArgv: ['--conditions=source', '--import', import.meta.resolve('tsx')] })
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
}

/** One published tile, of hashes or entries, loses its second half. */
function cutShort(directory: string, random: () => number): string | undefined {
  const tiles = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/tile(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
  const path = tiles[Math.floor(random() * tiles.length)]
  if (path === undefined) return undefined
  truncateSync(path, Math.floor(statSync(path).size / 2))
  return path.slice(directory.length + 1)
}

/** In all modes in turn. Refusals under load are asked again; anything else ends the soak. */
async function answer(parameters: {
  system: System
  model: ShippedModel
  receipts: number
  connections: number
  onAnswer(): void
}): Promise<void> {
  const { system, model, receipts, connections, onAnswer } = parameters
  const { path: socketPath } = system.launched.http as { path: string }
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const inputs = sampleInputs(model)
  const modes = ['immediate', 'batched', 'auto'] as const
  let asked = 0
  const post = (body: Uint8Array) =>
    new Promise<number>((resolve, reject) => {
      const outgoing = request({ agent, socketPath, path: `/v2/models/${model.manifest.name}/infer`, method: 'POST' }, (reply) => {
        reply.resume()
        reply.once('end', () => resolve(reply.statusCode ?? 0))
      })
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  const loop = async () => {
    while (asked < receipts) {
      const receiptMode = modes[asked++ % modes.length]
      for (;;) {
        const status = await post(encodeInferRequest({ inputs, requestId: random32(), receiptMode }).body)
        if (status === 200) break
        if (status !== 429 && status !== 503) throw new Error(`status ${status}`)
        await pause(20)
      }
      onAnswer()
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
  agent.destroy()
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
