import { randomBytes } from 'node:crypto'
import { freshFolder, registerCases, storeCases, whereEqualityCases } from '@agentmem/conformance'
import type { FreshFolder, Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, it } from 'vitest'

let folder: FreshFolder
let db: PGlite
beforeAll(async () => {
  folder = await freshFolder()
  db = await PGlite.create(folder.path)
}, 120_000)
afterAll(async () => {
  await db.close()
  await folder.remove()
})

/** A schema of one database, which takes seconds to start. What opens it again after its end is in open.test.ts. */
registerCases(describe, it, [...storeCases, ...whereEqualityCases(100)], async (): Promise<Setup<Store>> => {
  const schema = `test_${randomBytes(6).toString('hex')}`
  const drop = async (): Promise<void> => {
    await db.exec(`drop schema if exists ${schema} cascade`)
  }
  const openAgain = (): Promise<Store> => openPgliteStore({ db, schema })
  const part = await openAgain()
  return {
    part,
    openAgain,
    breakBackend: drop,
    async teardown() {
      await part.close()
      await drop()
    },
  }
})
