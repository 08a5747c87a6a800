import { MapStore, Memory, RuleExtractor } from '@agentmem/core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened } from './opened.ts'
import { hostile, sampleMemory } from './sample-memory.ts'
import { textOf } from './seen.ts'

describeInBrowser('health', open => {
  test('says what the parts hold, that nothing is wrong, and what verifying has found', async () => {
    const { studio, memory } = await opened()
    await memory.flush()
    const { page } = await open(studio)
    await page.getByRole('button', { name: 'Health' }).click()
    await page.getByText('Nothing to look at.').waitFor()
    expect(await textOf(page, '[aria-label=Store]')).toMatch(/memories, of all organizations6/)
    expect(await textOf(page, '[aria-label=Index]')).toMatch(
      /vectors6behind the storenothing.*last errornone/,
    )
    await page.getByLabel('Let the database check its own files').check()
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('6 memories checked. All is well.').waitFor()
    await memory.add('Ada plays the cello.', { userId: 'ada' })
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByLabel('Store').getByText('7', { exact: true }).first().waitFor()
  })

  test('says what is behind and failed, and what was dropped', async () => {
    const memory = await sampleMemory()
    const stats = await memory.stats()
    const infer = {
      ...stats.infer,
      calls: 12,
      dropped: { 'no message says it': 3, 'it names nobody': 1 },
      lastDropped: [
        { reason: 'it names nobody', sources: ['m2', 'gone'] },
        { reason: 'no message says it', sources: [] },
      ],
      lastError: 'The model did not answer.',
    }
    const follower = { ...stats.follower, tail: 4_321, lastError: 'The disk is full.' }
    memory.stats = () => Promise.resolve({ ...stats, infer, follower })
    memory.verify = () =>
      Promise.resolve({ ok: false, checked: 6, missing: ['m1', 'm2'], different: ['m3'], orphans: 4 })
    const { studio } = await opened({ memory })
    const { page } = await open(studio)
    await page.getByText('3 to look at').waitFor()
    await page.getByRole('button', { name: /Health/ }).click()
    const said = await textOf(page, '.health .failure')
    for (const part of ['The disk is full.', '4,321 changes behind', 'The model did not answer.'])
      expect(said).toContain(part)
    const mode = await textOf(page, '[aria-label="Intelligent mode"]')
    expect(mode).toMatch(/calls of a model12/)
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('2 missing, 1 different, 4 of no memory').waitFor()
    const dropped = page.getByLabel('Intelligent mode').locator('li')
    expect(await dropped.allTextContents()).toEqual(['it names nobodym2gone', 'no message says it'])
    await dropped.getByRole('button', { name: 'm2' }).click()
    await page.locator('.whole-text').getByText('Ada is allergic to peanuts.').waitFor()
    await page.getByRole('button', { name: /Health/ }).click()
    await dropped.getByRole('button', { name: 'gone' }).click()
    await page.getByText('Nothing is known of this id').waitFor()
  })

  test('shows the messages that wait, and those that were given up with the reason', async () => {
    const memory = await Memory.open({ store: new MapStore(), extractor: new RuleExtractor() })
    const said = [{ role: 'user', content: `I moved to Porto. ${hostile}` }, 'My cat is called Mia.']
    await memory.addBatch(said, { userId: 'ada', infer: true, wait: 'stored' })
    const read = memory.pending.bind(memory)
    memory.pending = async options => {
      const { results } = await read({ ...options, state: 'waiting' })
      if (options?.state !== 'parked') return { results, next: undefined }
      const [first] = results.map(one => ({ ...one, attempts: 5, reason: 'The model gave no JSON.' }))
      return { results: first ? [first] : [], next: undefined }
    }
    const { studio } = await opened({ memory })
    const { page, troubles } = await open(studio)
    await page.getByText('1 to look at').waitFor()
    await page.getByRole('button', { name: /Health/ }).click()
    const waiting = page.getByLabel('Messages that wait')
    await waiting.getByText('2 messages, the oldest since').waitFor()
    expect(await waiting.locator('.text').allTextContents()).toEqual([
      `I moved to Porto. ${hostile}`,
      'My cat is called Mia.',
    ])
    const parked = page.getByLabel('Messages that were given up')
    expect(await parked.locator('li').allTextContents()).toMatchObject([
      expect.stringMatching(/I moved to Porto.*tried 5 times.*The model gave no JSON\./),
    ])
    expect(await textOf(page, '.health .failure')).toContain('1 message is parked')
    expect(troubles).toEqual([])
  })

  test('shows what a memory refuses', async () => {
    const { studio, memory } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: 'Health' }).click()
    await page.getByText('Intelligent mode').waitFor()
    memory.stats = () => Promise.reject(new TypeError('a mistake'))
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByRole('alert').waitFor()
    expect(await textOf(page, '.failure')).toContain('BACKEND')
  })
})
