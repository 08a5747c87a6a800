import { MemoryError } from '../contracts/errors.ts'

/** So many single items in a row that fail alike have not failed for a fault of their own. */
const enough = 3

/** Tells a failure that the backend has for whatever it is sent, such as a key that is not valid, from one item's. */
export class RepeatedFailure {
  #message: string | undefined
  #times = 0

  /** Notes how a single item fared; true when the items after it need not be tried. */
  note(outcome: unknown): boolean {
    const message = MemoryError.is(outcome) && outcome.code === 'BACKEND' ? outcome.message : undefined
    this.#times = message !== undefined && message === this.#message ? this.#times + 1 : 1
    this.#message = message
    return message !== undefined && this.#times >= enough
  }
}
