import { parseArgs } from 'node:util'
import { soakLog } from '../system/log-soak.ts'
import { shippedModel, startSystem } from '../system/system.ts'

/** Answers under load while the host's log process is killed: `npm run soak:log -- [--receipts N] [--kills N] [--connections N]`. Exit code 0 only if every head on the way verified whole. */
const { values } = parseArgs({
  options: {
    receipts: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '20' },
    connections: { type: 'string', default: '32' },
  },
})
const system = await startSystem()
try {
  const result = await soakLog({
    system,
    model: await shippedModel('digits'),
    receipts: Number(values.receipts),
    kills: Number(values.kills),
    connections: Number(values.connections),
    random: Math.random,
    onProgress: (receipts, kills) => process.stderr.write(`${receipts} answers, killed ${kills} times\n`),
  })
  console.log(JSON.stringify(result))
} finally {
  await system.stop()
}
process.exit(0)
