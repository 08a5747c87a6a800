/** Statements that a connection keeps prepared: a limit, since filters make any number of different ones. */
export const keptStatements = 250

/** The statements that one connection has prepared. Like mysql2, it drops the least recently used first. */
export class Prepared {
  readonly #statements = new Set<string>()

  /** True when the statement is not prepared yet. Notes that it is sent now. */
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
