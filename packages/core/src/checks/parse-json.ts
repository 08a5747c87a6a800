import { invalid } from './check-values.ts'

/**
 * What becomes of a whole number past 2^53 that a JavaScript number cannot hold, such as an id of 64 bits: it is
 * refused, or becomes the text of its digits.
 */
export type LargeIntegers = 'refuse' | 'text'

/** Where such a number may be, also in a text: only then is every number looked at. */
const sixteenDigits = /(?<![\d.])\d{16}/

/** `JSON.parse` that never changes a whole number. Throws `INVALID_ARGUMENT` with what is wrong with the text. */
export function parseJson(text: string, largeIntegers: LargeIntegers = 'refuse'): unknown {
  try {
    if (!sixteenDigits.test(text)) return JSON.parse(text) as unknown
    return JSON.parse(text, (_key, value: unknown, ...context: unknown[]) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
      const { source = '' } = (context[0] ?? {}) as { source?: string }
      if (!/^-?\d+$/.test(source) || BigInt(source) === BigInt(value)) return value
      if (largeIntegers === 'text') return source
      throw invalid(`the number ${source} would become ${BigInt(value)}; write it as a text, in quotes.`)
    })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalid(`This is no JSON: ${error.message}.`)
  }
}
