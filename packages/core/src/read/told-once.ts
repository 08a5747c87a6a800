import { insightType } from '../checks/source-changes.ts'
import type { MemoryRecord } from '../contracts/record.ts'

/**
 * Facts and the messages that say them, as one hit: the better one stands for both. A fact of several messages stays until
 * all of them are shown. Insights say what no single fact does, and stay.
 */
export class ToldOnce {
  readonly #shown = new Set<string>()
  /** The messages that a fact was shown of. */
  readonly #told = new Set<string>()

  /** Whether what was shown so far says this too; if not, it is shown now. */
  repeats({ id, origin, type, derivation }: MemoryRecord): boolean {
    const sources = origin === 'model' && type !== insightType ? (derivation?.sources ?? []) : []
    const isTold = this.#told.has(id) || (sources.length > 0 && sources.every(id => this.#shown.has(id)))
    if (isTold) return true
    this.#shown.add(id)
    for (const source of sources) this.#told.add(source)
    return false
  }
}
