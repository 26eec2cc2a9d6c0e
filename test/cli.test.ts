import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawKeys, type TlsKey } from '@nacre/enclave/keys'
import { decodeBundle, encodeBundle } from '@nacre/verifier/bundle'
import { fromHex, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { certificateToPem } from '@nacre/verifier/certificate'
import { connect } from '@nacre/verifier/cli/attested-client'
import { registerVerifierCommands } from '@nacre/verifier/cli/commands'
import { encodeReceiptFile } from '@nacre/verifier/cli/receipt-file'
import { commitTensors, openElement } from '@nacre/verifier/commitment'
import { createRecipient, type EhbpRecipient, ehbp } from '@nacre/verifier/ehbp'
import { encodeManifest, type ModelManifest } from '@nacre/verifier/manifest'
import { encodeNoteKey } from '@nacre/verifier/note'
import { hashReceipt, type Receipt, type ReceiptDomain, receiptToJson } from '@nacre/verifier/receipt'
import { jsonData } from '@nacre/verifier/response'
import { hashTensors, type Tensor } from '@nacre/verifier/tensor'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  logKey,
  makeAnswer,
  otherAccount,
  pcrHex,
  receiptAccount,
  sha256Hex,
  type TestAnswer,
  testDomain,
  testInputs,
  testManifest,
  testOutputs,
} from './support/answer.ts'
import { type AnswersParts, makeAnswers } from './support/answers.ts'
import { pcrOf } from './support/document.ts'
import { ed25519Key, noteKey, testLog } from './support/log.ts'
import { makeChain, nowMs } from './support/pki.ts'
import { testTerminal } from './support/terminal.ts'

