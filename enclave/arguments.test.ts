import { describe, expect, test } from 'vitest'
import { decodeArguments } from './arguments.ts'

const args = [
  '--nsm',
  'unix:/run/nsm.sock',
  '--tls',
  'unix:/run/tls.sock',
  '--http',
  'unix:/run/http.sock',
  '--log',
  'unix:/run/log.sock',
  '--models',
  'models',
]

describe('the command line', () => {
  test('names an NSM, three listeners and the models', () => {
    expect(decodeArguments(args)).toEqual({
      nsm: { unix: '/run/nsm.sock' },
      tls: { unix: '/run/tls.sock' },
      http: { unix: '/run/http.sock' },
      log: { unix: '/run/log.sock' },
      modelsFolder: 'models',
      tlsName: 'localhost',
      confinePath: undefined,
    })
    expect(decodeArguments([...args, '--name', 'nacre.example']).tlsName).toBe('nacre.example')
    expect(decodeArguments([...args, '--verify-root', 'aws']).verificationRoot).toBe('aws')
  })

  test.each([
    ['nothing', []],
    ['no models', args.slice(0, 8)],
    ['no listener', [...args.slice(0, 4), ...args.slice(6)]],
    ['an unknown option', [...args, '--insecure']],
    ['a further word', [...args, 'x']],
    ['an address without its kind', [...args, '--tls', '/run/tls.sock']],
    ['an empty path', [...args, '--tls', 'unix:']],
    ['a path longer than a socket address holds', [...args, '--tls', `unix:/${'x'.repeat(107)}`]],
    ['a device without a path', [...args, '--nsm', 'device:']],
    ['a vsock port that nobody finds', [...args, '--tls', 'vsock:4294967295']],
    ['a vsock port that is none', [...args, '--tls', 'vsock:x']],
    ['a name that is no host name', [...args, '--name', 'a b']],
  ])('refuses %s', (_, list) => {
    expect(() => decodeArguments(list)).toThrowError(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
  })

  test('names a way out, and with it a KMS', () => {
    const egress = [...args, '--egress', 'unix:/run/egress.sock']
    expect(decodeArguments(egress).egress).toEqual({
      at: { unix: '/run/egress.sock' },
      credentials: 'instance',
      kms: undefined,
      handover: undefined,
    })
    const kms = ['--kms-credentials', 'host', '--kms-endpoint', 'kms.example:443', '--kms-ca', 'AQID']
    expect(decodeArguments([...egress, ...kms]).egress).toEqual({
      at: { unix: '/run/egress.sock' },
      credentials: 'host',
      kms: { host: 'kms.example', port: 443, certificateDer: Uint8Array.of(1, 2, 3) },
    })
    const owner = `0x${'ab'.repeat(20)}`
    expect(decodeArguments([...egress, '--handover-root', 'aws', '--handover-owner', owner]).egress?.handover).toEqual({
      root: 'aws',
      owner,
      keepReceiptKey: false,
    })
    expect(decodeArguments([...egress, '--handover-root', 'AQID']).egress?.handover).toEqual({
      root: Uint8Array.of(1, 2, 3),
      owner: undefined,
      keepReceiptKey: false,
    })
    expect(decodeArguments([...egress, '--handover-root', 'aws', '--keep-receipt-key']).egress?.handover).toMatchObject({
      keepReceiptKey: true,
      keepKeyArn: undefined,
    })
    const refused = [
      [...args, ...kms],
      [...args, '--handover-root', 'aws'],
      [...egress, '--handover-owner', owner],
      [...args, '--keep-receipt-key'],
      [...egress, '--keep-receipt-key'],
      [...egress, '--handover-root', 'aws', '--keep-receipt-key=no'],
      [...egress, '--handover-root', 'AQI'],
      [...egress, '--handover-root', 'aws', '--handover-owner', '0x01'],
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

  test('name how long batched answers wait, in milliseconds', () => {
    expect(decodeArguments(args)).toMatchObject({ receiptBatchMsMax: undefined })
    for (const ms of [0, 40, 1000]) expect(decodeArguments([...args, '--batch-ms', String(ms)])).toMatchObject({ receiptBatchMsMax: ms })
    for (const text of ['1001', '-1', '5ms', '05', ''])
      expect(() => decodeArguments([...args, `--batch-ms=${text}`])).toThrowError(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
  })

  test('name how many processes a model has', () => {
    expect(decodeArguments([...args, '--model-processes', 'auto'])).toMatchObject({ modelProcesses: 'auto' })
    for (const count of [1, 16]) expect(decodeArguments([...args, `--model-processes=${count}`])).toMatchObject({ modelProcesses: count })
    for (const text of ['0', '17', '-1', '2.5', 'many', ''])
      expect(() => decodeArguments([...args, `--model-processes=${text}`])).toThrowError(
        expect.objectContaining({ code: 'ARGUMENTS_INVALID' }),
      )
  })

  test('of an image names a device, vsock ports and the program that confines models', () => {
    const inImage = [
      '--nsm',
      'device:/dev/nsm',
      '--tls',
      'vsock:8443',
      '--http',
      'vsock:8080',
      '--log',
      'vsock:8444',
      '--models',
      '/models',
      '--confine',
      '/sbin/confine',
    ]
    expect(decodeArguments(inImage)).toMatchObject({
      nsm: { device: '/dev/nsm' },
      tls: { vsock: 8443 },
      http: { vsock: 8080 },
      log: { vsock: 8444 },
      confinePath: '/sbin/confine',
    })
  })
})
