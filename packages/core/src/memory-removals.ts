import { checkArray, checkId } from './checks/check-values.ts'
import type { Scope } from './contracts/record.ts'
import type * as face from './memory-api.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryUpkeep } from './memory-upkeep.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { expiredWhere } from './parts/visibility.ts'
import { deleteScope } from './write/change-memories.ts'
import { hideMemories, restoreMemories } from './write/hide-memories.ts'
import type { HideJob } from './write/hide-memories.ts'
import { checkDeleteByIdOptions, checkDeleteOptions, parseDeleteScope } from './write/parse-input.ts'

/** The calls of a Memory that remove memories, and bring hidden ones back. */
export class MemoryRemovals extends MemoryUpkeep {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope, tenant: boolean) {
    super(engine, scope, tenant)
    this.#engine = engine
    this.#scope = scope
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
