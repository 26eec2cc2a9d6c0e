import { type Tensor, tensorValues } from '../tensor.ts'
import type { Section } from './report.ts'

/** Scores by label, best first, one list per row; `null` when the labels are not those of the last dimension. */
export function rankLabels(tensor: Tensor, labels: readonly string[], top: number): { label: string; score: number }[][] | null {
  if (labels.length === 0 || Number(tensor.shape.at(-1) ?? 0n) !== labels.length || tensor.datatype === 'BYTES') return null
  const scores = tensorValues(tensor).map(Number)
  return Array.from({ length: scores.length / labels.length }, (_, row) =>
    labels
      .map((label, index) => ({ label, score: scores[row * labels.length + index] as number }))
      .sort((a, b) => b.score - a.score)
      .slice(0, top),
  )
}

/** A tensor in one to a few lines for people. */
export function tensorRows(tensor: Tensor, labels: readonly string[] = []): (readonly [string, string])[] {
  const head = [tensor.name, `${tensor.datatype} [${tensor.shape.join(', ')}]`] as const
  const ranked = rankLabels(tensor, labels, 3)
  if (ranked === null) return [[head[0], `${head[1]}  ${firstValues(tensor)}`]]
  // A row for each position of a text line would be a screenful: there the best label of each says it all.
  if (ranked.length > rowsMax) return [head, ['', `best of ${ranked.length} rows: ${ranked.map(([best]) => best?.label || '·').join(' ')}`]]
  return [head, ...ranked.map((row) => ['', row.map(({ label, score }) => `${label} ${formatScore(score)}`).join('   ')] as const)]
}

/** Tensors, or that they are kept back. */
export function tensorSection(title: string, tensors: readonly Tensor[] | null, labels: readonly string[] = []): Section {
  if (tensors === null) return { title, rows: [['', 'not in the file, only its hash in the receipt']] }
  return { title, rows: tensors.flatMap((tensor) => tensorRows(tensor, labels)) }
}

/** The values as JSON has room for them: what JSON numbers cannot hold becomes text, and large tensors are named only. */
export function tensorData(tensor: Tensor, labels: readonly string[] = []) {
  const { name, datatype, shape, data } = tensor
  const small = data.length <= valuesBytesMax
  const ranked = small ? rankLabels(tensor, labels, 3) : null
  return {
    name,
    datatype,
    shape: shape.map(Number),
    bytes: data.length,
    ...(small
      ? { values: tensorValues(tensor).map((value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)) }
      : {}),
    ...(ranked === null ? {} : { top: ranked }),
  }
}

function firstValues(tensor: Tensor): string {
  if (tensor.data.length > valuesBytesMax) return `${tensor.data.length} bytes`
  const values = tensorValues(tensor)
  const shown = values
    .slice(0, valuesMax)
    .map((value) => (typeof value === 'number' ? formatScore(value) : JSON.stringify(String(value)).slice(1, -1)))
  return `${shown.join(' ')}${values.length > valuesMax ? ` … (${values.length} values)` : ''}`
}

function formatScore(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}

const rowsMax = 8
const valuesMax = 8
const valuesBytesMax = 64 * 1024
