import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A PostgreSQL server of one's own, on loopback, in a temporary folder. */
export type PostgresServer = { url: string; version: string; stop(): Promise<void> }

/** Folder with `initdb` and `postgres`; `null` where there is none. Debian keeps them out of the path. */
export function findPostgres(): string | null {
  const folders = ['/usr/lib/postgresql', '/usr/local/lib/postgresql']
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((version) => join(folder, version, 'bin')))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return (
    [...folders, ...(process.env.PATH ?? '').split(':')].find((folder) =>
      ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
    ) ?? null
  )
}

export async function startPostgres(binaries: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-postgres-'))
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivileged() : null
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...(user ?? {}), cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: folder } }
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'nacre', '--auth=trust', '--encoding=UTF8', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  })
  for (;;) {
    const started = await startAt(await freePort())
    if (started !== undefined) return started
  }

  /** `undefined` where somebody else took the port meanwhile. */
  async function startAt(port: number): Promise<PostgresServer | undefined> {
    const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: folder, fsync: 'off' }
    const server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...options,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let said = ''
    server.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000)
    })
    const killed = () => server.kill('SIGQUIT')
    process.once('exit', killed)
    const gone = new Promise<void>((resolve) => server.once('close', () => resolve()))
    const stop = async () => {
      // "Fast": open connections are ended.
      server.kill('SIGINT')
      await gone
      process.off('exit', killed)
      rmSync(folder, { recursive: true, force: true })
    }
    while (server.exitCode === null) {
      if (spawnSync(join(binaries, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], options).status === 0) {
        const version = execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
        return { url: `postgres://nacre@127.0.0.1:${port}/postgres`, version, stop }
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await gone
    process.off('exit', killed)
    if (said.includes('Address already in use')) return undefined
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start: ${said}`)
  }
}

function unprivileged(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const found = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const group = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (found.status === 0 && group.status === 0) return { uid: Number(found.stdout), gid: Number(group.stdout) }
  }
  throw new Error('There is no unprivileged user to run PostgreSQL as')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
