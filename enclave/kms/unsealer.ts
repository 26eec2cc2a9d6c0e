import { createReadStream } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { fromHex } from '@nacre/verifier/bytes'
import { hostServices } from '@nacre/verifier/egress'
import { sealedModelContext } from '@nacre/verifier/sealed-model'
import { EnclaveError } from '../errors.ts'
import type { SealedWeights } from '../model-folder.ts'
import { type Egress, openResponse, type TlsTrust } from './egress.ts'
import type { Kms } from './kms-client.ts'
import { isDataKeyOf, openSealedWeights } from './sealed-weights.ts'

/** Opens sealed models. Weights are nowhere whole in here: they pass chunk by chunk to the model's process. */
export type Unsealer = {
  /** @throws `KMS_…`, `CREDENTIALS_UNAVAILABLE`, `EGRESS_…`, `NSM_…`, `SEALED_WEIGHTS_UNAVAILABLE`; the weights themselves as {@link openSealedWeights} */
  open(weights: SealedWeights): Promise<AsyncIterable<Uint8Array>>
  close(): void
}

/** @param webTrust who vouches for web servers. What they give is authenticated by itself; this only keeps a passer-by from seeing who asks for what. */
export function createUnsealer({
  kms,
  egress,
  webTrust = { ca: rootCertificates },
}: {
  kms: Kms
  egress: Egress
  webTrust?: TlsTrust
}): Unsealer {
  /** By model id. Kept, so that a model whose process ends needs no KMS to come back. */
  const dataKeys = new Map<string, Uint8Array>()

  async function dataKeyOf({ sealed }: SealedWeights): Promise<Uint8Array> {
    const known = dataKeys.get(sealed.modelId)
    if (known !== undefined) return known
    const dataKey = await kms.decrypt({
      keyArn: sealed.keyArn,
      ciphertext: fromHex(sealed.encryptedKey),
      context: sealedModelContext(sealed.modelId),
      accept: isDataKeyOf(sealed),
    })
    dataKeys.set(sealed.modelId, dataKey)
    return dataKey
  }

  return {
    async open(weights) {
      const dataKey = await dataKeyOf(weights)
      const { sealed, header } = weights
      return openSealedWeights({ sealed, header, dataKey, ciphertext: await fetchCiphertext(egress, weights, webTrust) })
    },
    close() {
      for (const key of dataKeys.values()) key.fill(0)
      dataKeys.clear()
      kms.close()
    },
  }
}

/** From the image, from a web server, or from the host's disk: wherever it comes from, only the sealed bytes open. */
async function fetchCiphertext(
  egress: Egress,
  { sealed, ciphertext }: SealedWeights,
  webTrust: TlsTrust,
): Promise<AsyncIterable<Uint8Array>> {
  if ('path' in ciphertext) return createReadStream(ciphertext.path, { highWaterMark: 1 << 20 })
  const ask =
    'url' in ciphertext
      ? { target: targetOf(ciphertext.url), path: pathOf(ciphertext.url), tls: webTrust }
      : { target: hostServices.store, path: `/sealed/${sealed.modelId}` }
  return openResponse(egress, { ...ask, timeoutMs: 30_000 }).catch((cause: unknown) => {
    const received = cause instanceof EnclaveError ? cause.code : undefined
    throw new EnclaveError('SEALED_WEIGHTS_UNAVAILABLE', undefined, { received, cause })
  })
}

function targetOf({ hostname, port }: URL): string {
  return `${hostname}:${port === '' ? 443 : port}`
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search
}
