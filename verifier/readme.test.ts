import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

test('the examples of README.md compile against the library as it is', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const examples = new Map(
    [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code], index) => [
      `${root}verifier/readme-example-${index}.ts`,
      code as string,
    ]),
  )
  expect(examples.size).toBe(8)
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => examples.has(name) || fileExists(name)
  host.readFile = (name) => examples.get(name) ?? readFile(name)
  host.getSourceFile = (name, language, ...rest) => {
    const code = examples.get(name)
    return code === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, code, language)
  }
  const program = ts.createProgram([...examples.keys()], options, host)
  const problems = [...examples.keys()].flatMap((name) => {
    const source = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
})
