import type { Certificate } from '../certificate.ts'
import { exchangeMsMaxDefault } from '../endpoint.ts'
import type { Policy } from '../policy.ts'
import { type Attested, openSession, type Session } from '../session.ts'
import { openHttpEndpoint, parseEndpointUrl } from './http-endpoint.ts'

/** A session of Node's, over TLS that ends at the attested key or, over plain http, with encrypted bodies. The enclave is verified before this client is there. */
export type AttestedClient = Pick<Session, 'model' | 'infer' | 'close'> & Attested

export type ConnectParameters = {
  url: string
  /** Trust anchor, e.g. `awsNitroRootG1`. */
  root: Certificate
  policy: Policy
  /** Oldest document and receipt to accept. @default 600,000 */
  ageMsMax?: number | undefined
  /** For one exchange over the network. @default 30,000 */
  exchangeMsMax?: number | undefined
  /** How long to go on asking an endpoint that is away or overloaded. @default 15,000 */
  patienceMsMax?: number | undefined
  nowMs: () => number
  /** From a cryptographic generator: nonces and request ids come from it. */
  randomBytes: (length: number) => Uint8Array
}

/** @throws `VerifierError` when the endpoint is not an enclave that the policy accepts, `EndpointError` when it cannot be asked */
export async function connect(parameters: ConnectParameters): Promise<AttestedClient> {
  const { exchangeMsMax = exchangeMsMaxDefault, randomBytes, ...rest } = parameters
  const url = parseEndpointUrl(parameters.url)
  const session = openSession({ ...rest, random: randomBytes, openEndpoint: () => openHttpEndpoint(url, { exchangeMsMax }) })
  let latest: Attested
  try {
    latest = await session.attested()
  } catch (error) {
    session.close()
    throw error
  }
  return {
    get enclave() {
      return latest.enclave
    },
    get attestation() {
      return latest.attestation
    },
    get keyset() {
      return latest.keyset
    },
    get protection() {
      return latest.protection
    },
    model: session.model,
    async infer(question) {
      const answer = await session.infer(question)
      latest = await session.attested()
      return answer
    },
    close: session.close,
  }
}
