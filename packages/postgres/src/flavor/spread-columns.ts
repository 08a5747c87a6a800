/** A column, and the index of its value in each row. */
export interface PlacedColumn {
  readonly name: string
  readonly at: number
}

/** The column whose values go up by one step as a rule: 0, 1, 2 of a batch, or 0 throughout. */
export const steppedColumn = 'place'

/**
 * The columns of new rows that travel as an array, with a value for each row. The others are the same in every row,
 * and travel as one value: a server lays each array out before it makes rows of them, and of two dozen columns most
 * have one value as a rule. `steppedColumn` travels as its first value and its step. A column that did not go like this
 * once is spread from then on, so that the statement changes a few times in the life of a Store at most.
 */
export class SpreadColumns {
  readonly #spread = new Set(['id', 'content', 'hash'])

  has(column: string): boolean {
    return this.#spread.has(column)
  }

  /** Spreads the columns that need it for these rows as well. Returns true when there are new ones. */
  takeIn(columns: readonly PlacedColumn[], rows: readonly (readonly unknown[])[]): boolean {
    const { size } = this.#spread
    for (const { name, at } of columns) {
      if (this.#spread.has(name)) continue
      const isEven = name === steppedColumn ? goesUp(rows, at) : isSame(rows, at)
      if (!isEven) this.#spread.add(name)
    }
    return this.#spread.size > size
  }
}

/** The first value of a column of numbers and the step from each to the next; 0 with one row. */
export function stepOf(rows: readonly (readonly unknown[])[], at: number): [first: number, step: number] {
  const first = Number(rows[0]?.[at])
  return [first, Number(rows[1]?.[at] ?? first) - first]
}

function goesUp(rows: readonly (readonly unknown[])[], at: number): boolean {
  const [first, step] = stepOf(rows, at)
  return rows.every((row, n) => row[at] === first + n * step)
}

function isSame(rows: readonly (readonly unknown[])[], at: number): boolean {
  const first = rows[0]?.[at]
  return rows.every(row => row[at] === first)
}
