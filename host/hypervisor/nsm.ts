import { createHash } from 'node:crypto'
import { concatBytes } from '@nacre/verifier/bytes'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { ecdsaSha384, type SimulatedPki } from './ca.ts'

/** One Nitro Secure Module as one enclave sees it: exactly the CBOR bytes that the ioctl of `/dev/nsm` carries, in and out. Never throws, whatever it is sent. */
export type Nsm = {
  handle(request: Uint8Array): Promise<Uint8Array>
}

export type NsmParameters = {
  /** `i-…-enc…`, as in the document. */
  moduleId: string
  pki: SimulatedPki
  /** Values measured at boot. PCR0-15 are locked from the start whether given here or not (zero then); 16-31 belong to the enclave. */
  bootPcrs: ReadonlyMap<number, Uint8Array>
  nowMs(): number
  randomBytes(length: number): Uint8Array
}

/** Names of the NSM's own error codes, as they travel. */
export type NsmError =
  | 'InvalidArgument'
  | 'InvalidIndex'
  | 'InvalidResponse'
  | 'ReadOnlyIndex'
  | 'InvalidOperation'
  | 'BufferTooSmall'
  | 'InputTooLarge'
  | 'InternalError'

export const requestBytesMax = 0x1000
export const responseBytesMax = 0x3000
const userDataBytesMax = 512
const nonceBytesMax = 512
const publicKeyBytesMax = 1024
const randomAnswerBytes = 256
const pcrCount = 32
const pcrBytes = 48
/** The hypervisor's own registers; a document always lists them, used or not. */
const bootPcrCount = 16

export function createNsm({ moduleId, pki, bootPcrs, nowMs, randomBytes }: NsmParameters): Nsm {
  const pcrs = Array.from(
    { length: pcrCount },
    (_, index): Pcr => ({ value: bootPcrs.get(index) ?? new Uint8Array(pcrBytes), locked: index < bootPcrCount }),
  )
  for (const [index, { value }] of pcrs.entries())
    if (value.length !== pcrBytes) throw new Error(`PCR${index} must be ${pcrBytes} bytes, is ${value.length}`)

  function pcrAt(index: CborValue | undefined): Pcr {
    if (typeof index !== 'number') throw new NsmRefusal('InvalidOperation')
    const pcr = pcrs[index]
    if (pcr === undefined) throw new NsmRefusal('InvalidIndex')
    return pcr
  }

  function unlockedPcrAt(index: CborValue | undefined): Pcr {
    const pcr = pcrAt(index)
    if (pcr.locked) throw new NsmRefusal('ReadOnlyIndex')
    return pcr
  }

  function lockedIndices(): number[] {
    return pcrs.flatMap((pcr, index) => (pcr.locked ? [index] : []))
  }

  const bare: Record<string, () => CborValue> = {
    DescribeNSM: () =>
      record({
        version_major: 1,
        version_minor: 0,
        version_patch: 0,
        module_id: moduleId,
        max_pcrs: pcrCount,
        locked_pcrs: lockedIndices(),
        digest: 'SHA384',
      }),
    GetRandom: () => record({ random: randomBytes(randomAnswerBytes) }),
  }

  const withArguments: Record<string, (given: CborMap) => CborValue | Promise<CborValue> | undefined> = {
    DescribePCR(given) {
      const pcr = pcrAt(given.get('index'))
      return record({ lock: pcr.locked, data: pcr.value })
    },
    ExtendPCR(given) {
      const data = given.get('data')
      const pcr = unlockedPcrAt(given.get('index'))
      if (!(data instanceof Uint8Array)) throw new NsmRefusal('InvalidOperation')
      pcr.value = extendPcr(pcr.value, data)
      return record({ data: pcr.value })
    },
    LockPCR(given) {
      unlockedPcrAt(given.get('index')).locked = true
      return undefined
    },
    LockPCRs(given) {
      // Locks PCR0 to PCR(range-1); the ones locked already stay so, without an error.
      const range = given.get('range')
      if (typeof range !== 'number') throw new NsmRefusal('InvalidOperation')
      if (range < 0 || range > pcrCount) throw new NsmRefusal('InvalidIndex')
      for (const pcr of pcrs.slice(0, range)) pcr.locked = true
      return undefined
    },
    async Attestation(given) {
      const document = await signDocument({
        userData: optionalBytes(given.get('user_data'), userDataBytesMax),
        nonce: optionalBytes(given.get('nonce'), nonceBytesMax),
        publicKey: optionalBytes(given.get('public_key'), publicKeyBytesMax),
      })
      return record({ document })
    },
  }

  async function signDocument({
    userData,
    nonce,
    publicKey,
  }: {
    userData: Uint8Array | null
    nonce: Uint8Array | null
    publicKey: Uint8Array | null
  }) {
    const timestampMs = nowMs()
    // Taken before the first await: what a concurrent request extends or locks belongs to the next document.
    const listed = new Map(pcrs.flatMap((pcr, index) => (pcr.locked ? [[index, pcr.value] as const] : [])))
    const { leafKey, certificate, cabundle } = await pki.chainAt(timestampMs)
    const payload = indefiniteMap([
      ['module_id', moduleId],
      ['digest', 'SHA384'],
      ['timestamp', BigInt(timestampMs)],
      ['pcrs', listed],
      ['certificate', certificate],
      ['cabundle', cabundle],
      ['public_key', publicKey],
      ['user_data', userData],
      ['nonce', nonce],
    ])
    const protectedHeader = encodeCbor(new Map([[1 /* alg */, -35 /* ES384 */]]))
    // RFC 9052 section 4.4: Sig_structure with context, body_protected, external_aad, payload.
    const signed = encodeCbor(['Signature1', protectedHeader, new Uint8Array(0), payload])
    // WebCrypto's signature is r||s, 96 bytes, which is also COSE's form.
    const signature = new Uint8Array(await crypto.subtle.sign(ecdsaSha384, leafKey, signed as BufferSource))
    return encodeCbor([protectedHeader, new Map(), payload, signature])
  }

  async function answer(request: Uint8Array): Promise<CborValue> {
    if (request.length > requestBytesMax) throw new NsmRefusal('InputTooLarge')
    const decoded = decodeRequest(request)
    if (typeof decoded === 'string') {
      const operation = ownEntry(bare, decoded)
      if (operation === undefined) throw new NsmRefusal('InvalidOperation')
      return new Map([[decoded, operation()]])
    }
    const [name, given] = decoded
    const operation = ownEntry(withArguments, name)
    if (operation === undefined) throw new NsmRefusal('InvalidOperation')
    const result = await operation(given)
    // Operations without a result answer with their bare name.
    return result === undefined ? name : new Map([[name, result]])
  }

  return {
    async handle(request) {
      try {
        const response = encodeCbor(await answer(request))
        return response.length > responseBytesMax ? encodeError('BufferTooSmall') : response
      } catch (error) {
        return encodeError(error instanceof NsmRefusal ? error.code : 'InternalError')
      }
    },
  }
}

