import { concatBytes, sha256 } from './bytes.ts'
import { purposeTag } from './keyset.ts'

/** Purpose of a document whose `public_key` is the RSA key that a key management service encrypts for. */
export const recipientPurpose = 'nacre/kms/1'

/** The `user_data` of such a document: 16 bytes of purpose, then SHA-256 of the key (SubjectPublicKeyInfo, DER). It can stand for no keyset, and no keyset's document for it. */
export async function recipientUserData(publicKey: Uint8Array): Promise<Uint8Array> {
  return concatBytes(purposeTag(recipientPurpose), await sha256(publicKey))
}
