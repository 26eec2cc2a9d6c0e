import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// Plain JavaScript, because it runs before anything is installed; imported by address so that TypeScript does not ask for its types.
const { assertNodeVersion, ensureInstalled, installStamp, isInstalled } = (await import(new URL('install.mjs', import.meta.url).href)) as {
  assertNodeVersion(version: string): void
  ensureInstalled(
    root: string,
    options: { npm(root: string, command: string): Promise<boolean>; say(text: string): void },
  ): Promise<boolean>
  installStamp(root: string): string
  isInstalled(root: string): boolean
}

let project: string
let commands: string[]
let said: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'nacre-install-'))
  commands = []
  said = ''
  write('package.json', { name: 'nacre', workspaces: ['one'] })
  write('one/package.json', { name: 'one', version: '1.0.0', scripts: {}, dependencies: { needed: '1.0.0' } })
  write('package-lock.json', {
    packages: {
      one: { name: 'one', version: '1.0.0', dependencies: { needed: '1.0.0' } },
      'node_modules/one': { resolved: 'one', link: true },
      'node_modules/needed': { version: '1.0.0' },
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
    },
  })
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

describe('what decides whether to install', () => {
  it('the lock file and dependency fields do; scripts do not', () => {
    const before = installStamp(project)
    write('one/package.json', { name: 'one', version: '1.0.0', scripts: { test: 'x' }, dependencies: { needed: '1.0.0' } })
    expect(installStamp(project)).toBe(before)
    write('one/package.json', { name: 'one', version: '1.0.0', dependencies: { needed: '1.0.1' } })
    const changed = installStamp(project)
    expect(changed).not.toBe(before)
    write('package-lock.json', { packages: {} })
    expect(installStamp(project)).not.toBe(changed)
  })

  it('nothing is installed in a fresh clone', () => {
    expect(isInstalled(project)).toBe(false)
  })

  it('what was installed by hand counts when it is what the lock file says', () => {
    write('node_modules/.package-lock.json', { packages: { 'node_modules/needed': { version: '0.9.0' } } })
    addPlatformBinaries()
    expect(isInstalled(project)).toBe(false)
    write('node_modules/.package-lock.json', { packages: { 'node_modules/needed': { version: '1.0.0' } } })
    expect(isInstalled(project)).toBe(true)
  })
})

describe('installing', () => {
  it('happens once, by npm ci', async () => {
    expect(await install({ ci: true })).toBe(true)
    expect(await install({ ci: true })).toBe(false)
    expect(commands).toEqual(['ci'])
    expect(said).toMatch(/^Installing dependencies .* done in \d+ s\n$/)
  })

  it('happens again when a dependency changed', async () => {
    await install({ ci: true })
    write('one/package.json', { name: 'one', version: '1.0.0', dependencies: { needed: '2.0.0' } })
    expect(await install({ ci: true })).toBe(true)
  })

  it('falls back to npm install, which may complete the lock file', async () => {
    expect(await install({ ci: false, install: true })).toBe(true)
    expect(commands).toEqual(['ci', 'install'])
    expect(isInstalled(project)).toBe(true)
  })

  it('falls back too when npm ci leaves this platform without binaries', async () => {
    const npm = async (_: string, command: string) => {
      commands.push(command)
      mkdirSync(join(project, 'node_modules'), { recursive: true })
      if (command === 'install') addPlatformBinaries()
      return true
    }
    await ensureInstalled(project, { npm, say: () => undefined })
    expect(commands).toEqual(['ci', 'install'])
  })

  it('says what npm said when nothing works, and can be tried again', async () => {
    mkdirSync(join(project, '.cache'))
    writeFileSync(join(project, '.cache/install.log'), 'npm error network\n')
    await expect(install({ ci: false, install: false })).rejects.toThrow('npm error network')
    expect(await install({ ci: true })).toBe(true)
  })

  it('is done by one of two starts at the same time', async () => {
    const results = await Promise.all([install({ ci: true, ms: 50 }), install({ ci: true, ms: 50 })])
    expect(results.sort()).toEqual([false, true])
    expect(commands).toEqual(['ci'])
    expect(readdirSync(join(project, '.cache'))).toEqual([])
  })

  it('does not wait for a start that was killed', async () => {
    mkdirSync(join(project, '.cache'))
    writeFileSync(join(project, '.cache/install.lock'), '999999999')
    expect(await install({ ci: true })).toBe(true)
    expect(existsSync(join(project, '.cache/install.lock'))).toBe(false)
  })
})

it('names the Node version that is needed', () => {
  expect(() => assertNodeVersion('18.20.4')).toThrow('Nacre needs Node.js 20.19 or later; this is 18.20.4')
  expect(() => assertNodeVersion('20.18.9')).toThrow()
  for (const version of ['20.19.0', '22.0.0', '24.1.0']) expect(() => assertNodeVersion(version)).not.toThrow()
})

function install({ ms = 0, ...works }: { ci: boolean; install?: boolean; ms?: number }): Promise<boolean> {
  const npm = async (_: string, command: string) => {
    commands.push(command)
    await new Promise((resolve) => setTimeout(resolve, ms))
    const ok = command === 'ci' ? works.ci : (works.install ?? false)
    if (ok) addPlatformBinaries()
    return ok
  }
  return ensureInstalled(project, {
    npm,
    say: (text) => {
      said += text
    },
  })
}

function addPlatformBinaries(): void {
  mkdirSync(join(project, 'node_modules', '@esbuild', `${process.platform}-${process.arch}`), { recursive: true })
}

function write(path: string, json: unknown): void {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), JSON.stringify(json))
}
