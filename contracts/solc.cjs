#!/usr/bin/env node
// forge wants a solc executable and talks to it in two ways: `--version`, and `--standard-json` with
// the job on stdin. The npm package carries the same compiler as WebAssembly, so this small
// front answers both with it: no download, the same compiler on every platform.
'use strict'
const { readFileSync } = require('node:fs')
const compiler = require('solc')

const options = process.argv.slice(2)
if (options.includes('--version')) {
  // forge parses the platform suffix and refuses the WebAssembly one.
  const version = compiler.version().replace(/Emscripten\.clang$/, 'Linux.g++')
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`)
} else if (options.includes('--standard-json')) {
  process.stdout.write(compiler.compile(readFileSync(0, 'utf8')))
} else {
  process.stderr.write(`solc.cjs: expected --version or --standard-json, received ${options.join(' ') || 'nothing'}\n`)
  process.exitCode = 1
}
