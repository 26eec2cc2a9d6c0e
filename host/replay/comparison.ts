import { equalBytes, toHex } from '@nacre/verifier/bytes'
import { type Datatype, elementCount, splitBytes, type Tensor } from '@nacre/verifier/tensor'

/**
 * How a recorded output compares with one that was computed again.
 *
 * - `bit-equal`: the same bytes.
 * - `within-tolerance`: the same to rounding, see {@link toleranceOf}. Another class of CPU, another version or another engine explains it; so does a difference that was put there on
 *   purpose and is that small.
 * - `mismatch`: no rounding explains it.
 */
export type ReplayVerdict = 'bit-equal' | 'within-tolerance' | 'mismatch'

export type OutputComparison = { readonly verdict: ReplayVerdict; readonly tensors: readonly TensorComparison[] }

export type TensorComparison = {
  readonly name: string
  readonly datatype: Datatype
  readonly verdict: ReplayVerdict
  readonly elements: number
  /** Elements whose bytes differ. */
  readonly differing: number
  /** Largest distance in units in the last place; `null` for datatypes without, and where a value is not finite. */
  readonly ulpMax: number | null
  /** Largest difference of two values; `null` where there is none to take (text, NaN, infinities). */
  readonly absoluteMax: number | null
  /** The largest difference that counts as rounding: 0 where only equality counts. */
  readonly absoluteAllowed: number
  /** The first element that differs, and the one that differs most. */
  readonly first: ElementDifference | null
  readonly worst: ElementDifference | null
  /** Set when the tensors cannot be compared by element. */
  readonly reason?: string
}

export type ElementDifference = {
  /** Row-major. */
  readonly index: number
  readonly position: readonly number[]
  readonly recorded: string
  readonly computed: string
}

/**
 * What counts as rounding, relative to the largest finite magnitude in the computed tensor: 1024 unit roundoffs of `FP32` (2^-14) and `FP64` (2^-43), 8 of `FP16` (2^-8). Measured between
 * native and WebAssembly on the models of this project: 147 at most. Integers, booleans and text compare exactly.
 *
 * Relative to the tensor and not to the element, because a sum's rounding error goes with its terms: next to zero an element may be thousands of units off. To the *computed* tensor, because
 * the attack is a recorded element so large that everything else drowns in it.
 */
export function toleranceOf(datatype: Datatype): number {
  return tolerances[datatype] ?? 0
}

/** Compares in the order of `recorded`. `tolerance` replaces that of {@link toleranceOf} for floating point; 0 asks for equal bytes. */
export function compareOutputs(recorded: readonly Tensor[], computed: readonly Tensor[], tolerance?: number): OutputComparison {
  const tensors = recorded.map((tensor, at) => compareTensor(tensor, computed[at], tolerance))
  const verdict =
    recorded.length !== computed.length || tensors.some((tensor) => tensor.verdict === 'mismatch')
      ? 'mismatch'
      : tensors.some((tensor) => tensor.verdict === 'within-tolerance')
        ? 'within-tolerance'
        : 'bit-equal'
  return { verdict, tensors }
}

const tolerances: Partial<Record<Datatype, number>> = { FP16: 2 ** -8, FP32: 2 ** -14, FP64: 2 ** -43 }

function compareTensor(recorded: Tensor, computed: Tensor | undefined, tolerance: number | undefined): TensorComparison {
  const { name, datatype } = recorded
  const elements = elementCount(recorded.shape)
  const common = { name, datatype, elements, absoluteAllowed: 0 }
  if (computed === undefined || form(recorded) !== form(computed))
    return {
      ...common,
      verdict: 'mismatch',
      differing: elements,
      ulpMax: null,
      absoluteMax: null,
      first: null,
      worst: null,
      reason: `recorded ${form(recorded)}, computed ${computed === undefined ? 'nothing' : form(computed)}`,
    }
  if (equalBytes(recorded.data, computed.data))
    return { ...common, verdict: 'bit-equal', differing: 0, ulpMax: 0, absoluteMax: 0, first: null, worst: null }
  const reader = readers[datatype]
  if (reader === undefined) return compareOpaque(common, recorded, computed)
  const [a, b] = [reader(recorded.data), reader(computed.data)]
  const relative = tolerances[datatype] === undefined ? 0 : (tolerance ?? toleranceOf(datatype))
  const absoluteAllowed = relative * largest(b, elements)
  let [differing, ulpMax, absoluteMax, first, worst, beyond] = [0, 0 as number | null, 0 as number | null, -1, -1, false]
  for (let i = 0; i < elements; i++) {
    if (a.bits(i) === b.bits(i)) continue
    differing++
    if (first < 0) first = i
    if (relative === 0) beyond = true
    const distance = Math.abs(a.value(i) - b.value(i))
    // Two NaNs with other payloads agree; NaN beside a number, or an infinity that is not the same, does not.
    const finite = Number.isFinite(distance)
    if (!finite && Number.isNaN(a.value(i)) && Number.isNaN(b.value(i))) continue
    if (!finite) {
      if (absoluteMax !== null) worst = i
      ulpMax = absoluteMax = null
      beyond = true
      continue
    }
    if (absoluteMax !== null) {
      if (distance > absoluteMax || worst < 0) {
        absoluteMax = distance
        worst = i
      }
      const ulp = a.order === undefined || b.order === undefined ? null : apart(a.order(i), b.order(i))
      ulpMax = ulp === null || ulpMax === null ? null : Math.max(ulpMax, ulp)
    }
    if (distance > absoluteAllowed) beyond = true
  }
  const show = (index: number): ElementDifference | null =>
    index < 0
      ? null
      : { index, position: positionOf(index, recorded.shape), recorded: text(a.value(index)), computed: text(b.value(index)) }
  return {
    ...common,
    verdict: beyond ? 'mismatch' : 'within-tolerance',
    differing,
    ulpMax,
    absoluteMax,
    absoluteAllowed,
    first: show(first),
    worst: show(worst),
  }
}

