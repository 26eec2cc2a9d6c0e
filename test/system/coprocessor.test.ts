import { describe, expect, test } from 'vitest'
import { type RunFigures, type RunParameters, runCoprocessor } from './coprocessor-run.ts'
import { findPostgres, startPostgres } from './postgres.ts'

// A bounded slice of `npm run soak:coprocessor`: two relayers as processes, killed and racing, a chain that is reorganised, RPC that fails for a while.

const binaries = findPostgres()
if (binaries === null) console.log('skipped: relayers on one PostgreSQL; no postgres binary was found (Debian: apt-get install postgresql)')

describe('relayers of chain requests', () => {
  test(
    'each with a database of its own: every request is answered once or refunded once, whatever happens to them',
    {
      timeout: 1_200_000,
    },
    () => run({ requests: 48, subscriptions: 4, instances: 3, seed: 1, outageMs: 6_000, kills: 3 }),
  )

  test.skipIf(binaries === null)('on one PostgreSQL, which shares the work out', { timeout: 1_200_000 }, async () => {
    const server = await startPostgres(binaries ?? '')
    try {
      await run({ requests: 36, subscriptions: 2, instances: 3, seed: 2, outageMs: 3_000, kills: 2, databaseUrl: server.url })
    } finally {
      await server.stop()
    }
  })
})

async function run(parameters: RunParameters): Promise<void> {
  const figures = await judged(parameters)
  expect(figures).toMatchObject({ wrong: [], subscriptionsWrong: [], callbacksWrong: 0, creditError: 0n, dead: 0, kills: parameters.kills })
  expect(figures.fulfilled + figures.refunded).toBe(figures.requests)
  expect(figures.instances).toBe((parameters.subscriptions ?? 0) * (parameters.instances ?? 0))
  expect(figures.requests).toBeGreaterThanOrEqual(parameters.requests + figures.instances)
  expect(figures.fulfilled).toBeGreaterThan(parameters.requests / 2)
  expect(figures.rpcFailures).toBeGreaterThan(0)
}

/** A run that the test's own machinery could not bring to its end says nothing about relayers: it is made once more. One that came to its end is judged as it is. */
async function judged(parameters: RunParameters): Promise<RunFigures> {
  try {
    return await runCoprocessor(parameters)
  } catch (error) {
    console.log(`the run did not come to its end and is made once more: ${error instanceof Error ? error.message : error}`)
    return runCoprocessor({ ...parameters, seed: parameters.seed + 100 })
  }
}