const scratch = mkdtempSync(join(tmpdir(), 'nacre-cli-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(scratch, name), content)
  return join(scratch, name)
}
const chain = makeChain()
const root = write('simulated-root.pem', certificateToPem(chain.root))
const otherRoot = write('other-root.pem', certificateToPem(makeChain({ seed: 'elsewhere' }).root))
const policy = ['--root', root, '--pcr0', pcrHex(0)]

/** Runs the command line in this process, at the time of the test documents. */
async function nacre(...args: string[]) {
  let drawn = 0
  return testTerminal(args, registerVerifierCommands, new Command('nacre'), {
    nowMs: () => nowMs + 2000,
    randomBytes: (length) => Uint8Array.from(createHash('shake256', { outputLength: length }).update(`drawn ${drawn++}`).digest()),
  })
}

/** The code of a refusal or of a failure to reach a verdict, with its exit code; `accepted` for exit code 0. */
async function verdict(...args: string[]): Promise<string> {
  const { exitCode, json } = await nacre(...args, '--json')
  const { ok, error } = json()
  expect(ok).toBe(exitCode === 0)
  return exitCode === 0 ? 'accepted' : `${exitCode} ${error.code}`
}

describe('bundle verify', () => {
  let answer: TestAnswer
  let file: string
  beforeAll(async () => {
    answer = await makeAnswer({ chain, domain: testDomain })
    file = write('answer.nacre', encodeBundle(answer.bundle))
  })

  test('accepts the bundle under its root and PCR0, and prints what it proved', async () => {
    const { exitCode, stdout } = await nacre('bundle', 'verify', file, ...policy)
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('✗')
    expect(stdout).toContain('odd 0.75   even 0.25')
    expect(stdout).toContain(`Any model that the enclave measured was accepted. This one is ${answer.modelId}`)
    expect(stdout).toContain("The trust root is not AWS's")
    const { json } = await nacre('bundle', 'verify', file, ...policy, '--model', answer.modelId, '--json')
    expect(json()).toMatchObject({
      ok: true,
      signer: receiptAccount.address,
      model: { id: answer.modelId, name: 'parity' },
      receipt: receiptToJson(answer.bundle.receipt),
      domain: { chainId: '31337', verifyingContract: testDomain.verifyingContract },
      outputs: [{ top: [[{ label: 'odd' }, { label: 'even' }]] }, { values: ['1'] }],
    })
  })

  test('refuses everything that differs from what was expected, each with its code', async () => {
    const verify = (...args: string[]) => verdict('bundle', 'verify', file, ...args)
    expect(await verify('--pcr0', pcrHex(0))).toBe('1 ROOT_MISMATCH')
    expect(await verify('--pcr0', pcrHex(0), '--root', otherRoot)).toBe('1 ROOT_MISMATCH')
    expect(await verify('--root', root)).toBe('2 USAGE')
    expect(await verify('--root', root, '--pcr0', pcrHex(1))).toBe('1 MEASUREMENT_NOT_ALLOWED')
    expect(await verify(...policy, '--pcr2', pcrHex(1))).toBe('1 MEASUREMENT_NOT_ALLOWED')
    expect(await verify(...policy, '--pcr1', pcrHex(1), '--pcr2', pcrHex(2))).toBe('accepted')
    expect(await verify(...policy, '--model', sha256Hex('another model'))).toBe('1 MODEL_NOT_ALLOWED')
    expect(await verify(...policy, '--request-id', answer.bundle.receipt.requestId)).toBe('accepted')
    expect(await verify(...policy, '--request-id', sha256Hex('another request'))).toBe('1 REQUEST_MISMATCH')
    expect(await verify(...policy, '--chain-id', '31337', '--contract', testDomain.verifyingContract)).toBe('accepted')
    expect(await verify(...policy, '--chain-id', '1', '--contract', testDomain.verifyingContract)).toBe('1 CHAIN_ID_MISMATCH')
    expect(await verify(...policy, '--chain-id', '31337', '--contract', `0x${'00'.repeat(20)}`)).toBe('1 VERIFYING_CONTRACT_MISMATCH')
    expect(await verify(...policy, '--at', '2020-01-01')).toBe('1 CERTIFICATE_NOT_IN_VALIDITY')
    expect(await verify(...policy, '--at', 'now')).toBe('accepted')
    expect(await verify(...policy, '--at', 'now', '--max-age', '1')).toBe('1 ATTESTATION_STALE')
  })

  test('refuses altered bundles, and shows how far the evidence held', async () => {
    const altered = async (name: string, parts: object) => {
      const path = write(name, encodeBundle({ ...answer.bundle, ...parts }))
      const { json, exitCode } = await nacre('bundle', 'verify', path, ...policy, '--json')
      const failed = json().checks.filter(({ ok }: { ok: boolean | null }) => ok === false)
      expect([exitCode, failed.length]).toEqual([1, 1])
      return `${failed[0].name}: ${failed[0].code}`
    }
    const [output, label] = testOutputs as [Tensor, Tensor]
    expect(await altered('output.nacre', { outputs: [{ ...output, data: Uint8Array.from(output.data).reverse() }, label] })).toBe(
      'output: OUTPUT_MISMATCH',
    )
    expect(await altered('input.nacre', { inputs: [{ ...testInputs[0], name: 'z' }] })).toBe('input: INPUT_MISMATCH')
    expect(await altered('receipt.nacre', { receipt: { ...answer.bundle.receipt, sequence: 8n } })).toBe(
      'receipt signature: SIGNATURE_INVALID',
    )
    expect(await altered('domain.nacre', { domain: null })).toBe('receipt signature: SIGNATURE_INVALID')
    expect(await altered('keyset.nacre', { keyset: (await makeAnswer({ keyset: { modelIds: [] } })).bundle.keyset })).toBe(
      'keyset: KEYSET_MISMATCH',
    )
    expect(await altered('manifest.nacre', { manifest: encodeManifest({ ...testManifest, version: '2' }) })).toBe('model: MODEL_MISMATCH')
    expect(await verdict('bundle', 'verify', write('cut.nacre', encodeBundle(answer.bundle).subarray(0, -1)), ...policy)).toBe(
      '1 CBOR_MALFORMED',
    )
  })

  test('what is not in the bundle has a dash, and no tick; what is, has a tick', async () => {
    const marks = async (parts: object, ...args: string[]) => {
      const path = write('marks.nacre', encodeBundle({ ...answer.bundle, ...parts }))
      const { json } = await nacre('bundle', 'verify', path, ...policy, ...args, '--json')
      return Object.fromEntries(json().checks.map(({ name, ok }: { name: string; ok: boolean | null }) => [name, ok]))
    }
    expect(await marks({})).toMatchObject({
      log: null,
      registration: null,
      provenance: null,
      input: true,
      output: true,
      'receipt signature': true,
    })
    expect(await marks({ inputs: null, outputs: null })).toMatchObject({ input: null, output: null })
    const log = testLog(Array.from({ length: 10 }, () => fromHex(hashReceipt(answer.bundle.receipt, answer.bundle.domain))))
    const inclusion = await log.proveReceipt(7, BigInt(nowMs + 2000), receiptAccount)
    expect(await marks({ inclusion, signature: null })).toMatchObject({ log: null, 'receipt signature': true })
    expect(await marks({ inclusion, note: log.note(answer.keyset.logName, logKey) })).toMatchObject({ log: true })
    // What was asked for and is not there is refused, not skipped.
    const witness = ['--witness', encodeNoteKey(noteKey('witness.example/w1', 'cosignature', ed25519Key('w1')))]
    expect(await marks({}, ...witness)).toMatchObject({ log: false })
    expect(await marks({}, '--registry', `0x${'5e'.repeat(20)}`, '--registry-chain', '1', '--block', sha256Hex('block'))).toMatchObject({
      registration: false,
    })
  })

  test('inspect shows the parts and says that nothing was verified', async () => {
    const { exitCode, stdout } = await nacre('bundle', 'inspect', file)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('NOTHING WAS VERIFIED')
    expect(stdout).toContain('parity version 1')
    expect(await verdict('bundle', 'inspect', root)).toBe('2 INPUT_UNREADABLE')
  })
})

describe('a bundle of several answers', () => {
  const several = (parts: AnswersParts = {}) => makeAnswers({ chain, ...parts })
  const args = (path: string, ...more: string[]) => ['bundle', 'verify', path, ...policy, ...more]
  const file = async (parts?: AnswersParts) => write('several.nacre', (await several(parts)).bytes)
  /** The images of the past are others than the test document's. */
  const past = async () => {
    const { bytes, past } = await several({ images: [0, 1] })
    const images = past?.images.flatMap(({ pcr0 }) => ['--pcr0', pcr0]) ?? []
    return { path: write('past.nacre', bytes), images }
  }

  test('is verified answer by answer, with models, sequences and what is kept back', async () => {
    const path = await file()
    const { exitCode, stdout } = await nacre(...args(path))
    expect(exitCode, stdout).toBe(0)
    for (const text of ['3 answers of one enclave', '3  verified, model "parity"', '5  verified, model "second"', 'inputs kept back'])
      expect(stdout).toContain(text)
    const { json } = await nacre(...args(path, '--json'))
    expect(json()).toMatchObject({
      ok: true,
      answers: [
        { ok: true, model: { name: 'parity' } },
        { ok: true, model: { name: 'second' } },
        { ok: true, inputs: null },
      ],
      vouched: { by: 'document' },
    })
    for (const { name, ok, note } of json().checks)
      expect([name, ok], note).toEqual([name, ['nonce', 'freshness'].includes(name) ? null : true])
  })

  test('names the answers that are refused, and refuses the file', async () => {
    const path = await file({ answers: (all) => all.map((each, i) => (i === 1 ? { ...each, outputs: [] } : each)) })
    const { exitCode, json } = await nacre(...args(path, '--json'))
    expect(exitCode).toBe(1)
    expect(json()).toMatchObject({ ok: false, error: { code: 'OUTPUT_MISMATCH' } })
    expect(json().answers.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false, true])
    const { stdout } = await nacre(...args(path))
    expect(stdout).toContain('Refused: 1 of 3 answers. The others hold.')
    expect(stdout).toContain('5  REFUSED OUTPUT_MISMATCH')
  })

  test('is held to what the caller asks for', async () => {
    const path = await file()
    expect(await verdict(...args(path, '--request-id', sha256Hex('request 1')))).toBe('accepted')
    expect(await verdict(...args(path, '--request-id', sha256Hex('another')))).toBe('1 REQUEST_MISMATCH')
    expect(await verdict(...args(path, '--model', sha256Hex('another')))).toBe('1 MODEL_NOT_ALLOWED')
    const audience = ['--chain-id', String(testDomain.chainId), '--contract', testDomain.verifyingContract]
    expect(await verdict(...args(path, ...audience))).toBe('1 CHAIN_ID_MISMATCH')
    const witness = encodeNoteKey(noteKey('witness.example/w1', 'cosignature', ed25519Key('w1')))
    // One of them is signed alone: nobody saw it in the log.
    expect(await verdict(...args(path, '--at', 'witnesses', '--witness', witness))).toBe('1 WITNESS_QUORUM_MISSED')
    expect(await verdict('bundle', 'verify', path, '--pcr0', pcrHex(0), '--root', otherRoot)).toBe('1 ROOT_MISMATCH')
  })

  test('shows the past of its key, which the caller must accept', async () => {
    const { path, images } = await past()
    const { exitCode, stdout } = await nacre(...args(path, ...images))
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toContain('Epoch 2: upgrade')
    // Without the images of the past, or with somebody else's approval.
    expect(await verdict(...args(path))).toBe('1 MEASUREMENT_NOT_ALLOWED')
    expect(await verdict(...args(path, ...images, '--owner', otherAccount.address))).toBe('1 UPGRADE_NOT_APPROVED')
    expect(await verdict(...args(path, ...images, '--known', otherAccount.address))).toBe('1 HISTORY_BROKEN')
    expect(await verdict(...args(await file(), '--overlap', '1'))).toBe('1 HISTORY_BROKEN')
    expect(await verdict(...args(path, '--overlap', 'long'))).toBe('2 USAGE')
  })

  test('is shown without a verdict', async () => {
    const { path } = await past()
    const { exitCode, stdout } = await nacre('bundle', 'inspect', path)
    expect(exitCode).toBe(0)
    for (const text of ['NOTHING WAS VERIFIED', 'bundle of 3 answers', '2 key epochs', '5  second, in the log', '7  parity, signed'])
      expect(stdout).toContain(text)
    expect((await nacre('bundle', 'inspect', path, '--json')).json()).toMatchObject({ verified: false, epochs: 2, answers: [{}, {}, {}] })
  })
})

