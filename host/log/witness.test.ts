import { fromHex, utf8 } from '@nacre/verifier/bytes'
import { type TreeHead, verifyCheckpointNote } from '@nacre/verifier/checkpoint'
import { decodeNote, encodeNote, type NoteKey } from '@nacre/verifier/note'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ed25519Key } from '../../test/support/log.ts'
import { testReceiptLog } from '../../test/support/receipt-log.ts'
import { createWitness, type WitnessState } from './witness.ts'
import { submitCheckpoint } from './witness-client.ts'

const nowMs = 1_768_478_500_000
const signer = ed25519Key('w1')
const key: NoteKey = { name: 'witness.example/w1', kind: 'cosignature', publicKey: signer.publicKey }
const base64 = (hash: `0x${string}`) => Buffer.from(fromHex(hash)).toString('base64')

function memory(): WitnessState & { saved: TreeHead[] } {
  const heads = new Map<string, TreeHead>()
  const saved: TreeHead[] = []
  return {
    saved,
    load: (origin) => heads.get(origin),
    async save(head) {
      await new Promise(setImmediate)
      heads.set(head.origin, head)
      saved.push(head)
    },
  }
}

async function setUp() {
  const source = testReceiptLog()
  await source.grow(20)
  const logs: NoteKey[] = [{ name: source.log.logName, kind: 'signature', publicKey: source.key.publicKey }]
  const state = memory()
  const witness = createWitness({ signer: { key, sign: signer.sign }, logs, state, nowMs: () => nowMs })
  const request = async (oldSize: number, proof = source.tree.consistency(oldSize).map(base64), note?: Uint8Array) => {
    const text = `old ${oldSize}\n${proof.map((line) => `${line}\n`).join('')}\n`
    return witness.addCheckpoint(Buffer.concat([Buffer.from(text), note ?? (await source.signedHead()).note]))
  }
  return { source, state, witness, request }
}

describe('a witness', () => {
  test('cosigns a log that only grows, in a form that the verifier takes', async () => {
    const { source, request, state } = await setUp()
    for (const grow of [0, 5, 0, 300]) {
      await source.grow(grow)
      const { note } = await source.signedHead()
      const seen = Number(state.saved.at(-1)?.treeSize ?? 0n)
      const { status, body } = await request(seen)
      expect(status).toBe(200)
      const cosigned = utf8(`${Buffer.from(note)}${body}`)
      const head = verifyCheckpointNote({ note: cosigned, log: source.log, witnesses: { keys: [key], quorum: 1, latestMs: nowMs } })
      expect(head.cosignatures).toEqual([{ name: key.name, timestampMs: nowMs }])
    }
  })

  test('says what it saw last when it is asked from elsewhere', async () => {
    const { source, request } = await setUp()
    expect(await request(7)).toMatchObject({ status: 409, contentType: 'text/x.tlog.size', body: '0\n' })
    await request(0)
    await source.grow(1)
    expect(await request(0, [])).toMatchObject({ status: 409, body: '21\n' })
  })

  test('refuses malformed requests, strangers, and what the log did not sign', async () => {
    const { source, witness, request } = await setUp()
    const { note } = await source.signedHead()
    for (const text of ['', 'old 0', 'old 0\n', 'old -1\n\n', 'old 00\n\n', 'new 0\n\n', `old 0\nAAAA\n\n`, `old 0\n${'x\n'.repeat(64)}\n`])
      expect((await witness.addCheckpoint(utf8(text))).status, text).toBe(400)
    expect((await request(0, [], utf8('x'))).status).toBe(400)
    expect((await request(22, [])).status).toBe(400)
    const other = testReceiptLog({ seed: 'another' })
    expect((await request(0, [], (await other.signedHead()).note)).status).toBe(404)
    expect((await request(0, [], source.tree.note(source.log.logName, other.key))).status).toBe(403)
    const altered = decodeNote(note)
    expect((await request(0, [], encodeNote({ ...altered, text: altered.text.replace('\n21\n', '\n22\n') }))).status).toBe(403)
  })

  test('refuses a rewound or forked log, also when the log’s own key signed it', async () => {
    const { source, request, state } = await setUp()
    await request(0)
    await source.grow(30)
    const { note: grown } = await source.signedHead()
    await request(21)
    const fork = testReceiptLog()
    await fork.grow(50, { salt: ' fork' })
    const forked = (await fork.signedHead()).note
    expect((await request(51, [], forked)).status).toBe(409)
    await fork.grow(10)
    const longer = (await fork.signedHead()).note
    expect((await request(51, fork.tree.consistency(51).map(base64), longer)).status).toBe(422)
    expect((await request(51, [], longer)).status).toBe(422)
    // Rewound: an old checkpoint, from its own size or from what was seen.
    const early = testReceiptLog()
    await early.grow(20)
    const old = (await early.signedHead()).note
    expect((await request(21, [], old)).status).toBe(409)
    expect((await request(51, [], old)).status).toBe(400)
    expect(state.saved.map(({ treeSize }) => treeSize)).toEqual([21n, 51n])
    expect((await request(51, [], grown)).status).toBe(200)
  })

  test('of two at once, lets no one roll back the other', async () => {
    const { source, request, state } = await setUp()
    const first = (await source.signedHead()).note
    await source.grow(9)
    const second = (await source.signedHead()).note
    const replies = await Promise.all([request(0, [], second), request(0, [], first), request(0, [], second)])
    expect(replies.map(({ status }) => status)).toEqual([200, 409, 409])
    expect(state.saved).toHaveLength(1)
  })

  test('answers anything with a status, and signs nothing that it did not verify', async () => {
    const { witness, source, state } = await setUp()
    const { note } = await source.signedHead()
    const body = Buffer.concat([Buffer.from('old 0\n\n'), note])
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Uint8Array.from(body)
        changed[at] = (changed[at] as number) ^ change
        expect((await witness.addCheckpoint(changed)).status).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 300 },
    )
    expect(state.saved).toEqual([])
  })
})

describe('a log at its witness', () => {
  test('finds out what the witness saw, and takes only its signature over this checkpoint', async () => {
    const { source, witness, request } = await setUp()
    await request(0)
    await source.grow(100)
    const { note } = await source.signedHead()
    const post = async (url: string, body: Uint8Array) => {
      expect(url).toBe('http://w1/add-checkpoint')
      const reply = await witness.addCheckpoint(body)
      return { status: reply.status as number, body: utf8(reply.body) }
    }
    const proveFrom = async (oldSize: number) => (oldSize === 0 ? [] : source.tree.consistency(oldSize).map((hash) => fromHex(hash)))
    const common = { witness: { url: 'http://w1', key }, note, oldSize: 0, proveFrom, nowMs }
    expect((await submitCheckpoint({ ...common, post })).signatures).toHaveLength(1)
    const stranger = { ...key, publicKey: ed25519Key('w2').publicKey }
    await expect(submitCheckpoint({ ...common, oldSize: 121, post, witness: { url: 'http://w1', key: stranger } })).rejects.toThrow(
      'did not sign',
    )
    await expect(submitCheckpoint({ ...common, post: async () => ({ status: 503, body: utf8('') }) })).rejects.toThrow('503')
  })
})
