import { checkArray, checkId, checkKeys, checkOptions, invalid } from './checks/check-values.ts'
import type { Scope } from './contracts/record.ts'
import { onlyMemoryErrors } from './guards/only-memory-errors.ts'
import type { MemoryOptions } from './memory-api.ts'
import { openEngine } from './memory-engine.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryReads } from './memory-reads.ts'
import { checkTenantsOptions, Tenants } from './memory-tenants.ts'
import type { TenantsOptions } from './memory-tenants.ts'
import { MemoryUpkeep } from './memory-upkeep.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { expiredWhere } from './parts/visibility.ts'
import { namedScope, narrowScope, refuseScope, scopeOptions } from './parts/narrow-scope.ts'
import { reembedAlone } from './reembed/reembed-memory.ts'
import { exportMemories } from './transfer/export-memories.ts'
import { importMemories } from './transfer/import-memories.ts'
import { addBatch } from './write/add-batch.ts'
import { queueAdd } from './write/add-memories.ts'
import { deleteScope } from './write/change-memories.ts'
import { hideMemories, restoreMemories } from './write/hide-memories.ts'
import type { HideJob } from './write/hide-memories.ts'
import {
  changeFields,
  checkAddOptions,
  checkDeleteByIdOptions,
  checkDeleteOptions,
  checkUpdateOptions,
  parseDeleteScope,
  parseInput,
  parseUpdate,
} from './write/parse-input.ts'
import type * as face from './memory-api.ts'
import type { ExportOptions, ImportOptions, ImportResult } from './transfer-api.ts'

/**
 * Memory for an agent: texts go in, and those that answer a query come out again. Composes a Store and, for searches by
 * meaning, a VectorIndex and an Embedder. Everything it throws is a {@link MemoryError}.
 */
export class Memory extends MemoryUpkeep {
  readonly #engine: MemoryEngine
  readonly #scope: Scope
  /** Whether it is one organization of several, which sees nothing of what they share. */
  readonly #tenant: boolean

  private constructor(engine: MemoryEngine, scope: Scope, tenant = false) {
    super(engine, scope, tenant)
    this.#engine = engine
    this.#scope = scope
    this.#tenant = tenant
  }

  /**
   * Checks that the parts fit together, and brings the index up to what the Store holds. An opening that fails
   * closes the parts, unless `closeParts` is false.
   * Throws `MODEL_MISMATCH` when the Store was written with another embedding model.
   */
  static async open(options: MemoryOptions): Promise<Memory> {
    return new Memory(await openEngine(options), { orgId: options.orgId ?? 'default' })
  }

  /**
   * Opens the parts once for many organizations: one Store, one index, one reader of the log, one cache. `org` gives the
   * Memory of one of them, as often as it is needed: it costs nothing, and `orgId` is not an option here.
   *
   * @example
   * await using tenants = await Memory.openTenants({ store: await openSqliteStore({ path: 'memories.db' }) })
   * await tenants.org('acme').add('The office is in Porto', { userId: 'ana' })
   */
  static async openTenants(options: TenantsOptions): Promise<MemoryTenants> {
    const engine = await openEngine(await checkTenantsOptions(options), true)
    const whole = new Memory(engine, { orgId: 'default' })
    return new Tenants(whole, orgId => new Memory(engine, { orgId }, true))
  }

