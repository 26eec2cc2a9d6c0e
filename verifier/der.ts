import { VerifierError } from './errors.ts'

/** One DER element (X.690): where its content lies and where the element ends. */
export type DerElement = { readonly tag: number; readonly start: number; readonly content: number; readonly end: number }

/** Universal tags, and the context tags of a certificate. */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const

/**
 * Reads DER elements in order, bounded by their parent. Only what DER allows: one-byte tags, definite lengths in their shortest form, nothing beyond the parent.
 * The attack: two readers that disagree on where a field ends disagree on what was signed.
 */
export class DerReader {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at === this.end
  }

  /** Tag of the next element, without reading it; `undefined` at the end. */
  get nextTag(): number | undefined {
    return this.at < this.end ? this.bytes[this.at] : undefined
  }

  read(tag: number, name: string): DerElement {
    const start = this.at
    const found = this.byte()
    if (found !== tag) throw malformed(`${name}: tag`, tag.toString(16), found.toString(16))
    const first = this.byte()
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 2) throw malformed(`${name}: length of ${count} bytes`, '1 or 2')
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + this.byte()
      if (length < (count === 1 ? 0x80 : 0x100)) throw malformed(`${name}: length not in its shortest form`)
    }
    const content = this.at
    if (length > this.end - content) throw malformed(`${name}: reaches past its parent`)
    this.at = content + length
    return { tag, start, content, end: this.at }
  }

  /** A reader over the content of the next element. */
  enter(tag: number, name: string): DerReader {
    const element = this.read(tag, name)
    return new DerReader(this.bytes, element.content, element.end)
  }

  contentOf(tag: number, name: string): Uint8Array {
    const element = this.read(tag, name)
    return this.bytes.subarray(element.content, element.end)
  }

  /** Content of a non-negative INTEGER in its shortest form, without the sign byte. */
  unsigned(name: string): Uint8Array {
    const content = this.contentOf(derTag.integer, name)
    const [first, second] = content
    if (first === undefined) throw malformed(`${name}: empty integer`)
    if (first >= 0x80) throw malformed(`${name}: negative integer`)
    if (first === 0 && second !== undefined) {
      if (second < 0x80) throw malformed(`${name}: integer not in its shortest form`)
      return content.subarray(1)
    }
    return content
  }

  /** Content of an OBJECT IDENTIFIER (X.690 section 8.19): whole subidentifiers, each in its shortest form. */
  oid(name: string): Uint8Array {
    const content = this.contentOf(derTag.oid, name)
    let begins = true
    for (const byte of content) {
      if (begins && byte === 0x80) throw malformed(`${name}: identifier not in its shortest form`)
      begins = byte < 0x80
    }
    if (content.length === 0 || !begins) throw malformed(`${name}: identifier ends early`)
    return content
  }

  finish(name: string): void {
    if (!this.done) throw malformed(`${name}: bytes after the end`)
  }

  private byte(): number {
    if (this.at >= this.end) throw malformed('Ends in the middle of an element')
    return this.bytes[this.at++] as number
  }
}

/** `ECDSA-Sig-Value` (RFC 3279 section 2.2.3) to the 96 bytes `r ‖ s` of P-384. @throws `CERTIFICATE_MALFORMED` */
export function decodeEcdsaSignature(der: Uint8Array): Uint8Array {
  const outer = new DerReader(der)
  const sequence = outer.enter(derTag.sequence, 'signature')
  outer.finish('signature')
  const raw = new Uint8Array(96)
  for (const [index, name] of ['r', 's'].entries()) {
    const value = sequence.unsigned(name)
    if (value.length > 48) throw malformed(`signature: ${name} is longer than 48 bytes`)
    raw.set(value, 48 * (index + 1) - value.length)
  }
  sequence.finish('signature')
  return raw
}

export function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('CERTIFICATE_MALFORMED', `DER: ${message}`, { expected, received })
}
