import { closeFailed, guardStore, MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type {
  Adopted,
  AdoptOptions,
  CallOptions,
  ChangePage,
  ChangeReceipt,
  CommitReceipt,
  CountRequest,
  DatabaseCheck,
  DeleteAllOptions,
  DeleteOptions,
  HistoryEntry,
  Key,
  LogHead,
  LogPage,
  LogRequest,
  MemoryRecord,
  MetaEntry,
  Patch,
  PendingPage,
  PendingQuery,
  PutOptions,
  PutReceipt,
  Query,
  ReuseOptions,
  Scope,
  ScopesRequest,
  ScopeValue,
  StagedVector,
  StagingState,
  Store,
  StoreChange,
  StoreCounters,
  StoredRecord,
  StoreStats,
  StoreSupports,
  TextEntry,
  TextPage,
  TextsQuery,
  UnstagedPage,
  VectorWriteOptions,
} from '@agentmem/core/adapter'
import type { Kysely } from 'kysely'
import { commit } from './calls/commit.ts'
import { checkDatabase } from './calls/check-database.ts'
import { count, scopes } from './calls/count.ts'
import { readInbox, touch } from './calls/inbox.ts'
import { mend } from './calls/mend.ts'
import { patch } from './calls/patch.ts'
import { putByAttempts } from './put-by-attempts.ts'
import type { PutRunners } from './put-by-attempts.ts'
import { query, texts } from './calls/query.ts'
import { get, history, vectors, vectorsByHash } from './calls/read.ts'
import { deleteByKey, deleteScope } from './calls/remove.ts'
import { stats } from './calls/stats.ts'
import { adoptStaged, stage, stagedVectors, startStaging, unstaged } from './calls/staging.ts'
import type { SqlDatabase } from './database/flavor.ts'
import { migrate } from './database/migrate.ts'
import { Statements } from './database/session.ts'
import type { Session, WriteSession } from './database/session.ts'
import { withSignal } from './database/statement-limit.ts'
import { TablePrefixPlugin } from './database/table-prefix.ts'
import type { Tables } from './database/tables.ts'
import { untilItPasses } from './database/until-it-passes.ts'
import { changes, textChanges } from './log/changes.ts'
import { readHead } from './log/log.ts'
import { scopedChanges } from './log/scoped-changes.ts'
import { readMeta, writeMeta } from './log/meta.ts'
import { probeLog } from './log/probe-log.ts'
import { Joined } from './transactions/join-transactions.ts'
import { transact } from './transactions/transact.ts'
import type { Transaction } from './transactions/transact.ts'

/** Brings the tables up to date and returns the Store behind its guard. Closes the database when that fails. */
export async function openSqlStore(database: SqlDatabase): Promise<Store> {
  const { flavor, schema, tablePrefix = '' } = database
  const prefixed = (db: Kysely<Tables>): Kysely<Tables> =>
    tablePrefix === '' && schema === undefined
      ? db
      : db.withPlugin(new TablePrefixPlugin(tablePrefix, schema))
  const [reader, writer] = [prefixed(database.reader), prefixed(database.writer)]
  try {
    const isPassing = (error: unknown): boolean =>
      (flavor.isPassing?.(error) ?? false) || (flavor.isMigrationRace?.(error) ?? false)
    await untilItPasses({ isPassing }, undefined, () => migrate(writer, flavor, tablePrefix, schema))
    const opened = await probeLog({ ...database, reader, writer, tablePrefix })
    const joined = new Joined()
    const store = guardStore(new SqlStore(opened, joined))
    joined.offer(store, opened)
    return store
  } catch (error) {
    await closeFailed(() => database.close())
    throw flavor.errorOf(error) ?? MemoryError.from(error, `The ${flavor.name} store cannot be opened`)
  }
}

/** The Store of every SQL database. It says which statements make a call, and in which session. */
class SqlStore implements Store {
  readonly name: string
  readonly supports: StoreSupports
  readonly #database: SqlDatabase
  readonly #reading: Session
  readonly #writing: Session
  readonly #joined: Joined
  /** A position that the log has reached, as this Store has seen it. */
  #known = 0

  constructor(database: SqlDatabase, joined: Joined) {
    const { flavor, reader, writer } = database
    const statements = new Statements()
    this.#database = database
    this.#joined = joined
    this.#reading = { db: reader, flavor, statements }
    this.#writing = { db: writer, flavor, statements }
    this.name = flavor.name
    this.supports = flavor.supports
  }

  get counters(): StoreCounters {
    return this.#database.counters
  }

  async put(records: readonly StoredRecord[], options: PutOptions = {}): Promise<PutReceipt> {
    const statement = <T>(work: () => Promise<T>): Promise<T> => this.#ask(options, work)
    const transaction: PutRunners['transaction'] = (work, onCommit) =>
      this.#write(options, work, { repeatable: true, onCommit })
    const runners = { statement, transaction }
    const receipt = await putByAttempts(this.#writing, runners, this.#joined, records, options, this.#known)
    if (receipt.span) this.#known = receipt.span.upTo
    return receipt
  }

  async patch(patches: readonly Patch[], options: VectorWriteOptions = {}): Promise<ChangeReceipt> {
    return this.#write(options, async session => {
      const receipt = await patch(session, patches, options)
      await this.#joined.afterPatch(session, patches, receipt)
      return receipt
    })
  }

  async delete(keys: readonly Key[], options: DeleteOptions = {}): Promise<ChangeReceipt> {
    return this.#write(options, async session => {
      const { missing, ...removal } = await deleteByKey(session, keys, options)
      return { missing, span: await mend(session, this.#joined, removal, options) }
    })
  }

  async deleteAll(scope: Scope, options: DeleteAllOptions = {}): Promise<number> {
    return this.#write(options, async session => {
      const { deleted, ...removal } = await deleteScope(session, scope, options)
      await mend(session, this.#joined, removal, options)
      return deleted
    })
  }

  async commit(change: StoreChange, options: VectorWriteOptions = {}): Promise<CommitReceipt> {
    return this.#write(options, session => commit(session, change, options, this.#joined))
  }

  async pending(query: PendingQuery, options?: CallOptions): Promise<PendingPage> {
    return this.#ask(options, session => readInbox(session, query))
  }

  async touch(keys: readonly Key[], at: number, options: CallOptions = {}): Promise<void> {
    return this.#write(options, session => touch(session, keys, at), { repeatable: true })
  }

  async get(keys: readonly Key[], options?: CallOptions): Promise<(MemoryRecord | undefined)[]> {
    return this.#ask(options, session => get(session, keys))
  }

  async vectors(keys: readonly Key[], options?: CallOptions): Promise<(Float32Array | undefined)[]> {
    return this.#ask(options, session => vectors(session, keys))
  }

  async vectorsByHash(
    hashes: readonly string[],
    { embedder, ...options }: ReuseOptions,
  ): Promise<(Float32Array | undefined)[]> {
    return this.#ask(options, session => vectorsByHash(session, hashes, embedder))
  }

  query(request: Query, options?: CallOptions): AsyncGenerator<MemoryRecord[]> {
    return this.#pages(query(this.#reading, request, options?.signal), options)
  }

  async count(request: CountRequest, options?: CallOptions): Promise<number> {
    return this.#ask(options, session => count(session, request))
  }

  async scopes(request: ScopesRequest, options?: CallOptions): Promise<ScopeValue[]> {
    return this.#ask(options, session => scopes(session, request))
  }

  texts(request: TextsQuery, options?: CallOptions): AsyncGenerator<TextEntry[]> {
    return this.#pages(texts(this.#reading, request, options?.signal), options)
  }

  async history(keys: readonly Key[], options?: CallOptions): Promise<HistoryEntry[][]> {
    return this.#ask(options, session => history(session, keys))
  }

  async changes(request: LogRequest, options?: CallOptions): Promise<LogPage> {
    return this.#ask(options, session => changes(session, request))
  }

  async textChanges(request: LogRequest, options?: CallOptions): Promise<TextPage> {
    return this.#ask(options, session => textChanges(session, request))
  }

  async scopedChanges(request: LogRequest, options?: CallOptions): Promise<ChangePage> {
    return this.#ask(options, session => scopedChanges(session, request))
  }

  async head(options?: CallOptions): Promise<LogHead> {
    const head = await this.#ask(options, readHead)
    this.#known = head.position
    return head
  }

  async readMeta(keys: readonly string[], options?: CallOptions): Promise<(string | undefined)[]> {
    return this.#ask(options, session => readMeta(session, keys))
  }

  async writeMeta(entries: readonly MetaEntry[], options: CallOptions = {}): Promise<boolean> {
    return this.#write(options, session => writeMeta(session, entries))
  }

  async startStaging(embedder: string, options: CallOptions = {}): Promise<StagingState> {
    return this.#write(options, session => startStaging(session, embedder))
  }

  async unstaged(request: LogRequest, options?: CallOptions): Promise<UnstagedPage> {
    return this.#ask(options, session => unstaged(session, request))
  }

  async stagedVectors(
    embedder: string,
    hashes: readonly string[],
    options: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    return this.#ask(options, session => stagedVectors(session, embedder, hashes))
  }

  async stage(embedder: string, vectors: readonly StagedVector[], options: CallOptions = {}): Promise<void> {
    return this.#write(options, session => stage(session, embedder, vectors))
  }

  async adoptStaged(embedder: string, options: AdoptOptions = {}): Promise<Adopted | undefined> {
    return this.#write(options, session => adoptStaged(session, embedder, options))
  }

  async stats(): Promise<StoreStats> {
    return this.#ask(undefined, stats)
  }

  async checkDatabase(options?: CallOptions): Promise<DatabaseCheck> {
    return this.#ask(options, checkDatabase)
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *#pages<T>(pages: AsyncGenerator<T[]>, options: CallOptions | undefined): AsyncGenerator<T[]> {
    for (;;) {
      const page = await this.#once(options, () => pages.next())
      if (page.done) return
      yield page.value
    }
  }

  /** Runs a read, or a write that may be done twice; tries it again while it fails with errors that pass. */
  #ask<T>(options: CallOptions | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#once(options, session => untilItPasses(session.flavor, options?.signal, () => work(session)))
  }

  async #once<T>(options: CallOptions | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    throwIfAborted(options?.signal)
    try {
      return await withSignal(options?.signal, () => work(this.#reading))
    } catch (error) {
      throw this.#database.flavor.errorOf(error) ?? error
    }
  }

  #write<T>(
    { signal }: CallOptions,
    work: (session: WriteSession) => Promise<T>,
    how: Pick<Transaction<T>, 'repeatable' | 'onCommit'> = { repeatable: false },
  ): Promise<T> {
    return this.#once({ signal }, () => transact(this.#writing, { work, signal, ...how }))
  }
}
