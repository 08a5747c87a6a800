import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened } from './opened.ts'
import { rows } from './seen.ts'

/** What has the focus: its id, or its text. */
const focused = (page: Page): Promise<unknown> =>
  page.evaluate('document.activeElement.id || document.activeElement.textContent')
const active = async (page: Page): Promise<string> =>
  (await page.locator('.row.is-active .text').textContent()) ?? ''

describeInBrowser('with the keyboard alone', open => {
  test('one searches by /, moves by arrows, opens by Enter, and closes by Escape', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    await rows(page).first().waitFor()
    await page.getByRole('button', { name: /^ada/ }).press('Enter')
    await page.getByText('4 memories').waitFor()
    await page.keyboard.press('/')
    expect(await focused(page)).toBe('query')
    await page.keyboard.type('tea/coffee report')
    await page.keyboard.press('Enter')
    await page.getByText('best first').waitFor()
    await expect.poll(() => focused(page)).toBe('memories')
    const [first = '', second = ''] = await rows(page).allInnerTexts()
    await page.keyboard.press('ArrowDown')
    expect(second).toContain(await active(page))
    expect(await page.getByRole('listbox').getAttribute('aria-activedescendant')).toBe('row-1')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    expect(first).toContain(await active(page))
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Facts' }).waitFor()
    // What is open follows, beside the list.
    await page.keyboard.press('ArrowDown')
    await expect
      .poll(async () => second.includes((await page.locator('.whole-text').textContent()) ?? '?'))
      .toBe(true)
    await page.keyboard.press('Escape')
    await page.locator('.detail').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('memories')
  })

  test('Delete asks first, with the focus on the way out, and Escape is one', async () => {
    const { studio, memory } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).press('Enter')
    await page.getByText('4 memories').waitFor()
    await page.getByRole('listbox').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').waitFor()
    expect(await focused(page)).toBe('Cancel')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(() => focused(page)).toBe('memories')
    expect((await memory.getAll({ userId: 'ada' })).results).toHaveLength(4)
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Delete')
    await page.keyboard.press('Enter')
    await page.getByText('Deleted.').waitFor()
    expect(await memory.get('m3')).toBeUndefined()
    await expect.poll(() => focused(page)).toBe('memories')
  })

  test('every control is reached, and shows that it has the focus', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).press('Enter')
    await page.getByText('4 memories').waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Add a condition' }).press('Enter')
    await rows(page).first().click()
    await page.getByRole('heading', { name: 'Facts' }).waitFor()
    await page.evaluate('document.activeElement.blur()')
    const wanted = await page.locator('button:visible, input:visible, select:visible, [role=listbox]').count()
    const reached = new Set<unknown>()
    for (let n = 0; n < wanted + 20; n++) {
      await page.keyboard.press('Tab')
      const [tag, path, outline] = await page.evaluate<[string, number, string]>(`(() => {
        const at = document.activeElement
        const all = [...document.querySelectorAll('button, input, select, [role=listbox]')]
        const { outlineStyle, outlineWidth } = getComputedStyle(at)
        return [at.tagName, all.indexOf(at), outlineStyle + ' ' + outlineWidth]
      })()`)
      if (tag === 'BODY') continue
      if (path >= 0) reached.add(path)
      expect([tag, outline]).toEqual([tag, 'solid 2px'])
    }
    expect(reached.size).toBe(wanted)
  })
})
