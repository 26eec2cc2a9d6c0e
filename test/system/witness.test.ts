import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSource } from '@nacre/host/audit/source'
import { addLogCommands } from '@nacre/host/cli/log'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog, type LogFollower } from '@nacre/host/log/follower'
import { exchange as post } from '@nacre/host/log/http'
import { keepTensors } from '@nacre/host/log/kept-tensors'
import { logFolder, startLogServer } from '@nacre/host/log/server'
import { submitCheckpoint } from '@nacre/host/log/witness-client'
import { placeInLog } from '@nacre/host/log-place'
import { encodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { encodeBundle, partsOf, verifyBundle } from '@nacre/verifier/bundle'
import { logKey } from '@nacre/verifier/checkpoint'
import { connect } from '@nacre/verifier/cli/attested-client'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { decodeNoteKey, encodeNoteKey, type NoteKey } from '@nacre/verifier/note'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testReceiptLog } from '../support/receipt-log.ts'
import { testTerminal } from '../support/terminal.ts'
import { exchange, projectRoot, type System, shippedModel, startSystem } from './system.ts'

const scratch = mkdtempSync(join(tmpdir(), 'nacre-witness-'))
const stranger = testReceiptLog({ seed: 'a log that will fork' })
let system: System
let log: NoteKey
let follower: LogFollower
let served: { url: string; close(): Promise<void> }
const witnesses: { child: ChildProcess; url: string; key: NoteKey }[] = []

beforeAll(async () => {
  system = await startSystem()
  log = logKey(decodeKeyset((await exchange(`${system.tlsUrl}/.well-known/nacre-keyset`)).body))
  witnesses.push(...(await Promise.all([startWitness('w1'), startWitness('w2')])))
  const away = { url: 'http://127.0.0.1:9', key: { ...(witnesses[0]?.key as NoteKey), name: 'witness.example/away' } }
  const socket = enclaveSocket(system.launched.log, system.launched.boot)
  const directory = join(scratch, 'logs')
  follower = await followLog({ directory, connect: () => socket.connect(), witnesses: [...witnesses, away], pollMs: 50, nowMs: Date.now })
  const server = await startLogServer({
    host: '127.0.0.1',
    port: 0,
    stores: follower.stores,
    tensors: keepTensors({ totalBytesMax: 1 << 20 }),
  })
  served = { url: `http://127.0.0.1:${server.port}/${logFolder(log.name)}`, close: server.close }
})
afterAll(async () => {
  await follower?.stop()
  await served?.close()
  for (const { child } of witnesses) child.kill('SIGTERM')
  await system?.stop()
  rmSync(scratch, { recursive: true, force: true })
})

/** `nacre log witness`, as anybody would run it. */
async function startWitness(name: string): Promise<{ child: ChildProcess; url: string; key: NoteKey }> {
  const keyFile = join(scratch, `${name}.pem`)
  // The key and the state of one that ran before are taken up again.
  if (!existsSync(keyFile)) writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const args = ['log', 'witness', '--name', `witness.example/${name}`, '--key-file', keyFile, '--state', join(scratch, name), '--port', '0']
  const logs = [encodeNoteKey(log), encodeNoteKey(logKey(stranger.log))].flatMap((key) => ['--log', key])
  const child = spawn(process.execPath, [join(projectRoot, 'host/nacre.mjs'), ...args, ...logs], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the witness ended with ${code}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const [, url, key] = /witness at (\S+), its key:\n(\S+)\n/.exec(printed) ?? []
      if (url !== undefined && key !== undefined) resolve({ child, url, key: decodeNoteKey(key) })
    })
  })
}

