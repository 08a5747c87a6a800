import { foldCase, withoutMarks } from '../text/fold-text.ts'

/** A run of digits, a run of letters, or another character. */
export interface Token {
  /** As the query has it, without accents. */
  readonly text: string
  /** Folded, to be compared. */
  readonly word: string
  /** The value of one to four digits, else NaN. */
  readonly number: number
  readonly at: number
  readonly end: number
}

const token = /\d+|[\p{L}\p{M}]+|\S/gu
const otherDigit = /(?!\d)\p{Nd}/gu
const digit = /\p{Nd}/u
const curlyApostrophe = '\u2019'

/** A text without accents, and with the digits of every script as 0 to 9. Positions in tokens are those of this text. */
export function plainText(text: string): string {
  return withoutMarks(text).replace(otherDigit, valueOf)
}

/** Unicode has the digits of a script in order, from its zero on. */
function valueOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && digit.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/** The tokens of a `plainText`, in order. */
export function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(token), ({ 0: part, index }) => ({
    text: part,
    word: part === curlyApostrophe ? "'" : foldCase(part),
    number: /^\d{1,4}$/.test(part) ? Number(part) : Number.NaN,
    at: index,
    end: index + part.length,
  }))
}
