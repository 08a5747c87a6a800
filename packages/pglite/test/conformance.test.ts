import { randomBytes } from 'node:crypto'
import { registerCases, storeCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, it } from 'vitest'

let db: PGlite
beforeAll(async () => {
  db = await PGlite.create()
}, 60_000)
afterAll(() => db.close())

/** A schema of one database, which takes seconds to start. */
registerCases(describe, it, storeCases, async (): Promise<Setup<Store>> => {
  const schema = `test_${randomBytes(6).toString('hex')}`
  const drop = async (): Promise<void> => {
    await db.exec(`drop schema if exists ${schema} cascade`)
  }
  const part = await openPgliteStore({ db, schema })
  return {
    part,
    breakBackend: drop,
    async teardown() {
      await part.close()
      await drop()
    },
  }
})
