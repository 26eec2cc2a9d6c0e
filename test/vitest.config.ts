import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{verifier,enclave,host,contracts,test}/**/*.test.ts'],
    // Child processes of the tests (enclave, host) find the workspaces' TypeScript by the same condition.
    env: { NODE_OPTIONS: '--conditions=source' },
    setupFiles: ['test/support/property-seed.ts'],
    // No test measures time: these end what hangs, on the slowest machine too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    maxWorkers: 2,
  },
})
