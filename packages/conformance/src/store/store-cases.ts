import type { Store } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { adoptCases } from './adopt.ts'
import { budgetCases } from './budgets.ts'
import { cascadeCases } from './cascade.ts'
import { commitCases } from './commit.ts'
import { contentCases } from './content.ts'
import { countingCases } from './counting.ts'
import { currentCases } from './current.ts'
import { databaseCheckCases } from './database-check.ts'
import { deleteAllCases } from './delete-all.ts'
import { deleteCases } from './delete.ts'
import { duplicateCases } from './duplicates.ts'
import { durabilityCases } from './durability.ts'
import { getCases } from './get.ts'
import { guardedQuestionCases } from './guarded-questions.ts'
import { guardCases } from './guards.ts'
import { hostileCallCases } from './hostile-calls.ts'
import { historyCases } from './history.ts'
import { identityCases } from './identity.ts'
import { inboxCases } from './inbox.ts'
import { indexedCases } from './indexed.ts'
import { storeLifecycleCases } from './lifecycle.ts'
import { logCases } from './log.ts'
import { longListCases } from './long-lists.ts'
import { metaCases } from './meta.ts'
import { modelCases } from './model.ts'
import { orderCases } from './order.ts'
import { pastCases } from './past.ts'
import { patchCases } from './patch.ts'
import { purgeCases } from './purge.ts'
import { putCases } from './put.ts'
import { queryCases } from './query.ts'
import { replaceCases } from './replace.ts'
import { reuseCases } from './reuse.ts'
import { scopedChangesCases } from './scoped-changes.ts'
import { sharingCases } from './sharing.ts'
import { stagingCases } from './staging.ts'
import { storeTenantCases } from '../tenants/store-tenant-cases.ts'
import { textChangesCases } from './text-changes.ts'
import { textsCases } from './texts.ts'
import { timeCases } from './times.ts'
import { vectorsCases } from './vectors.ts'
import { whereCases } from './where.ts'

/** What every Store must do, as `open...Store()` returns it: behind `guardStore`. */
export const storeCases: readonly Case<Store>[] = [
  ...putCases,
  ...duplicateCases,
  ...replaceCases,
  ...patchCases,
  ...deleteCases,
  ...deleteAllCases,
  ...purgeCases,
  ...getCases,
  ...vectorsCases,
  ...queryCases,
  ...orderCases,
  ...countingCases,
  ...textsCases,
  ...whereCases,
  ...historyCases,
  ...pastCases,
  ...logCases,
  ...textChangesCases,
  ...scopedChangesCases,
  ...indexedCases,
  ...currentCases,
  ...cascadeCases,
  ...commitCases,
  ...inboxCases,
  ...longListCases,
  ...metaCases,
  ...modelCases,
  ...reuseCases,
  ...stagingCases,
  ...adoptCases,
  ...identityCases,
  ...storeTenantCases,
  ...contentCases,
  ...timeCases,
  ...guardCases,
  ...guardedQuestionCases,
  ...hostileCallCases,
  ...budgetCases,
  ...databaseCheckCases,
  ...durabilityCases,
  ...sharingCases,
  ...storeLifecycleCases,
]
