import { registerCases, whereEqualityCases } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'

registerCases(describe, it, whereEqualityCases(), async () => {
  const part = await openSqliteStore({ path: ':memory:' })
  return { part, teardown: () => part.close() }
})
