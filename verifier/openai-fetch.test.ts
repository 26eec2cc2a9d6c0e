import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { pcrHex, sha256Hex } from '../test/support/answer.ts'
import { type TestEnclave, testEnclave } from '../test/support/enclave-endpoint.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain } from '../test/support/pki.ts'
import { encodeBundle, verifyBundle } from './bundle.ts'
import { concatBytes, fromUtf8, utf8 } from './bytes.ts'
import { openHttpEndpoint } from './cli/http-endpoint.ts'
import { retirable } from './cli/retirable-endpoint.ts'
import { type Endpoint, EndpointError, type EndpointRequest, readWhole } from './endpoint.ts'
import { type NacreFetch, nacreFetch } from './nacre-fetch.ts'
import type { Streams } from './openai-fetch.ts'
import type { Policy } from './policy.ts'
import { openSession } from './session.ts'
import { decodeSse, sseReader } from './sse.ts'
import { openWebEndpoint } from './web/endpoint.ts'

const chain = makeChain()
const policy: Policy = { measurements: [{ pcr0: pcrHex(0) }], modelIds: 'any-measured' }
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
let enclave: TestEnclave
let client: NacreFetch

const connect = (streams?: Streams) =>
  nacreFetch(
    openSession({ openEndpoint: enclave.open, root: chain.root, policy, patienceMsMax: 0, nowMs: () => enclave.nowMs, random }),
    random,
    streams,
  )

beforeEach(() => {
  enclave = testEnclave(chain)
  client = connect()
})

