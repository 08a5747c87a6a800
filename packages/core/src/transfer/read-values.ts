import { invalid } from '../checks/check-values.ts'
import { checkChunk, DecodedText } from './decoded-text.ts'
import { JsonScan } from './json-scan.ts'

const newline = 10

/** The text of a value, and where in its file it stands. */
export interface PlacedText {
  readonly place: string
  readonly text: string
}

/** How values are read. */
export interface ValueOptions {
  /**
   * Undefined: the file is one array, whose elements are the values. Otherwise it is any number of values, as `JsonScan` has
   * them.
   */
  readonly within?: readonly string[] | undefined
  /** Longest value, in UTF-16 units. */
  readonly maxLength: number
  /** What to do about a value that is longer. */
  readonly advice: string
}

/**
 * Splits a stream of UTF-8 that is JSON into the texts of its values. Each character is looked at once, and no more than one
 * value is held. What a value is made of is not looked at. Throws `INVALID_ARGUMENT`, after the values before it, for one that
 * is too long, missing, cut or not UTF-8.
 */
export async function* readValues(
  source: AsyncIterable<Uint8Array | string>,
  { within, maxLength, advice }: ValueOptions,
): AsyncGenerator<PlacedText> {
  const element = new DecodedText(maxLength, advice)
  const scan = new JsonScan(within)
  let line = 1
  let firstLine = 1
  for await (const chunk of source) {
    checkChunk(chunk)
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const code = typeof chunk === 'string' ? chunk.charCodeAt(i) : (chunk[i] as number)
      if (code === newline) line++
      const met = scan.take(code)
      if (met === 'part') continue
      if (met === 'next' || met === 'end') {
        element.add(chunk, start, i)
        const text = element.take()
        const isOfEmptyArray = met === 'end' && scan.elements === 1
        if (text.trim() !== '') yield { place: placeOf(scan), text }
        else if (!isOfEmptyArray) throw invalid('There is no element beside a comma; take the comma out.')
      } else if (met === 'whole') {
        element.add(chunk, start, i + 1)
        yield { place: `Line ${firstLine}`, text: element.take() }
      } else if (met === 'dropped') {
        element.take()
      } else {
        firstLine = line
      }
      start = i + 1
    }
    element.add(chunk, start, chunk.length)
  }
  if (!scan.hasEnded) throw invalid(`The ${within ? 'value' : 'array'} has no end: the file was cut.`)
}

function placeOf({ elements, arrayName }: JsonScan): string {
  return `Element ${elements}${arrayName === '' ? '' : ` of ${arrayName}`}`
}
