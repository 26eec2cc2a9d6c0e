/**
 * Prints size and gas of the P-384 verifier as Markdown, from receipts on a local Osaka chain.
 *
 *     node --import tsx p384-gas.ts
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { bytesToHex } from 'viem'
import { Assembler, initCode } from './assembler.ts'
import { blockOf, verifierCode } from './p384.ts'
import { compileBlock } from './p384-block.ts'
import { startLocalVerifier } from './p384-local.ts'
import { planOf } from './p384-plans.ts'
import { proveSignature } from './p384-prover.ts'

const local = await startLocalVerifier()
try {
  const format = (value: number) => Math.round(value).toLocaleString('en-US')
  console.log(`runtime code ${format(verifierCode([0n, 0n]).length)} bytes; creations ${local.deployGas.map(format).join(' + ')} gas\n`)

  console.log('| step | gas |\n|---|---:|')
  for (const name of ['doubling', 'addition', 'doubleAndAddFirst', 'doubleAndAddSecond'] as const) {
    console.log(`| ${name} | ${compileBlock(blockOf(name), planOf(name)).gas} |`)
  }

  const rows: { bytes: number; gas: number; proofMs: number; calldata: Uint8Array }[] = []
  // The first proof also builds the generator's table.
  proveSignature(randomSignature())
  for (let i = 0; i < 25; i++) {
    const signature = randomSignature()
    const before = performance.now()
    const calldata = proveSignature(signature)
    const proofMs = performance.now() - before
    const gas = await local.transactionGas(calldata)
    rows.push({ bytes: calldata.length, gas, proofMs, calldata })
  }
  console.log('\n| one signature, 25 of them | mean | max |\n|---|---:|---:|')
  for (const key of ['gas', 'bytes', 'proofMs'] as const) {
    const values = rows.map((row) => row[key])
    console.log(`| ${key} | ${format(values.reduce((a, b) => a + b) / values.length)} | ${format(Math.max(...values))} |`)
  }

  const { address: caller } = await local.create(bytesToHex(initCode(severalCode(BigInt(local.address)))))
  console.log('\n| signatures in one transaction | gas | calldata bytes | without the floor |\n|---:|---:|---:|---:|')
  for (const count of [1, 2, 5]) {
    const parts = rows.slice(0, count).map(({ calldata }) => calldata)
    const data = severalData(1, parts)
    const execution =
      (await local.transactionGas(severalData(9, parts), caller)) - (await local.transactionGas(severalData(8, parts), caller))
    // The first round also opens three accounts.
    const standard = calldataGas(data) + execution + 3 * 2500
    console.log(`| ${count} | ${format(await local.transactionGas(data, caller))} | ${format(data.length)} | ${format(standard)} |`)
  }
} finally {
  await local.stop()
}

function randomSignature() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const message = randomBytes(100)
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return {
    digest: createHash('sha384').update(message).digest(),
    signature: sign('sha384', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    publicKey: Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
  }
}

/** What a transaction pays for its calldata, when not the floor of EIP-7623. */
function calldataGas(data: Uint8Array): number {
  const zeros = data.filter((byte) => byte === 0).length
  return 21_000 + 4 * zeros + 16 * (data.length - zeros)
}

/** Input of the contract below: how often to verify, then each signature behind its length. */
function severalData(rounds: number, parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from([rounds]), ...parts.flatMap((part) => [Buffer.from([part.length >> 8, part.length & 0xff]), part])])
}

/** A contract that has the verifier check every part of its calldata, several rounds of it, and reverts unless all are 1. */
function severalCode(verifier: bigint): Uint8Array {
  const asm = new Assembler()
  asm.compute(['BYTE', 0, ['CALLDATALOAD', 0]], 'rounds')
  asm.label('round').push(1, 'at').label('next')
  asm.jumpIf('part', ['LT', 'at', ['CALLDATASIZE']])
  asm.pop('at').compute(['SUB', 'rounds', 1]).set('rounds').jumpIf('round', 'rounds').op('STOP')
  asm.label('part').compute(['SHR', 240, ['CALLDATALOAD', 'at']], 'length')
  asm.run(['CALLDATACOPY', 0, ['ADD', 'at', 2], 'length'])
  asm.compute(['STATICCALL', ['GAS'], verifier, 0, 'length', 0, 32])
  asm.fold('AND', ['EQ', 1, ['MLOAD', 0]], 'valid')
  asm.compute(['ADD', ['ADD', 'at', 2], 'length']).set('at')
  asm.jumpIf('good', 'valid').run(['REVERT', 0, 0])
  asm.label('good').pop('valid').pop('length').jump('next')
  return asm.assemble()
}
