import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { decodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { bundleBytesMax } from '@nacre/verifier/bundle'
import type { BundledAnswer } from '@nacre/verifier/bundle-evidence'
import { fromUtf8, toHex, utf8 } from '@nacre/verifier/bytes'
import { decodeTreeHead, encodeTreeHead, type TreeHead, type WitnessPolicy } from '@nacre/verifier/checkpoint'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput, writeOutput } from '@nacre/verifier/cli/files'
import { formatBytes, type Report, refusal, runVerb, verifyInStages } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeNoteKey, encodeNoteKey, isKeyName, type NoteKey } from '@nacre/verifier/note'
import { encodeTensors } from '@nacre/verifier/tensor'
import { type Command, InvalidArgumentError } from 'commander'
import { openSource, SourceError } from '../audit/source.ts'
import { openStores } from '../log/follower.ts'
import { exchange } from '../log/http.ts'
import { startLogServer } from '../log/server.ts'
import { type LogStore, LogStoreError } from '../log/store.ts'
import { verifyServedLog } from '../log/verify.ts'
import { createWitness, type WitnessSigner } from '../log/witness.ts'
import { openWitnessState, startWitnessServer } from '../log/witness-server.ts'
import { parsePort } from './log-options.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `log verify`, `log check`, `log serve`, `log keep` and `log witness`. */
export function addLogCommands(program: Command, terminal: Terminal = processTerminal): void {
  const log = program
    .command('log')
    .description('Receipt logs: verify what is served, check what is stored, serve it, and witness for others.')

  const verify = log
    .command('verify')
    .description(
      'Walk a served log: checkpoint, every tile, entry, record and signature; and that it begins with the checkpoint seen last.',
    )
    .argument('<URL|DIR>', "the log's prefix, below which checkpoint and tile/ lie")
    .requiredOption('--key <VKEY>', "the log's key: name+id+base64, from a verified keyset", parseKey)
    .option('--witness <VKEY>', 'a witness that counts; again for each one', collectKeys, [])
    .option('--quorum <N>', 'so many of the witnesses must have cosigned (default: none)', parseCount, 0)
    .option('--remember <FILE>', 'the checkpoint seen last: compared if it is there, and written when all is well')
    .option('--json', 'print one JSON object')
    .action((where: string, options: VerifyOptions) => runVerb(terminal, options.json === true, () => verifyLog(where, options, terminal)))
  twoOnMisuse(verify, terminal)

  const check = log
    .command('check')
    .description('Look through the logs in a folder, make again what a crash left half-written, and name what is lost.')
    .argument('<DIR>', 'the folder that the host keeps its logs in')
    .option('--json', 'print one JSON object')
    .action((directory: string, options: { json?: true }) => runVerb(terminal, options.json === true, () => checkLogs(directory)))
  twoOnMisuse(check, terminal)

  log
    .command('serve')
    .description('Serve the logs in a folder, until interrupted. Any static file server does as well.')
    .argument('<DIR>', 'the folder that the host keeps its logs in')
    .option('--host <ADDRESS>', 'where to listen', '127.0.0.1')
    .option('--port <PORT>', '0 takes a free one', parsePort, 8090)
    .action(async (directory: string, { host, port }: { host: string; port: number }) => {
      const stores = await openExisting(directory)
      const server = await startLogServer({ host, port, stores: () => stores })
      terminal.stdout(`${stores.length} logs at http://${host}:${server.port}/logs.json\n`)
      await interrupted()
      await server.close()
    })

  const keep = log
    .command('keep')
    .description(
      'Hand the tensors of a bundle to the host of the log, so that audits can compute the answer again. Whoever reads the log can then read them.',
    )
    .argument('<FILE>', 'bundle (*.nacre) of an answer in this log')
    .requiredOption('--log <URL>', "the log's prefix, below which checkpoint and tile/ lie")
    .option('--only <inputs|outputs>', 'hand in these alone')
    .option('--json', 'print one JSON object')
    .action((file: string, options: KeepOptions) => runVerb(terminal, options.json === true, () => keepAnswer(file, options)))
  twoOnMisuse(keep, terminal)

  log
    .command('witness')
    .description('Cosign checkpoints of logs that only grow (C2SP tlog-witness, POST /add-checkpoint), until interrupted.')
    .requiredOption('--name <NAME>', 'the name in the signature, such as witness.example/w1')
    .requiredOption('--key-file <FILE>', 'Ed25519 private key in PEM: openssl genpkey -algorithm ed25519 -out FILE')
    .requiredOption('--state <DIR>', 'remembers the last checkpoint of each log; a witness that loses it must take a new key')
    .requiredOption('--log <VKEY>', 'key of a log to cosign for: name+id+base64; again for each one', collectKeys, [])
    .option('--host <ADDRESS>', 'where to listen', '127.0.0.1')
    .option('--port <PORT>', '0 takes a free one', parsePort, 8091)
    .action(async ({ name, keyFile, state, log: logs, host, port }: WitnessOptions) => {
      const signer = readSigner(name, keyFile)
      const witness = createWitness({ signer, logs, state: await openWitnessState(state), nowMs: terminal.nowMs })
      const server = await startWitnessServer({ host, port, witness })
      terminal.stdout(`witness at http://${host}:${server.port}, its key:\n${encodeNoteKey(signer.key)}\n`)
      await interrupted()
      await server.close()
    })
}

