import type { Address } from 'viem'
import { recoverAddress } from 'viem/utils'
import { fromHex, type Hex, isHex, toHex } from './bytes.ts'
import { VerifierError } from './errors.ts'

/**
 * Address whose key signed a 32-byte digest, whoever that is. 65 bytes `r ‖ s ‖ v` with v 27 or 28 and s in the lower half: as strict as the contracts, so that one statement has one signature.
 *
 * @throws `SIGNATURE_MALFORMED`
 */
export async function recoverSigner(digest: Hex, signature: Hex): Promise<Address> {
  const bytes = isHex(signature, 65) ? fromHex(signature) : undefined
  if (bytes === undefined) throw new VerifierError('SIGNATURE_MALFORMED', 'Not a 65-byte signature')
  const v = bytes[64]
  if (v !== 27 && v !== 28) throw new VerifierError('SIGNATURE_MALFORMED', 'Recovery byte', { expected: '27 or 28', received: String(v) })
  const s = BigInt(toHex(bytes.subarray(32, 64)))
  if (s > halfOrder)
    throw new VerifierError('SIGNATURE_MALFORMED', 's in the upper half: the signature was altered', {
      received: toHex(bytes.subarray(32, 64)),
    })
  try {
    return await recoverAddress({ hash: digest, signature })
  } catch (cause) {
    throw new VerifierError('SIGNATURE_MALFORMED', 'No public key fits this signature', { cause })
  }
}

/** Half the order of secp256k1 (SEC 2 section 2.4.1), as EIP-2 uses it. */
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
