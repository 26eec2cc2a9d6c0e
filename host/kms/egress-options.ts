import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { hostServices, instanceMetadata } from '@nacre/verifier/egress'
import type { Command } from 'commander'
import { type EgressAddress, type EgressEvent, kmsDestinations, namedPlace, startEgressProxy } from './egress-proxy.ts'
import { buildEnclaveServices, type HostCredentials } from './enclave-services.ts'

/** Where an enclave's way out leads, as commands take it. */
export type EgressOptions = { region?: string[]; allow?: string[]; route?: string[]; store?: string; credentials?: string }

export function addEgressOptions(command: Command): Command {
  return command
    .option(
      '--region <NAME...>',
      'regions whose KMS the enclave may reach, with credentials of the instance unless --credentials are given',
    )
    .option('--allow <HOST:PORT...>', 'further places that it may reach, such as a web server of sealed models')
    .option(
      '--route <HOST:PORT=HOST:PORT...>',
      'a place under another address, such as a local KMS, or another enclave as peer.nacre.internal:80',
    )
    .option('--store <DIR>', 'sealed models (sealed/MODEL-ID) and what the enclave keeps (state/)')
    .option('--credentials <FILE>', 'hand these AWS credentials to the enclave: JSON with accessKeyId, secretAccessKey, sessionToken')
}

/** Whether any of them was given. */
export function wantsEgress({ region, allow, route, store, credentials }: EgressOptions): boolean {
  return [region, allow, route, store, credentials].some((option) => option !== undefined)
}

export type OpenEgress = { destinations: string[]; close(): Promise<void> }

/** @throws `CliError` */
export async function openEgress(options: EgressOptions, at: EgressAddress, onEvent: (event: EgressEvent) => void): Promise<OpenEgress> {
  const destinations = new Map(kmsDestinations(options.region ?? []))
  // The metadata service knows more than credentials: only an enclave that needs them from there gets there.
  if (options.region !== undefined && options.credentials === undefined) destinations.set(instanceMetadata, address(instanceMetadata))
  for (const place of options.allow ?? []) {
    const { host, port } = address(place)
    destinations.set(place, isIP(host) === 0 ? namedPlace(host, port) : { host, port })
  }
  for (const route of options.route ?? []) {
    const [from = '', to = ''] = route.split('=')
    address(from)
    destinations.set(from, address(to))
  }
  const credentials = options.credentials === undefined ? undefined : readCredentials(options.credentials)
  const services = await buildEnclaveServices({
    storeDirectory: resolve(options.store ?? '.'),
    credentials: async () => credentials ?? Promise.reject(new CliError('USAGE', 'No credentials were given')),
  })
  if (options.store !== undefined) destinations.set(hostServices.store, { server: services.store })
  if (credentials !== undefined) destinations.set(hostServices.credentials, { server: services.credentials })
  const proxy = await startEgressProxy({ at, destinations, onEvent })
  return {
    destinations: [...destinations.keys()],
    async close() {
      await proxy.close()
      await services.close()
    },
  }
}

function address(text: string): { host: string; port: number } {
  const [, host, digits] = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (host === undefined || !(port > 0 && port < 65536)) throw usage(`${text} is not HOST:PORT`)
  return { host, port }
}

function readCredentials(path: string): HostCredentials {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as HostCredentials
    if (typeof value.accessKeyId === 'string' && typeof value.secretAccessKey === 'string') return value
  } catch {}
  throw new CliError('INPUT_UNREADABLE', `${path} holds no credentials`, { remedy: 'JSON with accessKeyId and secretAccessKey.' })
}