type VerifyOptions = { key: NoteKey; witness: NoteKey[]; quorum: number; remember?: string; json?: true }
type WitnessOptions = { name: string; keyFile: string; state: string; log: NoteKey[]; host: string; port: number }

async function verifyLog(where: string, options: VerifyOptions, terminal: Terminal): Promise<Report> {
  const { name, kind, publicKey } = options.key
  if (kind !== 'signature' || !/^nacre\/0x[0-9a-f]{40}$/.test(name)) throw usage('--key is not the key of a receipt log')
  const witnesses: WitnessPolicy = { keys: options.witness, quorum: options.quorum, latestMs: terminal.nowMs() + skewMsMax }
  const { remember } = options
  const known = remember !== undefined && existsSync(remember) ? readHead(remember) : null
  if (known !== null && known.origin !== name)
    throw usage(
      `${remember} is the checkpoint of ${known.origin}`,
      'Each receipt key has a log of its own: remember this one in another file.',
    )
  const source = openSource(where, { timeoutMs: 30_000 })
  const title = `Receipt log ${name}`
  const course = await verifyInStages(
    [[{ name: 'log', note: known === null ? 'whole; nothing to compare it with' : 'whole, and grown out of the one seen last' }]],
    () =>
      verifyServedLog({
        get: async (path) => (await source.read(path, fileBytesMax).catch(unreadable)) ?? undefined,
        log: { logName: name, logPublicKey: toHex(publicKey) },
        witnesses,
        remembered: known,
      }),
  )
  if (!course.ok) return refusal({ title, checks: course.checks, error: course.error })
  const { head, opening, signed, placed } = course.value
  if (remember !== undefined) writeOutput(remember, utf8(encodeTreeHead(head)))
  const previous = opening.previous === null ? 'none was shown' : `${opening.previous.origin}, ${opening.previous.treeSize} leaves`
  return {
    ok: true,
    title,
    checks: course.checks,
    verdict: `${signed + placed} receipts, without a gap`,
    sections: [
      {
        title: 'Log',
        rows: [
          ['root', head.rootHash],
          ['signed receipts', String(signed)],
          ['by place alone', String(placed)],
          ['previous log', previous],
          ...head.cosignatures.map(
            ({ name: witness, timestampMs }) => ['witness', `${witness}, ${new Date(timestampMs).toISOString()}`] as const,
          ),
        ],
      },
    ],
    notes: witnesses.quorum === 0 ? ['No witness was asked for: another reader may be shown another log.'] : [],
    data: { logName: name, treeSize: head.treeSize, rootHash: head.rootHash, signed, placed, opening, cosignatures: head.cosignatures },
  }
}

async function checkLogs(directory: string): Promise<Report> {
  try {
    const stores = await openExisting(directory)
    const missing = stores.flatMap((store) => store.missing.map((one) => ({ log: store.logName, ...one })))
    return {
      ok: missing.length === 0,
      title: `Logs in ${directory}`,
      checks: [],
      verdict:
        missing.length === 0
          ? 'Everything is there'
          : `${missing.length} files are lost: their leaves stand in the tree, and what is behind them is gone`,
      sections: [
        { title: 'Logs', rows: stores.map((store) => [store.logName, `${store.size()} leaves`] as const) },
        ...(missing.length === 0
          ? []
          : [
              {
                title: 'Lost',
                rows: missing.map(({ log, path, leaves: [first, last] }) => [`${log} ${path}`, `leaves ${first} to ${last}`] as const),
              },
            ]),
      ],
      notes: [],
      data: { logs: stores.map((store) => ({ logName: store.logName, treeSize: store.size() })), missing },
    }
  } catch (error) {
    if (!(error instanceof LogStoreError)) throw error
    throw new CliError('INPUT_UNREADABLE', `${error.code}: ${error.message}`, {
      remedy: 'Bring the files back from a copy; the log cannot go on without them.',
    })
  }
}

