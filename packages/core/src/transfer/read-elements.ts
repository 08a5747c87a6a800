import { invalid } from '../checks/check-values.ts'
import { checkChunk, DecodedText, maxItemLength } from './decoded-text.ts'

const advice = 'an element is one memory.'

/**
 * Splits a stream of UTF-8 that is one JSON array into the texts of its elements. Each character is looked at once, and no
 * more than one element is held. What an element is made of is not looked at. Throws `INVALID_ARGUMENT`, after the elements
 * before it, for an element that is too long, missing or not UTF-8, and for what is not one whole array.
 */
export async function* readElements(
  source: AsyncIterable<Uint8Array | string>,
  maxLength: number = maxItemLength,
): AsyncGenerator<string> {
  const element = new DecodedText(maxLength, advice)
  const array = new ArrayScan()
  for await (const chunk of source) {
    checkChunk(chunk)
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const met = array.take(typeof chunk === 'string' ? chunk.charCodeAt(i) : (chunk[i] as number))
      if (met === 'part') continue
      if (met !== 'outside') {
        element.add(chunk, start, i)
        const text = element.take()
        const isOfEmptyArray = met === 'end' && array.elements === 1
        if (text.trim() !== '') yield text
        else if (!isOfEmptyArray) throw invalid('There is no element beside a comma; take the comma out.')
      }
      start = i + 1
    }
    element.add(chunk, start, chunk.length)
  }
  if (!array.hasEnded) throw invalid('The array has no end: the file was cut.')
}

/** Where a character of a JSON array belongs: into an element, behind one, or around the array. */
type Met = 'part' | 'next' | 'end' | 'outside'

const [quote, backslash, comma, bracket, endBracket, brace, endBrace] = codesOf('"\\,[]{}')
/** White space, and the bytes and the character of a byte-order mark. */
const around: ReadonlySet<number> = new Set(codesOf(' \t\r\n\uFEFF\u00EF\u00BB\u00BF'))

/** Follows the brackets and strings of a text, character by character or, as UTF-8 is ASCII here, byte by byte. */
class ArrayScan {
  /** How many brackets and braces are open. */
  #depth = 0
  #inString = false
  #isEscaped = false
  /** Elements that have ended, with the empty text of an empty array. */
  elements = 0

  get hasEnded(): boolean {
    return this.#depth === 0 && this.elements > 0
  }

  take(code: number): Met {
    if (this.#inString) return this.#takeOfString(code)
    if (this.#depth === 0) return this.#takeOutside(code)
    if (code === quote) this.#inString = true
    if (code === bracket || code === brace) this.#depth++
    if (this.#depth > 1) {
      if (code === endBracket || code === endBrace) this.#depth--
      return 'part'
    }
    if (code !== comma && code !== endBracket) return 'part'
    this.elements++
    if (code === comma) return 'next'
    this.#depth = 0
    return 'end'
  }

  #takeOfString(code: number): Met {
    if (this.#isEscaped) this.#isEscaped = false
    else if (code === backslash) this.#isEscaped = true
    else if (code === quote) this.#inString = false
    return 'part'
  }

  #takeOutside(code: number): Met {
    if (around.has(code)) return 'outside'
    if (this.elements > 0) throw invalid('Something follows the end of the array; put it into the array.')
    if (code !== bracket) {
      throw invalid("The file is no JSON array; lines of JSON are read without from: 'json' (--from json).")
    }
    this.#depth = 1
    return 'outside'
  }
}

function codesOf(characters: string): number[] {
  return Array.from(characters, character => character.charCodeAt(0))
}
