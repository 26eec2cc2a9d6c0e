import { Agent } from 'node:https'
import { resolve } from 'node:path'
import { fromUtf8, utf8 } from '@nacre/verifier/bytes'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput, writeOutput } from '@nacre/verifier/cli/files'
import { formatBytes, type Report, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { sealedModelContext } from '@nacre/verifier/sealed-model'
import type { Command } from 'commander'
import { sealedModelPolicy } from '../kms/key-policy.ts'
import { readModelToSeal } from '../kms/model-to-seal.ts'
import { SealError } from '../kms/seal-error.ts'
import { sealModel } from '../kms/seal-model.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `model seal` and `model policy` to the group `model`. */
export function addModelSealCommands(group: Command, terminal: Terminal = processTerminal): void {
  const seal = group
    .command('seal')
    .description('Encrypt a model so that only an enclave with the right measurements can open it.')
    .argument('<MODEL>', 'model.onnx, or the folder of a model: of a program all of its parts are sealed')
    .requiredOption('--kms-key <ARN>', 'the key of AWS KMS: arn:aws:kms:REGION:ACCOUNT:key/ID')
    .requiredOption('--out <DIR>', 'receives models/NAME (for the image) and store/sealed/MODEL-ID (for the host)')
    .option('--manifest <FILE>', 'its manifest (default: manifest.json beside it or in the folder; "nacre model add" writes one)')
    .option('--kms-endpoint <URL>', 'another KMS than AWS\'s, such as that of "nacre kms serve"')
    .option('--kms-ca <FILE>', 'certificate that vouches for it (PEM)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Credentials come from where the AWS SDK looks (environment, profile, role); they need kms:GenerateDataKey on the key. The data key is never written down.

Then build the image with models/NAME in it, and put the policy on the key that "nacre model policy" prints for the image's measurements.`,
    )
    .action((model: string, options: SealOptions) => runVerb(terminal, options.json === true, () => sealVerb(model, options, terminal)))

  const policy = group
    .command('policy')
    .description('Print the key policy under which only these images open what was sealed.')
    .requiredOption(
      '--measurements <FILE...>',
      'JSON with pcr0, pcr1, pcr2 and, for signed images, pcr8, as "nacre measure --json" or the image\'s build print',
    )
    .requiredOption('--administrator <ARN>', 'who may change the policy, and so in the end open everything')
    .requiredOption('--owner <ARN>', 'who seals')
    .requiredOption('--enclave-role <ARN>', "the instance's role")
    .option('--keeps', 'these enclaves may also keep a secret of their own under the key (image build --keep-key)')
    .option('--out <FILE>', 'write it there')
    .option('--json', 'print one JSON object')
    .action((options: PolicyOptions) => runVerb(terminal, options.json === true, async () => policyVerb(options)))
  for (const command of [seal, policy]) twoOnMisuse(command, terminal)
}

type SealOptions = { kmsKey: string; out: string; manifest?: string; kmsEndpoint?: string; kmsCa?: string; json?: true }
type PolicyOptions = {
  measurements: string[]
  administrator: string
  owner: string
  enclaveRole: string
  keeps?: true
  out?: string
  json?: true
}

async function sealVerb(model: string, options: SealOptions, terminal: Terminal): Promise<Report> {
  const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,32}):\d{12}:key\/[A-Za-z0-9-]{1,64}$/.exec(options.kmsKey)?.[1]
  if (region === undefined)
    throw usage('--kms-key takes the ARN of a key', 'arn:aws:kms:REGION:ACCOUNT:key/ID. An alias could be pointed at another key later.')
  const toSeal = refusals(() => readModelToSeal(model, options.manifest))
  const dataKey = await generateDataKey(options, region, sealedModelContext(toSeal.id))
  const showProgress = terminal.colour && options.json !== true
  const files = await sealModel({
    model: toSeal,
    keyArn: options.kmsKey,
    dataKey,
    outDirectory: resolve(options.out),
    randomBytes: terminal.randomBytes,
    onProgress: (done, bytes) =>
      showProgress ? terminal.stderr(`\r  sealing ${Math.round((100 * done) / bytes)} %${done === bytes ? '\n' : ''}`) : undefined,
  }).catch(refused)
  const { modelDirectory, ciphertextPath, ciphertextSha256, sealed } = files
  const isProgram = toSeal.manifest.platform === 'nacre_program'
  return {
    ok: true,
    title: `${model}: sealed, ${formatBytes(sealed.weightsBytes)}`,
    checks: [],
    verdict: isProgram ? 'All parts are encrypted under a key that KMS keeps.' : 'The weights are encrypted under a key that KMS keeps.',
    sections: [
      {
        title: 'Written',
        rows: [
          ['for the image', modelDirectory],
          ['for the host', ciphertextPath],
          ['its SHA-256', ciphertextSha256],
          ['model id', `${sealed.modelId} (as of the open model: receipts and registries do not change)`],
        ],
      },
      {
        title: 'Next',
        rows: [
          ['1', 'build the image with that folder among its models, and measure it'],
          ['2', 'nacre model policy --measurements FILE --administrator ARN --owner ARN --enclave-role ARN'],
          ['3', "aws kms put-key-policy: until then the key's present policy decides who opens the model"],
        ],
      },
    ],
    notes: [
      isProgram
        ? 'The manifests stay readable: settings, stages, names and shapes of tensors, sizes and hashes of all parts.'
        : 'The manifest stays readable: names and shapes of tensors, labels, size and hash of the weights.',
    ],
    data: { modelId: sealed.modelId, modelDirectory, ciphertextPath, ciphertextSha256, keyArn: sealed.keyArn },
  }
}

