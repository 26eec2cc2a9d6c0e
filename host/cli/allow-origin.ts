import { InvalidArgumentError, Option } from 'commander'
import { parseOrigin } from '../cross-origin.ts'

/** `--allow-origin`, for commands that start a relay. */
export function allowOriginOption(): Option {
  return new Option(
    '--allow-origin <ORIGIN>',
    'let pages of this origin ask the enclave and read its answers (CORS, HTTP port); may be given again; without it no other page may',
  )
    .argParser((text: string, before: string[]) => {
      try {
        return [...before, parseOrigin(text)]
      } catch (error) {
        throw new InvalidArgumentError((error as Error).message)
      }
    })
    .default([], 'none')
}
