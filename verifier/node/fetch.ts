import { randomBytes } from 'node:crypto'
import { openHttpEndpoint } from '../cli/http-endpoint.ts'
import { endpointUrl } from '../endpoint.ts'
import { type NacreFetch, nacreFetch } from '../nacre-fetch.ts'
import { openSession } from '../session.ts'
import type { NacreFetchParameters } from '../web/fetch.ts'
import { nodeHpke } from './hpke.ts'

/** A verifying `fetch` for Node: over https, TLS must end at the key that the enclave attested, on every connection; over http, bodies are encrypted to its HPKE key. */
export function createNacreFetch(parameters: Omit<NacreFetchParameters, 'fetch'>): NacreFetch {
  const { url, exchangeMsMax, streams, ...rest } = parameters
  const origin = endpointUrl(url)
  const random = (length: number) => Uint8Array.from(randomBytes(length))
  const openEndpoint = () => openHttpEndpoint(origin, exchangeMsMax === undefined ? {} : { exchangeMsMax })
  return nacreFetch(openSession({ ...rest, openEndpoint, nowMs: () => Date.now(), random, hpke: nodeHpke }), random, streams)
}
