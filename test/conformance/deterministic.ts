import { signDeterministically } from '../support/pki.ts'

// Imported before anything that makes a certificate.
signDeterministically()
