import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutParts } from './weights-pipe.ts'

const lengths = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 16 })
const cuts = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 })
const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0)

/** In pieces of these sizes, again and again; `seen` keeps them. */
async function* inPieces(bytes: Buffer, sizes: readonly number[], seen: Buffer[] = []) {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const piece = Buffer.from(bytes.subarray(at, at + (sizes[i % sizes.length] as number)))
    seen.push(piece)
    at += piece.length
    yield piece
  }
}

test('parts come out as they went in, wherever the pieces end, and the pieces are wiped', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, cuts, async (sizes, pieces) => {
      const bytes = randomBytes(total(sizes))
      const seen: Buffer[] = []
      const parts = await cutParts(sizes, inPieces(bytes, pieces, seen))
      expect(parts.map((part) => part.length)).toEqual(sizes)
      expect(Buffer.concat(parts).equals(bytes)).toBe(true)
      expect(seen.every((piece) => piece.every((byte) => byte === 0))).toBe(true)
    }),
  )
})

test('what is cut off is shorter, and nothing of what lay in memory before stands in its place', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, cuts, fc.nat(), async (sizes, pieces, at) => {
      const bytes = randomBytes(at % total(sizes))
      expect(Buffer.concat(await cutParts(sizes, inPieces(bytes, pieces))).equals(bytes)).toBe(true)
    }),
  )
})

test('one byte more is refused', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, cuts, async (sizes, pieces) => {
      const more = cutParts(sizes, inPieces(randomBytes(total(sizes) + 1), pieces))
      await expect(more).rejects.toMatchObject({ refused: { code: 'MODEL_WEIGHTS_MISMATCH' } })
    }),
  )
})
