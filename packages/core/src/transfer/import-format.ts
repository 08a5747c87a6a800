import { invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { readElements } from './read-elements.ts'
import { readLines } from './read-lines.ts'

/** What a file is: 'ndjson' has one JSON object a line, 'json' is one JSON array of objects. */
export type ImportFormat = 'ndjson' | 'json'

/** How a file is cut into the JSON texts of its memories, and what one of them is called in errors. */
interface FormatReader {
  readonly item: 'Line' | 'Element'
  readonly read: (source: AsyncIterable<Uint8Array | string>) => AsyncGenerator<string>
}

const readers: Readonly<Record<ImportFormat, FormatReader>> = {
  ndjson: { item: 'Line', read: source => readLines(source) },
  json: { item: 'Element', read: source => readElements(source) },
}

/** The formats of imports. */
export const importFormats: readonly ImportFormat[] = Object.keys(readers) as ImportFormat[]

/** Throws `INVALID_ARGUMENT` for a format that is not known. */
export function readerOf(format: ImportFormat): FormatReader {
  if (typeof format === 'string' && Object.hasOwn(readers, format)) return readers[format]
  throw invalid(`from must be one of ${importFormats.map(show).join(', ')}, not ${show(format)}.`)
}
