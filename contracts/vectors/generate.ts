/**
 * Writes the JSON that the forge tests compare with: what viem and exact rational arithmetic say. Deterministic: run it
 * again and nothing changes (`vectors.test.ts` checks).
 *
 *     node --conditions=source --import tsx vectors/generate.ts
 */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Address, encodeAbiParameters, type Hex, hashTypedData, keccak256, numberToHex, sha256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { keyApprovalTypedData } from '../approval.ts'
import { attestations } from './attestations.ts'

/** File name (in this folder) to text. Columns of equal length: that is what forge reads without a JSON schema. */
export async function generateVectors(): Promise<Map<string, string>> {
  const files = { 'receipts.json': await receipts(), 'approvals.json': await approvals(), 'floats.json': floats(), 'tensors.json': tensors(), 'attestations.json': attestations() }
  return new Map(Object.entries(files).map(([name, value]) => [name, `${JSON.stringify(value, null, 1)}\n`]))
}

/** A stream of reproducible words: keccak of a label and a counter. */
function words(label: string): () => Hex {
  let count = 0
  return () => keccak256(toHex(`${label}:${count++}`))
}

const edges64 = [0n, 1n, 0xffffffffn, 0x100000000n, 2n ** 63n, 2n ** 64n - 1n]

// ------------------------------------------------------------------ receipts and approvals

const receiptTypes = {
  InferenceReceipt: [
    { name: 'requestId', type: 'bytes32' },
    { name: 'modelId', type: 'bytes32' },
    { name: 'inputHash', type: 'bytes32' },
    { name: 'outputHash', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
    { name: 'sequence', type: 'uint64' },
  ],
} as const

async function receipts() {
  const next = words('receipt')
  const rows = await Promise.all(
    Array.from({ length: 32 }, async (_, i) => {
      const key = next()
      const message = {
        requestId: next(),
        modelId: next(),
        inputHash: next(),
        outputHash: next(),
        timestampMs: edges64[i] ?? BigInt(next()) >> 192n,
        sequence: edges64[(i + 1) % 8] ?? BigInt(next()) >> 192n,
      }
      const chainId = [1n, 31337n, 8453n, 2n ** 64n - 1n][i % 4] as bigint
      const verifyingContract = next().slice(0, 42) as Address
      const signer = privateKeyToAccount(key)
      const base = { types: receiptTypes, primaryType: 'InferenceReceipt', message } as const
      const typedData = { ...base, domain: { name: 'Nacre', version: '1', chainId, verifyingContract } } as const
      const withoutAudience = { ...base, domain: { name: 'Nacre', version: '1' } } as const
      return {
        ...message,
        chainId,
        verifyingContract,
        digest: hashTypedData(typedData),
        digestWithoutAudience: hashTypedData(withoutAudience),
        signer: signer.address,
        signature: await signer.signTypedData(typedData),
      }
    }),
  )
  return columns(rows)
}

async function approvals() {
  const next = words('approval')
  const rows = await Promise.all(
    Array.from({ length: 16 }, async (_, i) => {
      const account = privateKeyToAccount(next())
      const approval = {
        key: next().slice(0, 42) as Address,
        imageId: next(),
        modelsId: next(),
        documentHash: next(),
        attestedAtSeconds: edges64[i] ?? BigInt(next()) >> 192n,
        expiresAtSeconds: edges64[(i + 3) % 6] ?? 0n,
      }
      const chainId = [1n, 31337n][i % 2] as bigint
      const registry = next().slice(0, 42) as Address
      return { ...approval, chainId, registry, digest: hashTypedData(keyApprovalTypedData(approval, { chainId, registry })), approver: account.address }
    }),
  )
  return columns(rows)
}

// ------------------------------------------------------------------ floats

/** Exact value of an IEEE 754 number as a fraction over a power of two, then rounded half to even to 18 decimals. */
function toFixed18(bits: bigint, width: bigint, fractionBits: bigint): bigint {
  const exponentMax = (1n << (width - 1n - fractionBits)) - 1n
  const biased = (bits >> fractionBits) & exponentMax
  if (biased === exponentMax) throw new RangeError('not finite')
  const hidden = biased === 0n ? 0n : 1n << fractionBits
  const fraction = (bits & ((1n << fractionBits) - 1n)) | hidden
  const exponent = (biased === 0n ? 1n : biased) - (exponentMax >> 1n) - fractionBits
  const numerator = fraction * 10n ** 18n * (exponent > 0n ? 1n << exponent : 1n)
  const denominator = exponent < 0n ? 1n << -exponent : 1n
  const magnitude = divideHalfEven(numerator, denominator)
  return bits >> (width - 1n) === 1n ? -magnitude : magnitude
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const doubled = 2n * (numerator % denominator)
  if (doubled > denominator) return quotient + 1n
  if (doubled === denominator && quotient % 2n === 1n) return quotient + 1n
  return quotient
}

/**
 * The nearest float32, found without the arithmetic under test: the fixed-point number is compared, exactly, with the
 * floats around it by bisection over the bit patterns (which order as the values do).
 */
function toFloat32(value: bigint): bigint {
  const magnitude = value < 0n ? -value : value
  let low = 0n
  let high = 0x7f800000n
  // Distances are compared in units of 10^-18 * 2^-149, in which every float32 is an integer.
  const scaled = magnitude << 149n
  const exact = (bits: bigint): bigint => {
    const biased = bits >> 23n
    const fraction = (bits & 0x7fffffn) | (biased === 0n ? 0n : 0x800000n)
    return fraction * 10n ** 18n * (1n << ((biased === 0n ? 1n : biased) - 1n))
  }
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (exact(middle) <= scaled) low = middle
    else high = middle
  }
  const down = scaled - exact(low)
  const up = exact(high) - scaled
  const nearest = up < down || (up === down && low % 2n === 1n) ? high : low
  return value < 0n ? nearest | 0x80000000n : nearest
}

