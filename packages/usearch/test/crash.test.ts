import { killCases, killsInFolder, registerCases } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openParts } from './open-parts.ts'

const kills = killsInFolder({
  module: import.meta.resolve('./open-parts.ts'),
  open: 'openParts',
  openParts,
  optionsIn: folder => ({ folder }),
  follower: { flushSize: 100, flushAfterMs: 5 },
  batchSize: 40,
  withinMs: 600,
  afterAtMost: 8,
})

registerCases(describe, it, killCases(), kills, 900_000)
