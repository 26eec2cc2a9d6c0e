import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { imagesDirectory, measureIntoImage } from './image.ts'
import { measure, resolveMeasuredSet } from './measure.ts'

let base: string
let project: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'nacre-image-'))
  project = join(base, 'project')
  write('package.json', '{"type":"module"}')
  write('enclave/package.json', '{"name":"@nacre/enclave","dependencies":{"@nacre/verifier":"1","tool":"1"}}')
  write('enclave/main.ts', 'good()')
  write('enclave/main.test.ts', 'test()')
  write('verifier/package.json', '{"name":"@nacre/verifier"}')
  write('node_modules/tool/package.json', '{}')
  write('node_modules/tool/bin', '#!/bin/sh\necho runs')
  chmodSync(join(project, 'node_modules/tool/bin'), 0o755)
  write('node_modules/tool/test/x.js', 'never loaded')
  write('node_modules/unrelated/package.json', '{}')
  mkdirSync(join(project, 'node_modules/@nacre'), { recursive: true })
  symlinkSync('../../verifier', join(project, 'node_modules/@nacre/verifier'))
  symlinkSync('main.ts', join(project, 'enclave/link.ts'))
  write('node', 'binary')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const set = () => resolveMeasuredSet(project, join(project, 'node'), ['node', 'enclave/main.ts'])

it('is exactly what was measured, and measures the same', () => {
  const { measurement, image } = measureIntoImage(set(), imagesDirectory(join(base, 'images')).next())
  expect(measurement).toEqual(measure(set()))
  const again = resolveMeasuredSet(image.directory, image.node, ['node', 'enclave/main.ts'])
  expect(measure(again)).toEqual(measurement)
  for (const path of ['enclave/main.test.ts', 'node_modules/tool/test', 'node_modules/unrelated'])
    expect(existsSync(join(image.directory, path)), path).toBe(false)
  expect(execFileSync(join(image.directory, 'node_modules/tool/bin'), { encoding: 'utf8' })).toBe('runs\n')
  expect(realpathSync(join(image.directory, 'node_modules/@nacre/verifier'))).toBe(join(image.directory, 'verifier'))
})

it('does not change with the checkout: a process started again after an edit runs the measured code', () => {
  const { image } = measureIntoImage(set(), join(base, 'image'))
  // In place, which a hard link would follow.
  writeFileSync(join(project, 'enclave/main.ts'), 'evil()')
  expect(readFileSync(join(image.directory, 'enclave/main.ts'), 'utf8')).toBe('good()')
  expect(readFileSync(join(image.directory, 'enclave/link.ts'), 'utf8')).toBe('good()')
})

it('goes with the next boot, at the end, and when the process that made it is gone', () => {
  const parent = join(base, 'images')
  for (const name of ['nacre-image-4194305-abc', 'of-somebody-else']) mkdirSync(join(parent, name), { recursive: true }) // no process of Linux has this number
  const images = imagesDirectory(parent)
  expect(readdirSync(parent)).toEqual(['of-somebody-else'])
  rmSync(join(parent, 'of-somebody-else'), { recursive: true })
  images.next()
  const second = images.next()
  expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([second])
  imagesDirectory(parent)
  expect(existsSync(second)).toBe(true)
  images.clear()
  expect(readdirSync(parent)).toEqual([])
})

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), content)
}
