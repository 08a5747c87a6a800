import { freshFolder, openingCases, registerCases } from '@agentmem/conformance'
import { openLancedbIndex } from '@agentmem/lancedb'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const folder = await freshFolder()
  return {
    part: { open: openLancedbIndex, options: { path: folder.file(), dimensions: 8 } },
    teardown: () => folder.remove(),
  }
})
