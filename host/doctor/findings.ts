import { request } from 'node:http'
import type { Hex } from '@nacre/verifier/bytes'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { VerifierError } from '@nacre/verifier/errors'
import { evaluatePolicy, type KeyPolicy, PolicyError } from '../kms/key-policy.ts'

/** One thing that was looked at. `absent` is neither good nor bad by itself. */
export type Finding = { name: string; state: 'good' | 'wrong' | 'absent'; what: string; remedy?: string }

/** What is read of the machine. */
export type DoctorSystem = {
  platform: string
  exists(path: string): boolean
  read(path: string): Uint8Array
}

export type ImageMeasurements = { pcr0: Hex; pcr1: Hex; pcr2: Hex; pcr8?: Hex | undefined }

export function findNsm({ platform, exists }: DoctorSystem): Finding {
  const name = 'NSM'
  if (exists('/dev/nsm')) return { name, state: 'good', what: '/dev/nsm is there: this is the inside of an enclave' }
  if (exists('/dev/nitro_enclaves')) return { name, state: 'good', what: '/dev/nitro_enclaves is there: this machine can launch enclaves' }
  return {
    name,
    state: 'absent',
    what: `neither /dev/nsm nor /dev/nitro_enclaves: ${platform === 'linux' ? 'no Nitro instance, or enclaves are not enabled' : 'this is not Linux'}`,
    remedy:
      'Launch the EC2 instance with --enclave-options Enabled=true and install aws-nitro-enclaves-cli; for trials, npm start simulates.',
  }
}

export function findVsock({ exists }: DoctorSystem): Finding {
  const name = 'vsock'
  if (exists('/dev/vsock')) return { name, state: 'good', what: '/dev/vsock is there' }
  return {
    name,
    state: 'absent',
    what: 'no /dev/vsock',
    remedy: 'Load the module: modprobe vhost_vsock. Enclaves speak to their host by nothing else; simulations need none.',
  }
}

/** Signatures to AWS are good for five minutes, documents for as long as the verifier says: a clock that is off breaks both. */
export function findClock({ exists, read }: DoctorSystem, nowMs: number): Finding {
  const name = 'clock'
  if (nowMs < Date.UTC(2025, 0, 1))
    return {
      name,
      state: 'wrong',
      what: `it is ${new Date(nowMs).toISOString()} here`,
      remedy: 'Set the clock: certificates of this year are not valid yet at this time.',
    }
  const source = '/sys/devices/system/clocksource/clocksource0/current_clocksource'
  const clock = exists(source) ? Buffer.from(read(source)).toString().trim() : 'unknown'
  if (exists('/dev/nsm') && clock !== 'kvm-clock')
    return {
      name,
      state: 'wrong',
      what: `clock source ${clock} inside an enclave`,
      remedy: 'Boot with kvm-clock: an enclave has no network time, and every other source drifts.',
    }
  return { name, state: 'good', what: `${new Date(nowMs).toISOString()}, clock source ${clock}` }
}

/** Measures the image as its hypervisor will, and holds it against the measurements that policies were made from. */
export async function findImage(
  { exists, read }: DoctorSystem,
  path: string | undefined,
  measurements: ImageMeasurements | undefined,
): Promise<Finding> {
  const name = 'image'
  if (path === undefined)
    return measurements === undefined
      ? { name, state: 'absent', what: 'none was given', remedy: '--image FILE and --measurements FILE' }
      : { name, state: 'good', what: `not given; PCR0 ${measurements.pcr0} by its measurements`, remedy: '--image FILE measures it' }
  if (!exists(path)) return { name, state: 'wrong', what: `${path} does not exist`, remedy: 'Build it, or correct the path.' }
  let measured: ImageMeasurements
  let bytes: number
  try {
    const file = Uint8Array.from(read(path))
    bytes = file.length
    measured = await measureEif(decodeEif(file))
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    const remedy = 'Give the file that nitro-cli run-enclave gets (EIF), whole.'
    return { name, state: 'wrong', what: `${path} is no enclave image: ${error.message}`, remedy }
  }
  if (measurements === undefined)
    return { name, state: 'good', what: `${path}, ${bytes} bytes; PCR0 ${measured.pcr0}`, remedy: '--measurements FILE compares it' }
  const different = (['pcr0', 'pcr1', 'pcr2', 'pcr8'] as const).filter(
    (register) => measured[register]?.toLowerCase() !== measurements[register]?.toLowerCase(),
  )
  if (different.length === 0) return { name, state: 'good', what: `${path}, ${bytes} bytes, measures as it should; PCR0 ${measured.pcr0}` }
  return {
    name,
    state: 'wrong',
    what: `${path} differs in ${different.map((register) => register.toUpperCase()).join(', ')}: PCR0 is ${measured.pcr0}, the measurements have ${measurements.pcr0}`,
    remedy:
      'The measurements are of another build: "nacre image measure FILE --json" prints those of this one. PCR1 alone is kernel or command line, PCR2 the application, PCR8 the signature.',
  }
}

