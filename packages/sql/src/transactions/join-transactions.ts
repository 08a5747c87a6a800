import { indexChangesOf, MemoryError } from '@agentmem/core/adapter'
import type { ChangeReceipt, LogBatch, Patch, PutReceipt, Store, StoredRecord } from '@agentmem/core/adapter'
import type { Transaction } from 'kysely'
import type { SqlDatabase } from '../database/flavor.ts'
import type { WriteSession } from '../database/session.ts'
import type { Tables } from '../database/tables.ts'
import { changes } from '../log/changes.ts'
import { readLog } from '../log/log.ts'

/** What else is written in a Store's transactions, beside the Store's tables: an index in the same database. */
export interface Projection {
  /**
   * Called in each transaction that has written to the log, after the Store's own statements. `batch` is what they have
   * changed, and follows on the position `batch.after`. A projection that is at another position must do nothing: it
   * catches up by reading the log. An error undoes the whole transaction.
   */
  write(tx: Transaction<Tables>, batch: JoinedBatch): Promise<void>
}

export type JoinedBatch = LogBatch & { readonly after: number }

interface Offer {
  readonly database: SqlDatabase
  readonly joined: Joined
}

const offers = new WeakMap<Store, Offer>()

/** The database behind a Store that `openSqlStore` returned; undefined for any other Store. */
export function databaseOf(store: Store): SqlDatabase | undefined {
  return offers.get(store)?.database
}

/**
 * Makes the Store's transactions write a projection too, until the returned function is called. Only those of this
 * object: another process, or another Store object on the same tables, must join for itself; the projection sees by
 * the position what was written without it. Throws `UNSUPPORTED` for a Store that is not an SQL Store.
 */
export function joinTransactions(store: Store, projection: Projection): () => void {
  const offer = offers.get(store)
  if (!offer) throw new MemoryError('UNSUPPORTED', `The ${store.name} store has no transactions to join.`)
  return offer.joined.join(projection)
}

/** The projections that have joined a Store's transactions. Tells them what each transaction changed. */
export class Joined {
  readonly #projections = new Set<Projection>()

  /** Lets `joinTransactions` and `databaseOf` find this by `store`. */
  offer(store: Store, database: SqlDatabase): void {
    offers.set(store, { database, joined: this })
  }

  /** True while nothing has joined. A write may then be a single statement. */
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
    { span, duplicates, replaced }: PutReceipt,
  ): Promise<void> {
    if (this.isEmpty || !span || span.upTo === span.after) return
    const { upserts, deletes } = indexChangesOf(records.filter(({ id }) => !duplicates.has(id)))
    // Of the records without a vector, a projection can only have those that were there.
    const gone = deletes.filter(id => replaced?.has(id))
    await this.#write(db, { after: span.after, upserts, deletes: gone, cursor: span.upTo })
  }

  /** Tells of the changed records that have a new vector or none any more, or that searches find now or no longer. */
  async afterPatch(session: WriteSession, patches: readonly Patch[], { span }: ChangeReceipt): Promise<void> {
    if (this.isEmpty || !span || span.upTo === span.after) return
    const { after, upTo: cursor } = span
    const isTold = ({ set, vector }: Patch): boolean =>
      vector !== undefined ||
      set.indexed !== undefined ||
      set.supersededBy !== undefined ||
      set.deletedAt !== undefined
    const told = new Set(patches.filter(isTold).map(({ key }) => key.id))
    const none = { upserts: [], deletes: [] }
    const all = told.size === 0 ? none : await changes(session, { after, limit: cursor - after })
    await this.#write(session.db, {
      after,
      upserts: all.upserts.filter(({ id }) => told.has(id)),
      deletes: all.deletes.filter(id => told.has(id)),
      cursor,
    })
  }

  /** Tells of the deleted ids, which are the tombstones that were written last. */
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
