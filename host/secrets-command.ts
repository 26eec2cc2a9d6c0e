import type { Address } from 'viem'

/** What an enclave's command line, and so its measurement, says about secrets. */
export type SecretsCommand = {
  /** Another KMS than AWS's, with the certificate that vouches for it. */
  kms: { host: string; port: number; certificateDer: Uint8Array } | null
  credentials: 'instance' | 'host'
  /** Share keys with enclaves whose documents verify up to this root: AWS's, or a certificate (DER). */
  handoverRoot?: 'aws' | Uint8Array | undefined
  /** Who may approve that they go to another image. */
  handoverOwner?: Address | undefined
  /** Keep what is shared under this key of KMS. */
  keepKeyArn?: string | undefined
  /** Share and keep a receipt key for contracts too. */
  keepReceiptKey?: boolean | undefined
}

/** @param egress where the enclave finds the host's proxy: `unix:PATH` or `vsock:PORT` */
export function secretsArguments(secrets: SecretsCommand, egress: string): string[] {
  const { kms, credentials, handoverRoot, handoverOwner, keepKeyArn, keepReceiptKey } = secrets
  const args = ['--egress', egress, '--kms-credentials', credentials]
  if (kms !== null) args.push('--kms-endpoint', `${kms.host}:${kms.port}`, '--kms-ca', base64(kms.certificateDer))
  if (handoverRoot !== undefined) args.push('--handover-root', handoverRoot === 'aws' ? 'aws' : base64(handoverRoot))
  if (handoverOwner !== undefined) args.push('--handover-owner', handoverOwner.toLowerCase())
  if (keepKeyArn !== undefined) args.push('--keep-key', keepKeyArn)
  if (keepReceiptKey) args.push('--keep-receipt-key')
  return args
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
