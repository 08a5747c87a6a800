import { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'
import { otherNames, phrasesByContext } from './ambiguous-names.ts'
import type { DateUnit } from './date-hints.ts'
import { GluedNames } from './glued-names.ts'
import { NameTable } from './name-table.ts'
import { numberOf } from './number-of.ts'
import type { Token } from './tokens.ts'

/** The locales whose names of months are read unless others are given. */
export const defaultLocales: readonly string[] = ['en', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'zh', 'ja', 'ko']

export interface MonthName {
  /** 1 to 12; undefined for a name that means no month, or several. */
  readonly month: number | undefined
  /** False for `Apr`: it needs a number beside it. */
  readonly long: boolean
}

/** What words such as `yesterday` or `Friday` mean. */
export type RelativeName =
  /** 0: this one, -1: the last one; undefined: as many ago as the number in the phrase says. */
  | { readonly unit: DateUnit; readonly count: number | undefined; readonly beside?: ReadonlySet<string> }
  /** 0: Sunday. */
  | { readonly weekday: number }

/** The names that some locales give to times. */
export interface Calendar {
  /** What `4/5/2023` begins with. */
  readonly order: 'day' | 'month'
  readonly months: NameTable<MonthName>
  /** Phrases, with `#` for a number, and weekdays. */
  readonly relatives: NameTable<RelativeName>
  /** The same of the scripts without spaces. */
  readonly gluedRelatives: GluedNames<RelativeName>
}

/** Languages whose months and weekdays take endings, as in `в апреле`. In others, such words are other words. */
const inflecting = new Set(
  'az be bg bs cs el et eu fi hr hu hy ka kk ky lt lv mk mn pl ru sk sl sq sr tr uk uz'.split(' '),
)
const units = ['day', 'week', 'month', 'year'] as const
/** Numbers that between them take every form that a language has for a counted noun. */
const counts = [1, 2, 3, 5, 10, 11, 21, 25, 100]
/** Every process reads dates alike, wherever it stands. */
const everywhere = { timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' } as const

const calendars = new Map<string, Calendar>()
const maxCalendars = 32

/**
 * Returns the names that `Intl` has for these locales, such as `en` or `pt-BR`. The first locale says what `4/5/2023`
 * means, and its names go before those of the others. Takes about 4 ms a locale once, then none. Throws
 * `INVALID_ARGUMENT` for a locale that is not known, and for no locales.
 */
export function calendarOf(locales: readonly string[]): Calendar {
  const names = canonicalLocales(locales)
  const key = names.join()
  let calendar = calendars.get(key)
  if (calendar === undefined) {
    if (calendars.size >= maxCalendars) calendars.clear()
    calendar = buildCalendar(names)
    calendars.set(key, calendar)
  }
  return calendar
}

/** The locales as `Intl` names them, each once. Throws as `calendarOf` does, and makes nothing. */
export function canonicalLocales(locales: readonly string[]): string[] {
  if (!Array.isArray(locales) || locales.length === 0) {
    throw refused(`The locales must be a list of at least one, such as ['en'], not ${show(locales)}.`)
  }
  return [...new Set(locales.map(localeOf))]
}

/** `Intl` takes the locale of the process for one that it does not know. */
function localeOf(locale: unknown): string {
  try {
    if (typeof locale === 'string') {
      const [known] = Intl.DateTimeFormat.supportedLocalesOf([locale])
      if (known !== undefined) return known
    }
  } catch {
    // Not the form of a locale.
  }
  throw refused(
    `${show(locale)} is no locale that this Node.js knows. Give names such as 'en', 'de' or 'pt-BR'.`,
  )
}

function refused(message: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', message)
}

function buildCalendar(locales: readonly string[]): Calendar {
  const months = new NameTable<MonthName>()
  const relatives = new NameTable<RelativeName>(numberless)
  const gluedRelatives = new GluedNames<RelativeName>()
  const languages = new Set(locales.map(languageOf))
  const setRelative = (name: string, meaning: RelativeName): void => {
    if (gluedRelatives.holds(name)) gluedRelatives.set(name, meaning)
    else if (relatives.get(name) === undefined) relatives.set(name, meaning)
  }
  for (const locale of locales) {
    const takesEndings = inflecting.has(languageOf(locale))
    addMonths(months, locale, takesEndings)
    for (const [phrase, unit, count] of phrasesOf(locale)) {
      const context = phrasesByContext.find(
        ({ phrase: word, language, unless }) =>
          word === phrase && language === languageOf(locale) && languages.has(unless),
      )
      setRelative(phrase, { unit, count, ...(context && { beside: context.beside }) })
    }
    for (const [weekday, name] of weekdaysOf(locale).entries()) {
      setRelative(name, { weekday })
      if (takesEndings) relatives.allowEndings(name)
    }
  }
  for (const name of otherNames) months.set(name, { month: undefined, long: true })
  return { order: orderOf(locales[0] ?? 'en'), months, relatives, gluedRelatives }
}

/** In a phrase every number is any number. */
function numberless({ word }: Token): string {
  return Number.isNaN(numberOf(word)) ? word : '#'
}

function languageOf(locale: string): string {
  return new Intl.Locale(locale).language
}

function orderOf(locale: string): 'day' | 'month' {
  const parts = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'numeric',
    ...everywhere,
  }).formatToParts(0)
  return parts.find(({ type }) => type === 'day' || type === 'month')?.type === 'day' ? 'day' : 'month'
}

