import { type Endpoint, EndpointError, type EndpointRequest, type EndpointStream, exchangeMsMaxDefault, readWhole } from '../endpoint.ts'

/** HTTP by a platform's `fetch`: without cookies, without caches, without redirects, and read no further than `answerBytesMax`. */
export function openWebEndpoint(url: URL, options: { fetch: typeof fetch; exchangeMsMax?: number | undefined }): Endpoint {
  const { fetch: carrier, exchangeMsMax = exchangeMsMaxDefault } = options
  const base = url.pathname.replace(/\/$/, '')

  async function open(request: EndpointRequest): Promise<EndpointStream> {
    const { method = 'GET', path, headers = {}, body, answerBytesMax, answerMsMax = exchangeMsMax, signal } = request
    signal?.throwIfAborted()
    const abort = new AbortController()
    const cancel = () => abort.abort()
    signal?.addEventListener('abort', cancel)
    const endsAtMs = performance.now() + answerMsMax
    let bytesLeft = answerBytesMax
    /** A part of the answer, within its time. */
    async function part<T>(coming: Promise<T>): Promise<T> {
      const timer = setTimeout(cancel, Math.min(exchangeMsMax, endsAtMs - performance.now()))
      try {
        return await coming
      } catch (cause) {
        signal?.throwIfAborted()
        if (abort.signal.aborted) throw new EndpointError('ENDPOINT_TIMEOUT', `${url.origin} did not answer in time`)
        throw new EndpointError('ENDPOINT_UNREACHABLE', `${url.origin} cannot be reached: ${(cause as Error).message}`, { cause })
      } finally {
        clearTimeout(timer)
      }
    }
    const answer = await part(
      carrier(`${url.origin}${base}${path}`, {
        method,
        headers: { ...headers },
        body: body === undefined ? null : (body as BodyInit),
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: abort.signal,
      }),
    )
    const reader = answer.body?.getReader()
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      cancel,
      async read() {
        const value = reader && (await part(reader.read())).value
        bytesLeft -= value?.length ?? 0
        if (bytesLeft >= 0) return value
        cancel()
        throw new EndpointError('ENDPOINT_ANSWER_TOO_LARGE', `${path} was answered with more than ${answerBytesMax} bytes`)
      },
    }
  }

  return { url, open, send: async (request) => readWhole(await open(request)), tlsSpkiSha256: () => undefined, close: () => undefined }
}
