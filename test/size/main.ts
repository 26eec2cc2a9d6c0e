import { parseArgs } from 'node:util'
import { budget, measureSizes } from './size.ts'

// npm run size -- --json: exit code 1 when the bundle is larger than budget.json allows.
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const sizes = await measureSizes()
const within = sizes.verify_gzip_bytes <= budget.verify_gzip_bytes
if (values.json) console.log(JSON.stringify({ ...sizes, budget, within }))
else {
  for (const [name, bytes] of Object.entries(sizes.by_package).sort(([, a], [, b]) => b - a))
    console.log(`${String(bytes).padStart(8)}  ${name}`)
  console.log(`${String(sizes.verify_bytes).padStart(8)}  minified`)
  console.log(`${String(sizes.verify_gzip_bytes).padStart(8)}  gzip, of ${budget.verify_gzip_bytes} allowed`)
}
if (!within) process.exitCode = 1
