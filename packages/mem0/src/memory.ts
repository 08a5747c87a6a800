import { Memory as AgentMemory, MemoryError } from '@agentmem/core'
import type { HistoryEntry, MemoryItem as AgentItem, MemoryChanges, Metadata } from '@agentmem/core'
import { addInferred, canInfer } from './add-inferred.ts'
import type * as shapes from './mem0-shapes.ts'
import { parseFilters, scopeOf } from './parse-filters.ts'
import { checkConfig, checkThreshold, checkTopK, endOfDay, invalid } from './refuse.ts'

/** Keys that say whose a memory is: they are in no metadata. */
const identityKeys = ['user_id', 'agent_id', 'run_id', 'userId', 'agentId', 'runId', 'actor_id']

/**
 * The verbs of `Memory` of mem0ai/oss, on any Store, VectorIndex and Embedder of agentmem. Nothing is reported anywhere, and
 * no model is called but by `extract` and the Memory's extractor. Everything it throws is a MemoryError.
 *
 * @example
 * const memory = new Memory({ store: await openSqliteStore({ path: 'memories.db' }) })
 * await memory.add('Prefers tea', { userId: 'ana', infer: false })
 */
export class Memory {
  readonly #open: () => Promise<AgentMemory>
  readonly #extract: shapes.MemoryConfig['extract']
  #memory: Promise<AgentMemory> | undefined
  #warned = false

  /** Opens the Memory when the first call needs it, or takes one that is open; `close` closes it. */
  constructor(config: shapes.MemoryConfig | shapes.OpenMemoryConfig) {
    const { extract, ...options } = config
    this.#open = async () =>
      'memory' in options
        ? options.memory
        : // mem0 keeps the facts alone.
          AgentMemory.open({ ...options, infer: { messages: 'discard', ...options.infer } })
    this.#extract = extract
  }

  /** The face of a Memory that is open already, or of a `scope()` of one: what lies outside does not exist for it. */
  static fromMemory(memory: AgentMemory, config: Pick<shapes.MemoryConfig, 'extract'> = {}): Memory {
    return new Memory({ ...config, memory })
  }

  /** Stores the messages, or the facts that `extract` or the Memory's extractor makes of them; each is one memory. */
  async add(
    messages: string | readonly shapes.Message[],
    config: shapes.AddConfig,
  ): Promise<shapes.SearchResult> {
    const known = ['userId', 'agentId', 'runId', 'metadata', 'filters', 'infer', 'expirationDate']
    checkConfig(config, known, 'add')
    const said = messagesOf(messages)
    const { filters = {}, infer = true, metadata = {}, expirationDate } = config
    const scope = {
      ...scopeOf({ userId: filters.user_id, agentId: filters.agent_id, runId: filters.run_id }),
      ...scopeOf(config),
    }
    if (Object.keys(scope).length === 0) throw invalid('add() needs one of userId, agentId and runId.')
    const options = {
      ...scope,
      metadata: ownMetadata(metadata, expirationDate),
      ...(typeof expirationDate === 'string' ? { expiresAt: endOfDay(expirationDate) } : {}),
    }
    const memory = await this.#opened()
    if (infer && !this.#extract) {
      if (await canInfer(memory)) return addInferred(memory, said, options)
      this.#warnOnce()
    }
    const texts = infer ? await this.#factsOf(memory, said, scope) : undefined
    const { results } = await memory.addBatch(texts ?? said, options)
    return { results: results.map(({ id, memory, event }) => ({ id, memory, metadata: { event } })) }
  }

  /** The memories that answer a query, best first. */
  async search(query: string, config: shapes.SearchConfig): Promise<shapes.SearchResult> {
    checkConfig(config, ['filters', 'topK', 'threshold'], 'search')
    const { topK = 20, threshold } = config
    checkTopK(topK)
    checkThreshold(threshold)
    const { scope, where } = parseFilters(config.filters)
    const memory = await this.#opened()
    if (topK === 0) return { results: [] }
    const { results } = await memory.search(query, {
      ...scope,
      topK,
      threshold: threshold ?? 0.1,
      ...(threshold === undefined ? {} : { mode: 'vector' as const }),
      ...(where === undefined ? {} : { where }),
    })
    return { results: results.map(found => ({ ...itemOf(found), score: found.score })) }
  }

  /** The memories of a scope, oldest first. */
  async getAll(config: shapes.GetAllConfig): Promise<shapes.SearchResult> {
    checkConfig(config, ['filters', 'topK'], 'getAll')
    const { topK = 20 } = config
    checkTopK(topK)
    const { scope, where } = parseFilters(config.filters)
    const memory = await this.#opened()
    if (topK === 0) return { results: [] }
    const order = { by: 'createdAt', direction: 'asc' } as const
    const { results } = await memory.getAll({
      ...scope,
      topK,
      order,
      ...(where === undefined ? {} : { where }),
    })
    return { results: results.map(itemOf) }
  }

