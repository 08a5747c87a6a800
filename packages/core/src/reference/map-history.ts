import type { RecordedChange } from '../checks/changed-record.ts'
import { mintId } from '../contracts/mint-id.ts'
import { inScope, scopeOf } from '../contracts/record.ts'
import type { HistoryEntry, Key, Scope, StoredRecord } from '../contracts/record.ts'

/** What happened to a record. */
export interface Change
  extends Pick<HistoryEntry, 'event' | 'createdAt'>, Partial<Omit<RecordedChange, 'event'>> {
  readonly record: StoredRecord
}

/** The history of a MapStore, also of what was deleted. */
export class MapHistory {
  readonly #entries = new Map<string, HistoryEntry[]>()

  /** Oldest first. */
  of(key: Key): HistoryEntry[] {
    return (this.#entries.get(key.id) ?? []).filter(({ scope }) => inScope(scope, key))
  }

  add({ record, ...values }: Change, actor: string | undefined): void {
    const { id: memoryId, role } = record
    const owner = { memoryId, scope: scopeOf(record), actorId: actor ?? record.actorId, role }
    const none = { previousValue: null, newValue: null, successorId: null }
    const entry: HistoryEntry = { id: mintId(), ...none, ...owner, ...values }
    const entries = this.#entries.get(memoryId)
    if (entries) entries.push(entry)
    else this.#entries.set(memoryId, [entry])
  }

  /** Adds what happened to a record elsewhere. */
  restore(record: StoredRecord, past: readonly HistoryEntry[]): void {
    const owner = { memoryId: record.id, scope: scopeOf(record) }
    const entries = past.map(entry => ({ ...entry, ...owner, id: mintId() }))
    this.#entries.set(record.id, [...(this.#entries.get(record.id) ?? []), ...entries])
  }

  purge(scope: Scope): void {
    for (const id of this.#entries.keys()) this.purgeOf({ ...scope, id })
  }

  /** Forgets what a key names. */
  purgeOf(key: Key): void {
    const kept = (this.#entries.get(key.id) ?? []).filter(entry => !inScope(entry.scope, key))
    if (kept.length > 0) this.#entries.set(key.id, kept)
    else this.#entries.delete(key.id)
  }

  /** Returns a function that puts everything back as it is now. */
  snapshot(): () => void {
    const entries = Array.from(this.#entries, ([id, list]) => ({ id, list: [...list] }))
    return () => {
      this.#entries.clear()
      for (const { id, list } of entries) this.#entries.set(id, list)
    }
  }
}
