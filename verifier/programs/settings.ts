import type { ProgramManifest, TensorSpec } from '../manifest.ts'
import { ProgramError } from './program.ts'

/** A program's settings, read one by one. @throws {@link ProgramError} `PROGRAM_UNFIT` */
export function settingsReader({ program }: ProgramManifest) {
  const { settings, name } = program
  const unfit = (key: string, expected: string) =>
    new ProgramError('PROGRAM_UNFIT', `Settings of ${name}: ${key}`, { expected, received: String(settings[key]).slice(0, 100) })
  return {
    integer(key: string, least: number, most: number, otherwise?: number): number {
      const value = settings[key] ?? otherwise
      if (typeof value !== 'number' || value < least || value > most) throw unfit(key, `${least} to ${most}`)
      return value
    },
    oneOf<const word extends string>(key: string, words: readonly word[]): word {
      const found = words.find((word) => word === settings[key])
      if (found === undefined) throw unfit(key, words.join(' or '))
      return found
    },
    text(key: string): string {
      const value = settings[key]
      if (typeof value !== 'string') throw unfit(key, 'text')
      return value
    },
    /** A setting that says nothing is one that somebody believes to say something. */
    only(...keys: string[]): void {
      const other = Object.keys(settings).find((key) => !keys.includes(key))
      if (other !== undefined) throw unfit(other, `no others than ${keys.join(', ')}`)
    },
  }
}

/** The manifest's tensors and stages are those of the program, in this order; `-2` stands for a size that is the model's to choose. @throws {@link ProgramError} `PROGRAM_UNFIT` */
export function assertInterface(
  manifest: ProgramManifest,
  expected: { inputs: readonly TensorSpec[]; outputs: readonly TensorSpec[]; stages: readonly string[]; files: readonly string[] },
): void {
  for (const side of ['inputs', 'outputs'] as const)
    if (!sameSpecs(manifest[side], expected[side]))
      throw new ProgramError('PROGRAM_UNFIT', `The program ${manifest.program.name} has other ${side}`, {
        expected: describe(expected[side]),
        received: describe(manifest[side]),
      })
  assertNames(
    'stages',
    manifest.stages.map(({ role }) => role),
    expected.stages,
  )
  assertNames(
    'files',
    manifest.files.map(({ name }) => name),
    expected.files,
  )
}

function assertNames(what: string, received: readonly string[], expected: readonly string[]): void {
  if (received.join() !== expected.join())
    throw new ProgramError('PROGRAM_UNFIT', `The program has other ${what}`, { expected: expected.join(), received: received.join() })
}

function sameSpecs(found: readonly TensorSpec[], wanted: readonly TensorSpec[]): boolean {
  return (
    found.length === wanted.length &&
    wanted.every(({ name, datatype, shape }, i) => {
      const spec = found[i]
      const sizesFit = shape.every((size, j) => size === spec?.shape[j] || (size === -2 && (spec?.shape[j] ?? 0) > 0))
      return spec?.name === name && spec.datatype === datatype && spec.shape.length === shape.length && sizesFit
    })
  )
}

function describe(specs: readonly TensorSpec[]): string {
  return specs.map(({ name, datatype, shape }) => `${name} ${datatype} [${shape.map((size) => (size === -2 ? 'n' : size))}]`).join(', ')
}
