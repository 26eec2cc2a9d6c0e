/**
 * A queue in which clients take turns: of each, the first that waits comes before anybody's second. Whoever sends one request at a time finds it served in the order of arrival.
 *
 * The attack: a client that sends many requests at once, so that everybody else waits behind them or finds the queue full. A client is what can be told apart from outside the channel: its connection. Whoever
 * opens many is bounded by the connections that there may be.
 */
export type FairQueue<Job> = {
  readonly length: number
  /** In the order of their turns. */
  waiting(): readonly Job[]
  /** In a full queue the last of whoever waits with the most gives way to a client with fewer. Returns who gave way, which may be the new one itself. */
  add(job: Job, client: object, lengthMax: number): Job | undefined
  /** Before everybody. */
  addFirst(job: Job): void
  /** The first so many leave it. */
  take(count: number): Job[]
  remove(job: Job): boolean
}

export function createFairQueue<Job>(): FairQueue<Job> {
  let entries: { job: Job; turn: number }[] = []
  /** The last turn that a client took. */
  const turns = new WeakMap<object, number>()
  /** The turn that is being served. */
  let current = 0

  return {
    get length() {
      return entries.length
    },
    waiting: () => entries.map(({ job }) => job),
    add(job, client, lengthMax) {
      const turn = Math.max(current, (turns.get(client) ?? 0) + 1)
      const last = entries.at(-1)
      let gaveWay: Job | undefined
      if (entries.length >= lengthMax) {
        if (last === undefined || last.turn <= turn) return job
        gaveWay = entries.pop()?.job
      }
      turns.set(client, turn)
      let at = entries.length
      while (at > 0 && (entries[at - 1]?.turn as number) > turn) at--
      entries.splice(at, 0, { job, turn })
      return gaveWay
    },
    addFirst(job) {
      entries.unshift({ job, turn: current })
    },
    take(count) {
      const taken = entries.slice(0, count)
      entries = entries.slice(count)
      current = Math.max(current, taken.at(-1)?.turn ?? 0)
      return taken.map(({ job }) => job)
    },
    remove(job) {
      const at = entries.findIndex((entry) => entry.job === job)
      if (at >= 0) entries.splice(at, 1)
      return at >= 0
    },
  }
}
