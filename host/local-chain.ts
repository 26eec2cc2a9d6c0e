import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { foundryBinary } from '@nacre/contracts/foundry'

export type LocalChain = { url: string; port: number; chainId: number; failed: Promise<Error>; stop(): Promise<void> }

export type LocalChainParameters = {
  /** 0 takes any free one. */
  port: number
  /** Takes what anvil prints; `null` for nowhere. */
  logPath: string | null
  /** Time of the first block, seconds since 1970; the chain's clock runs on from there. Default: now. */
  startSeconds?: number
  /** Besides those of transactions a block comes every so many seconds: calls see the latest block's time. Default 12, as on mainnet. */
  heartbeatSeconds?: number
}

/** A chain in memory with Osaka's rules, on loopback, that ends with this process, however that ends: anvil under the guard. */
export async function startLocalChain({ port, logPath, startSeconds, heartbeatSeconds = 12 }: LocalChainParameters): Promise<LocalChain> {
  const guard = fileURLToPath(new URL('guard.mjs', import.meta.url))
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId), '--hardfork', 'osaka']
  // As on mainnet (EIP-7825).
  args.push('--enable-tx-gas-limit', '--block-time', String(heartbeatSeconds), '--mixed-mining')
  if (startSeconds !== undefined) args.push('--timestamp', String(startSeconds))
  const child = spawn(process.execPath, [guard, foundryBinary('anvil'), ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const log = logPath === null ? null : createWriteStream(logPath, { mode: 0o600 })
  for (const output of [child.stdout, child.stderr]) {
    if (log === null) output.resume()
    else output.pipe(log, { end: false })
  }
  let stopping = false
  const gone = new Promise<Error>((resolve) => {
    child.once('error', resolve)
    child.once('exit', (code, signal) =>
      resolve(new Error(`anvil ended (${signal ?? `exit code ${code}`})${logPath === null ? '' : `, see ${logPath}`}`)),
    )
  })
  const failed = new Promise<Error>((resolve) => void gone.then((error) => (stopping ? undefined : resolve(error))))
  const stop = async () => {
    stopping = true
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await gone
    }
    log?.end()
  }

  const outcome = await Promise.race([listeningPort(child), gone])
  if (outcome instanceof Error) {
    await stop()
    throw outcome
  }
  return { url: `http://127.0.0.1:${outcome}`, port: outcome, chainId, failed, stop }
}

const chainId = 31337
const readyTimeMsMax = 30_000

/** From anvil's own words: a port that merely answers could be that of somebody else's chain. */
function listeningPort(child: ChildProcess): Promise<number | Error> {
  return new Promise((resolve) => {
    let output = ''
    const timer = setTimeout(() => resolve(new Error(`anvil did not listen within ${readyTimeMsMax / 1000} s`)), readyTimeMsMax)
    const onData = (chunk: Buffer) => {
      output += chunk.toString()
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (port === undefined) return
      child.stdout?.off('data', onData)
      clearTimeout(timer)
      resolve(Number(port))
    }
    child.stdout?.on('data', onData)
    child.once('exit', () => clearTimeout(timer))
  })
}
