/**
 * Where text stands in a picture: what is left to do after a network has given every pixel its probability of lying inside a line of text. By Differentiable Binarization (Liao et al.,
 * arXiv:1911.08947) the network draws lines thinner than they are, so that neighbours do not touch; each connected piece becomes the smallest rectangle around it, and the rectangle grows again.
 *
 * Only additions, multiplications, divisions and square roots, which are the same bits in every JavaScript engine; angles never appear.
 */
export type Point = { readonly x: number; readonly y: number }

/** A parallelogram: from its centre to the middle of its right side, and to the middle of its lower side. Right and down are the text's own. */
export type Region = { readonly centre: Point; readonly right: Point; readonly down: Point }

export type ProbabilityMap = { readonly width: number; readonly height: number; readonly values: Float32Array }

export type RegionSettings = {
  /** A pixel above it belongs to text. */
  pixelThreshold: number
  /** Mean probability of the pixels of a region, below which it is none. */
  scoreMin: number
  /** The distance by which a rectangle grows, in units of its area divided by its perimeter. */
  growth: number
}

/** In units of the map's pixels, in the order in which their first pixels stand. `right` is the axis nearer to horizontal, pointing right. */
export function findRegions(map: ProbabilityMap, settings: RegionSettings): Region[] {
  const regions: Region[] = []
  for (const piece of connectedPieces(map, settings.pixelThreshold)) {
    if (piece.mean < settings.scoreMin) continue
    const tight = smallestRectangle(convexHull(piece.outline))
    const [length, breadth] = [2 * norm(tight.right), 2 * norm(tight.down)]
    if (Math.min(length, breadth) < sideMin) continue
    const distance = (length * breadth * settings.growth) / (2 * (length + breadth))
    regions.push(upright(grown(tight, distance)))
  }
  return regions
}

/** From the map's pixels to the picture's, which may be scaled by another factor in each direction. */
export function scaledRegion({ centre, right, down }: Region, x: number, y: number): Region {
  const scaled = (point: Point): Point => ({ x: point.x * x, y: point.y * y })
  return { centre: scaled(centre), right: scaled(right), down: scaled(down) }
}

/** Text that runs downwards becomes text that runs to the right: regions half as high again as they are wide. Which of the two vertical directions it was is seen later, as {@link turned}. */
export function laidDown(region: Region): Region {
  const { centre, right, down } = region
  return norm(down) < 1.5 * norm(right) ? region : { centre, right: down, down: opposite(right) }
}

/** The same region for text that stands on its head. */
export function turned({ centre, right, down }: Region): Region {
  return { centre, right: opposite(right), down: opposite(down) }
}

/** Upper left, upper right, lower right, lower left, as the text sees itself. */
export function cornersOf({ centre, right, down }: Region): [Point, Point, Point, Point] {
  const at = (r: number, d: number): Point => ({ x: centre.x + r * right.x + d * down.x, y: centre.y + r * right.y + d * down.y })
  return [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)]
}

/**
 * Row by row, each from left to right, in the direction that most of the text has: a page that lies on its side or head reads as it was written. Columns are not told apart.
 *
 * @returns indices of `regions`
 */
export function readingOrder(regions: readonly Region[]): number[] {
  const right = unit(regions.reduce((sum, region) => ({ x: sum.x + region.right.x, y: sum.y + region.right.y }), { x: 0, y: 0 }))
  const placed = regions.map(({ centre, down }, index) => ({
    index,
    across: centre.x * right.x + centre.y * right.y,
    depth: centre.y * right.x - centre.x * right.y,
    halfHeight: norm(down),
  }))
  placed.sort((a, b) => a.depth - b.depth || a.across - b.across || a.index - b.index)
  const rows: (typeof placed)[] = []
  for (const line of placed) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row !== undefined && first !== undefined && line.depth - first.depth < Math.min(first.halfHeight, line.halfHeight)) row.push(line)
    else rows.push([line])
  }
  return rows.flatMap((row) => row.sort((a, b) => a.across - b.across || a.index - b.index).map(({ index }) => index))
}

export function norm({ x, y }: Point): number {
  // Not Math.hypot, whose last bit is each engine's own.
  return Math.sqrt(x * x + y * y)
}

