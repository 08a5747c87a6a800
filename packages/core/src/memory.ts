import { checkArray, checkKeys, checkOptions, invalid } from './checks/check-values.ts'
import type { Scope } from './contracts/record.ts'
import { onlyMemoryErrors } from './guards/only-memory-errors.ts'
import type { MemoryOptions } from './memory-api.ts'
import { openEngine } from './memory-engine.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryInference } from './memory-inference.ts'
import { MemoryReads } from './memory-reads.ts'
import { MemoryRemovals } from './memory-removals.ts'
import { checkTenantsOptions, Tenants } from './memory-tenants.ts'
import type { TenantsOptions } from './memory-tenants.ts'
import { MemoryUpkeep } from './memory-upkeep.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { namedScope, narrowScope, refuseScope, scopeOptions } from './parts/narrow-scope.ts'
import { reembedAlone } from './reembed/reembed-memory.ts'
import { exportMemories } from './transfer/export-memories.ts'
import { importMemories } from './transfer/import-memories.ts'
import { addBatch } from './write/add-batch.ts'
import { queueAdd } from './write/add-memories.ts'
import { deleteScope } from './write/change-memories.ts'
import {
  changeFields,
  checkAddOptions,
  checkUpdateOptions,
  parseInput,
  parseUpdate,
} from './write/parse-input.ts'
import type { InferResult } from './infer-api.ts'
import type * as face from './memory-api.ts'
import type { InferAddOptions } from './process-api.ts'
import type { ExportOptions, ImportOptions, ImportResult } from './transfer-api.ts'

/**
 * Memory for an agent: texts go in, and those that answer a query come out again. Composes a Store and, for searches by
 * meaning, a VectorIndex and an Embedder. Everything it throws is a {@link MemoryError}.
 */
export class Memory extends MemoryInference {
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

  /**
   * Stores one memory. When this returns it is durable, and the next search finds it. With `infer: true` it stores messages,
   * one or those of a conversation, and the facts that an extractor makes of them.
   *
   * @example
   * await memory.add('Ana drinks green tea', { userId: 'ana' })
   * const { results, failed } = await memory.add(messages, { userId: 'ana', infer: true })
   */
  add(input: face.AddInput | readonly face.AddInput[], options: InferAddOptions): Promise<InferResult>
  add(input: face.AddInput, options?: face.AddOptions): Promise<face.ChangeResult>
  async add(
    input: face.AddInput | readonly face.AddInput[],
    options: face.AddOptions | InferAddOptions = {},
  ): Promise<face.ChangeResult | InferResult> {
    if (options.infer === true) return this.infer(isList(input) ? input : [input], options)
    checkAddOptions(options, ['dedupe', 'onTaken', 'infer'])
    if (isList(input)) throw invalid('add takes one memory; give an array to addBatch, or say infer: true.')
    const { embedder } = this.#engine.parts
    const parsed = parseInput(input, options, this.#scope, embedder.dimensions)
    const { signal, onTaken, dedupe = false } = options
    const job = { inputs: [parsed], dedupe, onTaken, embedder }
    const results = await this.#engine.queued('add', () => queueAdd(this.#engine.adds, job, signal), signal)
    return { results, relations: [] }
  }

  /**
   * Stores many memories in one transaction, with one embed call for those that are not in the cache.
   * All or nothing, unless `onError` is 'report'. With `infer: true` they are messages: see `add`.
   */
  addBatch(inputs: readonly face.AddInput[], options: InferAddOptions): Promise<InferResult>
  addBatch(
    inputs: readonly face.AddInput[],
    options: face.AddBatchOptions & { readonly onError: 'report' },
  ): Promise<face.AddBatchReport>
  addBatch(inputs: readonly face.AddInput[], options?: face.AddBatchOptions): Promise<face.AddBatchResult>
  async addBatch(
    inputs: readonly face.AddInput[],
    options: face.AddBatchOptions | InferAddOptions = {},
  ): Promise<face.AddBatchReport | face.AddBatchResult | InferResult> {
    if (options.infer === true) return this.infer(inputs, options)
    checkAddOptions(options, ['dedupe', 'onTaken', 'onError', 'infer'])
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
}

const classes = [MemoryInference, MemoryRemovals, MemoryUpkeep, MemoryReads].map(({ prototype }) => prototype)
for (const calls of [Memory, Memory.prototype, ...classes]) onlyMemoryErrors(calls, 'Memory')

/** The organizations of `Memory.openTenants`. */
export type MemoryTenants = Tenants<Memory>

function isList(input: face.AddInput | readonly face.AddInput[]): input is readonly face.AddInput[] {
  return Array.isArray(input)
}
