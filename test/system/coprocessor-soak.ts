import { parseArgs } from 'node:util'
import { runCoprocessor } from './coprocessor-run.ts'
import { findPostgres, startPostgres } from './postgres.ts'

// npm run soak:coprocessor -- --requests 500 --seed 7 [--database-url postgres://… | --postgres]

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '500' },
    subscriptions: { type: 'string', default: '8' },
    instances: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    'outage-seconds': { type: 'string', default: '20' },
    'database-url': { type: 'string' },
    folder: { type: 'string' },
    postgres: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`Two relayers, killed at random, race for requests on a local chain that is reorganised and whose RPC fails for a while.
Exit code 0 only if every request was answered once or refunded once.

  --requests N         default 500
  --subscriptions N    that ask besides, in seconds and in blocks, default 8
  --instances N        that the deposit of each pays for, default 8
  --seed N             of what is random, default 1
  --kills N            SIGKILLs, default one per 15 requests
  --outage-seconds N   how long RPC fails, default 20
  --database-url URL   one PostgreSQL for both; default: an embedded one for each
  --postgres           start a PostgreSQL server of this machine for it
  --folder DIR         keep the relayers' logs and state there
  --json               print the figures as JSON
`)
  process.exit(0)
}

const requests = Number(values.requests)
const binaries = values.postgres ? findPostgres() : null
if (values.postgres && binaries === null) throw new Error('There is no PostgreSQL server on this machine')
const server = binaries === null ? null : await startPostgres(binaries)
try {
  const figures = await runCoprocessor({
    requests,
    subscriptions: Number(values.subscriptions),
    instances: Number(values.instances),
    seed: Number(values.seed),
    databaseUrl: server?.url ?? values['database-url'],
    outageMs: Number(values['outage-seconds']) * 1000,
    kills: values.kills === undefined ? Math.ceil(requests / 15) : Number(values.kills),
    folder: values.folder,
    progress: (line) => process.stderr.write(`${line}\n`),
  })
  const { wrong, subscriptionsWrong, callbacksWrong, creditError, dead } = figures
  const isGood = wrong.length === 0 && subscriptionsWrong.length === 0 && callbacksWrong === 0 && creditError === 0n && dead === 0
  const all = {
    ok: isGood,
    database: server?.version ?? (values['database-url'] === undefined ? 'embedded' : 'PostgreSQL'),
    ...figures,
    creditError: String(creditError),
  }
  process.stdout.write(values.json ? `${JSON.stringify(all)}\n` : `${JSON.stringify(all, null, 2)}\n`)
  process.exitCode = isGood ? 0 : 1
} finally {
  await server?.stop()
}
process.exit()
