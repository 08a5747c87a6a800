import { MemoryError } from '@agentmem/core'
import type { Memory as AgentMemory } from '@agentmem/core'
import { addMessages } from './add-messages.ts'
import type { Mem0Config } from './config-shapes.ts'
import { checkMem0Config } from './mem0-config.ts'
import type * as shapes from './mem0-shapes.ts'
import { openMem0Config } from './open-mem0-config.ts'
import { OpenOnce } from './open-once.ts'
import { parseFilters, scopeOf } from './parse-filters.ts'
import { checkConfig, checkThreshold, checkTopK, invalid } from './refuse.ts'
import { historyItem, itemOf } from './stored-items.ts'
import { updateMemory } from './update-memory.ts'

/**
 * The verbs of `Memory` of mem0ai/oss, on any Store, VectorIndex and Embedder of agentmem. Nothing is reported anywhere, and
 * no model is called but by `extract` and the Memory's extractor. Everything it throws is a MemoryError.
 *
 * @example
 * const memory = new Memory({ store: await openSqliteStore({ path: 'memories.db' }) })
 * await memory.add('Prefers tea', { userId: 'ana', infer: false })
 */
export class Memory {
  readonly #opened: OpenOnce

  /** Opens the Memory when the first call needs it, or takes one that is open; `close` closes it. */
  constructor(config: shapes.MemoryConfig | shapes.OpenMemoryConfig) {
    this.#opened = new OpenOnce(config)
  }

  /** The face of a Memory that is open already, or of a `scope()` of one: what lies outside does not exist for it. */
  static fromMemory(memory: AgentMemory, config: Pick<shapes.MemoryConfig, 'extract'> = {}): Memory {
    return new Memory({ ...config, memory })
  }

  /**
   * The parts that a config of mem0ai/oss names, opened with the first call; their packages are installed by you. Throws
   * `INVALID_ARGUMENT` for a provider or a setting that has no part here, and says what to give in its place.
   *
   * @example
   * const vectorStore = { provider: 'memory', config: { dbPath: 'memories.db' } }
   * const memory = Memory.fromConfig({ vectorStore, embedder: { provider: 'openai', config: {} } })
   */
  static fromConfig(config: Mem0Config): Memory {
    checkMem0Config(config)
    return new Memory({ memory: () => openMem0Config(config) })
  }

  /** Stores the messages, or the facts that `extract` or the Memory's extractor makes of them; each is one memory. */
  async add(
    messages: string | readonly shapes.Message[],
    config: shapes.AddConfig,
  ): Promise<shapes.SearchResult> {
    const known = ['userId', 'agentId', 'runId', 'metadata', 'filters', 'infer', 'expirationDate']
    checkConfig(config, known, 'add')
    return addMessages(this.#opened, messages, config)
  }

  /** The memories that answer a query, best first. */
  async search(query: string, config: shapes.SearchConfig): Promise<shapes.SearchResult> {
    checkConfig(config, ['filters', 'topK', 'threshold'], 'search')
    const { topK = 20, threshold } = config
    checkTopK(topK)
    checkThreshold(threshold)
    const { scope, where } = parseFilters(config.filters)
    const memory = await this.#opened.memory()
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
    const memory = await this.#opened.memory()
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
    const item = await (await this.#opened.memory()).get(memoryId)
    return item === undefined ? null : itemOf(item)
  }

  /** Changes the text, and puts metadata beside what is there. Throws `NOT_FOUND` when there is no such memory. */
  async update(memoryId: string, config: string | shapes.UpdateConfig): Promise<{ message: string }> {
    const given = typeof config === 'string' ? { text: config } : config
    await updateMemory(await this.#opened.memory(), memoryId, given)
    return { message: 'Memory updated successfully!' }
  }

  /** Throws `NOT_FOUND` when there is no such memory. */
  async delete(memoryId: string): Promise<{ message: string }> {
    if (!(await (await this.#opened.memory()).delete(memoryId))) {
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
    await (await this.#opened.memory()).deleteAll(scope)
    return { message: 'Memories deleted successfully!' }
  }

  /** What happened to a memory, newest first. */
  async history(memoryId: string): Promise<shapes.HistoryItem[]> {
    const entries = await (await this.#opened.memory()).history(memoryId)
    const [first] = entries
    return entries.map(entry => historyItem(entry, first)).toReversed()
  }

  /** Removes everything of the organization. */
  async reset(): Promise<void> {
    await (await this.#opened.memory()).reset()
  }

  /** Closes the Memory and its parts. */
  async close(): Promise<void> {
    await this.#opened.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
