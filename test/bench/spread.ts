/** The middle of several runs, and how far they lay apart. */
export type Spread = { median: number; min: number; max: number }

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => rounded(sorted[index] as number)
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) }
}

/** Four digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
