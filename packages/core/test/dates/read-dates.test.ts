import { describe, expect, test } from 'vitest'

import { calendarOf, defaultLocales } from '../../src/dates/calendar.ts'
import type { DateHint } from '../../src/dates/date-hints.ts'
import { readDates } from '../../src/dates/read-dates.ts'

const byDefault = calendarOf(defaultLocales)
const manyLanguages = calendarOf('en de fr es ru pl fi tr cs hu ar vi zh ja ko'.split(' '))

/** A hint as `2023-04-27`, `04-27`, `2023-04`, `04` or `2023`; with a `?` where it is weak. */
function shown(hint: DateHint): string {
  if ('unit' in hint) return `${hint.unit} ${new Date(hint.from).toISOString().slice(0, 10)}`
  const { year, month, day, weak } = hint
  const parts = [year, month, day].filter(part => part !== undefined)
  return parts.map(part => String(part).padStart(2, '0')).join('-') + (weak === true ? '?' : '')
}

const read = (query: string, calendar = byDefault): string[] => readDates(query, { calendar }).map(shown)

describe('dates in numbers', () => {
  test.each([
    ['2023-04-27', '2023-04-27'],
    ['What happened on 2023/4/27?', '2023-04-27'],
    ['at 2023-04-27T10:00:00Z', '2023-04-27'],
    ['report-2023-04-27.txt', '2023-04-27'],
    ['27.04.2023', '2023-04-27'],
    ['27. 4. 2023', '2023-04-27'],
    ['am 27.4.23', '2023-04-27'],
    ['am 27.4. war', '04-27'],
    ['4/27/2023', '2023-04-27'],
    ['27/4/2023', '2023-04-27'],
    ['4/5/23', '2023-04-05'],
    ['27-04-2023', '2023-04-27'],
    ['since 2023-04', '2023-04'],
    ['4月27日', '04-27'],
    ['2023年4月27号', '2023-04-27'],
    ['2023 年 4 月 27 日', '2023-04-27'],
    ['四月二十七日', '04-27'],
    ['二〇二三年四月二十七日', '2023-04-27'],
    ['我们十月去了哪里', '10'],
    ['2023年春节', '2023'],
    ['4월 27일에', '04-27'],
    ['2023년 4월', '2023-04'],
    ['１２月２５日', '12-25'],
    ['٢٠٢٣-٠٤-٢٧', '2023-04-27'],
    ['४/२७/२०२३', '2023-04-27'],
    ['in 2022', '2022'],
  ])('%s is %s', (query, date) => {
    expect(read(query)).toEqual([date])
  })

  test.each([
    ['4/27', '04-27?'],
    ['am 27.4.', '04-27?'],
    ['1.2.23', '2023-02-01?'],
  ])('%s may be another number, and is %s', (query, date) => {
    expect(read(query)).toEqual([date])
  })

  test.each([
    '3个月',
    '两月',
    'version 3.12',
    'version 3.12.',
    'Version 3.12.21',
    'v3.12.21',
    '3.12',
    '1.2.3',
    '10.0.19.1',
    '192.168.1.10',
    '24/7',
    '1/2/3/4',
    '555-0123-04',
    '10:30',
    '$2000',
    'v2022',
    '2000s',
    '12345',
    '3 월드컵',
    '27日',
  ])('%s is no date', query => {
    expect(read(query)).toEqual([])
  })

  test('the first locale says whether the day or the month comes first', () => {
    expect(read('4/5/2023 and 13/12/2023', calendarOf(['en', 'de']))).toEqual(['2023-04-05', '2023-12-13'])
    expect(read('4/5/2023 and 12/13/2023', calendarOf(['de', 'en']))).toEqual(['2023-05-04', '2023-12-13'])
    expect(read('4/5/2023', calendarOf(['en-GB']))).toEqual(['2023-05-04'])
    expect(read('4/5/2023', calendarOf(['ja']))).toEqual(['2023-04-05'])
  })

  test('a year counts alone, where there is no other date', () => {
    expect(read('in 2021 or 2022')).toEqual(['2021', '2022'])
    expect(read('the plan for 2024, made on May 3')).toEqual(['05-03'])
  })
})

