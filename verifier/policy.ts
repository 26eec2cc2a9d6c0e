import { type AttestationDocument, isDebug, type VerifiedAttestation, zeroPcr } from './attestation.ts'
import { type Hex, isHex } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'

/** Which enclaves and models a caller accepts. There are no defaults: an empty list accepts nothing. */
export type Policy = {
  /** The document must match one of these in every register it names. */
  readonly measurements: readonly Measurement[]
  /** Model ids that may answer, or, said by name, any that the enclave measured into PCR16. */
  readonly modelIds: readonly Hex[] | 'any-measured'
  /** Accept enclaves in debug mode, whose memory the host can read. For development only. @default false */
  readonly allowDebug?: boolean | undefined
}

/** 48 bytes each, hexadecimal. PCR0 measures the whole image; PCR8 the certificate that signed it. */
export type Measurement = {
  readonly pcr0: Hex
  readonly pcr1?: Hex | undefined
  readonly pcr2?: Hex | undefined
  readonly pcr8?: Hex | undefined
}

/** @throws `POLICY_EMPTY`, `POLICY_MALFORMED`, `DEBUG_ENCLAVE`, `MEASUREMENT_NOT_ALLOWED`. Accepts only a verified document. */
export function assertMeasurement(attestation: VerifiedAttestation, policy: Pick<Policy, 'measurements' | 'allowDebug'>): void {
  assertNotDebug(attestation, policy.allowDebug)
  if (policy.measurements.length === 0)
    throw new VerifierError(
      'POLICY_EMPTY',
      'The policy names no measurement, so it accepts no enclave: give the PCR0 of the image you trust',
    )
  for (const measurement of policy.measurements) checkMeasurement(measurement, policy.allowDebug === true)
  if (!policy.measurements.some((measurement) => matches(attestation, measurement)))
    throw new VerifierError('MEASUREMENT_NOT_ALLOWED', 'Another image than the policy allows', {
      expected: policy.measurements
        .map((measurement) => describeRegisters(measurement, (name) => measurement[name]?.toLowerCase()))
        .join(' or '),
      received: describeRegisters(Object.assign({}, ...policy.measurements), (_, index) => attestation.pcrs.get(index) ?? 'absent'),
    })
}

/** Refuses debug mode whatever else the policy says, and documents without the registers that would show it. @throws `DEBUG_ENCLAVE` */
export function assertNotDebug(attestation: AttestationDocument, allowDebug = false): void {
  if (allowDebug === true) return
  if (isDebug(attestation))
    throw new VerifierError('DEBUG_ENCLAVE', 'The enclave runs in debug mode: the host can read its memory', {
      expected: 'PCR0, PCR1 and PCR2 nonzero',
    })
  // Absent is not zero, and not "not debug" either: a document that keeps silent about them shows nothing.
  if ([0, 1, 2].some((index) => !attestation.pcrs.has(index)))
    throw new VerifierError('DEBUG_ENCLAVE', 'The document does not show that the enclave is not in debug mode', {
      expected: 'PCR0, PCR1 and PCR2',
      received: [...attestation.pcrs.keys()].join(),
    })
}

/** @throws `POLICY_EMPTY`, `POLICY_MALFORMED`, `MODEL_NOT_ALLOWED` */
export function assertModel(modelId: Hex, policy: Pick<Policy, 'modelIds'>): void {
  if (policy.modelIds === 'any-measured') return
  if (policy.modelIds.length === 0) throw new VerifierError('POLICY_EMPTY', 'The policy names no model, so it accepts no answer')
  for (const id of policy.modelIds) if (!isHex(id, 32)) throw malformedPolicy('modelIds', '32 bytes', id)
  if (!policy.modelIds.some((id) => id.toLowerCase() === modelId.toLowerCase()))
    throw new VerifierError('MODEL_NOT_ALLOWED', 'Another model than the policy allows', {
      expected: policy.modelIds.join(' or '),
      received: modelId,
    })
}

const registers = [
  ['pcr0', 0],
  ['pcr1', 1],
  ['pcr2', 2],
  ['pcr8', 8],
] as const

/** The registers that a measurement names: naming PCR0 alone would show two equal values where PCR2 differs. */
function describeRegisters(measurement: Measurement, value: (name: keyof Measurement, index: number) => string | undefined): string {
  return registers.flatMap(([name, index]) => (measurement[name] === undefined ? [] : [`PCR${index} ${value(name, index)}`])).join(', ')
}

function matches(attestation: AttestationDocument, measurement: Measurement): boolean {
  return registers.every(
    ([name, index]) => measurement[name] === undefined || attestation.pcrs.get(index) === measurement[name].toLowerCase(),
  )
}

function checkMeasurement(measurement: Measurement, allowDebug: boolean): void {
  for (const [name] of registers) {
    const value = measurement[name]
    if (value === undefined ? name === 'pcr0' : !isHex(value, 48)) throw malformedPolicy(name, '48 bytes', value)
  }
  // The attack: a policy filled from a debug run would accept every debug enclave in the world.
  if (!allowDebug && measurement.pcr0.toLowerCase() === zeroPcr) throw malformedPolicy('pcr0', 'a measurement, not zeros', measurement.pcr0)
}

function malformedPolicy(name: string, expected: string, received: unknown): VerifierError {
  return new VerifierError('POLICY_MALFORMED', `Policy: ${name}`, { expected, received: shown(received) })
}
