export { awsNitroRootG1 } from '@nacre/verifier/aws-root'
export { createNacreFetch } from '@nacre/verifier/fetch'
