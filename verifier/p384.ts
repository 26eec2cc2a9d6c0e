/** A P-384 public key that an engine has imported, and so checked to be a point of the curve. */
export type P384Key = { readonly verify: (message: Uint8Array, signature: Uint8Array) => Promise<boolean> }

/**
 * ECDSA over P-384 with SHA-384 (FIPS 186-5), verification only. In Node the built-in OpenSSL binding is used because WebCrypto's queue and copies cost extra; everywhere else WebCrypto.
 * Importing costs a tenth of a verification, so a key that is used again is worth keeping.
 *
 * @returns `null` when the bytes are not an uncompressed point of the curve.
 */
export async function importP384(publicKey: Uint8Array): Promise<P384Key | null> {
  if (publicKey.length !== 97 || publicKey[0] !== 4) return null
  try {
    return nodeCrypto === undefined ? await importP384ByWebCrypto(publicKey) : await importByNode(nodeCrypto, publicKey)
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

/** Imports by WebCrypto as well: reading the bare point takes a third of the time that OpenSSL's SubjectPublicKeyInfo decoder does. */
async function importByNode(node: NodeCrypto, publicKey: Uint8Array): Promise<P384Key> {
  const options = { key: node.KeyObject.from(await importPoint(publicKey)), dsaEncoding: 'ieee-p1363' } as const
  return { verify: async (message, signature) => isSignatureInRange(signature) && node.verify('sha384', message, options, signature) }
}

/** Throws for a point that is not on the curve. */
function importPoint(publicKey: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', publicKey as BufferSource, { name: 'ECDSA', namedCurve: 'P-384' }, true, ['verify'])
}

/** The engine of browsers, by itself: tests hold both engines to the same vectors. Throws for a point off the curve. */
export async function importP384ByWebCrypto(publicKey: Uint8Array): Promise<P384Key> {
  const key = await importPoint(publicKey)
  return {
    verify: async (message, signature) =>
      isSignatureInRange(signature) &&
      (await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-384' }, key, signature as BufferSource, message as BufferSource)),
  }
}
