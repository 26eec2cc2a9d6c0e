import { writeFileSync } from 'node:fs'
import { makeGroups } from './cases.ts'
import { fileOf, write } from './files.ts'

/** Writes the vectors again after a format or a case has changed: `node --conditions=source --import tsx test/conformance/generate.ts`. */
for (const [name, group] of Object.entries(await makeGroups())) {
  writeFileSync(fileOf(name), write(group))
  const bad = group.cases.filter(({ expect }) => 'refused' in expect).length
  console.log(`${name.padEnd(12)} ${String(group.cases.length - bad).padStart(3)} good ${String(bad).padStart(3)} bad`)
}