test('the process itself: exit codes, and neither colours nor prose around the JSON', async () => {
  const file = write('process.nacre', encodeBundle((await makeAnswer({ chain })).bundle))
  const run = (...args: string[]) => {
    const program = new URL('../host/nacre.mjs', import.meta.url).pathname
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 120_000 })
    return { status, stdout, stderr }
  }
  const verified = run('bundle', 'verify', file, ...policy)
  expect([verified.status, verified.stderr, verified.stdout.includes('\u001b')]).toEqual([0, '', false])
  const refused = run('bundle', 'verify', file, '--pcr0', pcrHex(0), '--json')
  expect([refused.status, refused.stderr, JSON.parse(refused.stdout).error.code]).toEqual([1, '', 'ROOT_MISMATCH'])
  const misused = run('bundle', 'verify', file, '--json')
  expect([misused.status, misused.stderr, JSON.parse(misused.stdout).error.code]).toEqual([2, '', 'USAGE'])
  const unknown = run('bundel', 'verify', file)
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean bundle?')])
  // A service that fails before it runs, outside of any verdict.
  const nothing = run('log', 'serve', join(scratch, 'nothing'))
  expect([nothing.status, nothing.stderr]).toEqual([2, expect.stringContaining('is not a folder [INPUT_UNREADABLE]')])
})

