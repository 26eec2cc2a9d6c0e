import { createHash } from 'node:crypto'
import { fromHex, toHex } from '@nacre/verifier/bytes'
import { encodeIdentity, hashIdentity, identityUserData } from '@nacre/verifier/identity'
import type { Address } from 'viem'
import type { Clock } from './clock.ts'
import type { Nsm } from './nsm.ts'
import type { ReceiptKey } from './signing-keys.ts'

/** The identity that this enclave shares says, once, that this keyset is one of its own; a document made for that alone vouches for it. Bytes as served. */
export async function stateIdentity(parts: { nsm: Nsm; key: ReceiptKey; keysetBytes: Uint8Array; clock: Clock }): Promise<Uint8Array> {
  const { nsm, key, keysetBytes, clock } = parts
  const statement = {
    identity: key.address.toLowerCase() as Address,
    keysetSha256: toHex(Uint8Array.from(createHash('sha256').update(keysetBytes).digest())),
    timestampMs: Math.floor(clock.nowMs()),
  }
  const document = await nsm.attest({ userData: identityUserData(statement), nonce: null, publicKey: null })
  const signature = toHex(key.sign(fromHex(hashIdentity(statement))))
  return encodeIdentity({ format: 'nacre/identity/1', ...statement, signature, document: toHex(document) })
}
