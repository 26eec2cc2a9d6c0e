import { createHash } from 'node:crypto'
import { keccak256 } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBytesMax } from './assembler.ts'
import { type Deployed, type Execution, startExecution } from './execution.ts'
import { encodeBatch, sha384BatchCode, sha384Code } from './sha384.ts'

let execution: Execution
let single: Deployed
let batch: Deployed

beforeAll(async () => {
  execution = await startExecution()
  single = await execution.deploy(sha384Code())
  batch = await execution.deploy(sha384BatchCode())
})
afterAll(() => execution?.stop())

describe('the code', () => {
  it('is reproduced from its generator', () => {
    expect(keccak256(sha384Code())).toBe('0xe501cef0bfa1e1acc28b08c7db3d1664ea336123020954756ef9913e73b64490')
    expect(keccak256(sha384BatchCode())).toBe('0xa5992de3ca54e287ad6156dd7277c51159d4622dfc731c6674783758e9be8d62')
  })

  it('fits a contract', () => {
    expect(sha384Code().length).toBeLessThanOrEqual(codeBytesMax)
    expect(sha384BatchCode().length).toBeLessThanOrEqual(codeBytesMax)
  })
})

describe('one message', () => {
  it('of 0 to 300 bytes', async () => {
    for (let length = 0; length <= 300; length++) await expectDigest(message(length))
  })

  it('at the ends of blocks, and long ones', async () => {
    for (const blocks of [3, 5, 6, 16, 33, 34, 35]) {
      for (const offset of [-17, -16, -1, 0, 1, 111, 112]) await expectDigest(message(128 * blocks + offset))
    }
    for (const length of [671, 4_395, 10_000, 20_000, 65_536]) await expectDigest(message(length))
  })

  it('of equal bytes, where the words carry most and least', async () => {
    for (const byte of [0x00, 0x01, 0x55, 0x7f, 0x80, 0xaa, 0xfe, 0xff]) {
      for (const length of [48, 128, 300, 671]) await expectDigest(new Uint8Array(length).fill(byte))
    }
  })

  it('of a random length', async () => {
    for (let i = 0; i < 40; i++) await expectDigest(message(randomBelow(5_000)))
  })

  it('with too little gas: no answer rather than a wrong one', async () => {
    const enough = 21_000n + BigInt(await single.gas(new Uint8Array(0)))
    expect(hex(await single.call(new Uint8Array(0), enough))).toBe(hex(sha384(new Uint8Array(0))))
    for (let spared = 1n; spared < 200n; spared++) {
      await expect(single.call(new Uint8Array(0), enough - spared)).rejects.toThrow()
      await expect(single.call(new Uint8Array(0), 21_000n + spared)).rejects.toThrow()
    }
  })

  // FIPS 180-2, appendix D.
  it('of the standard', async () => {
    const abc = 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'
    expect(hex(await single.call(Buffer.from('abc')))).toBe(abc)
    expect(hex(await batch.call(encodeBatch([{ offset: 0, length: 3 }], Buffer.from('abc'))))).toBe(abc)
  })
})

