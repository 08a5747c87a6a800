import type { Store } from '@agentmem/core/adapter'
import type { Case } from './case.ts'
import { budgetCases } from './store/budgets.ts'
import { contentCases } from './store/content.ts'
import { deleteAllCases } from './store/delete-all.ts'
import { deleteCases } from './store/delete.ts'
import { duplicateCases } from './store/duplicates.ts'
import { durabilityCases } from './store/durability.ts'
import { getCases } from './store/get.ts'
import { guardedQuestionCases } from './store/guarded-questions.ts'
import { guardCases } from './store/guards.ts'
import { historyCases } from './store/history.ts'
import { identityCases } from './store/identity.ts'
import { storeLifecycleCases } from './store/lifecycle.ts'
import { logCases } from './store/log.ts'
import { metaCases } from './store/meta.ts'
import { modelCases } from './store/model.ts'
import { patchCases } from './store/patch.ts'
import { putCases } from './store/put.ts'
import { queryCases } from './store/query.ts'
import { reuseCases } from './store/reuse.ts'
import { sharingCases } from './store/sharing.ts'
import { adoptCases } from './store/adopt.ts'
import { stagingCases } from './store/staging.ts'
import { timeCases } from './store/times.ts'
import { vectorsCases } from './store/vectors.ts'
import { whereCases } from './store/where.ts'

/** What every Store must do, as `open...Store()` returns it: behind `guardStore`. */
export const storeCases: readonly Case<Store>[] = [
  ...putCases,
  ...duplicateCases,
  ...patchCases,
  ...deleteCases,
  ...deleteAllCases,
  ...getCases,
  ...vectorsCases,
  ...queryCases,
  ...whereCases,
  ...historyCases,
  ...logCases,
  ...metaCases,
  ...modelCases,
  ...reuseCases,
  ...stagingCases,
  ...adoptCases,
  ...identityCases,
  ...contentCases,
  ...timeCases,
  ...guardCases,
  ...guardedQuestionCases,
  ...budgetCases,
  ...durabilityCases,
  ...sharingCases,
  ...storeLifecycleCases,
]