const chat = { model: 'writer', messages: [{ role: 'user', content: 'Hi' }], stream: true, seed: 5 }
const ask = (fields: object = {}, init: RequestInit = {}) =>
  client('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ ...chat, ...fields }), ...init })

const codeOf = (error: unknown) => (error as { code?: unknown }).code

/** What a program gets that reads a stream to its end, and the code of the error that it ends with. */
async function readAll(response: Response): Promise<{ text: string; seenEnd: boolean; code: unknown }> {
  let seen = ''
  const decoder = new TextDecoder()
  const code = await verdict(async () => {
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) seen += decoder.decode(part, { stream: true })
  })
  const events = decodeSse(utf8(seen)).map((data) => (data === '[DONE]' ? {} : JSON.parse(data)))
  const text = events.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('')
  return { text, seenEnd: /\[DONE\]|"finish_reason":"|"nacre"/.test(seen), code }
}

test('TXT-05 accepts a stream that is shown as it comes, and shows its end when it is verified', async () => {
  for (const tls of [false, true]) await showsLive(tls)
})
test('TXT-05 rejects a stream that does not verify, in place of its end', async () => {
  enclave.receipt = { outputHash: sha256Hex('other') }
  expect(await readAll(await ask())).toEqual({ text: said, seenEnd: false, code: 'OUTPUT_MISMATCH' })
  enclave.receipt = {}
  enclave.tamperStream = (parts) => take(parts, 3)
  expect(await readAll(await ask())).toEqual({ text: 'One two', seenEnd: false, code: 'RESPONSE_MALFORMED' })
})

async function showsLive(tls: boolean): Promise<void> {
  client = connect()
  enclave.tls = tls
  let finish = () => {}
  enclave.pause = new Promise((resolve) => {
    finish = resolve
  })
  const response = await ask()
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const seen: Uint8Array[] = []
  // The role and three pieces, while the enclave has not even decided how to end.
  for (let i = 0; i < 4; i++) seen.push((await reader.read()).value as Uint8Array)
  expect(fromUtf8(concatBytes(...seen))).toContain(' three.')
  const end = reader.read()
  expect(client.evidenceOf(response)).toBeUndefined()
  finish()
  const last = fromUtf8((await end).value as Uint8Array)
  expect(decodeSse(utf8(last))).toEqual([expect.stringContaining('"nacre"'), '[DONE]'])
  const { bundle, inference, protection } = client.evidenceOf(response) ?? {}
  expect((await reader.read()).done).toBe(true)
  expect([protection, inference?.receipt.requestId]).toEqual([tls ? 'tls' : 'hpke', bundle?.receipt.requestId])
  await verifyBundle({ bundle: encodeBundle(bundle as never), root: chain.root, policy, time: { mode: 'document' } })
  expect(enclave.cancelled).toBe(0)
}

describe('a stream', () => {
  test('of a client that wants nothing unverified is given whole, or not at all', async () => {
    client = connect('verified')
    const response = await ask()
    expect(client.evidenceOf(response)?.inference.receipt.requestId).toMatch(/^0x/)
    expect(await readAll(response)).toMatchObject({ text: 'One two three.', seenEnd: true, code: 'accepted' })
    enclave.receipt = { outputHash: sha256Hex('other') }
    expect(await verdict(() => ask())).toBe('OUTPUT_MISMATCH')
    enclave.receipt = {}
    enclave.tamperStream = (parts) => take(parts, 3)
    expect(await verdict(() => ask())).toBe('RESPONSE_MALFORMED')
  })

  test('is ended by its reader, or by the signal of its request', async () => {
    enclave.pause = new Promise(() => {})
    const reader = ((await ask()).body as ReadableStream).getReader()
    await reader.read()
    await reader.cancel()
    expect(enclave.cancelled).toBe(1)
    const controller = new AbortController()
    const response = await ask({}, { signal: controller.signal })
    const reading = response.text().catch((error: unknown) => error)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await reading).toBe(reason)
    expect(enclave.cancelled).toBe(2)
    expect(client.evidenceOf(response)).toBeUndefined()
  })

  test('of which not even the head has come is given up at once, with all that was waited for', async () => {
    const reason = new Error('enough')
    for (const waitsFor of ['/enclave/attestation', '/v1/models/writer/manifest', '/v1/chat/completions']) {
      const controller = new AbortController()
      const asked: (AbortSignal | undefined)[] = []
      const never = (request: EndpointRequest) => {
        asked.push(request.signal)
        controller.abort(reason)
        return new Promise<never>(() => {})
      }
      const openEndpoint = () => {
        const endpoint = enclave.open()
        const isLast = ({ path }: EndpointRequest) => path.startsWith(waitsFor)
        const open = (request: EndpointRequest) => (isLast(request) ? never(request) : endpoint.open(request))
        return { ...endpoint, open, send: async (request: EndpointRequest) => readWhole(await open(request)) }
      }
      client = nacreFetch(openSession({ openEndpoint, root: chain.root, policy, nowMs: () => enclave.nowMs, random }), random)
      expect(await ask({}, { signal: controller.signal }).catch((error: unknown) => error)).toBe(reason)
      // What others may wait for too is not given up for one of them.
      expect(asked.map((signal) => signal?.aborted)).toEqual([waitsFor === '/v1/chat/completions' ? true : undefined])
      expect(await ask({}, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)).toBe(reason)
    }
  })

  test('has longer than other answers, and not for ever', async () => {
    const limits: unknown[] = []
    const openEndpoint = () => {
      const endpoint = enclave.open()
      return {
        ...endpoint,
        open: (request: EndpointRequest) => {
          if (request.method === 'POST') limits.push(request.answerMsMax)
          return endpoint.open(request)
        },
      }
    }
    const session = { openEndpoint, root: chain.root, policy, nowMs: () => enclave.nowMs, random }
    for (const more of [{}, { streamMsMax: 1000 }]) {
      client = nacreFetch(openSession({ ...session, ...more }), random)
      await readAll(await ask())
    }
    expect(limits).toEqual([300_000, 1000])
  })

  test('is not cut off where the enclave is verified again beside it', async () => {
    // As Node's connections: what is under way breaks when they are closed.
    const closed: boolean[] = []
    const openEndpoint = (): Endpoint => {
      const [endpoint, at] = [enclave.open(), closed.push(false) - 1]
      const broken = () => {
        if (closed[at]) throw new EndpointError('ENDPOINT_UNREACHABLE', 'closed')
      }
      return retirable({
        ...endpoint,
        async open(request) {
          broken()
          const stream = await endpoint.open(request)
          return {
            ...stream,
            async read() {
              broken()
              return stream.read()
            },
          }
        },
        close() {
          closed[at] = true
        },
      })
    }
    const session = { openEndpoint, root: chain.root, policy, patienceMsMax: 0, nowMs: () => enclave.nowMs, random }
    client = nacreFetch(openSession(session), random)
    const [first, second] = [await ask(), await ask()]
    enclave.nowMs += 400_000
    await client.attested()
    await expect.poll(() => closed.length).toBe(2)
    const before = client.evidenceOf(first)
    expect((await readAll(await ask())).code).toBe('accepted')
    expect([before, closed]).toEqual([undefined, [false, false]])
    expect(await readAll(first)).toMatchObject({ seenEnd: true, code: 'accepted' })
    expect(closed).toEqual([false, false])
    await second.body?.cancel()
    expect(closed).toEqual([true, false])
    client.close()
    expect(closed).toEqual([true, true])
  })

  test('that begins with a refusal is a refusal', async () => {
    expect((await ask({ n: 2 })).status).toBe(400)
    enclave.holds = 1
    expect(await verdict(() => ask())).toBe('EHBP_KEY_MISMATCH')
  })
})

