import { afterEach, expect, test } from 'vitest'

import { calendarOf, defaultLocales } from '../../src/dates/calendar.ts'
import { readDates } from '../../src/dates/read-dates.ts'

/** A Friday. */
const now = Date.UTC(2023, 3, 28, 15)
const byDefault = calendarOf(defaultLocales)

const zone = process.env['TZ']
afterEach(() => {
  process.env['TZ'] = zone
  if (zone === undefined) delete process.env['TZ']
})

function read(query: string, calendar = byDefault, time = now): string[] {
  return readDates(query, { calendar, now: time }).map(hint => {
    if (!('unit' in hint)) return JSON.stringify(hint)
    const [from, to] = [hint.from, hint.to].map(end =>
      new Date(end).toISOString().replace('T00:00:00.000Z', ''),
    )
    return `${hint.unit} ${from} ${to}`
  })
}

const yesterday = 'day 2023-04-27 2023-04-28'
const threeDaysAgo = 'day 2023-04-25 2023-04-26'
const lastWeek = 'week 2023-04-17 2023-04-24'
const lastMonth = 'month 2023-03-01 2023-04-01'
const lastYear = 'year 2022-01-01 2023-01-01'
const lastFriday = 'day 2023-04-21 2023-04-22'

test.each([
  [
    yesterday,
    [
      'yesterday',
      'gestern',
      'qu’ai-je dit hier ?',
      'ayer',
      'ieri',
      'ontem',
      'вчера',
      '昨天',
      '昨日の',
      '어제는',
    ],
  ],
  [
    threeDaysAgo,
    [
      '3 days ago',
      'three days ago',
      'vor 3 Tagen',
      'il y a 3 jours',
      'hace 3 días',
      '3 giorni fa',
      'há 3 dias',
      '3 дня назад',
      '3天前',
      '三天前',
      '3 日前',
      '3일 전에',
    ],
  ],
  [
    lastWeek,
    [
      'last week',
      'a week ago',
      'letzte Woche',
      'la semaine dernière',
      'la semana pasada',
      'settimana scorsa',
      'semana passada',
      'на прошлой неделе',
      '上周',
      '先週の',
      '지난주에',
    ],
  ],
  [
    lastMonth,
    [
      'last month',
      'vor 1 Monat',
      'le mois dernier',
      'el mes pasado',
      'mese scorso',
      'mês passado',
      'в прошлом месяце',
      '上个月',
      '先月',
      '지난달',
    ],
  ],
  [
    lastYear,
    [
      'last year',
      'letztes Jahr',
      'l’année dernière',
      "l'année dernière",
      'el año pasado',
      'anno scorso',
      'ano passado',
      'в прошлом году',
      '去年',
      '昨年',
      '작년',
    ],
  ],
  [
    lastFriday,
    [
      'on Friday',
      'Freitag',
      'vendredi',
      'el viernes',
      'venerdì',
      'sexta-feira',
      'в пятницу',
      '星期五',
      '金曜日に',
      '금요일에',
    ],
  ],
  [
    'day 2023-04-28 2023-04-29',
    ['today', 'heute', 'aujourd’hui', 'hoy', 'oggi', 'hoje', 'сегодня', '今天', '今日は', '오늘'],
  ],
  [
    'day 2023-04-26 2023-04-27',
    [
      '2 days ago',
      'vorgestern',
      'avant-hier',
      'anteayer',
      'l’altro ieri',
      'anteontem',
      'позавчера',
      '前天',
      '一昨日',
      '그저께',
    ],
  ],
  ['month 2023-01-01 2023-02-01', ['3 months ago', '3个月前', '3 か月前', '3개월 전']],
])('%s is meant by the words of every language of the default', (date, queries) => {
  for (const query of queries) expect([query, ...read(query)]).toEqual([query, date])
})

test('a weekday is the last one, and a week begins on Monday', () => {
  expect(read('on Thursday')).toEqual([yesterday])
  expect(read('on Monday')).toEqual(['day 2023-04-24 2023-04-25'])
  expect(read('last week', byDefault, Date.UTC(2023, 4, 1))).toEqual(['week 2023-04-24 2023-05-01'])
  expect(read('last week', byDefault, Date.UTC(2023, 3, 30, 23, 59))).toEqual([lastWeek])
})

test('months and years are counted across their ends', () => {
  expect(read('last month', byDefault, Date.UTC(2024, 2, 31))).toEqual(['month 2024-02-01 2024-03-01'])
  expect(read('14 months ago', byDefault, Date.UTC(2024, 0, 31))).toEqual(['month 2022-11-01 2022-12-01'])
})

test.each([
  'next Friday',
  'every Friday',
  'on Fridays',
  'nächsten Freitag',
  'yesterdays',
  'Was war hier?',
  '3 days',
  '3天',
])('%s is no time before now', query => expect(read(query)).toEqual([]))

test('they count only with a now, and dates beside them count too', () => {
  expect(readDates('yesterday or on Friday', { calendar: byDefault })).toEqual([])
  expect(read('yesterday, on May 3 or 3 days ago')).toEqual([yesterday, '{"month":5,"day":3}', threeDaysAgo])
})

test('hier is French where German is not read', () => {
  expect(read('hier', calendarOf(['fr', 'en']))).toEqual([yesterday])
  expect(read('hier', calendarOf(['fr', 'de']))).toEqual([])
})

test('of two names that begin together the longer one is meant', () => {
  const thai = calendarOf(['th'])
  expect(read('เมื่อวานไปไหน', thai)).toEqual([yesterday])
  expect(read('เมื่อวานซืนไปไหน', thai)).toEqual(['day 2023-04-26 2023-04-27'])
})

test('a number that leads out of time is no date', () => {
  expect(read('9999 years ago', byDefault, -8.64e15)).toEqual([])
  expect(read('99999999 days ago')).toEqual([])
})

test.each(['America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Kiritimati'])(
  'the zone of the process does not count: %s',
  tz => {
    process.env['TZ'] = tz
    expect(new Date(2023, 0, 1).getTime()).not.toBe(Date.UTC(2023, 0, 1))
    // Another list each, so that the calendar is built in this zone.
    const calendar = calendarOf(['en', 'de', tz.length % 2 ? 'fr' : 'es', tz.startsWith('P') ? 'it' : 'ru'])
    expect(read('yesterday', calendar)).toEqual([yesterday])
    expect(read('on Friday', calendar)).toEqual([lastFriday])
    expect(read('letzte Woche', calendar)).toEqual([lastWeek])
    expect(read('im Januar, am 27. April 2023', calendar)).toEqual([
      '{"year":2023,"month":1}',
      '{"year":2023,"month":4,"day":27}',
    ])
  },
)
