import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hex } from '@nacre/verifier/bytes'
import { startVerifyingProxy, type VerifyingProxy } from '@nacre/verifier/cli/verifying-proxy'
import { VerifierError } from '@nacre/verifier/errors'
import { createNacreFetch } from '@nacre/verifier/fetch'
import { verifyInference } from '@nacre/verifier/inference'
import { decodeManifest, hashManifest, type ModelManifest } from '@nacre/verifier/manifest'
import type { NacreFetch } from '@nacre/verifier/nacre-fetch'
import { decodeOpenAiRequest } from '@nacre/verifier/openai-request'
import { decodeOpenAiAnswer } from '@nacre/verifier/openai-response'
import { decodeSse } from '@nacre/verifier/sse'
import OpenAI, { BadRequestError, NotFoundError, UnprocessableEntityError } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verdict as codeOf } from '../support/expect.ts'
import { type PacedEnclave, startPacedEnclave } from './paced-enclave.ts'
import { acceptance, exchange, fetchEvidence, random32, type System, startSystem } from './system.ts'

// The npm client "openai", as published: directly, through the verifying fetch over both channels, and through the local proxy.

let system: System
let proxy: VerifyingProxy
const clients: { [way: string]: OpenAI } = {}
const fetches: NacreFetch[] = []

beforeAll(async () => {
  system = await startSystem()
  const policy = { measurements: [system.measurement()], modelIds: 'any-measured' } as const
  const open = (url: string) => {
    const verified = createNacreFetch({ url, root: system.root, policy })
    fetches.push(verified)
    return verified
  }
  const client = (baseURL: string, more: { fetch?: typeof fetch } = {}) =>
    new OpenAI({ baseURL: `${baseURL}/v1`, apiKey: 'none', maxRetries: 0, ...more })
  proxy = await startVerifyingProxy({ client: open(system.tlsUrl), port: 0, onExchange: () => {} })
  clients.directly = client(system.httpUrl)
  clients['verified and encrypted over http'] = client(system.httpUrl, { fetch: open(system.httpUrl) })
  clients['verified over TLS'] = client(system.tlsUrl, { fetch: open(system.tlsUrl) })
  clients['through the local proxy'] = client(`http://127.0.0.1:${proxy.port}`)
})
afterAll(async () => {
  await proxy?.close()
  for (const verified of fetches) verified.close()
  await system?.stop()
})

const prompt = 'The Congress of the United States'
const model = 'tiny-gpt'

