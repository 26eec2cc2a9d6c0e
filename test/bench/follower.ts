import { connect } from 'node:net'
import { followLog } from '@nacre/host/log/follower'

/**
 * The host that keeps up with an attested enclave, in a process of its own: without one the enclave stops issuing receipts after 32,768.
 *
 *     node follower.ts LOG_SOCKET DIRECTORY
 */
const [socket, directory] = process.argv.slice(2) as [string, string]
const follower = await followLog({ directory, connect: () => connect(socket), nowMs: Date.now })
process.send?.('ready')
process.once('disconnect', async () => {
  await follower.stop()
  process.exit(0)
})
