import { gunzipSync, gzipSync } from 'node:zlib'
import { encodeEif } from '@nacre/host/image/encode-eif'
import { decodeEif } from '@nacre/verifier/eif'

/** The same image, but for one letter of a program in the root file system. */
export function withOneByteChanged(eif: Uint8Array): Uint8Array {
  const image = decodeEif(eif)
  const files = Buffer.from(gunzipSync(image.ramdisks.at(-1) as Uint8Array))
  const at = files.indexOf('enclave cannot start')
  if (at < 0) throw new Error('The text to change is not in the image')
  files[at] = 'E'.charCodeAt(0)
  const ramdisks = [...image.ramdisks.slice(0, -1), Uint8Array.from(gzipSync(files))]
  return encodeEif({ ...image, ramdisks, metadata: Buffer.from('{}'), signature: undefined })
}
