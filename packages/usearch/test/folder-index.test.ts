import { folderIndexCases, freshFolder, registerCases } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openSmall } from './open-small.ts'

registerCases(
  describe,
  it,
  folderIndexCases,
  async () => {
    const folder = await freshFolder()
    return {
      part: {
        path: folder.path,
        open: openSmall,
        opening: { module: import.meta.resolve('./open-small.ts'), open: 'openLarge' },
        // A graph that is damaged is built again.
        kinds: ['vectors', 'codes', 'entries'],
        slowKind: 'graph',
        savesAfter: 100,
        longBatch: 40_000,
      },
      teardown: folder.remove,
    }
  },
  300_000,
)
