import { concatBytes, fromUtf8, type Hex, sha384, toHex } from './bytes.ts'
import { type CborValue, decodeCbor } from './cbor.ts'
import { crc32 } from './crc32.ts'
import { VerifierError } from './errors.ts'
import type { Measurement } from './policy.ts'

/**
 * An enclave image file (EIF), as AWS Nitro Enclaves boot it: a header of 548 bytes and sections, all numbers big-endian (aws-nitro-enclaves-image-format, `defs`). What is measured is kernel, command
 * line, ramdisks and the signing certificate; the metadata, the sizes in the header and the order of sections are not.
 */
export type Eif = {
  version: number
  arch: 'x86_64' | 'aarch64'
  /** What the image asks for; its hypervisor may give more. */
  memoryBytes: number
  cpus: number
  kernel: Uint8Array
  cmdline: Uint8Array
  /** The first holds the init, the others the application. */
  ramdisks: readonly Uint8Array[]
  /** JSON about the build, which proves nothing. */
  metadata: Uint8Array | null
  signature: EifSignature | null
}

export type EifSignature = { certificatePem: string; certificateDer: Uint8Array; cose: Uint8Array }

/** Promises the form and the checksum, not that the signature holds. @throws `IMAGE_MALFORMED` */
export function decodeEif(bytes: Uint8Array): Eif {
  if (bytes.length < headerBytes || bytes.length > eifBytesMax)
    throw malformed('Another size', `${headerBytes} to ${eifBytesMax} bytes`, `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== magic) throw malformed('Not an enclave image file', '.eif', toHex(bytes.subarray(0, 4)))
  const version = view.getUint16(4)
  if (version < 2 || version > 4) throw malformed('A version that is not known', '2 to 4', String(version))
  const checksum = crc32([bytes.subarray(0, checksumOffset), bytes.subarray(headerBytes)])
  if (view.getUint32(checksumOffset) !== checksum)
    throw malformed('The checksum does not hold', hex32(checksum), hex32(view.getUint32(checksumOffset)))
  const flags = view.getUint16(6)
  const sections = readSections(bytes, view)
  const of = (type: number) => sections.filter((section) => section.type === type).map(({ content }) => content)
  const [kernel, cmdline] = [of(eifSections.kernel), of(eifSections.cmdline)]
  const ramdisks = of(eifSections.ramdisk)
  const [metadata, signature] = [of(eifSections.metadata), of(eifSections.signature)]
  if (kernel.length !== 1 || cmdline.length !== 1 || ramdisks.length === 0)
    throw malformed(
      'Sections are missing',
      'one kernel, one command line, a ramdisk',
      `${kernel.length}, ${cmdline.length}, ${ramdisks.length}`,
    )
  if (metadata.length > 1 || signature.length > 1) throw malformed('Metadata or signature twice', 'at most one of each')
  return {
    version,
    arch: (flags & 1) === 0 ? 'x86_64' : 'aarch64',
    memoryBytes: safeNumber(view, 8),
    cpus: safeNumber(view, 16),
    kernel: kernel[0] as Uint8Array,
    cmdline: cmdline[0] as Uint8Array,
    ramdisks,
    metadata: metadata[0] ?? null,
    signature: signature[0] === undefined ? null : decodeSignature(signature[0]),
  }
}

/**
 * The registers that a hypervisor will hold for this image: each is `SHA-384(0^48 ‖ SHA-384(what is measured))`. PCR0 the whole image, PCR1 kernel and boot ramdisk, PCR2 the application, PCR8 the
 * certificate of whoever signed the image.
 */
export async function measureEif({
  kernel,
  cmdline,
  ramdisks,
  signature,
}: Pick<Eif, 'kernel' | 'cmdline' | 'ramdisks' | 'signature'>): Promise<
  Required<Pick<Measurement, 'pcr0'>> & { pcr1: Hex; pcr2: Hex; pcr8?: Hex }
> {
  const [boot, ...application] = ramdisks
  if (boot === undefined) throw malformed('Sections are missing', 'a ramdisk')
  const register = async (...parts: Uint8Array[]) =>
    toHex(await sha384(concatBytes(new Uint8Array(48), await sha384(concatBytes(...parts)))))
  return {
    pcr0: await register(kernel, cmdline, boot, ...application),
    pcr1: await register(kernel, cmdline, boot),
    pcr2: await register(...application),
    ...(signature === null ? {} : { pcr8: await register(signature.certificateDer) }),
  }
}

export const eifSections = { kernel: 1, cmdline: 2, ramdisk: 3, signature: 4, metadata: 5 } as const

/** `.eif` */
export const magic = 0x2e656966
export const headerBytes = 548
export const checksumOffset = 544
export const sectionHeaderBytes = 12
export const sectionsMax = 32
/** Where the header keeps the places of the sections, and their sizes. */
export const offsetsAt = 28
export const sizesAt = 284
/** Larger than the memory that any image of ours is given. */
export const eifBytesMax = 1 << 30

const signatureBytesMax = 64 * 1024

type Section = { type: number; content: Uint8Array }

/** Sections follow each other without gaps: bytes that belong to none would be in the file and in no measurement. */
function readSections(bytes: Uint8Array, view: DataView): Section[] {
  const count = view.getUint16(26)
  if (count === 0 || count > sectionsMax) throw malformed('Number of sections', `1 to ${sectionsMax}`, String(count))
  let at = headerBytes
  const sections = Array.from({ length: count }, (_, index): Section => {
    const offset = safeNumber(view, offsetsAt + 8 * index)
    const size = safeNumber(view, sizesAt + 8 * index)
    if (offset !== at || offset + sectionHeaderBytes + size > bytes.length)
      throw malformed(`Section ${index} lies elsewhere`, `at ${at}, inside ${bytes.length} bytes`, `at ${offset}, ${size} bytes`)
    if (safeNumber(view, offset + 4) !== size)
      throw malformed(`Section ${index} has two sizes`, String(size), String(safeNumber(view, offset + 4)))
    at = offset + sectionHeaderBytes + size
    return { type: view.getUint16(offset), content: bytes.subarray(offset + sectionHeaderBytes, at) }
  })
  if (at !== bytes.length) throw malformed('Bytes after the last section', String(at), String(bytes.length))
  for (const { type } of sections)
    if (!Object.values(eifSections).includes(type as 1)) throw malformed('A kind of section that is not known', '1 to 5', String(type))
  return sections
}

/** CBOR `[{signing_certificate: [PEM as numbers], signature: [COSE_Sign1 as numbers]}]`: the tool that writes it has byte strings as arrays of numbers. */
function decodeSignature(content: Uint8Array): EifSignature {
  const decoded = decodeSignatureCbor(content)
  const [entry] = Array.isArray(decoded) && decoded.length === 1 ? decoded : []
  if (!(entry instanceof Map)) throw malformed('Another signature', 'a list of one')
  const certificatePem = text(numbers(entry.get('signing_certificate')))
  return { certificatePem, certificateDer: derOfPem(certificatePem), cose: numbers(entry.get('signature')) }
}

/** Of any key: unlike the certificates of documents, this one is only hashed. */
function derOfPem(pem: string): Uint8Array {
  const [, base64, ...more] = pem.split(/-----(?:BEGIN|END) CERTIFICATE-----/)
  if (base64 === undefined || more.length !== 1 || !/^[A-Za-z0-9+/=\s]+$/.test(base64))
    throw malformed('The signing certificate cannot be read', 'one PEM block "CERTIFICATE"')
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (char) => char.charCodeAt(0))
  } catch (cause) {
    throw new VerifierError('IMAGE_MALFORMED', 'The signing certificate is not base64', { cause })
  }
}

function decodeSignatureCbor(content: Uint8Array): CborValue {
  try {
    return decodeCbor(content, { bytesMax: signatureBytesMax })
  } catch (cause) {
    throw new VerifierError('IMAGE_MALFORMED', 'The signature section is not CBOR', { cause })
  }
}

function numbers(value: CborValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (!Array.isArray(value) || !value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255))
    throw malformed('Another signature', 'bytes as an array of numbers')
  return Uint8Array.from(value as number[])
}

function text(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    throw new VerifierError('IMAGE_MALFORMED', 'The signing certificate is not text', { cause })
  }
}

function safeNumber(view: DataView, at: number): number {
  const value = view.getBigUint64(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('A number without meaning', 'below 2^53', String(value))
  return Number(value)
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('IMAGE_MALFORMED', message, { expected, received })
}