/** SHA384(old || data), the only way a PCR changes. */
export function extendPcr(old: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha384').update(old).update(data).digest())
}

/** What a PCR holds after one extension of its initial 48 zero bytes. */
export function pcrOf(data: Uint8Array): Uint8Array {
  return extendPcr(new Uint8Array(pcrBytes), data)
}

type Pcr = { value: Uint8Array; locked: boolean }

/** `"Name"`, or a map of one entry `{Name: {arguments}}`. */
function decodeRequest(request: Uint8Array): string | readonly [name: string, given: CborMap] {
  let decoded: CborValue
  try {
    decoded = decodeCbor(request, { bytesMax: requestBytesMax, indefiniteMaps: true })
  } catch {
    throw new NsmRefusal('InvalidOperation')
  }
  if (typeof decoded === 'string') return decoded
  if (!(decoded instanceof Map) || decoded.size !== 1) throw new NsmRefusal('InvalidOperation')
  const [entry] = decoded as CborMap
  if (entry === undefined || typeof entry[0] !== 'string' || !(entry[1] instanceof Map)) throw new NsmRefusal('InvalidOperation')
  return [entry[0], entry[1]]
}

function optionalBytes(value: CborValue | undefined, bytesMax: number): Uint8Array | null {
  if (value === undefined || value === null) return null
  if (!(value instanceof Uint8Array)) throw new NsmRefusal('InvalidOperation')
  if (value.length > bytesMax) throw new NsmRefusal('InputTooLarge')
  return value
}

/** AWS's modules write the payload as a map of indefinite length since 2025-08; doing the same keeps every reader honest. */
function indefiniteMap(entries: readonly (readonly [string, CborValue])[]): Uint8Array {
  return concatBytes(Uint8Array.of(0xbf), ...entries.flatMap(([key, value]) => [encodeCbor(key), encodeCbor(value)]), Uint8Array.of(0xff))
}

function record(entries: { readonly [key: string]: CborValue }): CborMap {
  return new Map(Object.entries(entries))
}

/** A plain lookup would find `constructor` and `__proto__` too. */
function ownEntry<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function encodeError(code: NsmError): Uint8Array {
  return encodeCbor(new Map([['Error', code]]))
}

class NsmRefusal extends Error {
  readonly code: NsmError

  constructor(code: NsmError) {
    super(code)
    this.code = code
  }
}
