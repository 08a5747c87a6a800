import { adds } from './adds.ts'
import { changes } from './changes.ts'
import { concurrency } from './concurrency.ts'
import { eventLoop } from './event-loop.ts'
import { inference } from './inference.ts'
import { mixedLoad } from './mixed-load.ts'
import { openAndRecover } from './open-and-recover.ts'
import { resident } from './resident.ts'
import { scopedSearch } from './scoped-search.ts'
import { search } from './search.ts'
import { singleAdd } from './single-add.ts'
import type { Scenario } from './workbench.ts'

/** By the name that `--scenarios` takes. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  add: adds,
  'single-add': singleAdd,
  search,
  'scoped-search': scopedSearch,
  'mixed-load': mixedLoad,
  change: changes,
  recover: openAndRecover,
  concurrency,
  'event-loop': eventLoop,
  resident,
  infer: inference,
}
