import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { ProgramError } from './program.ts'
import { readTokenizer } from './tokenizer.ts'

const file = (name: string) => Uint8Array.from(readFileSync(new URL(`../../enclave/models/${name}/tokenizer.json`, import.meta.url)))
const gpt = readTokenizer(file('tiny-gpt'))
const words = readTokenizer(file('word-vectors'))

test('bytes of tokens put together are the text, for any text', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const table = gpt.byteTable()
      const bytes = Buffer.concat(gpt.encode(text).map((id) => table.of(id)))
      // Spelled-out special tokens are those tokens, and no text.
      expect(bytes.toString()).toBe(text.replaceAll('<|endoftext|>', ''))
    }),
  ))

test('a special token is found by its content, and stands for no bytes', () => {
  const id = gpt.idOf('<|endoftext|>') as number
  expect(id).toBe(256)
  expect(gpt.byteTable().of(id)).toHaveLength(0)
  expect(gpt.byteTable().of(1 << 30)).toHaveLength(0)
  expect(gpt.encode('a<|endoftext|>')).toContain(id)
})

test('words are letters in lower case, numbers and three signs; others are unknown, as one', () => {
  const the = words.encode('the')
  expect(words.encode('The, THE; (the)')).toEqual([...the, ...the, ...the])
  expect(words.encode('xyzzyxyzzy qwfpqwfp')).toEqual([0, 0])
  expect(words.encode('x'.repeat(1000))).toEqual([0])
  expect(words.encode(' ,.;:äöü 😀')).toEqual([])
  expect(words.encode('!?$')).toHaveLength(3)
})

describe('a tokenizer file that is none', () => {
  const refused = (bytes: Uint8Array | undefined) => {
    try {
      const tokenizer = readTokenizer(bytes)
      tokenizer.encode('Some text, in which <|endoftext|> occurs.')
      tokenizer.byteTable()
      return 'accepted'
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error
      return error.code
    }
  }

  test.each<[string, Uint8Array | undefined]>([
    ['nothing', undefined],
    ['no bytes', new Uint8Array()],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ...[
      'null',
      '[]',
      '{}',
      '"text"',
      '{"model":{"type":"BPE"},"added_tokens":[]}',
      '{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]},"added_tokens":[]}',
    ].map((text): [string, Uint8Array] => [text, utf8(text)]),
  ])('%s', (_, bytes) => expect(refused(bytes)).toBe('PROGRAM_UNFIT'))

  test('an id as large as memory', () => {
    const json = JSON.parse(new TextDecoder().decode(file('tiny-gpt')))
    json.added_tokens[0].id = 2 ** 40
    expect(refused(utf8(JSON.stringify(json)))).toBe('PROGRAM_UNFIT')
  })

  test('one whose tokens are no bytes makes no text', () => {
    expect(() => words.byteTable()).toThrow(ProgramError)
    expect(words.encode('sea')).toHaveLength(1)
  })

  const whole = JSON.parse(new TextDecoder().decode(file('tiny-gpt'))) as object
  const small = { ...whole, model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } }

  test('never fails in another way, whatever value is changed, taken away or put in', () => {
    const places = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
      typeof value !== 'object' || value === null
        ? [path]
        : [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))]
    fc.assert(
      fc.property(
        fc.constantFrom(...places(small).filter((path) => path.length > 0)),
        fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constantFrom('Sequence', 'ByteLevel', 'Split', 'Replace', '((((', 1e9)),
        (path, value) => {
          const json = structuredClone(small) as { [key: string]: unknown }
          const last = path.at(-1) as string
          const at = path.slice(0, -1).reduce((object, key) => object[key] as { [key: string]: unknown }, json)
          if (value === undefined) delete at[last]
          else at[last] = value
          expect(['accepted', 'PROGRAM_UNFIT', 'INPUT_INVALID']).toContain(refused(utf8(JSON.stringify(json))))
        },
      ),
      { numRuns: 500 },
    )
  })
})
