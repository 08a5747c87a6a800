/** V8 lets a slice of 13 characters or more keep the whole string in memory; a decoded copy does not. */
export function ownCopy(word: string): string {
  return word.length < 13 ? word : Buffer.from(word).toString()
}
