import type { VerifierError, VerifierErrorCode } from '../errors.ts'
import type { VerificationCheck } from '../verification-check.ts'

/** One line of the table that a reader sees. `ok` is `null` for a check that was waived, not asked for, or not reached. */
export type Check = {
  readonly name: CheckName
  readonly ok: boolean | null
  readonly note?: string
  readonly code?: VerifierErrorCode
  readonly expected?: string
  readonly received?: string
}

/** A check that a verb is going to make. With `skipped` it is listed, with the reason, and not made. */
export type PlannedCheck = { readonly name: CheckName; readonly note?: string | undefined; readonly skipped?: string | undefined }

/** Checks that one call into the verifier makes together, in the order in which it makes them. */
export type Stage = readonly PlannedCheck[]

/** The checks of a verification, and those of what stands around it. */
export type CheckName =
  | VerificationCheck
  | 'encryption'
  | 'manifest'
  | 'opening'
  | 'log'
  | 'registration'
  | 'provenance'
  | 'succession'
  | 'upgrades'

export function passedChecks(stages: readonly Stage[]): Check[] {
  return stages.flat().map(passed)
}

/**
 * What is known when the verifier stopped at an error in stage `at`: earlier stages passed, and in this one the checks before the failing one. Never claims more than that: what comes after is
 * "not reached".
 */
export function failedChecks(stages: readonly Stage[], at: number, error: VerifierError): Check[] {
  const { check } = codeChecks[error.code]
  const before = stages.slice(0, at).flat()
  const during = stages[at] ?? []
  const after = stages.slice(at + 1).flat()
  const here = during.findIndex(({ name, skipped }) => name === check && skipped === undefined)
  // A check of an earlier stage can fail later: a second connection may meet another TLS key. Forms are different: later stages read other bytes.
  const earlier = check !== 'form' && before.some(({ name }) => name === check)
  const failing = earlier && here < 0 ? undefined : during[Math.max(here, 0)]
  return [
    ...before.map((planned) => (failing === undefined && planned.name === check ? failed(planned, error) : passed(planned))),
    ...during.map((planned, index) => {
      if (planned === failing) return failed(planned, error)
      // Certificates are walked one by one, dates beside constraints: one bad constraint leaves the dates of the rest unseen.
      const unseen = planned.name === 'dates' && error.code === 'CERTIFICATE_CHAIN_INVALID'
      return failing !== undefined && index < during.indexOf(failing) && !unseen ? passed(planned) : notReached(planned)
    }),
    ...after.map(notReached),
  ]
}

function passed({ name, note, skipped }: PlannedCheck): Check {
  if (skipped !== undefined) return { name, ok: null, note: skipped }
  return { name, ok: true, ...(note === undefined ? {} : { note }) }
}

function notReached({ name, skipped }: PlannedCheck): Check {
  return { name, ok: null, note: skipped ?? 'not reached' }
}

function failed({ name }: PlannedCheck, error: VerifierError): Check {
  const { code, expected, received } = error
  return {
    name,
    ok: false,
    note: error.message,
    code,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
  }
}

/** The checks that `verifyAttestation` and `assertNotDebug` make, in their order. */
export const attestationChecks = ['form', 'root', 'dates', 'chain', 'COSE signature', 'freshness', 'nonce', 'debug'] as const
/** What `verifyKeyset` and `verifyEnclave` add. */
export const keysetChecks = ['purpose', 'keyset', 'models'] as const
/** What `verifyAnswer` adds. */
export const answerChecks = ['audience', 'receipt signature', 'receipt time', 'request', 'model', 'input', 'output'] as const

const brokenFile = 'The file is damaged or is not what it is said to be: get it again from its source.'
const brokenServer = 'The endpoint sent something else than Nacre answers: check the URL, and trust nothing it sent.'

