import { checkKeys } from './checks/check-values.ts'
import type { MetadataShape } from './contracts/metadata.ts'
import type { Metadata, OwnScope, Scope } from './contracts/record.ts'
import { onlyMemoryErrors } from './guards/only-memory-errors.ts'
import type { MemoryOptions } from './memory-api.ts'
import { openEngine } from './memory-engine.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryConsolidation } from './memory-consolidation.ts'
import { MemoryInference } from './memory-inference.ts'
import { MemoryReads } from './memory-reads.ts'
import { checkTenantsOptions, Tenants } from './memory-tenants.ts'
import type { TenantsOptions } from './memory-tenants.ts'
import { MemoryTransfer } from './memory-transfer.ts'
import { MemoryUpkeep } from './memory-upkeep.ts'
import { MemoryWrites } from './memory-writes.ts'
import { namedScope } from './parts/narrow-scope.ts'
import { reembedAlone } from './reembed/reembed-memory.ts'
import type { CloseOptions, ReembedResult, StoreReembedOptions } from './upkeep-api.ts'

/**
 * Memory for an agent: texts go in, and those that answer a query come out again. Composes a Store and, for searches by
 * meaning, a VectorIndex and an Embedder. Everything it throws is a {@link MemoryError}.
 */
export class Memory<Meta extends object = Metadata> extends MemoryConsolidation<Meta> {
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
   *
   * @example
   * const memory = await Memory.open({ store: new MapStore() })
   * interface Note { topic: string }
   * const notes = await Memory.open<Note>({ store: new MapStore() })
   */
  static async open<Meta extends MetadataShape<Meta> = Metadata>(
    options: MemoryOptions,
  ): Promise<Memory<Meta>> {
    return new Memory<Meta>(await openEngine(options), { orgId: options.orgId ?? 'default' })
  }

  /**
   * Opens the parts once for many organizations: one Store, one index, one reader of the log, one cache. `org` gives the
   * Memory of one of them, as often as it is needed: it costs nothing, and `orgId` is not an option here.
   *
   * @example
   * await using tenants = await Memory.openTenants({ store: new MapStore() })
   * await tenants.org('acme').add('The office is in Porto', { userId: 'ana' })
   */
  static async openTenants(options: TenantsOptions): Promise<MemoryTenants> {
    const engine = await openEngine(await checkTenantsOptions(options), true)
    const whole = new Memory(engine, { orgId: 'default' })
    return new Tenants(whole, orgId => new Memory(engine, { orgId }, true))
  }

  /**
   * The same memory bound to a scope: what lies outside does not exist for it, by-id calls included.
   *
   * @example
   * const hers = memory.scope({ userId: 'ana' })
   * await hers.add('She drinks green tea.')
   */
  scope(scope: OwnScope): Memory<Meta> {
    checkKeys(scope, ['userId', 'agentId', 'runId'], 'scope')
    return new Memory<Meta>(this.#engine, namedScope(this.#scope, scope, 'scope()'), this.#tenant)
  }

  /**
   * The same for a Store that is not open as a Memory: the old model need not be at hand. Store and embedder stay
   * open. An index of the Store catches up when it is opened with the new model; one of other dimensions is opened
   * again.
   *
   * @example
   * const { memories } = await Memory.reembed({ store, embedder })
   */
  static reembed(options: StoreReembedOptions): Promise<ReembedResult> {
    return reembedAlone(options)
  }

  /**
   * Waits for calls in flight, a minute at most, flushes the index, and closes store, index and embedder. With `flush: false`
   * the index is left as it is, and catches up when it is opened again. The flush takes as long as the index needs for what it
   * lacks: half a minute for 33,000 changes of a graph. A `scope()` shares the memory it came from: closing one closes both. The memory
   * of one organization of `openTenants` closes nothing.
   *
   * @example
   * await memory.close()
   */
  async close(options: CloseOptions = {}): Promise<void> {
    if (!this.#tenant) await this.#engine.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** The organizations of `Memory.openTenants`. */
export type MemoryTenants = Tenants<Memory>

for (const calls of [
  Memory,
  MemoryConsolidation,
  MemoryInference,
  MemoryUpkeep,
  MemoryTransfer,
  MemoryWrites,
  MemoryReads,
]) {
  onlyMemoryErrors(calls.prototype, 'Memory')
}
onlyMemoryErrors(Memory, 'Memory')
