import { freshFolder, openingCases, registerCases } from '@agentmem/conformance'
import { openHnswIndex } from '@agentmem/hnsw'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const folder = await freshFolder()
  return {
    part: { open: openHnswIndex, options: { path: folder.file(), dimensions: 8 } },
    teardown: () => folder.remove(),
  }
})