describe('several messages', () => {
  it('none', async () => {
    expect(await batch.call(encodeBatch([], new Uint8Array(0)))).toEqual(new Uint8Array(0))
    expect(await batch.call(encodeBatch([], message(200)))).toEqual(new Uint8Array(0))
  })

  it('one, alone in its lane', async () => {
    for (const length of [0, 1, 111, 112, 127, 128, 129, 239, 240, 256, 671, 4_395]) await expectDigests([message(length)])
  })

  it('two of any two lengths', async () => {
    const lengths = [0, 1, 110, 111, 112, 127, 128, 129, 239, 240, 255, 256, 257, 671, 1_000]
    for (const left of lengths) for (const right of lengths) await expectDigests([message(left), message(right)])
  })

  it('many, in every order of finishing', async () => {
    await expectDigests([4_395, 671, 671, 671, 671].map(message))
    await expectDigests([671, 671, 671, 671, 4_395].map(message))
    for (let i = 0; i < 60; i++) await expectDigests(Array.from({ length: randomBelow(9) }, () => message(randomBelow(600))))
    await expectDigests(Array.from({ length: 100 }, (_, length) => message(3 * length)))
  })

  it('neighbours do not touch one another', async () => {
    const ones = (length: number) => new Uint8Array(length).fill(0xff)
    const zeros = (length: number) => new Uint8Array(length)
    for (const length of [111, 128, 256, 300]) {
      await expectDigests([ones(length), zeros(length), zeros(length), ones(length)])
      await expectDigests([zeros(length), ones(length + 128), ones(length), zeros(5)])
    }
  })

  it('that overlap, repeat and come in any order', async () => {
    const buffer = message(2_000)
    const ranges = [
      { offset: 0, length: 2_000 },
      { offset: 700, length: 650 },
      { offset: 100, length: 671 },
      { offset: 700, length: 650 },
      { offset: 2_000, length: 0 },
      { offset: 1_999, length: 1 },
    ]
    const expected = ranges.map(({ offset, length }) => sha384(buffer.subarray(offset, offset + length)))
    expect(hex(await batch.call(encodeBatch(ranges, buffer)))).toBe(hex(Buffer.concat(expected)))
  })

  it('refuses a message that leaves the buffer', async () => {
    const outside = [
      { offset: 0, length: 101 },
      { offset: 100, length: 1 },
      { offset: 101, length: 0 },
      { offset: 2 ** 40, length: 0 },
      { offset: 0, length: 2 ** 52 },
    ]
    for (const range of outside) {
      for (const ranges of [[range], [{ offset: 0, length: 100 }, range], [{ offset: 0, length: 10 }, { offset: 0, length: 90 }, range]]) {
        await expect(batch.call(encodeBatch(ranges, message(100)))).rejects.toThrow(/revert/)
      }
    }
    await expectDigests([message(100)])
  })

  it('refuses a table that leaves the calldata', async () => {
    const word = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
    const malformed = [
      new Uint8Array(0),
      word(0n).subarray(0, 31),
      word(1n),
      Buffer.concat([word(2n), word(0n)]),
      Buffer.concat([word(1n), word(0n).subarray(0, 31)]),
      Buffer.concat([word(1n << 251n), word(0n)]),
      Buffer.concat([word((1n << 251n) | 1n), word(0n)]),
      word((1n << 256n) - 1n),
    ]
    for (const data of malformed) await expect(batch.call(data)).rejects.toThrow(/revert/)
  })
})

describe('gas', () => {
  it('is what SHA384.md says', async () => {
    expect(await single.gas(message(4_395))).toBe(648_983)
    expect(await single.gas(message(671))).toBe(111_784)
    const lengths = [4_395, 671, 671, 671, 671]
    expect(await batch.gas(batchOf(lengths.map(message)))).toBe(783_080)
  })
})

async function expectDigest(data: Uint8Array): Promise<void> {
  expect(hex(await single.call(data)), `${data.length} bytes: ${hex(data)}`).toBe(hex(sha384(data)))
}

async function expectDigests(messages: readonly Uint8Array[]): Promise<void> {
  const received = await batch.call(batchOf(messages))
  const lengths = messages.map(({ length }) => length).join(', ')
  expect(hex(received), `lengths ${lengths}`).toBe(hex(Buffer.concat(messages.map(sha384))))
}

function batchOf(messages: readonly Uint8Array[]): Uint8Array {
  let end = 0
  const ranges = messages.map(({ length }) => {
    const offset = end
    end += length
    return { offset, length }
  })
  return encodeBatch(ranges, Buffer.concat(messages))
}

/** Pseudo-random, and the same in every run: bytes of a hash chain, another one each time. */
let messages = 0
function message(length: number): Uint8Array {
  const parts: Buffer[] = []
  for (let i = 0; 32 * i < length; i++) parts.push(createHash('sha256').update(`${messages} ${i}`).digest())
  messages++
  return Buffer.concat(parts).subarray(0, length)
}

function randomBelow(limit: number): number {
  return Buffer.from(message(4)).readUInt32BE() % limit
}

function sha384(data: Uint8Array): Uint8Array {
  return createHash('sha384').update(data).digest()
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex')
}
