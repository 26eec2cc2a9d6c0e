/** A local chain: anvil from the npm package, as a child process on loopback. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Hex } from 'viem'
import { foundryBinary } from './foundry.ts'

export type AnvilParameters = {
  /** TCP port on 127.0.0.1; 0 (the default) takes a free one. */
  port?: number
  /** Default 31337. */
  chainId?: number
  /**
   * Every transaction is mined at once; besides, an empty block comes every so many seconds (default 12). Calls see the
   * latest block's time, so on a chain that stood still a fresh attestation would lie in the future.
   */
  heartbeatSeconds?: number
  /** Time of the first block, seconds since 1970; the chain's clock runs on from there. Default: now. */
  startSeconds?: number
  /** Refuse transactions over 16,777,216 gas, as EIP-7825 does. anvil leaves it out unless asked. Default false. */
  gasLimitPerTransaction?: boolean
  /** How long to wait for anvil to listen. Default 20 000. */
  startTimeoutMs?: number
}

export type Anvil = {
  url: string
  port: number
  chainId: number
  process: ChildProcess
  /** Ends the process and waits until it is gone. May be called more than once. */
  stop: () => Promise<void>
}

/**
 * Private keys of anvil's first accounts, funded at start. They are derived from the public test mnemonic
 * ("test test test test test test test test test test test junk") and known to everyone: for a local chain only.
 */
export const anvilPrivateKeys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
] as const satisfies readonly Hex[]

/**
 * Starts anvil with Osaka rules and resolves once it accepts connections. The chain lives in memory and ends with the
 * process. Throws {@link AnvilError}.
 */
export async function startAnvil(parameters: AnvilParameters = {}): Promise<Anvil> {
  const {
    port = 0,
    chainId = 31337,
    heartbeatSeconds = 12,
    startSeconds,
    gasLimitPerTransaction = false,
    startTimeoutMs = 20_000,
  } = parameters
  const options = ['--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${chainId}`, '--hardfork', 'osaka']
  options.push('--block-time', `${heartbeatSeconds}`, '--mixed-mining')
  if (gasLimitPerTransaction) options.push('--enable-tx-gas-limit')
  if (startSeconds !== undefined) options.push('--timestamp', `${startSeconds}`)
  const child = spawn(binary(), options, { stdio: ['ignore', 'pipe', 'pipe'] })

  const stopWithParent = () => child.kill('SIGKILL')
  process.once('exit', stopWithParent)
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  }).finally(() => process.off('exit', stopWithParent))
  const stop = async () => {
    child.kill('SIGTERM')
    // anvil stops within milliseconds; a hung one must not hold its parent.
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
    await gone
    clearTimeout(timer)
  }

  try {
    const boundPort = await listeningPort(child, startTimeoutMs)
    return { url: `http://127.0.0.1:${boundPort}`, port: boundPort, chainId, process: child, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function binary(): string {
  try {
    return foundryBinary('anvil')
  } catch (cause) {
    throw new AnvilError('ANVIL_MISSING', (cause as Error).message, cause)
  }
}

/** The port that anvil says it listens on. Its output is read to the end, so that a full pipe never stops it. */
function listeningPort(child: ChildProcess, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new AnvilError('ANVIL_TIMEOUT', `anvil did not listen within ${timeoutMs} ms`)), timeoutMs)
    const collect = (chunk: Buffer) => {
      // Kept short: after the start nobody reads it.
      output = (output + chunk.toString()).slice(-10_000)
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(Number(port))
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.once('error', (cause) => reject(new AnvilError('ANVIL_EXITED', `anvil did not start: ${cause.message}`, cause)))
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new AnvilError('ANVIL_EXITED', `anvil ended (${signal ?? code}) before it listened: ${output.trim().slice(-500)}`))
    })
  })
}

/**
 * - `ANVIL_MISSING`: the executable for this platform is not installed.
 * - `ANVIL_EXITED`: it ended before it listened; the message carries its last words. Likely the port is taken.
 * - `ANVIL_TIMEOUT`: it did not listen in time.
 */
export type AnvilErrorCode = 'ANVIL_MISSING' | 'ANVIL_EXITED' | 'ANVIL_TIMEOUT'

export class AnvilError extends Error {
  override readonly name = 'AnvilError'
  readonly code: AnvilErrorCode
  constructor(code: AnvilErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
