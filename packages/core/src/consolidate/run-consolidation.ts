import { MemoryError } from '../contracts/errors.ts'
import type { Extractor } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import { metaKey } from '../contracts/meta-key.ts'
import type { Scope } from '../contracts/record.ts'
import type { InferSettings } from '../infer/infer-settings.ts'
import type { Spending } from '../infer/spending.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { noEmbedder } from '../parts/no-vectors.ts'
import { consolidateChanged } from './consolidate-changed.ts'
import { consolidateOwner } from './consolidate-owner.ts'
import type { Consolidated } from './consolidate-owner.ts'
import type { ConsolidationSettings } from './consolidation-settings.ts'
import { underLease } from './under-lease.ts'

/** What a run goes by. */
export interface ConsolidationRun {
  readonly extractor: Extractor
  readonly settings: ConsolidationSettings
  readonly inferring: InferSettings
  readonly spending: Spending
  readonly batch: string
}

/** Draws insights under the lease of the organization: of the owner that the scope names, or of all of whom enough has changed. */
export async function runConsolidation(
  parts: MemoryParts,
  scope: Scope,
  { extractor, settings, inferring, spending, batch }: ConsolidationRun,
  { signal }: CallOptions,
): Promise<Consolidated> {
  if (parts.embedder === noEmbedder || extractor.consolidate === undefined) throw unsupported()
  // An extractor that cannot do it is told of before anything is read.
  await extractor.consolidate([], { signal })
  const all: Consolidated = { results: [], closed: [], dropped: [], failed: [], stopped: false }
  const consolidating = { parts, extractor, settings, inferring, batch, spending }
  const hasOwner = (scope.userId ?? scope.agentId ?? scope.runId) !== undefined
  const consolidate = hasOwner ? consolidateOwner : consolidateChanged
  const run = (): Promise<void> => consolidate(consolidating, scope, all, { signal })
  await underLease(parts.store, metaKey('consolidate-lease', scope.orgId), run, { signal })
  return all
}

function unsupported(): MemoryError {
  return new MemoryError(
    'UNSUPPORTED',
    'consolidate finds facts that are alike by their vectors, and this memory was opened without index and embedder; open it with both.',
  )
}