describe('receipt verify', () => {
  let answer: TestAnswer
  let file: string
  let evidence: string[]
  const receiptFile = (name: string, parts: object = {}) =>
    write(
      name,
      encodeReceiptFile({
        receipt: answer.bundle.receipt,
        signature: answer.response.signature,
        domain: testDomain,
        signer: receiptAccount.address,
        ...parts,
      }),
    )
  beforeAll(async () => {
    answer = await makeAnswer({ chain, domain: testDomain })
    file = receiptFile('receipt.json')
    evidence = ['--attestation', write('document.cbor', answer.bundle.attestation), '--keyset', write('keyset.json', answer.bundle.keyset)]
  })

  test('by an address', async () => {
    const signer = ['--signer', receiptAccount.address]
    const { exitCode, stdout } = await nacre('receipt', 'verify', file, ...signer)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`${receiptAccount.address} signed this receipt for contract`)])
    expect(await verdict('receipt', 'verify', file)).toBe('2 USAGE')
    expect(await verdict('receipt', 'verify', file, ...signer, ...policy)).toBe('2 USAGE')
    expect(await verdict('receipt', 'verify', file, '--signer', otherAccount.address)).toBe('1 SIGNATURE_INVALID')
    expect(await verdict('receipt', 'verify', receiptFile('claim.json', { signer: otherAccount.address }), ...signer)).toBe(
      '1 SIGNATURE_INVALID',
    )
    expect(await verdict('receipt', 'verify', receiptFile('open.json', { domain: null }), ...signer)).toBe('1 SIGNATURE_INVALID')
    expect(await verdict('receipt', 'verify', file, ...signer, '--chain-id', '1', '--contract', testDomain.verifyingContract)).toBe(
      '1 CHAIN_ID_MISMATCH',
    )
    expect(await verdict('receipt', 'verify', write('malformed.json', '{}'), ...signer)).toBe('1 RECEIPT_MALFORMED')
  })

  test('by its place in a log', async () => {
    const { receipt } = answer.bundle
    const log = testLog(Array.from({ length: 10 }, () => fromHex(hashReceipt(receipt, testDomain))))
    const inclusion = await log.proveReceipt(7, BigInt(nowMs + 2000), receiptAccount)
    const signer = ['--signer', receiptAccount.address]
    const placed = (name: string, parts: object) => receiptFile(name, { signature: undefined, ...parts })
    const { exitCode, stdout } = await nacre('receipt', 'verify', placed('placed.json', { inclusion }), ...signer)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('by its place in a log')])
    expect(await verdict('receipt', 'verify', placed('placed.json', { inclusion }), ...evidence, ...policy)).toBe('accepted')
    const moved = placed('moved.json', { inclusion: { ...inclusion, proof: inclusion.proof.toReversed() } })
    // A log of equal leaves: only the checkpoint's signature and the order of the hashes tell places apart.
    expect(await verdict('receipt', 'verify', moved, ...signer)).toBe('1 INCLUSION_INVALID')
    const other = { ...inclusion, checkpoint: { ...inclusion.checkpoint, treeSize: 11n } }
    expect(await verdict('receipt', 'verify', placed('other.json', { inclusion: other }), ...signer)).toBe('1 SIGNATURE_INVALID')
    const both = JSON.stringify({
      ...JSON.parse(readFileSync(file, 'utf8')),
      ...JSON.parse(readFileSync(placed('both.json', { inclusion }), 'utf8')),
    })
    expect(await verdict('receipt', 'verify', write('both.json', both), ...signer)).toBe('1 RECEIPT_MALFORMED')
  })

  test('by the enclave that vouches for its key', async () => {
    expect(await verdict('receipt', 'verify', file, ...evidence, ...policy)).toBe('accepted')
    expect(await verdict('receipt', 'verify', file, ...evidence, '--root', root, '--no-pcr-policy')).toBe('accepted')
    expect(await verdict('receipt', 'verify', file, ...evidence, '--root', root)).toBe('2 USAGE')
    expect(await verdict('receipt', 'verify', file, ...evidence, '--pcr0', pcrHex(0))).toBe('1 ROOT_MISMATCH')
    expect(await verdict('receipt', 'verify', file, ...evidence, '--root', root, '--pcr0', pcrHex(1))).toBe('1 MEASUREMENT_NOT_ALLOWED')
    const other = write('other-keyset.json', (await makeAnswer({ keyset: { modelIds: [] } })).bundle.keyset)
    expect(await verdict('receipt', 'verify', file, ...evidence.slice(0, 2), '--keyset', other, ...policy)).toBe('1 KEYSET_MISMATCH')
    const late = await makeAnswer({ chain, domain: testDomain, receipt: { timestampMs: BigInt(nowMs + 25 * 3_600_000) } })
    const lateFile = receiptFile('late.json', { receipt: late.bundle.receipt, signature: late.bundle.signature })
    expect(await verdict('receipt', 'verify', lateFile, ...evidence, ...policy)).toBe('1 RECEIPT_TIME_OUT_OF_RANGE')
    const foreign = await makeAnswer({ chain, domain: testDomain, receipt: { modelId: sha256Hex('never measured') } })
    const foreignFile = receiptFile('foreign.json', { receipt: foreign.bundle.receipt, signature: foreign.bundle.signature })
    expect(await verdict('receipt', 'verify', foreignFile, ...evidence, ...policy)).toBe('1 MODEL_NOT_ALLOWED')
  })
})

