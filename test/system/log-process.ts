// A host's log follower as a process of its own, to be killed: node log-process.ts SOCKET DIRECTORY
import { connect } from 'node:net'
import { followLog } from '@nacre/host/log/follower'

const [socketPath, directory] = process.argv.slice(2) as [string, string]
await followLog({
  directory,
  connect: () => connect(socketPath),
  pollMs: 20,
  nowMs: Date.now,
  onEvent: (event) => process.send?.(event),
})
process.on('disconnect', () => process.exit(0))
