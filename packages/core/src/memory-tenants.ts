import { checkText, invalid } from './checks/check-values.ts'
import type { Embedder } from './contracts/embedder.ts'
import type { ProgressOptions } from './contracts/progress.ts'
import type { VerifyResult } from './follower/compare-index.ts'
import type { RepairResult, VerifyOptions } from './follower/verify-index.ts'
import { onlyMemoryErrors } from './guards/only-memory-errors.ts'
import type { MemoryCacheOptions, MemoryOptions } from './memory-api.ts'
import { closeGiven } from './memory-engine.ts'
import type { MemoryUpkeep } from './memory-upkeep.ts'
import type { CloseOptions, MemoryStats, ReembedOptions, ReembedResult } from './upkeep-api.ts'

/** A Memory that is bound to no organization. */
type Whole = Pick<MemoryUpkeep, 'flush' | 'optimize' | 'stats' | 'verify' | 'repair' | 'reembed'> & {
  close(options?: CloseOptions): Promise<void>
}

/** The options of `Memory.openTenants`: those of `Memory.open` but `orgId`, which `org` names. */
export interface TenantsOptions extends Omit<MemoryOptions, 'orgId' | 'cache'> {
  /**
   * As `Memory.open` has it, and by default too, without `store`, which finds vectors by text alone. A vector is kept for one organization:
   * how soon a text is embedded tells nothing of what the others have.
   */
  readonly cache?: Omit<MemoryCacheOptions, 'store'> | false | undefined
}

/**
 * One Store, index, log and cache for many organizations, which may use the same ids. What is about all of them is here, and
 * nothing to read them by.
 * `One` is a Memory.
 */
export class Tenants<One> implements AsyncDisposable {
  readonly #whole: Whole
  readonly #bind: (orgId: string) => One

  /** `whole` does what is about all; `bind` makes the Memory of one organization. */
  constructor(whole: Whole, bind: (orgId: string) => One) {
    this.#whole = whole
    this.#bind = bind
  }

  /**
   * The Memory of an organization, of 1 to 255 characters; whether it has memories is not asked. `stats`, `optimize`,
   * `verify`, `repair` and `reembed` are refused on it, and its `close` closes nothing.
   */
  org(orgId: string): One {
    checkText(orgId, 'orgId')
    return this.#bind(orgId)
  }

  flush(options?: ProgressOptions): Promise<void> {
    return this.#whole.flush(options)
  }

  optimize(options?: ProgressOptions): Promise<void> {
    return this.#whole.optimize(options)
  }

  stats(): Promise<MemoryStats> {
    return this.#whole.stats()
  }

  verify(options?: VerifyOptions): Promise<VerifyResult> {
    return this.#whole.verify(options)
  }

  repair(options?: VerifyOptions): Promise<RepairResult> {
    return this.#whole.repair(options)
  }

  reembed(embedder: Embedder, options?: ReembedOptions): Promise<ReembedResult> {
    return this.#whole.reembed(embedder, options)
  }

  /** Closes the parts; every Memory that `org` gave throws `CLOSED` from then on. */
  close(options?: CloseOptions): Promise<void> {
    return this.#whole.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Throws `INVALID_ARGUMENT` for what a single Memory has and many tenants have not. Closes the parts then, as an opening does. */
export async function checkTenantsOptions(options: TenantsOptions): Promise<TenantsOptions> {
  const { orgId, cache } = Object(options) as MemoryOptions
  let wrong: string | undefined
  if (orgId !== undefined) wrong = 'Memory.openTenants takes no orgId: give it to org().'
  else if (typeof cache === 'object' && cache.store === true)
    wrong = 'cache.store finds vectors by their text, whoever has it; leave it out of Memory.openTenants.'
  if (wrong === undefined) return options
  await closeGiven(options)
  throw invalid(wrong)
}

onlyMemoryErrors(Tenants.prototype, 'MemoryTenants')
