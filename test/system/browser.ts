import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Chromium as Debian packages it; playwright's own is not downloaded. */
const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
export const chromiumPath = paths.find((path) => existsSync(path))

if (chromiumPath === undefined) console.log('skipped: tests in a browser, because there is no Chromium here (apt-get install chromium)')

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium')
  // As root in a container there is no sandbox to be had; nothing but our own page is loaded.
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'], timeout: patienceMs })
  const newContext = browser.newContext.bind(browser)
  // Pages of their own have one, too.
  browser.newContext = async (options) => {
    const context = await newContext(options)
    context.setDefaultTimeout(patienceMs)
    return context
  }
  return browser
}

/** In the console, of the model that was chosen last: until then there is something else to send. */
export const sampleShown = (page: Page) => page.waitForSelector('#input:not([aria-busy=true])')

/** For whatever a test waits: playwright's own 30 seconds are too few on a busy machine. */
const patienceMs = 240_000
