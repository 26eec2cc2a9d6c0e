/**
 * Route 3 of the registry from TypeScript: the enclave of an approved verifier image checked another's attestation document
 * and signed an `EnclaveVerification` with its receipt key; anyone submits it to `registerVerifiedEnclave`. The enclave
 * itself hashes it by `@nacre/verifier/enclave-verification`; test/parity holds the two together.
 */
import { type Address, encodeFunctionData, type Hex } from 'viem'
import type { RegistrationPlan } from './attestation-prover.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'

/** See `EnclaveVerification` in src/IEnclaveRegistry.sol. Times are seconds since 1970; the document itself counts milliseconds. */
export type EnclaveVerification = {
  /** Address of the verified enclave's receipt key. */
  key: Address
  imageId: Hex
  modelsId: Hex
  /** SHA-256 of the COSE bytes of the document. */
  documentHash: Hex
  /** SHA-256 of the DER of the root certificate that the document led up to. */
  rootHash: Hex
  attestedAtSeconds: bigint
  expiresAtSeconds: bigint
}

export const enclaveVerificationTypes = {
  EnclaveVerification: [
    { name: 'key', type: 'address' },
    { name: 'imageId', type: 'bytes32' },
    { name: 'modelsId', type: 'bytes32' },
    { name: 'documentHash', type: 'bytes32' },
    { name: 'rootHash', type: 'bytes32' },
    { name: 'attestedAtSeconds', type: 'uint64' },
    { name: 'expiresAtSeconds', type: 'uint64' },
  ],
} as const

/** The EIP-712 typed data of a statement for one registry on one chain. */
export function enclaveVerificationTypedData(
  verification: EnclaveVerification,
  { chainId, registry }: { chainId: number | bigint; registry: Address },
) {
  return {
    domain: { name: 'Nacre', version: '1', chainId: BigInt(chainId), verifyingContract: registry },
    types: enclaveVerificationTypes,
    primaryType: 'EnclaveVerification',
    message: verification,
  } as const
}

/** The one transaction that hands a statement in. What the registry thinks of it a call can ask, for nothing. */
export function prepareVerifiedRegistration(parameters: {
  verification: EnclaveVerification
  signature: Hex
  registry: Address
}): Extract<RegistrationPlan, { kind: 'register' }> {
  const { verification, signature, registry } = parameters
  const data = encodeFunctionData({ abi: enclaveRegistryAbi, functionName: 'registerVerifiedEnclave', args: [verification, signature] })
  const transaction = { purpose: 'register enclave', to: registry, data, gas: gasMax } as const
  return { kind: 'register', key: verification.key, transactions: [transaction], gas: gasMax }
}

/** snapshots/attestation.json has what it uses: the first statement of a verifier is the dearest. */
const gasMax = 160_000n
