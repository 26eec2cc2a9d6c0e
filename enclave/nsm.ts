import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { EnclaveError } from './errors.ts'

/**
 * The Nitro Secure Module as the enclave uses it. One CBOR protocol (aws-nitro-enclaves-nsm-api, `Request` and `Response`) whatever carries it:
 * `/dev/nsm` on Nitro and in a virtual machine, a unix socket in simulation.
 */
export type Nsm = {
  describe(): Promise<NsmDescription>
  /** 256 bytes from the NSM's own generator. */
  random(): Promise<Uint8Array>
  /** Its value is 48 bytes. */
  describePcr(index: number): Promise<{ locked: boolean; value: Uint8Array }>
  /** New value, 48 bytes: SHA-384 of the old value and `data`. */
  extendPcr(index: number, data: Uint8Array): Promise<Uint8Array>
  lockPcr(index: number): Promise<void>
  /** Locks PCRs 0 to `range` - 1. */
  lockPcrs(range: number): Promise<void>
  /** A signed attestation document (untagged COSE_Sign1). */
  attest(content: { userData: Uint8Array | null; nonce: Uint8Array | null; publicKey: Uint8Array | null }): Promise<Uint8Array>
  close(): void
}

/** Carries one request's bytes to an NSM and one response's bytes back. Calls may overlap; a transport that cannot, queues them. */
export type NsmTransport = {
  exchange(request: Uint8Array): Promise<Uint8Array>
  close(): void
}

export type NsmDescription = {
  version: string
  moduleId: string
  pcrsMax: number
  lockedPcrs: readonly number[]
  digest: string
}

// Sizes of the kernel driver's buffers (drivers/misc/nsm.c): a larger response would be cut off silently.
export const nsmRequestBytesMax = 0x1000
export const nsmResponseBytesMax = 0x3000

export function createNsm(transport: NsmTransport): Nsm {
  async function call(name: string, request: CborValue): Promise<CborMap> {
    const bytes = encodeCbor(request)
    if (bytes.length > nsmRequestBytesMax)
      throw new EnclaveError('NSM_REQUEST_TOO_LARGE', undefined, {
        expected: `at most ${nsmRequestBytesMax} bytes`,
        received: `${bytes.length} bytes`,
      })
    return decodeResponse(name, await transport.exchange(bytes))
  }

  return {
    async describe() {
      const body = await call('DescribeNSM', 'DescribeNSM')
      const locked = body.get('locked_pcrs')
      if (!Array.isArray(locked)) throw unexpected('DescribeNSM', 'locked_pcrs')
      return {
        version: ['version_major', 'version_minor', 'version_patch'].map((key) => integer(body, key)).join('.'),
        moduleId: text(body, 'module_id'),
        pcrsMax: integer(body, 'max_pcrs'),
        lockedPcrs: locked.map((index) => (typeof index === 'number' ? index : fail('DescribeNSM', 'locked_pcrs'))),
        digest: text(body, 'digest'),
      }
    },
    async random() {
      return bytes(await call('GetRandom', 'GetRandom'), 'random')
    },
    async describePcr(index) {
      const body = await call('DescribePCR', cborMap({ DescribePCR: cborMap({ index }) }))
      const locked = body.get('lock')
      if (typeof locked !== 'boolean') throw unexpected('DescribePCR', 'lock')
      return { locked, value: register(body, 'DescribePCR') }
    },
    async extendPcr(index, data) {
      return register(await call('ExtendPCR', cborMap({ ExtendPCR: cborMap({ index, data }) })), 'ExtendPCR')
    },
    async lockPcr(index) {
      await call('LockPCR', cborMap({ LockPCR: cborMap({ index }) }))
    },
    async lockPcrs(range) {
      await call('LockPCRs', cborMap({ LockPCRs: cborMap({ range }) }))
    },
    async attest({ userData, nonce, publicKey }) {
      return bytes(
        await call('Attestation', cborMap({ Attestation: cborMap({ user_data: userData, nonce, public_key: publicKey }) })),
        'document',
      )
    },
    close: () => transport.close(),
  }
}

/** A response is `"Name"` when it carries nothing, else `{"Name": {…}}`; an error is `{"Error": "Kind"}`. */
function decodeResponse(name: string, bytes: Uint8Array): CborMap {
  let response: CborValue
  try {
    response = decodeCbor(bytes, { bytesMax: nsmResponseBytesMax })
  } catch (cause) {
    throw new EnclaveError('NSM_PROTOCOL', 'The NSM did not answer CBOR', { cause })
  }
  if (response === name) return new Map()
  if (!(response instanceof Map) || response.size !== 1) throw unexpected(name, name)
  const error = response.get('Error')
  if (typeof error === 'string') throw new EnclaveError('NSM_REFUSED', `The NSM refused ${name}`, { expected: name, received: error })
  const body = response.get(name)
  if (!(body instanceof Map)) throw unexpected(name, name)
  return body
}

function cborMap(entries: { [key: string]: CborValue }): CborMap {
  return new Map(Object.entries(entries))
}

function integer(body: CborMap, key: string): number {
  const value = body.get(key)
  return typeof value === 'number' ? value : fail('DescribeNSM', key)
}

function text(body: CborMap, key: string): string {
  const value = body.get(key)
  return typeof value === 'string' ? value : fail('DescribeNSM', key)
}

function bytes(body: CborMap, key: string): Uint8Array {
  const value = body.get(key)
  // A copy: the decoder may give a view into a buffer that is used again.
  return value instanceof Uint8Array ? Uint8Array.from(value) : fail('the request', key)
}

/** Registers hold SHA-384. Any other length would be another measurement further on, and nobody would know where it came from. */
function register(body: CborMap, request: string): Uint8Array {
  const value = bytes(body, 'data')
  if (value.length !== pcrBytes)
    throw new EnclaveError('NSM_PROTOCOL', `The NSM's answer to ${request} is no register`, {
      expected: `${pcrBytes} bytes`,
      received: `${value.length} bytes`,
    })
  return value
}

const pcrBytes = 48

function fail(request: string, key: string): never {
  throw unexpected(request, key)
}

function unexpected(request: string, key: string): EnclaveError {
  return new EnclaveError('NSM_PROTOCOL', `The NSM's answer to ${request} lacks what the protocol says`, { expected: key })
}
