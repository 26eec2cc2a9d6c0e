import { fromHex, type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { type AttestedClient, connect } from '@nacre/verifier/cli/attested-client'
import { EndpointError } from '@nacre/verifier/endpoint'
import { VerifierError } from '@nacre/verifier/errors'
import type { VerifiedInference } from '@nacre/verifier/inference'
import type { Policy } from '@nacre/verifier/policy'
import { type Receipt, type ReceiptDomain, receiptKeyAddress } from '@nacre/verifier/receipt'
import { type ReceiptInclusion, verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import { signatureOf } from '@nacre/verifier/response'
import { decodeTensors, encodeTensors, type Tensor } from '@nacre/verifier/tensor'
import { brief } from './chain.ts'
import type { Answer, CoprocessorSite, RequestRecord } from './contract.ts'
import type { RefusalCode, WaitCode } from './requests.ts'

/**
 * Where answers come from: an enclave that this relayer verified itself, by its own root and policy. An answer that does not verify costs nothing: it is refused before a transaction is made.
 */
export type AnswerSource = {
  /** Name of the model, if the enclave measured one with this id and it is to be served. @throws {@link NoAnswer} */
  modelName(modelId: Hex): Promise<string | null>
  /** `batched`: with a place in the enclave's log in place of a signature of its own, so that many can be brought together. @throws {@link NoAnswer} */
  ask(record: AskedRecord, input: Uint8Array, mode: 'immediate' | 'batched'): Promise<KeptAnswer>
  /** Whether an answer that was kept is what the enclave of this moment signed for this request. */
  isGood(record: RequestRecord, kept: KeptAnswer): Promise<boolean>
  close(): void
}

export type KeptAnswer = Answer & { readonly signer: Hex } & (
    | { readonly signature: Hex; readonly inclusion?: undefined }
    | { readonly signature?: undefined; readonly inclusion: ReceiptInclusion }
  )

/** What of a request the enclave is asked. */
export type AskedRecord = Pick<RequestRecord, 'requestId' | 'outputNames'> & {
  readonly request: { readonly terms: { readonly modelId: Hex } }
}

/** No answer, and what that means for the request. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly code: WaitCode | RefusalCode
  constructor(code: WaitCode | RefusalCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export type AnswerSourceParameters = {
  site: CoprocessorSite
  /** The enclave, by its relay. */
  url: string
  root: Certificate
  policy: Policy
  /** Names of the models to serve. */
  models: readonly string[]
  /** Answer with the receipt key that enclaves of the image have in common: the one to take where the registry has that one. It proves no places, so each answer has a signature. @default false */
  keptKey?: boolean | undefined
  ageMsMax?: number | undefined
  nowMs(): number
  randomBytes(length: number): Uint8Array
}

export function answersFrom(parameters: AnswerSourceParameters): AnswerSource {
  const { site, models, keptKey = false } = parameters
  let connected: Promise<{ client: AttestedClient; names: ReadonlyMap<Hex, string> }> | null = null

  async function open() {
    const client = await connect({ ...parameters, patienceMsMax })
    try {
      const measured = await Promise.all(models.map(async (name) => [(await client.model(name)).id, name] as const))
      return { client, names: new Map<Hex, string>(measured) }
    } catch (error) {
      client.close()
      throw error
    }
  }

  function drop() {
    connected?.then(
      ({ client }) => client.close(),
      () => undefined,
    )
    connected = null
  }

  /** A new enclave has new keys, and the connection to the old one is of no use: once more, with whoever is there now. */
  async function withEnclave<T>(work: (enclave: { client: AttestedClient; names: ReadonlyMap<Hex, string> }) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      connected ??= open()
      const mine = connected
      try {
        return await work(await mine)
      } catch (error) {
        const verdict = judged(error)
        // With a status it answered: it is there, and the one that was verified.
        const isThere = verdict.code !== 'ENCLAVE_AWAY' || (error instanceof EndpointError && error.status !== undefined)
        if (!isThere && connected === mine) drop()
        if (isThere || attempt === 2) throw verdict
      }
    }
  }

  return {
    modelName: (modelId) => withEnclave(async ({ names }) => names.get(modelId) ?? null),

    ask: (record, input, mode) =>
      withEnclave(async ({ client, names }) => {
        const model = names.get(record.request.terms.modelId)
        if (model === undefined) throw new NoAnswer('MODEL_NOT_SERVED', 'No model with this id is served')
        let inputs: Tensor[]
        try {
          inputs = decodeTensors(input)
        } catch (cause) {
          throw new NoAnswer('INPUT_UNFIT', `The input is not a canonical encoding of tensors: ${brief(cause)}`, cause)
        }
        const { outputs: all, inputs: specs } = (await client.model(model)).manifest
        // The client sends them in the manifest's order, and the hash is of the order in which they came.
        if (specs.length !== inputs.length || !specs.every(({ name }, index) => inputs[index]?.name === name))
          throw new NoAnswer('INPUT_UNFIT', `The input's tensors are not ${specs.map(({ name }) => name).join(', ')}, in this order`)
        const { outputNames } = record
        const isWhole = outputNames.length === all.length && all.every(({ name }, index) => name === outputNames[index])
        const known = all.map(({ name }) => name).filter((name) => outputNames.includes(name))
        if (known.length !== outputNames.length || !known.every((name, index) => name === outputNames[index]))
          throw new NoAnswer('OUTPUTS_UNKNOWN', `Model "${model}" cannot answer with these outputs in this order`)
        const { answer, inference } = await client.infer({
          model,
          inputs,
          requestId: record.requestId,
          domain: domainOf(site),
          binary: true,
          receiptMode: mode,
          ...(isWhole ? {} : { outputNames }),
        })
        const { timestampMs, sequence } = inference.receipt
        const outputs = toHex(encodeTensors(inference.outputs))
        if (keptKey) return { timestampMs, sequence, outputs, ...keptOf(inference) }
        const kept = { timestampMs, sequence, outputs, signer: inference.signer }
        return answer.inclusion === undefined ? { ...kept, signature: signatureOf(answer) } : { ...kept, inclusion: answer.inclusion }
      }),

    isGood: (record, kept) =>
      withEnclave(async ({ client }) => {
        const receipt = await receiptOf(record, kept)
        const { signature, inclusion } = kept
        const { signer, keyset } = client.enclave
        if (keptKey && (keyset.keptReceiptKey === undefined || inclusion !== undefined)) return false
        const authority = keyset.keptReceiptKey !== undefined && keptKey ? receiptKeyAddress(fromHex(keyset.keptReceiptKey)) : signer
        // In here: outside, an answer that does not verify is taken for an enclave that is being replaced, and waited for.
        return verifyReceiptProof({ receipt, domain: domainOf(site), signer: authority, signature, inclusion }).then(
          () => true,
          () => false,
        )
      }),

    close: drop,
  }
}

