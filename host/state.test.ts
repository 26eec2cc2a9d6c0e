import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadOrCreateSimulatedRoot, stateFiles } from './state.ts'

const nowMs = Date.UTC(2026, 10, 22)
let directory: string
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'nacre-state-')), 'state')
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }))

it('keeps the root from start to start, its key for the owner only', async () => {
  const first = await loadOrCreateSimulatedRoot(directory, nowMs)
  const pem = readFileSync(join(directory, stateFiles.rootCertificate), 'utf8')
  const again = await loadOrCreateSimulatedRoot(directory, nowMs + 1_000_000)
  expect(again.certificate.equal(first.certificate)).toBe(true)
  expect(readFileSync(join(directory, stateFiles.rootCertificate), 'utf8')).toBe(pem)
  expect(statSync(join(directory, stateFiles.rootKey)).mode & 0o777).toBe(0o600)
  expect(pem).not.toContain('PRIVATE')
})

it('gives two starts at the same time the same root', async () => {
  const [a, b] = await Promise.all([loadOrCreateSimulatedRoot(directory, nowMs), loadOrCreateSimulatedRoot(directory, nowMs)])
  expect(a.certificate.equal(b.certificate)).toBe(true)
})

it('makes a new one before the old runs out', async () => {
  const first = await loadOrCreateSimulatedRoot(directory, nowMs)
  const later = await loadOrCreateSimulatedRoot(directory, first.certificate.notAfter.getTime() - 1_000)
  expect(later.certificate.equal(first.certificate)).toBe(false)
})