  /** The same memory bound to a scope: what lies outside does not exist for it, by-id calls included. */
  scope(scope: Omit<Scope, 'orgId'>): Memory {
    checkKeys(scope, ['userId', 'agentId', 'runId'], 'scope')
    return new Memory(this.#engine, namedScope(this.#scope, scope, 'scope()'), this.#tenant)
  }

  /** Stores one memory. When this returns it is durable, and the next search finds it. */
  async add(input: face.AddInput, options: face.AddOptions = {}): Promise<face.ChangeResult> {
    checkAddOptions(options, ['dedupe', 'onTaken'])
    if (Array.isArray(input)) throw invalid('add takes one memory; give an array to addBatch.')
    const { embedder } = this.#engine.parts
    const parsed = parseInput(input, options, this.#scope, embedder.dimensions)
    const { signal, onTaken, dedupe = false } = options
    const job = { inputs: [parsed], dedupe, onTaken, embedder }
    const results = await this.#engine.queued('add', () => queueAdd(this.#engine.adds, job, signal), signal)
    return { results, relations: [] }
  }

  /**
   * Stores many memories in one transaction, with one embed call for those that are not in the cache.
   * All or nothing, unless `onError` is 'report'.
   */
  addBatch(
    inputs: readonly face.AddInput[],
    options: face.AddBatchOptions & { readonly onError: 'report' },
  ): Promise<face.AddBatchReport>
  addBatch(inputs: readonly face.AddInput[], options?: face.AddBatchOptions): Promise<face.AddBatchResult>
  async addBatch(
    inputs: readonly face.AddInput[],
    options: face.AddBatchOptions = {},
  ): Promise<face.AddBatchReport | face.AddBatchResult> {
    checkAddOptions(options, ['dedupe', 'onTaken', 'onError'])
    const { adds, parts } = this.#engine
    const add = () => addBatch(adds, parts.embedder, this.#scope, inputs, options)
    return this.#engine.queued('addBatch', add, options.signal)
  }

  /** Changes one memory: its content, or the fields that are named. Throws `NOT_FOUND` when it is not there. */
  async update(
    id: string,
    changes: string | face.MemoryChanges,
    options: face.UpdateOptions = {},
  ): Promise<face.ChangeResult> {
    const fields = typeof changes === 'string' ? { content: changes } : changes
    checkKeys(fields, changeFields, 'changes')
    return this.updateBatch([{ ...fields, id }], options)
  }

  /** Changes many memories in one transaction, all or nothing. */
  async updateBatch(
    changes: readonly (face.MemoryChanges & { readonly id: string })[],
    options: face.UpdateOptions = {},
  ): Promise<face.ChangeResult> {
    const { signal, actorId, metadataMode } = checkUpdateOptions(options)
    const updates = Array.from(checkArray(changes, 'changes'), parseUpdate)
    if (updates.length === 0) return { results: [], relations: [] }
    const mergeMetadata = metadataMode === 'merge'
    const job = { scope: this.#scope, updates, mergeMetadata, actorId }
    const push = () => this.#engine.updates.push(job, updates.length, signal)
    const results = await this.#engine.queued('update', push, signal)
    return { results, relations: [] }
  }

  /**
   * Removes one memory; its history stays, unless `purgeHistory` is true. With `soft` it is hidden, and `restore` brings it
   * back. Returns whether it was there.
   *
   * @example
   * await memory.delete(id, { soft: true })
   * await memory.restore(id)
   */
  async delete(id: string, options: face.DeleteByIdOptions = {}): Promise<boolean> {
    return (await this.deleteBatch([id], options))[0] ?? false
  }

  /** Removes, or hides, many memories in one transaction; aligned with the ids, true where one was there. */
  async deleteBatch(ids: readonly string[], options: face.DeleteByIdOptions = {}): Promise<boolean[]> {
    const { signal, actorId, purgeHistory = false, soft = false } = checkDeleteByIdOptions(options)
    for (const id of checkArray(ids, 'ids')) checkId(id)
    if (ids.length === 0) return []
    if (soft) return this.#hiding('delete', ids, options, hideMemories)
    const job = { scope: this.#scope, ids: [...ids], purgeHistory, actorId }
    const push = () => this.#engine.deletes.push(job, ids.length, signal)
    return this.#engine.queued('delete', push, signal)
  }

  /**
   * Brings back what `delete` with `soft` has hidden, as it was. Returns whether it was hidden. Throws `CONFLICT` when it
   * may be no duplicate (`dedupe`), and another memory has its content by now.
   */
  async restore(id: string, options: face.ChangeOptions = {}): Promise<boolean> {
    return (await this.restoreBatch([id], options))[0] ?? false
  }

  /** Brings many memories back in one transaction, all or nothing; aligned with the ids, true where one was hidden. */
  async restoreBatch(ids: readonly string[], options: face.ChangeOptions = {}): Promise<boolean[]> {
    checkDeleteOptions(options, [])
    for (const id of checkArray(ids, 'ids')) checkId(id)
    return this.#hiding('restore', ids, options, restoreMemories)
  }

  /**
   * Removes all memories of a scope, or those that pass a filter, in one transaction; their history stays, unless
   * `purgeHistory` is true. Returns how many there were.
   *
   * @example
   * await memory.deleteAll({ userId: 'ana', where: { 'metadata.kind': 'draft' } }, { purgeHistory: true })
   */
  async deleteAll(scope: face.DeleteScope = {}, options: face.DeleteOptions = {}): Promise<number> {
    const { signal, actorId: actor, purgeHistory } = checkDeleteOptions(options)
    const { scope: narrowed, where } = parseDeleteScope(this.#scope, scope)
    const work = (parts: MemoryParts): Promise<number> =>
      deleteScope(parts, narrowed, { actor, where, purgeHistory, signal })
    return this.#engine.run('deleteAll', work, options)
  }

  /**
   * Removes the memories whose `expiresAt` has passed, which no call returns any more, of everybody that this memory
   * sees. Returns how many there were.
   *
   * @example
   * const removed = await memory.purgeExpired({ purgeHistory: true })
   */
  async purgeExpired(options: face.DeleteOptions = {}): Promise<number> {
    const { signal, actorId: actor, purgeHistory } = checkDeleteOptions(options)
    const work = (parts: MemoryParts): Promise<number> =>
      deleteScope(parts, this.#scope, { actor, where: expiredWhere(parts.now()), purgeHistory, signal })
    return this.#engine.run('purgeExpired', work, options)
  }

  /**
   * The same for a Store that is not open as a Memory: the old model need not be at hand. Store and embedder stay
   * open. An index of the Store catches up when it is opened with the new model; one of other dimensions is opened
   * again.
   */
  static reembed(options: face.StoreReembedOptions): Promise<face.ReembedResult> {
    return reembedAlone(options)
  }

  /** Writes the memories of a scope (default: all that this memory sees) as NDJSON, to a file or a stream. */
  async exportTo(target: string | NodeJS.WritableStream, options: ExportOptions = {}): Promise<void> {
    checkOptions(options, [...scopeOptions, 'vectors', 'onProgress'])
    const scope = narrowScope(this.#scope, options)
    const work = (parts: MemoryParts): Promise<void> => exportMemories(parts, scope, target, options)
    return this.#engine.run('exportTo', work, { ...options, once: typeof target !== 'string' })
  }

  /**
   * Adds the memories of a file or stream: an export, or one memory a line as `add` takes it, or what `from` says. Memories that are there already are skipped, so that an import which was
   * interrupted is resumed by starting it again, and repeating one adds nothing.
   *
   * @example
   * import { importFormats } from '@agentmem/core/import'
   * await memory.importFrom('conversations.json', { userId: 'ana', from: importFormats.chatgpt })
   */
  async importFrom(
    source: string | AsyncIterable<Uint8Array | string>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    checkAddOptions(options, ['from', 'batchSize', 'largeIntegers', 'onProgress'])
    const once = typeof source !== 'string'
    const work = (parts: MemoryParts) => importMemories(parts, this.#scope, source, options)
    return this.#engine.run('importFrom', work, { ...options, once })
  }

  /** Removes all memories of this organization, and their history. Refused on a `scope()`. */
  async reset(): Promise<void> {
    refuseScope(this.#scope, 'reset removes')
    await this.#engine.run('reset', parts => deleteScope(parts, this.#scope, { purgeHistory: true }), {})
  }

  /**
   * Waits for calls in flight, a minute at most, flushes the index, and closes store, index and embedder. With `flush: false`
   * the index is left as it is, and catches up when it is opened again. The flush takes as long as the index needs for what it
   * lacks: half a minute for 33,000 changes of a graph. A `scope()` shares the memory it came from: closing one closes both. The memory of
   * one organization of `openTenants` closes nothing.
   */
  async close(options: face.CloseOptions = {}): Promise<void> {
    if (!this.#tenant) await this.#engine.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #hiding(
    doing: string,
    ids: readonly string[],
    { signal, actorId }: face.ChangeOptions,
    run: (parts: MemoryParts, job: HideJob) => Promise<boolean[]>,
  ): Promise<boolean[]> {
    const job = { scope: this.#scope, ids: [...ids], actorId, signal }
    return this.#engine.run(doing, parts => run(parts, job), { signal })
  }
}

/** The organizations of `Memory.openTenants`. */
export type MemoryTenants = Tenants<Memory>

for (const calls of [Memory, Memory.prototype, MemoryReads.prototype, MemoryUpkeep.prototype])
  onlyMemoryErrors(calls, 'Memory')
