// Entry of `npm start`, `npm test` and `npm run check`: makes sure that the dependencies are there, then does the job. Plain JavaScript without dependencies, since it runs before there are any.
import { fileURLToPath } from 'node:url'
import { runChecks } from './bootstrap/checks.mjs'
import { assertNodeVersion, ensureInstalled } from './bootstrap/install.mjs'
import { runTests } from './bootstrap/tests.mjs'

const usage = `node host/bootstrap.mjs start [options]   install if needed, then: nacre start (see start --help)
node host/bootstrap.mjs test [filter]     install if needed, then run every test, or those of vitest that match
node host/bootstrap.mjs check             install if needed, then lint, types, contract formatting and gas snapshots
`

const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')
const [command, ...args] = process.argv.slice(2)

process.exitCode = await main()

async function main() {
  if (command === '--help' || command === 'help') {
    process.stdout.write(usage)
    return 0
  }
  if (command !== 'start' && command !== 'test' && command !== 'check') {
    process.stderr.write(usage)
    return 2
  }
  try {
    assertNodeVersion(process.versions.node)
    await ensureInstalled(projectRoot)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  if (command === 'start') {
    const { runTypeScript } = await import('./run-typescript.mjs')
    return runTypeScript('cli.ts', ['start', ...args])
  }
  return command === 'test' ? runTests(projectRoot, args) : runChecks(projectRoot)
}
