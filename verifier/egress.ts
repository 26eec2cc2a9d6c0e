/**
 * What an enclave asks its host to be connected to, as `CONNECT host:port` (RFC 9110 section 9.3.6) over the one socket that leads out. These two names are the host itself; every other is a place on
 * the network, which the host allows or does not. The host carries bytes: what must be secret is encrypted inside, what must be genuine is checked inside.
 */
export const hostServices = {
  /** `GET /sealed/{model id}` is the ciphertext of a sealed model; `GET|PUT /state/{name}` what an enclave sealed for its successors. */
  store: 'store.nacre.internal:80',
  /** Another enclave of the same host, to take a secret over from: its plain HTTP listener. */
  peer: 'peer.nacre.internal:80',
  /** `GET /` is a JSON object of AWS credentials, in the form of the container credentials endpoint. */
  credentials: 'credentials.nacre.internal:80',
} as const

/** Instance metadata of EC2, as every instance sees it. */
export const instanceMetadata = '169.254.169.254:80'
