import { parseArgs } from 'node:util'
import type { Address } from 'viem'
import { EnclaveError } from './errors.ts'
import { modelProcessesMax } from './limits.ts'

export const usage = `nacre-enclave --nsm ADDRESS --tls ADDRESS --http ADDRESS --log ADDRESS --models DIR [--name NAME] [--confine PATH] [--verify-root aws|FILE] [--batch-ms N]
              [--model-processes N|auto]
              [--egress ADDRESS [--kms-credentials instance|host] [--kms-endpoint HOST:PORT --kms-ca BASE64]
               [--handover-root aws|BASE64 [--handover-owner ADDRESS] [--keep-key ARN] [--keep-receipt-key]]]

  --nsm     Nitro Secure Module: device:PATH, or unix:PATH of the simulated hypervisor's socket
  --tls     where to listen for HTTPS, which ends inside the enclave: unix:PATH or vsock:PORT
  --http    where to listen for plain HTTP, likewise
  --log     where to listen for the host alone, which fetches the receipt log there: not to be passed on
  --models  folder with one folder per model
  --name    further name in the TLS certificate (default: localhost)
  --confine program that runs each model's process as a user of its own, with nothing that it does not need
  --egress  the host's proxy, the only way out, needed for sealed models: unix:PATH or vsock:PORT of the machine outside
  --kms-credentials  of the instance's role, by its metadata service (default), or handed in by the host
  --handover-root  share the TLS and HPKE keys with enclaves of this image whose documents verify up to this root: aws, or a certificate (DER)
  --handover-owner  who may approve that they go to another image
  --keep-key  keep what is shared over times when no enclave is up, under this key of KMS
  --keep-receipt-key  share and keep a receipt key for contracts too, with enclaves of this image that have the same models: whoever gets hold of it once signs until it is revoked
  --kms-endpoint, --kms-ca  another KMS than AWS's, and the certificate (DER) that vouches for it
  --verify-root  verify other enclaves' documents up to this root: aws, or a PEM file (default: verify none)
  --batch-ms  how long an answer with a batched receipt waits for others at most, 0 to 1000 (default: 1; at 0, those that are ready at one moment share a signature)
  --model-processes  processes of each model, 1 to 16 (default: 1), or auto: as many as the cores but one have room for. Each holds all the model's weights
`

export type NsmAddress = { unix: string } | { device: string }
export type ListenAddress = { unix: string } | { vsock: number }

export type EnclaveArguments = {
  nsm: NsmAddress
  tls: ListenAddress
  http: ListenAddress
  log: ListenAddress
  modelsFolder: string
  tlsName: string
  confinePath: string | undefined
  egress: EgressArguments | undefined
  /** `aws`, or the path of a PEM file. */
  verificationRoot: string | undefined
  receiptBatchMsMax: number | undefined
  modelProcesses: number | 'auto' | undefined
}

export type EgressArguments = {
  at: ListenAddress
  credentials: 'instance' | 'host'
  /** Part of the command line, and so of the measurement: whoever is KMS chooses keys. */
  kms: { host: string; port: number; certificateDer: Uint8Array } | undefined
  /** Measured likewise: whoever names the root makes peers. */
  handover: { root: 'aws' | Uint8Array; owner: Address | undefined; keepKeyArn: string | undefined; keepReceiptKey: boolean } | undefined
}

/** @throws `ARGUMENTS_INVALID` */
export function decodeArguments(args: readonly string[]): EnclaveArguments {
  const text = { type: 'string' } as const
  let values: { [name: string]: string | undefined }
  let keepReceiptKey: boolean
  try {
    const names = [
      'nsm',
      'tls',
      'http',
      'log',
      'models',
      'name',
      'confine',
      'egress',
      'kms-credentials',
      'kms-endpoint',
      'kms-ca',
      'handover-root',
      'handover-owner',
      'keep-key',
      'verify-root',
      'batch-ms',
      'model-processes',
    ]
    const options = { ...Object.fromEntries(names.map((name) => [name, text])), 'keep-receipt-key': { type: 'boolean' } as const }
    const { 'keep-receipt-key': keeps = false, ...texts } = parseArgs({ args: [...args], options }).values
    keepReceiptKey = keeps as boolean
    values = texts as typeof values
  } catch (cause) {
    throw new EnclaveError('ARGUMENTS_INVALID', cause instanceof Error ? cause.message : String(cause), { cause })
  }
  if (values.models === undefined) throw new EnclaveError('ARGUMENTS_INVALID', '--models is missing')
  const tlsName = values.name ?? 'localhost'
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(tlsName))
    throw new EnclaveError('ARGUMENTS_INVALID', '--name is not a host name', { received: tlsName })
  return {
    nsm: values.nsm?.startsWith('device:/') ? { device: values.nsm.slice('device:'.length) } : { unix: unixPath('--nsm', values.nsm) },
    tls: listenAddress('--tls', values.tls),
    http: listenAddress('--http', values.http),
    log: listenAddress('--log', values.log),
    modelsFolder: values.models,
    tlsName,
    confinePath: values.confine,
    egress: decodeEgress(values, keepReceiptKey),
    verificationRoot: values['verify-root'],
    receiptBatchMsMax: decodeBatchMs(values['batch-ms']),
    modelProcesses: decodeModelProcesses(values['model-processes']),
  }
}

