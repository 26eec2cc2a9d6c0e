import { createHash } from 'node:crypto'
import { systemClock } from '@nacre/enclave/clock'
import { hashTensors } from '@nacre/enclave/inference'
import { defaultLimits } from '@nacre/enclave/limits'
import { createReceiptLog } from '@nacre/enclave/receipt-log'
import { createReceiptIssuer } from '@nacre/enclave/receipts'
import { logKeyFrom, receiptKeyFrom } from '@nacre/enclave/signing-keys'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import type { Datatype, Tensor } from '@nacre/verifier/tensor'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { median } from './load.ts'

/**
 * What a prover's time compares with: an answer and its proof, in one process, without a network. Medians over answers, in milliseconds; one JSON object.
 *
 *     node inner-answer.ts MODEL_ONNX INPUT_JSON
 *
 * The input: `{ datatype: FP32 | UINT8, shape, values }`, one row of a model whose rows are independent.
 */
const [path, inputJson] = process.argv.slice(2) as [string, string]
const { datatype, shape, values } = JSON.parse(inputJson) as { datatype: 'FP32' | 'UINT8'; shape: number[]; values: number[] }
const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 })
const [name] = session.inputNames as [string]
const elements = datatype === 'FP32' ? Float32Array.from(values) : Uint8Array.from(values)
const input: Tensor = { name, datatype, shape: shape.map(BigInt), data: new Uint8Array(elements.buffer) }
const feeds = { [name]: new OrtTensor(datatype === 'FP32' ? 'float32' : 'uint8', elements as never, shape) }
const key = receiptKeyFrom(Uint8Array.from({ length: 32 }, () => 7))
const keys = { receipt: key, log: logKeyFrom(Uint8Array.from({ length: 32 }, () => 8)) }
const log = createReceiptLog({ keys, logName: `nacre/${key.address.toLowerCase()}`, clock: systemClock, limits: defaultLimits })
const receipts = createReceiptIssuer({ key, log, limits: defaultLimits })
const modelId = toHex(createHash('sha256').update(path).digest())
const requestId: Hex = `0x${'00'.repeat(32)}`

const answer = (mode: 'immediate' | 'batched') => receipts.underWay(async () => receiptFor(tensorsOf(await session.run(feeds)), mode))

const together = 32
const joined = joinedRows()
/** As the enclave serves requests that come together, where rows are independent: one run, of which each answer gets its row. */
const answersTogether = async () => {
  const outputs = tensorsOf(await session.run(joined))
  await Promise.all(Array.from({ length: together }, (_, row) => receipts.underWay(() => receiptFor(rowOf(outputs, row), 'batched'))))
}

const alone = tensorsOf(await session.run(feeds))
const shared = tensorsOf(await session.run(joined))
for (let row = 0; row < together; row++)
  if (hashTensors(rowOf(shared, row)) !== hashTensors(alone)) throw new Error('Rows of one run differ from a row alone')

const measured = {
  run_ms: await timed(() => session.run(feeds)),
  signed_answer_ms: await timed(() => answer('immediate')),
  answer_ms: (await timed(() => Promise.all(Array.from({ length: together }, () => answer('batched'))))) / together,
  shared_run_answer_ms: (await timed(answersTogether)) / together,
}
const issued = await answer('immediate')
const verify_ms = await timed(() => verifyReceiptProof({ ...issued, signer: key.address }), 60)
log.stop()
process.stdout.write(`${JSON.stringify({ ...measured, verify_ms })}\n`)

function receiptFor(outputs: readonly Tensor[], mode: 'immediate' | 'batched') {
  return receipts.issue({ requestId, modelId, inputHash: hashTensors([input]), outputHash: hashTensors(outputs) }, null, mode)
}

function tensorsOf(results: InferenceSession.OnnxValueMapType): Tensor[] {
  return Object.entries(results).map(([outputName, tensor]): Tensor => {
    const data = tensor.data as unknown as Uint8Array
    return {
      name: outputName,
      datatype: ({ float32: 'FP32', int32: 'INT32' } as Record<string, Datatype>)[tensor.type] as Datatype,
      shape: tensor.dims.map(BigInt),
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    }
  })
}

function joinedRows(): typeof feeds {
  const repeated = Array.from({ length: together }, () => values).flat()
  const data = datatype === 'FP32' ? Float32Array.from(repeated) : Uint8Array.from(repeated)
  return { [name]: new OrtTensor(datatype === 'FP32' ? 'float32' : 'uint8', data as never, [together, ...shape.slice(1)]) }
}

function rowOf(outputs: readonly Tensor[], row: number): Tensor[] {
  return outputs.map((output) => {
    const bytes = output.data.length / together
    return { ...output, shape: [1n, ...output.shape.slice(1)], data: output.data.subarray(row * bytes, (row + 1) * bytes) }
  })
}

/** The median of the second half: the first warms up what a server's life would have. */
async function timed(work: () => Promise<unknown>, times = 600): Promise<number> {
  const runs: number[] = []
  for (let run = -times; run < times; run++) {
    const startedMs = performance.now()
    await work()
    if (run >= 0) runs.push(performance.now() - startedMs)
    // The host keeps up.
    if (log.size() > 1) log.stored(log.size())
  }
  return median(runs)
}
