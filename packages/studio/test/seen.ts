import type { Locator, Page } from 'playwright-core'

/** The text of the first element of this kind. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().textContent()) ?? ''
}

/** The rows of the list of memories; those with this text. */
export function rows(page: Page, hasText: string | RegExp = ''): Locator {
  return page
    .getByRole('listbox', { name: /^Memories/ })
    .getByRole('option')
    .filter({ hasText })
}
