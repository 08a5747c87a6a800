/** Reads a column, which a server sends as text. */
export type ReadColumn = (text: string) => unknown

/**
 * Readers by the ids of types, of https://www.postgresql.org/docs/current/catalog-pg-type.html. Numbers of 64 bits are
 * counts and times, none of them past 2^53.
 */
const readers: ReadonlyMap<number, ReadColumn> = new Map<number, ReadColumn>([
  [16, text => text === 't'],
  [17, text => Buffer.from(text.slice(2), 'hex')],
  ...[20, 21, 23, 26, 700, 701].map(id => [id, Number] as const),
])
const asText: ReadColumn = text => text

/** How columns of a type are read: booleans, bytes and numbers as such, all other types as text. */
export function readerOf(typeId: number): ReadColumn {
  return readers.get(typeId) ?? asText
}
