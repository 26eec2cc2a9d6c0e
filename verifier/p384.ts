/** A P-384 public key that an engine has imported, and so checked to be a point of the curve. */
export type P384Key = { readonly verify: (message: Uint8Array, signature: Uint8Array) => Promise<boolean> }

/**
 * ECDSA over P-384 with SHA-384 (FIPS 186-5), verification only. In Node the built-in OpenSSL binding is used because WebCrypto's queue and copies cost extra; everywhere else WebCrypto.
 * Importing costs a fifth of a verification, so a key that is used again is worth keeping.
 *
 * @returns `null` when the bytes are not an uncompressed point of the curve.
 */
export async function importP384(publicKey: Uint8Array): Promise<P384Key | null> {
  if (publicKey.length !== 97 || publicKey[0] !== 4) return null
  try {
    return nodeCrypto === undefined ? await importP384ByWebCrypto(publicKey) : importByNode(nodeCrypto, publicKey)
  } catch {
    // Both engines throw for a point that is not on the curve.
    return null
  }
}

/** `false` for anything but a valid signature by a valid key: 96 bytes `r ‖ s`. */
export async function verifyP384(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = await importP384(publicKey)
  return key === null ? false : key.verify(message, signature)
}

/** 96 bytes `r ‖ s`, each in [1, n-1]. The upper half of s is accepted: AWS signs so. */
export function isSignatureInRange(signature: Uint8Array): boolean {
  return signature.length === 96 && isScalar(signature.subarray(0, 48)) && isScalar(signature.subarray(48))
}

type NodeCrypto = typeof import('node:crypto')
type BuiltinModules = { getBuiltinModule?: (name: string) => unknown }

/** No import of `node:crypto`, so that bundlers for browsers have nothing to resolve. */
const nodeCrypto = (globalThis as { process?: BuiltinModules }).process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined

/** DER of the SubjectPublicKeyInfo up to the point: id-ecPublicKey, secp384r1 (RFC 5480). */
const spkiPrefix = Uint8Array.from([
  0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00,
])

/** Order of P-384 (FIPS 186-5 / SP 800-186 section 3.2.1.4), big-endian. */
const order = Uint8Array.from([
  ...new Array<number>(24).fill(0xff),
  0xc7,
  0x63,
  0x4d,
  0x81,
  0xf4,
  0x37,
  0x2d,
  0xdf,
  0x58,
  0x1a,
  0x0d,
  0xb2,
  0x48,
  0xb0,
  0xa7,
  0x7a,
  0xec,
  0xec,
  0x19,
  0x6a,
  0xcc,
  0xc5,
  0x29,
  0x73,
])

function isScalar(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte === 0)) return false
  for (let i = 0; i < 48; i++) {
    const difference = (bytes[i] as number) - (order[i] as number)
    if (difference !== 0) return difference < 0
  }
  return false
}

function importByNode(node: NodeCrypto, publicKey: Uint8Array): P384Key {
  const spki = new Uint8Array(spkiPrefix.length + publicKey.length)
  spki.set(spkiPrefix)
  spki.set(publicKey, spkiPrefix.length)
  const key = node.createPublicKey({ key: spki as Buffer, format: 'der', type: 'spki' })
  return {
    verify: async (message, signature) =>
      isSignatureInRange(signature) && node.verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature),
  }
}

/** The engine of browsers, by itself: tests hold both engines to the same vectors. Throws for a point off the curve. */
export async function importP384ByWebCrypto(publicKey: Uint8Array): Promise<P384Key> {
  const key = await crypto.subtle.importKey('raw', publicKey as BufferSource, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['verify'])
  return {
    verify: async (message, signature) =>
      isSignatureInRange(signature) &&
      (await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-384' }, key, signature as BufferSource, message as BufferSource)),
  }
}
