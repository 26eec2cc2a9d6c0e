import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from '@nacre/verifier/bytes'
import { measureEif } from '@nacre/verifier/eif'
import { type SecretsCommand, secretsArguments } from '../secrets-command.ts'
import { type ServingOptions, servingArguments } from '../serving-options.ts'
import { applicationFiles } from './application.ts'
import { type CpioEntry, encodeCpio } from './cpio.ts'
import { encodeEif } from './encode-eif.ts'
import { ImageError } from './image-error.ts'
import { type ImageSigner, signImage } from './image-signature.ts'
import type { PackageCache, PinnedPackage } from './packages.ts'
import { libraryFolder, toolchain } from './toolchain.ts'

/** An image of the enclave from this checkout: the same bytes from the same commit on every machine, but for the random numbers in a signature. */
export type BuiltImage = {
  eif: Uint8Array
  measurements: { pcr0: Hex; pcr1: Hex; pcr2: Hex; pcr8?: Hex }
  /** What a guest needs at the moment of unpacking: both forms of the ramdisks at once. */
  bootMemoryBytes: number
  files: { path: string; bytes: number }[]
}

export type ImageParameters = {
  projectRoot: string
  cache: PackageCache
  models?: readonly string[] | undefined
  /** Folders of further models, such as sealed ones, in the place of those with their names. */
  modelFolders?: readonly string[] | undefined
  /** The enclave gets a way out, and its command line says who is KMS and who is a peer. */
  secrets?: SecretsCommand | undefined
  serving?: ServingOptions | undefined
  signer?: ImageSigner | undefined
  /** Other than Debian's kernel, with the command line and modules that go with it. */
  kernel?: { image: Uint8Array; modules: readonly { name: string; content: Uint8Array }[] } | undefined
  cmdline?: string | undefined
  onProgress?(line: string): void
}

export async function buildImage(parameters: ImageParameters): Promise<BuiltImage> {
  const { projectRoot, cache, models, modelFolders = [], secrets, serving = {}, signer, onProgress = () => {} } = parameters
  const [libc, libgcc, libstdcxx, compiler, gzip] = (await Promise.all(
    [pins.libc, pins.libgcc, pins.libstdcxx, pins.compiler, pins.gzip].map((pin) => cache.debian(pin)),
  )) as [string, string, string, string, string]
  const node = await cache.npm(pins.node)
  const { image: kernel, modules } = parameters.kernel ?? debianKernel(await cache.debian(pins.kernel))
  const tools = toolchain({ compiler, gzip, libc, keep: cache.keep })

  onProgress('compiling init')
  const boot = encodeCpio(bootFiles(await tools.compile('init'), modules))
  onProgress('bundling the enclave')
  const application = await applicationFiles({ projectRoot, prefix: 'rootfs/nacre', models, modelFolders })
  const isSealed = ({ path }: CpioEntry) => path.endsWith('/sealed.json')
  if (secrets === undefined && application.some(isSealed))
    throw new ImageError('BUILD_FAILED', 'A sealed model opens with KMS alone: say whose credentials the enclave takes (--kms-credentials)')
  const isDependency = ({ path }: CpioEntry) => path.startsWith('rootfs/nacre/node_modules/')
  // What changes with every commit apart from what seldom does: the rest is compressed once.
  const parts: CpioEntry[][] = [
    [
      ...systemFiles({ libc, libgcc, libstdcxx, node }),
      { path: 'rootfs/sbin/confine', mode: 0o555, kind: 'file', content: await tools.compile('confine') },
      // Where init mounts.
      ...['dev', 'proc', 'sys'].map((name): CpioEntry => ({ path: `rootfs/${name}`, mode: 0o555, kind: 'directory' })),
    ],
    application.filter(isDependency),
    [
      { path: 'cmd', mode: 0o444, kind: 'file', content: lines(serverCommand(secrets, serving)) },
      { path: 'env', mode: 0o444, kind: 'file', content: lines(serverEnvironment) },
      ...application.filter((entry) => !isDependency(entry)),
    ],
  ]
  const unpacked = parts.map((part) => encodeCpio(withDirectories(part)))
  onProgress(`compressing ${Math.round(sum(unpacked) / 1e6)} MB`)
  const ramdisks = [boot]
  for (const part of unpacked) ramdisks.push(await tools.gzip(part))
  const cmdline = new TextEncoder().encode(parameters.cmdline ?? defaultCmdline)
  const unsigned = { kernel, cmdline, ramdisks, signature: null }
  const { pcr0 } = await measureEif(unsigned)
  const signed = signer === undefined ? null : await signImage(pcr0, signer)
  const eif = encodeEif({ ...unsigned, metadata: metadata(), signature: signed?.section, memoryBytes, cpus })
  return {
    eif,
    measurements: await measureEif({ ...unsigned, signature: signed }),
    bootMemoryBytes: sum(unpacked) + sum(ramdisks),
    files: parts.flat().flatMap((entry) => (entry.kind === 'file' ? [{ path: entry.path, bytes: entry.content.length }] : [])),
  }
}

/** As AWS's own, so that the image boots there: a console that only debug mode shows, a restart (which ends the enclave) instead of a hang. */
const defaultCmdline =
  'reboot=k panic=-1 console=ttyS0 loglevel=4 edd=off random.trust_cpu=on i8042.noaux i8042.nomux i8042.nopnp i8042.dumbkbd'

export const enclavePorts = { tls: 8443, http: 8080, log: 8444 } as const

/** Of the machine outside: where the enclave's way out begins. */
export const hostPorts = { egress: 9443 } as const

