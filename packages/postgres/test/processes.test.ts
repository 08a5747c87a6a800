import {
  childStore,
  inferKillCases,
  inferUntilKilled,
  processCases,
  registerCases,
  storedRecords,
} from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

const opening = { module: import.meta.resolve('@agentmem/postgres'), open: 'openPostgresStore' }

describeWithServer('postgres', 'several processes', server => {
  registerCases(describe, it, processCases, async () => {
    const schema = new FreshSchema(server().url)
    const { options } = schema
    return {
      part: {
        open: () => openPostgresStore(options),
        start: () => childStore({ ...opening, options }),
      },
      teardown: () => schema[Symbol.asyncDispose](),
    }
  })

  registerCases(
    describe,
    it,
    inferKillCases(),
    async () => {
      const schema = new FreshSchema(server().url)
      const { options } = schema
      return {
        part: {
          open: () => openPostgresStore(options),
          start: (writer: string) => inferUntilKilled({ ...opening, options, writer }),
        },
        teardown: () => schema[Symbol.asyncDispose](),
      }
    },
    900_000,
  )

  it('eight writers at once over a pool of ten: each is acknowledged, and the log holds each record once', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let batch = 0; batch < 10; batch++) {
        // Ids in opposed orders, and some that others write too.
        const own = storedRecords(20, n => ({ id: `${writer}-${batch}-${n}` }))
        const shared = storedRecords(10, n => ({ id: `shared-${batch}-${n}` }))
        await store.put(writer % 2 === 0 ? [...own, ...shared] : [...shared.toReversed(), ...own])
      }
    })
    await Promise.all(writers)
    expect((await store.stats()).memories).toBe(8 * 10 * 20 + 100)
    const log = await store.changes({ after: 0, limit: 10_000 })
    expect(new Set(log.upserts.map(({ id }) => id)).size).toBe(1700)
    expect(log).toMatchObject({ done: true, cursor: (await store.head()).position })
  }, 60_000)
})
