/** Named statements stay prepared on each connection for its life; filters make any number of different ones. */
const mostNames = 100
const mostSeen = 1000

/** Gives names to the texts that are sent again, so that a server parses and plans them once. */
export class StatementNames {
  readonly #prefix: string
  readonly #names = new Map<string, string>()
  readonly #seen = new Set<string>()
  #isOff = false

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Sends every text without a name from now on. */
  turnOff(): void {
    this.#isOff = true
  }

  /** Undefined for a text that is sent without a name: the first time, and when there are enough names. */
  nameOf(text: string): string | undefined {
    if (this.#isOff) return undefined
    const name = this.#names.get(text)
    if (name !== undefined || this.#names.size >= mostNames) return name
    if (!this.#seen.delete(text)) {
      if (this.#seen.size >= mostSeen) this.#seen.clear()
      this.#seen.add(text)
      return undefined
    }
    const given = `${this.#prefix}${this.#names.size + 1}`
    this.#names.set(text, given)
    return given
  }
}
