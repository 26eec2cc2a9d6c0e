import { existsSync, readFileSync } from 'node:fs'

/** Published vectors that the project does not carry (SPEC.md, test vectors): read in place where someone put them beside the project. */
export const vectorsUrl = new URL('../../../shared/vectors/', import.meta.url)
export const haveVectors = existsSync(vectorsUrl)

export const readVector = (path: string): Uint8Array => Uint8Array.from(readFileSync(new URL(path, vectorsUrl)))
export const readJsonVector = <value>(path: string): value => JSON.parse(readFileSync(new URL(path, vectorsUrl), 'utf8')) as value

export type NitroVector = {
  file: string
  kind: 'real-enclave' | 'not-real'
  crypto_ok: boolean
  verifies_completely: boolean
  failed_checks: string[]
  sha256: string
  summary: {
    module_id: string | null
    timestamp_ms: number | null
    pcr_count: number | null
    pcrs?: Record<string, string>
    debug_mode_pcr012_zero: boolean | null
    payload_map_indefinite: boolean | null
    public_key_len: number | null
    user_data_len: number | null
    nonce_len: number | null
    cabundle_count: number | null
  }
}

export const nitroVectors = (): NitroVector[] => (haveVectors ? readJsonVector<NitroVector[]>('nitro/index.json') : [])