function decodeModelProcesses(text: string | undefined): number | 'auto' | undefined {
  if (text === undefined || text === 'auto') return text
  const processes = /^[1-9][0-9]?$/.test(text) ? Number(text) : 0
  if (processes < 1 || processes > modelProcessesMax)
    throw new EnclaveError('ARGUMENTS_INVALID', '--model-processes is not a number of processes', {
      expected: `auto, or 1 to ${modelProcessesMax}`,
      received: text,
    })
  return processes
}

function decodeBatchMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const batchMs = /^(0|[1-9][0-9]{0,3})$/.test(text) ? Number(text) : -1
  if (batchMs < 0 || batchMs > 1000)
    throw new EnclaveError('ARGUMENTS_INVALID', '--batch-ms is not a number of milliseconds', { expected: '0 to 1000', received: text })
  return batchMs
}

function decodeEgress(values: { [name: string]: string | undefined }, keepReceiptKey: boolean): EgressArguments | undefined {
  const { egress, 'kms-credentials': credentials = 'instance', 'kms-endpoint': endpoint, 'kms-ca': ca } = values
  if (egress === undefined) {
    const given =
      ['kms-credentials', 'kms-endpoint', 'kms-ca', 'handover-root', 'handover-owner', 'keep-key'].find(
        (name) => values[name] !== undefined,
      ) ?? (keepReceiptKey ? 'keep-receipt-key' : undefined)
    if (given !== undefined)
      throw new EnclaveError('ARGUMENTS_INVALID', `--${given} without a way out`, { expected: '--egress unix:PATH or vsock:PORT' })
    return undefined
  }
  if (credentials !== 'instance' && credentials !== 'host')
    throw new EnclaveError('ARGUMENTS_INVALID', '--kms-credentials', { expected: 'instance or host', received: credentials })
  if ((endpoint === undefined) !== (ca === undefined))
    throw new EnclaveError('ARGUMENTS_INVALID', 'A KMS endpoint and its certificate go together', {
      expected: '--kms-endpoint and --kms-ca',
    })
  return {
    at: listenAddress('--egress', egress),
    credentials,
    kms: endpoint === undefined ? undefined : decodeKms(endpoint, ca ?? ''),
    handover: decodeHandover(values['handover-root'], values['handover-owner'], values['keep-key'], keepReceiptKey),
  }
}

function decodeHandover(
  root: string | undefined,
  owner: string | undefined,
  keepKeyArn: string | undefined,
  keepReceiptKey: boolean,
): EgressArguments['handover'] {
  if (root === undefined && owner === undefined && keepKeyArn === undefined && !keepReceiptKey) return undefined
  if (owner !== undefined && !/^0x[0-9a-f]{40}$/.test(owner))
    throw new EnclaveError('ARGUMENTS_INVALID', '--handover-owner is not an address in lower case', { received: owner })
  if (root === undefined)
    throw new EnclaveError('ARGUMENTS_INVALID', '--handover-owner, --keep-key or --keep-receipt-key without a root', {
      expected: '--handover-root aws|BASE64',
    })
  if (keepKeyArn !== undefined && !/^arn:aws[a-z-]*:kms:[a-z0-9-]{1,32}:\d{12}:key\/[A-Za-z0-9-]{1,64}$/.test(keepKeyArn))
    throw new EnclaveError('ARGUMENTS_INVALID', '--keep-key is not the ARN of a key', {
      expected: 'arn:aws:kms:REGION:ACCOUNT:key/ID',
      received: keepKeyArn,
    })
  return { root: root === 'aws' ? root : derOf('--handover-root', root), owner: owner as Address | undefined, keepKeyArn, keepReceiptKey }
}

function derOf(option: string, base64: string): Uint8Array {
  const der = Uint8Array.from(Buffer.from(base64, 'base64'))
  if (base64 === '' || Buffer.from(der).toString('base64') !== base64)
    throw new EnclaveError('ARGUMENTS_INVALID', `${option} is not a certificate`, { expected: 'DER in base64' })
  return der
}

function decodeKms(endpoint: string, ca: string): EgressArguments['kms'] {
  const [, host, digits] = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}):(\d{1,5})$/.exec(endpoint) ?? []
  const port = Number(digits)
  if (host === undefined || !(port > 0 && port < 65536))
    throw new EnclaveError('ARGUMENTS_INVALID', '--kms-endpoint is not an address', { expected: 'HOST:PORT', received: endpoint })
  return { host, port, certificateDer: derOf('--kms-ca', ca) }
}

function listenAddress(option: string, address: string | undefined): ListenAddress {
  const port = /^vsock:(\d{1,10})$/.exec(address ?? '')?.[1]
  if (port === undefined) return { unix: unixPath(option, address) }
  // The highest of 32 bits means "any": nobody could find the listener.
  if (Number(port) === 0 || Number(port) >= 0xffffffff)
    throw new EnclaveError('ARGUMENTS_INVALID', `${option} is not a vsock port`, { expected: '1 to 4294967294', received: port })
  return { vsock: Number(port) }
}

function unixPath(option: string, address: string | undefined): string {
  // sockaddr_un holds 108 bytes with the final zero; Node cuts a longer path silently and listens elsewhere.
  if (!address?.startsWith('unix:') || address.length <= 5 || Buffer.byteLength(address) - 5 > 107)
    throw new EnclaveError('ARGUMENTS_INVALID', `${option} is not an address`, {
      expected: 'unix:PATH of at most 107 bytes',
      received: address ?? 'nothing',
    })
  return address.slice('unix:'.length)
}
