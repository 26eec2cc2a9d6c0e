import { connect } from 'node:net'
import { followLog } from '@nacre/host/log/follower'

/**
 * The host that keeps up with an attested enclave, in a process of its own: without one the enclave stops issuing receipts after 32,768.
 *
 *     node follower.ts LOG_SOCKET DIRECTORY
 *
 * Answers a tree's size when so much of the log is on disk.
 */
const [socket, directory] = process.argv.slice(2) as [string, string]
// Often: what is stored late would be charged to whatever is measured next.
const follower = await followLog({ directory, connect: () => connect(socket), pollMs: 100, nowMs: Date.now })
process.send?.('ready')
process.on('message', async (treeSize: number) => {
  await follower.covers(treeSize)
  process.send?.('stored')
})
process.once('disconnect', async () => {
  await follower.stop()
  process.exit(0)
})
