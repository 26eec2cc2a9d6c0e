import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Datatype, type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { type TextLine, textLineTensor } from './ocr/text-line.ts'

/** A real input that no training has seen, and what the model is to say of it. */
export type Sample = { file: string; label: string; source: string; tensor: Tensor }

/** The samples of one model, by file name. */
export function readSamples(folder: string): Sample[] {
  const samples = join(folder, 'samples')
  return readdirSync(samples)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => decodeSample(file, readFileSync(join(samples, file), 'utf8')))
}

/** The likeliest label of each row of logits; of equal ones the first. */
export function labelRows(logits: Tensor, labels: readonly string[]): string[] {
  const values = tensorValues(logits).map(Number)
  const rows = values.length / labels.length
  return Array.from({ length: rows }, (_, row) => {
    const scores = values.slice(row * labels.length, (row + 1) * labels.length)
    return labels[scores.indexOf(Math.max(...scores))] as string
  })
}

type Plain = { name: string; datatype: Datatype; shape: number[]; values: number[] }
type Image = Omit<TextLine, 'grey'> & { grey: string }
type SampleFile = { label: string; source: string } & ({ tensor: Plain } | { image: Image })

function decodeSample(file: string, text: string): Sample {
  const sample = JSON.parse(text) as SampleFile
  const tensor =
    'tensor' in sample
      ? tensorFromValues(sample.tensor)
      : textLineTensor({ ...sample.image, grey: Buffer.from(sample.image.grey, 'base64') })
  return { file, label: sample.label, source: sample.source, tensor }
}
