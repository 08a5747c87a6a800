/** Soft hyphens say where a word may be cut, not what it is. */
const softHyphen = /\u00ad/g
/**
 * More marks than any language puts on one letter: the bound of Unicode's Stream-Safe Text Format (UAX #15, section
 * 13). Normalizing sorts the marks of a letter in quadratic time. The last two are letters that become marks.
 */
const marksPastBound = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu
/** Accents, Hebrew points and Arabic vowel marks. The marks of Indic scripts and of Thai are letters to their readers. */
const droppedMark = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g

/** Letters that Unicode does not take apart, as they are written where the keyboard lacks them. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
}
const specialLetter = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'g')

/**
 * The form of a text in which words are compared: lower case, compatibility forms unified (NFKD), without accents,
 * vowel marks and soft hyphens, `ß` as `ss` and the like. Of a run of marks the first 30 count.
 */
export function foldText(text: string): string {
  return foldCase(withoutMarks(text))
}

/** `foldText` without its lower case and without its letters. */
export function withoutMarks(text: string): string {
  const bounded = text.replace(softHyphen, '').replace(marksPastBound, '$1')
  return bounded.normalize('NFKD').replace(droppedMark, '').normalize('NFC')
}

/** What `foldText` does after `withoutMarks`. */
export function foldCase(text: string): string {
  return text.toLowerCase().replace(specialLetter, letter => plainLetters[letter] ?? letter)
}