/** Which check an error belongs to and what to do about it. Total, so that a new code does not compile until it has its place. */
export const codeChecks: { readonly [code in VerifierErrorCode]: { readonly check: CheckName; readonly remedy: string } } = {
  HEX_MALFORMED: { check: 'form', remedy: brokenFile },
  CBOR_MALFORMED: { check: 'form', remedy: brokenFile },
  JSON_NOT_CANONICAL: { check: 'form', remedy: 'Keep keysets and manifests exactly as served: their bytes are what is hashed.' },
  COSE_MALFORMED: { check: 'form', remedy: brokenFile },
  COSE_ALGORITHM: { check: 'form', remedy: 'Nitro documents are signed with ES384 only: this is none.' },
  ATTESTATION_MALFORMED: { check: 'form', remedy: brokenFile },
  ATTESTATION_NITROTPM: { check: 'form', remedy: "This document speaks for a whole EC2 instance. Ask for an enclave's." },
  CERTIFICATE_MALFORMED: { check: 'form', remedy: brokenFile },
  SIGNATURE_MALFORMED: { check: 'receipt signature', remedy: 'The signature was altered on its way: get the receipt again.' },
  TENSOR_MALFORMED: { check: 'answer form', remedy: brokenServer },
  MANIFEST_MALFORMED: { check: 'form', remedy: 'The manifest is not one: get it again from /v1/models/NAME/manifest.' },
  IMAGE_MALFORMED: { check: 'measurement', remedy: 'The image is not one: build it again, or get it again from its source.' },
  KEYSET_MALFORMED: { check: 'keyset', remedy: 'The keyset is not one: get it again from /.well-known/nacre-keyset.' },
  RECEIPT_MALFORMED: { check: 'answer form', remedy: brokenFile },
  NOTE_MALFORMED: { check: 'form', remedy: brokenFile },
  CHECKPOINT_MALFORMED: { check: 'form', remedy: 'The checkpoint is not one: get it, or the answer, again.' },
  PROOF_MALFORMED: { check: 'receipt signature', remedy: 'The proof was altered on its way: get the answer again.' },
  TILE_MALFORMED: {
    check: 'log',
    remedy: 'The log is damaged where it is served: get the file again, or tell its operator which one is bad.',
  },
  LOG_OPENING_MALFORMED: { check: 'log', remedy: brokenFile },
  LOG_RECORD_MALFORMED: { check: 'log', remedy: brokenFile },
  RESPONSE_MALFORMED: { check: 'answer form', remedy: brokenServer },
  BUNDLE_MALFORMED: { check: 'form', remedy: brokenFile },
  HISTORY_MALFORMED: { check: 'form', remedy: brokenFile },
  POLICY_MALFORMED: { check: 'measurement', remedy: 'Correct the policy that was given.' },
  ROOT_MISMATCH: {
    check: 'root',
    remedy:
      'Only AWS’s root is trusted unless --root names another. For a simulated enclave name the root file that its host wrote, and know that it proves no hardware.',
  },
  CERTIFICATE_CHAIN_INVALID: { check: 'chain', remedy: 'The chain breaks the rules of X.509: treat the document as forged.' },
  CERTIFICATE_SIGNATURE_INVALID: { check: 'chain', remedy: 'A certificate was altered or forged: treat the document as forged.' },
  CERTIFICATE_NOT_IN_VALIDITY: {
    check: 'dates',
    remedy:
      'Certificates of enclaves live for hours. For an archived document say --at document (its own signed time), or --at with the time you know it from.',
  },
  COSE_SIGNATURE_INVALID: { check: 'COSE signature', remedy: 'The document was altered after it was signed: treat it as forged.' },
  ATTESTATION_STALE: {
    check: 'freshness',
    remedy: 'Ask for a fresh document, or say --at document for an archived one, or allow more with --max-age SECONDS.',
  },
  ATTESTATION_FROM_FUTURE: { check: 'freshness', remedy: 'Compare the clock of this machine with another one.' },
  RECEIPT_TIME_OUT_OF_RANGE: {
    check: 'receipt time',
    remedy: 'The receipt is not of the same time as the evidence: ask again, and check the clock.',
  },
  POLICY_EMPTY: { check: 'measurement', remedy: 'Say which image to accept with --pcr0 HEX.' },
  DEBUG_ENCLAVE: {
    check: 'debug',
    remedy: 'Send it nothing secret and believe nothing it signs. For development only, --allow-debug accepts it.',
  },
  MEASUREMENT_NOT_ALLOWED: {
    check: 'measurement',
    remedy:
      'Another image runs than the one you accept. Take the expected PCRs from a build of your own or a source you trust, never from this document.',
  },
  MODEL_NOT_ALLOWED: { check: 'model', remedy: 'Another model answered than you accept: correct --model, or ask the model you want.' },
  NONCE_MISMATCH: { check: 'nonce', remedy: 'The document was made for another question: ask for one with your nonce.' },
  PURPOSE_MISMATCH: {
    check: 'purpose',
    remedy: 'This document vouches for no receipt key: use the one the enclave serves at /attestation/raw.',
  },
  KEYSET_MISMATCH: { check: 'keyset', remedy: 'Get document and keyset again from the same enclave: a restart changes both.' },
  TLS_KEY_MISMATCH: {
    check: 'TLS key',
    remedy: 'Something between you and the enclave ends TLS and could read all you send: connect to the enclave’s own TLS port.',
  },
  MODELS_NOT_MEASURED: { check: 'models', remedy: 'The enclave did not measure this model at its start: do not use its answers.' },
  SIGNER_MISMATCH: { check: 'keyset', remedy: 'Two pieces of evidence name different receipt keys: get both again from the same enclave.' },
  SIGNATURE_INVALID: {
    check: 'receipt signature',
    remedy:
      'Another key signed, or the receipt or its audience was altered. Take --signer from a verified document or from the registry on chain.',
  },
  INCLUSION_INVALID: {
    check: 'receipt signature',
    remedy: 'The receipt is not where it says it stands in the log: do not use the answer, and keep what you were given.',
  },
  CONSISTENCY_INVALID: {
    check: 'log',
    remedy: 'The log was rewound, forked or altered. Keep both checkpoints: together they prove it.',
  },
  LOG_MISMATCH: {
    check: 'log',
    remedy: 'This is the log of another key. After a restart an enclave has a new one: use the keyset of its document.',
  },
  LOG_RECORD_MISMATCH: {
    check: 'log',
    remedy: 'The record is not of the entry it stands beside: its host altered or mixed up records. The log itself may be whole.',
  },
  NOTE_SIGNATURE_INVALID: { check: 'log', remedy: 'The key of this log did not sign the checkpoint: do not believe it.' },
  COSIGNATURE_INVALID: {
    check: 'log',
    remedy: 'A witness you named did not sign what is shown in its name: do not believe the checkpoint.',
  },
  WITNESS_QUORUM_MISSED: {
    check: 'log',
    remedy: 'Ask for a checkpoint that more of your witnesses have signed, or find out why they do not.',
  },
  REGISTRATION_INVALID: {
    check: 'registration',
    remedy: 'The block does not hold the registration that the bundle claims: do not believe that part, and ask where it comes from.',
  },
  REGISTRATION_UNTRUSTED: {
    check: 'registration',
    remedy: 'Give the registry that you trust and the hash of the block, from a node of your own: --registry, --block.',
  },
  PROVENANCE_MISMATCH: { check: 'provenance', remedy: 'The sources that are named are those of another image: build them and compare.' },
  HISTORY_BROKEN: {
    check: 'succession',
    remedy: 'The epochs do not follow each other as shown: ask for the whole history, and keep what you were given.',
  },
  HISTORY_OVERLAP: {
    check: 'succession',
    remedy: 'The enclave before went on signing after its successor had begun: allow more with --overlap SECONDS, or ask why.',
  },
  UPGRADE_NOT_APPROVED: {
    check: 'upgrades',
    remedy: 'Ask the owner for an approval of this change of image; until then do not trust what came after it.',
  },
  CHAIN_ID_MISMATCH: { check: 'audience', remedy: 'The receipt was made for another chain: ask for one with your chain id.' },
  VERIFYING_CONTRACT_MISMATCH: { check: 'audience', remedy: 'The receipt was made for another contract: ask for one with yours.' },
  REQUEST_MISMATCH: { check: 'request', remedy: 'The answer is to another request, perhaps an old one replayed: ask again.' },
  MODEL_MISMATCH: { check: 'model', remedy: 'Another model answered than was asked: do not use the answer.' },
  INPUT_MISMATCH: { check: 'input', remedy: 'The receipt is for another input: do not use the answer.' },
  SEALED_MODEL_MALFORMED: { check: 'form', remedy: 'Seal the model again, and keep sealed.json as it was written.' },
  KEPT_SECRET_MALFORMED: { check: 'form', remedy: brokenFile },
  IDENTITY_MALFORMED: { check: 'form', remedy: brokenServer },
  OPENING_MALFORMED: { check: 'opening', remedy: brokenFile },
  OPENING_MISMATCH: { check: 'opening', remedy: 'What is shown is not part of what the receipt commits to: do not believe it.' },
  SEQUENCE_BROKEN: { check: 'input', remedy: 'A step is missing, stands twice or belongs elsewhere: do not believe the sequence.' },
  EHBP_MALFORMED: { check: 'encryption', remedy: brokenServer },
  EHBP_KEY_MISMATCH: {
    check: 'encryption',
    remedy: 'The enclave holds another key than it attested: if asking again does not help, something in between answers for it.',
  },
  EHBP_NOT_ENCRYPTED: {
    check: 'encryption',
    remedy: 'Something in between took the encryption off, and could write what it liked: trust nothing it sent.',
  },
  EHBP_DECRYPTION_FAILED: { check: 'encryption', remedy: 'The body was altered on its way: ask again, and trust nothing of it.' },
  OUTPUT_MISMATCH: { check: 'output', remedy: 'The output was altered after it was signed: do not use it.' },
}
