import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from '@nacre/verifier/bytes'
import type { VerifiedEnclave } from '@nacre/verifier/enclave-identity'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LocalChain, startLocalChain } from './local-chain.ts'
import { deployOnChain, type OnChain } from './on-chain.ts'

const pcr = (byte: string): Hex => `0x${byte.repeat(48)}`
const measurements = { pcr0: pcr('a0'), pcr1: pcr('a1'), pcr2: pcr('a2'), pcr16: pcr('b6') }
const attestation = Uint8Array.of(1, 2, 3)
const nowMs = Date.now()

let directory: string
let chain: LocalChain
let onChain: OnChain
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nacre-chain-'))
  chain = await startLocalChain({ port: 0, logPath: join(directory, 'chain.log') })
  onChain = await deployOnChain({ url: chain.url, chainId: chain.chainId, modelId: `0x${'11'.repeat(32)}` })
  await onChain.approveMeasurements(measurements)
})
afterAll(async () => {
  await chain?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** As much of a verified enclave as the registry hears of. */
function enclave(signer: Hex, timestampMs = nowMs - 1000): VerifiedEnclave {
  const pcrs = new Map([0, 1, 2, 16].map((index) => [index, measurements[`pcr${index}` as keyof typeof measurements]]))
  return { attestation: { pcrs, timestampMs }, signer } as unknown as VerifiedEnclave
}

it('goes on when somebody handed in the same approval first: the key is registered all the same', async () => {
  const parameters = { enclave: enclave(`0x${'c1'.repeat(20)}`), attestation, nowMs }
  expect(await onChain.registerKey(parameters)).toMatchObject({ byAnother: false })
  expect(await onChain.registerKey(parameters)).toMatchObject({ byAnother: true, gasUsed: 0n })
})

it('does not go on for any other reason', async () => {
  const other = enclave(`0x${'c2'.repeat(20)}`)
  const unapproved = {
    ...other,
    attestation: { ...other.attestation, pcrs: new Map([...other.attestation.pcrs, [16, pcr('ee')]]) },
  } as VerifiedEnclave
  await expect(onChain.registerKey({ enclave: unapproved, attestation, nowMs })).rejects.toThrow('ModelsNotApproved')
})
