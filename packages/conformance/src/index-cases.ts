import type { VectorIndex } from '@agentmem/core/adapter'
import type { Case } from './case.ts'
import { applyCases } from './vector-index/apply.ts'
import { clearCases } from './vector-index/clear.ts'
import { deleteCases } from './vector-index/delete.ts'
import { durabilityCases } from './vector-index/durability.ts'
import { getCases } from './vector-index/get.ts'
import { guardCases } from './vector-index/guards.ts'
import { indexLifecycleCases } from './vector-index/lifecycle.ts'
import { recallCases } from './vector-index/recall.ts'
import { scopeCases } from './vector-index/scope.ts'
import { searchCases } from './vector-index/search.ts'
import { sharedCases } from './vector-index/shared.ts'

/** What every VectorIndex must do, as `open...Index()` returns it: behind `guardIndex`. */
export const indexCases: readonly Case<VectorIndex>[] = [
  ...applyCases,
  ...searchCases,
  ...recallCases,
  ...scopeCases,
  ...deleteCases,
  ...getCases,
  ...clearCases,
  ...guardCases,
  ...durabilityCases,
  ...sharedCases,
  ...indexLifecycleCases,
]