  /** Null where there is none. */
  async get(memoryId: string): Promise<shapes.MemoryItem | null> {
    const item = await (await this.#opened()).get(memoryId)
    return item === undefined ? null : itemOf(item)
  }

  /** Changes the text, and puts metadata beside what is there. Throws `NOT_FOUND` when there is no such memory. */
  async update(memoryId: string, config: string | shapes.UpdateConfig): Promise<{ message: string }> {
    const given = typeof config === 'string' ? { text: config } : config
    checkConfig(given, ['text', 'metadata', 'expirationDate'], 'update')
    const { text, metadata, expirationDate } = given
    if (text === undefined && metadata === undefined && expirationDate === undefined) {
      throw invalid('update() needs text, metadata or expirationDate.')
    }
    const expires = typeof expirationDate === 'string' ? endOfDay(expirationDate) : expirationDate
    const changes: MemoryChanges = {
      ...(text === undefined ? {} : { content: text }),
      ...(expires === undefined ? {} : { expiresAt: expires }),
      metadata: ownMetadata(metadata ?? {}, expirationDate),
    }
    await (await this.#opened()).update(memoryId, changes, { metadataMode: 'merge' })
    return { message: 'Memory updated successfully!' }
  }

  /** Throws `NOT_FOUND` when there is no such memory. */
  async delete(memoryId: string): Promise<{ message: string }> {
    if (!(await (await this.#opened()).delete(memoryId))) {
      throw new MemoryError('NOT_FOUND', `Memory with ID ${memoryId} not found; check the id.`)
    }
    return { message: 'Memory deleted successfully!' }
  }

  /** In one transaction; the history stays. */
  async deleteAll(config: shapes.DeleteAllConfig): Promise<{ message: string }> {
    checkConfig(config, ['userId', 'agentId', 'runId'], 'deleteAll')
    const scope = scopeOf(config)
    if (Object.keys(scope).length === 0) {
      throw invalid('deleteAll() needs one of userId, agentId and runId; reset() removes everything.')
    }
    await (await this.#opened()).deleteAll(scope)
    return { message: 'Memories deleted successfully!' }
  }

  /** What happened to a memory, newest first. */
  async history(memoryId: string): Promise<shapes.HistoryItem[]> {
    const entries = await (await this.#opened()).history(memoryId)
    const [first] = entries
    return entries.map(entry => historyItem(entry, first)).toReversed()
  }

  /** Removes everything of the organization. */
  async reset(): Promise<void> {
    await (await this.#opened()).reset()
  }

  /** Closes the Memory and its parts. */
  async close(): Promise<void> {
    await (await this.#memory)?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #opened(): Promise<AgentMemory> {
    this.#memory ??= this.#open()
    return this.#memory
  }

  /** Undefined where there is no `extract`: the messages are stored as they are. */
  async #factsOf(
    memory: AgentMemory,
    messages: readonly shapes.Message[],
    scope: ReturnType<typeof scopeOf>,
  ): Promise<string[] | undefined> {
    if (!this.#extract) return undefined
    const query = messages.map(({ content }) => content).join('\n')
    const { results } = await memory.search(query, { ...scope, topK: 10 })
    const existing = results.map(found => found.memory)
    return this.#extract(messages, existing)
  }

  #warnOnce(): void {
    if (this.#warned) return
    this.#warned = true
    const message =
      'infer: true stores messages as they are: give the Memory an extractor, or extract, or infer: false'
    process.emitWarning(message, 'agentmem')
  }
}

function messagesOf(messages: string | readonly shapes.Message[]): shapes.Message[] {
  const given = typeof messages === 'string' ? [{ role: 'user', content: messages }] : messages
  if (!Array.isArray(given) || given.length === 0)
    throw invalid('add() needs a text, or messages that are not empty.')
  const list = given as readonly shapes.Message[]
  if (list.every(({ content }) => typeof content === 'string' && content.trim() === '')) {
    throw invalid('add() needs at least one message whose content is not blank.')
  }
  return list.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, content }))
}

function ownMetadata(
  metadata: Readonly<Record<string, unknown>>,
  expirationDate: string | null | undefined,
): Metadata {
  const own = Object.entries(metadata).filter(([key]) => !identityKeys.includes(key))
  const expires = expirationDate === undefined ? [] : [['expiration_date', expirationDate]]
  return Object.fromEntries([...own, ...expires]) as Metadata
}

function itemOf({
  id,
  memory,
  hash,
  metadata,
  createdAt,
  updatedAt,
  version,
  ...of
}: AgentItem): shapes.MemoryItem {
  return {
    id,
    memory,
    hash,
    createdAt: isoTime(createdAt),
    ...(version > 1 ? { updatedAt: isoTime(updatedAt) } : {}),
    metadata: { ...metadata },
    ...(of.userId === undefined || of.userId === null ? {} : { user_id: of.userId }),
    ...(of.agentId === undefined || of.agentId === null ? {} : { agent_id: of.agentId }),
    ...(of.runId === undefined || of.runId === null ? {} : { run_id: of.runId }),
  }
}

function historyItem(entry: HistoryEntry, first: HistoryEntry | undefined): shapes.HistoryItem {
  const deleted = entry.event === 'DELETE'
  return {
    id: entry.id,
    memory_id: entry.memoryId,
    previous_value: entry.previousValue ?? null,
    new_value: entry.newValue ?? null,
    action: entry.event,
    created_at: deleted || !first ? null : isoTime(first.createdAt),
    updated_at: entry.event === 'UPDATE' ? isoTime(entry.createdAt) : null,
    is_deleted: deleted ? 1 : 0,
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
