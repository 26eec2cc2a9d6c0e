import { fromHex, fromUtf8, type Hex, isHex, toHex } from '../bytes.ts'
import { VerifierError } from '../errors.ts'
import { decodeTensors, encodeTensors, type Tensor } from '../tensor.ts'
import { CliError } from './cli-error.ts'

/** What single values of an answer can be shown from, later: all of it, and the salt. Whoever has this file knows everything. */
export type OpenableFile = { readonly salt: Hex; readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] }

export const openableFileBytesMax = 256 << 20

/** `{"salt": "0x…", "inputs": "0x…", "outputs": "0x…"}`: tensors in their canonical bytes (SPEC.md section 11), so that no value changes on the way through text. */
export function encodeOpenableFile({ salt, inputs, outputs }: OpenableFile): string {
  return `${JSON.stringify({ salt, inputs: toHex(encodeTensors(inputs)), outputs: toHex(encodeTensors(outputs)) }, null, 2)}\n`
}

/** @throws `INPUT_UNREADABLE` */
export function decodeOpenableFile(bytes: Uint8Array, name: string): OpenableFile {
  try {
    const { salt, inputs, outputs } = JSON.parse(fromUtf8(bytes)) as { [field: string]: unknown }
    if (!isHex(salt, 32) || !isHex(inputs) || !isHex(outputs))
      throw new TypeError('salt, inputs and outputs are not all there in hexadecimal')
    return { salt, inputs: decodeTensors(fromHex(inputs)), outputs: decodeTensors(fromHex(outputs)) }
  } catch (cause) {
    if (!(cause instanceof VerifierError || cause instanceof SyntaxError || cause instanceof TypeError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${name}: ${cause.message}`, {
      cause,
      remedy: 'Give the file that nacre infer --openable wrote.',
    })
  }
}
