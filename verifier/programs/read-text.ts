import { fromUtf8 } from '../bytes.ts'
import type { ProgramManifest } from '../manifest.ts'
import { type Tensor, tensorFromValues } from '../tensor.ts'
import { type Program, ProgramError, type ProgramParts } from './program.ts'
import { decodeAlphabet, decodeCharacters } from './read-text-characters.ts'
import { floatsOf, lineHeight, lineTensor, type Picture, wholeTensor } from './read-text-picture.ts'
import { cornersOf, findRegions, laidDown, norm, type Region, readingOrder, scaledRegion, turned } from './read-text-regions.ts'
import { assertInterface, settingsReader } from './settings.ts'

/**
 * Reads the text in a picture with the three networks of PP-OCR: the stage `detect` says of every pixel whether it lies inside a line of text, `orient` whether a line stands on its head, `read`
 * gives each of its steps a probability for every character of the file `alphabet.txt`.
 *
 * In: `image`, UINT8 [height, width, 3], red, green, blue. Out, line by line in reading order: `text`; `scores`, the mean probability of its characters; `boxes`, FP32 [lines, 4, 2], its corners in
 * pixels as x and y, from the line's own upper left clockwise. A picture with more text than the settings allow is refused whole: half a page must not pass for a page.
 *
 * Settings: `image_side_max`, `image_side_min`; `detect_side_max`, to which larger pictures are scaled for `detect`; `pixel_thousandths`, `region_thousandths`, `growth_thousandths` (see
 * {@link findRegions}); `lines_max`; `line_thousandths`, by which the width of a line is multiplied for `read`; `line_width_max` and `widths_max`, columns of one line and of all there;
 * `turned_thousandths`, from which on a line's own orientation counts, below it the page's; `score_thousandths`, below which a line is dropped; `detect_output`, `orient_output`, `read_output`,
 * names of tensors.
 */
export async function openReadText({ manifest, files, runStage }: ProgramParts): Promise<Program> {
  assertInterface(manifest, {
    inputs: [{ name: 'image', datatype: 'UINT8', shape: [-1, -1, 3] }],
    outputs: [
      { name: 'text', datatype: 'BYTES', shape: [-1] },
      { name: 'scores', datatype: 'FP32', shape: [-1] },
      { name: 'boxes', datatype: 'FP32', shape: [-1, 4, 2] },
    ],
    stages: ['detect', 'orient', 'read'],
    files: ['alphabet.txt'],
  })
  const { settings, outputs } = settingsOf(manifest)
  const alphabet = decodeAlphabet(fromUtf8(files.get('alphabet.txt') ?? new Uint8Array()))

  return {
    async run([image], { signal } = {}) {
      const picture = pictureOf(image)
      const regions = await findLines(picture)
      signal?.throwIfAborted()
      const columns = regions.reduce((sum, region) => sum + columnsOf(region, settings.lineShape, settings.lineWidthMax), 0)
      if (columns > settings.widthsMax) throw tooMuch('text', `${settings.widthsMax} columns`, columns)
      const upright = await orient(picture, regions, signal)
      const lines: { region: Region; text: string; score: number }[] = []
      for (const region of upright) {
        signal?.throwIfAborted()
        const line = { region, ...(await read(picture, region)) }
        if (line.text !== '' && line.score >= settings.textScoreMin) lines.push(line)
      }
      const ordered = readingOrder(lines.map(({ region }) => region)).map((index) => lines[index] as (typeof lines)[number])
      return [
        tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [lines.length], values: ordered.map(({ text }) => text) }),
        tensorFromValues({ name: 'scores', datatype: 'FP32', shape: [lines.length], values: ordered.map(({ score }) => score) }),
        tensorFromValues({
          name: 'boxes',
          datatype: 'FP32',
          shape: [lines.length, 4, 2],
          values: ordered.flatMap(({ region }) => cornersOf(region).flatMap(({ x, y }) => [x, y])),
        }),
      ]
    },
  }

  function pictureOf(image: Tensor | undefined): Picture {
    const [height, width] = (image?.shape ?? []).map(Number)
    if (image === undefined || height === undefined || width === undefined) throw new ProgramError('INPUT_INVALID', 'There is no image')
    const { imageSideMin, imageSideMax } = settings
    if (Math.min(width, height) < imageSideMin || Math.max(width, height) > imageSideMax)
      throw new ProgramError(Math.max(width, height) > imageSideMax ? 'INPUT_TOO_LONG' : 'INPUT_INVALID', 'Sides of the image', {
        expected: `${imageSideMin} to ${imageSideMax} pixels`,
        received: `${width} by ${height}`,
      })
    return { width, height, rgb: image.data }
  }

  async function findLines(picture: Picture): Promise<Region[]> {
    const scale = Math.min(1, settings.detectSideMax / Math.max(picture.width, picture.height))
    // The network halves the picture five times.
    const size = (side: number) => Math.max(32, Math.round((side * scale) / 32) * 32)
    const [width, height] = [size(picture.width), size(picture.height)]
    const values = await runFloats('detect', wholeTensor(picture, width, height), outputs.detect, width * height)
    const found = findRegions({ width, height, values }, settings)
    if (found.length > settings.linesMax) throw tooMuch('lines', String(settings.linesMax), found.length)
    return found.map((region) => laidDown(scaledRegion(region, picture.width / width, picture.height / height)))
  }

  /** A line of which the network is not sure stands as most of the page does. */
  async function orient(picture: Picture, regions: readonly Region[], signal: AbortSignal | undefined): Promise<Region[]> {
    const opinions: number[] = []
    for (const region of regions) {
      signal?.throwIfAborted()
      const tensor = lineTensor(picture, region, columnsOf(region, 1, orientWidth), orientWidth)
      const [, onItsHead] = await runFloats('orient', tensor, outputs.orient, 2)
      opinions.push(onItsHead as number)
    }
    const balance = regions.reduce((sum, region, i) => sum + ((opinions[i] as number) - 0.5) * norm(region.right), 0)
    return regions.map((region, i) => {
      const opinion = opinions[i] as number
      const isSure = Math.max(opinion, 1 - opinion) >= settings.turnedMin
      return (isSure ? opinion > 0.5 : balance > 0) ? turned(region) : region
    })
  }

  async function read(picture: Picture, region: Region): Promise<{ text: string; score: number }> {
    const width = columnsOf(region, settings.lineShape, settings.lineWidthMax)
    const [tensor] = await runStage('read', [lineTensor(picture, region, width)], [outputs.read])
    if (tensor?.datatype !== 'FP32' || tensor.shape.length !== 3 || Number(tensor.shape[2]) !== alphabet.length)
      throw unfit(`${alphabet.length} classes`, `${tensor?.datatype} [${tensor?.shape.map(String)}]`)
    return decodeCharacters(floatsOf(tensor), alphabet)
  }

  async function runFloats(role: string, input: Tensor, output: string, count: number): Promise<Float32Array> {
    const [tensor] = await runStage(role, [input], [output])
    if (tensor?.datatype !== 'FP32' || tensor.data.length !== 4 * count) throw unfit(`${count} float32`, `${tensor?.data.length} bytes`)
    return floatsOf(tensor)
  }
}

