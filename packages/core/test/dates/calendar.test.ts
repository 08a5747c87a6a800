import { afterEach, expect, test, vi } from 'vitest'

import { calendarOf, defaultLocales } from '../../src/dates/calendar.ts'

afterEach(() => vi.restoreAllMocks())

test('a calendar is built once for a list of locales', () => {
  const calendar = calendarOf(['sv', 'en'])
  const format = vi.spyOn(Intl, 'DateTimeFormat')
  expect(calendarOf(['sv', 'en'])).toBe(calendar)
  expect(calendarOf(['SV', 'en', 'sv'])).toBe(calendar)
  expect(format).not.toHaveBeenCalled()
  expect(calendarOf(['en', 'sv'])).not.toBe(calendar)
})

test('nothing is asked of Intl without a locale, and no day without UTC: the process has its own', () => {
  const dates = vi.spyOn(Intl, 'DateTimeFormat')
  const phrases = vi.spyOn(Intl, 'RelativeTimeFormat')
  calendarOf(['nl', 'da', 'zh-TW'])
  expect(dates.mock.calls.length).toBeGreaterThan(10)
  for (const [locale, options] of dates.mock.calls) {
    expect(['nl', 'da', 'zh-TW']).toContain(locale)
    expect(options).toMatchObject({ timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' })
  }
  expect(phrases.mock.calls.map(([locale]) => String(locale).slice(0, 2))).toEqual([
    'nl',
    'nl',
    'da',
    'da',
    'zh',
    'zh',
  ])
})

test('a name means one month: of two, the locales together leave it out', () => {
  const month = (name: string, ...locales: string[]): number | undefined =>
    calendarOf(locales).months.get(name)?.month
  expect(month('listopad', 'cs')).toBe(11)
  expect(month('listopad', 'hr')).toBe(10)
  expect(month('listopad', 'cs', 'hr')).toBeUndefined()
})

test('the locales of the default have names that mean one month each', () => {
  const { months } = calendarOf(defaultLocales)
  const names = 'January Jan Mai März avr julio sett out июль мая'.split(' ')
  expect(names.map(name => months.get(name)?.month)).toEqual([1, 1, 5, 3, 4, 7, undefined, 10, 7, 5])
})

test.each([
  [['xx'], '"xx"'],
  [['en', 'english!'], '"english!"'],
  [['en_US'], '"en_US"'],
  [[''], '""'],
  [[42], '42'],
  [[], 'an array'],
  ['en', '"en"'],
  [null, 'null'],
])('locales that are none are refused, with the value: %j', (locales, shown) => {
  const build = (): unknown => calendarOf(locales as unknown as string[])
  expect(build).toThrow(expect.objectContaining({ name: 'MemoryError', code: 'INVALID_ARGUMENT' }))
  expect(build).toThrow(shown)
})
