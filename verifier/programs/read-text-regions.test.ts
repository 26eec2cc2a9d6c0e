import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cornersOf,
  findRegions,
  laidDown,
  norm,
  type ProbabilityMap,
  type Region,
  readingOrder,
  scaledRegion,
  turned,
} from './read-text-regions.ts'

const settings = { pixelThreshold: 0.3, scoreMin: 0.6, growth: 2 }

/** A map that is `probability` wherever `inside` holds for the centre of a pixel, and 0 elsewhere. */
function mapOf(width: number, height: number, inside: (x: number, y: number) => boolean, probability = 0.9): ProbabilityMap {
  const values = Float32Array.from({ length: width * height }, (_, at) =>
    inside((at % width) + 0.5, Math.floor(at / width) + 0.5) ? probability : 0,
  )
  return { width, height, values }
}

const rectangle = (left: number, top: number, right: number, bottom: number) => (x: number, y: number) =>
  x > left && x < right && y > top && y < bottom

/** Pixels of a rectangle around a centre whose longer side runs along (3, 4) / 5. */
const slanted = (centreX: number, centreY: number, length: number, breadth: number) => (x: number, y: number) => {
  const along = ((x - centreX) * 3 + (y - centreY) * 4) / 5
  const across = ((y - centreY) * 3 - (x - centreX) * 4) / 5
  return Math.abs(along) < length / 2 && Math.abs(across) < breadth / 2
}

describe('regions of a map', () => {
  test('a level rectangle grows by twice its area over its perimeter', () => {
    const [region, ...others] = findRegions(mapOf(200, 60, rectangle(20, 10, 121, 21)), settings)
    expect(others).toEqual([])
    // Between the centres of its outermost pixels it is 100 by 10: 2 * 1000 / 220 on each side.
    const distance = 2000 / 220
    expect(region?.centre).toEqual({ x: 70.5, y: 15.5 })
    expect(region?.right.x).toBeCloseTo(50 + distance, 10)
    expect(region?.right.y).toBeCloseTo(0, 10)
    expect(region?.down.y).toBeCloseTo(5 + distance, 10)
  })

  test('a slanted rectangle is found along its own sides, and right is the axis nearer to horizontal', () => {
    const [region] = findRegions(mapOf(200, 200, slanted(100, 100, 120, 20)), { ...settings, growth: 0 })
    expect(region?.centre.x).toBeCloseTo(100, 0)
    expect(region?.centre.y).toBeCloseTo(100, 0)
    // Its long side is steeper than 45 degrees, so it is the region's height until it is laid down.
    expect(norm(region?.down as Region['down'])).toBeGreaterThan(57)
    const { right, down } = laidDown(region as Region)
    expect(right.x / norm(right)).toBeCloseTo(0.6, 1)
    expect(right.y / norm(right)).toBeCloseTo(0.8, 1)
    expect(norm(right)).toBeCloseTo(60, -1)
    expect(norm(down)).toBeCloseTo(10, -1)
  })

  test('pieces that touch at a corner are one; improbable, thin and faint ones are none', () => {
    const touching = (x: number, y: number) => rectangle(10, 10, 30, 20)(x, y) || rectangle(30, 20, 50, 30)(x, y)
    expect(findRegions(mapOf(80, 40, touching), settings)).toHaveLength(1)
    expect(findRegions(mapOf(80, 40, touching, 0.5), settings)).toEqual([])
    expect(findRegions(mapOf(80, 40, touching, 0.2), settings)).toEqual([])
    expect(findRegions(mapOf(80, 40, rectangle(10, 10, 60, 13)), settings)).toEqual([])
    expect(
      findRegions(
        mapOf(80, 40, () => false),
        settings,
      ),
    ).toEqual([])
  })

  test('a threshold is not itself above the threshold, and what is no number is nowhere', () => {
    expect(
      findRegions(mapOf(40, 40, rectangle(5, 5, 30, 30), 0.3), { ...settings, pixelThreshold: Math.fround(0.3), scoreMin: 0 }),
    ).toEqual([])
    expect(findRegions(mapOf(40, 40, rectangle(5, 5, 30, 30), Number.NaN), settings)).toEqual([])
  })

  // The attack: pictures are drawn so that the map is as bad as a map can be.
  test('any map gives regions of finite size, each around pixels of its own', () => {
    const anyMap = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })).chain(([width, height]) =>
      fc
        .array(fc.constantFrom(0, 0.3, 0.31, 0.7, 1, Number.NaN, Number.POSITIVE_INFINITY, -1), {
          minLength: width * height,
          maxLength: width * height,
        })
        .map((values): ProbabilityMap => ({ width, height, values: Float32Array.from(values) })),
    )
    fc.assert(
      fc.property(anyMap, (map) => {
        const regions = findRegions(map, { ...settings, scoreMin: 0 })
        const numbers = regions.flatMap((region) => cornersOf(laidDown(region)).flatMap(({ x, y }) => [x, y]))
        expect(numbers.every(Number.isFinite)).toBe(true)
        for (const { centre } of regions) {
          expect(centre.x > 0 && centre.x < map.width).toBe(true)
          expect(centre.y > 0 && centre.y < map.height).toBe(true)
        }
        expect([...readingOrder(regions)].sort((a, b) => a - b)).toEqual(regions.map((_, i) => i))
      }),
      { numRuns: 300 },
    )
  })

  test('the largest map of single pixels, of one piece, and of a comb takes no more than its size', () => {
    const side = 960
    const worst = [() => true, (x: number, y: number) => (x - y) % 2 === 0, (x: number, y: number) => (x - 0.5) % 2 === 0 || y < 1]
    for (const inside of worst) expect(findRegions(mapOf(side, side, inside), settings).length).toBeLessThan(2)
    const dots = mapOf(side, side, (x, y) => (x - 0.5) % 3 === 0 && (y - 0.5) % 3 === 0)
    expect(findRegions(dots, settings)).toEqual([])
  })
})

