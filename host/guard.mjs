// Runs a command and lives exactly as long as it and the parent do: standard input is a lifeline that the parent
// never writes to. When it ends, because the parent was stopped or killed, the command is stopped as well.
import { spawn } from 'node:child_process'

const graceMs = 5_000
const [command, ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })

child.once('error', (error) => {
  console.error(`${command}: ${error.message}`)
  process.exit(127)
})
child.once('exit', (code, signal) => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(name)
  if (signal === null) process.exit(code ?? 1)
  process.kill(process.pid, signal)
})

process.stdin.resume()
for (const event of ['end', 'error', 'close']) process.stdin.once(event, stop)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop)

function stop() {
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
}
