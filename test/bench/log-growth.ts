import { systemClock } from '@nacre/enclave/clock'
import { defaultLimits } from '@nacre/enclave/limits'
import { createReceiptLog } from '@nacre/enclave/receipt-log'
import { createReceiptIssuer } from '@nacre/enclave/receipts'
import { logKeyFrom, receiptKeyFrom } from '@nacre/enclave/signing-keys'
import { verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import { rounded, spread } from './spread.ts'

export type LogGrowth = {
  receipts: number
  batched_us: number
  proof_hashes: number
  proof_bytes: number
  verify_ms: number
  heap_mb: number
}[]

/** What a batched receipt costs the enclave and its verifier in a log of so many receipts: in one process, without models or HTTP, 32 under way at once. CPU time. */
export async function measureLogGrowth(sizes: readonly number[]): Promise<LogGrowth> {
  const key = receiptKeyFrom(Uint8Array.from({ length: 32 }, () => 7))
  const keys = { receipt: key, log: logKeyFrom(Uint8Array.from({ length: 32 }, () => 8)) }
  const log = createReceiptLog({ keys, logName: `nacre/${key.address.toLowerCase()}`, clock: systemClock, limits: defaultLimits })
  const receipts = createReceiptIssuer({ key, log, limits: defaultLimits })
  const hash = (byte: string) => `0x${byte.repeat(32)}` as const
  const content = { requestId: hash('01'), modelId: hash('02'), inputHash: hash('03'), outputHash: hash('04') }
  const batch = () => Promise.all(Array.from({ length: 32 }, () => receipts.underWay(() => receipts.issue(content, null, 'batched'))))
  const figures: LogGrowth = []
  for (const size of sizes) {
    // The host keeps up.
    while (log.size() < size) {
      await batch()
      log.stored(log.size())
    }
    const runs: number[] = []
    for (let run = 0; run < 7; run++) {
      const before = process.cpuUsage()
      for (let i = 0; i < 16; i++) await batch()
      const { user, system } = process.cpuUsage(before)
      runs.push((user + system) / (16 * 32))
      log.stored(log.size())
    }
    const [issued] = await batch()
    const proof = issued?.inclusion?.proof ?? []
    const verifying: number[] = []
    for (let run = 0; run < 7; run++) {
      const startedMs = performance.now()
      await verifyReceiptProof({ ...(issued as NonNullable<typeof issued>), signer: key.address })
      verifying.push(performance.now() - startedMs)
    }
    figures.push({
      receipts: size,
      batched_us: spread(runs).median,
      proof_hashes: proof.length,
      proof_bytes: 32 * proof.length + 65,
      verify_ms: spread(verifying).median,
      heap_mb: rounded(process.memoryUsage().heapUsed / 1e6),
    })
  }
  log.stop()
  return figures
}
