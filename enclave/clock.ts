/** Time as an argument: `main.ts` passes the system's, tests pass their own. */
export type Clock = {
  /** Milliseconds since 1970, as the enclave believes: inside Nitro it is the hypervisor's clock and may drift or step. */
  nowMs(): number
  /** Milliseconds since some start, never going back: for durations. */
  monotonicMs(): number
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