/** Of an answer that was verified. */
function keptOf({ kept }: VerifiedInference): NonNullable<VerifiedInference['kept']> {
  if (kept === null) throw new NoAnswer('ENCLAVE_AWAY', 'The enclave that is there has no receipt key in common with others of its image')
  return kept
}

/** The contract as the audience of receipts. */
export function domainOf({ chainId, contract }: CoprocessorSite): NonNullable<ReceiptDomain> {
  return { chainId: BigInt(chainId), verifyingContract: contract }
}

/** The receipt that the contract will put together from the request and the answer. */
export async function receiptOf({ requestId, request }: Pick<RequestRecord, 'requestId' | 'request'>, answer: Answer): Promise<Receipt> {
  const outputHash = toHex(await sha256(fromHex(answer.outputs)))
  const { timestampMs, sequence } = answer
  return { requestId, modelId: request.terms.modelId, inputHash: request.inputHash, outputHash, timestampMs, sequence }
}

/** What an error of the enclave's client means: it is away, or it will not answer this. */
function judged(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error
  if (error instanceof EndpointError) {
    const isFinal = error.code === 'INPUT_UNFIT' || (error.status !== undefined && finalStatuses.has(error.status))
    return new NoAnswer(isFinal ? 'INPUT_UNFIT' : 'ENCLAVE_AWAY', brief(error), error)
  }
  // Not to be trusted, or not yet: an enclave that was just replaced looks like that as well.
  if (error instanceof VerifierError) return new NoAnswer('ENCLAVE_AWAY', `${error.code}: ${brief(error)}`, error)
  return new NoAnswer('ENCLAVE_AWAY', brief(error), error)
}

/** For an enclave that is being booted again; who waits for longer is asked again later. */
const patienceMsMax = 3_000
/** Statuses with which an enclave refuses what it was asked, and would again. */
const finalStatuses = new Set([400, 404, 411, 413, 415, 422])