const serverCommand = (secrets: SecretsCommand | undefined, serving: ServingOptions) => [
  '/usr/bin/node',
  '/nacre/main.js',
  '--nsm',
  'device:/dev/nsm',
  '--tls',
  `vsock:${enclavePorts.tls}`,
  '--http',
  `vsock:${enclavePorts.http}`,
  '--log',
  `vsock:${enclavePorts.log}`,
  '--models',
  '/nacre/models',
  '--confine',
  '/sbin/confine',
  ...(secrets === undefined ? [] : secretsArguments(secrets, `vsock:${hostPorts.egress}`)),
  ...servingArguments(serving),
]
const serverEnvironment = ['HOME=/', 'NODE_ENV=production', 'PATH=/usr/bin']

/** In the order of their dependencies. What the image runs on has some of this hardware: virtio over memory or PCI (built in), and the security module. */
const moduleNames = ['vsock', 'vmw_vsock_virtio_transport_common', 'vmw_vsock_virtio_transport', 'virtio_mmio', 'nsm']

const pins = JSON.parse(readFileSync(new URL('packages.json', import.meta.url), 'utf8')) as Record<
  'kernel' | 'libc' | 'libgcc' | 'libstdcxx' | 'node' | 'compiler' | 'gzip',
  PinnedPackage
>
/** What the image asks for when nobody says otherwise. */
const memoryBytes = 1 << 30
const cpus = 2

function debianKernel(folder: string): { image: Uint8Array; modules: { name: string; content: Uint8Array }[] } {
  const [image] = readdirSync(join(folder, 'boot')).filter((name) => name.startsWith('vmlinuz-'))
  const [release] = readdirSync(join(folder, 'usr/lib/modules'))
  if (image === undefined || release === undefined) throw new Error('The kernel package holds no kernel')
  const all = readdirSync(join(folder, 'usr/lib/modules', release, 'kernel'), { recursive: true, encoding: 'utf8' })
  const modules = moduleNames.map((name) => {
    const path = all.find((candidate) => candidate.endsWith(`/${name}.ko.xz`))
    if (path === undefined) throw new Error(`The kernel package has no module ${name}`)
    return { name: `${name}.ko.xz`, content: readFileSync(join(folder, 'usr/lib/modules', release, 'kernel', path)) }
  })
  return { image: readFileSync(join(folder, 'boot', image)), modules }
}

function bootFiles(init: Uint8Array, modules: readonly { name: string; content: Uint8Array }[]): CpioEntry[] {
  return [
    { path: 'dev', mode: 0o755, kind: 'directory' },
    // The kernel gives it to init, before init mounts anything.
    { path: 'dev/console', mode: 0o600, kind: 'character', major: 5, minor: 1 },
    { path: 'init', mode: 0o555, kind: 'file', content: init },
    { path: 'modules', mode: 0o755, kind: 'directory' },
    { path: 'modules/order', mode: 0o444, kind: 'file', content: lines(modules.map(({ name }) => `/modules/${name}`)) },
    ...modules.map(({ name, content }): CpioEntry => ({ path: `modules/${name}`, mode: 0o444, kind: 'file', content })),
  ]
}

/** Node and the libraries that it and the native packages are linked with. No shell, no package manager, no tools. */
function systemFiles({ libc, libgcc, libstdcxx, node }: Record<'libc' | 'libgcc' | 'libstdcxx' | 'node', string>): CpioEntry[] {
  const file = (path: string, from: string, mode = 0o444): CpioEntry => ({
    path: `rootfs/${path}`,
    mode,
    kind: 'file',
    content: readFileSync(from),
  })
  const library = (name: string, folder: string, real = name) => file(`lib/x86_64-linux-gnu/${name}`, join(folder, libraryFolder, real))
  const [libstdcxxFile] = readdirSync(join(libstdcxx, libraryFolder)).filter((name) => /^libstdc\+\+\.so\.6\.\d/.test(name))
  return [
    file('usr/bin/node', join(node, 'package/bin/node'), 0o555),
    file('lib64/ld-linux-x86-64.so.2', join(libc, libraryFolder, 'ld-linux-x86-64.so.2'), 0o555),
    ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'librt.so.1'].map((name) => library(name, libc)),
    library('libgcc_s.so.1', libgcc),
    library('libstdc++.so.6', libstdcxx, libstdcxxFile),
  ]
}

/** With every directory on the way to a file: a ramdisk is unpacked in order, and makes no directories by itself. */
function withDirectories(entries: readonly CpioEntry[]): CpioEntry[] {
  const directories = new Set<string>()
  for (const { path } of entries) {
    const names = path.split('/')
    for (let depth = 1; depth < names.length; depth++) directories.add(names.slice(0, depth).join('/'))
  }
  const present = new Set(entries.map(({ path }) => path))
  const missing = [...directories].filter((path) => !present.has(path))
  return [...missing.map((path): CpioEntry => ({ path, mode: 0o555, kind: 'directory' })), ...entries]
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { length }) => total + length, 0)
}

function lines(entries: readonly string[]): Uint8Array {
  return Buffer.from(entries.map((entry) => `${entry}\n`).join(''))
}

/** In the form that AWS's tools show. Nothing in it may differ from build to build, and nothing in it is measured. */
function metadata(): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      ImageName: 'nacre',
      ImageVersion: '0.1.0',
      BuildMetadata: {
        BuildTime: '1970-01-01T00:00:00+00:00',
        BuildTool: 'nacre',
        BuildToolVersion: '0.1.0',
        OperatingSystem: 'Debian',
        KernelVersion: pins.kernel.version,
      },
      DockerInfo: {},
      CustomMetadata: null,
    }),
  )
}
