import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sealedModelPolicy } from '@nacre/host/kms/key-policy'
import { clientOfLocalKms } from '@nacre/host/kms/serve'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import type { SecretsCommand } from '@nacre/host/secrets-command'
import type { Hex } from '@nacre/verifier/bytes'
import { hostServices } from '@nacre/verifier/egress'
import { projectRoot } from './system.ts'

/** What a host runs around an enclave with secrets, each a process of its own: what is in none of them, the host does not have. And the owner's and administrator's part. */
export type SecretsHost = {
  keyArn: string
  /** For the enclave's command line. */
  secrets: Pick<SecretsCommand, 'kms' | 'credentials'>
  kms: Served
  /** By its command line, as the owner. */
  seal(path: string): Promise<{ modelId: Hex; modelDirectory: string; ciphertextPath: string; ciphertextSha256: string }>
  /** From here on the key opens to who measures this, and to nobody else. */
  admit(measurement: { pcr0: Hex; pcr1: Hex; pcr2: Hex }): Promise<void>
  /** The way out, at this path; all that goes through is added to `recorded`. `peer` is where another enclave is asked for its secret, a port of this machine. */
  openEgress(path: string, recorded: Buffer[], peer?: number): Promise<{ process: ChildProcess; close(): Promise<void> }>
  close(): Promise<void>
}

/** @param directory receives the KMS's state, models and store @param rootPath whose documents the KMS believes */
export async function startSecretsHost({ directory, rootPath }: { directory: string; rootPath: string }): Promise<SecretsHost> {
  const running: ChildProcess[] = []
  const run = async (...args: string[]) => {
    const served = await serve(...args)
    running.push(served.process)
    return served
  }
  const state = join(directory, 'kms')
  const kms = await run('kms', 'serve', '--state', state, '--root', rootPath)
  const { url, target, certificatePath, credentialsPath, principals } = kms.ready as KmsReady
  const policyFor = (pcr0: Hex, pcr1: Hex, pcr2: Hex) => {
    const { administrator, owner, instance } = principals
    const arns = { administratorArn: administrator, ownerArn: owner, enclaveRoleArn: instance }
    return JSON.stringify(sealedModelPolicy({ ...arns, measurements: [{ pcr0, pcr1, pcr2 }] }))
  }
  const administer = async (command: (sdk: typeof import('@aws-sdk/client-kms')) => unknown) => {
    const client = await clientOfLocalKms(state, 'administrator')
    const answer = await client.send(command(await import('@aws-sdk/client-kms')) as never)
    client.destroy()
    return (answer as { KeyMetadata?: { Arn?: string } }).KeyMetadata?.Arn ?? ''
  }
  const nobody = `0x${'11'.repeat(48)}` as const
  const keyArn = await administer(({ CreateKeyCommand }) => new CreateKeyCommand({ Policy: policyFor(nobody, nobody, nobody) }))
  const [host = '', port] = target.split(':')
  const certificateDer = Uint8Array.from(new X509Certificate(readFileSync(certificatePath)).raw)
  return {
    keyArn,
    secrets: { credentials: 'host', kms: { host, port: Number(port), certificateDer } },
    kms,
    async seal(path) {
      const at = ['--out', directory, '--kms-endpoint', url, '--kms-ca', certificatePath, '--json']
      const env = { PATH: process.env.PATH, AWS_SHARED_CREDENTIALS_FILE: credentialsPath, AWS_PROFILE: 'owner' }
      const { stdout } = await promisify(execFile)(process.execPath, [...nacre, 'model', 'seal', path, '--kms-key', keyArn, ...at], { env })
      return JSON.parse(stdout)
    },
    async admit({ pcr0, pcr1, pcr2 }) {
      const Policy = policyFor(pcr0, pcr1, pcr2)
      await administer(({ PutKeyPolicyCommand }) => new PutKeyPolicyCommand({ KeyId: keyArn, Policy }))
    },
    async openEgress(path, recorded, peer) {
      const behind = `${path}.behind`
      const store = ['--store', join(directory, 'store'), '--credentials', join(state, 'instance.json')]
      const routes = [`${target}=${new URL(url).host}`, ...(peer === undefined ? [] : [`${hostServices.peer}=127.0.0.1:${peer}`])]
      const { process } = await run('egress', '--listen', `unix:${behind}`, '--route', ...routes, ...store)
      const tap = createServer((enclave) => {
        const socket = connect(behind)
        for (const [from, to] of [
          [enclave, socket],
          [socket, enclave],
        ] as const) {
          from.on('data', (bytes) => recorded.push(Buffer.from(bytes as Buffer)))
          from.on('error', () => to.destroy())
          from.pipe(to)
        }
      })
      await new Promise<void>((resolve) => tap.listen(path, resolve))
      return {
        process,
        async close() {
          tap.close()
          await stopProcess(process)
        },
      }
    },
    async close() {
      for (const child of running.reverse()) await stopProcess(child)
    },
  }
}

/** The relay, likewise. */
export async function startRelayProcess({
  tls,
  http,
}: LaunchedEnclave): Promise<{ process: ChildProcess; tlsUrl: string; httpUrl: string }> {
  const relay = fork(fileURLToPath(new URL('relay-process.ts', import.meta.url)), [], {
    execArgv: ['--conditions=source', '--import', 'tsx'],
  })
  relay.send({ tls, http, tlsPort: 0, httpPort: 0 })
  const { tlsPort, httpPort } = await new Promise<{ tlsPort: number; httpPort: number }>((resolve) =>
    relay.once('message', (message) => resolve(message as { tlsPort: number; httpPort: number })),
  )
  return { process: relay, tlsUrl: `https://127.0.0.1:${tlsPort}`, httpUrl: `http://127.0.0.1:${httpPort}` }
}

export type Served = { process: ChildProcess; ready: { [field: string]: unknown }; events: { [field: string]: unknown }[] }

type KmsReady = {
  url: string
  target: string
  certificatePath: string
  credentialsPath: string
  principals: Record<'administrator' | 'owner' | 'instance', string>
}

const nacre = ['--conditions=source', '--import', 'tsx', join(projectRoot, 'host/cli.ts')]

/** A command of the host that runs until it is stopped, once it says that it is ready. */
async function serve(...args: string[]): Promise<Served> {
  const child = spawn(process.execPath, [...nacre, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const events: Served['events'] = []
  const ready = await new Promise<Served['ready']>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`nacre ${args[0]} ended`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.event === 'ready') resolve(event)
      else events.push(event)
    })
  })
  return { process: child, ready, events }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
