/** Statements that a connection keeps prepared. Filters make any number of different ones. */
export const keptStatements = 250

/** Which statements one connection has prepared: as mysql2 keeps them, the one used last longest. */
export class Prepared {
  readonly #statements = new Set<string>()

  /** Also notes that it is sent now. */
  isNew(statement: string): boolean {
    const known = this.#statements.delete(statement)
    this.#statements.add(statement)
    if (this.#statements.size > keptStatements) {
      for (const oldest of this.#statements) {
        this.#statements.delete(oldest)
        break
      }
    }
    return !known
  }
}
