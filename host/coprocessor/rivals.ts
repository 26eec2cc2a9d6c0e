import type { Hex } from '@nacre/verifier/bytes'
import { type Address, concatHex, keccak256 } from 'viem'
import type { CoprocessorSite } from './contract.ts'
import type { Database } from './database.ts'
import { schemaName } from './schema.ts'

/**
 * Other relayers that answer the same requests and share no database with this one. Of several transactions with the same answer the chain takes one, and the others cost gas for nothing. So all who know
 * of each other, from the chain, take turns: for each request another order, which each works out for itself. Whoever comes first answers at once; the next one waits a turn and finds it answered, or
 * steps in. It is a courtesy and no more: nothing depends on it, and a rival that keeps no order costs what rivals cost.
 */
export type Rivals = {
  /** Looks again who has answered lately. */
  refresh(): Promise<void>
  /** How many come before this relayer for this request or subscription. */
  turn(subject: Hex): number
}

export function createRivals({ database, site, signer }: { database: Database; site: CoprocessorSite; signer: Address }): Rivals {
  let own: readonly Address[] = [signer]
  let others: readonly Address[] = []
  return {
    async refresh() {
      const rows = await database.query<{ address: Address; is_own: boolean }>(
        `select address, address = $3 or exists (select from ${schemaName}.transaction t where t.chain_id = $1 and t.sender = address) as is_own
         from (select settled_by as address, max(settled_block) as latest from ${schemaName}.request
           where chain_id = $1 and contract = $2 and settlement = 'fulfilled' and settled_by is not null and changed_at > now() - interval '${knownMinutes} minutes'
           group by 1 order by 2 desc limit ${othersMax * 2}) recent order by latest desc`,
        [String(site.chainId), site.contract.toLowerCase(), signer.toLowerCase()],
      )
      own = [signer, ...rows.flatMap(({ address, is_own }) => (is_own ? [address] : []))]
      others = rows.flatMap(({ address, is_own }) => (is_own ? [] : [address])).slice(0, othersMax)
    },
    turn: (subject) => turnOf(subject, own, others),
  }
}

/** Everybody who knows the same addresses comes to the same order. Relayers of one fleet share one place in it. */
export function turnOf(subject: Hex, own: readonly Address[], others: readonly Address[]): number {
  const place = (address: Address) => keccak256(concatHex([subject, address]))
  const mine = own.map(place).sort()[0] ?? '0x'
  return others.map(place).filter((other) => other < mine).length
}

/** The attack: somebody answers under many names, at its own cost, to be waited for. So few are counted, and not for long. */
const othersMax = 3
const knownMinutes = 10
