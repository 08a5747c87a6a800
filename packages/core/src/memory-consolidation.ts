import { checkOptions, invalid } from './checks/check-values.ts'
import { mintId } from './contracts/mint-id.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import { givenId } from './contracts/stored-id.ts'
import { givenError } from './parts/given-ids.ts'
import { runConsolidation } from './consolidate/run-consolidation.ts'
import type { ConsolidateResult } from './consolidate-api.ts'
import { Spending } from './infer/spending.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { MemoryInference } from './memory-inference.ts'
import type { ConsolidateOptions } from './process-api.ts'
import { narrowScope, scopeOptions } from './parts/narrow-scope.ts'

/** The call of a Memory that draws insights from facts. */
export class MemoryConsolidation<Meta extends object = Metadata> extends MemoryInference<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope, tenant: boolean) {
    super(engine, scope, tenant)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Draws insights from facts that are alike: memories of the type `insight`, which name the facts that they follow from. With
   * a user or an agent it looks at exactly that owner, who has no agent or user beside; without, at the owners of whom enough
   * facts have changed since the last such call. It also ends insights whose facts are in force no more. Nothing else is changed, and a rerun adds nothing. One process works on an
   * organization at a time; another waits for it. With `consolidation: { background: true }` it also runs by itself. Throws `UNSUPPORTED` without an embedder, or where
   * the extractor cannot do it.
   *
   * @example
   * const { results, closed } = await memory.consolidate({ userId: 'ana', budget: { calls: 5 } })
   */
  async consolidate(options: ConsolidateOptions = {}): Promise<ConsolidateResult> {
    checkOptions(options, [...scopeOptions, 'budget'])
    const { extractor, consolidationSettings: settings, inferSettings: inferring } = this.#engine
    if (!extractor)
      throw invalid('This memory has no extractor, which draws insights from facts; give one to Memory.open.')
    const { budget, signal } = options
    const scope = narrowScope(this.#scope, options)
    const hasOwner = (scope.userId ?? scope.agentId) !== undefined
    if (hasOwner && scope.runId !== undefined)
      throw invalid('consolidate looks at all runs of an owner; leave runId out.')
    const spending = new Spending(budget, extractor.asksModel)
    const batch = mintId()
    const run = { extractor, settings, inferring, spending, batch }
    const all = await this.#engine.run(
      'consolidate',
      parts => runConsolidation(parts, scope, run, { signal }),
      { signal },
    )
    this.#engine.tally.note(spending.usage, [], [])
    const results = all.results.map(insight => ({
      ...insight,
      id: givenId(insight.id),
      sources: insight.sources.map(givenId),
      replaces: insight.replaces.map(givenId),
    }))
    const [closed, failed] = [all.closed.map(givenId), all.failed.map(givenError)]
    return { ...all, results, closed, failed, batch, usage: { ...spending.usage } }
  }
}
