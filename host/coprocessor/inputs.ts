import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeTensors } from '@nacre/verifier/tensor'
import type { Database } from './database.ts'
import { RelayerError } from './errors.ts'
import { type Requests, subscriptionAwaits } from './requests.ts'
import { schemaName } from './schema.ts'

/**
 * Inputs that do not travel on chain, handed over by whoever asks, named by their hash: SHA-256 of the canonical encoding of the tensors, which is the request's `inputHash`. Nothing else is kept.
 *
 * The attack: strangers fill the store. So what an escrowed request waits for and what nobody asked for yet have separate room, and the latter is soon gone.
 */
export type InputStore = {
  /** @throws `INPUT_MALFORMED`, `INPUT_HASH_MISMATCH`, `INPUT_TOO_LARGE`, `INPUT_STORE_FULL` */
  put(bytes: Uint8Array, expectedHash?: Hex): Promise<StoredInput>
  get(hash: Hex): Promise<Uint8Array | null>
  size(hash: Hex): Promise<number | null>
  totals(): Promise<{ inputs: number; bytes: number }>
  /** Drops what is out of time. */
  sweep(): Promise<number>
}

export type StoredInput = {
  readonly hash: Hex
  readonly bytes: number
  /** A request on chain waits for it. */
  readonly awaited: boolean
  readonly isNew: boolean
}

export type InputLimits = {
  /** Of one input. @default 16 MiB, what an enclave takes */
  inputBytesMax: number
  /** Of all that requests wait for. @default 1 GiB */
  awaitedBytesMax: number
  /** Of all that nobody asked for yet. @default 256 MiB */
  unclaimedBytesMax: number
  /** How long an input may come before its request. @default 15 minutes */
  unclaimedSecondsMax: number
}

export const inputLimitsDefault: InputLimits = {
  inputBytesMax: 16 << 20,
  awaitedBytesMax: 1 << 30,
  unclaimedBytesMax: 256 << 20,
  unclaimedSecondsMax: 15 * 60,
}

type InputStoreParameters = { database: Database; requests: Requests; limits: InputLimits; nowMs(): number }

export function createInputStore({ database, requests, limits, nowMs }: InputStoreParameters): InputStore {
  const table = `${schemaName}.input`
  const unclaimedUntil = () => nowMs() + limits.unclaimedSecondsMax * 1000
  return {
    async put(bytes, expectedHash) {
      if (bytes.length > limits.inputBytesMax)
        throw new RelayerError('INPUT_TOO_LARGE', 'The input is too large', {
          expected: `at most ${limits.inputBytesMax} bytes`,
          received: `${bytes.length} bytes`,
        })
      const hash = toHex(await sha256(bytes))
      if (expectedHash !== undefined && expectedHash.toLowerCase() !== hash)
        throw new RelayerError('INPUT_HASH_MISMATCH', 'The bytes have another hash than the one they were sent under', {
          expected: expectedHash.toLowerCase(),
          received: hash,
        })
      try {
        decodeTensors(bytes)
      } catch (cause) {
        if (!(cause instanceof VerifierError)) throw cause
        throw new RelayerError('INPUT_MALFORMED', `Not the canonical encoding of tensors: ${cause.message}`, { cause })
      }
      const awaited = await requests.awaitsInput(hash)
      const keptUntilMs = awaited === null ? unclaimedUntil() : Number(awaited.deadlineSeconds + keptAfterDeadlineSeconds) * 1000
      const kept = await database.transaction(async (executor) => {
        await executor.query(`select pg_advisory_xact_lock(hashtextextended('nacre relay inputs', 0))`)
        const [total] = await executor.query<{ bytes: string }>(
          `select coalesce(sum(size), 0)::text as bytes from ${table} i where hash <> $1
             and ${awaited === null ? 'not ' : ''}(exists (select from ${schemaName}.request r where r.input_hash = i.hash and r.settlement is null)
               or exists (select from ${schemaName}.subscription s where s.input_hash = i.hash and ${subscriptionAwaits}))`,
          [hash],
        )
        const room = awaited === null ? limits.unclaimedBytesMax : limits.awaitedBytesMax
        if (Number(total?.bytes ?? 0) + bytes.length > room) return null
        const [row] = await executor.query<{ is_new: boolean }>(
          `insert into ${table} as known (hash, bytes, size, kept_until) values ($1, $2, $3, to_timestamp($4::double precision / 1000))
           on conflict (hash) do update set kept_until = greatest(known.kept_until, excluded.kept_until)
           returning (xmax = 0) as is_new`,
          [hash, bytes, bytes.length, keptUntilMs],
        )
        return { isNew: row?.is_new ?? true }
      })
      if (kept === null)
        throw new RelayerError(
          'INPUT_STORE_FULL',
          awaited === null
            ? 'There is no room for inputs that no request on chain names; send it again once the request is on chain'
            : 'There is no room for more inputs; try again later',
        )
      await requests.wakeForInput(hash)
      return { hash, bytes: bytes.length, awaited: awaited !== null, isNew: kept.isNew }
    },

    async get(hash) {
      const [row] = await database.query<{ bytes: Uint8Array }>(`select bytes from ${table} where hash = $1`, [hash])
      if (row === undefined) return null
      const bytes = Uint8Array.from(row.bytes)
      // Whoever can write to the database can put anything here.
      return toHex(await sha256(bytes)) === hash ? bytes : null
    },

    async size(hash) {
      const [row] = await database.query<{ size: string | number }>(`select size from ${table} where hash = $1`, [hash])
      return row === undefined ? null : Number(row.size)
    },

    async totals() {
      const [row] = await database.query<{ inputs: number; bytes: string }>(
        `select count(*)::integer as inputs, coalesce(sum(size), 0)::text as bytes from ${table}`,
      )
      return { inputs: row?.inputs ?? 0, bytes: Number(row?.bytes ?? 0) }
    },

    async sweep() {
      // An input that came before its request stays as long as the request does.
      const rows = await database.query(
        `delete from ${table} i where kept_until < to_timestamp($1::double precision / 1000) and not exists (
           select from ${schemaName}.request r where r.input_hash = i.hash and r.settlement is null and not r.orphaned and r.progress <> 'expired')
         and not exists (select from ${schemaName}.subscription s where s.input_hash = i.hash and ${subscriptionAwaits})
         returning 1`,
        [nowMs()],
      )
      return rows.length
    },
  }
}

/** An input may be asked for again after a reorganisation that undid its answer. */
const keptAfterDeadlineSeconds = 3600n
