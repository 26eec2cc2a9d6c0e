import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import type { Hex } from '@nacre/verifier/bytes'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import type { NacreFetch } from '@nacre/verifier/nacre-fetch'
import type { Policy } from '@nacre/verifier/policy'
import { encodeInferRequest } from '@nacre/verifier/response'
import type { AttestedAnswer } from '@nacre/verifier/session'
import type { Tensor } from '@nacre/verifier/tensor'
import type { VerificationCheck } from '@nacre/verifier/verification-check'
import { createNacreFetch } from '@nacre/verifier/web/fetch'
import type { Published } from '../routes.ts'
import { byId } from './dom.ts'

/** What passed between this page and the host in one exchange: all that the host could keep. */
export type Wire = {
  url: string
  headers: [string, string][]
  request: Uint8Array
  status: number
  responseHeaders: [string, string][]
  response: Uint8Array
}

/** What the page's parts share: what the host claims, and what is under way. */
export const state: {
  published: Published
  model: string
  client: NacreFetch | undefined
  wire: Wire | undefined
  /** Where the checks of what is under way are written. */
  onCheck: (check: VerificationCheck) => void
} = {
  published: { simulated: true, ownCopy: false, rootPem: null, measurements: [], models: [], keepsLog: false },
  model: 'digits',
  client: undefined,
  wire: undefined,
  onCheck: () => undefined,
}

/** What the person accepts, from the fields of the page. */
export function accepted(): { root: Certificate; policy: Policy } {
  const pem = (byId('root') as HTMLTextAreaElement).value.trim()
  const pcr0 = (byId('pcr0') as HTMLInputElement).value.trim() as Hex
  return { root: pem === '' ? awsNitroRootG1 : certificateFromPem(pem), policy: { measurements: [{ pcr0 }], modelIds: 'any-measured' } }
}

/** @param base what stands before the endpoint's routes */
export function connect(base = '/'): NacreFetch {
  const url = new URL(base, location.origin)
  return createNacreFetch({ url, ...accepted(), fetch: recordingFetch, onCheck: (check) => state.onCheck(check) })
}

/** Keeps a copy of what passes. Requests that hold anything of the person's go through it and nothing else. */
const recordingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (init?.method !== 'POST') return response
  const copy = new Uint8Array(await response.clone().arrayBuffer())
  state.wire = {
    url: String(input),
    headers: Object.entries((init.headers ?? {}) as Record<string, string>),
    request: init.body as Uint8Array,
    status: response.status,
    responseHeaders: [...response.headers].filter(([name]) => /^(content-type|ehbp-|inference-)/.test(name)),
    response: copy,
  }
  return response
}

export function random32(): Hex {
  return `0x${[...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** @param asked `base`: what stands before the endpoint's routes */
export async function infer(
  over: NacreFetch,
  asked: { inputs: readonly Tensor[]; base?: string; commitmentSalt?: Hex | undefined },
): Promise<AttestedAnswer> {
  const { inputs, base = '', commitmentSalt } = asked
  const { headers, body } = encodeInferRequest({ inputs, requestId: random32(), binary: true, commitmentSalt })
  const response = await over(`${base}/v2/models/${encodeURIComponent(state.model)}/infer`, {
    method: 'POST',
    headers,
    body: body as BodyInit,
  })
  const evidence = over.evidenceOf(response)
  if (evidence !== undefined) return evidence
  const { code, error } = (await response.json()) as { code?: string; error?: string }
  throw Object.assign(new Error(error ?? `status ${response.status}`), { code: code ?? `STATUS_${response.status}` })
}
