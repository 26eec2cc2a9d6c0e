/**
 * Runs forge in this folder and ends as it ends.
 *
 *     node --conditions=source --import tsx forge.ts test
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { foundryBinary } from './foundry.ts'

const { status, error } = spawnSync(foundryBinary('forge'), process.argv.slice(2), {
  cwd: fileURLToPath(new URL('.', import.meta.url)),
  stdio: 'inherit',
})
if (error) throw error
// A forge that was killed has no status; that is no success.
process.exitCode = status ?? 1
