import type { MessageWindow } from '../contracts/extractor.ts'
import { contentWords } from '../text/content-words.ts'
import { splitWords } from '../text/split-words.ts'
import { stemEnglish } from '../text/stem-english.ts'
import type { When } from './read-when.ts'

/** Words that say who speaks: a fact may name them where the messages do not. */
const speakers = ['user', 'assistant']

/** All words that a fact may be made of: those of the messages, of what stands before them, and of who said it. */
export function wordsIn({ context, messages }: MessageWindow): ReadonlySet<string> {
  const words = new Set(speakers)
  for (const { text, actorId, role } of [...context, ...messages])
    for (const part of [text, actorId, role]) for (const word of splitWords(part ?? '')) add(words, word)
  return words
}

/**
 * The share of a fact's content words that are known, 0 to 1. Words of a date do not count: "yesterday" becomes one, which
 * no message has.
 */
export function isGrounded(text: string, known: ReadonlySet<string>, when: When | undefined): number {
  const dates = datesOf(when)
  const words = contentWords(text, 'document').filter(word => !dates.has(word))
  if (words.length === 0) return 1
  return words.filter(word => known.has(word) || known.has(stemEnglish(word))).length / words.length
}

function add(words: Set<string>, word: string): void {
  words.add(word)
  words.add(stemEnglish(word))
}

function datesOf(when: When | undefined): ReadonlySet<string> {
  const words = new Set<string>()
  for (const time of [when?.from, when?.to]) {
    if (time === undefined || time === null) continue
    const date = new Date(time)
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    for (const number of [year, month, day]) {
      words.add(String(number))
      words.add(String(number).padStart(2, '0'))
    }
    const name = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(date)
    for (const word of splitWords(`${name} ${name.slice(0, 3)} week day month year`)) words.add(word)
  }
  return words
}
