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
        opening: { module: import.meta.resolve('./open-small.ts'), open: 'openSlow' },
        kinds: ['vectors', 'entries', 'graph'],
        slowKind: 'graph',
        savesAfter: 5_000,
        longBatch: 4_000,
      },
      teardown: folder.remove,
    }
  },
  300_000,
)