describe.each(['directly', 'verified and encrypted over http', 'verified over TLS', 'through the local proxy'])('%s', (way) => {
  const client = () => clients[way] as OpenAI

  test('models', async () => {
    const ids = (await client().models.list()).data.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([model, 'word-vectors']))
    expect(ids).not.toContain('digits')
    expect(await client().models.retrieve(model)).toMatchObject({ id: model, object: 'model' })
  })

  test('embeddings, as base64 (the default) and as numbers', async () => {
    const input = ['the whale swam in the sea', 'a ship sailed the ocean', 'taxes and public debt']
    const [base64, floats] = await Promise.all([
      client().embeddings.create({ model: 'word-vectors', input }),
      client().embeddings.create({ model: 'word-vectors', input, encoding_format: 'float', dimensions: 128, user: 'me' }),
    ])
    expect(floats.data).toEqual(base64.data)
    expect(base64.usage).toEqual({ prompt_tokens: 15, total_tokens: 15 })
    const [whale, ship, taxes] = base64.data.map(({ embedding }) => embedding) as [number[], number[], number[]]
    const similarity = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
    expect(similarity(whale, ship)).toBeGreaterThan(similarity(whale, taxes) + 0.2)
    const one = await client().embeddings.create({ model: 'word-vectors', input: input[0] as string })
    expect(one.data[0]?.embedding).toEqual(whale)
  })

  test('completions: the same seed, the same text; stop, length, usage', async () => {
    const ask = (more: object) =>
      client().completions.create({ model, prompt, max_tokens: 24, seed: 7, temperature: 0.8, top_p: 0.95, ...more })
    const [first, again, other] = await Promise.all([ask({}), ask({}), ask({ seed: 8 })])
    expect(again.choices[0]?.text).toBe(first.choices[0]?.text)
    expect(other.choices[0]?.text).not.toBe(first.choices[0]?.text)
    expect(first.choices[0]?.finish_reason).toBe('length')
    expect(first.usage).toEqual({ prompt_tokens: 7, completion_tokens: 24, total_tokens: 31 })
    const greedy = await ask({ temperature: 0, stop: ['United', 'never'] })
    expect(greedy.choices[0]).toMatchObject({ text: ', and the ', finish_reason: 'stop' })
  })

  test('completions, streamed', async () => {
    const whole = await client().completions.create({ model, prompt, max_tokens: 24, seed: 7 })
    const stream = await client().completions.create({
      ...{ model, prompt, max_tokens: 24, seed: 7 },
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: unknown
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? ''
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(whole.choices[0]?.text)
    expect(usage).toEqual(whole.usage)
  })

  test('chat, whole, streamed, and by the stream helper', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What of the ' },
          { type: 'text', text: 'whale?' },
        ],
      },
    ] as OpenAI.ChatCompletionMessageParam[]
    const asked = { model, messages, max_completion_tokens: 30, seed: 3, temperature: 0.7 }
    const whole = await client().chat.completions.create(asked)
    const content = whole.choices[0]?.message.content as string
    expect(whole).toMatchObject({ object: 'chat.completion', model, choices: [{ message: { role: 'assistant', refusal: null } }] })
    let streamed = ''
    let last: OpenAI.ChatCompletionChunk | undefined
    for await (const chunk of await client().chat.completions.create({ ...asked, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? ''
      last = chunk
    }
    expect(streamed).toBe(content)
    expect(last).toMatchObject({ nacre: { seed: 3, completion_tokens: whole.usage?.completion_tokens } })
    const helper = client().chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
    expect(await helper.finalContent()).toBe(content)
    expect(await helper.totalUsage()).toEqual(whole.usage)
  })

  test('a seed that is left open is drawn, recorded, and gives the same again', async () => {
    const asked = { model, prompt, max_tokens: 12 }
    const drawn = (await client().completions.create(asked)) as OpenAI.Completion & { nacre: { seed: number } }
    const again = await client().completions.create({ ...asked, seed: drawn.nacre.seed })
    expect(again.choices[0]?.text).toBe(drawn.choices[0]?.text)
  })

  test('refusals, as the client shows them', async () => {
    const refused = (more: object) =>
      client()
        .chat.completions.create({ model, messages: [{ role: 'user', content: 'a' }], ...more })
        .catch((error: unknown) => error)
    const two = (await refused({ n: 2 })) as BadRequestError
    expect(two).toBeInstanceOf(BadRequestError)
    expect(two).toMatchObject({ status: 400, param: 'n', code: 'OPENAI_REQUEST_INVALID', type: 'invalid_request_error' })
    for (const [more, param] of [
      [{ logprobs: true }, 'logprobs'],
      [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
      [{ temperature: 3 }, 'temperature'],
      [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
      [{ messages: [] }, 'messages'],
      [{ messages: [{ role: 'user', content: 'half \ud83d' }] }, 'messages[0].content'],
      [{ magic: true }, 'magic'],
    ] as const)
      expect(await refused(more)).toMatchObject({ status: 400, param })
    const long = await refused({ messages: [{ role: 'user', content: 'whale '.repeat(300) }] })
    expect(long).toBeInstanceOf(UnprocessableEntityError)
    expect(long).toMatchObject({ code: 'INPUT_TOO_LONG' })
    await expect(client().embeddings.create({ model, input: 'a' })).rejects.toBeInstanceOf(BadRequestError)
  })
})

describe('a stream over the verifying fetch', () => {
  const asked = { model, prompt, max_tokens: 24, seed: 7, stream: true } as const
  let enclave: PacedEnclave
  const opened: NacreFetch[] = []

  beforeAll(async () => {
    enclave = await startPacedEnclave(model)
  })
  afterAll(async () => {
    for (const verified of opened) verified.close()
    await enclave?.stop()
  })

  function open(url: string): NacreFetch {
    const verified = createNacreFetch({
      url,
      root: enclave.root,
      policy: { measurements: [enclave.measurement], modelIds: 'any-measured' },
    })
    opened.push(verified)
    return verified
  }

  test.each(['tls', 'hpke'] as const)(
    'comes in pieces, each while the enclave has not said the next, and its evidence at the end (%s)',
    async (protection) => {
      const verified = open(protection === 'tls' ? enclave.tlsUrl : enclave.httpUrl)
      enclave.letSay()
      const response = await verified('/v1/completions', { method: 'POST', body: JSON.stringify(asked) })
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const read: string[] = []
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const piece = Buffer.from(part.value).toString()
        expect(verified.evidenceOf(response) === undefined).toBe(!piece.includes('[DONE]'))
        read.push(piece)
        enclave.letSay()
      }
      const end = read.pop()
      expect(end).toMatch(/"finish_reason":"length".*"nacre".*\[DONE\]/s)
      const pieces = enclave.pieces()
      expect(read.map((piece) => decodeSse(Buffer.from(piece)).map((data) => JSON.parse(data).choices[0].text))).toEqual(
        pieces.map((piece) => [piece]),
      )
      expect(pieces.length).toBeGreaterThan(3)
      expect(read.join('')).not.toMatch(/"nacre"|"finish_reason":"/)
      expect(verified.evidenceOf(response)?.protection).toBe(protection)
    },
  )

  // The attack: a host that ends the answer where it reads best, or breaks it off.
  test.each(['ends', 'breaks off'])('that a host %s early: its client gets the beginning and an error', async (how) => {
    let cut = () => {}
    const host = createServer(async (request, response) => {
      const body: Buffer[] = []
      for await (const part of request) body.push(part as Buffer)
      const forwarded = httpRequest(`${enclave.httpUrl}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
        cut = () => {
          answer.unpipe(response)
          forwarded.destroy()
          if (how === 'ends') response.end()
          else response.destroy()
        }
      })
      forwarded.on('error', () => {}).end(Buffer.concat(body))
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0, fetch: open(url) })
    const seen: (string | undefined)[] = []
    const read = async () => {
      for await (const { choices } of await client.completions.create(asked)) {
        seen.push(choices[0]?.text)
        expect(choices[0]?.finish_reason).toBeNull()
        if (seen.length < 3) enclave.letSay()
        else cut()
      }
    }
    await expect(read()).rejects.toMatchObject({ code: how === 'ends' ? 'RESPONSE_MALFORMED' : 'ENDPOINT_UNREACHABLE' })
    expect(seen).toEqual(enclave.pieces().slice(0, 3))
    host.closeAllConnections()
    host.close()
  })

  test('breaks off at the local proxy where it does not verify', async () => {
    let arrived = () => {}
    const isThere = new Promise<void>((resolve) => (arrived = resolve))
    const liar: NacreFetch = Object.assign(
      async () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(Buffer.from('data: {}\n\n')),
            async pull(controller) {
              await isThere
              controller.error(new VerifierError('OUTPUT_MISMATCH', 'no'))
            },
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        ),
      { evidenceOf: () => undefined, attested: async () => ({}) as never, close() {} },
    )
    const codes: unknown[] = []
    const broken = await startVerifyingProxy({ client: liar, port: 0, onExchange: ({ code }) => codes.push(code) })
    const response = await fetch(`http://127.0.0.1:${broken.port}/v1/completions`, { method: 'POST', body: '{}' })
    arrived()
    await expect(response.text()).rejects.toThrow()
    expect(codes).toEqual(['OUTPUT_MISMATCH'])
    await broken.close()
  })
})

test('a model that is not there', async () => {
  const client = clients.directly as OpenAI
  await expect(client.completions.create({ model: 'gpt-5', prompt: 'a' })).rejects.toBeInstanceOf(NotFoundError)
  await expect(client.models.retrieve('gpt-5')).rejects.toBeInstanceOf(NotFoundError)
})

describe('an answer that a host kept or altered', () => {
  const asked = { model, prompt, max_tokens: 12, seed: 5, stream: true, stream_options: { include_usage: true } }
  let manifest: ModelManifest
  type Asked = { nacre: { request_id: Hex }; [field: string]: unknown }

  async function answerOf(body: object): Promise<Buffer> {
    const { status, body: answer } = await exchange(`${system.httpUrl}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    })
    expect(status).toBe(200)
    return Buffer.from(answer)
  }

  /** As a client checks it that knows nothing but its own request and the enclave it wants. */
  async function verdict(body: Asked, answer: Uint8Array): Promise<string> {
    const request = decodeOpenAiRequest('completions', body, manifest)
    return codeOf(async () => {
      const decoded = decodeOpenAiAnswer(request, answer, manifest)
      await verifyInference(
        acceptance(system, {
          reply: { tlsSpkiSha256: undefined } as never,
          answer: decoded,
          evidence: await fetchEvidence(system.httpUrl),
          request: {
            requestId: body.nacre.request_id,
            modelId: await hashManifest(manifest),
            inputs: decoded.inputs,
            outputs: manifest.outputs,
          },
          domain: null,
        }),
      )
    })
  }

  test('is refused, whatever was altered', async () => {
    const { body } = await exchange(`${system.httpUrl}/v1/models/${model}/manifest`)
    manifest = decodeManifest(Uint8Array.from(body))
    const mine = { ...asked, nacre: { request_id: random32() } }
    const answer = await answerOf(mine)
    expect(await verdict(mine, answer)).toBe('accepted')
    const open = { ...mine, seed: undefined, nacre: { request_id: random32() } }
    const drawn = await answerOf(open)
    expect(await verdict(open, drawn)).toBe('accepted')

    const altered = (from: string | RegExp, to: string, text = answer.toString()) => {
      expect(text).toMatch(from)
      return Buffer.from(text.replace(from, to))
    }
    // One letter of what the client's program shows.
    expect(await verdict(mine, altered(/("text":")([^"])/, '$1X'))).toBe('OUTPUT_MISMATCH')
    expect(await verdict(mine, altered('"finish_reason":"length"', '"finish_reason":"stop"'))).toBe('OUTPUT_MISMATCH')
    expect(await verdict(mine, altered(/"completion_tokens":12,"total_tokens":19/, '"completion_tokens":11,"total_tokens":18'))).toBe(
      'RESPONSE_MALFORMED',
    )
    // The whole answer to another seed, as the answer to this one; or the word about the seed alone.
    expect(await verdict({ ...mine, seed: 6 }, answer)).toBe('INPUT_MISMATCH')
    expect(await verdict(mine, altered('"seed":5', '"seed":6'))).toBe('INPUT_MISMATCH')
    expect(await verdict(open, altered(/"seed":\d+/, '"seed":6', drawn.toString()))).toBe('INPUT_MISMATCH')
    expect(await verdict(open, altered(/"seed":\d+,/, '', drawn.toString()))).toBe('RESPONSE_MALFORMED')
    // Another turn's answer, also where the question was the same; another prompt's; other parameters'.
    const other = { ...mine, nacre: { request_id: random32() } }
    expect(await verdict(other, answer)).toBe('REQUEST_MISMATCH')
    expect(await verdict({ ...mine, prompt: `${prompt} ` }, answer)).toBe('INPUT_MISMATCH')
    expect(await verdict({ ...mine, temperature: 0.5 }, answer)).toBe('INPUT_MISMATCH')
    expect(await verdict({ ...mine, stop: 'whale' }, answer)).toBe('INPUT_MISMATCH')
    // Cut off: before the receipt, before the end, within an event; and something added.
    const events = answer.toString().split('\n\n')
    expect(await verdict(mine, Buffer.from(`${events.slice(0, 3).join('\n\n')}\n\n`))).toBe('RESPONSE_MALFORMED')
    expect(await verdict(mine, Buffer.from(`${events.slice(0, 3).join('\n\n')}\n\ndata: [DONE]\n\n`))).toBe('RESPONSE_MALFORMED')
    expect(await verdict(mine, answer.subarray(0, -1))).toBe('RESPONSE_MALFORMED')
    expect(await verdict(mine, Buffer.from(answer.toString().replace('data: [DONE]', `${events[0]}\n\ndata: [DONE]`)))).toBe(
      'RESPONSE_MALFORMED',
    )
  })

  test('has its receipt under its id for a while', async () => {
    const answer = JSON.parse((await answerOf({ model, prompt, max_tokens: 3 })).toString())
    const kept = await exchange(`${system.httpUrl}/v1/signature/${answer.id}`)
    const { seed: _, prompt_tokens: __, completion_tokens: ___, ...receipt } = answer.nacre
    expect(JSON.parse(Buffer.from(kept.body).toString())).toEqual({ id: answer.id, nacre: receipt })
    const none = await exchange(`${system.httpUrl}/v1/signature/cmpl-0`)
    expect([none.status, JSON.parse(Buffer.from(none.body).toString()).error.code]).toEqual([404, 'SIGNATURE_NOT_FOUND'])
  })
})
