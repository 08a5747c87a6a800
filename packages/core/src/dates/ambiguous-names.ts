import type { Token } from './tokens.ts'

/** When a month's name that is also another word is the month, though no number stands beside it. */
interface Signs {
  /** One of these words stands before it. */
  readonly after: ReadonlySet<string>
  /** It is written with a capital, and does not begin a sentence. */
  readonly capital?: boolean
  /** It is written without a capital. */
  readonly lower?: boolean
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

const english: Signs = {
  after: words('in of on during since until till before after from by last'),
  capital: true,
}
const french: Signs = { after: words('en de du depuis avant apres des jusqu fin debut mi mois') }
const spanish: Signs = { after: words('en de desde hasta durante mes') }
const portuguese: Signs = { after: words('em desde ate durante mes') }
const russian: Signs = {
  after: words('в с к до от по после около конце начале середине конца начала'),
  lower: true,
}

/** Words (`may`, `march`), names of people (`Julio`, `Marco`, `Марта`), a planet, a sauce, a city. Folded. */
const ambiguousMonths: ReadonlyMap<string, Signs> = new Map([
  ['may', english],
  ['march', english],
  ['mars', french],
  ['avril', french],
  [
    'mai',
    { after: words('im am seit bis ab ende anfang mitte en de du depuis avant apres fin debut mi mois') },
  ],
  ['mayo', spanish],
  ['julio', spanish],
  ['marco', portuguese],
  ['janeiro', portuguese],
  ['марта', russian],
])

/** Short names that are words: a number beside them is no sign yet (`set 3`, `3 out of 5`, `years ago`). */
const wordsToo = words('ago gen lug mag out set')

/** Names that hold a month's and mean something else. */
export const otherNames: readonly string[] = ['Rio de Janeiro']

/** Words that are a phrase of time in one language and another word in a second: only these say that it is the first. */
export const phrasesByContext: readonly {
  readonly phrase: string
  readonly language: string
  readonly unless: string
  readonly beside: ReadonlySet<string>
}[] = [
  {
    phrase: 'hier',
    language: 'fr',
    unless: 'de',
    beside: words(
      'qu que quoi qui quel quelle ou quand comment j je tu il elle on nous vous ils elles ai as a avons avez ont est etait etions le la les du ce c soir matin midi',
    ),
  },
]

/** Whether a month's name that stands alone, without a day or a year, means the month. */
export function isMonthAlone(name: string, tokens: readonly Token[], i: number): boolean {
  const signs = ambiguousMonths.get(name)
  if (signs === undefined) return true
  const [before, token] = [tokens[i - 1], tokens[i]]
  if (before !== undefined && signs.after.has(before.word)) return true
  const hasCapital = /^\p{Lu}/u.test(token?.text ?? '')
  if (!hasCapital) return signs.lower === true
  const beginsSentence = before === undefined || /^[.!?:;…¿¡"“„«(]$/u.test(before.text)
  return signs.capital === true && !beginsSentence && /^\p{Lu}\p{Ll}/u.test(token?.text ?? '')
}

/** Whether a short name is also a word, so that a day beside it needs a point, a preposition or a year. */
export function isWordToo(shortName: string): boolean {
  return wordsToo.has(shortName)
}
