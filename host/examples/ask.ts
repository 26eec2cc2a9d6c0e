// Asks an enclave for one answer. Before anything is sent, connect() verifies the enclave; before anything is returned, infer() verifies the answer.
//   node --conditions=source --import tsx host/examples/ask.ts URL MODEL SAMPLE.json ROOT.pem PCR0
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { connect } from '@nacre/verifier/cli/attested-client'
import { tensorFromValues, tensorValues } from '@nacre/verifier/tensor'

const [url, model, samplePath, rootPath, pcr0] = process.argv.slice(2) as [string, string, string, string, `0x${string}`]

const client = await connect({
  url,
  root: certificateFromPem(readFileSync(rootPath, 'utf8')),
  policy: { measurements: [{ pcr0 }], modelIds: 'any-measured' },
  nowMs: Date.now,
  randomBytes: (length) => Uint8Array.from(randomBytes(length)),
})
const sample = JSON.parse(readFileSync(samplePath, 'utf8')) as { tensor: Parameters<typeof tensorFromValues>[0] }
const { inference, model: measured } = await client.infer({ model, inputs: [tensorFromValues(sample.tensor)] })
client.close()

const scores = inference.outputs.slice(0, 1).flatMap((output) => tensorValues(output).map(Number))
const answer = measured.manifest.labels[scores.indexOf(Math.max(...scores))]
console.log(`verified: "${answer}", signed by ${inference.signer} as its number ${inference.receipt.sequence}`)
