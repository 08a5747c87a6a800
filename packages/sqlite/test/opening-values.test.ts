import { freshFolder, openingCases, registerCases } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const folder = await freshFolder()
  return {
    part: { open: openSqliteStore, options: { path: folder.file() } },
    teardown: () => folder.remove(),
  }
})
