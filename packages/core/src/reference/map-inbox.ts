import { notPending } from '../contracts/errors.ts'
import { inScope } from '../contracts/record.ts'
import type { Key, StoredRecord } from '../contracts/record.ts'
import type {
  PendingPage,
  PendingQuery,
  PendingRow,
  Postponed,
  StoreChange,
} from '../contracts/store-commit.ts'
import { withoutVector } from './map-records.ts'
import type { StoreStats } from '../contracts/store.ts'
import type { RecordMap } from './record-map.ts'

interface InboxRow extends Required<Postponed> {
  readonly seq: number
  readonly at: number
  readonly tokens: number
  readonly answer: string | null
}

/** The inbox of a MapStore: what waits to be worked on, in the order in which it came. */
export class MapInbox {
  readonly #records: RecordMap
  readonly #rows = new Map<string, InboxRow>()
  #seq = 0

  constructor(records: RecordMap) {
    this.#records = records
  }

  add({ key, at, tokens, notBefore }: PendingRow): void {
    const state = { attempts: 0, notBefore, parked: false, reason: null, answer: null }
    this.#rows.set(key.id, { key, seq: ++this.#seq, at, tokens, ...state })
  }

  /** Takes out what is done. Throws `CONFLICT` for what does not wait. */
  finish({ done = [], postponed = [] }: StoreChange): void {
    for (const key of done) {
      if (!this.#holds(key) || !this.#rows.delete(key.id)) throw notPending(key.id)
    }
    for (const { answer, ...state } of postponed) {
      const row = this.#holds(state.key) && this.#rows.get(state.key.id)
      if (row)
        this.#rows.set(state.key.id, { ...row, ...state, answer: answer === undefined ? row.answer : answer })
    }
  }

  /** Takes out the row of a record that is deleted. */
  delete({ id }: StoredRecord): void {
    this.#rows.delete(id)
  }

  read({ scope, after = 0, limit, state = 'waiting', now }: PendingQuery): PendingPage {
    const found = Array.from(this.#rows, ([id, row]) => ({
      row,
      record: this.#records.byKey({ ...scope, id }),
    }))
      .flatMap(({ row, record }) => (record ? [{ ...row, record: withoutVector(record) }] : []))
      .filter(({ seq, parked }) => seq > after && parked === (state === 'parked'))
      .filter(
        ({ notBefore, record }) => (state === 'parked' || notBefore <= now) && record.deletedAt === null,
      )
    const messages = found.slice(0, limit)
    return { messages, cursor: messages.at(-1)?.seq ?? after, done: found.length <= limit }
  }

  /** How many rows there are. */
  get counts(): Pick<StoreStats, 'waiting' | 'parked' | 'oldestWaiting'> {
    const waiting = [...this.#rows.values()].filter(({ parked }) => !parked)
    const oldest = waiting.reduce((oldest, { at }) => Math.min(oldest, at), Infinity)
    return {
      waiting: waiting.length,
      parked: this.#rows.size - waiting.length,
      ...(waiting.length > 0 && { oldestWaiting: oldest }),
    }
  }

  /** Returns a function that puts everything back as it is now. */
  snapshot(): () => void {
    const rows = [...this.#rows]
    return () => {
      this.#rows.clear()
      for (const [id, row] of rows) this.#rows.set(id, row)
    }
  }

  #holds(key: Key): boolean {
    const record = this.#records.byId(key.id)
    return record !== undefined && inScope(record, key)
  }
}
