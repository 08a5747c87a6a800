import { keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { MemoryError } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

/** Calls again what says that it may be, for a server that takes its time. */
async function whileAway(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      return void (await call())
    } catch (error) {
      if (!MemoryError.is(error) || !error.retryable) throw error
    }
  }
}

describeWithServer(
  'postgres',
  'a server that is started again',
  server => {
    it('ends no process: the next call has a new connection, and what was acknowledged is there', async () => {
      const schema = new FreshSchema(server().url)
      await using store = await openPostgresStore({ ...schema.options, poolSize: 4 })
      await store.put(storedRecords(10))
      // Several connections, so that some are idle when they die.
      await Promise.all(Array.from({ length: 4 }, () => store.head()))
      await server().restart()
      expect((await store.head()).position).toBe(10)
      await server().restart()
      for await (const page of store.query({ scope: { orgId: 'acme' } })) expect(page).toHaveLength(10)
      await server().restart()
      await store.put([storedRecord(20)])
      await server().restart()
      expect((await store.delete([keyOf(storedRecord(20))])).missing).toEqual([])
      expect((await store.stats()).memories).toBe(10)
    }, 60_000)

    it('while writers run loses nothing that was acknowledged, and writes nothing twice', async () => {
      const schema = new FreshSchema(server().url)
      await using store = await openPostgresStore(schema.options)
      const writing = new AbortController()
      const acknowledged: string[] = []
      const writers = ['a', 'b', 'c'].map(async name => {
        for (let batch = 0; !writing.signal.aborted; batch++) {
          const records = storedRecords(5, n => ({ id: `${name}-${batch}-${n}` }))
          await whileAway(() => store.put(records))
          const key = keyOf(records[0] ?? storedRecord(0))
          await whileAway(() => store.patch([{ key, set: { importance: 1 }, updatedAt: 5 }]))
          acknowledged.push(...records.map(({ id }) => id))
        }
      })
      await new Promise(resolve => setTimeout(resolve, 200))
      await server().restart()
      await new Promise(resolve => setTimeout(resolve, 200))
      writing.abort()
      await Promise.all(writers)
      const keys = acknowledged.map(id => ({ orgId: 'acme', id }))
      const found = await store.get(keys)
      expect(found.every(record => record !== undefined)).toBe(true)
      expect(found.filter(record => record?.version === 2)).toHaveLength(acknowledged.length / 5)
      expect((await store.stats()).memories).toBe(acknowledged.length)
    }, 60_000)

    it('nor does it with a pool of others, which are not heard to die', async () => {
      const schema = new FreshSchema(server().url)
      const pool = new pg.Pool({ connectionString: server().url })
      await using store = await openPostgresStore({ pool, schema: schema.name })
      await store.put(storedRecords(3))
      await server().restart()
      expect((await store.head()).position).toBe(3)
      await store.close()
      expect(pool.listenerCount('error')).toBe(0)
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      await pool.end()
    }, 60_000)

    it('that stays away is UNAVAILABLE, with its cause', async () => {
      const schema = new FreshSchema(server().url)
      await using store = await openPostgresStore(schema.options)
      await server().kill()
      await expect(store.head()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
      await expect(openPostgresStore(schema.options)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
      await server().restart()
      expect((await store.head()).position).toBe(0)
    }, 60_000)
  },
  { own: true },
)
