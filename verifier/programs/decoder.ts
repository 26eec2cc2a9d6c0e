import { concatBytes } from '../bytes.ts'
import { type Tensor, tensorFromValues } from '../tensor.ts'
import { ProgramError } from './program.ts'

/** Of a graph that takes tokens and a cache of keys and values: see generate-text.ts. */
export type DecoderForm = { layers: number; heads: number; headSize: number; feedsPositions: boolean; batchMax: number }

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
  resolve(): void
  reject(error: unknown): void
}

/** Sequences whose caches have one length: they run as the rows of one batch. */
type Group = { sequences: Sequence[]; length: number; past: Tensor[]; alone: boolean }

/**
 * Continuous batching without padding: padding would change the order of additions, and with it the last bits. Sequences of equal length run together, which at one thread gives each the bits that it has
 * alone; the others run in turn. Those behind take two steps while the longest takes one, so that in the end they meet, and go on together.
 */
export function createDecoder(form: DecoderForm, run: Run): Decoder {
  const { layers, heads, headSize, feedsPositions, batchMax } = form
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
    const longest = Math.max(...groups.map(({ length }) => length))
    for (const group of [...groups].sort((a, b) => a.length - b.length)) {
      const steps = group.length < longest ? 2 : 1
      for (let i = 0; i < steps && groups.includes(group); i++) {
        await step(group)
        if (groups.some((other) => other !== group && canJoin(group, other))) return
      }
    }
  }

  function canJoin(a: Group, b: Group): boolean {
    return a.length === b.length && !a.alone && !b.alone && a.sequences.length + b.sequences.length <= batchMax
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
        groups.push({ sequences: [sequence], length: group.length, past: group.past.map((tensor) => rowsOf(tensor, [i])), alone: true })
    }
  }

  /** Each sequence chooses its next token by its own logits. */
  function advance(group: Group, [logits, ...present]: Tensor[]): void {
    const rows = group.sequences.length
    const ofEach = group.sequences.map((_, i) => lastLogits(logits, i, rows))
    group.length += 1
    group.past = present.map(asPast)
    keep(group, (sequence, i) => chooses(sequence, ofEach[i] as Float32Array))
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

  /** Rows of tokens, all of one number, after what the group has behind it. */
  function runOnce(tokens: readonly (readonly number[])[], { length, past }: Pick<Group, 'length' | 'past'>): Promise<Tensor[]> {
    const width = tokens[0]?.length ?? 0
    const int64 = (name: string, size: number, values: number[]): Tensor =>
      tensorFromValues({ name, datatype: 'INT64', shape: [tokens.length, size], values })
    const ids = int64('input_ids', width, tokens.flat())
    const mask = int64('attention_mask', length + width, new Array(tokens.length * (length + width)).fill(1))
    const positions = tokens.flatMap((row) => row.map((_, i) => length + i))
    return run([ids, mask, ...(feedsPositions ? [int64('position_ids', width, positions)] : []), ...past], outputNames)
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
      const group: Group = { sequences: [], length: 0, past: emptyPast, alone: false }
      const [logits, ...present] = await runOnce([promptIds], group)
      await new Promise<void>((resolve, reject) => {
        const sequence: Sequence = { next, signal, token: -1, resolve, reject }
        if (!chooses(sequence, lastLogits(logits, 0, 1))) return
        groups.push({ sequences: [sequence], length: promptIds.length, past: present.map(asPast), alone: false })
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

function stacked(a: Tensor, b: Tensor): Tensor {
  return { ...a, shape: [(a.shape[0] as bigint) + (b.shape[0] as bigint), ...a.shape.slice(1)], data: concatBytes(a.data, b.data) }
}