/** An endpoint that answers as an enclave would, or lies in one way. */
type Lies = {
  nonce?: Uint8Array
  pcrs?: ReadonlyMap<number, Uint8Array>
  /** What the keyset says of the TLS key, when it is not the key in use. */
  tlsSpkiSha256?: Hex
  keyset?: Uint8Array
  manifest?: ModelManifest
  outputs?: readonly Tensor[]
  receipt?: Partial<Receipt>
  status?: number
  /** Answers encrypted requests in the clear. */
  plain?: boolean
  /** How often the first request for a fresh document is put off. */
  busy?: number
}
type Endpoint = { url: string; received: string[]; port: number }

describe('infer and attestation of an endpoint', () => {
  const servers: Server[] = []
  let tls: TlsKey
  let otherTls: TlsKey
  let hpkePublicKey: Hex
  let recipient: EhbpRecipient
  const input = write('input.json', '{"tensor": {"name": "x", "datatype": "FP32", "shape": [1, 2], "values": [0.5, -0]}}')
  beforeAll(async () => {
    const draw = async (seed: string) => {
      const derive = (label: string, length: number) =>
        Uint8Array.from(
          createHash('shake256', { outputLength: length })
            .update(seed + label)
            .digest(),
        )
      return drawKeys({ entropy: { derive } as never, tlsName: 'enclave', nowMs: Date.now() })
    }
    const { tls: drawn, hpke } = await draw('one')
    tls = drawn
    otherTls = (await draw('two')).tls
    hpkePublicKey = toHex(hpke.publicKey)
    const { d } = hpke.privateKey.export({ format: 'jwk' })
    recipient = await createRecipient({ privateKey: Uint8Array.from(Buffer.from(String(d), 'base64url')), publicKey: hpke.publicKey })
  })
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  const listen = async (key: TlsKey | null, handler: RequestListener): Promise<number> => {
    const server =
      key === null ? createHttpServer(handler) : createHttpsServer({ key: key.privateKeyPem, cert: key.certificatePem }, handler)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  async function enclave(lies: Lies = {}, key: TlsKey | null = tls): Promise<Endpoint> {
    const received: string[] = []
    const port = await listen(key, (request, response) => {
      answer(request, lies).then(
        ({ status = 200, body, headers = {} }) =>
          response.writeHead(status, { ...headers, ...(status === 429 ? { 'retry-after': '0' } : {}) }).end(body),
        (error) => response.writeHead(500).end(JSON.stringify({ error: String(error), code: 'INTERNAL' })),
      )
    })
    return { url: `${key === null ? 'http' : 'https'}://127.0.0.1:${port}`, received, port }

    type Answer = { status?: number; body: string | Uint8Array; headers?: Record<string, string> }
    async function answer(request: IncomingMessage, lies: Lies): Promise<Answer> {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const url = new URL(request.url ?? '', 'http://enclave')
      received.push(`${request.method} ${url.pathname}`)
      const tlsSpkiSha256 = lies.tlsSpkiSha256 ?? toHex(tls.spkiSha256)
      const document = {
        nonce: lies.nonce ?? Uint8Array.from(Buffer.from(url.searchParams.get('nonce') ?? '', 'hex')),
        ...(lies.pcrs === undefined ? {} : { pcrs: lies.pcrs }),
      }
      if (lies.status !== undefined && request.method === 'POST')
        return { status: lies.status, body: '{"code": "MODEL_QUEUE_FULL", "error": "Too many requests wait"}' }
      if (url.pathname === '/enclave/attestation' && received.length <= (lies.busy ?? 0))
        return { status: 429, body: '{"code": "ATTESTATION_RATE_LIMITED", "error": "Too many fresh documents"}' }
      if (url.pathname === '/enclave/attestation')
        return {
          body: Buffer.from((await makeAnswer({ chain, keyset: { tlsSpkiSha256, hpkePublicKey }, document })).bundle.attestation).toString(
            'base64',
          ),
        }
      if (url.pathname === '/attestation/raw')
        return { body: (await makeAnswer({ chain, keyset: { tlsSpkiSha256, hpkePublicKey } })).bundle.attestation }
      if (url.pathname === '/.well-known/nacre-keyset')
        return { body: lies.keyset ?? (await makeAnswer({ chain, keyset: { tlsSpkiSha256, hpkePublicKey } })).bundle.keyset }
      if (url.pathname === '/v1/models/parity/manifest') return { body: encodeManifest(lies.manifest ?? testManifest) }
      if (url.pathname !== '/v2/models/parity/infer') return { status: 404, body: '{"code": "MODEL_NOT_FOUND", "error": "No such model"}' }
      const encapsulatedKey = request.headers[ehbp.encapsulatedKeyHeader]
      const body = Uint8Array.from(Buffer.concat(chunks))
      const opened = encapsulatedKey === undefined ? undefined : await recipient.open({ encapsulatedKey: String(encapsulatedKey), body })
      const { parameters } = JSON.parse(Buffer.from(opened?.body ?? body).toString())
      const domain: ReceiptDomain =
        parameters.chain_id === undefined
          ? null
          : { chainId: BigInt(parameters.chain_id), verifyingContract: parameters.verifying_contract }
      const salt: Hex | undefined = parameters.commitment_salt
      const hashes =
        salt === undefined
          ? {}
          : {
              inputHash: commitTensors({ tensors: testInputs, salt, side: 'input' }),
              outputHash: commitTensors({ tensors: testOutputs, salt, side: 'output' }),
            }
      const { bundle } = await makeAnswer({ chain, domain, receipt: { requestId: parameters.request_id, ...hashes, ...lies.receipt } })
      const { receipt } = bundle
      const outputs = (lies.outputs ?? testOutputs).map(
        (tensor) => `{"name":"${tensor.name}","datatype":"${tensor.datatype}","shape":[${tensor.shape}],"data":${jsonData(tensor)}}`,
      )
      const signed = {
        ...parameters,
        model_id: receipt.modelId,
        input_hash: receipt.inputHash,
        output_hash: receipt.outputHash,
        request_id: receipt.requestId,
        timestamp_ms: Number(receipt.timestampMs),
        sequence: Number(receipt.sequence),
        signature: bundle.signature,
        signer: receiptAccount.address,
        attestation_sha256: sha256Hex(''),
        attestation_url: '/attestation/raw',
        keyset_url: '/.well-known/nacre-keyset',
      }
      const text = `{"model_name":"parity","model_version":"1","parameters":${JSON.stringify(signed)},"outputs":[${outputs}]}`
      if (opened === undefined || lies.plain === true) return { body: text }
      const sealer = await opened.sealResponse(new Uint8Array(32))
      return { body: await sealer.seal(utf8(text)), headers: sealer.headers }
    }
  }
  const infer = ({ url }: Endpoint, ...args: string[]) => verdict('infer', url, 'parity', '--input', input, ...policy, ...args)

  test('asks an attested enclave over TLS, prints labels and writes a bundle that verifies offline', async () => {
    const { url } = await enclave()
    const out = join(scratch, 'written.nacre')
    const { exitCode, stdout } = await nacre('infer', url, 'parity', '--input', input, ...policy, '--out', out)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('odd 0.75   even 0.25')])
    expect(stdout).not.toContain('Plain http')
    expect(await verdict('bundle', 'verify', out, ...policy)).toBe('accepted')
    expect(decodeBundle(Uint8Array.from(readFileSync(out))).receipt.inputHash).toBe(await hashTensors(testInputs))
  })

  test('asks for an audience, a request id and a model id, and holds the answer to them', async () => {
    const endpoint = await enclave()
    const requestId = sha256Hex('mine')
    const { json } = await nacre(
      ...['infer', endpoint.url, 'parity', '--input', input, ...policy, '--json', '--request-id', requestId],
      ...['--chain-id', '31337', '--contract', testDomain.verifyingContract, '--model-id', (await makeAnswer()).modelId],
    )
    expect(json()).toMatchObject({ ok: true, receipt: { requestId }, domain: { chainId: '31337' } })
    expect(await infer(endpoint, '--model-id', sha256Hex('another model'))).toBe('1 MODEL_NOT_ALLOWED')
  })

  test('shows one value of an answer, and whoever is shown it verifies that', async () => {
    const { url } = await enclave()
    const [openable, receipt, opening] = ['openable.json', 'salted-receipt.json', 'opening.json'].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
    ]
    const asked = ['infer', url, 'parity', '--input', input, ...policy, '--openable', openable, '--receipt', receipt]
    const { exitCode, stdout } = await nacre(...asked)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('holds the salt and all values')])
    expect(statSync(openable).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(receipt, 'utf8')).receipt.inputHash).not.toBe(await hashTensors(testInputs))

    const make = (...args: string[]) => nacre('opening', 'make', openable, '--out', opening, ...args)
    const made = await make('--side', 'output', '--tensor', 'y', '--element', '1')
    expect([made.exitCode, made.stdout]).toEqual([0, expect.stringContaining('element 1')])
    // What is kept back is not in the file: neither the salt nor the value beside it.
    const { salt } = JSON.parse(readFileSync(openable, 'utf8')) as { salt: Hex }
    expect(readFileSync(opening, 'utf8')).not.toContain(salt.slice(2))
    const signer = ['--signer', receiptAccount.address]
    const verify = (...args: string[]) => ['opening', 'verify', opening, '--receipt', receipt, ...args]
    const { json } = await nacre(...verify(...signer), '--json')
    expect(json()).toMatchObject({
      ok: true,
      signer: receiptAccount.address,
      side: 'output',
      first: 1,
      shown: { name: 'y', values: [0.75] },
      checks: expect.arrayContaining([{ name: 'opening', ok: true, note: 'part of what the receipt commits to' }]),
    })

    expect(await verdict(...verify())).toBe('2 USAGE')
    expect(await verdict(...verify('--signer', otherAccount.address))).toBe('1 SIGNATURE_INVALID')
    expect(await verdict('opening', 'verify', write('none.json', 'null'), '--receipt', receipt, ...signer)).toBe('1 OPENING_MALFORMED')
    // The attack: a value that was never in the answer, or one of another answer.
    const other = openElement({ tensors: testOutputs, salt: sha256Hex('another salt'), side: 'output', tensor: 'y', element: 1 })
    expect(await verdict('opening', 'verify', write('other.json', JSON.stringify(other)), '--receipt', receipt, ...signer)).toBe(
      '1 OPENING_MISMATCH',
    )
    const places = [
      ['--side', 'output', '--tensor', 'x', '--element', '0'],
      ['--side', 'input', '--tensor', 'x', '--element', '2'],
      ['--side', 'input', '--tensor', 'x', '--element', '-1'],
      ['--side', 'receipt', '--tensor', 'x', '--element', '0'],
    ]
    for (const place of places) expect((await make(...place)).exitCode, place.join(' ')).toBe(2)
    expect(await verdict('opening', 'make', write('broken.json', '{}'), '--out', opening, ...(places[1] as string[]))).toBe(
      '2 INPUT_UNREADABLE',
    )
  })

  test('comes back when fresh documents are rationed, a bounded number of times', async () => {
    expect(await infer(await enclave({ busy: 3 }))).toBe('accepted')
    expect(await infer(await enclave({ busy: 4 }))).toBe('2 ENDPOINT_REFUSED')
  })

  test('over http bodies are encrypted to the attested key, or nothing is believed', async () => {
    const endpoint = await enclave({}, null)
    const { exitCode, stdout } = await nacre('infer', endpoint.url, 'parity', '--input', input, ...policy)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('bodies are encrypted to the attested key')])
    expect(await infer(await enclave({ plain: true }, null))).toBe('1 EHBP_NOT_ENCRYPTED')
  })

  test('sends nothing of the input to an endpoint that is not the enclave asked for', async () => {
    const refusals: [string, Lies, ...string[]][] = [
      ['1 NONCE_MISMATCH', { nonce: Uint8Array.of(1) }],
      ['1 MEASUREMENT_NOT_ALLOWED', { pcrs: new Map(Array.from({ length: 16 }, (_, index) => [index, pcrOf('other')])) }],
      ['1 DEBUG_ENCLAVE', { pcrs: new Map(Array.from({ length: 16 }, (_, index) => [index, new Uint8Array(48)])) }],
      ['1 TLS_KEY_MISMATCH', { tlsSpkiSha256: sha256Hex("the enclave's own TLS key") }],
      ['1 KEYSET_MISMATCH', { keyset: (await makeAnswer()).bundle.keyset }],
      ['1 ROOT_MISMATCH', {}, '--root', otherRoot],
      ['1 MODELS_NOT_MEASURED', { manifest: { ...testManifest, version: '2' } }],
      ['1 MODEL_NOT_ALLOWED', {}, '--model-id', sha256Hex('another model')],
    ]
    for (const [expected, lies, ...args] of refusals) {
      const endpoint = await enclave(lies)
      expect(await infer(endpoint, ...args), expected).toBe(expected)
      expect(
        endpoint.received.filter((line) => line.startsWith('POST')),
        expected,
      ).toEqual([])
    }
    const { url } = await enclave({ nonce: Uint8Array.of(1) })
    expect((await nacre('infer', url, 'parity', '--input', input, ...policy)).stdout).toContain('Nothing of the input was sent.')
  })

  test('refuses answers that are not to this question', async () => {
    const [output, label] = testOutputs as [Tensor, Tensor]
    const refusals: [string, Lies][] = [
      ['1 OUTPUT_MISMATCH', { outputs: [{ ...output, data: Uint8Array.from(output.data).reverse() }, label] }],
      ['1 INPUT_MISMATCH', { receipt: { inputHash: sha256Hex('another input') } }],
      ['1 REQUEST_MISMATCH', { receipt: { requestId: sha256Hex('an old request') } }],
      ['1 MODEL_MISMATCH', { receipt: { modelId: sha256Hex('another model') } }],
      ['1 RECEIPT_TIME_OUT_OF_RANGE', { receipt: { timestampMs: BigInt(nowMs - 3_600_000) } }],
    ]
    for (const [expected, lies] of refusals) expect(await infer(await enclave(lies)), expected).toBe(expected)
  })

  test('no verdict where there is nothing to judge: exit code 2', async () => {
    expect(await infer(await enclave({ status: 429 }))).toBe('2 ENDPOINT_REFUSED')
    const { url, port } = await enclave()
    expect(await verdict('infer', url, 'unknown', '--input', input, ...policy)).toBe('2 ENDPOINT_REFUSED')
    expect(
      await verdict(
        'infer',
        url,
        'parity',
        '--input',
        write('shape.json', '[{"name":"x","datatype":"FP32","shape":[3],"data":[1,2,3]}]'),
        ...policy,
      ),
    ).toBe('2 INPUT_UNFIT')
    expect(await verdict('infer', `http://127.0.0.1:${port}`, 'parity', '--input', input, ...policy)).toMatch(/^2 ENDPOINT_/)
    expect(await verdict('infer', 'ftp://127.0.0.1', 'parity', '--input', input, ...policy)).toBe('2 USAGE')
    expect(await verdict('infer', url, 'parity', '--input', input, '--root', root)).toBe('2 USAGE')
    const huge = await listen(null, (_request, response) => response.end(Buffer.alloc(2 << 20)))
    expect(await verdict('infer', `http://127.0.0.1:${huge}`, 'parity', '--input', input, ...policy)).toBe('2 ENDPOINT_ANSWER_TOO_LARGE')
  })

  test('a client meets the same TLS key on every connection, or stops', async () => {
    const first = await enclave()
    const client = await connect({
      url: first.url,
      root: chain.root,
      policy: { measurements: [{ pcr0: pcrHex(0) }], modelIds: 'any-measured' },
      nowMs: () => nowMs + 2000,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    })
    try {
      expect(client.protection).toBe('tls')
      const { inference, bundle } = await client.infer({ model: 'parity', inputs: testInputs })
      expect(inference.signer).toBe(receiptAccount.address)
      expect(bundle.inputs).toEqual(testInputs)
      // The host takes the port over with a key of its own.
      const [server] = servers.splice(0) as [Server]
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      const received: string[] = []
      const impostor = createHttpsServer({ key: otherTls.privateKeyPem, cert: otherTls.certificatePem }, (request, response) => {
        received.push(String(request.url))
        response.end()
      })
      servers.push(impostor)
      await new Promise<void>((resolve) => impostor.listen(first.port, '127.0.0.1', resolve))
      await expect(client.infer({ model: 'parity', inputs: testInputs })).rejects.toMatchObject({ code: 'TLS_KEY_MISMATCH' })
      // It is asked who it is, in case the enclave was restarted, and nothing else.
      expect(received.map((path) => path.split('?')[0])).toEqual(['/enclave/attestation', '/.well-known/nacre-keyset'])
    } finally {
      client.close()
    }
  })

  test('attestation verify asks an endpoint with a nonce, or fetches the address it is given', async () => {
    const { url, received } = await enclave()
    const verify = (address: string, ...args: string[]) => verdict('attestation', 'verify', address, ...policy, ...args)
    expect(await verify(url)).toBe('accepted')
    expect(await verify(url, '--nonce', '0x0102')).toBe('accepted')
    expect(await verify(`${url}/enclave/attestation?nonce=0102`)).toBe('accepted')
    expect(await verify(`${url}/attestation/raw`)).toBe('accepted')
    expect(await verify(`${url}/attestation/raw`, '--nonce', '0102')).toBe('1 NONCE_MISMATCH')
    expect(await verify(`${url}/nothing`)).toBe('2 ENDPOINT_REFUSED')
    expect(received).toEqual([...Array(3).fill('GET /enclave/attestation'), 'GET /attestation/raw', 'GET /attestation/raw', 'GET /nothing'])
    expect(await verify((await enclave({ nonce: Uint8Array.of(1) })).url)).toBe('1 NONCE_MISMATCH')
    const { stdout } = await nacre('attestation', 'verify', url, ...policy)
    expect(stdout).toContain('No certificate authority vouches for this TLS connection')
  })
})
