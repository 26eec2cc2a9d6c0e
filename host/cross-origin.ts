import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Pages of other origins that may read what passes here: a dApp's page asks the enclave directly, with `createNacreFetch`. Nothing is allowed that is not named, and no cookies ever. What it opens is
 * reading, for those pages alone: who asks is no secret to the enclave, and answers are to whoever holds the key.
 */
export type CrossOrigin = {
  /** Answers preflights (WHATWG Fetch, CORS-preflight fetch) and says `true`; marks other responses as readable where they are. */
  answered(request: IncomingMessage, response: ServerResponse): boolean
}

/** @param origins as in `Origin`: scheme, host and port that is not the default, nothing else */
export function crossOrigin(origins: readonly string[]): CrossOrigin {
  const allowed = new Set(origins.map(parseOrigin))
  return {
    answered(request, response) {
      const { origin } = request.headers
      if (allowed.size === 0) return false
      // A cache must not give one origin's answer to another.
      response.appendHeader('vary', 'Origin')
      const isAllowed = origin !== undefined && allowed.has(origin)
      if (isAllowed) {
        response.setHeader('access-control-allow-origin', origin)
        response.setHeader('access-control-expose-headers', exposedHeaders.join(', '))
      }
      if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
      if (isAllowed) {
        response.setHeader('access-control-allow-methods', 'GET, HEAD, POST')
        response.setHeader('access-control-allow-headers', requestHeaders.join(', '))
        response.setHeader('access-control-max-age', '600')
      }
      response.writeHead(isAllowed ? 204 : 403, isAllowed ? {} : { 'content-length': 0 }).end()
      request.resume()
      return true
    },
  }
}

/** @throws `RangeError` for anything but one origin, `*` and `null` among it: sandboxed pages and files of anybody's are `null`. */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.origin !== text || !/^https?:\/\/[^*]+$/.test(text))
    throw new RangeError(`"${text}" is not an origin such as https://dapp.example or http://localhost:5173`)
  return text
}

/** What clients of EHBP and of the Open Inference Protocol send and read beside what is always allowed. */
const requestHeaders = ['content-type', 'authorization', 'ehbp-encapsulated-key', 'inference-header-content-length']
const exposedHeaders = ['ehbp-response-nonce', 'inference-header-content-length', 'retry-after']
