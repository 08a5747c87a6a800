const englishNumbers: ReadonlyMap<string, number> = new Map(
  'one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i): [string, number] => [word, i + 1])
    .concat([
      ['a', 1],
      ['an', 1],
    ]),
)
const hanDigits = '〇一二三四五六七八九'

/** Han digits as part of a regular expression. Two is 两 before what is counted. */
export const hanNumeral = '[〇一二两兩三四五六七八九十]'

/**
 * The value of up to four digits, of an English number up to twelve (`a` is 1), or of a Han number up to 99; four Han
 * digits are a year. Else NaN.
 */
export function numberOf(word: string): number {
  if (/^\d{1,4}$/.test(word)) return Number(word)
  return englishNumbers.get(word) ?? hanNumber(word.replace(/[两兩]/g, '二').replaceAll('零', '〇'))
}

function hanNumber(word: string): number {
  if (/^[〇一二三四五六七八九]{4}$/.test(word)) {
    return Number(word.replace(/./g, digit => String(hanDigits.indexOf(digit))))
  }
  const [, tens, ten, ones] = /^([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)$/.exec(word) ?? []
  // 三五 is no number.
  if (word === '' || ten === undefined || (ten === '' && word.length > 1)) return Number.NaN
  if (ten === '') return hanDigits.indexOf(word)
  return (tens ? hanDigits.indexOf(tens) : 1) * 10 + (ones ? hanDigits.indexOf(ones) : 0)
}
