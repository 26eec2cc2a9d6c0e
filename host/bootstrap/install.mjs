import { createHash } from 'node:crypto'
import { closeSync, createWriteStream, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { spawnNpm } from './npm.mjs'

const nodeVersionMin = [20, 19]
const stampFile = join('node_modules', '.nacre-installed')
const lockFile = join('.cache', 'install.lock')
const logFile = join('.cache', 'install.log')
const lockPollMs = 250

export function assertNodeVersion(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return
  throw new Error(`Nacre needs Node.js ${nodeVersionMin.join('.')} or later; this is ${version}. See https://nodejs.org/en/download`)
}

/** Installs when the dependencies are missing or belong to other package files. Two starts at once: the second waits for the first. */
export async function ensureInstalled(projectRoot, { npm = runNpm, say = (text) => process.stderr.write(text) } = {}) {
  if (isInstalled(projectRoot)) return false
  mkdirSync(join(projectRoot, '.cache'), { recursive: true })
  await takeLock(join(projectRoot, lockFile), say)
  try {
    if (isInstalled(projectRoot)) return false
    const startedMs = performance.now()
    say('Installing dependencies (once; 10 s to 2 min) ... ')
    // `ci` keeps to the lock file, but refuses one that lacks this platform's binaries; `install` then adds them.
    const installed = (await npm(projectRoot, 'ci')) && hasPlatformBinaries(projectRoot)
    if (!installed && !(await npm(projectRoot, 'install'))) {
      say('failed\n')
      throw new Error(`npm could not install the dependencies. The end of ${logFile}:\n${tail(join(projectRoot, logFile), 20)}`)
    }
    writeFileSync(join(projectRoot, stampFile), installStamp(projectRoot))
    say(`done in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`)
    return true
  } finally {
    rmSync(join(projectRoot, lockFile), { force: true })
  }
}

export function isInstalled(projectRoot) {
  const stamp = join(projectRoot, stampFile)
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === installStamp(projectRoot)
  // Installed by hand, before there was a stamp.
  if (!matchesLock(projectRoot) || !hasPlatformBinaries(projectRoot)) return false
  writeFileSync(stamp, installStamp(projectRoot))
  return true
}

/** Hash of everything that decides what gets installed: the lock file and the dependency fields of every package file. A changed script is no reason to install again. */
export function installStamp(projectRoot) {
  const hash = createHash('sha256')
  const lock = join(projectRoot, 'package-lock.json')
  hash.update(existsSync(lock) ? readFileSync(lock) : '')
  for (const workspace of ['.', ...workspaces(projectRoot)])
    hash.update(`\0${workspace}\0${JSON.stringify(dependencyFields(projectRoot, workspace))}`)
  return hash.digest('hex')
}

function workspaces(projectRoot) {
  return readJson(join(projectRoot, 'package.json')).workspaces ?? []
}

function dependencyFields(projectRoot, workspace) {
  const manifest = readJson(join(projectRoot, workspace, 'package.json'))
  return [
    'name',
    'version',
    'bin',
    'workspaces',
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
    'overrides',
  ].map((field) => manifest[field] ?? null)
}

/** npm keeps a record of what it put into node_modules; every package that the lock file requires must be in it, in its version. */
function matchesLock(projectRoot) {
  const record = join(projectRoot, 'node_modules', '.package-lock.json')
  const lock = join(projectRoot, 'package-lock.json')
  if (!existsSync(record) || !existsSync(lock)) return false
  const present = readJson(record).packages ?? {}
  const wanted = readJson(lock).packages ?? {}
  const asLocked = Object.entries(wanted).every(
    ([path, { version, link, optional }]) => !path.includes('node_modules/') || link || optional || present[path]?.version === version,
  )
  const asDeclared = workspaces(projectRoot).every((workspace) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].every(
      (field) =>
        JSON.stringify(sorted(readJson(join(projectRoot, workspace, 'package.json'))[field])) ===
        JSON.stringify(sorted(wanted[workspace]?.[field])),
    ),
  )
  return asLocked && asDeclared
}

/** Whatever else is missing, without this nothing starts at all; it stands for every package with a binary for each platform. */
function hasPlatformBinaries(projectRoot) {
  return existsSync(join(projectRoot, 'node_modules', '@esbuild', `${process.platform}-${process.arch}`))
}

function runNpm(projectRoot, command) {
  return new Promise((resolve) => {
    const log = createWriteStream(join(projectRoot, logFile), { flags: command === 'ci' ? 'w' : 'a' })
    const args = [command, '--prefer-offline', '--no-audit', '--no-fund']
    const child = spawnNpm(args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    child.once('error', (error) => log.end(`${error.message}\n`, () => resolve(false)))
    child.once('close', (code) => log.end(() => resolve(code === 0)))
  })
}

async function takeLock(path, say) {
  for (let waited = false; ; waited = true) {
    try {
      const file = openSync(path, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!waited) say('Another start is installing; waiting for it.\n')
    await new Promise((resolve) => setTimeout(resolve, lockPollMs))
    // The one that holds it may have been killed.
    if (!isAlive(holderOf(path))) rmSync(path, { force: true })
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid) {
  if (pid === null) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function sorted(fields = {}) {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
}

function tail(path, count) {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-count).join('\n')
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
