import { MemoryError, scopeOf } from '@agentmem/core/adapter'
import type {
  ChangeReceipt,
  IndexEntry,
  LogBatch,
  Patch,
  PutReceipt,
  Store,
  StoredRecord,
} from '@agentmem/core/adapter'
import type { Transaction } from 'kysely'
import type { SqlDatabase } from '../database/flavor.ts'
import type { WriteSession } from '../database/session.ts'
import type { Tables } from '../database/tables.ts'
import { changes, readLog } from '../log/log.ts'

/** What is written in a Store's own transactions, beside the Store's tables: an index in the same database. */
export interface Projection {
  /**
   * Called in each transaction that has written to the log, after the Store's own statements: `batch` is what
   * they have changed, and follows on the position `batch.after`. What stands elsewhere must be left as it is;
   * it is brought up to date by reading the log. An error undoes the whole transaction.
   */
  write(tx: Transaction<Tables>, batch: JoinedBatch): Promise<void>
}

export type JoinedBatch = LogBatch & { readonly after: number }

interface Offer {
  readonly database: SqlDatabase
  readonly joined: Joined
}

const offers = new WeakMap<Store, Offer>()

/** The database of a Store that `openSqlStore` opened, behind its guard; undefined for any other. */
export function databaseOf(store: Store): SqlDatabase | undefined {
  return offers.get(store)?.database
}

/**
 * From now on, until the returned function is called, the Store's transactions write this too. Only those of
 * this very object: another process, or another Store object on the same tables, must join for itself, and
 * what it writes without is seen by its position. Throws `UNSUPPORTED` for what is not an SQL Store.
 */
export function joinTransactions(store: Store, projection: Projection): () => void {
  const offer = offers.get(store)
  if (!offer) throw new MemoryError('UNSUPPORTED', `The ${store.name} store has no transactions to join.`)
  return offer.joined.join(projection)
}

/** What has joined a Store's transactions, and how it learns what they have changed. */
export class Joined {
  readonly #projections = new Set<Projection>()

  /** Makes `store` a name by which the transactions can be joined. */
  offer(store: Store, database: SqlDatabase): void {
    offers.set(store, { database, joined: this })
  }

  /** True while nothing has joined, so that a write need not be an open transaction. */
  get isEmpty(): boolean {
    return this.#projections.size === 0
  }

  join(projection: Projection): () => void {
    this.#projections.add(projection)
    return () => this.#projections.delete(projection)
  }

  async afterPut(
    { db }: WriteSession,
    records: readonly StoredRecord[],
    { span, duplicates }: PutReceipt,
  ): Promise<void> {
    if (this.isEmpty || !span || span.upTo === span.after) return
    const upserts = records
      .filter(({ id }) => !duplicates.has(id))
      .map((record): IndexEntry => ({ id: record.id, scope: scopeOf(record), vector: record.vector }))
    await this.#write(db, { after: span.after, upserts, deletes: [], cursor: span.upTo })
  }

  /** Of the records that were changed, those whose vector is another. */
  async afterPatch(session: WriteSession, patches: readonly Patch[], { span }: ChangeReceipt): Promise<void> {
    if (this.isEmpty || !span || span.upTo === span.after) return
    const { after, upTo: cursor } = span
    const moved = new Set(patches.filter(({ vector }) => vector !== undefined).map(({ key }) => key.id))
    const all = moved.size === 0 ? [] : (await changes(session, { after, limit: cursor - after })).upserts
    await this.#write(session.db, {
      after,
      upserts: all.filter(({ id }) => moved.has(id)),
      deletes: [],
      cursor,
    })
  }

  /** The deleted ids are the tombstones that were written last. */
  async afterDelete(session: WriteSession, deleted: number): Promise<void> {
    if (this.isEmpty || deleted === 0) return
    const { head } = await readLog(session)
    const after = head - deleted
    const { deletes } = await changes(session, { after, limit: deleted })
    await this.#write(session.db, { after, upserts: [], deletes, cursor: head })
  }

  async #write(tx: Transaction<Tables>, batch: JoinedBatch): Promise<void> {
    for (const projection of this.#projections) await projection.write(tx, batch)
  }
}
