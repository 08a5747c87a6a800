import { MapStore, Memory } from '@agentmem/core'
import type { Where } from '@agentmem/core'
import { describe, expect, test } from 'vitest'
import { comparisonsOf, fields } from '../page/filter/fields.ts'
import type { Comparison } from '../page/filter/fields.ts'
import { isComplete, kindOf, whereOf } from '../page/filter/where-of.ts'
import type { Condition } from '../page/filter/where-of.ts'
import { describeInBrowser } from './describe-in-browser.ts'
import { opened } from './opened.ts'
import { textOf } from './seen.ts'

const line = (field: string, comparison: Comparison, value = '', key = ''): Condition => ({
  field,
  comparison,
  value,
  key,
  kind: 'text',
})

describe('the filter that lines make', () => {
  test('is one object, where all hold and none is named twice', () => {
    const lines = [
      line('metadata', 'eq', 'food', 'topic'),
      line('importance', 'gte', '0.5'),
      line('role', 'missing'),
    ]
    expect(whereOf(lines, 'and')).toEqual({
      'metadata.topic': 'food',
      importance: { gte: 0.5 },
      role: { exists: false },
    })
    expect(whereOf(lines, 'or')).toEqual({
      or: [{ 'metadata.topic': 'food' }, { importance: { gte: 0.5 } }, { role: { exists: false } }],
    })
  })

  test('joins lines that name one field, and keys that need a path', () => {
    expect(
      whereOf(
        [line('createdAt', 'gt', '2026-01-01T00:00'), line('createdAt', 'lt', '2026-02-01T00:00')],
        'and',
      ),
    ).toEqual({
      and: [{ createdAt: { gt: '2026-01-01T00:00' } }, { createdAt: { lt: '2026-02-01T00:00' } }],
    })
    expect(whereOf([{ ...line('metadata', 'eq', '12', 'in cm'), kind: 'number' }], 'and')).toEqual({
      path: ['in cm'],
      eq: 12,
    })
    expect(whereOf([line('metadata', 'contains', 'x', 'Größe')], 'or')).toEqual({
      path: ['Größe'],
      contains: 'x',
    })
  })

  test('leaves out lines that are not complete', () => {
    const unfinished = [
      line('type', 'eq'),
      line('metadata', 'eq', 'x'),
      line('importance', 'eq', 'much'),
      line('createdAt', 'gt', 'soon'),
    ]
    expect(unfinished.filter(isComplete)).toEqual([])
    expect(whereOf(unfinished, 'and')).toBeUndefined()
    expect(whereOf([...unfinished, line('type', 'in', 'a, b,')], 'or')).toEqual({ type: { in: ['a', 'b'] } })
  })

  test('is one that a memory takes, for each field and comparison', async () => {
    await using memory = await Memory.open({ store: new MapStore() })
    const values = { text: 'a', number: '1', time: '2026-01-01T00:00', truth: 'true' }
    const lines = [...Object.keys(fields), 'metadata'].flatMap(field =>
      (['text', 'number', 'truth'] as const).flatMap(kind => {
        const of = kindOf({ field, kind })
        return comparisonsOf(of).map(([comparison]) => ({
          ...line(field, comparison, values[of], 'key'),
          kind,
        }))
      }),
    )
    expect(lines.length).toBeGreaterThan(100)
    for (const made of lines.map(line => whereOf([line], 'and')))
      expect(await memory.count({ userId: 'ada', where: made as Where })).toBe(0)
  })
})

describeInBrowser('the filter on the page', open => {
  test('shows the where that it makes, filters the list by it, and is taken back', async () => {
    const { studio } = await opened()
    const { page } = await open(studio)
    await page.getByRole('button', { name: /^ada/ }).click()
    await page.getByText('4 memories').waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByText('1 line still without a value').waitFor()
    await page.getByLabel('Key in the metadata').fill('topic')
    await page.getByLabel('Value', { exact: true }).fill('health')
    await page.getByText('1 memory, newest first').waitFor()
    expect(JSON.parse(await textOf(page, '#where'))).toEqual({ 'metadata.topic': 'health' })

    await page.getByRole('button', { name: 'Add a condition' }).click()
    const second = page.getByRole('group', { name: 'Condition 2' })
    await second.getByLabel('Field').selectOption('importance')
    await second.getByLabel('Comparison').selectOption('is above')
    await second.getByLabel('Value', { exact: true }).fill('0.8')
    await page.getByText('No memory passes the filter').waitFor()
    await page.getByLabel('Memories of which').selectOption('one of these holds')
    await page.getByText('2 memories, newest first').waitFor()
    expect(JSON.parse(await textOf(page, '#where'))).toEqual({
      or: [{ 'metadata.topic': 'health' }, { importance: { gt: 0.8 } }],
    })
    await page.getByRole('button', { name: 'Remove condition 1' }).click()
    await page.getByText('1 memory, newest first').waitFor()
    await page.getByRole('button', { name: 'Remove all' }).click()
    await page.getByText('4 memories, newest first').waitFor()
  })
})