function floats() {
  const next = words('float')
  const edges32 = [0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x3f800000, 0xbf800000, 0x7f7fffff, 0xff7fffff].map(BigInt)
  // 5^18 ends in a one bit, so small powers of two (and 3 * 2^n) give the exact ties; 2^-60 to 2^-62 surround one unit and half of one.
  const ties = Array.from({ length: 50 }, (_, i) => BigInt((127 - 14 - i) << 23) | ([0n, 0x400000n, 0x400001n][i % 3] as bigint))
  const decimals = [0.1, 0.5, 0.25, 1 / 3, 123456.789, 1e-18, 1.5e-18, 5e-19, 2.5e-18, 1e18, 16777217, 0.99999994].map(float32Bits)
  const random32 = Array.from({ length: 200 }, () => BigInt(next()) >> 224n).filter((bits) => ((bits >> 23n) & 0xffn) !== 0xffn)
  // Random bits rarely land where rounding matters: exponents 2^-70 to 2^10.
  const close32 = Array.from({ length: 150 }, (_, i) => (BigInt(57 + (i % 80)) << 23n) | (BigInt(next()) >> 233n) | (BigInt(i % 2) << 31n))
  const bits32 = [...edges32, ...ties, ...decimals, ...random32, ...close32]

  const fits = (bits: bigint) => ((bits >> 52n) & 0x7ffn) < 1023n + 194n
  const edges64Bits = [0n, 1n, 1n << 63n, 0x000fffffffffffffn, 0x0010000000000000n, 0x3ff0000000000000n, 0x3fb999999999999an]
  const random64 = Array.from({ length: 100 }, () => BigInt(next()) >> 192n).filter(fits)
  const close64 = Array.from({ length: 150 }, (_, i) => (BigInt(940 + i) << 52n) | (BigInt(next()) >> 204n) | (BigInt(i % 2) << 63n))
  const bits64 = [...edges64Bits, ...random64, ...close64]

  const bits16 = [0, 0x8000, 1, 0x3ff, 0x400, 0x3c00, 0x7bff, 0xfbff, 0x3555, 0x2e66].map(BigInt)
  const bitsBrain = [0, 0x8000, 1, 0x7f, 0x80, 0x3f80, 0x7f7f, 0xff7f, 0x3eab, 0x2181, 0x2180, 0x2200].map(BigInt)

  const values = [
    ...[1n, -1n, 2n, 3n, 10n ** 18n, -(10n ** 18n), 16777217n * 10n ** 18n, 16777219n * 10n ** 18n, 5n * 10n ** 17n, 10n ** 17n, 10n ** 56n],
    // Just below and just above the point between the largest float32 and the next, which does not exist.
    340282356779733661637539395458142568447n * 10n ** 18n,
    ...Array.from({ length: 250 }, (_, i) => (BigInt(next()) >> BigInt(70 + (i % 185))) * (i % 2 === 0 ? 1n : -1n)),
  ].filter((value) => value !== 0n)

  return {
    bits32: bits32.map((bits) => numberToHex(bits)),
    fixed32: bits32.map((bits) => `${toFixed18(bits, 32n, 23n)}`),
    bits64: bits64.map((bits) => numberToHex(bits)),
    fixed64: bits64.map((bits) => `${toFixed18(bits, 64n, 52n)}`),
    bits16: bits16.map((bits) => numberToHex(bits)),
    fixed16: bits16.map((bits) => `${toFixed18(bits, 16n, 10n)}`),
    bitsBrain: bitsBrain.map((bits) => numberToHex(bits)),
    fixedBrain: bitsBrain.map((bits) => `${toFixed18(bits, 16n, 7n)}`),
    values: values.map(String),
    valueBits: values.map((value) => numberToHex(toFloat32(value))),
  }
}

