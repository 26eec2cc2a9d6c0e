import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImageError } from './image-error.ts'
import { runTool } from './run-tool.ts'

/**
 * Packages that are not npm dependencies: from Debian's archive, and one from the npm registry. Each is fetched by its ordinary client, held to its pinned hash, and unpacked into a cache directory
 * without installing anything; the system's own packages are not looked at.
 */
export type PinnedPackage = { name: string; version: string; sha256: string }

export type PackageCache = {
  /** The directory with the package's files. */
  debian(pin: PinnedPackage): Promise<string>
  npm(pin: PinnedPackage): Promise<string>
  /** One directory with the files of these packages and of everything they need, from Debian's releases in this order of preference, in whatever versions these have today. */
  closure(name: string, packages: readonly string[]): Promise<string>
  /** What `make` gives for this input, kept under the input's hash. */
  keep(kind: string, input: Uint8Array, make: () => Promise<Uint8Array>): Promise<Uint8Array>
}

export type PackageCacheParameters = {
  directory: string
  /** Address of a Debian archive; by default the one that this machine's apt uses. */
  mirror?: string | undefined
  /** Where proxies and the npm client's settings come from. */
  environment: Environment
  /** One line for each thing that is fetched. */
  onProgress?(line: string): void
}

type Environment = Readonly<Record<string, string | undefined>>

export function packageCache({ directory, mirror, environment, onProgress = () => {} }: PackageCacheParameters): PackageCache {
  mkdirSync(directory, { recursive: true })
  let apt: Promise<Apt> | undefined
  const ensureApt = () => {
    if (apt !== undefined) return apt
    // Of this process alone: apt's lists can be written by one at a time.
    const own = mkdtempSync(join(directory, '.apt-'))
    process.once('exit', () => rmSync(own, { recursive: true, force: true }))
    apt = prepareApt({ directory: own, mirror, environment, onProgress })
    return apt
  }

  /** A directory that is there is whole: it is filled under another name first. */
  async function once(name: string, fill: (temporary: string) => Promise<void>): Promise<string> {
    const path = join(directory, name)
    if (existsSync(path)) return path
    const temporary = mkdtempSync(join(directory, '.filling-'))
    try {
      await fill(temporary)
      try {
        renameSync(temporary, path)
      } catch (error) {
        // Another build was faster; its directory is the same.
        if (!existsSync(path)) throw error
      }
      return path
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  }

  return {
    debian: (pin) =>
      once(`${pin.name}-${fileVersion(pin.version)}-${pin.sha256.slice(0, 16)}`, async (temporary) => {
        onProgress(`fetching ${pin.name} ${pin.version} from Debian`)
        const { aptEnvironment } = await ensureApt()
        const fetched = mkdtempSync(join(directory, '.fetching-'))
        try {
          await runTool('apt-get', ['download', '-q', `${pin.name}=${pin.version}`], { cwd: fetched, env: aptEnvironment }).catch(
            (cause) => {
              throw unavailable(pin, 'Debian', cause)
            },
          )
          await runTool('dpkg-deb', ['--extract', onlyFile(fetched, pin), temporary])
        } finally {
          rmSync(fetched, { recursive: true, force: true })
        }
      }),
    npm: (pin) =>
      once(`${pin.name}-${fileVersion(pin.version)}-${pin.sha256.slice(0, 16)}`, async (temporary) => {
        onProgress(`fetching ${pin.name} ${pin.version} from the npm registry`)
        const fetched = mkdtempSync(join(directory, '.fetching-'))
        try {
          const env = inherited(environment, ['HOME', 'PATH', /^npm_config_/i, /_proxy$/i])
          await runTool('npm', ['pack', '--silent', '--pack-destination', fetched, `${pin.name}@${pin.version}`], {
            cwd: fetched,
            env,
          }).catch((cause) => {
            throw unavailable(pin, 'the npm registry', cause)
          })
          await runTool('tar', ['--extract', '--no-same-owner', '--file', onlyFile(fetched, pin), '--directory', temporary])
        } finally {
          rmSync(fetched, { recursive: true, force: true })
        }
      }),
    async keep(kind, input, make) {
      const folder = await once(`${kind}-${createHash('sha256').update(input).digest('hex')}`, async (temporary) =>
        writeFileSync(join(temporary, 'result'), await make()),
      )
      return Uint8Array.from(readFileSync(join(folder, 'result')))
    },
    async closure(name, packages) {
      return once(name, async (temporary) => {
        const { aptEnvironment, archives } = await ensureApt()
        onProgress(`fetching ${packages.join(', ')} and what they need from Debian (about 40 MB)`)
        rmSync(archives, { recursive: true, force: true })
        mkdirSync(join(archives, 'partial'), { recursive: true })
        await runTool('apt-get', ['install', '--download-only', '--no-install-recommends', '--yes', '-q', ...packages], {
          env: aptEnvironment,
        })
        const debs = readdirSync(archives).filter((file) => file.endsWith('.deb'))
        for (const deb of debs.sort()) await runTool('dpkg-deb', ['--extract', join(archives, deb), temporary])
        writeFileSync(join(temporary, 'packages.txt'), debs.map((deb) => `${deb}\n`).join(''))
        rmSync(archives, { recursive: true, force: true })
      })
    },
  }
}

type Apt = { aptEnvironment: Record<string, string>; archives: string }

/** An apt of its own: it knows Debian's releases, has nothing installed, and never touches the system's. Signatures are checked against Debian's keys on this machine. */
async function prepareApt(
  parts: Required<Pick<PackageCacheParameters, 'directory' | 'environment' | 'onProgress'>> & { mirror: string | undefined },
): Promise<Apt> {
  const { directory, environment, onProgress } = parts
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  if (!existsSync(keyring)) throw new ImageError('TOOL_MISSING', `Debian's keys are not at ${keyring}: install debian-archive-keyring`)
  const mirror = parts.mirror ?? (await systemMirror())
  const archives = join(directory, 'archives')
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(directory, folder), { recursive: true })
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const sources = `Types: deb\nURIs: ${mirror}\nSuites: trixie trixie-updates trixie-backports sid\nComponents: main\nArchitectures: amd64\nSigned-By: ${keyring}\n`
  const pins = [
    ['trixie', 900],
    ['trixie-updates', 900],
    ['trixie-backports', 300],
    ['sid', 100],
  ].map(([release, priority]) => `Package: *\nPin: release n=${release}\nPin-Priority: ${priority}\n`)
  const settings = {
    'Dir::State': directory,
    'Dir::State::status': file('status', ''),
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': archives,
    'Dir::Etc::sourcelist': file('debian.sources', sources),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': file('preferences', pins.join('\n')),
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Architecture': 'amd64',
    'APT::Sandbox::User': 'root', // the cache is ours and nobody else's: there is no one to change to
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false', // an archive of an earlier day is as good as today's: packages are held to their hashes
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`)
  const aptEnvironment = {
    ...inherited(environment, [/_proxy$/i]),
    APT_CONFIG: file('apt.conf', `${lines.join('')}APT::Architectures { "amd64"; };\n`),
  }
  onProgress("reading Debian's lists of packages")
  await runTool('apt-get', ['update', '-q'], { env: aptEnvironment }).catch((cause) => {
    throw new ImageError('PACKAGE_UNAVAILABLE', `Debian's archive cannot be read: ${(cause as Error).message}`, { cause })
  })
  return { aptEnvironment, archives }
}

