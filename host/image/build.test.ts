import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeEif } from '@nacre/verifier/eif'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imagePackages } from '../../test/support/image-packages.ts'
import { decodeCpio } from './cpio.ts'

// Whole builds, by the command line as a user has it, from two copies of the checkout.

const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
mkdirSync(join(projectRoot, '.cache'), { recursive: true })
const base = mkdtempSync(join(projectRoot, '.cache/image-test-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

type Measured = { pcr0: string; pcr1: string; pcr2: string; bytes: number; bootMemoryBytes: number }

describe.skipIf((await imagePackages()) === null)('an image', () => {
  const [one, other] = [join(base, 'one'), join(base, 'a longer name with spaces')]
  let first: Measured

  beforeAll(() => {
    for (const copy of [one, other]) {
      mkdirSync(copy)
      // Links instead of copies: thousands of files, and what is written below replaces its link first.
      const rooms = ['verifier', 'enclave', 'host', 'contracts', 'test', 'node_modules', 'package.json', 'tsconfig.json']
      execFileSync('cp', ['--recursive', '--link', '--no-dereference', ...rooms, copy], { cwd: projectRoot })
    }
    first = build(one, join(base, 'one.eif'))
  })

  test('is the same, byte for byte, from another folder, under another umask, time zone and locale, by other hands', () => {
    const out = join(base, 'other.eif')
    const environment = { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', NODE_ENV: 'development', SOURCE_DATE_EPOCH: '1' }
    const { pcr0, pcr1, pcr2 } = build(other, out, { environment, umask: '077' })
    expect({ pcr0, pcr1, pcr2 }).toEqual({ pcr0: first.pcr0, pcr1: first.pcr1, pcr2: first.pcr2 })
    expect(readFileSync(out).equals(readFileSync(join(base, 'one.eif')))).toBe(true)
    expect(nacre(other, ['image', 'measure', out, '--json'])).toMatchObject({ ok: true, pcr0, pcr1, pcr2 })
  })

  test('with one byte of the root file system changed has another PCR0 and PCR2, with another command line another PCR0 and PCR1', () => {
    const path = join(other, 'enclave/models/digits/model.onnx')
    const bytes = readFileSync(path)
    rmSync(path)
    writeFileSync(path, flipped(bytes))
    const changed = build(other, join(base, 'changed.eif'))
    rmSync(path)
    writeFileSync(path, bytes)
    expect(changed.pcr1).toBe(first.pcr1)
    expect([changed.pcr0, changed.pcr2]).not.toContain(first.pcr0)
    expect(changed.pcr2).not.toBe(first.pcr2)
    const loud = build(other, join(base, 'loud.eif'), { args: ['--cmdline', 'console=ttyS0'] })
    expect(loud.pcr2).toBe(first.pcr2)
    expect(loud.pcr0).not.toBe(first.pcr0)
    expect(loud.pcr1).not.toBe(first.pcr1)
  })

  test('holds no shell, no tool, nothing that can be written and nothing of this machine', () => {
    const image = decodeEif(Uint8Array.from(readFileSync(join(base, 'one.eif'))))
    const listed = nacre(one, ['image', 'inspect', join(base, 'one.eif'), '--files', '--json']) as {
      files: { path: string; kind: string; mode: string }[]
    }
    const programs = listed.files.filter(({ kind, mode }) => kind === 'file' && /[1357]/.test(mode)).map(({ path }) => path)
    expect(programs.sort()).toEqual(['init', 'rootfs/lib64/ld-linux-x86-64.so.2', 'rootfs/sbin/confine', 'rootfs/usr/bin/node'])
    expect(listed.files.filter(({ kind, mode }) => kind === 'file' && /[2367]/.test(mode))).toEqual([])
    expect(listed.files.filter(({ path }) => /\.(ts|md|map|py)$|darwin|win32|arm64|(^|\/)(tsx|esbuild|typescript)\//.test(path))).toEqual(
      [],
    )
    const boot = decodeCpio(image.ramdisks[0] as Uint8Array)
    expect(boot.map(({ path }) => path).slice(0, 4)).toEqual(['dev', 'dev/console', 'init', 'modules'])
    for (const bytes of [image.ramdisks[0], image.cmdline, image.metadata])
      expect(Buffer.from(bytes as Uint8Array).includes(projectRoot)).toBe(false)
  })

  test('a model that is not there is an error that says which are', () => {
    const failed = nacre(one, ['image', 'measure', '--models', 'nothing', '--json'], {}) as { ok: boolean; error: { message: string } }
    expect(failed).toMatchObject({ ok: false, error: { code: 'IMAGE_FAILED', message: expect.stringContaining('digits') } })
  })
})

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1
  return changed
}

type How = { environment?: Record<string, string>; umask?: string; args?: string[] }

function build(project: string, out: string, { environment = {}, umask = '022', args = [] }: How = {}): Measured {
  const result = nacre(project, ['image', 'build', '--out', out, '--json', ...args], environment, umask) as Measured & { ok: boolean }
  expect(result.ok).toBe(true)
  expect(existsSync(out)).toBe(true)
  return result
}

function nacre(project: string, args: string[], environment: Record<string, string> = {}, umask = '022'): unknown {
  const words = [process.execPath, join(project, 'host/nacre.mjs'), ...args].map((word) => `'${word}'`).join(' ')
  try {
    const env = { ...process.env, ...environment }
    return JSON.parse(
      execFileSync('sh', ['-c', `umask ${umask}; ${words}`], { cwd: project, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    )
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    if (!stdout?.startsWith('{')) throw new Error(`${stderr}`)
    return JSON.parse(stdout)
  }
}
