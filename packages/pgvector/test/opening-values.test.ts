import { openingCases, registerCases } from '@agentmem/conformance'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { describe, it } from 'vitest'
import { openPglite } from './open-pglite.ts'

registerCases(describe, it, openingCases, async () => {
  const pglite = await openPglite()
  return {
    part: { open: openPgvectorIndex, options: { pglite, dimensions: 8 } },
    teardown: async () => undefined,
  }
})