// Whatever a host does: the reader sees no more than a beginning of what the enclave wrote, then the error, and never an end.

const list = async (parts: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = []
  for await (const part of parts) all.push(part)
  return all
}
async function* changed(parts: AsyncIterable<Uint8Array>, change: (all: Uint8Array[]) => Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* change(await list(parts))
}
async function* take(parts: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  yield* (await list(parts)).slice(0, count)
}
const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 1)
const said = 'One two three.'

describe('attack: a host between', () => {
  // Frames: role, "One", " two", " three.", end with receipt, [DONE].
  const attacks: [string, (all: Uint8Array[]) => Uint8Array[], string, string][] = [
    ['gives nothing', () => [], '', 'RESPONSE_MALFORMED'],
    ['cuts the stream between pieces', (all) => all.slice(0, 3), 'One two', 'RESPONSE_MALFORMED'],
    ['cuts it within a frame', (all) => [...all.slice(0, 3), (all[3] as Uint8Array).subarray(0, 20)], 'One two', 'EHBP_MALFORMED'],
    ['drops the receipt', (all) => [...all.slice(0, 4), all[5] as Uint8Array], said, 'EHBP_DECRYPTION_FAILED'],
    ['drops the last event', (all) => all.slice(0, 5), said, 'RESPONSE_MALFORMED'],
    ['drops a piece', (all) => all.filter((_, i) => i !== 2), 'One', 'EHBP_DECRYPTION_FAILED'],
    ['gives pieces in another order', ([a, b, c, ...rest]) => [a, c, b, ...rest] as Uint8Array[], '', 'EHBP_DECRYPTION_FAILED'],
    ['gives a piece twice', ([a, b, ...rest]) => [a, b, b, ...rest] as Uint8Array[], 'One', 'EHBP_DECRYPTION_FAILED'],
    ['alters a piece', (all) => all.map((frame, i) => (i === 2 ? flip(frame, 9) : frame)), 'One', 'EHBP_DECRYPTION_FAILED'],
    ['appends a frame', (all) => [...all, all[1] as Uint8Array], said, 'EHBP_DECRYPTION_FAILED'],
    ['appends what is no frame', (all) => [...all, utf8('data')], said, 'EHBP_MALFORMED'],
    ['announces a frame without end', (all) => [...all.slice(0, 2), Uint8Array.of(0xff, 0xff, 0xff, 0xff)], 'One', 'EHBP_MALFORMED'],
  ]
  test.each(attacks)('%s', async (_, change, text, code) => {
    enclave.tamperStream = (parts) => changed(parts, change)
    const response = await ask()
    expect(await readAll(response)).toEqual({ text, seenEnd: false, code })
    expect(client.evidenceOf(response)).toBeUndefined()
    expect(enclave.cancelled).toBe(1)
  })

  test('swaps the tails of two streams, or gives one for the other', async () => {
    const recorded: Uint8Array[][] = []
    enclave.tamperStream = (parts) =>
      changed(parts, (all) => {
        recorded.push(all)
        return all
      })
    await readAll(await ask())
    for (const kept of [1, 3, 5]) {
      enclave.tamperStream = (parts) => changed(parts, (all) => [...all.slice(0, kept), ...(recorded[0] as Uint8Array[]).slice(kept)])
      expect(await readAll(await ask())).toMatchObject({ seenEnd: false, code: 'EHBP_DECRYPTION_FAILED' })
    }
    enclave.tamperStream = (parts) => changed(parts, () => recorded[0] as Uint8Array[])
    expect(await readAll(await ask())).toEqual({ text: '', seenEnd: false, code: 'EHBP_DECRYPTION_FAILED' })
  })

  test('divides the bytes as it likes: nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2000), { maxLength: 12 }), async (cuts) => {
        enclave.tamperStream = (parts) =>
          changed(parts, (all) => {
            const whole = concatBytes(...all)
            const points = [0, ...cuts.map((cut) => cut % whole.length).sort((a, b) => a - b), whole.length]
            return points.slice(0, -1).map((from, i) => whole.subarray(from, points[i + 1]))
          })
        expect(await readAll(await ask())).toEqual({ text: said, seenEnd: true, code: 'accepted' })
      }),
      { numRuns: 15 },
    )
  })
})

