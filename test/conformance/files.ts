import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Group } from './run.ts'

export function fileOf(name: string): string {
  return fileURLToPath(new URL(`vectors/${name}.json`, import.meta.url))
}

/** A case a line, so that a difference shows which. */
export function write({ format, operation, cases }: Group): string {
  const lines = cases.map((each) => `    ${JSON.stringify(each)}`)
  return `{\n  "format": "${format}",\n  "operation": "${operation}",\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`
}

export function read(name: string): { text: string; group: Group } {
  const text = readFileSync(fileOf(name), 'utf8')
  return { text, group: JSON.parse(text) as Group }
}
