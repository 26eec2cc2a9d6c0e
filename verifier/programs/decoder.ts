import { concatBytes } from '../bytes.ts'
import { type Tensor, tensorFromValues } from '../tensor.ts'
import { ProgramError } from './program.ts'

/** Of a graph that takes tokens and a cache of keys and values: see generate-text.ts. */
export type DecoderForm = {
  layers: number
  heads: number
  headSize: number
  feedsPositions: boolean
  /** Sequences in one run. */
  batchMax: number
  /** Tokens that the graph knows places for. */
  context: number
  /** A token's run has a cache as long as the next multiple of this, masked behind the sequence's own end. */
  cacheStep: number
}

export type Decoder = {
  /**
   * Runs the prompt, then each token that `next` chooses of the last position's logits, until it chooses `null`. The logits are its own until it returns.
   *
   * @throws the signal's reason, what the stage throws, and what `next` throws
   */
  decode(promptIds: readonly number[], next: (logits: Float32Array) => number | null, signal?: AbortSignal): Promise<void>
}

type Run = (feeds: readonly Tensor[], outputNames: readonly string[]) => Promise<Tensor[]>

type Sequence = {
  next(logits: Float32Array): number | null
  signal: AbortSignal | undefined
  /** Chosen, and not run yet. */
  token: number
  /** Tokens in the cache. */
  length: number
  resolve(): void
  reject(error: unknown): void
}

/** Sequences whose caches have one width: they run as the rows of one batch. */
type Group = { sequences: Sequence[]; width: number; past: Tensor[]; alone: boolean }

/**
 * Continuous batching: sequences whose caches have equal width run together, which at one thread gives each the bits that it has alone; the others run in turn. Those behind take two steps while the longest
 * takes one, so that in the end they meet, and go on together.
 *
 * Another width puts additions in another order, and changes the last bits. So a cache is padded as far as the sequence's own length says, alone as in company, and no further.
 */
