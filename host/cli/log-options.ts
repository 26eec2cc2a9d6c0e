import { VerifierError } from '@nacre/verifier/errors'
import { decodeNoteKey } from '@nacre/verifier/note'
import { InvalidArgumentError } from 'commander'
import type { WitnessAddress } from '../log/witness-client.ts'

/** `URL=name+id+base64`: where a witness takes checkpoints, and the key it signs with. */
export function collectWitnesses(text: string, before: WitnessAddress[]): WitnessAddress[] {
  const [, url, vkey] = /^(https?:\/\/[^\s=]+?)\/*=(.+)$/.exec(text) ?? []
  if (url === undefined || vkey === undefined) throw new InvalidArgumentError('A witness is URL=name+id+key.')
  try {
    const key = decodeNoteKey(vkey)
    if (key.kind !== 'cosignature') throw new InvalidArgumentError('Not a key for cosignatures.')
    return [...before, { url, key }]
  } catch (error) {
    if (error instanceof VerifierError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

/** What the enclave's `--batch-ms` takes. */
export function parseBatchMs(text: string): number {
  if (!/^(0|[1-9][0-9]{0,3})$/.test(text) || Number(text) > 1000) throw new InvalidArgumentError('A number of milliseconds from 0 to 1000.')
  return Number(text)
}

/** What its `--model-processes` takes. */
export function parseModelProcesses(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (!/^[1-9][0-9]?$/.test(text) || Number(text) > 16) throw new InvalidArgumentError('auto, or a number from 1 to 16.')
  return Number(text)
}

export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

export function parseMebibytes(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError('A number of MiB.')
  return Number(text) * (1 << 20)
}
