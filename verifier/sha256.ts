import { sha256 as portable } from 'viem/utils'

/** SHA-256 at once, for what hashes many small things: Node's own where there is one (a third of the time), the same in JavaScript elsewhere. 32 bytes. */
export function sha256Sync(bytes: Uint8Array): Uint8Array {
  return node === undefined ? portable(bytes, 'bytes') : node.createHash('sha256').update(bytes).digest()
}

type NodeCrypto = { createHash(algorithm: 'sha256'): { update(bytes: Uint8Array): { digest(): Uint8Array } } }
type Global = { process?: { getBuiltinModule?(name: 'node:crypto'): NodeCrypto } }

const node = (globalThis as Global).process?.getBuiltinModule?.('node:crypto')