/** Columns of a line that is scaled to the height of the readers. */
function columnsOf({ right, down }: Region, shape: number, most: number): number {
  return Math.min(most, Math.max(columnsMin, Math.round((shape * lineHeight * norm(right)) / norm(down))))
}

function settingsOf(manifest: ProgramManifest) {
  const settings = settingsReader(manifest)
  settings.only(
    ...['image_side_max', 'image_side_min', 'detect_side_max', 'pixel_thousandths', 'region_thousandths', 'growth_thousandths'],
    ...['lines_max', 'line_thousandths', 'line_width_max', 'widths_max', 'turned_thousandths', 'score_thousandths'],
    ...['detect_output', 'orient_output', 'read_output'],
  )
  const share = (key: string, most = 1000) => settings.integer(key, 0, most) / 1000
  return {
    settings: {
      imageSideMax: settings.integer('image_side_max', 1, 1 << 14),
      imageSideMin: settings.integer('image_side_min', 1, 1 << 14),
      detectSideMax: settings.integer('detect_side_max', 32, 4096),
      pixelThreshold: share('pixel_thousandths'),
      scoreMin: share('region_thousandths'),
      growth: share('growth_thousandths', 10_000),
      linesMax: settings.integer('lines_max', 1, 10_000),
      lineShape: share('line_thousandths', 4000),
      lineWidthMax: settings.integer('line_width_max', columnsMin, 4096),
      widthsMax: settings.integer('widths_max', 1, 10_000_000),
      turnedMin: share('turned_thousandths'),
      textScoreMin: share('score_thousandths'),
    },
    outputs: { detect: settings.text('detect_output'), orient: settings.text('orient_output'), read: settings.text('read_output') },
  }
}

/** The network that orients lines sees so many columns; longer lines are squeezed into them. */
const orientWidth = 192
/** The network that reads gives one step for every eight columns. */
const columnsMin = 16

function tooMuch(what: string, most: string, received: number): ProgramError {
  return new ProgramError('INPUT_TOO_LONG', `Too much text in the image: ${what}`, {
    expected: `at most ${most}`,
    received: String(received),
  })
}

function unfit(expected: string, received: string): ProgramError {
  return new ProgramError('PROGRAM_UNFIT', 'A stage gives another form', { expected, received })
}
