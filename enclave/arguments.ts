import { parseArgs } from 'node:util'
import { EnclaveError } from './errors.ts'

export const usage = `nacre-enclave --nsm unix:PATH --tls unix:PATH --http unix:PATH --models DIR [--name NAME]

  --nsm     Nitro Secure Module: unix:PATH is the simulated hypervisor's socket
  --tls     where to listen for HTTPS, which ends inside the enclave
  --http    where to listen for plain HTTP
  --models  folder with one folder per model
  --name    further name in the TLS certificate (default: localhost)
`

export type EnclaveArguments = { nsmPath: string; tlsPath: string; httpPath: string; modelsFolder: string; tlsName: string }

/** @throws `ARGUMENTS_INVALID` */
export function decodeArguments(args: readonly string[]): EnclaveArguments {
  const text = { type: 'string' } as const
  let values: { nsm?: string; tls?: string; http?: string; models?: string; name?: string }
  try {
    values = parseArgs({ args: [...args], options: { nsm: text, tls: text, http: text, models: text, name: text } }).values
  } catch (cause) {
    throw new EnclaveError('ARGUMENTS_INVALID', cause instanceof Error ? cause.message : String(cause), { cause })
  }
  if (values.models === undefined) throw new EnclaveError('ARGUMENTS_INVALID', '--models is missing')
  if (values.nsm?.startsWith('device:'))
    throw new EnclaveError('ARGUMENTS_INVALID', 'This build reaches an NSM through a unix socket only, not through a device', {
      expected: '--nsm unix:PATH',
      received: values.nsm,
    })
  const tlsName = values.name ?? 'localhost'
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(tlsName))
    throw new EnclaveError('ARGUMENTS_INVALID', '--name is not a host name', { received: tlsName })
  return {
    nsmPath: unixPath('--nsm', values.nsm),
    tlsPath: unixPath('--tls', values.tls),
    httpPath: unixPath('--http', values.http),
    modelsFolder: values.models,
    tlsName,
  }
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
