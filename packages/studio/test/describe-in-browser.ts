import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import type { Studio } from '@agentmem/studio'
import { afterAll, beforeAll, beforeEach, describe, onTestFinished } from 'vitest'

/** Where systems keep a browser; AGENTMEM_CHROMIUM names another. */
const places = [
  process.env['AGENTMEM_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const executablePath = places.find(place => place !== '' && existsSync(place))
const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('chromium')
const missing =
  executablePath === undefined ? 'there is no Chromium; AGENTMEM_CHROMIUM may name one' : undefined

/** It is started by tests alone, as root in containers too, and speaks to nobody but the studio. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How a page is opened. */
export interface PageOptions {
  /** In pixels. Default 1280. */
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  /** Default: the URL of the studio. */
  readonly url?: string
  /** Lets a test put code of its own into the page. */
  readonly bypassCSP?: boolean
}

/** Opens the page of a studio, with nothing of an earlier test. What goes wrong in it is in `troubles`. */
export type OpenPage = (
  studio: Studio,
  options?: PageOptions,
) => Promise<{ readonly page: Page; readonly troubles: string[] }>

/** Tests that need a real browser. Without one they are skipped, with the reason on the screen; where AGENTMEM_REQUIRE names chromium, they fail. */
export function describeInBrowser(title: string, body: (open: OpenPage) => void): void {
  describe(title, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      if (missing !== undefined && required) throw new Error(missing)
      if (missing !== undefined) return console.error(`Skipped: ${title}: ${missing}`)
      browser = await chromium.launch({ executablePath, args })
    }, 120_000)
    afterAll(() => browser?.close())
    beforeEach(context => {
      if (missing !== undefined) context.skip(missing)
    })
    body(
      async (studio, { width = 1280, colorScheme = 'light', url = studio.url, bypassCSP = false } = {}) => {
        if (!browser) throw new Error('The browser is there only while tests run.')
        const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP })
        onTestFinished(() => context.close())
        const page = await context.newPage()
        page.setDefaultTimeout(20_000)
        const troubles: string[] = []
        page.on('pageerror', error => troubles.push(error.message))
        page.on('console', message => message.type() === 'error' && troubles.push(message.text()))
        page.on('request', request => {
          if (!request.url().startsWith(new URL(studio.url).origin))
            troubles.push(`asked for ${request.url()}`)
        })
        await page.goto(url)
        return { page, troubles }
      },
    )
  })
}
