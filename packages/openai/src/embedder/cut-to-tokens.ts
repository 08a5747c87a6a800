/** The longest start of a text that has at most `limit` tokens; it never ends between two surrogates. */
export function cutToTokens(text: string, limit: number, countTokens: (text: string) => number): string {
  let fits = 0
  let end = text.length
  while (fits < end) {
    const middle = Math.ceil((fits + end) / 2)
    if (countTokens(text.slice(0, middle)) <= limit) fits = middle
    else end = middle - 1
  }
  const last = text.charCodeAt(fits - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? fits - 1 : fits)
}
