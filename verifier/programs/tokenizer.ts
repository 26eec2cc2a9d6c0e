import { Tokenizer } from '@huggingface/tokenizers'
import { fromUtf8 } from '../bytes.ts'
import { ProgramError } from './program.ts'

/** A model's `tokenizer.json`, as Hugging Face's tokenizers write it. Deterministic: text in, ids out. */
export type TextTokenizer = {
  /** Well-formed text as ids. @throws {@link ProgramError} `INPUT_INVALID` for text that the vocabulary has no ids for */
  encode(text: string): number[]
  /** Id of a token by its exact content, special tokens too. */
  idOf(token: string): number | undefined
  /**
   * The bytes that an id stands for, where tokens are pieces of bytes (`ByteLevel`, as GPT-2 and most of its successors have it). None for special tokens, which are no text.
   *
   * @throws {@link ProgramError} `PROGRAM_UNFIT` for tokenizers of other kinds
   */
  byteTable(): TokenBytes
}

export type TokenBytes = { of(id: number): Uint8Array; longest: number }

/** @throws {@link ProgramError} `PROGRAM_UNFIT` */
export function readTokenizer(bytes: Uint8Array | undefined): TextTokenizer {
  const json = parse(bytes)
  const tokenizer = attempt(() => new Tokenizer(json, {}), 'tokenizer.json is not one that can be read')
  return {
    encode(text) {
      // A special token that is spelled out in the text is that token: whoever builds a prompt around strangers' text takes them out first.
      const { ids } = tokenizer.encode(text, { add_special_tokens: true })
      for (const id of ids)
        if (!Number.isSafeInteger(id) || id < 0) throw new ProgramError('INPUT_INVALID', 'Text that the vocabulary lacks')
      return ids
    },
    idOf: (token) => tokenizer.token_to_id(token),
    byteTable: () => byteTable(tokenizer, json),
  }
}

type TokenizerJson = {
  decoder?: { type?: unknown; decoders?: unknown } | null
  model: object
  added_tokens: { id: number; special?: boolean }[]
}

function parse(bytes: Uint8Array | undefined): TokenizerJson {
  if (bytes === undefined) throw new ProgramError('PROGRAM_UNFIT', 'tokenizer.json is missing')
  const json = attempt(() => JSON.parse(fromUtf8(bytes)) as unknown, 'tokenizer.json is not JSON in UTF-8')
  const { model, added_tokens: added } = Object(json) as { model?: unknown; added_tokens?: unknown }
  const isAdded = (token: unknown) => {
    const { id, content } = Object(token) as { id?: unknown; content?: unknown }
    // The library writes to an array at this place.
    return Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < idsMax && typeof content === 'string' && content !== ''
  }
  const isModel = typeof model === 'object' && model !== null && hasFewIds((model as { vocab?: unknown }).vocab)
  if (!isModel || !Array.isArray(added) || !added.every(isAdded)) throw new ProgramError('PROGRAM_UNFIT', 'tokenizer.json has another form')
  return json as TokenizerJson
}

/** Vocabularies are objects of ids, or lists. */
function hasFewIds(vocab: unknown): boolean {
  if (Array.isArray(vocab)) return vocab.length <= idsMax
  if (typeof vocab !== 'object' || vocab === null) return false
  return Object.values(vocab).every((id) => Number.isSafeInteger(id) && id >= 0 && id < idsMax)
}

const idsMax = 1 << 22

function byteTable(tokenizer: Tokenizer, { decoder, added_tokens: added }: TokenizerJson): TokenBytes {
  const types = [decoder?.type, ...(Array.isArray(decoder?.decoders) ? decoder.decoders.map((item) => Object(item).type) : [])]
  if (!types.includes('ByteLevel'))
    throw new ProgramError('PROGRAM_UNFIT', 'The tokens are no pieces of bytes', {
      expected: 'decoder ByteLevel',
      received: String(types[0]),
    })
  const specials = new Set(added.filter(({ special }) => special === true).map(({ id }) => id))
  const texts = new Set(added.map(({ id }) => id))
  const table: (Uint8Array | undefined)[] = []
  let longest = 1
  for (const [token, id] of tokenizer.get_vocab()) {
    // Ids may have gaps.
    if (typeof token !== 'string') continue
    // Added tokens are written as they are; those of the vocabulary in the alphabet below.
    const bytes = specials.has(id) ? none : texts.has(id) ? new TextEncoder().encode(token) : bytesOf(token)
    table[id] = bytes
    longest = Math.max(longest, bytes.length)
  }
  return { of: (id) => table[id] ?? none, longest }
}

const none = new Uint8Array()

function bytesOf(token: string): Uint8Array {
  return Uint8Array.from(token, (character) => {
    const byte = alphabet.get(character)
    if (byte === undefined) throw new ProgramError('PROGRAM_UNFIT', 'A token is not written in the alphabet of bytes')
    return byte
  })
}

/** GPT-2's way to write bytes as printable characters: those of Latin-1 that print stand for themselves, the others follow from U+0100 on. */
const alphabet = new Map<string, number>()
for (let byte = 0, next = 256; byte < 256; byte++) {
  const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  alphabet.set(String.fromCharCode(prints ? byte : next++), byte)
}

function attempt<value>(work: () => value, message: string): value {
  try {
    return work()
  } catch (cause) {
    throw new ProgramError('PROGRAM_UNFIT', message, { cause })
  }
}
