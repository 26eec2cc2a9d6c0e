import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Chromium as Debian packages it; playwright's own is not downloaded. */
const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
export const chromiumPath = paths.find((path) => existsSync(path))

if (chromiumPath === undefined) console.log('skipped: tests in a browser, because there is no Chromium here (apt-get install chromium)')

export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium')
  // As root in a container there is no sandbox to be had; nothing but our own page is loaded.
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
}
