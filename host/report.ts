/** What a person, or with `--json` a program, sees of a start: steps with their time, and what comes after them. */
export type Report = {
  /** Runs one step. Its result's `line` is printed with a check mark and the time it took; if it throws, a cross and the reason, and the error goes on. */
  step<T>(name: string, work: () => Promise<StepResult<T>>): Promise<T>
  note(text: string): void
  /** The end of the job. With `--json` the only thing printed. */
  done(summary: Record<string, unknown>, text: string): void
  failed(error: unknown): void
  /** From here on only notes: what is still under way was interrupted, and its failure is no news. */
  interrupt(): void
}

/** `ms` when the work began before the step did, side by side with others. */
export type StepResult<T> = { line: string; value: T; ms?: number }

export function reporter({ json, write, color }: { json: boolean; write(text: string): void; color: boolean }): Report {
  const steps: { step: string; ok: boolean; ms: number; detail: string }[] = []
  const startedMs = performance.now()
  let interrupted = false
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const say = (text: string) => {
    if (!json) write(text)
  }
  const line = (mark: string, name: string, detail: string, ms: number) =>
    say(`  ${mark} ${name.padEnd(12)} ${paint(2, seconds(ms).padStart(7))}  ${detail.split('\n').join(`\n${' '.repeat(26)}`)}\n`)

  return {
    async step(name, work) {
      const beganMs = performance.now()
      try {
        const { line: detail, value, ms = performance.now() - beganMs } = await work()
        steps.push({ step: name, ok: true, ms: Math.round(ms), detail })
        line(paint(32, '✓'), name, detail, ms)
        return value
      } catch (error) {
        if (interrupted) throw error
        const ms = performance.now() - beganMs
        steps.push({ step: name, ok: false, ms: Math.round(ms), detail: reason(error) })
        line(paint(31, '✗'), name, reason(error), ms)
        throw error
      }
    },
    note: (text) => say(`${text}\n`),
    done(summary, text) {
      const ms = Math.round(performance.now() - startedMs)
      if (json) write(`${JSON.stringify({ ok: true, ms, steps, ...summary }, bigintAsText)}\n`)
      else write(text)
    },
    interrupt() {
      interrupted = true
    },
    failed(error) {
      if (json) write(`${JSON.stringify({ ok: false, error: { code: codeOf(error), message: reason(error) }, steps }, bigintAsText)}\n`)
      // A failing step was printed with its reason already.
      else if (steps.at(-1)?.ok !== false) write(`${paint(31, '✗')} ${reason(error)}\n`)
    },
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  return code === null || error.message.includes(code) ? error.message : `${code}: ${error.message}`
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
