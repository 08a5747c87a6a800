import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import { addMessages } from './add-messages.ts'
import { entityPage, entityParts, everyEntity } from './client-entities.ts'
import { allOf, categoriesWhere, metadataWhere, parseClientFilters } from './client-filters.ts'
import { clientHistory, clientMemory, pageOf } from './client-items.ts'
import type * as shapes from './client-shapes.ts'
import { HostedOnly } from './hosted-only.ts'
import type { MemoryConfig, Message, OpenMemoryConfig } from './mem0-shapes.ts'
import { OpenOnce } from './open-once.ts'
import { scopeOf } from './parse-filters.ts'
import { checkConfig, checkThreshold, checkWhole, endOfDay, invalid } from './refuse.ts'
import { updateMemory } from './update-memory.ts'

const entityOptions = ['userId', 'agentId', 'runId']

/**
 * The calls of `MemoryClient` of mem0ai, the client of the hosted service, on any parts of agentmem: no key, no network. Shapes
 * are those of the service as its client names them. Everything it throws is a MemoryError.
 *
 * @example
 * const client = new MemoryClient({ store: await openSqliteStore({ path: 'memories.db' }) })
 * await client.add([{ role: 'user', content: 'I drink tea' }], { userId: 'ana', infer: false })
 * const { results } = await client.search('tea', { filters: { user_id: 'ana' } })
 */
export class MemoryClient extends HostedOnly {
  readonly #opened: OpenOnce

  /** Opens the Memory when the first call needs it, or takes one that is open; `close` closes it. */
  constructor(config: MemoryConfig | OpenMemoryConfig) {
    super()
    if ('apiKey' in config || 'host' in config) {
      throw invalid('MemoryClient takes no apiKey and no host here: give it a store, or memory.')
    }
    this.#opened = new OpenOnce(config)
  }

  /** The face of a Memory that is open already, or of a `scope()` of one: what lies outside does not exist for it. */
  static fromMemory(memory: Memory, config: Pick<MemoryConfig, 'extract'> = {}): MemoryClient {
    return new MemoryClient({ ...config, memory })
  }

  /** Opens the Memory, and throws what keeps it from being opened. */
  async ping(): Promise<void> {
    await this.#opened.memory()
  }