function compareOpaque(
  common: Pick<TensorComparison, 'name' | 'datatype' | 'elements' | 'absoluteAllowed'>,
  recorded: Tensor,
  computed: Tensor,
): TensorComparison {
  const [a, b] = common.datatype === 'BYTES' ? [splitBytes(recorded.data), splitBytes(computed.data)] : [words(recorded), words(computed)]
  const at = a.flatMap((element, index) => (equalBytes(element, b[index] as Uint8Array) ? [] : [index]))
  const [index = 0] = at
  const shown = (bytes: Uint8Array | undefined) => toHex((bytes ?? new Uint8Array(0)).subarray(0, 32))
  const first = { index, position: positionOf(index, recorded.shape), recorded: shown(a[index]), computed: shown(b[index]) }
  return { ...common, verdict: 'mismatch', differing: at.length, ulpMax: null, absoluteMax: null, first, worst: first }
}

/** Elements of a datatype that has no arithmetic here: `BF16`. */
function words({ data, shape }: Tensor): Uint8Array[] {
  const width = data.length / elementCount(shape)
  return Array.from({ length: elementCount(shape) }, (_, i) => data.subarray(i * width, (i + 1) * width))
}

type Elements = {
  value(index: number): number
  /** Equal exactly for equal bytes. */
  bits(index: number): number | bigint
  /** A number line on which neighbours are one apart, -0 and +0 on one place. Absent for integers. */
  order?: (index: number) => number | bigint
}

const viewOf = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset, data.byteLength)
const integers =
  (read: (view: DataView, index: number) => number | bigint) =>
  (data: Uint8Array): Elements => {
    const view = viewOf(data)
    return { value: (i) => Number(read(view, i)), bits: (i) => read(view, i) }
  }

const readers: Partial<Record<Datatype, (data: Uint8Array) => Elements>> = {
  BOOL: integers((view, i) => view.getUint8(i)),
  UINT8: integers((view, i) => view.getUint8(i)),
  UINT16: integers((view, i) => view.getUint16(2 * i, true)),
  UINT32: integers((view, i) => view.getUint32(4 * i, true)),
  UINT64: integers((view, i) => view.getBigUint64(8 * i, true)),
  INT8: integers((view, i) => view.getInt8(i)),
  INT16: integers((view, i) => view.getInt16(2 * i, true)),
  INT32: integers((view, i) => view.getInt32(4 * i, true)),
  INT64: integers((view, i) => view.getBigInt64(8 * i, true)),
  FP16: (data) => {
    const view = viewOf(data)
    const bits = (i: number) => view.getUint16(2 * i, true)
    return { value: (i) => halfToNumber(bits(i)), bits, order: (i) => (bits(i) < 0x8000 ? bits(i) : 0x8000 - bits(i)) }
  },
  FP32: (data) => {
    const view = viewOf(data)
    const bits = (i: number) => view.getInt32(4 * i, true)
    return { value: (i) => view.getFloat32(4 * i, true), bits, order: (i) => (bits(i) < 0 ? -0x80000000 - bits(i) : bits(i)) }
  },
  FP64: (data) => {
    const view = viewOf(data)
    const bits = (i: number) => view.getBigInt64(8 * i, true)
    return { value: (i) => view.getFloat64(8 * i, true), bits, order: (i) => (bits(i) < 0n ? -(1n << 63n) - bits(i) : bits(i)) }
  },
}

function apart(a: number | bigint, b: number | bigint): number {
  return Math.abs(typeof a === 'bigint' && typeof b === 'bigint' ? Number(a - b) : Number(a) - Number(b))
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

function largest(elements: Elements, count: number): number {
  let most = 0
  for (let i = 0; i < count; i++) {
    const magnitude = Math.abs(elements.value(i))
    if (magnitude > most && Number.isFinite(magnitude)) most = magnitude
  }
  return most
}

function positionOf(index: number, shape: readonly bigint[]): number[] {
  const position: number[] = []
  let rest = index
  for (const size of shape.toReversed()) {
    position.unshift(rest % Number(size))
    rest = Math.floor(rest / Number(size))
  }
  return position
}

function form({ name, datatype, shape }: Tensor): string {
  return `${name} ${datatype} [${shape.join(', ')}]`
}

function text(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
