import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { formatListing, type Measurement, measure, pcrOfEntries, resolveMeasuredSet } from './measure.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-measure-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let project: string
let count = 0
beforeEach(() => {
  project = join(base, String(count++))
  const files: Record<string, string> = {
    'package.json': '{"type":"module"}',
    'tsconfig.json': '{}',
    'enclave/package.json': JSON.stringify({
      name: '@nacre/enclave',
      dependencies: { '@nacre/verifier': '1', runs: '1', 'onnxruntime-node': '1' },
    }),
    'enclave/main.ts': 'serve()',
    'enclave/main.test.ts': 'test()',
    'enclave/models/digits/model.onnx': 'weights',
    'verifier/package.json': JSON.stringify({ name: '@nacre/verifier' }),
    'verifier/cbor.ts': 'decode()',
    'node_modules/runs/package.json': JSON.stringify({
      dependencies: { deep: '1' },
      optionalDependencies: { absent: '1' },
      peerDependencies: { typescript: '1' },
      peerDependenciesMeta: { typescript: { optional: true } },
    }),
    'node_modules/runs/index.js': '1',
    'node_modules/runs/test/index.js': 'not loaded',
    'node_modules/runs/index.d.ts': 'not loaded',
    'node_modules/runs/index.js.map': 'not loaded',
    'node_modules/deep/package.json': '{}',
    'node_modules/deep/index.js': '2',
    'node_modules/typescript/package.json': '{}',
    'node_modules/unrelated/package.json': '{}',
    'node_modules/onnxruntime-node/package.json': '{}',
    [`node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/binding.node`]: 'here',
    'node_modules/onnxruntime-node/bin/napi-v6/otheros/x64/binding.node': 'elsewhere',
    node: 'binary',
  }
  for (const [path, content] of Object.entries(files)) write(path, content)
  mkdirSync(join(project, 'node_modules/@nacre'), { recursive: true })
  symlinkSync('../../verifier', join(project, 'node_modules/@nacre/verifier'))
})

describe('what is measured', () => {
  it('is the sources, models and production dependencies, and nothing else', () => {
    const paths = measured().application.map(({ path }) => path)
    expect(paths).toEqual([
      'enclave/main.ts',
      'enclave/models/digits/model.onnx',
      'enclave/package.json',
      'node_modules/deep/index.js',
      'node_modules/deep/package.json',
      `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/binding.node`,
      'node_modules/onnxruntime-node/package.json',
      'node_modules/runs/index.js',
      'node_modules/runs/package.json',
      'package.json',
      'tsconfig.json',
      'verifier/cbor.ts',
      'verifier/package.json',
    ])
  })

  it('keeps what is not measured out of the sandbox', () => {
    const omitted = resolveMeasuredSet(project, join(project, 'node'), []).omitted.map((path) => path.slice(project.length + 1))
    expect(omitted).toEqual(['node_modules/onnxruntime-node/bin/napi-v6/otheros/x64', 'node_modules/runs/test'])
  })
})

describe('PCRs', () => {
  it('are the same for a copy elsewhere with other times', () => {
    const here = measured()
    const copy = join(base, 'copy')
    cpSync(project, copy, { recursive: true, verbatimSymlinks: true })
    utimesSync(join(copy, 'enclave/main.ts'), 1, 1)
    const there = measure(resolveMeasuredSet(copy, join(copy, 'node'), ['node', 'enclave/main.ts']))
    expect(there).toEqual(here)
  })

  it.each(['enclave/main.ts', 'enclave/models/digits/model.onnx', 'verifier/cbor.ts', 'node_modules/deep/index.js'])(
    '0 and 2 change with one byte of %s',
    (path) => {
      const before = measured()
      const bytes = readFileSync(join(project, path))
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
      writeFileSync(join(project, path), bytes)
      const after = measured()
      expect(after.pcr0).not.toBe(before.pcr0)
      expect(after.pcr1).toBe(before.pcr1)
      expect(after.pcr2).not.toBe(before.pcr2)
    },
  )

  it('0 and 1 change with the Node binary and the command line', () => {
    const before = measured()
    write('node', 'another binary')
    const after = measured()
    expect([after.pcr0 === before.pcr0, after.pcr1 === before.pcr1, after.pcr2 === before.pcr2]).toEqual([false, false, true])
    expect(measured(['node', '--inspect', 'enclave/main.ts']).pcr1).not.toBe(after.pcr1)
    expect(measured(['node', '--inspectenclave/main.ts']).pcr1).not.toBe(measured(['node', '--inspect', 'enclave/main.ts']).pcr1)
  })

  it('tell a moved byte from a moved file boundary', () => {
    write('enclave/a.ts', 'xy')
    write('enclave/b.ts', 'z')
    const before = measured().pcr2
    write('enclave/a.ts', 'x')
    write('enclave/b.ts', 'yz')
    expect(measured().pcr2).not.toBe(before)
  })

  it('do not change with a test, a log or a note', () => {
    const before = measured()
    write('enclave/new.test.ts', 'x')
    write('enclave/models/digits/README.md', 'x')
    expect(measured()).toEqual(before)
  })

  it('follow from the listing', () => {
    const { application, runtime, pcr0, pcr1, pcr2 } = measured()
    expect([pcrOfEntries([...runtime, ...application]), pcrOfEntries(runtime), pcrOfEntries(application)]).toEqual([pcr0, pcr1, pcr2])
    expect(formatListing(measured())).toMatch(/^[0-9a-f]{96} {2} +6 {2}<node>\n/)
  })
})

