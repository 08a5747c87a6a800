import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened } from './opened.ts'
import { rows } from './seen.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page as it stands: the rule, and the element. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]))`)
}

describeInBrowser('axe finds nothing to complain of', open => {
  const looks = [
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 390 },
    { colorScheme: 'dark', width: 390 },
  ] as const
  test.each(looks)('in $colorScheme at $width pixels', async look => {
    const { studio, memory } = await opened()
    await memory.delete('m2', { soft: true })
    const stats = await memory.stats()
    const follower = { ...stats.follower, lastError: 'The disk is full.' }
    const lastDropped = [{ reason: 'invented', sources: ['m1', 'm2'] }]
    const infer = { ...stats.infer, dropped: { invented: 1 }, lastDropped }
    memory.stats = () => Promise.resolve({ ...stats, follower, infer })
    const { page } = await open(studio, { ...look, bypassCSP: true })
    const toggle = page.getByRole('button', { name: 'Users, agents, runs' })
    const isNarrow = look.width < 900
    await rows(page).first().waitFor()
    expect(['last changed', await violations(page)]).toEqual(['last changed', []])
    if (isNarrow) await toggle.click()
    expect(['scopes', await violations(page)]).toEqual(['scopes', []])
    await page.getByRole('button', { name: /^ada/ }).click()
    await page.getByText('3 memories').waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByLabel('Key in the metadata').fill('topic')
    await page.getByLabel('Value', { exact: true }).fill('work')
    await page.getByText('1 memory').waitFor()
    expect(['filter', await violations(page)]).toEqual(['filter', []])
    await page.getByRole('button', { name: 'Remove all' }).click()
    await page.getByRole('searchbox', { name: 'Search', exact: true }).fill('report due')
    await page.keyboard.press('Enter')
    await page.getByText('best first').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /Score/ }).waitFor()
    expect(['found', await violations(page)]).toEqual(['found', []])
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('dialog').waitFor()
    expect(['dialog', await violations(page)]).toEqual(['dialog', []])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Health/ }).click()
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('checked').waitFor()
    expect(['health', await violations(page)]).toEqual(['health', []])
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect(wide).toBeLessThanOrEqual(look.width)
  })

  test('where the door is closed', async () => {
    const { studio } = await opened()
    for (const colorScheme of ['light', 'dark'] as const) {
      const url = new URL('/', studio.url).href
      const { page } = await open(studio, { url, colorScheme, bypassCSP: true })
      await page.getByText('The door is closed').waitFor()
      expect(await violations(page)).toEqual([])
    }
  })
})