/** In the map's pixels: what is thinner is no text. */
const sideMin = 3

type Piece = { mean: number; outline: Point[] }

/** Pixels above the threshold that touch, corners included. In time and memory in proportion to the map, whatever it shows. */
function* connectedPieces({ width, height, values }: ProbabilityMap, threshold: number): Generator<Piece> {
  const seen = new Uint8Array(width * height)
  const stack = new Int32Array(width * height)
  const [leftmost, rightmost] = [new Int32Array(height).fill(width), new Int32Array(height).fill(-1)]
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || !((values[start] as number) > threshold)) continue
    let [depth, sum, count] = [0, 0, 0]
    let [top, bottom] = [height, -1]
    stack[depth++] = start
    seen[start] = 1
    while (depth > 0) {
      const at = stack[--depth] as number
      const y = Math.floor(at / width)
      const x = at - y * width
      sum += values[at] as number
      count++
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      leftmost[y] = Math.min(leftmost[y] as number, x)
      rightmost[y] = Math.max(rightmost[y] as number, x)
      for (let nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY++)
        for (let nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX++) {
          const next = nextY * width + nextX
          if (seen[next] === 1 || !((values[next] as number) > threshold)) continue
          seen[next] = 1
          stack[depth++] = next
        }
    }
    const outline: Point[] = []
    for (let y = top; y <= bottom; y++) {
      outline.push({ x: leftmost[y] as number, y })
      if (rightmost[y] !== leftmost[y]) outline.push({ x: rightmost[y] as number, y })
      leftmost[y] = width
      rightmost[y] = -1
    }
    yield { mean: sum / count, outline }
  }
}

/** Andrew's monotone chain, over points that come sorted by y, then x. */
function convexHull(points: readonly Point[]): Point[] {
  const half = (ordered: readonly Point[]) => {
    const chain: Point[] = []
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop()
      chain.push(point)
    }
    chain.pop()
    return chain
  }
  return points.length < 3 ? [...points] : [...half(points), ...half([...points].reverse())]
}

/** The rectangle of least area around a convex polygon: one of its sides lies along one of the polygon's. Centres of pixels lie at halves. */
function smallestRectangle(hull: readonly Point[]): Region {
  let best: { area: number; region: Region } | undefined
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] as Point
    const along = unit({ x: to.x - from.x, y: to.y - from.y })
    let [near, far, low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const { x, y } of hull) {
      const [along1, across1] = [x * along.x + y * along.y, y * along.x - x * along.y]
      near = Math.min(near, along1)
      far = Math.max(far, along1)
      low = Math.min(low, across1)
      high = Math.max(high, across1)
    }
    const area = (far - near) * (high - low)
    if (best !== undefined && area >= best.area) continue
    const [a, b] = [(near + far) / 2, (low + high) / 2]
    const centre = { x: a * along.x - b * along.y + 0.5, y: a * along.y + b * along.x + 0.5 }
    const [halfLength, halfBreadth] = [(far - near) / 2, (high - low) / 2]
    const down = { x: -along.y * halfBreadth, y: along.x * halfBreadth }
    best = { area, region: { centre, right: { x: along.x * halfLength, y: along.y * halfLength }, down } }
  }
  return (best as { region: Region }).region
}

/** Neither axis is empty: rectangles thinner than {@link sideMin} never come here. */
function grown({ centre, right, down }: Region, distance: number): Region {
  const longer = (axis: Point): Point => {
    const factor = 1 + distance / norm(axis)
    return { x: axis.x * factor, y: axis.y * factor }
  }
  return { centre, right: longer(right), down: longer(down) }
}

function upright({ centre, right, down }: Region): Region {
  const level = Math.abs(right.x) >= Math.abs(right.y) ? { right, down } : { right: down, down: opposite(right) }
  return level.right.x < 0 ? { centre, right: opposite(level.right), down: opposite(level.down) } : { centre, ...level }
}

function unit(point: Point): Point {
  const length = norm(point)
  return length === 0 ? { x: 1, y: 0 } : { x: point.x / length, y: point.y / length }
}

function opposite({ x, y }: Point): Point {
  return { x: -x, y: -y }
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}
