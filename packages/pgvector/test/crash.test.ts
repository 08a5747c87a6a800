import { join } from 'node:path'
import { killCases, killsInFolder, registerCases } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openParts } from './open-parts.ts'

// The database dies with its process.
describe.each(['log', 'transactions'] as const)('by its %s', mode => {
  const kills = killsInFolder({
    module: import.meta.resolve('./open-parts.ts'),
    open: 'openParts',
    openParts,
    optionsIn: folder => ({ dataDir: join(folder, 'pglite'), mode }),
    follower: { flushSize: 50, flushAfterMs: 5 },
    batchSize: 20,
    withinMs: 1_000,
    afterAtMost: 4,
  })
  registerCases(describe, it, killCases(), kills, 900_000)
})