  /** Stores the messages, or their facts, as `Memory.add` does, and answers when that is done. */
  async add(
    messages: string | readonly Message[],
    options: shapes.AddMemoryOptions = {},
  ): Promise<shapes.AddMemoryResult> {
    checkConfig(options, [...entityOptions, 'metadata', 'infer', 'timestamp', 'expirationDate'], 'add')
    const { timestamp, ...config } = options
    if (timestamp !== undefined && !Number.isFinite(timestamp)) {
      throw invalid(`timestamp must be a number of seconds since 1970, not ${String(timestamp)}.`)
    }
    const createdAt = timestamp === undefined ? undefined : Math.round(timestamp * 1_000)
    const { results } = await addMessages(this.#opened, messages, { ...config, createdAt })
    return {
      message: 'Memories processed successfully.',
      status: 'SUCCEEDED',
      results: results.map(({ id, memory, metadata }) => {
        return { id, memory, data: { memory }, event: String(metadata?.['event']) }
      }),
    }
  }

  /** The memories that answer a query, best first. */
  async search(
    query: string,
    options: shapes.SearchMemoryOptions = {},
  ): Promise<{ results: shapes.ClientMemory[] }> {
    checkConfig(options, ['filters', 'metadata', 'topK', 'threshold', 'categories', 'latestOnly'], 'search')
    checkLatest(options)
    const { filters, metadata, topK = 10, threshold, categories } = options
    checkWhole(topK, 'topK', 1, 1_000)
    checkThreshold(threshold)
    const memory = await this.#opened.memory()
    const { scope, where } = parseClientFilters(filters, memory.bound)
    const { results } = await memory.search(query, {
      ...scope,
      topK,
      threshold: threshold ?? 0.1,
      ...(threshold === undefined ? {} : { mode: 'vector' as const }),
      ...allOf(where, metadata && metadataWhere(metadata), categories && categoriesWhere(categories)),
    })
    return { results: results.map(clientMemory) }
  }

  /** One page of the memories of a scope, newest first. */
  async getAll(options: shapes.GetAllMemoryOptions = {}): Promise<shapes.PaginatedMemories> {
    const known = ['filters', 'page', 'pageSize', 'startDate', 'endDate', 'categories', 'latestOnly']
    checkConfig(options, known, 'getAll')
    checkLatest(options)
    const { filters, startDate, endDate, categories } = options
    const place = placeOf(options)
    const memory = await this.#opened.memory()
    const { scope, where } = parseClientFilters(filters, memory.bound)
    const passed = {
      ...scope,
      ...allOf(
        where,
        categories && categoriesWhere(categories),
        startDate === undefined ? undefined : { createdAt: { gte: endOfDay(startDate, 'startDate') - day } },
        endDate === undefined ? undefined : { createdAt: { lt: endOfDay(endDate, 'endDate') } },
      ),
    }
    const offset = (place.page - 1) * place.pageSize
    const count = await memory.count(passed)
    const { results } = await memory.getAll({ ...passed, topK: place.pageSize, offset })
    return pageOf(results.map(clientMemory), count, place)
  }

  /** Throws `NOT_FOUND` when there is no such memory. */
  async get(memoryId: string): Promise<shapes.ClientMemory> {
    const item = await (await this.#opened.memory()).get(memoryId)
    if (!item) throw notFound(memoryId)
    return clientMemory(item)
  }

  /** Changes the text, and puts metadata beside what is there. Throws `NOT_FOUND` when there is no such memory. */
  async update(memoryId: string, options: shapes.UpdateMemoryOptions): Promise<shapes.ClientMemory> {
    await updateMemory(await this.#opened.memory(), memoryId, options)
    return this.get(memoryId)
  }

  /** Throws `NOT_FOUND` when there is no such memory. */
  async delete(memoryId: string, options: object = {}): Promise<{ message: string }> {
    checkConfig(options, [], 'delete')
    if (!(await (await this.#opened.memory()).delete(memoryId))) throw notFound(memoryId)
    return { message: 'Memory deleted successfully!' }
  }

  /** In one transaction; the history stays. */
  async deleteAll(options: shapes.EntityOptions = {}): Promise<{ message: string }> {
    checkConfig(options, entityOptions, 'deleteAll')
    const scope = scopeOf(options)
    if (Object.keys(scope).length === 0) throw invalid('deleteAll() needs one of userId, agentId and runId.')
    if (Object.values(scope).includes('*')) {
      throw new MemoryError('UNSUPPORTED', "deleteAll() has no '*' here; deleteUsers() removes everyone's.")
    }
    await (await this.#opened.memory()).deleteAll(scope)
    return { message: 'Memories deleted successfully!' }
  }

  /** What happened to a memory, oldest first. */
  async history(memoryId: string): Promise<shapes.MemoryHistory[]> {
    return (await (await this.#opened.memory()).history(memoryId)).map(clientHistory)
  }

  /** One page of the users, agents and runs that have memories, in this order, each by name. */
  async users(
    options: { readonly page?: number; readonly pageSize?: number } = {},
  ): Promise<shapes.AllUsers> {
    checkConfig(options, ['page', 'pageSize'], 'users')
    return entityPage(await this.#opened.memory(), placeOf(options))
  }

  /** The memories of one user, agent or run; of everyone where none is named. One transaction each. */
  async deleteUsers(options: shapes.EntityOptions = {}): Promise<{ message: string }> {
    checkConfig(options, entityOptions, 'deleteUsers')
    const scope = scopeOf(options)
    const memory = await this.#opened.memory()
    const named = Object.keys(scope).length
    if (named > 1) throw invalid('deleteUsers() takes one of userId, agentId and runId; call it for each.')
    if (named === 1) {
      await memory.deleteAll(scope)
      return { message: 'Entity deleted successfully.' }
    }
    const entities = await everyEntity(memory)
    if (entities.length === 0) throw new MemoryError('NOT_FOUND', 'Nobody has memories; nothing is deleted.')
    for (const { type, name } of entities) await memory.deleteAll({ [entityParts[type]]: name })
    return { message: 'All users, agents, apps and runs deleted.' }
  }

  /** @deprecated mem0 has `deleteUsers` in its place. An id is the name here. */
  async deleteUser(data: {
    readonly entity_id: string | number
    readonly entity_type?: string
  }): Promise<{ message: string }> {
    const part = entityParts[(data.entity_type ?? 'user') as shapes.EntityType]
    if (part === undefined)
      throw invalid(`entity_type must be user, agent or run, not '${data.entity_type}'.`)
    return this.deleteUsers({ [part]: String(data.entity_id) })
  }

  /** Changes 1 to 1,000 texts in one transaction, all or nothing. */
  async batchUpdate(
    memories: readonly { readonly memoryId: string; readonly text: string }[],
  ): Promise<{ message: string }> {
    checkBatch(memories)
    for (const change of memories) checkConfig(change, ['memoryId', 'text'], 'batchUpdate')
    const changes = memories.map(({ memoryId, text }) => ({ id: memoryId, content: text }))
    await (await this.#opened.memory()).updateBatch(changes)
    return { message: `Successfully updated ${memories.length} memories` }
  }

  /** Removes 1 to 1,000 memories in one transaction, and says how many were there. */
  async batchDelete(memories: readonly string[]): Promise<{ message: string }> {
    checkBatch(memories)
    const deleted = await (await this.#opened.memory()).deleteBatch(memories)
    return { message: `Successfully deleted ${deleted.filter(Boolean).length} memories` }
  }

  /** Closes the Memory and its parts. */
  async close(): Promise<void> {
    await this.#opened.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

const day = 24 * 60 * 60 * 1_000

function notFound(id: string): MemoryError {
  return new MemoryError('NOT_FOUND', `Memory with ID ${id} not found; check the id.`)
}

function placeOf({
  page = 1,
  pageSize = 100,
}: {
  readonly page?: number | undefined
  readonly pageSize?: number | undefined
}) {
  checkWhole(page, 'page', 1, 1_000_000)
  checkWhole(pageSize, 'pageSize', 1, 200)
  return { page, pageSize }
}

function checkBatch(memories: readonly unknown[]): void {
  if (Array.isArray(memories) && memories.length >= 1 && memories.length <= 1_000) return
  throw invalid('A batch takes a list of 1 to 1,000 memories.')
}

function checkLatest({ latestOnly }: { readonly latestOnly?: boolean | undefined }): void {
  if (latestOnly === undefined || latestOnly) return
  throw new MemoryError('UNSUPPORTED', 'latestOnly: false is not here; superseded memories are left out.')
}
