import { joinBytes } from './bytes.ts'

/**
 * HTTP to one origin, bounded in size and time, without redirects. What carries it (Node's sockets, a browser's fetch, a test) is the caller's; what comes over it is believed by nobody until it
 * is verified.
 */
export type Endpoint = {
  readonly url: URL
  /** @throws {@link EndpointError} */
  send(request: EndpointRequest): Promise<EndpointAnswer>
  /** Resolves with the head of the answer. Its body comes as it is read, and has to be read to its end or cancelled. @throws {@link EndpointError} */
  open(request: EndpointRequest): Promise<EndpointStream>
  /** SHA-256 of the peer's SubjectPublicKeyInfo, where all connections are held to one TLS key; `undefined` over http, before the first connection, and in browsers, which do not show it. */
  tlsSpkiSha256(): Uint8Array | undefined
  /** Ends whatever is under way. */
  close(): void
  /** Closes it when the last answer over it is read or given up, and then calls back. Without it, closing ends nothing that is under way. */
  retire?(onClosed: () => void): void
}

export type EndpointRequest = {
  method?: 'GET' | 'POST' | undefined
  /** Below the URL's own path. */
  path: string
  headers?: Readonly<Record<string, string>> | undefined
  body?: Uint8Array | undefined
  answerBytesMax: number
  /** From the request to the answer's end. @default the endpoint's `exchangeMsMax`, which is also the longest wait for any part of the answer */
  answerMsMax?: number | undefined
  /** Gives up request and answer, whatever is there of them; what waits for them rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

export type EndpointAnswer = { status: number; headers: Readonly<Record<string, string | undefined>>; body: Uint8Array }

export type EndpointStream = Omit<EndpointAnswer, 'body'> & {
  /** What came next, `undefined` at the end. Calls must not overlap. @throws {@link EndpointError} */
  read(): Promise<Uint8Array | undefined>
  cancel(): void
}

export async function readWhole({ status, headers, read }: EndpointStream): Promise<EndpointAnswer> {
  const parts: Uint8Array[] = []
  for (let part = await read(); part !== undefined; part = await read()) parts.push(part)
  return { status, headers, body: joinBytes(parts) }
}

/** Why there is nothing to judge. What a verifier refuses is a `VerifierError` instead. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
  readonly code: EndpointErrorCode
  /** What the reader can do about it. */
  readonly remedy: string | undefined
  /** HTTP status, of `ENDPOINT_REFUSED`. */
  readonly status: number | undefined

  constructor(code: EndpointErrorCode, message: string, details: { remedy?: string | undefined; cause?: unknown; status?: number } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.remedy = details.remedy
    this.status = details.status
  }
}

export type EndpointErrorCode =
  /** The tensors are not those that the model's manifest asks for, or the request is none. Nothing was sent. */
  | 'INPUT_UNFIT'
  | 'ENDPOINT_UNREACHABLE'
  | 'ENDPOINT_TIMEOUT'
  | 'ENDPOINT_ANSWER_TOO_LARGE'
  /** Another HTTP status than was hoped for; the message carries the server's own code. */
  | 'ENDPOINT_REFUSED'
  /** No answer of this route could be verified, so nothing is asked. */
  | 'ROUTE_NOT_VERIFIABLE'

export const exchangeMsMaxDefault = 30_000

/** User names in URLs would be sent to the host, and fragments to nobody. @throws `TypeError` */
export function endpointUrl(text: string | URL): URL {
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError(`${url.protocol} is neither http nor https`)
  if (url.username !== '' || url.password !== '') throw new TypeError('User names and passwords in URLs are not sent')
  if (url.hash !== '') throw new TypeError('A URL of an endpoint has no #fragment')
  return url
}
