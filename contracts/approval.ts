/**
 * Route 1 of the registry from TypeScript: an approver who verified an attestation document off chain signs a
 * `KeyApproval`, and anyone submits it to `registerApprovedKey`.
 */
import { type Address, concat, type Hex, keccak256, size } from 'viem'

/** See `KeyApproval` in src/IEnclaveRegistry.sol. Times are seconds since 1970; the document itself counts milliseconds. */
export type KeyApproval = {
  /** Address of the enclave's receipt key. */
  key: Address
  imageId: Hex
  modelsId: Hex
  /** SHA-256 of the COSE bytes of the attestation document. */
  documentHash: Hex
  attestedAtSeconds: bigint
  expiresAtSeconds: bigint
}

/** Where an approval counts: one registry on one chain. */
export type ApprovalDomain = { chainId: number | bigint; registry: Address }

export const keyApprovalTypes = {
  KeyApproval: [
    { name: 'key', type: 'address' },
    { name: 'imageId', type: 'bytes32' },
    { name: 'modelsId', type: 'bytes32' },
    { name: 'documentHash', type: 'bytes32' },
    { name: 'attestedAtSeconds', type: 'uint64' },
    { name: 'expiresAtSeconds', type: 'uint64' },
  ],
} as const

/** The EIP-712 typed data of an approval, for viem's `hashTypedData`, `signTypedData` and wallets. */
export function keyApprovalTypedData(approval: KeyApproval, { chainId, registry }: ApprovalDomain) {
  return {
    domain: { name: 'Nacre', version: '1', chainId: BigInt(chainId), verifyingContract: registry },
    types: keyApprovalTypes,
    primaryType: 'KeyApproval',
    message: approval,
  } as const
}

/** Whatever signs typed data without a network: a viem `LocalAccount`, or a wrapper around an HSM or KMS. */
export type ApprovalSigner = { signTypedData: (typedData: ReturnType<typeof keyApprovalTypedData>) => Promise<Hex> }

/**
 * Signs an approval as 65 bytes r || s || v.
 *
 * Signing is a promise that the document was verified up to the pinned root and binds this key to these
 * measurements. Call it after `verifyAttestation`, never instead of it.
 */
export function signKeyApproval(parameters: { approval: KeyApproval; account: ApprovalSigner } & ApprovalDomain): Promise<Hex> {
  const { approval, account, chainId, registry } = parameters
  return account.signTypedData(keyApprovalTypedData(approval, { chainId, registry }))
}

/** keccak256(pcr0 || pcr1 || pcr2), as the registry computes it in `approveImage`. */
export function imageIdOf(pcrs: { pcr0: Hex; pcr1: Hex; pcr2: Hex }): Hex {
  return keccak256(concat([measurement(0, pcrs.pcr0), measurement(1, pcrs.pcr1), measurement(2, pcrs.pcr2)]))
}

/** keccak256(pcr16), as the registry computes it in `approveModels`. */
export function modelsIdOf(pcr16: Hex): Hex {
  return keccak256(measurement(16, pcr16))
}

function measurement(pcr: number, value: Hex): Hex {
  if (size(value) !== 48) throw new RangeError(`PCR${pcr}: expected 48 bytes, received ${size(value)}`)
  return value
}
