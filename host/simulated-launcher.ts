import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { egressSocketName } from './hypervisor/sandbox.ts'
import { startHypervisorProcess } from './hypervisor-process.ts'
import type { Launcher } from './launcher.ts'
import type { SecretsCommand } from './secrets-command.ts'
import { type ServingOptions, servingArguments } from './serving-options.ts'

export type SimulatedLauncherParameters = {
  projectRoot: string
  stateDirectory: string
  isolation?: 'bubblewrap' | 'process' | undefined
  readyTimeMsMax?: number
  /** Folders of further models for the image. */
  models?: readonly string[]
  serving?: ServingOptions | undefined
  secrets?: SimulatedSecrets | undefined
}

/** The enclave's way out. `open` begins to serve it at this path, before there is an enclave. */
export type SimulatedSecrets = SecretsCommand & { handoverRoot?: Uint8Array | undefined } & {
  open(path: string): Promise<{ close(): Promise<void> }>
}

export function simulatedLauncher({
  projectRoot,
  stateDirectory,
  isolation,
  models = [],
  serving = {},
  secrets,
  readyTimeMsMax = 90_000,
}: SimulatedLauncherParameters): Launcher {
  return {
    async start() {
      // Not under the state directory: a unix socket's path may be 107 bytes long, and checkouts lie deep.
      const socketsDirectory = mkdtempSync(join(tmpdir(), 'nacre-'))
      const egress = await secrets?.open(join(socketsDirectory, egressSocketName))
      const args = ['--nsm', join(socketsDirectory, 'nsm.sock'), '--state', stateDirectory, '--project', projectRoot]
      if (isolation !== undefined) args.push('--isolation', isolation)
      for (const model of models) args.push('--model', model)
      args.push(...servingArguments(serving))
      if (secrets !== undefined) {
        args.push('--secrets', secrets.credentials)
        const { kms, handoverRoot, handoverOwner, keepKeyArn, keepReceiptKey } = secrets
        if (handoverRoot !== undefined) args.push('--handover', Buffer.from(handoverRoot).toString('base64'))
        if (keepKeyArn !== undefined) args.push('--keep', keepKeyArn)
        if (keepReceiptKey) args.push('--keep-receipt')
        if (handoverOwner !== undefined) args.push('--owner', handoverOwner)
        if (kms !== null) args.push('--kms', `${kms.host}:${kms.port}`, '--kms-ca', Buffer.from(kms.certificateDer).toString('base64'))
      }
      return startHypervisorProcess({
        main: fileURLToPath(new URL('hypervisor/main.ts', import.meta.url)),
        args,
        stateDirectory,
        tls: { path: join(socketsDirectory, 'tls.sock') },
        http: { path: join(socketsDirectory, 'http.sock') },
        log: { path: join(socketsDirectory, 'log.sock') },
        readyTimeMsMax,
        async onStopped() {
          await egress?.close()
          rmSync(socketsDirectory, { recursive: true, force: true })
        },
      })
    },
  }
}
