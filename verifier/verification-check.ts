/** The checks of a verification by name, in their order: what a person is shown while they pass. The rules behind each are in SPEC.md. */
export type VerificationCheck =
  | 'form'
  | 'root'
  | 'dates'
  | 'chain'
  | 'COSE signature'
  | 'freshness'
  | 'nonce'
  | 'debug'
  | 'measurement'
  | 'purpose'
  | 'keyset'
  | 'models'
  | 'TLS key'
  | 'answer form'
  | 'audience'
  | 'receipt signature'
  | 'receipt time'
  | 'request'
  | 'model'
  | 'input'
  | 'output'

/** Called as each check is passed. What it does cannot change the verdict, and it is no verdict: that is the function's return. */
export type OnCheck = (check: VerificationCheck) => void
