import type { Memory, MemoryInput, SearchMode } from '@agentmem/core'
import { callback, number, oneOf, optional, readOptions, requireOwner } from '@agentmem/core/adapter'
import type { OptionReader, Read } from '@agentmem/core/adapter'
import { BaseStore, validateNamespace } from '@langchain/langgraph-checkpoint'
import type * as langgraph from '@langchain/langgraph-checkpoint'
import { byOwner, idOf } from './asked.ts'
import type { Asked } from './asked.ts'
import { listNamespaces, sharedPrefix } from './list-namespaces.ts'
import { ownerOf, ownScope } from './owner-of.ts'
import type { ScopeOfNamespace } from './owner-of.ts'
import { getItems, searchItems } from './read-items.ts'
import { itemInput } from './stored-item.ts'

export interface AgentmemStoreOptions {
  /** Paths of the texts by which items are searched, such as `text` or `chapters[*].title`. Default `['$']`: the whole value. */
  readonly fields?: readonly string[] | undefined
  /** How texts are searched, and what a score is. Default: that of the Memory. */
  readonly mode?: SearchMode | undefined
  /** After so many minutes an item is gone; a new put of its key begins them anew. Default: never. */
  readonly ttlMinutes?: number | undefined
  /** Whose the items of a namespace are, such as `label => ({ userId: label(1) })`. Default: the scope of the Memory. */
  readonly scope?: ScopeOfNamespace | undefined
}

export interface PutItemOptions {
  /** Minutes after which the item is gone. Default: the `ttlMinutes` of the store. */
  readonly ttl?: number | undefined
}

type PutOperation = langgraph.PutOperation & PutItemOptions

const minutes = { ttl: optional(number(1e-3, 1e9)) }
const paths: OptionReader<readonly string[]> = {
  allowed: "an array of paths, such as ['text']",
  read: value =>
    Array.isArray(value) && value.every(path => typeof path === 'string') ? { value } : undefined,
  preset: { value: ['$'] },
}
const optionTable = {
  fields: paths,
  mode: optional(oneOf(['text', 'vector', 'hybrid'])),
  ttlMinutes: minutes.ttl,
  scope: optional(callback<ScopeOfNamespace>()),
}
const reading = { allowEmpty: true, allowReservedRoot: true }

/**
 * The long-term memory of LangGraph, kept in a Memory. Throws `INVALID_ARGUMENT` for a Memory that is bound to nobody, unless
 * `scope` says whose the items of a namespace are. Stopping it does not close the Memory.
 *
 * @example
 * const store = new AgentmemStore(memory.scope({ agentId: 'travel' }), { fields: ['text'] })
 * const graph = builder.compile({ checkpointer, store })
 */
export class AgentmemStore extends BaseStore {
  readonly #memory: Memory
  readonly #options: Read<typeof optionTable>

  constructor(memory: Memory, options: AgentmemStoreOptions = {}) {
    super()
    this.#options = readOptions('AgentmemStore', options, optionTable)
    this.#memory = this.#options.scope ? memory : requireOwner(memory, 'AgentmemStore')
  }

  /** Stores an item, or puts it in the place of the one that has its key. */
  override async put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: false | string[],
    options: PutItemOptions = {},
  ): Promise<void> {
    const { ttl } = readOptions('put', options, minutes)
    const put: PutOperation = { namespace, key, value, index, ttl }
    await this.batch([put])
  }

  /**
   * All reads see what was there before the writes, and the last write of a key counts. All puts are one transaction, and
   * all deletes another.
   */
  override async batch<Op extends langgraph.Operation[]>(
    operations: Op,
  ): Promise<langgraph.OperationResults<Op>> {
    const results: unknown[] = operations.map(() => undefined)
    const gets: Asked<langgraph.GetOperation>[] = []
    const searches: Asked<langgraph.SearchOperation>[] = []
    const lists: Asked<langgraph.ListNamespacesOperation>[] = []
    const writes = new Map<string, Asked<PutOperation>>()
    for (const [i, op] of operations.entries()) {
      const asked = <Of>(of: Of, namespace: readonly string[]): Asked<Of> => ({
        op: of,
        memory: ownerOf(this.#memory, this.#options.scope, namespace),
        answer: result => (results[i] = result),
      })
      if ('namespacePrefix' in op) {
        validateNamespace(op.namespacePrefix, reading)
        searches.push(asked(op, op.namespacePrefix))
      } else if ('value' in op) {
        validateNamespace(op.namespace, op.value === null ? reading : {})
        const write = asked(op, op.namespace)
        writes.set(idOf(write), write)
      } else if ('namespace' in op) {
        validateNamespace(op.namespace, reading)
        gets.push(asked(op, op.namespace))
      } else {
        lists.push(asked(op, sharedPrefix(op)))
      }
    }
    const puts = [...writes].flatMap(([id, write]) => this.#inputOf(id, write))
    const deletes = [...writes.values()].filter(({ op }) => op.value === null)
    await Promise.all([
      getItems(gets),
      searchItems(this.#memory, searches, this.#options.mode),
      ...lists.map(async ({ op, memory, answer }) => answer(await listNamespaces(memory, op))),
    ])
    await this.#memory.addBatch(puts, { onTaken: 'replace' })
    await byOwner(deletes, (memory, of) => memory.deleteBatch(of.map(idOf)))
    return results as langgraph.OperationResults<Op>
  }

  #inputOf(id: string, { op, memory }: Asked<PutOperation>): MemoryInput[] {
    const { fields, ttlMinutes } = this.#options
    const { value, ttl = ttlMinutes } = op
    if (value === null) return []
    const expiresAt = ttl === undefined ? null : Date.now() + Math.ceil(ttl * 60_000)
    return [{ ...itemInput(id, { ...op, value }, fields), expiresAt, scope: ownScope(memory) }]
  }
}
