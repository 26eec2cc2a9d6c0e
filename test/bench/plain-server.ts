import { readFileSync } from 'node:fs'
import { decodeOnnxManifest } from '@nacre/verifier/manifest'
import Fastify from 'fastify'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/**
 * What anyone would write without attestation: Fastify and ONNX Runtime in one process, same model, same runtime profile, same JSON in and out. No receipts, no limits, no model process.
 *
 *     node plain-server.ts SOCKET MODEL_FOLDER
 */
const [socketPath, folder] = process.argv.slice(2) as [string, string]
const manifest = decodeOnnxManifest(readFileSync(`${folder}/manifest.json`))
const session = await InferenceSession.create(`${folder}/model.onnx`, {
  graphOptimizationLevel: manifest.runtime.graphOptimizationLevel,
  intraOpNumThreads: manifest.runtime.intraOpThreads,
  interOpNumThreads: manifest.runtime.interOpThreads,
})
const app = Fastify()
app.post(`/v2/models/${manifest.name}/infer`, async (request) => {
  const [input] = (request.body as { inputs: { name: string; shape: number[]; data: number[] }[] }).inputs
  if (input === undefined) throw new Error('no input')
  const outputs = await session.run({ [input.name]: new Tensor(Float32Array.from(input.data), input.shape) })
  return {
    model_name: manifest.name,
    outputs: Object.entries(outputs).map(([name, { dims, data }]) => ({
      name,
      datatype: 'FP32',
      shape: dims,
      data: Array.from(data as Float32Array),
    })),
  }
})
await app.listen({ path: socketPath })
const report = () => {
  const { user, system } = process.cpuUsage()
  return { rssBytes: process.memoryUsage.rss(), cpuUs: user + system, modelPids: [], logSize: 0 }
}
process.on('message', () => process.send?.(report()))
process.once('disconnect', () => process.exit(0))
process.send?.(report())
