import { registerCases, storeCases, whereEqualityCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import type { PostgresStoreOptions } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, describe, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

/** Schemas whose case is over and whose tables are empty. */
const free: FreshSchema[] = []

async function setup(url: string, options: PostgresStoreOptions): Promise<Setup<Store>> {
  const { tablePrefix = '' } = options
  const kept = tablePrefix === '' ? free.pop() : undefined
  const schema = kept ?? new FreshSchema(url)
  const openAgain = (): Promise<Store> => openPostgresStore({ ...options, schema: schema.name })
  const part = await openAgain()
  let broken = false
  return {
    part,
    openAgain,
    async breakBackend() {
      broken = true
      await schema.drop()
    },
    async teardown() {
      await part.close()
      if (broken || tablePrefix !== '') return schema.drop()
      await schema.empty()
      free.push(schema)
    },
  }
}

afterAll(() => Promise.all(free.splice(0).map(schema => schema.drop())))

describeWithServer('postgres', 'a store of a URL', server => {
  registerCases(describe, it, [...storeCases, ...whereEqualityCases(150)], () => {
    const { url } = server()
    return setup(url, { url })
  })
})

/** Long lists take most of the time, and go through the same driver however the Store is opened. */
const shortCases = storeCases.filter(({ group }) => group !== 'long lists')

describeWithServer('postgres', 'a store of a pool of others', server => {
  let pool: pg.Pool | undefined
  afterAll(() => pool?.end())
  registerCases(describe, it, shortCases, () => {
    const { url } = server()
    pool ??= new pg.Pool({ connectionString: url })
    return setup(url, { pool })
  })
})

describeWithServer('postgres', 'a store of a Kysely of others', server => {
  let db: Kysely<unknown> | undefined
  afterAll(() => db?.destroy())
  registerCases(describe, it, shortCases, () => {
    const { url } = server()
    db ??= new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) })
    return setup(url, { db })
  })
})

/** Those that look at names: the rest would show the same once more. */
const namedCases = storeCases.filter(({ group }) => ['put', 'meta', 'durability', 'log'].includes(group))

describeWithServer('postgres', 'a store whose tables have a prefix', server => {
  registerCases(describe, it, namedCases, () => {
    const { url } = server()
    return setup(url, { url, tablePrefix: 'my_' })
  })
})