// What no encryption stops, because the enclave itself would say it: a model's process that was taken over, or an enclave whose receipt is for something else.
describe('attack: what comes is authentic, and not what the receipt is for', () => {
  const rewritten = (from: string | RegExp, to: string) => (parts: AsyncIterable<Uint8Array>) =>
    changed(parts, (all) => all.map((part) => utf8(fromUtf8(part).replace(from, to))))
  const event = (choice: object, more: object = {}) =>
    utf8(`data: ${JSON.stringify({ choices: [{ index: 0, finish_reason: null, ...choice }], ...more })}\n\n`)
  const inserted =
    (at: number, ...parts: Uint8Array[]) =>
    (all: AsyncIterable<Uint8Array>) =>
      changed(all, (list) => list.toSpliced(at, 0, ...parts))
  let recorded: Uint8Array[]

  beforeEach(async () => {
    enclave.tls = true
    enclave.tamperStream = (parts) => changed(parts, (all) => (recorded = all))
    await readAll(await ask())
  })

  const attacks: [string, () => TestEnclave['tamperStream'], string][] = [
    ['a token altered', () => rewritten(' two', ' too'), 'OUTPUT_MISMATCH'],
    ['a piece left out', () => (parts) => changed(parts, (all) => all.toSpliced(2, 1)), 'OUTPUT_MISMATCH'],
    [
      'pieces in another order',
      () => (parts) => changed(parts, ([a, b, c, ...rest]) => [a, c, b, ...rest] as Uint8Array[]),
      'OUTPUT_MISMATCH',
    ],
    ['a piece twice', () => (parts) => changed(parts, ([a, b, ...rest]) => [a, b, b, ...rest] as Uint8Array[]), 'OUTPUT_MISMATCH'],
    ['another reason of the end', () => rewritten('"finish_reason":"stop"', '"finish_reason":"length"'), 'OUTPUT_MISMATCH'],
    ['another seed', () => rewritten('"seed":5', '"seed":6'), 'INPUT_MISMATCH'],
    [
      'the tail of another answer to the same question',
      () => (parts) => changed(parts, (all) => [...all.slice(0, 4), ...recorded.slice(4)]),
      'REQUEST_MISMATCH',
    ],
    ['another answer', () => (parts) => changed(parts, () => recorded), 'REQUEST_MISMATCH'],
    ['something behind the end', () => inserted(6, event({ delta: { content: ' And more.' } })), 'RESPONSE_MALFORMED'],
    ['text behind the receipt', () => inserted(5, event({ delta: { content: ' And more.' } })), 'RESPONSE_MALFORMED'],
    ['two ends', () => inserted(6, utf8('data: [DONE]\n\n')), 'RESPONSE_MALFORMED'],
    ['an end and no receipt', () => (parts) => changed(parts, (all) => all.toSpliced(4, 1)), 'RESPONSE_MALFORMED'],
    [
      'a call of a function',
      () => inserted(2, event({ delta: { tool_calls: [{ index: 0, function: { name: 'pay' } }] } })),
      'RESPONSE_MALFORMED',
    ],
    ['an error', () => inserted(2, utf8('data: {"error":{"code":"MODEL_CRASHED"}}\n\n')), 'RESPONSE_MALFORMED'],
    ['bytes that are no text', () => inserted(2, Uint8Array.of(0xff)), 'RESPONSE_MALFORMED'],
    ['an event that never ends', () => (parts) => changed(parts, (all) => [...all.slice(0, 2), utf8('data: {')]), 'RESPONSE_MALFORMED'],
  ]
  test.each(attacks)('%s', async (_, tamper, code) => {
    enclave.tamperStream = tamper()
    const response = await ask()
    expect(await readAll(response)).toMatchObject({ seenEnd: false, code })
    expect(client.evidenceOf(response)).toBeUndefined()
  })

  test('an end that is said early is held back with all that follows', async () => {
    enclave.tamperStream = inserted(2, event({ delta: {}, finish_reason: 'stop' }))
    expect(await readAll(await ask())).toEqual({ text: 'One', seenEnd: false, code: 'RESPONSE_MALFORMED' })
  })

  test('what another reader of events would read otherwise is written anew', async () => {
    enclave.tamperStream = (parts) =>
      changed(parts, (all) => all.map((part) => utf8(fromUtf8(part).replace('"choices":', '\ndata: "choices":'))))
    const response = await ask()
    expect(fromUtf8(new Uint8Array(await response.arrayBuffer())).match(/^data: \{.*\}$/gm)).toHaveLength(5)
  })
})