test('two of three witnesses cosign the running log, and the bundle of an answer says when they saw it', async () => {
  const { manifest, id, samples } = await shippedModel('digits')
  const policy = { measurements: [system.measurement()], modelIds: [id] }
  const client = await connect({
    url: system.tlsUrl,
    root: system.root,
    policy,
    nowMs: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  })
  const inputs = [samples[0]?.tensor as NonNullable<(typeof samples)[0]>['tensor']]
  const { bundle } = await client.infer({ model: manifest.name, inputs, binary: true, receiptMode: 'batched' })
  client.close()
  expect([bundle.signature, bundle.inclusion === null]).toEqual([null, false])
  const sequence = Number(bundle.receipt.sequence)
  await follower.witnessed(sequence + 1)
  const place = await placeInLog(openSource(served.url, { timeoutMs: 60_000 }), sequence)
  const bytes = encodeBundle({ ...bundle, ...place })
  const verify = (quorum: number) => {
    const keys = witnesses.map(({ key }) => key)
    const witnessPolicy = { keys, quorum, latestMs: Date.now() + 60_000 }
    return verifyBundle({ bundle: bytes, root: system.root, policy, time: { mode: 'witnesses' }, witnesses: witnessPolicy })
  }
  const verified = await verify(2)
  expect(verified.vouched.by).toBe('witnesses')
  expect(verified.log?.cosignatures.map(({ name }) => name)).toEqual(['witness.example/w1', 'witness.example/w2'])
  const other = encodeNoteKey({
    ...(witnesses[0]?.key as NoteKey),
    name: 'witness.example/away',
    publicKey: logKey(stranger.log).publicKey,
  })
  const three = [...witnesses.map(({ key }) => key), decodeNoteKey(other)]
  await expect(
    verifyBundle({
      bundle: bytes,
      root: system.root,
      policy,
      time: { mode: 'witnesses' },
      witnesses: { keys: three, quorum: 3, latestMs: Date.now() + 60_000 },
    }),
  ).rejects.toMatchObject({ code: 'WITNESS_QUORUM_MISSED' })

  // Its tensors, handed in by whoever asked: the host has seen none of them.
  const file = join(scratch, 'answer.nacre')
  writeFileSync(file, bytes)
  const keep = async (...args: string[]) =>
    (await testTerminal(['log', 'keep', file, '--log', served.url, '--json', ...args], addLogCommands, new Command('nacre'))).json()
  expect(await keep()).toMatchObject({ ok: true, kept: ['inputs', 'outputs'] })
  const kept = await post({ url: `${served.url}/tensors/${bundle.receipt.inputHash.slice(2)}` })
  expect(kept.status).toBe(200)
  const { evidence, answer } = partsOf(bundle)
  writeFileSync(file, encodeAnswersBundle({ evidence, answers: [answer] }))
  expect(await keep('--only', 'outputs')).toMatchObject({ ok: true, kept: ['outputs'] })
})

test('a log that forks or rewinds is refused by a witness that saw it before, also once that was started again', async () => {
  const [witness] = witnesses as [(typeof witnesses)[0]]
  const submit = async (source: typeof stranger, oldSize: number, to = witness) =>
    submitCheckpoint({
      witness: to,
      note: (await source.signedHead()).note,
      oldSize,
      proveFrom: async (size) => source.tree.consistency(size).map((hash) => Uint8Array.from(Buffer.from(hash.slice(2), 'hex'))),
      post: (url, body) => post({ url, method: 'POST', body }),
      nowMs: Date.now(),
    }).then(
      () => 'cosigned',
      (error: Error) => error.message,
    )
  await stranger.grow(9)
  expect(await submit(stranger, 0)).toBe('cosigned')
  const fork = testReceiptLog({ seed: 'a log that will fork' })
  await fork.grow(12, { salt: ' another history' })
  expect(await submit(fork, 10)).toMatch(/answered 422/)
  const rewound = testReceiptLog({ seed: 'a log that will fork' })
  await rewound.grow(4)
  expect(await submit(rewound, 0)).not.toBe('cosigned')

  witness.child.removeAllListeners('exit')
  const ended = new Promise((resolve) => witness.child.once('exit', resolve))
  witness.child.kill('SIGTERM')
  await ended
  const again = await startWitness('w1')
  witnesses[0] = again
  expect(again.key).toEqual(witness.key)
  expect(await submit(fork, 10, again)).toMatch(/answered 422/)
  await stranger.grow(1)
  expect(await submit(stranger, 10, again)).toBe('cosigned')
})