type KeepOptions = { log: string; only?: string; json?: true }

async function keepAnswer(file: string, { log, only }: KeepOptions): Promise<Report> {
  if (only !== undefined && only !== 'inputs' && only !== 'outputs') throw usage(`--only ${only}: say inputs or outputs`)
  if (!/^https?:\/\//i.test(log)) throw usage('--log is not the address of a served log')
  const rows: [string, string][] = []
  for (const { receipt, inputs, outputs } of readAnswers(file)) {
    const sides = { inputs: [inputs, receipt.inputHash], outputs: [outputs, receipt.outputHash] } as const
    for (const side of ['inputs', 'outputs'] as const) {
      const [tensors, hash] = sides[side]
      if (tensors === null || (only !== undefined && only !== side)) continue
      const body = encodeTensors(tensors)
      const path = `tensors/${hash.slice(2)}`
      const { status } = await exchange({ url: `${log.replace(/\/+$/, '')}/${path}?leaf=${receipt.sequence}`, method: 'PUT', body }).catch(
        (cause: Error) => {
          throw new CliError('ENDPOINT_UNREACHABLE', `${log}: ${cause.message}`, { cause })
        },
      )
      if (status !== 200 && status !== 201)
        throw new CliError('ENDPOINT_REFUSED', `${log} does not keep the ${side}: status ${status}`, { remedy: keepRemedies[status] })
      rows.push([side, `${path}, ${formatBytes(body.length)}`])
    }
  }
  if (rows.length === 0) throw new CliError('INPUT_UNREADABLE', `${file} keeps back what should be handed in`)
  return {
    ok: true,
    title: file,
    checks: [],
    verdict: 'Kept: everybody who reads the log can read them now.',
    sections: [{ title: 'Below the log', rows }],
    notes: [],
    data: { source: file, log, kept: rows.map(([side]) => side) },
  }
}

const keepRemedies: { readonly [status: number]: string } = {
  403: 'The log has no receipt with this hash at this number, or not yet: is it the log of the key that signed it?',
  404: 'Give the prefix of one log, such as https://host/log/0x….',
  405: 'Its operator does not take tensors (nacre serve --keep-tensors).',
  413: 'A side may have at most 64 MiB.',
  507: 'Its operator keeps no more than what is there.',
}

function readAnswers(file: string): readonly BundledAnswer[] {
  try {
    return decodeAnswersBundle(readInput(file, bundleBytesMax)).answers
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file}: ${cause.message} [${cause.code}]`, { cause, remedy: 'Give a bundle, *.nacre.' })
  }
}

function readHead(file: string): TreeHead {
  try {
    return decodeTreeHead(fromUtf8(readInput(file, 4096)))
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file} is not a checkpoint: ${(cause as Error).message}`, {
      cause,
      remedy: 'Name the file that an earlier --remember wrote, or one that is not there yet.',
    })
  }
}

const skewMsMax = 60_000
const fileBytesMax = 4 << 20

function unreadable(error: unknown): never {
  if (error instanceof SourceError) throw new CliError('INPUT_UNREADABLE', error.message)
  throw error
}

/** @throws `INPUT_UNREADABLE` where no log is kept: nothing that was looked for is not everything there. */
async function openExisting(directory: string): Promise<LogStore[]> {
  const remedy = 'Give the folder that holds a folder 0x… for each log, such as .cache/nacre/logs.'
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CliError('INPUT_UNREADABLE', `${directory} is not a folder`, { remedy })
  const stores = await openStores(directory)
  if (stores.length === 0) throw new CliError('INPUT_UNREADABLE', `${directory} holds no logs`, { remedy })
  return stores
}

function readSigner(name: string, keyFile: string): WitnessSigner {
  if (!isKeyName(name)) throw usage('--name holds spaces or plus signs')
  try {
    const privateKey = createPrivateKey(readFileSync(keyFile))
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
    const publicKey = Uint8Array.from(Buffer.from(x as string, 'base64url'))
    return { key: { name, kind: 'cosignature', publicKey }, sign: (message) => Uint8Array.from(sign(null, message, privateKey)) }
  } catch (error) {
    throw new CliError('INPUT_UNREADABLE', `${keyFile}: ${(error as Error).message}`, {
      remedy: `Make one: openssl genpkey -algorithm ed25519 -out ${keyFile}`,
    })
  }
}

function collectKeys(text: string, keys: NoteKey[]): NoteKey[] {
  return [...keys, parseKey(text)]
}

function parseKey(text: string): NoteKey {
  try {
    return decodeNoteKey(text)
  } catch (error) {
    if (error instanceof VerifierError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A number of witnesses.')
  return Number(text)
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
