import type { NetConnectOpts } from 'node:net'
import { startRelay } from '@nacre/host/relay'

// A relay as a process of its own, so that a test can kill it: the first message says where, the answer names the ports.

process.once('message', async (where: { tls: NetConnectOpts; http: NetConnectOpts; tlsPort: number; httpPort: number }) => {
  const { tls, http, tlsPort, httpPort } = where
  const relay = await startRelay({ enclave: { tls, http }, host: '127.0.0.1', tlsPort, httpPort })
  process.send?.({ tlsPort: relay.tlsPort, httpPort: relay.httpPort })
})
process.once('disconnect', () => process.exit())
