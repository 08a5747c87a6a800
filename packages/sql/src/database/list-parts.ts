import type { Flavor } from './flavor.ts'

/** A list, cut into parts that one statement can hold each: see `Flavor.longestList`. */
export function partsOf<T>(
  list: readonly T[],
  flavor: Pick<Flavor, 'longestList'>,
): readonly (readonly T[])[] {
  const { longestList = Infinity } = flavor
  if (list.length <= longestList) return list.length === 0 ? [] : [list]
  const parts: T[][] = []
  for (let start = 0; start < list.length; start += longestList)
    parts.push(list.slice(start, start + longestList))
  return parts
}

/** The rows that a statement finds for a list of values, sent once for each part of the list. */
export async function rowsInParts<Row>(
  values: readonly string[],
  flavor: Pick<Flavor, 'longestList'>,
  ask: (part: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const parts = partsOf(values, flavor)
  if (parts.length === 1) return ask(values)
  const rows: Row[] = []
  // A value in two parts would give its rows twice.
  for (const part of partsOf([...new Set(values)], flavor)) {
    for (const row of await ask(part)) rows.push(row)
  }
  return rows
}
