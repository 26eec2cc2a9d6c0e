/** Where the Foundry tools are that npm installed. */
import { createRequire } from 'node:module'

/**
 * Path of the tool's executable. npm installs it as an optional package per platform, so it is there even when install
 * scripts are off.
 *
 * Do not run the packages' own launchers (`npx forge`, `npx anvil`) where the outcome matters: they exit with 0
 * whatever the tool says, so failed tests look passed.
 *
 * @throws {Error} when the package for this platform is not installed.
 */
export function foundryBinary(tool: 'anvil' | 'forge'): string {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch
  const executable = process.platform === 'win32' ? `${tool}.exe` : tool
  const path = `@foundry-rs/${tool}-${process.platform}-${architecture}/bin/${executable}`
  try {
    // The platform package is a dependency of the tool's package, not of ours: resolve it from there.
    const launcher = createRequire(import.meta.url).resolve(`@foundry-rs/${tool}/package.json`)
    return createRequire(launcher).resolve(path)
  } catch (cause) {
    throw new Error(`${tool} for this platform is not installed: ${path} is missing (were optional dependencies left out?)`, { cause })
  }
}
