import { randomUUID } from 'node:crypto'
import type { Memory, MemoryItem } from '@agentmem/core'
import { optional, readOptions, requireOwner, text } from '@agentmem/core/adapter'

export interface AgentmemSessionOptions {
  /** The conversation, 1 to 255 characters: one that is there goes on. Default: a new UUID. */
  readonly sessionId?: string | undefined
}

/** The `type` of the memories that are items of a conversation. */
const itemType = 'openai-agents'
const ofItems = { where: { type: itemType } }
const newestFirst = { by: 'createdAt', direction: 'desc' } as const

/**
 * A `Session` of the OpenAI Agents SDK in a Memory: each item is a memory of the run that has the session's id, which no
 * search finds. `Item` is its `AgentInputItem`. Throws `INVALID_ARGUMENT` for a Memory that is bound to nobody.
 *
 * @example
 * const session = new AgentmemSession<AgentInputItem>(memory.scope({ userId: 'ana' }), { sessionId: 'chat-7' })
 * const result = await run(agent, 'When does my train leave?', { session })
 */
export class AgentmemSession<Item extends object> {
  readonly #sessionId: string
  readonly #memory: Memory
  #adding: Promise<unknown> = Promise.resolve()

  constructor(memory: Memory, options: AgentmemSessionOptions = {}) {
    const { sessionId } = readOptions('AgentmemSession', options, {
      sessionId: optional(text('the id of a conversation, 1 to 255 characters')),
    })
    this.#sessionId = sessionId ?? randomUUID()
    this.#memory = requireOwner(memory, 'AgentmemSession').scope({ runId: this.#sessionId })
  }

  async getSessionId(): Promise<string> {
    return this.#sessionId
  }

  /** In the order in which they were added; with `limit` the last ones. */
  async getItems(limit: number = 1_000_000): Promise<Item[]> {
    if (limit <= 0) return []
    const { results } = await this.#memory.getAll({ ...ofItems, order: newestFirst, topK: limit })
    return results.toReversed().map(({ memory }) => JSON.parse(memory) as Item)
  }

  /** All of them, or none: one transaction. */
  async addItems(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return
    // In turn, and later than the last one: items of two calls in one millisecond keep their order.
    const adding = this.#addAfter(this.#adding, items)
    this.#adding = adding.catch(() => undefined)
    await adding
  }

  /** Removes the last item and returns it. Of several callers each gets another one. */
  async popItem(): Promise<Item | undefined> {
    for (;;) {
      const last = await this.#newest()
      if (last === undefined) return undefined
      if (await this.#memory.delete(last.id)) return JSON.parse(last.memory) as Item
    }
  }

  /** Removes all items, and their history. */
  async clearSession(): Promise<void> {
    await this.#memory.deleteAll(ofItems, { purgeHistory: true })
  }

  async #addAfter(before: Promise<unknown>, items: readonly Item[]): Promise<void> {
    await before
    const last = await this.#newest()
    const createdAt = Math.max(Date.now(), (last?.createdAt ?? 0) + 1)
    const inputs = items.map(item => ({
      content: JSON.stringify(item),
      type: itemType,
      index: false,
      createdAt,
    }))
    await this.#memory.addBatch(inputs)
  }

  async #newest(): Promise<MemoryItem | undefined> {
    const { results } = await this.#memory.getAll({ ...ofItems, order: newestFirst, topK: 1 })
    return results[0]
  }
}