export function createDecoder(form: DecoderForm, run: Run): Decoder {
  const { layers, heads, headSize, feedsPositions, batchMax, context, cacheStep } = form
  const cacheNames = Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat()
  const outputNames = ['logits', ...cacheNames.map((name) => `present.${name}`)]
  const emptyPast = cacheNames.map((name): Tensor => {
    const shape = [1n, BigInt(heads), 0n, BigInt(headSize)]
    return { name: `past_key_values.${name}`, datatype: 'FP32', shape, data: new Uint8Array() }
  })
  let groups: Group[] = []
  let driving = false

  async function drive(): Promise<void> {
    if (driving) return
    driving = true
    while (groups.length > 0) {
      merge()
      await round()
    }
    driving = false
  }

  /** Ends early when two groups meet: one step more, and they would have passed each other. */
  async function round(): Promise<void> {
    const longest = Math.max(...groups.map(({ width }) => width))
    for (const group of [...groups].sort((a, b) => a.width - b.width)) {
      const steps = group.width < longest ? 2 : 1
      for (let i = 0; i < steps && groups.includes(group); i++) {
        await step(group)
        if (groups.some((other) => other !== group && canJoin(group, other))) return
      }
    }
  }

  function canJoin(a: Group, b: Group): boolean {
    return a.width === b.width && !a.alone && !b.alone && a.sequences.length + b.sequences.length <= batchMax
  }

  async function step(group: Group): Promise<void> {
    keep(group, ({ signal }, i) => {
      if (signal?.aborted !== true) return true
      group.sequences[i]?.reject(signal.reason)
      return false
    })
    if (group.sequences.length === 0) return
    try {
      const tokens = group.sequences.map(({ token }) => [token])
      advance(group, await runOnce(tokens, group))
    } catch (error) {
      groups = groups.filter((other) => other !== group)
      if (group.sequences.length === 1) return group.sequences[0]?.reject(error)
      // Which of them is to blame shows when each runs by itself.
      for (const [i, sequence] of group.sequences.entries())
        groups.push({ sequences: [sequence], width: group.width, past: group.past.map((tensor) => rowsOf(tensor, [i])), alone: true })
    }
  }

  /** Each sequence chooses its next token by its own logits. */
  function advance(group: Group, [logits, ...present]: Tensor[]): void {
    const { sequences, width } = group
    const rows = sequences.length
    const ofEach = sequences.map((_, i) => lastLogits(logits, i, rows))
    const filled = present.map(asPast)
    // Behind padding, where the sequence has not reached the end of its cache.
    for (const [i, { length }] of sequences.entries())
      if (length < width) for (const [t, tensor] of group.past.entries()) copyPlace(filled[t] as Tensor, width, tensor, length, i)
    for (const sequence of sequences) sequence.length++
    const goesOn = sequences.map((sequence, i) => chooses(sequence, ofEach[i] as Float32Array))
    const wider: Group = { ...group, width: widthOf(width + 1), past: filled }
    keep(wider, ({ length }, i) => goesOn[i] === true && length > width)
    keep(group, ({ length }, i) => goesOn[i] === true && length <= width)
    if (wider.sequences.length === 0) return
    wider.past = wider.past.map((tensor) => widened(tensor, wider.width))
    groups.push(group.sequences.length === 0 ? Object.assign(group, wider) : wider)
  }

  function widthOf(length: number): number {
    return Math.min(Math.ceil(length / cacheStep) * cacheStep, context - 1)
  }

  /** False when the sequence has ended, well or badly. */
  function chooses(sequence: Sequence, logits: Float32Array): boolean {
    try {
      const token = sequence.next(logits)
      if (token === null) sequence.resolve()
      else sequence.token = token
      return token !== null
    } catch (error) {
      sequence.reject(error)
      return false
    }
  }

  function keep(group: Group, wanted: (sequence: Sequence, i: number) => boolean): void {
    const kept = group.sequences.flatMap((sequence, i) => (wanted(sequence, i) ? [i] : []))
    if (kept.length === 0) groups = groups.filter((other) => other !== group)
    else if (kept.length < group.sequences.length) group.past = group.past.map((tensor) => rowsOf(tensor, kept))
    group.sequences = kept.map((i) => group.sequences[i] as Sequence)
  }

  function merge(): void {
    const merged: Group[] = []
    for (const group of groups) {
      const other = merged.find((candidate) => canJoin(candidate, group))
      if (other === undefined) merged.push(group)
      else {
        other.past = other.past.map((tensor, i) => stacked(tensor, group.past[i] as Tensor))
        other.sequences.push(...group.sequences)
      }
    }
    groups = merged
  }

  /** Rows of tokens, all of one number, after what each has behind it. */
  function runOnce(
    tokens: readonly (readonly number[])[],
    { sequences, width, past }: { sequences: readonly { length: number }[]; width: number; past: readonly Tensor[] },
  ): Promise<Tensor[]> {
    const count = tokens[0]?.length ?? 0
    const int64 = (name: string, size: number, values: number[]): Tensor =>
      tensorFromValues({ name, datatype: 'INT64', shape: [tokens.length, size], values })
    const ids = int64('input_ids', count, tokens.flat())
    const heard = sequences.flatMap(({ length }) => Array.from({ length: width + count }, (_, i) => (i < length || i >= width ? 1 : 0)))
    const mask = int64('attention_mask', width + count, heard)
    const positions = tokens.flatMap((row, i) => row.map((_, j) => (sequences[i]?.length ?? 0) + j))
    return run([ids, mask, ...(feedsPositions ? [int64('position_ids', count, positions)] : []), ...past], outputNames)
  }

  function asPast(tensor: Tensor, i: number): Tensor {
    return { ...tensor, name: (emptyPast[i] as Tensor).name }
  }

  function lastLogits(logits: Tensor | undefined, row: number, rows: number): Float32Array {
    const { datatype, shape, data } = logits ?? { datatype: 'no tensor', shape: [], data: new Uint8Array() }
    const [batch, width, vocabulary] = shape.map(Number)
    if (datatype !== 'FP32' || batch !== rows || !width || !vocabulary || data.length !== rows * width * vocabulary * 4)
      throw new ProgramError('PROGRAM_UNFIT', 'The stage gives another form of logits', { received: `${datatype} [${shape}]` })
    const at = ((row + 1) * width - 1) * vocabulary * 4
    return new Float32Array(Uint8Array.from(data.subarray(at, at + vocabulary * 4)).buffer)
  }

  return {
    async decode(promptIds, next, signal) {
      signal?.throwIfAborted()
      const [logits, ...present] = await runOnce([promptIds], { sequences: [{ length: 0 }], width: 0, past: emptyPast })
      await new Promise<void>((resolve, reject) => {
        const { length } = promptIds
        const sequence: Sequence = { next, signal, token: -1, length, resolve, reject }
        if (!chooses(sequence, lastLogits(logits, 0, 1))) return
        const width = widthOf(length)
        groups.push({ sequences: [sequence], width, past: present.map(asPast).map((tensor) => widened(tensor, width)), alone: false })
        void drive()
      })
    },
  }
}

/** These rows of a tensor, in this order. */
function rowsOf(tensor: Tensor, rows: readonly number[]): Tensor {
  const bytes = tensor.data.length / Number(tensor.shape[0])
  const data = concatBytes(...rows.map((row) => tensor.data.subarray(row * bytes, (row + 1) * bytes)))
  return { ...tensor, shape: [BigInt(rows.length), ...tensor.shape.slice(1)], data }
}

/** [rows, heads, places, size]: with zeros in as many more places as are missing. */
function widened(tensor: Tensor, width: number): Tensor {
  const [rows, heads, places, size] = tensor.shape.map(Number) as [number, number, number, number]
  if (places === width) return tensor
  const data = new Uint8Array(rows * heads * width * size * 4)
  const block = places * size * 4
  for (let i = 0; i < rows * heads; i++) data.set(tensor.data.subarray(i * block, (i + 1) * block), i * width * size * 4)
  return { ...tensor, shape: [BigInt(rows), BigInt(heads), BigInt(width), BigInt(size)], data }
}

/** One place of one row, of every head. */
function copyPlace(from: Tensor, fromPlace: number, to: Tensor, toPlace: number, row: number): void {
  const [, heads, places, size] = from.shape.map(Number) as [number, number, number, number]
  const bytes = size * 4
  const toPlaces = Number(to.shape[2])
  for (let head = row * heads; head < (row + 1) * heads; head++) {
    const at = (head * places + fromPlace) * bytes
    to.data.set(from.data.subarray(at, at + bytes), (head * toPlaces + toPlace) * bytes)
  }
}

function stacked(a: Tensor, b: Tensor): Tensor {
  return { ...a, shape: [(a.shape[0] as bigint) + (b.shape[0] as bigint), ...a.shape.slice(1)], data: concatBytes(a.data, b.data) }
}
