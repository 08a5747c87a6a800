import { freshFolder, openingCases, registerCases } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const folder = await freshFolder()
  return {
    part: { open: openLibsqlStore, options: { url: `file:${folder.file()}` } },
    teardown: () => folder.remove(),
  }
})
