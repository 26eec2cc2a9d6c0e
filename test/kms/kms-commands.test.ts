import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import { addKmsCommands } from '@nacre/host/cli/kms'
import { addModelSealCommands } from '@nacre/host/cli/model-seal'
import { createSimulatedRoot, rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { clientOfLocalKms, localPrincipals, serveLocalKms } from '@nacre/host/kms/serve'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { Command } from 'commander'
import { afterAll, expect, test } from 'vitest'
import { testTerminal } from '../support/terminal.ts'
import { measurement } from './kit.ts'

// What an operator does by the AWS command line, here against the KMS that stands in.

const folder = mkdtempSync(join(tmpdir(), 'nacre-kms-commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const state = join(folder, 'kms')
const nacre = (...args: string[]) =>
  testTerminal(
    args,
    (program, terminal) => {
      addKmsCommands(program, terminal)
      addModelSealCommands(program, terminal)
    },
    new Command('nacre'),
  )

test('a key is made closed, and opened by the policy that nacre prints', async () => {
  const missing = await nacre('kms', 'create-key', '--state', state, '--json')
  expect([missing.exitCode, missing.json()]).toMatchObject([2, { ok: false, error: { code: 'KMS_FAILED' } }])

  const root = certificateFromPem(rootCertificatePem(await createSimulatedRoot(Date.now())))
  const kms = await serveLocalKms({ stateDirectory: state, root, nowMs: Date.now })
  const client = await clientOfLocalKms(state, 'administrator')
  try {
    const made = await nacre('kms', 'create-key', '--state', state, '--json')
    const { keyArn } = made.json() as { keyArn: string }
    expect(keyArn).toMatch(/^arn:aws:kms:sim-1:000000000000:key\//)
    const policyOf = async () => JSON.parse((await client.send(new GetKeyPolicyCommand({ KeyId: keyArn }))).Policy as string)
    expect(JSON.stringify(await policyOf())).not.toContain(measurement().pcr0.slice(2))

    const [measurements, policy] = [join(folder, 'measurements.json'), join(folder, 'policy.json')]
    writeFileSync(measurements, JSON.stringify(measurement()))
    const { administratorArn, ownerArn, enclaveRoleArn } = localPrincipals
    const who = ['--administrator', administratorArn, '--owner', ownerArn, '--enclave-role', enclaveRoleArn]
    expect((await nacre('policy', '--measurements', measurements, ...who, '--keeps', '--out', policy)).exitCode).toBe(0)
    expect((await nacre('kms', 'put-policy', '--state', state, '--key', keyArn, '--policy', policy)).exitCode).toBe(0)
    const { Statement } = await policyOf()
    expect(Statement.find(({ Sid }: { Sid: string }) => Sid === 'Open').Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey'])
    expect(JSON.stringify(Statement)).toContain(measurement().pcr0.slice(2))

    writeFileSync(policy, '{}')
    const refused = await nacre('kms', 'put-policy', '--state', state, '--key', keyArn, '--policy', policy, '--json')
    expect([refused.exitCode, refused.json()]).toMatchObject([
      2,
      { error: { message: expect.stringContaining('MalformedPolicyDocument') } },
    ])
  } finally {
    client.destroy()
    await kms.close()
  }
})
