import { registerCases, storeCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core'
import { openPostgresStore } from '@agentmem/postgres'
import type { PostgresStoreOptions } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, describe, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

async function setupIn(schema: FreshSchema, options: PostgresStoreOptions): Promise<Setup<Store>> {
  const openAgain = (): Promise<Store> => openPostgresStore({ ...options, schema: schema.name })
  const part = await openAgain()
  return {
    part,
    openAgain,
    breakBackend: () => schema.drop(),
    async teardown() {
      await part.close()
      await schema.drop()
    },
  }
}

describeWithServer('postgres', 'a store of a URL', server => {
  registerCases(describe, it, storeCases, () => {
    const { url } = server()
    return setupIn(new FreshSchema(url), { url })
  })
})

describeWithServer('postgres', 'a store of a pool of others, with a prefix', server => {
  let pool: pg.Pool | undefined
  afterAll(() => pool?.end())
  registerCases(describe, it, storeCases, () => {
    const { url } = server()
    pool ??= new pg.Pool({ connectionString: url })
    return setupIn(new FreshSchema(url), { pool, tablePrefix: 'my_' })
  })
})

describeWithServer('postgres', 'a store of a Kysely of others', server => {
  let db: Kysely<unknown> | undefined
  afterAll(() => db?.destroy())
  registerCases(describe, it, storeCases, () => {
    const { url } = server()
    db ??= new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) })
    return setupIn(new FreshSchema(url), { db })
  })
})
