import { freshFolder, openingCases, registerCases } from '@agentmem/conformance'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const folder = await freshFolder()
  return {
    part: { open: openSqliteVecIndex, options: { path: folder.file(), dimensions: 8 } },
    teardown: () => folder.remove(),
  }
})