describe('refuses', () => {
  it('a pipe among the files', () => {
    execFileSync('mkfifo', [join(project, 'enclave/pipe.ts')])
    expect(measured).toThrow(expect.objectContaining({ code: 'SPECIAL_FILE' }))
  })

  it('a link out of the project', () => {
    symlinkSync('/etc/hostname', join(project, 'enclave/link.ts'))
    expect(measured).toThrow(expect.objectContaining({ code: 'LINK_ESCAPES' }))
    rmSync(join(project, 'enclave/link.ts'))
    symlinkSync('main.ts', join(project, 'enclave/link.ts'))
    expect(measured().application.find(({ path }) => path === 'enclave/link.ts')).toMatchObject({ kind: 'link', bytes: 7 })
  })

  it('a link to an unmeasured place inside the project, to a folder, or to nothing', () => {
    write('elsewhere/code.ts', 'other()')
    write('enclave/cli/code.ts', 'skipped()')
    for (const target of ['../elsewhere/code.ts', 'cli/code.ts', '../elsewhere', 'models', 'not-yet.ts']) {
      symlinkSync(target, join(project, 'enclave/link.ts'))
      expect(measured, target).toThrow(expect.objectContaining({ code: 'LINK_ESCAPES' }))
      rmSync(join(project, 'enclave/link.ts'))
    }
  })

  it('a link of ours that leads to another verifier', () => {
    write('elsewhere/package.json', '{"name":"@nacre/verifier"}')
    rmSync(join(project, 'node_modules/@nacre/verifier'))
    symlinkSync('../../elsewhere', join(project, 'node_modules/@nacre/verifier'))
    expect(measured).toThrow(
      expect.objectContaining({ code: 'PACKAGE_ELSEWHERE', message: expect.stringContaining('node_modules/@nacre/verifier') }),
    )
    rmSync(join(project, 'node_modules/@nacre/verifier'))
    write('node_modules/@nacre/verifier/package.json', '{"name":"@nacre/verifier"}')
    expect(measured).toThrow(expect.objectContaining({ code: 'PACKAGE_ELSEWHERE' }))
  })

  it.each(['enclave/node_modules/@nacre/verifier', 'verifier/node_modules/deep', 'enclave/models/node_modules/deep'])(
    'a package in %s, which Node would find before the measured one',
    (path) => {
      write(`${path}/package.json`, '{}')
      expect(measured).toThrow(expect.objectContaining({ code: 'NESTED_PACKAGES', message: expect.stringContaining('node_modules') }))
    },
  )

  it('no cache of a tool among the sources', () => {
    write('enclave/node_modules/.cache/x', 'x')
    expect(measured().application.some(({ path }) => path.includes('.cache'))).toBe(false)
  })

  it('a package that is a link', () => {
    cpSync(join(project, 'node_modules/deep'), join(project, 'elsewhere'), { recursive: true })
    rmSync(join(project, 'node_modules/deep'), { recursive: true })
    symlinkSync('../elsewhere', join(project, 'node_modules/deep'))
    expect(measured).toThrow(expect.objectContaining({ code: 'PACKAGE_ELSEWHERE' }))
  })

  it('a dependency that is not installed', () => {
    rmSync(join(project, 'node_modules/deep'), { recursive: true })
    expect(measured).toThrow(expect.objectContaining({ code: 'DEPENDENCY_MISSING' }))
  })
})

function measured(command = ['node', 'enclave/main.ts']): Measurement {
  return measure(resolveMeasuredSet(project, join(project, 'node'), command))
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), content)
}
