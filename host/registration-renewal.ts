/**
 * Keeps an enclave's key on record: looks at the registration again and again and renews it, by a fresh document, before it expires. A registration lives at most seven days after its document.
 *
 * Nothing that fails ends it: the next look comes all the same, and there are many before the end.
 */
export function keepRegistered(parts: {
  /** Of the enclave that runs at this moment, which may be another than last time. */
  registeredUntilMs(): Promise<number>
  /** Registers a fresh document of it. @returns until when */
  renew(): Promise<number>
  nowMs(): number
  /** Runs a task later. @returns what cancels it */
  after(delayMs: number, task: () => void): () => void
  onRenewed(untilMs: number): void
  onFailed(error: Error): void
  /** From one look to the next. @default an hour */
  intervalMs?: number
  /** So long before the end it is renewed. @default a day */
  leadMs?: number
}): { stop(): void } {
  const { registeredUntilMs, renew, nowMs, after, onRenewed, onFailed, intervalMs = hourMs, leadMs = 24 * hourMs } = parts
  let stopped = false
  let cancel = after(intervalMs, look)

  async function look(): Promise<void> {
    try {
      if ((await registeredUntilMs()) - nowMs() <= leadMs && !stopped) onRenewed(await renew())
    } catch (error) {
      if (!stopped) onFailed(error instanceof Error ? error : new Error(String(error)))
    }
    if (!stopped) cancel = after(intervalMs, look)
  }

  return {
    stop() {
      stopped = true
      cancel()
    },
  }
}

const hourMs = 60 * 60_000
