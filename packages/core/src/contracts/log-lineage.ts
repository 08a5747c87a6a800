import type { LogHead } from './log-head.ts'

/**
 * Notices that a Store has gone back: to a backup, or to a standby that had not received its last changes. All readers of
 * a log share it, so that what one of them notices every one learns.
 */
export class LogLineage {
  #known: string | undefined
  #turns = 0

  /** How often the Store has gone back, or may have. A reader to whom this is new forgets what it has read. */
  get turns(): number {
    return this.#turns
  }

  /** Takes note that the Store has gone back, from one who knows it otherwise. */
  turn(): void {
    this.#turns++
  }

  /** Hears where the log ends. `reached`: how far the reader had come when it asked. */
  hear({ position, lineage }: LogHead, reached: number): void {
    const isOther = lineage !== undefined && this.#known !== undefined && lineage !== this.#known
    this.#known = lineage ?? this.#known
    // One that ends before what was read has gone back, whatever its name.
    if (isOther || position < reached) this.turn()
  }
}
