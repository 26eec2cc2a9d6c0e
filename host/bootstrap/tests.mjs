import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './run.mjs'

/** Runs vitest and forge and counts what they report, from their JSON. With a filter only vitest runs. */
export async function runTests(projectRoot, args) {
  mkdirSync(join(projectRoot, '.cache'), { recursive: true })
  const directory = mkdtempSync(join(projectRoot, '.cache', 'test-'))
  try {
    const report = join(directory, 'vitest.json')
    const vitest = await runNode(projectRoot, [
      'node_modules/vitest/vitest.mjs',
      'run',
      '-c',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ])
    const counts = [settle(vitest.code, () => countVitest(JSON.parse(readFileSync(report, 'utf8'))))]
    if (args.length === 0) {
      const forge = await runNode(projectRoot, ['--conditions=source', '--import', 'tsx', 'contracts/forge.ts', 'test', '--json'], {
        keepOutput: true,
      })
      counts.push(settle(forge.code, () => countForge(JSON.parse(forge.output.slice(forge.output.indexOf('{'))))))
    }
    for (const line of counts.flatMap(({ failures }) => failures)) process.stdout.write(`  ✗ ${line}\n`)
    const total = (field) => counts.reduce((sum, count) => sum + count[field], 0)
    const skipped = total('skipped')
    process.stdout.write(`${total('passed')} passed, ${total('failed')} failed${skipped === 0 ? '' : ` (${skipped} skipped)`}\n`)
    return total('failed') === 0 ? 0 : 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export function countVitest({ testResults }) {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const { name, status, message, assertionResults } of testResults) {
    for (const assertion of assertionResults) {
      if (assertion.status === 'passed') count.passed++
      else if (assertion.status === 'failed') fail(count, `${name}: ${assertion.fullName}`)
      else count.skipped++
    }
    // A file that does not even load has no tests to fail.
    if (status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'))
      fail(count, `${name}: ${message?.split('\n')[0] ?? 'did not load'}`)
  }
  return count
}

export function countForge(suites) {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const [suite, { test_results: results }] of Object.entries(suites))
    for (const [test, { status, reason }] of Object.entries(results)) {
      if (status === 'Success') count.passed++
      else if (status === 'Failure') fail(count, `${suite}: ${test}: ${reason ?? 'failed'}`)
      else count.skipped++
    }
  return count
}

function fail(count, line) {
  count.failed++
  count.failures.push(line)
}

/** No report, no tests at all, or an exit code that the report does not explain: a failure, never a silent zero. */
function settle(code, read) {
  let count
  try {
    count = read()
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`no report (exit code ${code}): ${error.message}`] }
  }
  if (code !== 0 && count.failed === 0) fail(count, `exit code ${code}`)
  if (count.passed + count.failed + count.skipped === 0) fail(count, 'no tests were found')
  return count
}
