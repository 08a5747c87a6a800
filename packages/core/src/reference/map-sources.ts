import { insightType, sourceChange } from '../checks/source-changes.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { RecordMap } from './record-map.ts'

/** What goes when some memories go. */
export interface Along {
  /** All that go: those that were named, and what they alone told. */
  readonly gone: ReadonlyMap<string, StoredRecord>
  /** The ids of what any of these told, whether that goes or not. */
  readonly told: ReadonlySet<string>
}

/** Which memories of a MapStore were made of which. */
export class MapSources {
  readonly #records: RecordMap
  readonly #of = new Map<string, ReadonlySet<string>>()

  constructor(records: RecordMap) {
    this.#records = records
  }

  /** Notes what a write changes. */
  note(before: StoredRecord | undefined, after: StoredRecord): void {
    const { added, removed } = sourceChange(before?.derivation ?? null, after.derivation)
    if (added.length + removed.length === 0) return
    const kept = [...(this.#of.get(after.id) ?? [])].filter(id => !removed.includes(id))
    this.#of.set(after.id, new Set([...kept, ...added]))
  }

  /** Forgets what a memory was made of that is deleted. */
  forget(id: string): void {
    this.#of.delete(id)
  }

  /** Forgets that a memory was told by some that are deleted. */
  forgetSources(id: string, gone: ReadonlyMap<string, unknown>): void {
    const kept = [...(this.#of.get(id) ?? [])].filter(source => !gone.has(source))
    this.#of.set(id, new Set(kept))
  }

  along(named: readonly StoredRecord[]): Along {
    const gone = new Map(named.map(record => [record.id, record]))
    const told = new Set<string>()
    for (let size = -1; size !== gone.size;) {
      size = gone.size
      for (const [id, sources] of this.#of) {
        const record = this.#records.byId(id)
        if (!record || ![...sources].some(source => isOwn(gone.get(source), record))) continue
        told.add(id)
        const isAlone = [...sources].every(source => gone.has(source))
        if (isAlone || record.type === insightType) gone.set(id, record)
      }
    }
    return { gone, told }
  }

  /** Returns a function that puts everything back as it is now. */
  snapshot(): () => void {
    const all = [...this.#of]
    return () => {
      this.#of.clear()
      for (const [id, sources] of all) this.#of.set(id, sources)
    }
  }
}

/** Nobody's memory goes with that of somebody else. */
function isOwn(source: StoredRecord | undefined, record: StoredRecord): boolean {
  const { orgId, userId, agentId } = record
  return source?.orgId === orgId && source.userId === userId && source.agentId === agentId
}
