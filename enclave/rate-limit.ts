/** Token bucket: `burst` at once, `perSecond` in the long run. For the whole enclave, because callers' addresses come from the host and mean nothing. */
export function createRateLimit(parts: { perSecond: number; burst: number; monotonicMs: () => number }): { take(): boolean } {
  const { perSecond, burst, monotonicMs } = parts
  let tokens = burst
  let filledAtMs = monotonicMs()
  return {
    take() {
      const now = monotonicMs()
      tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * perSecond)
      filledAtMs = now
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
