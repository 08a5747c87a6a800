import { expect, test } from 'vitest'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened } from './opened.ts'
import { sampleMemory } from './sample-memory.ts'
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

  test('says what is behind and failed, what waits, and what was dropped', async () => {
    const memory = await sampleMemory()
    const stats = await memory.stats()
    const infer = {
      ...stats.infer,
      calls: 12,
      dropped: { 'no message says it': 3, 'it names nobody': 1 },
      lastError: 'The model did not answer.',
      waiting: 7,
      parked: 2,
      oldestWaiting: Date.now() - 3 * 3_600_000,
    }
    const follower = { ...stats.follower, tail: 4_321, lastError: 'The disk is full.' }
    memory.stats = () => Promise.resolve({ ...stats, infer, follower })
    memory.verify = () =>
      Promise.resolve({ ok: false, checked: 6, missing: ['m1', 'm2'], different: ['m3'], orphans: 4 })
    const { studio } = await opened({ memory })
    const { page } = await open(studio)
    await page.getByText('4 to look at').waitFor()
    await page.getByRole('button', { name: /Health/ }).click()
    const said = await textOf(page, '.health .failure')
    for (const part of [
      'The disk is full.',
      '4,321 changes behind',
      'The model did not answer.',
      '2 messages are parked',
    ])
      expect(said).toContain(part)
    const mode = await textOf(page, '[aria-label="Intelligent mode"]')
    expect(mode).toMatch(
      /messages that wait7.*parked after failures2.*the oldest waits for3 hours.*calls of a model12/,
    )
    expect(mode).toMatch(/Dropped facts, by reason.*no message says it3.*it names nobody1/)
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('2 missing, 1 different, 4 of no memory').waitFor()
  })

  test('says nothing of what a memory does not know, and shows what it refuses', async () => {
    const { studio, memory } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: 'Health' }).click()
    await page.getByText('Intelligent mode').waitFor()
    if (!('waiting' in (await memory.stats()).infer))
      expect(await textOf(page, '[aria-label="Intelligent mode"]')).not.toContain('messages that wait')
    memory.stats = () => Promise.reject(new TypeError('a mistake'))
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByRole('alert').waitFor()
    expect(await textOf(page, '.failure')).toContain('BACKEND')
  })
})
