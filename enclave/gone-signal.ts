import type { ServerResponse } from 'node:http'

/** Whether anybody still waits for an answer. An `AbortSignal` is one; to make one costs more than to run a small model, and every request has one. */
export type GoneSignal = {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * Aborted when the connection closes before the answer is written.
 *
 * The attack: a client that leaves as soon as its request is sent, while that is still being decrypted. `close` does not come again, and its run would hold a place of the program to its end.
 */
export function goneSignal(response: ServerResponse): GoneSignal {
  const signal = new ResponseSignal()
  if (response.destroyed) signal.abort()
  response.once('close', () => {
    if (!response.writableFinished) signal.abort()
  })
  return signal
}

class ResponseSignal implements GoneSignal {
  aborted = false
  private listeners: (() => void)[] = []

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.listeners.indexOf(listener)
    if (at >= 0) this.listeners.splice(at, 1)
  }

  abort(): void {
    this.aborted = true
    for (const listener of this.listeners.splice(0)) listener()
  }
}
