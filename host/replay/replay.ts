import { hashManifest, type ModelManifest } from '@nacre/verifier/manifest'
import type { Receipt } from '@nacre/verifier/receipt'
import { hashTensors, type Tensor } from '@nacre/verifier/tensor'
import { compareOutputs, type OutputComparison, type ReplayVerdict } from './comparison.ts'
import type { ReplayEngine } from './engine.ts'

/** An answer as recorded. `outputs` is `null` where only their hash is known. */
export type RecordedAnswer = {
  readonly manifest: ModelManifest
  readonly receipt: Receipt
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[] | null
}

export type Replay = {
  readonly verdict: ReplayVerdict
  /** The receipt's own hashes against the recorded tensors and manifest; `null` for outputs that are not there. */
  readonly bound: { readonly model: boolean; readonly input: boolean; readonly output: boolean | null }
  /** Whether the output that was computed hashes to what was signed: then the receipt is right, whatever the recorded tensors are. */
  readonly signedHashReproduced: boolean
  readonly comparison: OutputComparison | null
  /** Why it may differ; empty when nothing does. */
  readonly reasons: readonly ReplayReason[]
}

export type ReplayReason = { readonly code: ReplayReasonCode; readonly text: string }
export type ReplayReasonCode =
  /** Recorded tensors or manifest are not those that the receipt was signed for. */
  | 'RECORD_ALTERED'
  | 'ENGINE'
  | 'RUNTIME_VERSION'
  | 'CPU_CLASS'
  | 'THREADS'
  /** No rounding explains it. */
  | 'COMPUTED_OTHERWISE'
  /** The recorded outputs are not there, so that how far apart they are cannot be said. */
  | 'OUTPUT_NOT_RECORDED'

/**
 * Computes a recorded answer again and compares. Who signed it is not checked here: verify the bundle or log that it comes from.
 *
 * `tolerance` as in {@link compareOutputs}; for models of integers alone give 0.
 *
 * @throws {@link ReplayError} when nothing could be computed.
 */
export async function replayAnswer(parameters: {
  answer: RecordedAnswer
  engine: ReplayEngine
  tolerance?: number | undefined
}): Promise<Replay> {
  const { answer, engine, tolerance } = parameters
  const { manifest, receipt, inputs, outputs } = answer
  const names = outputs?.map(({ name }) => name) ?? manifest.outputs.map(({ name }) => name)
  const computed = await engine.run(inputs, names)
  const bound = {
    model: (await hashManifest(manifest)) === receipt.modelId,
    input: (await hashTensors(inputs)) === receipt.inputHash,
    output: outputs === null ? null : (await hashTensors(outputs)) === receipt.outputHash,
  }
  const signedHashReproduced = (await hashTensors(computed)) === receipt.outputHash
  const comparison = outputs === null ? null : compareOutputs(outputs, computed, tolerance)
  const isBound = bound.model && bound.input && bound.output !== false
  const compared = comparison?.verdict ?? (signedHashReproduced ? 'bit-equal' : 'mismatch')
  const verdict = isBound ? compared : 'mismatch'
  const reasons = verdict === 'bit-equal' ? [] : explain({ manifest, engine, bound, compared, signedHashReproduced })
  return { verdict, bound, signedHashReproduced, comparison, reasons }
}

function explain(parts: {
  manifest: ModelManifest
  engine: ReplayEngine
  bound: Replay['bound']
  compared: ReplayVerdict
  signedHashReproduced: boolean
}): ReplayReason[] {
  const { manifest, engine, bound, compared, signedHashReproduced } = parts
  const reasons: ReplayReason[] = []
  const add = (code: ReplayReasonCode, text: string) => void reasons.push({ code, text })
  if (!bound.model) add('RECORD_ALTERED', 'The manifest is not the one that the receipt names.')
  if (!bound.input) add('RECORD_ALTERED', 'The inputs are not those that the receipt was signed for.')
  if (bound.output === false)
    add(
      'RECORD_ALTERED',
      signedHashReproduced
        ? 'The outputs were altered after they were signed: what was computed here is what was signed.'
        : 'The outputs are not those that the receipt was signed for.',
    )
  if (bound.output === null && !signedHashReproduced)
    add('OUTPUT_NOT_RECORDED', 'Only the hash of the outputs is recorded: it differs, and how far cannot be said.')
  if (signedHashReproduced || (compared === 'bit-equal' && bound.output !== null)) return reasons
  const runtime = manifest.platform === 'nacre_program' ? engine.runtime : manifest.runtime
  if (engine.kind !== 'native')
    add('ENGINE', `${engine.library} adds in another order than the native runtime: equal to rounding, not to the bit.`)
  if (engine.kind !== 'integer' && runtime !== undefined && engine.version !== runtime.version)
    add('RUNTIME_VERSION', `The profile asks for ${runtime.engine} ${runtime.version}; this is ${engine.version}.`)
  if (engine.kind === 'wasm' && runtime !== undefined && runtime.intraOpThreads > 1)
    add('THREADS', `The profile asks for ${runtime.intraOpThreads} threads; ${engine.library} runs with one.`)
  if (engine.kind === 'native')
    add(
      'CPU_CLASS',
      `This machine is ${engine.cpuClass}; an enclave on another class of CPU rounds differently. Receipts do not name the class.`,
    )
  // Text that is drawn token by token, or lines that are found in a picture: where two numbers are all but equal, another rounding takes another turn.
  if (compared === 'mismatch' && manifest.platform === 'nacre_program' && engine.kind !== 'native')
    add('ENGINE', 'A program may take another turn at a rounding: only the native runtime, on the enclave’s class of CPU, settles it.')
  else if (compared === 'mismatch' && bound.output !== null)
    add('COMPUTED_OTHERWISE', 'Beyond rounding: the recorded output does not come from this model and this input.')
  return reasons
}
