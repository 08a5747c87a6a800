import type { VectorIndex } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { indexTenantCases } from '../tenants/index-tenant-cases.ts'
import { applyCases } from './apply.ts'
import { clearCases } from './clear.ts'
import { deleteCases } from './delete.ts'
import { durabilityCases } from './durability.ts'
import { getCases } from './get.ts'
import { guardCases } from './guards.ts'
import { hostileCallCases } from './hostile-calls.ts'
import { indexLifecycleCases } from './lifecycle.ts'
import { recallCases } from './recall.ts'
import { scopeCases } from './scope.ts'
import { searchCases } from './search.ts'
import { sharedCases } from './shared.ts'

/** What every VectorIndex must do, as `open...Index()` returns it: behind `guardIndex`. */
export const indexCases: readonly Case<VectorIndex>[] = [
  ...applyCases,
  ...searchCases,
  ...recallCases,
  ...scopeCases,
  ...indexTenantCases,
  ...deleteCases,
  ...getCases,
  ...clearCases,
  ...guardCases,
  ...hostileCallCases,
  ...durabilityCases,
  ...sharedCases,
  ...indexLifecycleCases,
]
