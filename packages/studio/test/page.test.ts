import { MapStore, Memory, MemoryError } from '@agentmem/core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened, tokenOf } from './opened.ts'
import { hebrew, hostile, sampleMemory } from './sample-memory.ts'
import { rows, textOf } from './seen.ts'

describeInBrowser('the page', open => {
  test('takes the token out of its address, and keeps the door open when it is loaded again', async () => {
    const { studio } = await opened()
    const { page, troubles } = await open(studio)
    await rows(page).first().waitFor()
    expect(page.url()).toBe(new URL('/', studio.url).href)
    await page.reload()
    await rows(page).first().waitFor()
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(tokenOf(studio))
    expect(troubles).toEqual([])
  })

  test('shows nothing without the token, or with another, and says what to open', async () => {
    const { studio } = await opened()
    for (const url of [new URL('/', studio.url).href, studio.url.replace(/#.*/, `#${'x'.repeat(43)}`)]) {
      const { page } = await open(studio, { url })
      await page.getByText('The door is closed').waitFor()
      expect(await textOf(page, 'main')).toContain('Open the URL that `agentmem studio` has printed')
      expect(await rows(page).count()).toBe(0)
    }
  })

  test('shows what was changed last, then users with counts, and the memories of one', async () => {
    const { studio } = await opened({ label: 'sqlite:./m.db' })
    const { page } = await open(studio)
    await page.getByText('Last changed, of everybody').waitFor()
    expect(await rows(page).first().innerText()).toContain('Ada drinks white tea')
    expect(await textOf(page, 'header')).toContain('sqlite:./m.db')
    await page.getByRole('button', { name: 'ada 4 memories' }).click()
    await page.getByText('4 memories, newest first').waitFor()
    expect(await rows(page).first().innerText()).toContain(hebrew)
    await page.getByRole('button', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'chat-7 2 memories' }).click()
    await page.getByText('2 memories, newest first').waitFor()
    await page.getByRole('button', { name: /user ada/ }).click()
    await page.getByRole('button', { name: /run chat-7/ }).click()
    await page.getByText('Last changed, of everybody').waitFor()
  })

  test('says in a search what share each part has of the score', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).click()
    await page.getByText('4 memories').waitFor()
    await page.getByRole('searchbox', { name: 'Search' }).fill('when is the report due')
    await page.keyboard.press('Enter')
    await page.getByText('best first').waitFor()
    expect(await rows(page).first().innerText()).toMatch(/quarterly report.*1\.000/s)
    await rows(page).first().click()
    await page.getByRole('heading', { name: 'Score 1.000' }).waitFor()
    const shares = await page.locator('.shares .percent').allTextContents()
    expect(shares.reduce((sum, share) => sum + Number.parseInt(share, 10), 0)).toBe(100)
    expect(await page.locator('.shares .fill').first().getAttribute('style')).toBe(`width: ${shares[0]};`)
    expect(await textOf(page, '.shares')).toContain('its words and those of the texts beside it')
    await page.getByText('The parts before their weights').click()
    expect(await textOf(page, '.detail details')).toMatch(/its words\s*1\.000/)
  })

  test('shows its history as a difference, newest first', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    await rows(page, /white tea/).click()
    await page.getByRole('heading', { name: 'History' }).waitFor()
    expect(await page.locator('.history del').allTextContents()).toEqual(['green', 'morning'])
    expect(await page.locator('.history ins').allTextContents()).toEqual(['white', 'evening'])
    expect(await page.locator('.history li').allTextContents()).toMatchObject([
      expect.stringMatching(/^changed.*by grace/),
      expect.stringMatching(/^added.*green tea/),
    ])
  })

  test('takes texts for texts: hostile HTML is shown as it is written, and a text from right to left runs so', async () => {
    const { studio } = await opened({ label: hostile })
    const { page, troubles } = await open(studio)
    await page.getByRole('button', { name: /eve/ }).click()
    await page.getByText('1 memory, newest first').waitFor()
    await rows(page).click()
    await page.getByRole('heading', { name: 'Metadata' }).waitFor()
    expect(await textOf(page, '.whole-text')).toBe(hostile)
    expect(await page.evaluate('window.pwned')).toBeUndefined()
    expect(await page.locator('#bold, #app img, #app script').count()).toBe(0)
    expect(await page.getByRole('button', { name: /user <b>eve<\/b>/ }).count()).toBe(1)
    await page.getByRole('button', { name: /user <b>eve<\/b>/ }).click()
    await page.getByText('Last changed, of everybody').waitFor()
    const direction = (text: string): Promise<unknown> =>
      page.evaluate(`(() => {
        const texts = [...document.querySelectorAll('.row .text')]
        return getComputedStyle(texts.find(({ textContent }) => textContent.includes('${text}'))).direction
      })()`)
    expect([await direction(hebrew), await direction('peanuts')]).toEqual(['rtl', 'ltr'])
    expect(troubles).toEqual([])
  })

  test('refuses to take a text for HTML, whoever asks it to', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    const assigned = page.evaluate('document.body.innerHTML = "<b>x</b>"')
    await expect(assigned).rejects.toThrow(/TrustedHTML/)
  })

  test('hides a memory and brings it back, deletes one with its history, and asks before', async () => {
    const { studio, memory } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).click()
    await rows(page, /peanuts/).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await memory.get('m2')).toBeDefined()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('radio', { name: /Hide it/ }).check()
    await page.getByRole('button', { name: 'Hide', exact: true }).click()
    await page.getByText('Hidden.').waitFor()
    expect([await memory.get('m2'), (await memory.history('m2')).length]).toEqual([undefined, 2])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Restored.', { exact: true }).waitFor()
    await page.getByText('4 memories').waitFor()

    await rows(page, /peanuts/).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('radio', { name: /with its history/ }).check()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Deleted, with its history.').waitFor()
    expect([await memory.get('m2'), await memory.history('m2')]).toEqual([undefined, []])
    expect(await rows(page, /peanuts/).count()).toBe(0)
  })

  test('lists what is hidden, and restores it', async () => {
    const { studio, memory } = await opened()
    await memory.delete('m2', { soft: true })
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).click()
    await page.getByLabel('Show').selectOption('hidden')
    await page.getByText('1 memory').waitFor()
    await rows(page, /peanuts/).click()
    await page.getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Nothing is hidden').waitFor()
    expect(await memory.get('m2')).toBeDefined()
  })

  test('offers nothing that changes a memory where it is read-only', async () => {
    const { studio, memory } = await opened({ readOnly: true })
    const { page } = await open(studio)
    await rows(page, /peanuts/).click()
    await page.getByRole('heading', { name: 'History' }).waitFor()
    expect(await textOf(page, 'header')).toContain('read-only')
    await page.getByRole('listbox').press('Delete')
    expect(await page.getByRole('button', { name: /Delete/ }).count()).toBe(0)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect((await memory.getAll({ userId: 'ada' })).results).toHaveLength(4)
  })

  test('says what to do where there is nothing, and where nobody was chosen', async () => {
    const { studio } = await opened({ memory: await Memory.open({ store: new MapStore() }) })
    const { page } = await open(studio)
    await page.getByText('No memories yet').waitFor()
    expect(await textOf(page, '.list')).toContain('agentmem add')
    await page.getByRole('searchbox', { name: 'Search' }).fill('tea')
    await page.keyboard.press('Enter')
    await page.getByText('choose whose memories first').waitFor()
  })

  test('says what went wrong, and tries again', async () => {
    const memory = await sampleMemory()
    const page$ = memory.page.bind(memory)
    memory.page = () => Promise.reject(new MemoryError('UNAVAILABLE', 'The server is away.'))
    const { studio } = await opened({ memory })
    const { page } = await open(studio)
    await page.getByRole('alert').waitFor()
    expect(await textOf(page, '.failure')).toContain('UNAVAILABLE The server is away.')
    memory.page = page$
    await page.getByRole('button', { name: 'Try again' }).click()
    await rows(page).first().waitFor()
    await studio.close()
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByText('is it still running?').waitFor()
  })
})
