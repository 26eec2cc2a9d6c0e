import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const guard = fileURLToPath(new URL('guard.mjs', import.meta.url))
const printPidAndWait = `console.log(process.pid); setInterval(() => {}, 1000)`
const started: number[] = []

afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})

it('ends its command when the parent is killed without a word', async () => {
  const parentProgram = `require('node:child_process').spawn(process.execPath, [${JSON.stringify(guard)}, process.execPath, '-e', ${JSON.stringify(printPidAndWait)}], { stdio: ['pipe', 'inherit', 'inherit'] }); setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['-e', parentProgram], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await firstNumber(parent)
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
})

it('passes on a polite signal and ends as the command does', async () => {
  const program = `process.on('SIGTERM', () => process.exit(7)); ${printPidAndWait}`
  const child = spawn(process.execPath, [guard, process.execPath, '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  await firstNumber(child)
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(7)
})

it('says when there is no such command', async () => {
  const child = spawn(process.execPath, [guard, '/nowhere/at-all'], { stdio: ['pipe', 'ignore', 'ignore'] })
  expect((await once(child, 'exit'))[0]).toBe(127)
})

async function firstNumber(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('no output to read')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const pid = Number(chunk.toString())
  started.push(pid)
  return pid
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
