import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imagePackages } from '../../test/support/image-packages.ts'
import type { PinnedPackage } from './packages.ts'
import { toolchain } from './toolchain.ts'

// The program that confines models' processes, as it is compiled for the image, tried on this machine: it needs root to become another user.

const cache = process.getuid?.() === 0 && process.platform === 'linux' ? await imagePackages() : null
const folder = mkdtempSync(join(tmpdir(), 'nacre-confine-'))
const confine = join(folder, 'confine')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(cache === null)('a confined process', () => {
  beforeAll(async () => {
    if (cache === null) return
    const pins = JSON.parse(readFileSync(new URL('packages.json', import.meta.url), 'utf8')) as Record<
      'compiler' | 'gzip' | 'libc',
      PinnedPackage
    >
    const [compiler, gzip, libc] = [await cache.debian(pins.compiler), await cache.debian(pins.gzip), await cache.debian(pins.libc)]
    writeFileSync(confine, await toolchain({ compiler, gzip, libc, keep: cache.keep }).compile('confine'))
    for (const path of [folder, confine]) chmodSync(path, 0o755)
  })

  test('is its user, with no privilege left, and works', () => {
    const { stdout } = run(
      '2001',
      `
      const status = require('fs').readFileSync('/proc/self/status', 'utf8')
      const field = (name) => status.match(new RegExp('^' + name + ':\\\\s*(.*)$', 'm'))[1]
      console.log(process.getuid(), process.getgid(), process.getgroups().join(), field('CapEff'), field('CapPrm'), field('CapAmb'), field('NoNewPrivs'), field('Seccomp'))
      setTimeout(() => console.log(require('crypto').createHash('sha256').update('x').digest('hex').length), 10)`,
    )
    expect(stdout.trim().split('\n')).toEqual(['2001 2001 2001 0000000000000000 0000000000000000 0000000000000000 1 2', '64'])
  })

  test.each([
    ['talk to the network', "require('net').connect(1, '127.0.0.1').on('error', (error) => console.log(error.code))", 'EPERM'],
    ['listen', "require('net').createServer().on('error', (error) => console.log(error.code)).listen(0)", 'EPERM'],
    ['run a program', "console.log(require('child_process').spawnSync('/bin/true').error.code)", 'EPERM'],
    ['end another process', "try { process.kill(process.ppid, 'SIGKILL') } catch (error) { console.log(error.code) }", 'EPERM'],
    ['become root', 'try { process.setuid(0) } catch (error) { console.log(error.code) }', 'EPERM'],
    [
      'leave a file',
      `try { require('fs').writeFileSync('${join(folder, 'file')}', 'x') } catch (error) { console.log(error.code) }`,
      'EACCES',
    ],
  ])('cannot %s', (_, program, expected) => {
    expect(run('2001', program).stdout.trim()).toBe(expected)
  })

  test('attack: a model that was taken over reads neither the server’s memory nor a neighbour’s', async () => {
    // Stands for the server: another user, with a secret in its memory.
    const server = spawn(
      confine,
      ['2000', process.execPath, '-e', "globalThis.key = 'secret'; setInterval(() => {}, 1000); console.log('up')"],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve))
      const reads = ['mem', 'maps', 'environ', 'fd'].map(
        (name) => `
        try { require('fs').${name === 'fd' ? 'readdirSync' : 'openSync'}('/proc/${server.pid}/${name}'); console.log('open') } catch (error) { console.log(error.code) }`,
      )
      expect(run('2001', reads.join('\n')).stdout.trim().split('\n')).toEqual(['EACCES', 'EACCES', 'EACCES', 'EACCES'])
    } finally {
      server.kill('SIGKILL')
    }
  })

  test('is not started as root, as a system user, or as nobody in particular', () => {
    for (const uid of ['0', '999', '-1', 'root', '', '4294967296']) expect(spawnSync(confine, [uid, '/bin/true']).status, uid).toBe(2)
    expect(spawnSync(confine, ['2001']).status).toBe(2)
    expect(spawnSync(confine, ['2001', join(folder, 'missing')]).status).toBe(127)
  })
})

function run(uid: string, program: string) {
  return spawnSync(confine, [uid, process.execPath, '-e', program], { encoding: 'utf8', timeout: 120_000 })
}
