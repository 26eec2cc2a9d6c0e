import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export type Process = { pid: number; parent: number; command: string }

/** All processes that descend from `pid`, however deep. */
export function descendantsOf(pid: number): Process[] {
  const all = listProcesses()
  const found: Process[] = []
  const parents = new Set([pid])
  // Children may be listed before their parents (numbers wrap around): go on until nothing is added.
  for (let before = -1; before !== found.length; ) {
    before = found.length
    for (const process of all)
      if (parents.has(process.parent) && !parents.has(process.pid)) {
        parents.add(process.pid)
        found.push(process)
      }
  }
  return found
}

/** The enclave's server, not the sandbox or guard around it. */
export function enclaveProcess(root: number): Process | undefined {
  return descendantsOf(root).find(({ command }) => /^\S*node\S* .*enclave\/main\.ts/.test(command) && !command.includes('guard.mjs'))
}

export function modelWorkers(root: number): Process[] {
  return descendantsOf(root).filter(({ command }) => /(model|program)-worker/.test(command))
}

/** The number that the process has inside its own process namespace, as the enclave's log gives it. */
export function pidInside(pid: number): number {
  try {
    const numbers = /^NSpid:\s*([\d\s]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(numbers?.trim().split(/\s+/).at(-1) ?? pid)
  } catch {
    return pid
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A process that ended and was not waited for yet still has its number.
  return !existsSync('/proc/self/stat') || !/^\d+ \(.*\) [ZX]/s.test(statOf(pid))
}

function listProcesses(): Process[] {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => {
        const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
        return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
      })
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim()
        // The second field, a name in parentheses, may hold anything: count from its end.
        const parent = Number(statOf(Number(name)).split(') ').at(-1)?.split(' ')[1])
        return [{ pid: Number(name), parent, command }]
      } catch {
        return [] // it ended while we looked
      }
    })
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return '0 () X'
  }
}
