import { runNode, runScript } from './run.mjs'

/** Lint and formatting, types, contract formatting and gas. All run, whatever fails first. */
export async function runChecks(projectRoot) {
  const checks = [
    ['lint and formatting', () => runNode(projectRoot, ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'])],
    ['types', () => runNode(projectRoot, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'])],
    ['contract formatting', () => runScript(projectRoot, 'contracts', 'format:check')],
    ['gas snapshots', () => runScript(projectRoot, 'contracts', 'snapshot:check')],
  ]
  const failed = []
  for (const [name, check] of checks) {
    const startedMs = performance.now()
    const { code } = await check()
    if (code !== 0) failed.push(name)
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)\n`)
  }
  process.stdout.write(failed.length === 0 ? 'All checks passed\n' : `Failed: ${failed.join(', ')}\n`)
  return failed.length === 0 ? 0 : 1
}
