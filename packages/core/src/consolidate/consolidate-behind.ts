import { mintId } from '../contracts/mint-id.ts'
import { Spending } from '../infer/spending.ts'
import type { InferEngine } from '../infer/process-inbox.ts'
import { hasChanged } from './consolidate-changed.ts'
import type { ConsolidationSettings } from './consolidation-settings.ts'
import { runConsolidation } from './run-consolidation.ts'

/** What carries out a run that nobody waits for. */
export interface ConsolidationEngine extends InferEngine {
  readonly consolidationSettings: ConsolidationSettings
}

/** Draws insights of an organization, where its log has moved since the last run. Throws the first failure of a call or commit. */
export async function consolidateBehind(
  engine: ConsolidationEngine,
  orgId: string,
  signal: AbortSignal,
): Promise<void> {
  const { extractor, inferSettings: inferring, consolidationSettings: settings } = engine
  if (!extractor) return
  const scope = { orgId }
  const spending = new Spending(undefined, extractor.asksModel)
  const failed = await engine.run(
    'consolidate',
    async parts => {
      if (!(await hasChanged(parts.store, orgId, { signal }))) return []
      const run = { extractor, settings, inferring, spending, batch: mintId() }
      return (await runConsolidation(parts, scope, run, { signal })).failed
    },
    { signal },
  )
  engine.tally.note(spending.usage, [], [])
  const [failure] = failed
  if (failure) throw failure
}
