import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toHex } from '@nacre/verifier/bytes'
import { decodeManifest, extendModelPcr, hashManifest } from '@nacre/verifier/manifest'
import { afterAll, expect, it } from 'vitest'
import { assertModelsPcr, modelsPcrOf } from './models-pcr.ts'

const models = fileURLToPath(new URL('../enclave/models', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'nacre-models-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('follows the names, not the order on disk, and nothing that is no model', async () => {
  for (const name of ['health', 'digits-int', 'digits']) cpSync(join(models, name, 'manifest.json'), join(folder, name, 'manifest.json'))
  mkdirSync(join(folder, '__pycache__'))
  const ids = await Promise.all(
    ['digits', 'digits-int', 'health'].map((name) => hashManifest(decodeManifest(readFileSync(join(folder, name, 'manifest.json'))))),
  )
  expect(await modelsPcrOf(folder)).toBe(toHex(await extendModelPcr(ids)))
})

it('an enclave that was given another set of models is not approved by its own word', async () => {
  const expected = await modelsPcrOf(models)
  const reported = await modelsPcrOf(folder)
  expect(() => assertModelsPcr(reported, expected)).toThrow(expect.objectContaining({ code: 'MODELS_MISMATCH' }))
  expect(() => assertModelsPcr(undefined, expected)).toThrow(expect.objectContaining({ code: 'MODELS_MISMATCH' }))
  assertModelsPcr(expected, expected)
})
