import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addServeCommand } from '@nacre/host/cli/serve'
import { Command } from 'commander'
import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectRoot } from './system.ts'

/** Nothing here runs Docker or AWS: what can be read is read by those who know its language. */
const docker = join(projectRoot, 'docker')
const read = (name: string) => readFileSync(join(docker, name), 'utf8')
const named = (ending: string) => readdirSync(docker).filter((name) => name.endsWith(ending))
const has = (program: string) => spawnSync(program, ['--version']).status === 0
const program = new Command()
addServeCommand(program)
const serve = program.commands.find((command) => command.name() === 'serve') as Command
const serveOptions = new Set(serve.options.map(({ long }) => long))

/** The attack of a forgotten rename: a deployment that starts with an option which `nacre serve` does not have. */
function expectServeOptions(words: readonly string[]): void {
  for (const word of words.filter((one) => one.startsWith('--'))) expect(serveOptions, word).toContain(word)
}

test.each(named('.Dockerfile'))('%s is a Dockerfile without faults, of files that exist', (name) => {
  const text = read(name)
  expect(validate(text)).toEqual([])
  const programs = [...text.matchAll(/"node", "([^"]+)"|&& node (\S+)/g)].map(([, listed, run]) => listed ?? run)
  expect(programs.length).toBeGreaterThan(0)
  for (const path of programs) expect(existsSync(join(projectRoot, path as string)), path).toBe(true)
  const entryPoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)?.[1] ?? '[]') as string[]
  expectServeOptions(entryPoint)
})

test('compose.yaml starts what nacre serve understands, on the ports that the image offers', () => {
  const { services, volumes } = parse(read('compose.yaml'), { merge: true }) as Compose
  const exposed = (/^EXPOSE (.*)$/m.exec(read('host.Dockerfile'))?.[1] ?? '').split(' ')
  expect(Object.keys(services)).toEqual(['simulated', 'vm'])
  for (const [name, service] of Object.entries(services)) {
    expect(existsSync(join(docker, service.build.context, service.build.dockerfile)), name).toBe(true)
    expect(service.profiles).toEqual([name])
    expectServeOptions(service.command)
    expect(service.command.slice(0, 2)).toEqual(['--machine', name])
    expect(service.ports.map((port) => port.split(':')[1])).toEqual(exposed)
    expect(service.cap_drop).toEqual(['ALL'])
    // A path of the host, or a volume that is declared.
    for (const volume of service.volumes) expect(volume.startsWith('..') || (volume.split(':')[0] as string) in volumes, volume).toBe(true)
  }
})

test('the unit starts what nacre serve understands, with what the script leaves for it', () => {
  const unit = read('nacre.service')
  const script = read('prepare-instance.sh')
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] as string
  const words = value('ExecStart').split(' ')
  expect(words.slice(0, 3)).toEqual(['/usr/bin/node', 'host/nacre.mjs', 'serve'])
  expectServeOptions(words)
  const environment = value('Environment')
  for (const [, variable] of value('ExecStart').matchAll(/\$\{?(\w+)/g)) expect(environment).toContain(`${variable}=`)
  expect(script).toContain(`>${value('EnvironmentFile').slice(1)}\n`)
  for (const [, variable] of (/printf '(.*)' .*environment$/m.exec(script)?.[1] ?? '').matchAll(/(NACRE_\w+)=%s/g))
    expect(environment).toContain(`${variable}=`)
  expect(script).toContain(`useradd --system --home-dir /var/lib/nacre --shell /sbin/nologin --groups ${value('SupplementaryGroups')}`)
  expect(`/var/lib/${value('StateDirectory')}`).toBe('/var/lib/nacre')
})

test.skipIf(!has('systemd-analyze'))('systemd understands the unit (skipped without systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-unit-'))
  try {
    writeFileSync(join(folder, 'nacre.service'), read('nacre.service').replaceAll('/usr/bin/node', process.execPath))
    // Comes with nitro-cli.
    writeFileSync(join(folder, 'nitro-enclaves-allocator.service'), '[Service]\nExecStart=/bin/true\n')
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, 'nacre.service')], { encoding: 'utf8' })
    expect({ status, complaints: stderr.split('\n').filter((line) => line.includes(folder)) }).toEqual({ status: 0, complaints: [] })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.skipIf(!has('shellcheck'))('shellcheck finds nothing in any script (skipped without shellcheck)', () => {
  const scripts = [...named('.sh').map((name) => `docker/${name}`), '.ci/run']
  expect(spawnSync('shellcheck', scripts, { cwd: projectRoot, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' })
})

type Compose = {
  services: {
    [name: string]: {
      build: { context: string; dockerfile: string }
      profiles: string[]
      command: string[]
      ports: string[]
      volumes: string[]
      cap_drop: string[]
    }
  }
  volumes: { [name: string]: unknown }
}
