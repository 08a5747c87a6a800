/**
 * The longest word. A longer one is split into several, which bounds the cost of one word. In UTF-16 units, or code
 * points.
 */
const maxWordLength = 64

const unicodeWord = /\p{So}|[\p{L}\p{N}][\p{L}\p{N}\p{M}]{0,63}/gu
const accent = /[\u0300-\u036f]/g
/** Scripts without spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * Returns the words of a text, in order. A word is a run of letters and digits, in lower case and without accents;
 * compatibility forms are unified (NFKD). A symbol, such as an emoji, is a word of its own. In scripts without
 * spaces, each pair of neighbouring characters is a word.
 */
export function splitWords(text: string): string[] {
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
      return splitUnicode(text)
    }
  }
  if (start >= 0) words.push(lower.slice(start))
  return words
}

function splitUnicode(text: string): string[] {
  const folded = text.normalize('NFKD').replace(accent, '').normalize('NFC').toLowerCase()
  return (folded.match(unicodeWord) ?? []).flatMap(word => (unspaced.test(word) ? pairs(word) : word))
}

function pairs(word: string): string[] {
  const characters = Array.from(word)
  if (characters.length < 2) return characters
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`)
}
