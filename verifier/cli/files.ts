import { accessSync, closeSync, constants, fchmodSync, fstatSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CliError } from './cli-error.ts'

/** Reads a whole file of at most `bytesMax`. @throws `INPUT_UNREADABLE` */
export function readInput(path: string, bytesMax: number): Uint8Array {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const stat = fstatSync(file)
    // A pipe or device has no size and may have no end.
    if (!stat.isFile()) throw new CliError('INPUT_UNREADABLE', `${path} is not a regular file`)
    if (stat.size === 0) throw new CliError('INPUT_UNREADABLE', `${path} is empty`)
    if (stat.size > bytesMax)
      throw new CliError('INPUT_UNREADABLE', `${path} has ${stat.size} bytes, more than the ${bytesMax} that such a file may have`)
    return Uint8Array.from(readFileSync(file))
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('INPUT_UNREADABLE', `Cannot read ${path}: ${(cause as Error).message}`, {
      cause,
      remedy: 'Check the path and its permissions.',
    })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** @param mode of a file that is not there yet; one for the owner alone, 0o600, also of one that is: others may have been allowed to read what it held before. @throws `OUTPUT_UNWRITABLE` */
export function writeOutput(path: string, bytes: Uint8Array, mode = 0o666): void {
  let file: number | undefined
  try {
    file = openSync(path, 'w', mode)
    if ((mode & 0o077) === 0 && fstatSync(file).isFile()) fchmodSync(file, mode)
    writeFileSync(file, bytes)
  } catch (cause) {
    throw unwritable(path, (cause as Error).message, cause)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Before work whose result would be lost. @throws `OUTPUT_UNWRITABLE` */
export function assertWritable(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path === undefined) continue
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory() === true) throw unwritable(path, 'it is a folder')
    try {
      accessSync(stat === undefined ? dirname(path) : path, constants.W_OK)
    } catch (cause) {
      throw unwritable(path, (cause as Error).message, cause)
    }
  }
}

function unwritable(path: string, reason: string, cause?: unknown): CliError {
  return new CliError('OUTPUT_UNWRITABLE', `Cannot write ${path}: ${reason}`, {
    cause,
    remedy: 'Check the path and its permissions; folders are not made.',
  })
}
