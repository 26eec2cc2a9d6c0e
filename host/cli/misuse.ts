export { twoOnMisuse } from '@nacre/verifier/cli/misuse'