describe('a stream without end is ended', () => {
  const opened: Server[] = []
  async function serve(drip: (write: (text: string) => boolean) => void): Promise<URL> {
    const server = createServer((_, response) => {
      response.writeHead(200)
      drip((text) => response.write(text))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    opened.push(server)
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
  const endpoints: [string, (url: URL, exchangeMsMax: number) => Endpoint][] = [
    ['of Node', (url, exchangeMsMax) => openHttpEndpoint(url, { exchangeMsMax })],
    ['of the web', (url, exchangeMsMax) => openWebEndpoint(url, { fetch, exchangeMsMax })],
  ]

  test.each(endpoints)('by the endpoint %s', async (_, open) => {
    const outcome = (asked: Promise<unknown>) => asked.then(() => 'answered', codeOf)
    const silent = open(await serve((write) => write('a')), 100)
    expect(await outcome(silent.send({ path: '/', answerBytesMax: 9 }))).toBe('ENDPOINT_TIMEOUT')
    let timer: NodeJS.Timeout | undefined
    const dripping = await serve((write) => {
      timer = setInterval(() => write('.'), 10)
    })
    const endless = open(dripping, 10_000)
    // Each part is in time, and the whole is not.
    expect(await outcome(endless.open({ path: '/', answerBytesMax: 1000, answerMsMax: 200 }).then(readWhole))).toBe('ENDPOINT_TIMEOUT')
    expect(await outcome(endless.send({ path: '/', answerBytesMax: 5 }))).toBe('ENDPOINT_ANSWER_TOO_LARGE')
    clearInterval(timer)
    const cut = open(await serve((write) => write('a')), 10_000)
    const stream = await cut.open({ path: '/', answerBytesMax: 9 })
    await stream.read()
    for (const server of opened) server.closeAllConnections()
    expect(await outcome(stream.read())).toBe('ENDPOINT_UNREACHABLE')
    for (const server of opened.splice(0)) server.close()
    for (const endpoint of [silent, endless, cut]) endpoint.close()
  })
})

describe('a signal gives up what is under way', () => {
  test.each([
    ['of Node', (url: URL) => openHttpEndpoint(url)],
    ['of the web', (url: URL) => openWebEndpoint(url, { fetch })],
  ])('over the endpoint %s', async (_, open) => {
    let onRequest = (_: ServerResponse) => {}
    const served = new Promise<ServerResponse>((resolve) => {
      onRequest = resolve
    })
    const server = createServer((request, response) => {
      if (request.url === '/body') response.write('a')
      onRequest(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const endpoint = open(url)
    const reason = new Error('enough')
    const thrown = (asked: Promise<unknown>) =>
      asked.then(
        () => 'answered',
        (error: unknown) => error,
      )
    const head = new AbortController()
    const asked = thrown(endpoint.open({ path: '/head', answerBytesMax: 9, signal: head.signal }))
    const gone = served.then((response) => new Promise((resolve) => response.once('close', resolve)))
    await served
    head.abort(reason)
    expect(await asked).toBe(reason)
    await gone
    const body = new AbortController()
    const stream = await endpoint.open({ path: '/body', answerBytesMax: 9, signal: body.signal })
    await stream.read()
    const next = thrown(stream.read())
    body.abort(reason)
    expect(await next).toBe(reason)
    expect(await thrown(endpoint.send({ path: '/body', answerBytesMax: 9, signal: AbortSignal.abort(reason) }))).toBe(reason)
    endpoint.close()
    server.closeAllConnections()
    server.close()
  })
})

describe('a reader of events', () => {
  test('reads the same in any division', () => {
    const lines = fc.constantFrom('data: a', 'data:b', 'data: é', ': comment', 'id: 1', '', '', 'data')
    const ends = fc.constantFrom('\n', '\r\n', '\r')
    fc.assert(
      fc.property(fc.array(fc.tuple(lines, ends), { maxLength: 12 }), fc.array(fc.nat(80), { maxLength: 8 }), (text, cuts) => {
        const bytes = utf8(`${text.map(([line, end]) => line + end).join('')}\n\n`)
        const points = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const reader = sseReader()
        const read = points.slice(0, -1).flatMap((from, i) => reader.push(bytes.subarray(from, points[i + 1])))
        expect([...read, ...reader.end()]).toEqual(decodeSse(bytes))
      }),
      { numRuns: 200 },
    )
  })
})
