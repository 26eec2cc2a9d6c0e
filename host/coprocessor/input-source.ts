import type { Hex } from '@nacre/verifier/bytes'
import { openHttpEndpoint } from '@nacre/verifier/cli/http-endpoint'
import { NoAnswer } from './answers.ts'
import { brief } from './chain.ts'
import type { RequestRecord } from './contract.ts'
import { RelayerError } from './errors.ts'
import type { InputStore } from './inputs.ts'

/** What of a request, or of a subscription, says where its input is. */
export type InputRecord = Pick<RequestRecord, 'input' | 'inputUri'> & { readonly request: { readonly inputHash: Hex } }

/** The input of a request, checked against its hash. */
export type InputSource = {
  /** @throws `NoAnswer` with `INPUT_AWAITED`, `INPUT_UNFIT`, `INPUT_TOO_LARGE` */
  find(record: InputRecord): Promise<Uint8Array>
}

export type InputSourceParameters = {
  store: InputStore
  inputBytesMax: number
  /** Origins, such as `https://inputs.example`, from which inputs are fetched. None by default. */
  origins: readonly string[]
}

/**
 * From the chain, from what was handed over, or from a URL that the request names.
 *
 * The attack: a request names a URL inside the relayer's network, and the relayer asks there with its rights. So nothing is fetched but from origins that the operator listed, without
 * redirects. What comes is bounded and must have the request's hash; who serves it does not matter then, and no certificate authority is asked.
 */
export function inputSource({ store, inputBytesMax, origins }: InputSourceParameters): InputSource {
  return {
    async find({ request, input, inputUri }) {
      if (input !== null) {
        if (input.length > inputBytesMax) throw new NoAnswer('INPUT_TOO_LARGE', `The input has ${input.length} bytes`)
        return input
      }
      const stored = await store.get(request.inputHash)
      if (stored !== null) return stored
      const url = listedUrl(inputUri, origins)
      if (url === null) {
        const why =
          inputUri === ''
            ? 'Nobody handed it over yet'
            : 'Nobody handed it over yet, and the place that the request names is not listed here'
        throw new NoAnswer('INPUT_AWAITED', `${why} (PUT /v1/inputs/${request.inputHash})`)
      }
      const endpoint = openHttpEndpoint(new URL(url.origin), { exchangeMsMax: fetchMsMax })
      try {
        const { status, body } = await endpoint.send({ path: `${url.pathname}${url.search}`, answerBytesMax: inputBytesMax })
        if (status !== 200) throw new NoAnswer('INPUT_AWAITED', `${url.origin} answered with status ${status}`)
        await store.put(body, request.inputHash)
        return body
      } catch (error) {
        if (error instanceof NoAnswer) throw error
        // Whoever serves it may serve the right bytes later.
        const reason = error instanceof RelayerError ? error.code : brief(error)
        throw new NoAnswer('INPUT_AWAITED', `The input could not be had from ${url.origin}: ${reason}`, error)
      } finally {
        endpoint.close()
      }
    },
  }
}

/** The URL, if it is of a listed origin; `null` otherwise. */
export function listedUrl(text: string, origins: readonly string[]): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return null
  return origins.includes(url.origin) ? url : null
}

const fetchMsMax = 20_000