describe('months by name', () => {
  test.each([
    ['in May', '05'],
    ['What did we do last June?', '06'],
    ['May 3rd', '05-03'],
    ['on the 27th of April', '04-27'],
    ['April the 27th', '04-27'],
    ['April 27, 2023', '2023-04-27'],
    ['April 27,2023', '2023-04-27'],
    ['Apr. 27', '04-27'],
    ['27 APRIL 2023', '2023-04-27'],
    ['2023 April 27', '2023-04-27'],
    ['April of 2023', '2023-04'],
    ['10 am May 3', '05-03'],
    ['27. April', '04-27'],
    ['Anfang März', '03'],
    ['im Mai', '05'],
    ['le 27 avril', '04-27'],
    ['1er août', '08-01'],
    ['en mars', '03'],
    ['el 27 de abril de 2023', '2023-04-27'],
    ['1º de mayo', '05-01'],
    ['5 ago 2023', '2023-08-05'],
    ['il 27 aprile', '04-27'],
    ['27 gen. 2023', '2023-01-27'],
    ['em 5 de set.', '09-05'],
    ['15 de janeiro', '01-15'],
    ['27 апреля', '04-27'],
    ['27-го апреля 2023 года', '2023-04-27'],
    ['в апреле', '04'],
    ['в мае', '05'],
    ['в июне', '06'],
    ['в марте', '03'],
    ['с августом', '08'],
    ['12 янв.', '01-12'],
  ])('%s is %s, with the locales of the default', (query, date) => {
    expect(read(query)).toEqual([date])
  })

  test.each([
    ['27. huhtikuuta', '04-27'],
    ['huhtikuussa', '04'],
    ["27 Nisan'da", '04-27'],
    ['nisanda', '04'],
    ['5 Kasım', '11-05'],
    ['w kwietniu', '04'],
    ['27 kwietnia', '04-27'],
    ['v červenci', '07'],
    ['áprilisban', '04'],
    ['٢٧ أبريل', '04-27'],
    ['27 من أبريل', '04-27'],
    ['ngày 27 tháng 4', '04-27'],
    ['tháng 12', '12'],
  ])('%s is %s, where a locale has it', (query, date) => {
    expect(read(query, manyLanguages)).toEqual([date])
    expect(read(query, calendarOf(['en', 'zh']))).toEqual([])
  })

  test.each([
    ['between June 11 and June 15 2023', '2023-06-11 2023-06-15'],
    ['August 11, 2022 or August 15', '2022-08-11 08-15'],
    ['4/27 - 4/30/2023', '2023-04-27 2023-04-30'],
    ['August 11-15, 2023', '2023-08-11 2023-08-15'],
    ['vom 11.-15. August', '08-11 08-15'],
    ['in May, June and July 2023', '2023-05 2023-06 2023-07'],
    ['May 3 and May 3', '05-03'],
    ['am 3.5. und im Juni', '05-03 06'],
  ])('%s gives each date of the list', (query, dates) => {
    expect(read(query).join(' ')).toBe(dates)
  })

  test.each([
    'it may rain',
    'may I ask',
    'What was that? May I see it?',
    'did they march',
    'marching, marched, Marcus',
    'apricot, marzipan, energy, junior, Juliet, Maggie',
    'the trip to Mars',
    'a sandwich with mayo',
    'What did Marco and Julio say to Mai?',
    'Что сказала Марта?',
    'Что подарил Марте?',
    'Rio de Janeiro',
    'dec or sept',
    'set 3 alarms',
    '3 out of 5',
    'out 5 of 10',
    'the 27th',
    'may 10:30',
    'may 3,000',
    'may 2.5',
    'a march 5k',
    'мартышка, Мартин, маяк',
  ])('%s names none', query => {
    expect(read(query)).toEqual([])
  })

  test('may and march are months with a sign', () => {
    const signs = 'in of on during since until before after'.split(' ')
    for (const sign of signs) {
      expect(read(`what we did ${sign} may`)).toEqual(['05'])
      expect(read(`what we did ${sign} march`)).toEqual(['03'])
    }
    expect(read('the picnic, May')).toEqual(['05'])
    expect(read('may 2023, march 3')).toEqual(['2023-05', '03-03'])
    expect(read('May we meet?')).toEqual([])
  })
})

test.each([
  'February 30',
  '30.02.2023',
  '2023-02-30',
  'Feb 29, 2023',
  '4/31/2023',
  '13月1日',
  '2月30日',
  '31 ноября',
])('a day that does not exist is no date: %s', query => expect(read(query)).toEqual([]))

test('the 29th of February is one, without a year and in leap years', () => {
  expect(read('2024-02-29 and February 29')).toEqual(['2024-02-29', '02-29'])
})

test('a query without a date has none', () => {
  for (const query of ['', ' ', 'Where does Nadia live?', '用Python做', '?!', '🙂'])
    expect(read(query)).toEqual([])
})

describe('a long query is read in time that grows with its length', () => {
  // Each of these repeats what begins a date: code that looks back or ahead without a bound would not come to an end.
  test.each([
    '1',
    '1/',
    '1/2',
    '1.',
    '1.2.',
    '1-',
    '2023-',
    '2023 ',
    '12',
    '一',
    '十二',
    '3个',
    '2023年',
    'a',
    'а',
    'may ',
    'in may ',
    '1 2 ',
    '1st ',
    'of the ',
    'rio de ',
    'il y a ',
    'a week ',
    'há ',
    '٢',
    '\u0301',
    '\u0301\u0323',
    '\u0591\u05b0',
    'Σ',
    'ß',
    '.',
    ',',
    "'",
    '-',
    '/',
    '月',
    '월',
    '日',
  ])('%j', part => {
    const query = part.repeat(Math.ceil(100_000 / part.length))
    for (const text of [query, `x${query} on April 27, 2023`]) {
      expect(readDates(text, { calendar: byDefault, now: 0 }).length).toBeLessThanOrEqual(16)
    }
  })

  test('and its end is read too', () => {
    expect(read(`${'lorem ipsum '.repeat(20_000)} on April 27, 2023`)).toEqual(['2023-04-27'])
    expect(read(`e${'\u0301\u0323'.repeat(100_000)} on April 27, 2023`)).toEqual(['2023-04-27'])
  })

  test('and gives a few dates', () => {
    const days = Array.from({ length: 28 }, (_, i) => `May ${i + 1}`).join(', ')
    expect(read(days)).toHaveLength(16)
  })
})