function float32Bits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return BigInt(view.getUint32(0))
}

// ------------------------------------------------------------------ tensors

type VectorTensor = { name: string; datatype: string; shape: bigint[]; data: Hex }

const tensorsAbi = [
  {
    type: 'tuple[]',
    components: [
      { name: 'name', type: 'string' },
      { name: 'datatype', type: 'string' },
      { name: 'shape', type: 'uint64[]' },
      { name: 'data', type: 'bytes' },
    ],
  },
] as const

function tensors() {
  const floatData = (values: number[]): Hex => toHex(new Uint8Array(new Float32Array(values).buffer))
  const lists: VectorTensor[][] = [
    [],
    [{ name: 'scores', datatype: 'FP32', shape: [1n, 4n], data: floatData([-1.5, 0.25, 7, -0]) }],
    [{ name: '', datatype: 'FP64', shape: [], data: toHex(new Uint8Array(new Float64Array([Math.PI]).buffer)) }],
    [{ name: 'empty', datatype: 'INT64', shape: [0n, 18446744073709551615n], data: '0x' }],
    [
      { name: 'a name that is longer than thirty-two bytes, by a bit', datatype: 'INT8', shape: [3n], data: '0xff007f' },
      { name: 'ids', datatype: 'INT64', shape: [2n, 1n], data: toHex(new Uint8Array(new BigInt64Array([-2n, 2n ** 62n]).buffer)) },
      { name: 'mask', datatype: 'BOOL', shape: [2n], data: '0x0100' },
      { name: 'ärger', datatype: 'BYTES', shape: [2n], data: '0x02000000686900000000' },
    ],
    [{ name: 'pixels', datatype: 'UINT8', shape: [1n, 28n, 28n], data: toHex(Uint8Array.from({ length: 784 }, (_, i) => (i * 7) & 255)) }],
  ]
  const encoded = lists.map((list) => encodeAbiParameters(tensorsAbi, [list]))
  return { count: lists.map((list) => list.length), encoded, sha256: encoded.map((bytes) => sha256(bytes)) }
}

// ------------------------------------------------------------------ output

function columns(rows: Record<string, string | bigint>[]): Record<string, string[]> {
  const names = Object.keys(rows[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => String(row[name]))]))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of await generateVectors()) {
    writeFileSync(new URL(name, import.meta.url), text)
    console.log(`vectors/${name}`)
  }
}
