/**
 * Prints size, code hash and gas of the SHA-384 contracts as Markdown, measured by transactions on a local Osaka chain.
 *
 *     node --import tsx sha384-gas.ts
 */
import { randomBytes } from 'node:crypto'
import { keccak256 } from 'viem'
import { startExecution } from './execution.ts'
import { encodeBatch, sha384BatchCode, sha384Code } from './sha384.ts'

const contracts = { single: sha384Code(), batch: sha384BatchCode() }
const execution = await startExecution()
try {
  const single = await execution.deploy(contracts.single)
  const batch = await execution.deploy(contracts.batch)

  console.log('| contract | bytes | deployment gas | code hash |\n|---|---:|---:|---|')
  for (const [name, { deployGas }] of Object.entries({ single, batch })) {
    const code = contracts[name as keyof typeof contracts]
    console.log(`| ${name} | ${format(code.length)} | ${format(deployGas)} | \`${keccak256(code)}\` |`)
  }

  console.log('\n| one message, bytes | blocks | single | batch |\n|---|---:|---:|---:|')
  for (const length of [0, 111, 112, 671, 4_335, 4_395, 4_463, 10_000, 20_000]) {
    const message = randomBytes(length)
    const [alone, batched] = [await single.gas(message), await batch.gas(batchOf([message]))]
    console.log(`| ${format(length)} | ${blocks(length)} | ${format(alone)} | ${format(batched)} |`)
  }

  console.log('\n| several messages, bytes | blocks | one by one | batch |\n|---|---:|---:|---:|')
  const cases = [
    [4_395, 4_395],
    [4_395, 671],
    [4_395, 671, 671, 671, 671],
    [4_395, 700, 650, 600, 545],
    [671, 671, 671, 671],
  ]
  for (const lengths of cases) {
    const messages = lengths.map((length) => randomBytes(length))
    let alone = 0
    for (const message of messages) alone += await single.gas(message)
    const total = lengths.map(blocks).reduce((sum, count) => sum + count)
    console.log(`| ${lengths.map(format).join(' + ')} | ${total} | ${format(alone)} | ${format(await batch.gas(batchOf(messages)))} |`)
  }
} finally {
  await execution.stop()
}

function batchOf(messages: readonly Uint8Array[]): Uint8Array {
  let offset = 0
  const ranges = messages.map(({ length }) => {
    offset += length
    return { offset: offset - length, length }
  })
  return encodeBatch(ranges, Buffer.concat(messages))
}

function blocks(length: number): number {
  return Math.ceil((length + 17) / 128)
}

function format(value: number): string {
  return value.toLocaleString('en-US')
}
