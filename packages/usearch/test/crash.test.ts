import { freshFolder, killCases, registerCases, writeBatches } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openParts } from './open-parts.ts'

const batchSize = 40
const module = import.meta.resolve('./open-parts.ts')

registerCases(
  describe,
  it,
  killCases(),
  async () => {
    const folder = await freshFolder()
    const options = { folder: folder.path }
    const opening = { module, open: 'openParts', options, follower: { flushSize: 100, flushAfterMs: 5 } }
    return {
      part: {
        start: first => writeBatches({ ...opening, first, batchSize }),
        open: () => openParts(options),
        batchSize,
        withinMs: 600,
        afterAtMost: 8,
      },
      teardown: folder.remove,
    }
  },
  900_000,
)
