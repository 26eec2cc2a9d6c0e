import type { ProgramManifest, ProgramName } from '../manifest.ts'
import type { Tensor } from '../tensor.ts'

/**
 * A program of a {@link ProgramManifest}, ready to run: the enclave's answer and an auditor's repetition of it come out of this same code, around any engine that runs its stages.
 *
 * Deterministic: equal inputs give equal outputs wherever the stages give equal ones. No clock; no randomness but from a seed among the inputs; plain JavaScript arithmetic.
 */
export type Program = {
  /**
   * Inputs are the manifest's, in its order; outputs too. Several runs may be under way at once, and none changes another's result.
   *
   * `onChunk` gets the answer piece by piece where the program makes it so; what the pieces are is the program's to say.
   *
   * @throws {@link ProgramError} `INPUT_INVALID`, `INPUT_TOO_LONG`; the signal's reason when it is aborted; whatever a stage throws
   */
  run(inputs: readonly Tensor[], parts?: { signal?: AbortSignal | undefined; onChunk?: (chunk: Uint8Array) => void }): Promise<Tensor[]>
}

/** Runs one stage: its named outputs, in that order. The bytes it is given, and those it gives, are nobody else's until then. */
export type StageRunner = (role: string, feeds: readonly Tensor[], outputNames: readonly string[]) => Promise<Tensor[]>

export type ProgramParts = {
  manifest: ProgramManifest
  /** By name, checked against the manifest by the caller. */
  files: ReadonlyMap<string, Uint8Array>
  runStage: StageRunner
}

/** @throws {@link ProgramError} `PROGRAM_UNFIT` when settings, stages, files or tensors are not what the program needs */
export async function openProgram(parts: ProgramParts): Promise<Program> {
  const { name } = parts.manifest.program
  const open = programs[name]
  if (open === undefined) throw new ProgramError('PROGRAM_UNFIT', `There is no program "${name}" in this version`)
  return (await open())(parts)
}

/** Each is loaded only where it is used: a reader of text needs no tokenizer. */
const programs: { readonly [name in ProgramName]?: () => Promise<(parts: ProgramParts) => Promise<Program>> } = {
  'generate-text': async () => (await import('./generate-text.ts')).openGenerateText,
  'classify-text': async () => (await import('./classify-text.ts')).openClassifyText,
  'embed-text': async () => (await import('./embed-text.ts')).openEmbedText,
  'read-text': async () => (await import('./read-text.ts')).openReadText,
}

export type ProgramErrorCode =
  /** The manifest, or a file it names, is not one for this program. */
  | 'PROGRAM_UNFIT'
  /** The program cannot run on this input. */
  | 'INPUT_INVALID'
  /** It could, were it shorter. */
  | 'INPUT_TOO_LONG'

export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly code: ProgramErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(code: ProgramErrorCode, message: string, details: { expected?: string; received?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
  }
}
