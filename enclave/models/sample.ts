import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePngImage } from '@nacre/verifier/cli/png-image'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { type Datatype, type Tensor, type TensorValue, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { decodeTextLine, type TextLine, textLineTensor } from './ocr/text-line.ts'

/** A real input that no training has seen, and what the model is to say of it. `tensor` is the first input, and of most models the only one. */
export type Sample = { file: string; label: string; source: string; tensor: Tensor; inputs: Tensor[] }

/** The samples of one model, by file name. */
export function readSamples(folder: string): Sample[] {
  const samples = join(folder, 'samples')
  return readdirSync(samples)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => decodeSample(samples, file))
}

/** What the outputs say of the first row, in the words of the samples' labels. */
export function labelAnswer({ name, labels }: ModelManifest, [scores]: readonly Tensor[]): string | undefined {
  if (scores === undefined) return undefined
  if (name === 'read-text') return tensorValues(scores).join('\n')
  if (name === 'ocr') return decodeTextLine(scores, labels)
  if (name === 'vad') return Number(tensorValues(scores)[0]) > 0.5 ? 'speech' : 'no speech'
  return labelRows(scores, labels)[0]
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
type OipInput = Omit<Plain, 'values'> & { data: number[] }
type SampleFile = { label: string; source: string } & ({ tensor: Plain } | { inputs: OipInput[] } | { image: Image } | { png: string })

function decodeSample(folder: string, file: string): Sample {
  const sample = JSON.parse(readFileSync(join(folder, file), 'utf8')) as SampleFile
  const inputs = 'inputs' in sample ? sample.inputs.map(fromOip) : [decodeTensor(folder, sample)]
  const [tensor] = inputs
  if (tensor === undefined) throw new Error(`${file} has no input`)
  return { file, label: sample.label, source: sample.source, tensor, inputs }
}

function decodeTensor(folder: string, sample: { tensor: Plain } | { image: Image } | { png: string }): Tensor {
  if ('tensor' in sample) return tensorFromValues(sample.tensor)
  if ('png' in sample) return decodePngImage(readFileSync(join(folder, sample.png)))
  return textLineTensor({ ...sample.image, grey: Buffer.from(sample.image.grey, 'base64') })
}

function fromOip({ data, ...spec }: OipInput): Tensor {
  const values: TensorValue[] = spec.datatype === 'INT64' ? data.map(BigInt) : data
  return tensorFromValues({ ...spec, values })
}
