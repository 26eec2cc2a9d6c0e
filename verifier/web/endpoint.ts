import { type Endpoint, type EndpointAnswer, EndpointError, type EndpointRequest, exchangeMsMaxDefault } from '../endpoint.ts'

/** HTTP by a platform's `fetch`: without cookies, without caches, without redirects, and read no further than `answerBytesMax`. */
export function openWebEndpoint(url: URL, options: { fetch: typeof fetch; exchangeMsMax?: number | undefined }): Endpoint {
  const { fetch: carrier, exchangeMsMax = exchangeMsMaxDefault } = options
  const base = url.pathname.replace(/\/$/, '')

  async function send({ method = 'GET', path, headers = {}, body, answerBytesMax }: EndpointRequest): Promise<EndpointAnswer> {
    const signal = AbortSignal.timeout(exchangeMsMax)
    try {
      const response = await carrier(`${url.origin}${base}${path}`, {
        method,
        headers: { ...headers },
        body: body === undefined ? null : (body as BodyInit),
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal,
      })
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await readAtMost(response, answerBytesMax, path),
      }
    } catch (cause) {
      if (cause instanceof EndpointError) throw cause
      if (signal.aborted) throw new EndpointError('ENDPOINT_TIMEOUT', `${url.origin} did not answer within ${exchangeMsMax / 1000} s`)
      throw new EndpointError('ENDPOINT_UNREACHABLE', `${url.origin} cannot be reached: ${(cause as Error).message}`, { cause })
    }
  }

  return { url, send, tlsSpkiSha256: () => undefined, close: () => undefined }
}

async function readAtMost(response: Response, bytesMax: number, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (const reader = response.body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > bytesMax) {
      await reader.cancel()
      throw new EndpointError('ENDPOINT_ANSWER_TOO_LARGE', `${path} was answered with more than ${bytesMax} bytes`)
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
