import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, describe, expect, test } from 'vitest'
import { testTerminal } from '../../test/support/terminal.ts'
import { awsNitroRootG1 } from '../aws-root.ts'
import { certificateToPem } from '../certificate.ts'
import { registerVerifierCommands } from './commands.ts'

/** Published documents, where someone put them beside the project. */
const folder = new URL('../../../shared/vectors/nitro/', import.meta.url)
type Vector = {
  file: string
  kind: string
  crypto_ok: boolean
  summary: { timestamp: string | null; debug_mode_pcr012_zero: boolean | null; pcrs?: Record<string, string> }
}
const have = existsSync(folder)
const vectors: Vector[] = have ? JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) : []
const scratch = mkdtempSync(join(tmpdir(), 'nacre-cli-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const nacre = (...args: string[]) =>
  testTerminal(args, registerVerifierCommands, new Command('nacre'), { nowMs: () => Date.UTC(2040, 0, 1) })

test('a policy is required, and its absence is wrong usage before the file is even read', async () => {
  const { exitCode, stdout, stderr } = await nacre('attestation', 'verify', '/nowhere/document.cbor')
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--no-pcr-policy')
})

test('wrong usage exits with 2, in JSON where that was asked for', async () => {
  for (const args of [
    ['attestation'],
    ['attestation', 'verify'],
    ['attestation', 'prove'],
    ['bundle', 'verify', 'x', '--pcr', '1'],
    ['infer', 'http://localhost', 'm'],
  ]) {
    const plain = await nacre(...args)
    expect(plain.exitCode, args.join(' ')).toBe(2)
    expect(plain.stderr).not.toBe('')
  }
  const missing = await nacre('attestation', 'verify', '--json')
  expect([missing.exitCode, missing.json()]).toEqual([
    2,
    expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'USAGE' }) }),
  ])
  const unreadable = await nacre('bundle', 'inspect', '/nowhere/x.nacre', '--json')
  expect([unreadable.exitCode, unreadable.stderr, unreadable.json().error.code]).toEqual([2, '', 'INPUT_UNREADABLE'])
})

test('every verb has help with an example', async () => {
  for (const verb of [
    ['attestation', 'verify'],
    ['attestation', 'inspect'],
    ['receipt', 'verify'],
    ['bundle', 'verify'],
    ['bundle', 'inspect'],
    ['infer'],
  ]) {
    const { exitCode, stdout } = await nacre(...verb, '--help')
    expect(exitCode, verb.join(' ')).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  nacre ${verb.join(' ')} `))
  }
})

test('a root file is one certificate, as PEM or DER', async () => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(scratch, name), content)
    return join(scratch, name)
  }
  const pem = certificateToPem(awsNitroRootG1)
  const document = write('binary.cbor', Uint8Array.of(0x84, 0x40, 0xa0, 0x40, 0x40))
  const run = (root: string) => nacre('attestation', 'verify', document, '--no-pcr-policy', '--root', root, '--json')
  for (const root of [write('root.pem', pem), write('root.der', awsNitroRootG1.der), 'aws']) {
    const { exitCode, json } = await run(root)
    expect([exitCode, json().root]).toEqual([1, { name: 'aws.nitro-enclaves', sha256: expect.stringMatching(/^0x641a0321/), aws: true }])
  }
  for (const root of [write('two.pem', pem + pem), write('none.pem', 'AWS'), '/nowhere/root.pem'])
    expect((await run(root)).exitCode).toBe(2)
})

describe.skipIf(!have)('published documents (skipped where ../shared/vectors is absent)', () => {
  const verify = (file: string, ...args: string[]) => nacre('attestation', 'verify', new URL(file, folder).pathname, '--json', ...args)

  test('every one gets the verdict of the index at its own time', async () => {
    for (const { file, kind, crypto_ok, summary } of vectors) {
      const { exitCode, json } = await verify(file, '--no-pcr-policy', '--at', 'document')
      if (kind !== 'real-enclave' || !crypto_ok) expect([exitCode, json().ok], file).toEqual([1, false])
      else if (summary.debug_mode_pcr012_zero) {
        expect([exitCode, json().error.code], file).toEqual([1, 'DEBUG_ENCLAVE'])
        expect((await verify(file, '--no-pcr-policy', '--at', 'document', '--allow-debug')).exitCode, file).toBe(0)
      } else expect([exitCode, json().ok], file).toEqual([0, true])
    }
  })

  test('a genuine document is refused by date, measurement, nonce and root, each with its code', async () => {
    const { file, summary } = vectors.find(({ file }) => file.startsWith('tkhq')) as Vector
    const pcr0 = summary.pcrs?.['0'] as string
    const code = async (...args: string[]) => {
      const { exitCode, json } = await verify(file, ...args)
      return exitCode === 0 ? 'accepted' : exitCode === 1 ? json().error.code : exitCode
    }
    expect(await code('--at', 'document', '--pcr0', pcr0)).toBe('accepted')
    expect(await code('--at', summary.timestamp as string, '--pcr0', pcr0)).toBe('accepted')
    expect(await code('--pcr0', pcr0)).toBe('CERTIFICATE_NOT_IN_VALIDITY')
    expect(await code('--at', 'document', '--pcr0', 'ab'.repeat(48))).toBe('MEASUREMENT_NOT_ALLOWED')
    expect(await code('--at', 'document', '--pcr0', 'ab'.repeat(48), '--pcr0', pcr0)).toBe('accepted')
    expect(await code('--at', 'document', '--pcr0', pcr0, '--pcr8', 'ab'.repeat(48))).toBe('MEASUREMENT_NOT_ALLOWED')
    expect(await code('--at', 'document', '--pcr0', pcr0, '--nonce', '00')).toBe('NONCE_MISMATCH')
    const text = await nacre('attestation', 'verify', new URL(file, folder).pathname, '--pcr0', pcr0)
    expect(text.stdout).toContain('--at document')
  })

  test('inspect shows fields and certificates, and says that nothing was verified', async () => {
    const { file, summary } = vectors.find(({ file }) => file.startsWith('tkhq')) as Vector
    const path = new URL(file, folder).pathname
    const { exitCode, stdout } = await nacre('attestation', 'inspect', path)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('NOTHING WAS VERIFIED')
    expect(stdout).toContain(summary.pcrs?.['0'])
    const { json } = await nacre('attestation', 'inspect', path, '--json')
    expect(json()).toMatchObject({ ok: true, verified: false, checks: [], attestation: { timestamp: summary.timestamp } })
    expect(json().certificates.map(({ pathLength }: { pathLength: number | null }) => pathLength)).toEqual([null, 2, 1, 0, null])
  })
})
