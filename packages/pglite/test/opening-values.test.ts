import { openingCases, registerCases } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const db = await PGlite.create()
  return { part: { open: openPgliteStore, options: { db } }, teardown: () => db.close() }
})
