/** Token bucket: `burst` at once, `perSecond` in the long run. For the whole enclave, because callers' addresses come from the host and mean nothing. */
export function createRateLimit(parts: { perSecond: number; burst: number; monotonicMs: () => number }): {
  /** Takes one if there is one. */
  take(): boolean
  /** Takes one in any case and says after how many milliseconds it is there. The caller bounds how many wait. */
  reserveMs(): number
} {
  const { perSecond, burst, monotonicMs } = parts
  let tokens = burst
  let filledAtMs = monotonicMs()
  const fill = () => {
    const now = monotonicMs()
    tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * perSecond)
    filledAtMs = now
  }
  return {
    take() {
      fill()
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    reserveMs() {
      fill()
      tokens -= 1
      return Math.max(0, Math.ceil((-tokens / perSecond) * 1000))
    },
  }
}
