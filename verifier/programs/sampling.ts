/**
 * The next token from a model's logits, the same on every machine: IEEE 754 additions, multiplications and divisions in a fixed order, and no function whose last bit an engine may choose
 * (`Math.exp`, `Math.pow`).
 *
 * @param temperature in thousandths; 0 takes the largest logit, of equal ones the lowest id
 * @param topP in thousandths
 */
export function sampleToken(logits: Float32Array, temperature: number, topP: number, random: () => number): number {
  const best = largest(logits)
  if (temperature === 0) return best
  const scale = 1000 / temperature
  const top = logits[best] as number
  const weights = Float64Array.from(logits, (logit) => expOf((logit - top) * scale))
  const order = topP === 1000 ? undefined : likeliest(weights, topP / 1000)
  const at = (place: number) => (order === undefined ? place : (order[place] as number))
  const count = order?.length ?? weights.length
  let total = 0
  for (let place = 0; place < count; place++) total += weights[at(place)] as number
  let left = random() * total
  for (let place = 0; place < count; place++) {
    left -= weights[at(place)] as number
    if (left < 0) return at(place)
  }
  // Additions round: what is left over is the likeliest's.
  return best
}

/** A token whose logit is not a number is never chosen. */
function largest(logits: Float32Array): number {
  let best = -1
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number
    if (!Number.isNaN(logit) && (best === -1 || logit > (logits[best] as number))) best = id
  }
  if (best === -1 || !Number.isFinite(logits[best])) throw new RangeError('A model that gives no finite logit')
  return best
}

/** Ids from the largest weight on, equal ones by id, until their sum is this share of all. */
function likeliest(weights: Float64Array, share: number): Uint32Array {
  let total = 0
  for (const weight of weights) total += weight
  const ids = Uint32Array.from(weights, (_, id) => id).sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)
  let sum = 0
  let count = 0
  while (count < ids.length && (count === 0 || sum < share * total)) sum += weights[ids[count++] as number] as number
  return ids.subarray(0, count)
}

/** e^x for x up to 0: x = k ln 2 + r, and a polynomial for r. Within 2 ULP of the exact value. */
export function expOf(x: number): number {
  // NaN too.
  if (!(x >= -700)) return 0
  const k = Math.round(x / Math.LN2)
  // ln 2 in two parts, the first with zeros at its end, so that k times it is exact.
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10
  let sum = 1
  for (let i = 14; i > 0; i--) sum = 1 + (sum * r) / i
  view.setUint32(0, (k + 1023) << 20)
  return sum * view.getFloat64(0)
}

const view = new DataView(new ArrayBuffer(8))

/** SplitMix64 (Steele, Lea, Flood 2014): numbers in [0, 1) with 53 bits from a seed, which is taken modulo 2^64. */
export function randomNumbers(seed: number): () => number {
  let state = BigInt.asUintN(64, BigInt(seed))
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
    let z = state
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return Number((z ^ (z >> 31n)) >> 11n) * 2 ** -53
  }
}
