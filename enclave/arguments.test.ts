import { describe, expect, test } from 'vitest'
import { decodeArguments } from './arguments.ts'

const args = ['--nsm', 'unix:/run/nsm.sock', '--tls', 'unix:/run/tls.sock', '--http', 'unix:/run/http.sock', '--models', 'models']

describe('the command line', () => {
  test('names an NSM, two listeners and the models', () => {
    expect(decodeArguments(args)).toEqual({
      nsmPath: '/run/nsm.sock',
      tlsPath: '/run/tls.sock',
      httpPath: '/run/http.sock',
      modelsFolder: 'models',
      tlsName: 'localhost',
    })
    expect(decodeArguments([...args, '--name', 'nacre.example']).tlsName).toBe('nacre.example')
    expect(decodeArguments([...args, '--verify-root', 'aws']).verificationRoot).toBe('aws')
  })

  test.each([
    ['nothing', []],
    ['no models', args.slice(0, 6)],
    ['no listener', [...args.slice(0, 4), ...args.slice(6)]],
    ['an unknown option', [...args, '--insecure']],
    ['a further word', [...args, 'x']],
    ['an address without its kind', [...args, '--tls', '/run/tls.sock']],
    ['an empty path', [...args, '--tls', 'unix:']],
    ['a path longer than a socket address holds', [...args, '--tls', `unix:/${'x'.repeat(107)}`]],
    ['a name that is no host name', [...args, '--name', 'a b']],
  ])('refuses %s', (_, list) => {
    expect(() => decodeArguments(list)).toThrowError(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
  })

  test('names a way out, and with it a KMS', () => {
    const egress = [...args, '--egress', 'unix:/run/egress.sock']
    expect(decodeArguments(egress).egress).toEqual({ path: '/run/egress.sock', credentials: 'instance', kms: undefined })
    const kms = ['--kms-credentials', 'host', '--kms-endpoint', 'kms.example:443', '--kms-ca', 'AQID']
    expect(decodeArguments([...egress, ...kms]).egress).toEqual({
      path: '/run/egress.sock',
      credentials: 'host',
      kms: { host: 'kms.example', port: 443, certificateDer: Uint8Array.of(1, 2, 3) },
    })
    const refused = [
      [...args, ...kms],
      [...egress, '--kms-credentials', 'key'],
      [...egress, '--kms-endpoint', 'kms.example:443'],
      [...egress, '--kms-ca', 'AQID'],
      ...['kms.example', 'kms.example:0', 'https://kms.example:443', ':443'].map((endpoint) => [
        ...egress,
        '--kms-endpoint',
        endpoint,
        '--kms-ca',
        'AQID',
      ]),
      ...['', 'AQI', 'not base64'].map((ca) => [...egress, '--kms-endpoint', 'kms.example:443', '--kms-ca', ca]),
    ]
    for (const list of refused) expect(() => decodeArguments(list)).toThrowError(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
  })

  test('says that a device is not reached', () => {
    expect(() => decodeArguments([...args, '--nsm', 'device:/dev/nsm'])).toThrowError(
      expect.objectContaining({ code: 'ARGUMENTS_INVALID', received: 'device:/dev/nsm' }),
    )
  })
})
