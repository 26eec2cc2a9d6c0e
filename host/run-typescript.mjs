import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a TypeScript file of this package as a child that ends with this process, whichever way that ends, and resolves with the exit code to use.
 * Signals from a terminal reach the child by themselves; this process only has to outlive it.
 */
export function runTypeScript(file, args) {
  const tsx = import.meta.resolve('tsx')
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', '--import', tsx, path, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => forward(child, signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signalNumbers[signal] ?? 0)))
  })
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

function forward(child, signal) {
  // Ctrl-C goes to the whole foreground group, so the child has it already; sending it again would look like a second one.
  if (signal === 'SIGINT' && process.stdin.isTTY) return
  child.kill(signal)
}
