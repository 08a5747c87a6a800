import type { EmbedPurpose } from '../contracts/embedder.ts'
import { foldText } from './fold-text.ts'

/**
 * The longest word. A longer one is split into several, which bounds the cost of one word. In UTF-16 units, or code
 * points.
 */
const maxWordLength = 64

/** Letters and digits of scripts without spaces between words, and of Korean, whose spaces do not part a noun from its particle. */
const unspaced = String.raw`[[\p{L}\p{N}]&&[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Hangul}]]`
const spaced = String.raw`[[\p{L}\p{N}]--${unspaced}]`

const piece = new RegExp(
  String.raw`\p{So}|${unspaced}[${unspaced}\p{M}]*|${spaced}[${spaced}\p{M}]{0,${maxWordLength - 1}}`,
  'gv',
)
const beginsUnspaced = new RegExp(`^${unspaced}`, 'v')
/** A letter with the marks that stand on it. */
const character = /\P{M}\p{M}*/gu

/**
 * Returns the words of a text, in order. A word is a run of letters and digits, folded as `foldText` says. A symbol,
 * such as an emoji, is a word of its own. Where a script without spaces begins or ends, so does a word, and within it
 * the characters of a document and each pair of neighbouring ones are words. A query has only the pairs, and the
 * character where it stands alone: a text with both characters, each elsewhere, is no answer.
 */
export function splitWords(text: string, as: EmbedPurpose = 'document'): string[] {
  // The common case, a text of ASCII and typographic punctuation, needs no regular expression.
  const lower = text.toLowerCase()
  const words: string[] = []
  let start = -1
  for (let i = 0; i < lower.length; i++) {
    const code = lower.charCodeAt(i)
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      if (start < 0) start = i
      else if (i - start === maxWordLength) {
        words.push(lower.slice(start, i))
        start = i
      }
    } else if (code < 128 || (code >= 0x2000 && code <= 0x206f)) {
      if (start >= 0) words.push(lower.slice(start, i))
      start = -1
    } else {
      return splitUnicode(text, as)
    }
  }
  if (start >= 0) words.push(lower.slice(start))
  return words
}

function splitUnicode(text: string, as: EmbedPurpose): string[] {
  const words: string[] = []
  for (const [word] of foldText(text).matchAll(piece)) {
    if (beginsUnspaced.test(word)) addCharacters(words, charactersOf(word), as)
    else words.push(word)
  }
  return words
}

function addCharacters(words: string[], characters: readonly string[], as: EmbedPurpose): void {
  const single = as === 'document' || characters.length === 1
  for (const [i, character] of characters.entries()) {
    if (single) words.push(character)
    const next = characters[i + 1]
    if (next !== undefined) words.push(`${character}${next}`)
  }
}

/** Whether a word of `splitWords` is a character or a pair of a script without spaces. */
export function isUnspaced(word: string): boolean {
  return beginsUnspaced.test(word)
}

/** The characters of a word, each with its marks. */
export function charactersOf(word: string): string[] {
  return word.match(character) ?? []
}
