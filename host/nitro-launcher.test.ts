import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { imageSections, writeEif } from '../test/support/eif-writer.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'
import type { EgressAddress } from './kms/egress-proxy.ts'
import type { LaunchedEnclave } from './launcher.ts'
import { type NitroLauncherParameters, nitroLauncher } from './nitro-launcher.ts'

// In place of nitro-cli a program that writes down what it was asked and answers in nitro-cli's words. Nothing here connects to a vsock.

let folder: string
let launched: LaunchedEnclave | undefined
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')
const at = (name: string) => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nacre-nitro-'))
  writeFileSync(at('enclave.eif'), writeEif(imageSections))
  writeFileSync(at('asked'), '')
  writeFileSync(at('state'), 'RUNNING')
  writeFileSync(at('cid'), '16')
  writeFileSync(
    at('nitro-cli'),
    `#!/bin/sh
cd '${folder}'
echo "$*" >> asked
case "$1" in
run-enclave) echo RUNNING > state; echo "{\\"EnclaveID\\": \\"i-1-enc$(wc -l < asked)\\", \\"EnclaveCID\\": $(cat cid), \\"State\\": \\"RUNNING\\"}"; grep -o 'enc[0-9]*' asked > /dev/null; echo "i-1-enc$(wc -l < asked)" > id;;
describe-enclaves) if [ "$(cat state)" = RUNNING ]; then echo "[{\\"EnclaveID\\": \\"$(cat id)\\", \\"EnclaveCID\\": 16, \\"State\\": \\"RUNNING\\"}]"; else echo '[]'; fi;;
terminate-enclave) echo '{"EnclaveID": "", "Terminated": true}';;
console) echo 'console line';;
esac
`,
  )
  chmodSync(at('nitro-cli'), 0o755)
})
afterEach(async () => {
  await launched?.stop().catch(() => undefined)
  launched = undefined
  rmSync(folder, { recursive: true, force: true })
})

const launcher = (parameters: Partial<NitroLauncherParameters> = {}) =>
  nitroLauncher({
    imagePath: at('enclave.eif'),
    stateDirectory: at('state-directory'),
    memoryMiB: 1024,
    cpus: 2,
    cid: 16,
    rootPemPath: at('root.pem'),
    program: at('nitro-cli'),
    pollMs: 20,
    ...parameters,
  })

test('runs the image by its file, memory, processors and CID, says what the image measures, and ends it by its id', async () => {
  launched = await launcher().start()
  expect(asked()[0]).toBe(`run-enclave --eif-path ${at('enclave.eif')} --memory 1024 --cpu-count 2 --enclave-cid 16`)
  const { pcr0, pcr1, pcr2 } = await measureEif(decodeEif(writeEif(imageSections)))
  expect(launched.measurements()).toEqual({ pcr0, pcr1, pcr2 })
  expect(launched.tls).toEqual({ cid: 16, vsockPort: 8443 })
  expect(launched.http).toEqual({ cid: 16, vsockPort: 8080 })
  expect(launched.boot()).toBe(1)
  await launched.stop()
  expect(asked().at(-1)).toBe('terminate-enclave --enclave-id i-1-enc1')
  // No console outside debug mode, and no debug mode unless it was asked for.
  expect(asked().filter((line) => /console|debug/.test(line))).toEqual([])
})

test('runs it again when nitro-cli no longer knows it', async () => {
  launched = await launcher().start()
  const events: HypervisorEvent['event'][] = []
  const again = new Promise<void>((resolve) => {
    launched?.onEvent(({ event }) => {
      events.push(event)
      if (event === 'launched') resolve()
    })
  })
  writeFileSync(at('state'), 'gone')
  await again
  expect(events).toEqual(['exited', 'launched'])
  expect(launched.boot()).toBe(2)
  expect(asked().filter((line) => line.startsWith('run-enclave'))).toHaveLength(2)
})

test('in debug mode asks for it, and keeps the console', async () => {
  launched = await launcher({ debug: true }).start()
  expect(asked()[0]).toContain(' --debug-mode')
  while (!asked().some((line) => line.startsWith('console --enclave-id i-1-enc1'))) await new Promise((resolve) => setTimeout(resolve, 10))
  while (!existsSync(at('state-directory/hypervisor.log'))) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('the way out is open to this enclave alone before it runs, and closed with it, also when it does not start', async () => {
  const steps: unknown[] = []
  const openEgress = async (place: EgressAddress) => {
    steps.push(place, asked().filter((line) => line.startsWith('run-enclave')).length)
    return { close: async () => void steps.push('closed') }
  }
  launched = await launcher({ openEgress }).start()
  expect(steps).toEqual([{ cid: 16, vsockPort: 9443 }, 0])
  await launched.stop()
  expect(steps.at(-1)).toBe('closed')
  await expect(launcher({ openEgress, program: at('missing') }).start()).rejects.toThrow('not installed')
  expect(steps.filter((step) => step === 'closed')).toHaveLength(2)
})

test('an enclave at another CID, a program that is missing and one that fails are errors that say so', async () => {
  writeFileSync(at('cid'), '17')
  await expect(launcher().start()).rejects.toThrow('another enclave')
  await expect(launcher({ program: at('missing') }).start()).rejects.toThrow('not installed')
  writeFileSync(at('nitro-cli'), '#!/bin/sh\necho "[ E29 ] No memory" >&2\nexit 1\n')
  await expect(launcher().start()).rejects.toThrow('No memory')
})
