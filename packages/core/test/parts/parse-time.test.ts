import { execFileSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import { parseTime } from '../../src/parts/parse-time.ts'
import { openMemory } from '../kit/open-memory.ts'

const day = Date.UTC(2024, 1, 29)
const minutes = 60_000

const times: readonly [string, number][] = [
  ['2024-02-29', day],
  ['2024-02-29T18:30', day + 1_110 * minutes],
  ['2024-02-29 18:30', day + 1_110 * minutes],
  ['2024-02-29T18:30:15', day + 1_110 * minutes + 15_000],
  ['2024-02-29T18:30:15.25', day + 1_110 * minutes + 15_250],
  ['2024-02-29T18:30:15,250', day + 1_110 * minutes + 15_250],
  ['2024-02-29 18:30:15.123456Z', day + 1_110 * minutes + 15_123],
  ['2024-02-29t18:30z', day + 1_110 * minutes],
  ['2024-02-29T00:30+02:00', day - 90 * minutes],
  ['2024-02-29 00:30:00+00', day + 30 * minutes],
  ['2024-02-29T18:30-0530', day + 1_440 * minutes],
  ['0001-01-01', Date.parse('0001-01-01T00:00:00Z')],
  ['+275760-09-13T00:00:00.000Z', 8.64e15],
  ['-000001-01-01', Date.parse('-000001-01-01T00:00:00Z')],
]

test.each(times)('%s is one moment', (text, ms) => {
  expect(parseTime(text, 'createdAt')).toBe(ms)
})

const wrong: readonly string[] = [
  'session 7',
  'May 5, 2024',
  'Mon, 06 May 2024 00:00:00 GMT',
  '7',
  '2024',
  '2024-02',
  '20240229',
  '2024/02/29',
  '29-02-2024',
  '2024-02-30',
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '2024-01-00',
  '2024-02-29T',
  '2024-02-29T24:00',
  '2024-02-29T18',
  '2024-02-29T18:60',
  '2024-02-29T18:30:60',
  '2024-02-29T18:30+24:00',
  '2024-02-29T18:30+02:60',
  '2024-02-29Z',
  '2024-02-29T18:30 Europe/Berlin',
  ' 2024-02-29',
  '2024-02-29\n',
  '-000000-01-01',
  '+275760-09-13T00:00:00.001Z',
  '1700000000000',
  '',
]

test.each(wrong)('%j is refused', text => {
  expect(() => parseTime(text, 'createdAt')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

test('the message has what was given and the forms that are taken', () => {
  expect(() => parseTime('2024-02-30', 'expiresAt')).toThrow(
    /^expiresAt is not a valid time: "2024-02-30"; give a Date, UTC milliseconds or ISO 8601: .*18:30.*UTC\.$/,
  )
})

test('every time that toISOString writes is read back', () => {
  for (const ms of [-8.64e15, -6.3e13, -1, 0, 951_782_400_000, 253_402_300_800_000, 8.64e15]) {
    expect(parseTime(new Date(ms).toISOString(), 'createdAt')).toBe(ms)
  }
})

test('a time without a zone is the same on machines of two zones', () => {
  const source = new URL('../../src/parts/parse-time.ts', import.meta.url)
  const script = `const { parseTime } = await import('${source.href}'); console.log(parseTime('2024-02-29T18:30', 't'))`
  const told = ['Asia/Tokyo', 'America/Los_Angeles'].map(TZ =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TZ },
    }),
  )
  expect(told.map(output => Number(output.toString()))).toEqual([
    day + 1_110 * minutes,
    day + 1_110 * minutes,
  ])
})

describe('a text that is no time is refused', () => {
  const alice = { userId: 'alice' }
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })

  test.each([
    ['createdAt of a memory', { content: 'tea', createdAt: 'session 7' }, {}],
    ['expiresAt of a memory', { content: 'tea', expiresAt: 'session 7' }, {}],
    ['createdAt of a call', { content: 'tea' }, { createdAt: '2024-02-30' }],
    ['expiresAt of a call', { content: 'tea' }, { expiresAt: '2024-02-30' }],
  ])('as %s', async (_, memory, options) => {
    const opened = await openMemory()
    await expect(opened.memory.add(memory, { ...alice, ...options })).rejects.toEqual(refused)
    async function* line() {
      yield JSON.stringify(memory)
    }
    await expect(opened.memory.importFrom(line(), { ...alice, ...options })).rejects.toEqual(refused)
  })

  test('as expiresAt of an update, and as now of a search', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await expect(memory.update('a', { expiresAt: 'tomorrow' })).rejects.toEqual(refused)
    await expect(memory.search('tea', { ...alice, now: 'yesterday' })).rejects.toEqual(refused)
  })
})
