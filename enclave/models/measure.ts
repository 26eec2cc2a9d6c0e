/**
 * Counts how often a model is right on inputs that its training did not see, run as its manifest says.
 *
 *     node --conditions=source --import tsx enclave/models/measure.ts MODEL FILE
 *
 * FILE is what the model's train.py or render.py writes for `--held-out`; those of `digits` and `health` are small and lie beside them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decodePngImage } from '@nacre/verifier/cli/png-image'
import { decodeOnnxManifest } from '@nacre/verifier/manifest'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { textLineTensor } from './ocr/text-line.ts'
import { labelAnswer } from './sample.ts'
import { findWeights, openProgramFolder, openSession, runSession } from './session.ts'
import { decodeRecording, silentState, stepInputs, windowsOf } from './vad/sound.ts'

/** Fixed-size rows: little-endian `datatype` elements in base64, one label a row. */
type HeldOutRows = { datatype: 'UINT8' | 'FP32'; rows: string; labels: string[] }
type HeldOutRecording = { label: string; source: string; rate: number; pcm: string }
type HeldOutPage = { label: string; source: string; png: string }
type HeldOutLine = { label: string; image: { width: number; height: number; grey: string } }

export type Measurement = { right: number; total: number }

/** For models with one label a row: `garment`, `digits`, `digits-int`, `health`. */
export async function measureRows(folder: string, file: string): Promise<Measurement> {
  const manifest = decodeOnnxManifest(readFileSync(join(folder, 'manifest.json')))
  const session = await openSession(findWeights(folder), manifest.runtime)
  const { labels, ...held } = JSON.parse(readFileSync(file, 'utf8')) as HeldOutRows
  const [spec] = manifest.inputs
  if (spec === undefined) throw new Error('Model without an input')
  const values = rowValues(held)
  const size = values.length / labels.length
  let right = 0
  for (const [row, label] of labels.entries()) {
    const input: Tensor = tensorFromValues({
      ...spec,
      shape: [1, ...spec.shape.slice(1)],
      values: values.slice(row * size, (row + 1) * size),
    })
    if (labelAnswer(manifest, await runSession(session, [input])) === label) right++
  }
  return { right, total: labels.length }
}

/** For `ocr`: lines right in every character, and single characters as edit distance leaves them. */
async function measureLines(folder: string, file: string): Promise<{ lines: Measurement; characters: Measurement }> {
  const manifest = decodeOnnxManifest(readFileSync(join(folder, 'manifest.json')))
  const session = await openSession(findWeights(folder), manifest.runtime)
  const held = JSON.parse(readFileSync(file, 'utf8')) as HeldOutLine[]
  const lines = { right: 0, total: held.length }
  const characters = { right: 0, total: 0 }
  for (const { label, image } of held) {
    const input = textLineTensor({ ...image, grey: Buffer.from(image.grey, 'base64') })
    const distance = editDistance(label, labelAnswer(manifest, await runSession(session, [input])) ?? '')
    if (distance === 0) lines.right++
    characters.right += label.length - distance
    characters.total += label.length
  }
  return { lines, characters }
}

/** For `read-text`: characters right as edit distance over the whole page leaves them, by kind of page, and whole lines. */
async function measurePages(folder: string, file: string): Promise<Record<string, Measurement>> {
  const { manifest, program } = await openProgramFolder(folder)
  const counts: Record<string, Measurement> = {}
  const add = (what: string, right: number, total: number) => {
    counts[what] ??= { right: 0, total: 0 }
    counts[what].right += right
    counts[what].total += total
  }
  for (const { label, source, png } of JSON.parse(readFileSync(file, 'utf8')) as HeldOutPage[]) {
    const outputs = await program.run([decodePngImage(Buffer.from(png, 'base64'))])
    const text = labelAnswer(manifest, outputs) ?? ''
    const right = label.length - editDistance(label, text)
    add(`characters, ${source}`, right, label.length)
    add('characters', right, label.length)
    const found = new Set(text.split('\n'))
    const lines = label.split('\n')
    add('lines', lines.filter((line) => found.has(line)).length, lines.length)
    add('pages without any error', text === label ? 1 : 0, 1)
  }
  return counts
}

/** For `spam`: mails. */
async function measureTexts(folder: string, file: string): Promise<{ texts: Measurement }> {
  const { manifest, program } = await openProgramFolder(folder)
  const texts = { right: 0, total: 0 }
  for (const { label, text } of JSON.parse(readFileSync(file, 'utf8')) as { label: string; text: string }[]) {
    const outputs = await program.run([tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [1], values: [text] })])
    if (labelAnswer(manifest, outputs) === label) texts.right++
    texts.total++
  }
  return { texts }
}

/** For `vad`: recordings in which somebody speaks and is heard in some window, and others in which nobody is. */
async function measureRecordings(folder: string, file: string): Promise<{ speech: Measurement; 'no speech': Measurement }> {
  const manifest = decodeOnnxManifest(readFileSync(join(folder, 'manifest.json')))
  const session = await openSession(findWeights(folder), manifest.runtime)
  const counts = { speech: { right: 0, total: 0 }, 'no speech': { right: 0, total: 0 } }
  for (const { label, source, ...encoded } of JSON.parse(readFileSync(file, 'utf8')) as HeldOutRecording[]) {
    const sound = decodeRecording(encoded)
    let state = silentState
    let greatest = 0
    for (const window of windowsOf(sound)) {
      const [probability, next] = (await runSession(session, stepInputs(window, state, sound.rate))) as [Tensor, Tensor]
      greatest = Math.max(greatest, Number(tensorValues(probability)[0]))
      state = next
    }
    const count = counts[label as keyof typeof counts]
    count.total++
    if (greatest > 0.5 === (label === 'speech')) count.right++
    else console.log(`${source}: ${greatest.toFixed(2)}`)
  }
  return counts
}

function rowValues({ datatype, rows }: Omit<HeldOutRows, 'labels'>): number[] {
  const bytes = new Uint8Array(Buffer.from(rows, 'base64'))
  return Array.from(datatype === 'UINT8' ? bytes : new Float32Array(bytes.buffer))
}

/** Levenshtein: insertions, deletions and replacements that lead from one text to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] as number) + (to[j] === character ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1))
    }
    row = next
  }
  return row[to.length] as number
}

const measurements: Record<string, (folder: string, file: string) => Promise<Record<string, Measurement>>> = {
  ocr: measureLines,
  'read-text': measurePages,
  spam: measureTexts,
  vad: measureRecordings,
}
const rowsAlone = async (folder: string, file: string) => ({ rows: await measureRows(folder, file) })

async function main(name: string | undefined, file: string | undefined): Promise<void> {
  if (name === undefined || file === undefined) throw new Error('Usage: measure.ts MODEL FILE')
  const folder = join(import.meta.dirname, name)
  const results = await (measurements[name] ?? rowsAlone)(folder, file)
  for (const [what, { right, total }] of Object.entries(results))
    console.log(`${name} ${what}: ${right} of ${total} right, ${((100 * right) / total).toFixed(2)} %`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv[2], process.argv[3])
