import { checkArray, checkId, checkKeys, checkOptions, checkPlainObject } from './checks/check-values.ts'
import type { SignalOptions } from './contracts/progress.ts'
import type { HistoryEntry, Metadata, Scope } from './contracts/record.ts'
import type { MemoryItem, ScopeOptions } from './memory-api.ts'
import type { MemoryEngine } from './memory-engine.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import type { PendingMessages, PendingOptions } from './process-api.ts'
import { namedScope } from './parts/narrow-scope.ts'
import { heldIds, readVisible, toItem, visibleHistory } from './parts/visibility.ts'
import { countMemories, firstMemories, listMemories, recentMemories } from './read/list-memories.ts'
import { LogFeed } from './read/log-feed.ts'
import { listScopes } from './read/list-scopes.ts'
import { pageMemories } from './read/page-memories.ts'
import { pagePending } from './read/page-pending.ts'
import { parseQuery, searchOptions } from './read/parse-query.ts'
import { tracedSearch } from './read/traced-search.ts'
import type * as face from './read-api.ts'
import type { SearchEmbedding, SearchOptions, SearchQuery, SearchResult } from './search-api.ts'

/** The calls of a Memory that only read. Metadata comes back as it was given: it has the type that was declared for it. */
export class MemoryReads<Meta extends object = Metadata> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope) {
    this.#engine = engine
    this.#scope = scope
  }

  /** What this memory is bound to: its organization, and what `scope()` has named. */
  get bound(): Scope {
    return { ...this.#scope }
  }

  /**
   * The memories of a scope that answer a query, best first. In the place of the query may stand a vector of the
   * memory's own model.
   *
   * @example
   * const { results } = await memory.search('what does she drink?', { userId: 'ana', topK: 5 })
   */
  async search(query: string | SearchEmbedding, options: SearchOptions = {}): Promise<SearchResult<Meta>> {
    checkOptions(options, searchOptions)
    const { signal, ...search } = options
    const asked = typeof query === 'object' && query !== null ? query : { query }
    checkKeys(asked, ['query', 'embedding'], 'query')
    const [found = { results: [] }] = await this.searchBatch([{ ...search, ...asked }], { signal })
    return found
  }

  /**
   * Several searches with one embed call, one index query and two reads of the Store; aligned with the queries.
   *
   * @example
   * const [tea, home] = await memory.searchBatch([
   *   { query: 'tea', userId: 'ana' },
   *   { query: 'where does he live?', userId: 'ben', topK: 3 },
   * ])
   */
  async searchBatch(
    queries: readonly SearchQuery[],
    options: SignalOptions = {},
  ): Promise<SearchResult<Meta>[]> {
    checkOptions(options)
    const { embedder } = this.#engine.parts
    const parsed = Array.from(checkArray(queries, 'queries'), query =>
      parseQuery(query, this.#scope, embedder.dimensions),
    )
    const work = async (parts: MemoryParts) => {
      const found = await tracedSearch(parts, parsed, embedder, options.signal)
      const { access } = this.#engine
      const ids = found.flatMap(({ results }) => results.map(({ id }) => id))
      if (access) access.note(this.#scope.orgId, await heldIds(parts, ids, this.#scope, options.signal))
      return found
    }
    return (await this.#engine.run('search', work, options)) as SearchResult<Meta>[]
  }

  /**
   * Reads the texts of a scope into memory ahead of its first search by words, which otherwise waits for them.
   *
   * @example
   * await memory.warm({ userId: 'ana' })
   */
  async warm(scope: ScopeOptions, options: SignalOptions = {}): Promise<void> {
    checkOptions(options)
    const narrowed = namedScope(this.#scope, scope, 'warm')
    return this.#engine.run('warm', ({ texts }) => texts.warm(narrowed, options), options)
  }

  /**
   * The memory with this id, undefined when there is none.
   *
   * @example
   * const item = await memory.get('m1')
   * console.log(item?.memory)
   */
  async get(id: string, options: SignalOptions = {}): Promise<MemoryItem<Meta> | undefined> {
    return (await this.getBatch([id], options))[0]
  }

  /**
   * Aligned with the ids.
   *
   * @example
   * const [first, second] = await memory.getBatch(['m1', 'm2'])
   */
  async getBatch(
    ids: readonly string[],
    options: SignalOptions = {},
  ): Promise<(MemoryItem<Meta> | undefined)[]> {
    checkOptions(options)
    for (const id of checkArray(ids, 'ids')) checkId(id)
    const work = async (parts: MemoryParts) => {
      const records = await readVisible(parts, ids, this.#scope, options.signal)
      return records.map(record => record && toItem(record))
    }
    return (await this.#engine.run('get', work, options)) as (MemoryItem<Meta> | undefined)[]
  }

  /**
   * The first memories of a scope in an order, by default the newest.
   *
   * @example
   * const { results } = await memory.getAll({ userId: 'ana', order: { by: 'createdAt', direction: 'asc' }, topK: 20 })
   */
  async getAll(options: face.GetAllOptions = {}): Promise<{ results: MemoryItem<Meta>[] }> {
    return { results: (await this.#read('getAll', options, firstMemories)) as MemoryItem<Meta>[] }
  }

  /**
   * The newest memories of a scope in the order in which they were said, as a prompt has them: oldest first.
   *
   * @example
   * const { results } = await memory.recent({ userId: 'ana', runId: 'chat-7', limit: 10 })
   */
  async recent(options: face.RecentOptions = {}): Promise<{ results: MemoryItem<Meta>[] }> {
    return { results: (await this.#read('recent', options, recentMemories)) as MemoryItem<Meta>[] }
  }

  /**
   * One page of a scope. Pages by `createdAt` have each memory that is there throughout exactly once, whatever is
   * written meanwhile; by `updatedAt` one that is changed meanwhile may come again, or not at all. Throws
   * `INVALID_ARGUMENT` for an `after` that is no cursor, or one of another order.
   *
   * @example
   * const first = await memory.page({ userId: 'ana', limit: 50 })
   * const second = await memory.page({ userId: 'ana', limit: 50, after: first.next })
   */
  async page(options: face.PageOptions = {}): Promise<face.MemoryPage<Meta>> {
    return (await this.#read('page', options, pageMemories)) as face.MemoryPage<Meta>
  }

  /**
   * How many memories a scope has, without reading them.
   *
   * @example
   * const drafts = await memory.count({ userId: 'ana', where: { 'metadata.kind': 'draft' } })
   */
  count(options: face.CountOptions = {}): Promise<number> {
    return this.#read('count', options, countMemories)
  }

  /**
   * The users, agents, runs or strings of a metadata key that there are, with their number of memories. Without a scope
   * it is about the whole organization; on a `scope()` it sees that scope alone.
   *
   * @example
   * const { results, next } = await memory.scopes({ by: 'userId', limit: 100 })
   */
  scopes(options: face.ScopesOptions): Promise<face.ScopesPage> {
    return this.#read('scopes', options, listScopes)
  }

  /**
   * All memories of a scope, read page by page while they are consumed.
   *
   * @example
   * for await (const item of memory.list({ userId: 'ana' })) console.log(item.memory)
   */
  list(options: face.ListOptions = {}): AsyncGenerator<MemoryItem<Meta>> {
    return listMemories(this.#engine, this.#scope, options) as AsyncGenerator<MemoryItem<Meta>>
  }

  /**
   * What happened to a memory, oldest first; also of one that was deleted. Empty when it never was.
   *
   * @example
   * for (const { event, newValue } of await memory.history('m1')) console.log(event, newValue)
   */
  async history(id: string, options: SignalOptions = {}): Promise<HistoryEntry[]> {
    checkOptions(options)
    checkId(id)
    return this.#engine.run(
      'history',
      parts => visibleHistory(parts, id, this.#scope, options.signal),
      options,
    )
  }

  /**
   * What has changed since a cursor, up to the end of the log: each memory once, at its newest change, in the order of the
   * changes. A program that keeps a copy adds what is 'added' or 'updated', and removes what is 'deleted'. Without a scope it is
   * about the whole organization; on a `scope()` it sees that scope alone. What expires changes nothing.
   *
   * Throws `INVALID_ARGUMENT` for an `after` that is no cursor, and `CONFLICT` when the log is another one, or has gone back, as
   * from a backup, or, on a scope, when a memory of the organization was deleted with its history: then read all anew, without
   * `after`.
   *
   * @example
   * const changes = memory.changes({ userId: 'ana' })
   * for await (const { event, id } of changes) console.log(event, id)
   * for await (const { event, id } of memory.changes({ userId: 'ana', after: changes.cursor })) console.log(event, id)
   */
  changes(options: face.ChangesOptions = {}): face.ChangeFeed {
    return new LogFeed(this.#engine, this.#scope, options)
  }

  /**
   * One page of the messages whose facts have not been made: those that wait, or those that were given up, each with what went
   * wrong. Without a scope it is about the whole organization; on a `scope()` it sees that scope alone.
   *
   * @example
   * const { results } = await memory.pending({ state: 'parked' })
   * for (const { id, reason } of results) console.log(id, reason)
   */
  async pending(options: PendingOptions = {}): Promise<PendingMessages<Meta>> {
    return (await this.#read('pending', options, pagePending)) as PendingMessages<Meta>
  }

  async #read<Options extends SignalOptions, Result>(
    doing: string,
    options: Options,
    read: (parts: MemoryParts, bound: Scope, options: Options) => Promise<Result>,
  ): Promise<Result> {
    checkPlainObject(options, 'options')
    return this.#engine.run(doing, parts => read(parts, this.#scope, options), options)
  }
}
