import { readdirSync, readFileSync } from 'node:fs'
import { verifierErrorCodes } from '@nacre/verifier/errors'
import { describe, expect, test } from 'vitest'
import { makeGroups } from './cases.ts'
import { read, write } from './files.ts'
import { run } from './run.ts'

const names = readdirSync(new URL('vectors/', import.meta.url)).map((file) => file.replace(/\.json$/, ''))
const groups = names.map((name) => ({ name, ...read(name) }))

describe.each(groups)('$name', ({ group }) => {
  test.each(group.cases)('$id: $title', async ({ input, expect: expected }) => expect(await run(group.operation, input)).toEqual(expected))
})

test('the committed files are what the generator makes', async () => {
  const made = await makeGroups()
  expect(Object.keys(made).sort()).toEqual(names.sort())
  for (const { name, text } of groups) expect(write(made[name] as (typeof made)[string]) === text, name).toBe(true)
})

test('bad cases are many and spread, and README.md counts them', () => {
  const refused = groups.flatMap(({ group }) =>
    group.cases.flatMap(({ expect: expected }) => ('refused' in expected ? [expected.refused] : [])),
  )
  const accepted = groups.reduce((sum, { group }) => sum + group.cases.length, 0) - refused.length
  expect(refused.length).toBeGreaterThanOrEqual(60)
  for (const code of refused) expect(verifierErrorCodes).toContain(code)
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`${accepted} good and ${refused.length} bad cases with ${new Set(refused).size} codes`)
})
