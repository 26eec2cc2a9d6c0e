import { spawn } from 'node:child_process'
import { spawnNpm } from './npm.mjs'

/** Runs Node with these arguments in the project and resolves with the exit code and, when it is to be kept, the standard output. */
export function runNode(projectRoot, args, { keepOutput = false } = {}) {
  return outcome(spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', keepOutput ? 'pipe' : 'inherit', 'inherit'] }))
}

export function runScript(projectRoot, workspace, script) {
  return outcome(
    spawnNpm(['run', '--silent', '--workspace', workspace, script], { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] }),
  )
}

function outcome(child) {
  return new Promise((resolve) => {
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.once('error', (error) => resolve({ code: 1, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
