/** A column, and the index of its value in each row. */
export interface PlacedColumn {
  readonly name: string
  readonly at: number
}

/**
 * The columns of new rows that travel as an array, with a value for each row. The others are the same in every row,
 * and travel as one value: a server lays each array out before it makes rows of them, and of two dozen columns most
 * have one value as a rule. A column that differed once is spread from then on, so that the statement changes a few
 * times in the life of a Store at most.
 */
export class SpreadColumns {
  readonly #spread = new Set(['id', 'content', 'hash'])

  has(column: string): boolean {
    return this.#spread.has(column)
  }

  /** Spreads the columns that differ in these rows as well. Returns true when there are new ones. */
  takeIn(columns: readonly PlacedColumn[], rows: readonly (readonly unknown[])[]): boolean {
    const { size } = this.#spread
    for (const { name, at } of columns) {
      const first = rows[0]?.[at]
      if (!this.#spread.has(name) && rows.some(row => row[at] !== first)) this.#spread.add(name)
    }
    return this.#spread.size > size
  }
}
