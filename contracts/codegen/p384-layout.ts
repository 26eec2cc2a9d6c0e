/** The verifier's calldata, shared by the generator and the prover. Described byte by byte in `p384.ts`. */
import { doubleOpcode } from './p384-field.ts'

/** Where things lie in the calldata. */
export const calldata = {
  e: 0,
  r: 48,
  s: 96,
  qx: 144,
  qy: 192,
  ry: 240,
  start: 288,
  startEntry: 289,
  slopesR: 290,
  slopesQ: 674,
  records: 1058,
} as const
export const startMax = 200

/**
 * First bytes of the records. "Entry" is the multiple of R or Q to add: bit 4 set for Q, bit 3 for a negative one, bits
 * 0 … 2 are k for ±(2k + 1). Slopes take 48 bytes each.
 *
 * ```
 * 80                  slope           double
 * 20 | entry          slope slope     double, then add the entry, by (A + E) + A
 * 40 | entry          slope           add the entry
 * 60 | entry                          end: what was summed and the entry cancel
 * C0 | i >> 8  i      slope slope     double, then add generator entry i
 * E0 | i >> 8  i      slope           add generator entry i
 * ```
 *
 * i has ten bits: 512 for a negative entry, the rest is the place in the tables. All other bits are zero.
 */
export const record = { double: Number(doubleOpcode), doubleAdd: 0x20, add: 0x40, end: 0x60, doubleAddG: 0xc0, addG: 0xe0 } as const
