import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@nacre/verifier/bytes'
import { measureEif } from '@nacre/verifier/eif'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeEif } from '../image/encode-eif.ts'
import { startEgressProxy } from '../kms/egress-proxy.ts'
import { decodeKeyPolicy, type KeyPolicy, sealedModelPolicy } from '../kms/key-policy.ts'
import { type DoctorSystem, findClock, findEgress, findImage, findNsm, findPolicy, findVsock } from './findings.ts'

const pcr = (digits: string) => `0x${digits.repeat(48)}` as const
const measurements = { pcr0: pcr('a1'), pcr1: pcr('b2'), pcr2: pcr('c3') }
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`
const good = (image = measurements): KeyPolicy =>
  sealedModelPolicy({ administratorArn: arn('admin'), ownerArn: arn('owner'), enclaveRoleArn: arn('enclave'), measurements: [image] })
const wrong = (policy: KeyPolicy, image = measurements) =>
  findPolicy(decodeKeyPolicy(JSON.stringify(policy)), image).filter(({ state }) => state === 'wrong')
const names = (policy: KeyPolicy, image?: typeof measurements) => wrong(policy, image).map(({ name }) => name.replace('key policy: ', ''))
const machine = (files: Record<string, string>): DoctorSystem => ({
  platform: 'linux',
  exists: (path) => path in files,
  read: (path) => Buffer.from(files[path] as string),
})
const folder = mkdtempSync(join(tmpdir(), 'nacre-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a key policy', () => {
  test('as nacre prints it has nothing wrong', () => expect(names(good())).toEqual([]))

  test('for another image lets this one in nowhere', () => {
    expect(names(good({ ...measurements, pcr2: pcr('dd') }))).toContain('this image')
    expect(wrong(good({ ...measurements, pcr0: pcr('dd') }))[0]?.remedy).toContain('ImageSha384 is PCR0')
  })

  test("with AWS's default statement and no denials is open to everybody in the account", () => {
    const policy = good()
    policy.Statement = policy.Statement.filter(({ Effect }) => Effect === 'Allow')
    policy.Statement.push({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' })
    expect(names(policy)).toEqual(['without an enclave', 'debug mode', 'another PCR0', 'another PCR1', 'another PCR2'])
    // The same statement beside the denials opens nothing.
    const denied = good()
    denied.Statement.push({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' })
    expect(names(denied)).toEqual([])
  })

  test('that names PCR0 alone is said to, register by register', () => {
    const policy = good()
    policy.Statement = policy.Statement.filter(({ Effect }) => Effect === 'Allow')
    for (const statement of policy.Statement)
      if (statement.Condition)
        statement.Condition = { StringEqualsIgnoreCase: { 'kms:RecipientAttestation:ImageSha384': measurements.pcr0.slice(2) } }
    expect(names(policy)).toEqual(['another PCR1', 'another PCR2'])
  })

  test('with all registers in one denial denies only where all differ', () => {
    const policy = good()
    policy.Statement = policy.Statement.filter(({ Effect }) => Effect === 'Allow')
    const all = Object.fromEntries(
      [0, 1, 2].map((i) => [
        `kms:RecipientAttestation:PCR${i}`,
        [measurements.pcr0, measurements.pcr1, measurements.pcr2][i]?.slice(2) as string,
      ]),
    )
    policy.Statement.push(
      { Effect: 'Allow', Principal: { AWS: arn('enclave') }, Action: 'kms:Decrypt', Resource: '*' },
      { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringNotEqualsIgnoreCase: all } },
    )
    expect(names(policy)).toEqual(['another PCR0', 'another PCR1', 'another PCR2'])
  })

  test('with zeros lets debug mode in', () =>
    expect(names(good({ pcr0: pcr('00'), pcr1: pcr('00'), pcr2: pcr('00') }))).toEqual(['this image', 'debug mode']))
})

describe('the machine', () => {
  test('without a Nitro device is told apart from one with', () => {
    expect([findNsm(machine({})).state, findVsock(machine({})).state]).toEqual(['absent', 'absent'])
    expect([findNsm(machine({ '/dev/nsm': '' })).state, findVsock(machine({ '/dev/vsock': '' })).state]).toEqual(['good', 'good'])
    expect(findNsm(machine({ '/dev/nitro_enclaves': '' })).what).toContain('launch')
  })

  test('has a clock of this time, and kvm-clock inside an enclave', () => {
    const source = '/sys/devices/system/clocksource/clocksource0/current_clocksource'
    expect(findClock(machine({}), 0).state).toBe('wrong')
    expect(findClock(machine({ '/dev/nsm': '', [source]: 'tsc\n' }), Date.UTC(2026, 0, 1)).state).toBe('wrong')
    expect(findClock(machine({ '/dev/nsm': '', [source]: 'kvm-clock\n' }), Date.UTC(2026, 0, 1)).state).toBe('good')
  })

  test('has an image that is one, and is the one that was measured', async () => {
    const parts = { kernel: utf8('kernel'), cmdline: utf8('quiet'), ramdisks: [utf8('init'), utf8('application')], signature: null }
    const eif = encodeEif({ ...parts, metadata: utf8('{}'), signature: undefined, memoryBytes: 1 << 30, cpus: 2 })
    const measured = await measureEif(parts)
    const files = { 'a.eif': eif, 'cut.eif': eif.subarray(0, -1), 'other.txt': utf8('FROM scratch') }
    const find = (path: string | undefined, against?: typeof measured) =>
      findImage({ ...machine({}), exists: (name) => name in files, read: (name) => files[name as 'a.eif'] }, path, against)
    expect((await find(undefined)).state).toBe('absent')
    expect(await find('a.eif')).toMatchObject({ state: 'good', what: expect.stringContaining(measured.pcr0) })
    expect(await find('a.eif', measured)).toMatchObject({ state: 'good', what: expect.stringContaining('measures as it should') })
    for (const path of ['missing.eif', 'cut.eif', 'other.txt']) expect((await find(path, measured)).state, path).toBe('wrong')
    expect((await find('a.eif', { ...measured, pcr2: pcr('dd') })).what).toContain('differs in PCR2:')
    expect((await find('a.eif', measurements)).what).toContain('differs in PCR0, PCR1, PCR2:')
    expect((await find('a.eif', { ...measured, pcr8: pcr('dd') })).what).toContain('differs in PCR8:')
  })

  test('has a way out that refuses what it should', async () => {
    const path = join(folder, 'egress.sock')
    expect((await findEgress(path)).state).toBe('wrong')
    const proxy = await startEgressProxy({ at: { path }, destinations: new Map() })
    expect((await findEgress(path)).state).toBe('good')
    await proxy.close()
    // One that leads anywhere.
    const open = createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    const openPath = join(folder, 'open.sock')
    await new Promise<void>((resolve) => open.listen(openPath, resolve))
    expect((await findEgress(openPath)).state).toBe('wrong')
    await new Promise((resolve) => open.close(resolve))
  })
})
