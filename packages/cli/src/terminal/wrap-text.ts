const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// East Asian wide and fullwidth characters, and emoji (Unicode Standard Annex 11), in broad ranges.
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}]/u

/** Breaks a text into lines of at most `width` columns, between words where it can; its own line ends stay. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap(line => wrapLine(line.replaceAll('\t', ' '), width))
}

function wrapLine(line: string, width: number): string[] {
  if (columnsOf(line) <= width) return [line.trimEnd()]
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/ +/).flatMap(word => splitWord(word, width))) {
    const longer = current === '' ? word : `${current} ${word}`
    if (columnsOf(longer) <= width) {
      current = longer
    } else {
      lines.push(current)
      current = word
    }
  }
  return [...lines, current]
}

/** A word that is longer than a line, in pieces. */
function splitWord(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word]
  const pieces = ['']
  for (const { segment } of graphemes.segment(word)) {
    const last = pieces.length - 1
    if (columnsOf(pieces[last] + segment) <= width) pieces[last] += segment
    else pieces.push(segment)
  }
  return pieces
}

/** How many columns of a terminal a text takes. */
function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}