async function systemMirror(): Promise<string> {
  const listed = await runTool('apt-get', ['indextargets', '--format', '$(REPO_URI)']).catch((cause) => {
    throw new ImageError(
      'TOOL_MISSING',
      'Building an image needs apt and dpkg: build on Debian, or in a container of it (see docker/README.md)',
      { cause },
    )
  })
  const mirror = listed
    .toString()
    .split('\n')
    .find((uri) => /\/debian\/?$/.test(uri))
  if (mirror === undefined)
    throw new ImageError('PACKAGE_UNAVAILABLE', "This machine's apt knows no Debian archive: name one with --mirror")
  return mirror
}

function onlyFile(directory: string, pin: PinnedPackage): string {
  const [file, ...others] = readdirSync(directory)
  if (file === undefined || others.length > 0) throw new ImageError('PACKAGE_UNAVAILABLE', `${pin.name} did not arrive as one file`)
  const path = join(directory, file)
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (sha256 !== pin.sha256)
    throw new ImageError(
      'PACKAGE_MISMATCH',
      `${pin.name} ${pin.version} has SHA-256 ${sha256}, pinned is ${pin.sha256}: another file under the same version`,
    )
  return path
}

function unavailable(pin: PinnedPackage, where: string, cause: unknown): ImageError {
  const remedy =
    where === 'Debian'
      ? "Debian's archives keep the current version only: name an archive that has it with --mirror, such as Debian's snapshot of the day in packages.json. "
      : ''
  return new ImageError('PACKAGE_UNAVAILABLE', `${where} has no ${pin.name} ${pin.version}. ${remedy}${(cause as Error).message}`, {
    cause,
  })
}

/** Epochs have colons, which some file systems do not like. */
function fileVersion(version: string): string {
  return version.replace(/[^A-Za-z0-9.+-]/g, '_')
}

function inherited(environment: Environment, names: readonly (string | RegExp)[]): Record<string, string> {
  const wanted = (name: string) => names.some((pattern) => (typeof pattern === 'string' ? pattern === name : pattern.test(name)))
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (wanted(name) && value !== undefined ? [[name, value]] : [])),
  )
}
