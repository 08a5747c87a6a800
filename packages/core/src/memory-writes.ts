import { checkArray, checkId, checkKeys, invalid } from './checks/check-values.ts'
import type { MetadataGiven } from './contracts/metadata.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import type { ExpireOptions, ExpireResult } from './expire-api.ts'
import type * as face from './memory-api.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryReads } from './memory-reads.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { refuseScope } from './parts/narrow-scope.ts'
import { expiredWhere } from './parts/visibility.ts'
import { addBatch } from './write/add-batch.ts'
import { queueAdd } from './write/add-memories.ts'
import { deleteScope } from './write/change-memories.ts'
import { expireMemories, parseExpire } from './write/expire-memories.ts'
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

/** The calls of a Memory that write. */
export class MemoryWrites<Meta extends object = Metadata> extends MemoryReads<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope) {
    super(engine, scope)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Stores one memory. When this returns it is durable, and the next search finds it.
   *
   * @example
   * const { results } = await memory.add('She drinks green tea.', { userId: 'ana', metadata: { topic: 'tea' } })
   * await memory.add({ role: 'user', content: 'I moved to Porto.' }, { userId: 'ana', runId: 'chat-7' })
   */
  async add(
    input: face.AddInput<MetadataGiven<Meta>>,
    options: face.AddOptions<MetadataGiven<Meta>> = {},
  ): Promise<face.ChangeResult> {
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
   *
   * @example
   * await memory.addBatch(['She drinks green tea.', { content: 'He drinks coffee.', userId: 'ben' }], { userId: 'ana' })
   * const { failed } = await memory.addBatch(['tea', 'milk'], { userId: 'ana', onError: 'report' })
   */
  addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options: face.AddBatchOptions<MetadataGiven<Meta>> & { readonly onError: 'report' },
  ): Promise<face.AddBatchReport>
  addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options?: face.AddBatchOptions<MetadataGiven<Meta>>,
  ): Promise<face.AddBatchResult>
  async addBatch(
    inputs: readonly face.AddInput<MetadataGiven<Meta>>[],
    options: face.AddBatchOptions<MetadataGiven<Meta>> = {},
  ): Promise<face.AddBatchReport | face.AddBatchResult> {
    checkAddOptions(options, ['dedupe', 'onTaken', 'onError'])
    const { adds, parts } = this.#engine
    const add = () => addBatch(adds, parts.embedder, this.#scope, inputs, options)
    return this.#engine.queued('addBatch', add, options.signal)
  }

  /**
   * Changes one memory: its content, or the fields that are named. Throws `NOT_FOUND` when it is not there.
   *
   * @example
   * await memory.update('m1', 'She drinks black tea.')
   * await memory.update('m1', { metadata: { topic: 'tea' } }, { metadataMode: 'merge' })
   */
  async update(
    id: string,
    changes: string | face.MemoryChanges<MetadataGiven<Meta>>,
    options: face.UpdateOptions = {},
  ): Promise<face.ChangeResult> {
    const fields = typeof changes === 'string' ? { content: changes } : changes
    checkKeys(fields, changeFields, 'changes')
    return this.updateBatch([{ ...fields, id }], options)
  }

  /**
   * Changes many memories in one transaction, all or nothing.
   *
   * @example
   * await memory.updateBatch([{ id: 'm1', importance: 1 }, { id: 'm2', expiresAt: '2030-01-01' }])
   */
  async updateBatch(
    changes: readonly (face.MemoryChanges<MetadataGiven<Meta>> & { readonly id: string })[],
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
   * Removes one memory; its history stays, unless `purgeHistory` is true. Facts that a model made of it alone go along, unless
   * `cascade` is false. With `soft` it is hidden, and so are they; `restore` brings all back. Returns whether it was there.
   *
   * @example
   * const wasThere = await memory.delete('m1')
   * await memory.delete('m2', { soft: true })
   * await memory.restore('m2')
   */
  async delete(id: string, options: face.DeleteByIdOptions = {}): Promise<boolean> {
    return (await this.deleteBatch([id], options))[0] ?? false
  }

  /**
   * Removes, or hides, many memories in one transaction; aligned with the ids, true where one was there. What goes along is
   * not told: see `delete`.
   *
   * @example
   * const [first, second] = await memory.deleteBatch(['m1', 'm2'])
   */
  async deleteBatch(ids: readonly string[], options: face.DeleteByIdOptions = {}): Promise<boolean[]> {
    const checked = checkDeleteByIdOptions(options)
    const { signal, actorId, purgeHistory = false, cascade = true, soft = false } = checked
    for (const id of checkArray(ids, 'ids')) checkId(id)
    if (ids.length === 0) return []
    if (soft) return this.#hiding('delete', ids, { actorId, cascade, signal }, hideMemories)
    const job = { scope: this.#scope, ids: [...ids], purgeHistory, cascade, actorId }
    const push = () => this.#engine.deletes.push(job, ids.length, signal)
    return this.#engine.queued('delete', push, signal)
  }

  /**
   * Brings back what `delete` with `soft` has hidden, as it was, with what went along. Returns whether it was hidden. Throws `CONFLICT` when it
   * may be no duplicate (`dedupe`), and another memory has its content by now.
   *
   * @example
   * await memory.delete('m1', { soft: true })
   * const wasHidden = await memory.restore('m1')
   */
  async restore(id: string, options: face.ChangeOptions = {}): Promise<boolean> {
    return (await this.restoreBatch([id], options))[0] ?? false
  }

  /**
   * Brings many memories back in one transaction, all or nothing; aligned with the ids, true where one was hidden.
   *
   * @example
   * const [first, second] = await memory.restoreBatch(['m1', 'm2'])
   */
  async restoreBatch(ids: readonly string[], options: face.ChangeOptions = {}): Promise<boolean[]> {
    const { actorId, signal } = checkDeleteOptions(options, [])
    for (const id of checkArray(ids, 'ids')) checkId(id)
    return this.#hiding('restore', ids, { actorId, cascade: true, signal }, restoreMemories)
  }

  /**
   * Removes all memories of a scope, or those that pass a filter, in one transaction; their history stays, unless
   * `purgeHistory` is true. Facts that a model made of them alone go along, unless `cascade` is false. Returns how many there
   * were, without what went along.
   *
   * @example
   * await memory.deleteAll({ userId: 'ana', where: { 'metadata.kind': 'draft' } }, { purgeHistory: true })
   */
  async deleteAll(scope: face.DeleteScope = {}, options: face.DeleteOptions = {}): Promise<number> {
    const { actorId: actor, ...how } = checkDeleteOptions(options)
    const { scope: narrowed, where } = parseDeleteScope(this.#scope, scope)
    const work = (parts: MemoryParts): Promise<number> =>
      deleteScope(parts, narrowed, { ...how, actor, where })
    return this.#engine.run('deleteAll', work, options)
  }

  /**
   * Ends the memories that a rule names: their `expiresAt` becomes now, so no call finds them, and `purgeExpired` removes
   * them. Nothing is ended by itself. Without a scope it is about everybody that this memory sees. One transaction for each
   * 500; a rule that names nothing is refused.
   *
   * @example
   * const rule = { where: { type: 'episodic' }, olderThan: '2025-01-01', importanceBelow: 0.3 }
   * const { expired } = await memory.expire({ ...rule, userId: 'ana', dryRun: true })
   * if (expired < 1_000) await memory.expire({ ...rule, userId: 'ana' })
   */
  async expire(options: ExpireOptions): Promise<ExpireResult> {
    const job = parseExpire(this.#scope, options)
    return this.#engine.run('expire', parts => expireMemories(parts, job), { signal: job.signal })
  }

  /**
   * Removes the memories whose `expiresAt` has passed, which no call returns any more, of everybody that this memory
   * sees. Returns how many there were.
   *
   * @example
   * const removed = await memory.purgeExpired({ purgeHistory: true })
   */
  async purgeExpired(options: face.DeleteOptions = {}): Promise<number> {
    const { actorId: actor, ...how } = checkDeleteOptions(options)
    const work = (parts: MemoryParts): Promise<number> =>
      deleteScope(parts, this.#scope, { ...how, actor, where: expiredWhere(parts.now()) })
    return this.#engine.run('purgeExpired', work, options)
  }

  /**
   * Removes all memories of this organization, and their history. Refused on a `scope()`.
   *
   * @example
   * await memory.reset()
   */
  async reset(): Promise<void> {
    refuseScope(this.#scope, 'reset removes')
    await this.#engine.run(
      'reset',
      parts => deleteScope(parts, this.#scope, { purgeHistory: true, cascade: false }),
      {},
    )
  }

  #hiding(
    doing: string,
    ids: readonly string[],
    how: Pick<HideJob, 'actorId' | 'cascade' | 'signal'>,
    run: (parts: MemoryParts, job: HideJob) => Promise<boolean[]>,
  ): Promise<boolean[]> {
    const job = { scope: this.#scope, ids: [...ids], ...how }
    return this.#engine.run(doing, parts => run(parts, job), { signal: how.signal })
  }
}