/** Asks the policy what KMS would ask it: it must let this image in, and nobody else, whatever else it says. */
export function findPolicy(policy: KeyPolicy | PolicyError | undefined, measurements: ImageMeasurements | undefined): Finding[] {
  const name = 'key policy'
  if (policy === undefined) return [{ name, state: 'absent', what: 'none was given', remedy: '--policy FILE, with --measurements' }]
  if (policy instanceof PolicyError)
    return [
      {
        name,
        state: 'wrong',
        what: `cannot be judged: ${policy.message}`,
        remedy: 'Only what is understood can be vouched for. "nacre model policy" prints one that is.',
      },
    ]
  if (measurements === undefined)
    return [{ name, state: 'absent', what: 'no measurements to hold it against', remedy: '--measurements FILE' }]

  const principals = principalsOf(policy)
  const decrypts = (context: ReadonlyMap<string, string>) =>
    principals.filter(({ arn, accountId }) => {
      const decision = evaluatePolicy(policy, { principalArn: arn, accountId, action: 'kms:Decrypt', context })
      // What is left to an identity's own permissions, somebody will have.
      return decision === 'allowed' || decision === 'delegated'
    })
  const attested = registersOf(measurements)
  const findings: Finding[] = []
  const finding = (what: string, found: boolean, good: string, wrong: string, remedy: string) =>
    findings.push({ name: `${name}: ${what}`, ...(found ? { state: 'good', what: good } : { state: 'wrong', what: wrong, remedy }) })

  finding(
    'this image',
    decrypts(attested).length > 0,
    `lets it decrypt, asked for by ${decrypts(attested)
      .map(({ arn }) => arn)
      .join(', ')}`,
    'does not let it decrypt',
    "Compare the registers in the policy with the measurements. ImageSha384 is PCR0, not the SHA-384 of the file; every denial must name this image's value.",
  )
  const open = decrypts(new Map())
  finding(
    'without an enclave',
    open.length === 0,
    'nobody decrypts without a document',
    `${open.map(({ arn }) => arn).join(', ')} may decrypt without any document`,
    'A permission without a condition stands beside the one with it, often AWS\'s default statement for the account\'s root. Add a denial for each register, as "nacre model policy" does.',
  )
  const zeros = new Map([...attested.keys()].map((key) => [key, '00'.repeat(48)]))
  finding(
    'debug mode',
    decrypts(zeros).length === 0,
    'zeros open nothing',
    'enclaves in debug mode, whose memory the host reads, may decrypt',
    'Take the zeros out of the policy.',
  )
  for (const register of ['PCR0', 'PCR1', 'PCR2']) {
    const keys = [...attested.keys()].filter((key) => key.endsWith(`:${register}`) || (register === 'PCR0' && key.endsWith(':ImageSha384')))
    const other = new Map([...attested, ...keys.map((key) => [key, 'ab'.repeat(48)] as const)])
    finding(
      `another ${register}`,
      decrypts(other).length === 0,
      'is refused',
      `an image that differs in ${register} may decrypt`,
      `Add ${register} to the conditions.`,
    )
  }
  const changers = principals.filter(({ arn, accountId }) => {
    const decision = evaluatePolicy(policy, { principalArn: arn, accountId, action: 'kms:PutKeyPolicy', context: new Map() })
    return decision === 'allowed' || decision === 'delegated'
  })
  findings.push({
    name: `${name}: changes`,
    state: 'good',
    what: `${changers.map(({ arn }) => arn).join(', ') || 'nobody'} may change it, and so open everything`,
  })
  return findings
}

/** Whether the host's proxy answers, by asking it for a place that does not exist: it must refuse by name. */
export function findEgress(path: string | undefined): Promise<Finding> {
  const name = 'way out'
  if (path === undefined)
    return Promise.resolve({
      name,
      state: 'absent',
      what: 'none was given',
      remedy: '--egress PATH; only sealed models and shared keys need one',
    })
  return new Promise((resolve) => {
    const remedy = 'Start it: nacre egress --listen unix:PATH --region REGION --store DIR'
    const wrong = (what: string) => resolve({ name, state: 'wrong', what, remedy })
    const outgoing = request({ socketPath: path, method: 'CONNECT', path: 'nowhere.nacre.internal:1', timeout: 5000, agent: false })
    outgoing.once('connect', ({ statusCode }, socket) => {
      socket.destroy()
      if (statusCode === 403)
        resolve({ name, state: 'good', what: `the proxy at ${path} answers, and refuses what it was not told to allow` })
      else wrong(`what listens at ${path} connects to anywhere, or is no proxy (status ${statusCode})`)
    })
    outgoing.once('response', (response) => {
      response.destroy()
      wrong(`what listens at ${path} is no proxy`)
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer within 5 s')))
    outgoing.once('error', (error) => wrong(`nobody answers at ${path}: ${error.message}`))
    outgoing.end()
  })
}

/** Everybody the policy speaks of, and somebody else of each account. */
function principalsOf(policy: KeyPolicy): { arn: string; accountId: string }[] {
  const named = policy.Statement.flatMap(({ Principal }) => (Principal === '*' ? [] : [Principal.AWS].flat()))
  const accounts = [...new Set(named.flatMap((arn) => /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(arn)?.[1] ?? []))]
  const arns = named.filter((arn) => arn !== '*' && !arn.endsWith(':root'))
  const others = (accounts.length === 0 ? ['000000000000'] : accounts).map((account) => `arn:aws:iam::${account}:user/anybody-else`)
  return [...new Set([...arns, ...others])].map((arn) => ({ arn, accountId: /::(\d{12}):/.exec(arn)?.[1] ?? '' }))
}

function registersOf({ pcr0, pcr1, pcr2, pcr8 }: ImageMeasurements): Map<string, string> {
  const prefix = 'kms:RecipientAttestation:'
  const entries = [
    ['ImageSha384', pcr0],
    ['PCR0', pcr0],
    ['PCR1', pcr1],
    ['PCR2', pcr2],
    ['PCR8', pcr8],
  ] as const
  return new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[prefix + name, value.slice(2)] as const])))
}
