import { freshFolder, killCases, registerCases, writeBatches } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openParts } from './open-parts.ts'

const batchSize = 20
const module = import.meta.resolve('./open-parts.ts')

// The database dies with its process.
describe.each(['log', 'transactions'] as const)('by its %s', mode => {
  registerCases(
    describe,
    it,
    killCases(),
    async () => {
      const folder = await freshFolder()
      const options = { dataDir: folder.file('pglite'), mode }
      const opening = { module, open: 'openParts', options, follower: { flushSize: 50, flushAfterMs: 5 } }
      return {
        part: {
          start: first => writeBatches({ ...opening, first, batchSize }),
          open: () => openParts(options),
          batchSize,
          withinMs: 1_000,
          afterAtMost: 4,
        },
        teardown: folder.remove,
      }
    },
    900_000,
  )
})
