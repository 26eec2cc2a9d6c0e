import { equalBytes, type Hex } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import { assertSame, committed, type InferenceRequest } from './inference.ts'
import type { Receipt } from './receipt.ts'
import type { Tensor } from './tensor.ts'
import type { Verified } from './verified.ts'

/**
 * Verifies that answers of a stateful model are the steps of one sequence: each was given the state that the one before it returned, the first the state that the caller names, and they were
 * computed in this order. Every answer must have been verified by itself before; live callers that feed each verified output back have the same by construction.
 *
 * The attack: genuine receipts are shown as one sequence although a step is missing, stands twice, or belongs to another. Where the end of a sequence is, receipts do not say: a shortened
 * one is a sequence. Inputs that are no state (the sound itself) are for the caller to compare.
 *
 * @throws {@link VerifierError} `SEQUENCE_BROKEN`, `MODEL_MISMATCH`, `REQUEST_MISMATCH`, `INPUT_MISMATCH`
 */
export async function verifySequence({ steps, links }: VerifySequenceParameters): Promise<VerifiedSequence> {
  const [first] = steps
  if (first === undefined || links.length === 0) throw broken('A sequence has steps, and a state', '1 or more of both', 'none')
  for (const { request, answer } of steps) {
    const { requestId, modelId, inputHash } = answer.receipt
    assertSame('MODEL_MISMATCH', 'Another model computed this step', first.answer.receipt.modelId, modelId)
    assertSame('REQUEST_MISMATCH', 'The receipt answers another request', request.requestId, requestId)
    assertSame('INPUT_MISMATCH', 'The receipt is for another input', await committed(request, request.inputs, 'input'), inputHash)
  }
  for (const [index, { request, answer }] of steps.entries()) {
    const before = steps[index - 1]
    for (const { output, input, start } of links) {
      const given = before === undefined ? start : tensorOf(before.answer.outputs, output)
      assertEqualTensors(given, tensorOf(request.inputs, input), `Step ${index} did not start from the state before it`)
    }
    if (before !== undefined) assertLater(before.answer, answer, index)
  }
  return { steps: steps.length, modelId: first.answer.receipt.modelId, last: steps.at(-1)?.answer.outputs } as VerifiedSequence
}

export type VerifySequenceParameters = {
  /** In their order, each as it was asked and as `verifyInference`, `verifyAnswer` or `verifyBundle` returned it. */
  steps: readonly { readonly request: Pick<InferenceRequest, 'requestId' | 'inputs' | 'commitmentSalt'>; readonly answer: VerifiedStep }[]
  /** How state travels: `output` of a step becomes `input` of the next, and `start` is what the first one got. Names of tensors may differ. */
  links: readonly { readonly output: string; readonly input: string; readonly start: Tensor }[]
}

export type VerifiedStep = Verified<{ readonly outputs: readonly Tensor[] | null; readonly receipt: Receipt; readonly signer: string }>

export type VerifiedSequence = Verified<{ readonly steps: number; readonly modelId: Hex; readonly last: readonly Tensor[] }>

function tensorOf(tensors: readonly Tensor[] | null, name: string): Tensor {
  const found = tensors?.find((tensor) => tensor.name === name)
  if (found === undefined) throw broken('A step does not show its state', name, tensors?.map((tensor) => tensor.name).join() ?? 'nothing')
  return found
}

function assertEqualTensors(expected: Tensor, received: Tensor, message: string): void {
  const form = ({ datatype, shape }: Tensor) => `${datatype} [${shape.map(String)}]`
  if (form(expected) !== form(received)) throw broken(message, form(expected), form(received))
  if (!equalBytes(expected.data, received.data)) throw broken(message, 'the same bytes', 'others')
}

/** Numbers of one key rise with every receipt; of two keys, which is a sequence that outlived an enclave, only the times compare. */
function assertLater(before: VerifiedStep, after: VerifiedStep, index: number): void {
  const field = before.signer === after.signer ? 'sequence' : 'timestampMs'
  const [earlier, later] = [before.receipt[field], after.receipt[field]]
  if (field === 'sequence' ? later <= earlier : later < earlier)
    throw broken(`Step ${index} was not computed after the one before it`, `${field} above ${earlier}`, shown(later))
}

function broken(message: string, expected: string, received: string): VerifierError {
  return new VerifierError('SEQUENCE_BROKEN', message, { expected, received })
}
