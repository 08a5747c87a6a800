import { Random } from './random.ts'

const words =
  'alice likes green tea and walks her dog every morning before work in the old town near the river where boats leave for islands with red lighthouses'.split(
    ' ',
  )

/** Short texts of English words, no two alike, always the same. */
export function sampleTexts(count: number, seed = 1): string[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, n) => {
    const length = 3 + random.below(12)
    return `Note ${n}: ${Array.from({ length }, () => random.pick(words)).join(' ')}.`
  })
}

/** Texts that tokenizers are known to trip over. */
export const oddTexts: readonly string[] = [
  'a',
  'I',
  '7',
  'ALL CAPITALS',
  'na\u00efve caf\u00e9',
  'nai\u0308ve cafe\u0301',
  '\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8',
  '\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645',
  '\u05e9\u05dc\u05d5\u05dd',
  '\u0928\u092e\u0938\u094d\u0924\u0947',
  'emoji \u{1f468}\u200d\u{1f469}\u200d\u{1f467} in text \u{1f600}',
  'line\nbreaks\r\nand\ttabs',
  '  spaces   around  ',
  '<html>&amp;</html>',
  '{"json": [1, 2, 3]}',
  "it's O'Brien's",
  'https://example.org/path?query=1#fragment',
  'x'.repeat(500),
  'word '.repeat(3000),
  '\u202eright to left\u202c',
  '[CLS] [SEP] [MASK] <s> </s>',
]

/** Texts without a word in them: an embedder gives a vector of unit length, or refuses. */
export const emptyTexts: readonly string[] = [
  ' ',
  '\n',
  '\t \r\n',
  '\u00a0',
  '\u200b',
  '...',
  '?!',
  '---',
  '\u{1f600}',
  '\u0301',
  '\u202e',
]

/** What no part takes for a text, by what it is. */
export const wrongTexts: Readonly<Record<string, unknown>> = {
  'an empty text': '',
  'a number': 7,
  undefined: undefined,
  null: null,
  'an object': {},
  'NUL in a text': 'a\0b',
  'a lone surrogate': 'a\ud800b',
}