function addMonths(names: NameTable<MonthName>, locale: string, takesEndings: boolean): void {
  const add = (name: string, month: number, long: boolean): void => {
    // `4月` and `4` are read as numbers.
    if (/^\d*$|^[\d一二三四五六七八九十]+\s*[月월]$/u.test(name)) return
    const known = names.get(name)
    const agrees = known === undefined || known.month === month
    names.set(name, { month: agrees ? month : undefined, long: long || known?.long === true })
  }
  const besideDay = monthsOf(locale, 'long', true)
  for (const [i, name] of monthsOf(locale, 'long', false).entries()) {
    const other = besideDay[i] ?? name
    // The last letters of июнь and июня are endings, that of март is not.
    const changes = name !== other && name.slice(0, -1) === other.slice(0, -1)
    for (const form of [name, other]) {
      add(form, i + 1, true)
      if (takesEndings) names.allowEndings(form, changes)
    }
  }
  for (const withDay of [false, true]) {
    for (const [i, name] of monthsOf(locale, 'short', withDay).entries()) add(name, i + 1, false)
  }
  // Too short to be told by its ending.
  if (languageOf(locale) === 'ru') for (const form of ['мае', 'маю', 'маем']) add(form, 5, true)
}

/** The names of the twelve months: in many languages another form alone than beside a day. */
function monthsOf(locale: string, month: 'long' | 'short', withDay: boolean): string[] {
  const format = new Intl.DateTimeFormat(locale, { month, ...(withDay && { day: 'numeric' }), ...everywhere })
  return Array.from({ length: 12 }, (_, i) => {
    const part = format.formatToParts(Date.UTC(2023, i, 20)).find(({ type }) => type === 'month')
    return part?.value.replace(/\.$/, '') ?? ''
  })
}

function weekdaysOf(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', ...everywhere })
  // The 1st of January 2023 was a Sunday.
  return Array.from({ length: 7 }, (_, i) => format.format(Date.UTC(2023, 0, 1 + i)))
}

type Phrase = readonly [text: string, unit: DateUnit, count: number | undefined]

function phrasesOf(locale: string): Phrase[] {
  const [words, numbers] = (['auto', 'always'] as const).map(
    numeric => new Intl.RelativeTimeFormat(new Intl.Locale(locale, { numberingSystem: 'latn' }), { numeric }),
  ) as [Intl.RelativeTimeFormat, Intl.RelativeTimeFormat]
  const phrases = units.flatMap(unit => [
    ...[0, 1, 2].map(count => [words.format(-count, unit), unit, -count] as const),
    ...counts.map(count => [numbers.format(-count, unit), unit, -count] as const),
  ])
  // Numbers differ and phrases repeat: `2 days ago`, `3 days ago`.
  const distinct = new Map<string, Phrase>()
  for (const [text, unit, count] of phrases) {
    const name = text.replace(/\d+/, '2')
    distinct.set(name, [name, unit, /\d/.test(text) ? undefined : count])
  }
  return [...distinct.values()]
}