function refusals<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): never {
  if (error instanceof SealError || (error as NodeJS.ErrnoException).code !== undefined)
    throw new CliError('INPUT_UNREADABLE', (error as Error).message, { cause: error })
  throw error
}

async function generateDataKey({ kmsKey, kmsEndpoint, kmsCa }: SealOptions, region: string, context: Record<string, string>) {
  // Its advice on versions of Node is not for who seals a model.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const { GenerateDataKeyCommand, KMSClient } = await import('@aws-sdk/client-kms')
  const ca = kmsCa === undefined ? undefined : Buffer.from(readInput(kmsCa, 64 * 1024)).toString('utf8')
  const client = new KMSClient({
    region,
    ...(kmsEndpoint === undefined ? {} : { endpoint: kmsEndpoint }),
    ...(ca === undefined ? {} : { requestHandler: { httpsAgent: new Agent({ ca }) } }),
  })
  try {
    const { Plaintext, CiphertextBlob } = await client.send(
      new GenerateDataKeyCommand({ KeyId: kmsKey, KeySpec: 'AES_256', EncryptionContext: context }),
    )
    if (Plaintext?.length !== 32 || CiphertextBlob === undefined) throw new Error('KMS gave no data key')
    return { plaintext: Plaintext, ciphertext: Uint8Array.from(CiphertextBlob) }
  } catch (error) {
    const { name, message } = error as Error
    throw new CliError('KMS_FAILED', `KMS gives no data key: ${name}: ${message}`, {
      remedy: 'Check the key, the region, the endpoint, and that your credentials have kms:GenerateDataKey.',
      cause: error,
    })
  } finally {
    client.destroy()
  }
}

function policyVerb({ measurements, administrator, owner, enclaveRole, keeps, out }: PolicyOptions): Report {
  for (const arn of [administrator, owner, enclaveRole])
    if (!/^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]{1,512}$/.test(arn)) throw usage(`${arn} is not the ARN of a user or role`)
  const policy = sealedModelPolicy({
    administratorArn: administrator,
    ownerArn: owner,
    enclaveRoleArn: enclaveRole,
    measurements: measurements.map(readMeasurements),
    keeps: keeps === true,
  })
  const text = `${JSON.stringify(policy, null, 2)}\n`
  if (out !== undefined) writeOutput(out, utf8(text))
  return {
    ok: true,
    title: `Key policy for ${measurements.length} image${measurements.length === 1 ? '' : 's'}${out === undefined ? '' : `, in ${out}`}`,
    checks: [],
    verdict: out === undefined ? text : 'Put it on the key with: aws kms put-key-policy --key-id ARN --policy file://FILE',
    sections: [],
    notes: policyNotes,
    data: { policy },
  }
}

/** Where such policies go wrong; also what `nacre doctor` looks for. */
const policyNotes = [
  "kms:RecipientAttestation:ImageSha384 is PCR0, not the SHA-384 of the image's file: take the value from the measurements.",
  "A permission with a condition protects nothing while another statement permits without it; AWS's default statement for the account's root is one. Hence the denials, one for each register.",
  'Registers of an enclave in debug mode are zero: never put zeros here.',
  'PCR0 covers the image alone. Which role and which instance run it is PCR3 and PCR4; add them where that matters.',
  'Whoever may call kms:PutKeyPolicy opens everything: no CI role should.',
]

type Measurements = Parameters<typeof sealedModelPolicy>[0]['measurements'][number]

export function readMeasurements(path: string): Measurements {
  const isPcr = (value: unknown) => typeof value === 'string' && /^0x[0-9a-f]{96}$/i.test(value) && !/^0x0+$/.test(value)
  const bytes = readInput(path, 64 * 1024)
  try {
    const value = JSON.parse(fromUtf8(bytes)) as Measurements
    const { pcr0, pcr1, pcr2, pcr8 } = value
    if ([pcr0, pcr1, pcr2].every(isPcr) && (pcr8 === undefined || isPcr(pcr8)))
      return pcr8 === undefined ? { pcr0, pcr1, pcr2 } : { pcr0, pcr1, pcr2, pcr8 }
  } catch {}
  throw new CliError('INPUT_UNREADABLE', `${path} holds no measurements`, {
    remedy: 'JSON with pcr0, pcr1 and pcr2, 48 bytes each in hexadecimal, none of them zero.',
  })
}
