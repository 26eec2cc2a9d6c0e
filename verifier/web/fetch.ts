import type { Certificate } from '../certificate.ts'
import { endpointUrl } from '../endpoint.ts'
import { type NacreFetch, nacreFetch } from '../nacre-fetch.ts'
import type { Streams } from '../openai-fetch.ts'
import type { Policy } from '../policy.ts'
import { openSession } from '../session.ts'
import type { OnCheck } from '../verification-check.ts'
import { openWebEndpoint } from './endpoint.ts'

export type NacreFetchParameters = {
  /** Of the endpoint: an origin, or what stands before its routes. */
  url: string | URL
  /** Trust anchor, e.g. `awsNitroRootG1`. */
  root: Certificate
  policy: Policy
  /** Oldest document and receipt to accept. @default 600,000 */
  ageMsMax?: number | undefined
  /** For one exchange over the network; of a stream, for the wait for each part. @default 30,000 */
  exchangeMsMax?: number | undefined
  /** How long to go on asking an endpoint that is away, overloaded or restarting. @default 15,000 */
  patienceMsMax?: number | undefined
  /** Longest time for all of a stream. @default 300,000 */
  streamMsMax?: number | undefined
  /** What becomes of a stream that a request asks for: `live` hands its pieces on as they come and verifies it before its end, `verified` hands nothing on before all of it is verified. @default 'live' */
  streams?: Streams | undefined
  /** What carries the bytes. It is trusted with nothing. @default globalThis.fetch */
  fetch?: typeof fetch | undefined
  onCheck?: OnCheck | undefined
}

/**
 * A verifying, encrypting `fetch` on any platform with WebCrypto: browsers, workers, Deno, Node. Bodies are encrypted to the enclave's attested key, over https as over http, because such platforms
 * do not show which TLS key they met. The enclave is verified at the first request.
 */
export function createNacreFetch(parameters: NacreFetchParameters): NacreFetch {
  const { url, fetch: carrier = globalThis.fetch.bind(globalThis), exchangeMsMax, streams, ...rest } = parameters
  const origin = endpointUrl(url)
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const openEndpoint = () => openWebEndpoint(origin, { fetch: carrier, exchangeMsMax })
  return nacreFetch(openSession({ ...rest, openEndpoint, nowMs: () => Date.now(), random }), random, streams)
}