describe('regions of a picture', () => {
  const level: Region = { centre: { x: 50, y: 20 }, right: { x: 40, y: 0 }, down: { x: 0, y: 10 } }

  test('corners go clockwise from the upper left, as the text sees itself', () => {
    expect(cornersOf(level)).toEqual([
      { x: 10, y: 10 },
      { x: 90, y: 10 },
      { x: 90, y: 30 },
      { x: 10, y: 30 },
    ])
    expect(cornersOf(turned(level))[0]).toEqual({ x: 90, y: 30 })
  })

  test('scaling stretches each direction by itself', () => {
    expect(scaledRegion(level, 2, 3)).toEqual({ centre: { x: 100, y: 60 }, right: { x: 80, y: 0 }, down: { x: 0, y: 30 } })
  })

  test('only what is half as high again as wide is laid down', () => {
    const region = (height: number): Region => ({ ...level, right: { x: 10, y: 0 }, down: { x: 0, y: height } })
    expect(laidDown(region(14.9))).toEqual(region(14.9))
    const { right, down } = laidDown(region(15))
    expect([right.x, right.y, down.x, down.y].map((value) => value + 0)).toEqual([0, 15, -10, 0])
  })

  test('reading order: rows from above, each from the left', () => {
    const at = (x: number, y: number): Region => ({ ...level, centre: { x, y } })
    const words = [at(300, 22), at(100, 60), at(100, 20), at(200, 17)]
    expect(readingOrder(words)).toEqual([2, 3, 0, 1])
  })

  test('a page on its head, or on its side, reads as it was written', () => {
    const words: Region[] = [0, 1, 2, 3].map((i) => ({ ...level, centre: { x: 100 + 150 * (i % 2), y: 20 + 40 * Math.floor(i / 2) } }))
    const about = ({ centre, right, down }: Region, map: (p: { x: number; y: number }) => { x: number; y: number }): Region => ({
      centre: map(centre),
      right: map(right),
      down: map(down),
    })
    for (const map of [
      ({ x, y }: { x: number; y: number }) => ({ x: -x, y: -y }),
      ({ x, y }: { x: number; y: number }) => ({ x: y, y: -x }),
      ({ x, y }: { x: number; y: number }) => ({ x: -y, y: x }),
      ({ x, y }: { x: number; y: number }) => ({ x: 0.8 * x - 0.6 * y, y: 0.6 * x + 0.8 * y }),
    ])
      expect(readingOrder(words.map((word) => about(word, map)))).toEqual([0, 1, 2, 3])
  })

  test('no regions have no order, and regions that cancel out have one all the same', () => {
    expect(readingOrder([])).toEqual([])
    expect(readingOrder([level, turned(level)])).toHaveLength(2)
  })
})
