import { spawn } from 'node:child_process'

/** Runs npm. Under `npm start` it is the very npm that runs us; by its path it needs no shell on any platform. */
export function spawnNpm(args, options) {
  const npmProgram = process.env.npm_execpath
  if (npmProgram !== undefined && /npm-cli\.c?js$/.test(npmProgram)) return spawn(process.execPath, [npmProgram, ...args], options)
  return spawn('npm', args, { ...options, shell: process.platform === 'win32' })
}
