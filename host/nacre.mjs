#!/usr/bin/env node
import { runTypeScript } from './run-typescript.mjs'

process.exitCode = await runTypeScript('cli.ts', process.argv.slice(2))
