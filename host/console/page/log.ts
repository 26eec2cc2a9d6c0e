import type { Hex } from '@nacre/verifier/bytes'
import { isHex } from '@nacre/verifier/bytes'
import { decodeTreeHead } from '@nacre/verifier/checkpoint'
import type { ReadLogFile } from '@nacre/verifier/log-files'
import { type LogCheck, type LogHead, type LogPosition, verifyLogPosition } from '@nacre/verifier/log-position'
import { decodeNote } from '@nacre/verifier/note'
import type { AttestedAnswer } from '@nacre/verifier/session'
import { openWebEndpoint } from '@nacre/verifier/web/endpoint'

/**
 * The place of an answer's receipt in the log that the host serves, proven here; and the head of that log, remembered here from visit to visit, so that a host that goes back on it is caught.
 *
 * @param base what stands before the host's routes
 */
export async function positionOf(answered: AttestedAnswer, base = '', onCheck?: (check: LogCheck) => void): Promise<LogPosition> {
  const { inference, bundle } = answered
  const { keyset, signer, receipt } = inference
  const read = logFiles(base, keyset.logName)
  const remembered = rememberedHead(keyset.logName)
  await untilReached(read, receipt.sequence, remembered)
  const position = await verifyLogPosition({
    read,
    keyset,
    signer,
    receipt,
    domain: bundle.domain,
    // Nobody is asked to vouch: witnesses are for those who do not come back.
    witnesses: { keys: [], quorum: 0, latestMs: 0 },
    remembered,
    onCheck,
  })
  remember(keyset.logName, position.head)
  return position
}

function logFiles(base: string, logName: string): ReadLogFile {
  const endpoint = openWebEndpoint(new URL(base === '' ? '/' : base, location.origin), { fetch: fetch.bind(globalThis) })
  return async (path) => {
    const file = `/host/log/${encodeURIComponent(logName.replace('nacre/', ''))}/${path}`
    const { status, body } = await endpoint.send({ path: file, answerBytesMax: 64 * 1024 })
    return status === 200 ? body : undefined
  }
}

/** The host fetches the log twice a second. What it shows meanwhile is for the checks to judge. */
async function untilReached(read: ReadLogFile, sequence: bigint, remembered: LogHead | null): Promise<void> {
  for (let waited = 0; waited < reachMsMax; waited += pollMs) {
    const note = await read('checkpoint')
    if (note === undefined) return
    const size = sizeOf(note)
    if (size > sequence || size < (remembered?.treeSize ?? 0n)) return
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

function sizeOf(note: Uint8Array): bigint {
  try {
    return decodeTreeHead(decodeNote(note).text).treeSize
  } catch {
    return 1n << 64n
  }
}

/** `null` for a log that this page meets for the first time. */
export function rememberedHead(logName: string): LogHead | null {
  const { treeSize, rootHash } = heads()[logName] ?? {}
  if (typeof treeSize !== 'string' || !/^[0-9]{1,20}$/.test(treeSize) || !isHex(rootHash, 32)) return null
  return { treeSize: BigInt(treeSize), rootHash }
}

function remember(logName: string, { treeSize, rootHash }: LogHead): void {
  const others = Object.entries(heads()).filter(([name]) => name !== logName)
  const kept = [...others.slice(1 - logsMax), [logName, { treeSize: String(treeSize), rootHash }]]
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(kept)))
  } catch {
    // Without storage the page still remembers nothing worse than before: the next visit is a first one.
  }
}

function heads(): Record<string, { treeSize?: string; rootHash?: Hex }> {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') ?? {}
  } catch {
    return {}
  }
}

const storageKey = 'nacre-log-heads'
const logsMax = 16
const reachMsMax = 8_000
const pollMs = 250
