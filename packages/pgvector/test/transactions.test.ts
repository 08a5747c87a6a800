import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import type { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPglite } from './open-pglite.ts'

const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder
const ana = { userId: 'ana' }
let pglite: PGlite
let server: PGLiteSocketServer
let url = ''
let schemas = 0

beforeAll(async () => {
  pglite = await openPglite()
  server = new PGLiteSocketServer({ db: pglite, port: 0, maxConnections: 10 })
  await server.start()
  url = `postgres://postgres@${server.getServerConn()}/postgres`
}, 120_000)

afterAll(async () => {
  await server?.stop()
  await pglite?.close()
})

async function expectInStep({ store, index }: { store: Store; index: VectorIndex }): Promise<void> {
  expect(await index.cursor()).toBe(await store.head())
}

describe.each([
  ['PGlite', (schema: string) => openPgliteStore({ db: pglite, schema })],
  ['PostgreSQL', (schema: string) => openPostgresStore({ url, schema })],
])('an index in the transactions of a Store on %s', (_name, openStore) => {
  async function openAll(): Promise<{ store: Store; index: VectorIndex; memory: Memory; schema: string }> {
    const schema = `joined_${schemas++}`
    const store = await openStore(schema)
    const index = await openPgvectorIndex({ store, dimensions, exactUpTo: 100 })
    return { store, index, memory: await Memory.open({ store, index, embedder }), schema }
  }

  test('has every change with the change itself, and nothing is left to be flushed', async () => {
    const { memory, schema, ...parts } = await openAll()
    const texts = Array.from({ length: 300 }, (_, i) => `Ana noted the colour number ${i}`)
    const { results } = await memory.addBatch(texts, ana)
    await expectInStep(parts)
    expect((await parts.index.stats()).vectors).toBe(300)
    const ids = results.map(({ id }) => id ?? '')

    await memory.update(ids[3] ?? '', { content: 'Ana plays the violin' })
    await memory.update(ids[4] ?? '', { metadata: { seen: true } })
    await memory.deleteBatch(ids.slice(10, 30))
    await memory.addBatch(['Bob likes tea', 'Bob likes figs'], { userId: 'bob' })
    await memory.deleteAll({ userId: 'bob' })
    await expectInStep(parts)
    expect((await parts.index.stats()).vectors).toBe(280)
    const found = await memory.search('Who plays the violin?', ana)
    expect(found.results[0]?.memory).toBe('Ana plays the violin')
    expect((await memory.stats()).follower).toMatchObject({ tail: 0, flushes: 0 })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 280 })
    await memory.optimize()
    expect(await parts.index.stats()).toMatchObject({ graph: true, vectors: 280 })
    expect((await memory.search('Who plays the violin?', ana)).results[0]?.memory).toBe(
      'Ana plays the violin',
    )
    await memory.close()
    await pglite.exec(`drop schema ${schema} cascade`)
  }, 180_000)

  test('undoes the whole write when the vectors cannot be written', async () => {
    const { memory, store, schema } = await openAll()
    await memory.add('kept', ana)
    const head = await store.head()
    await pglite.exec(`drop table ${schema}.vectors`)
    await expect(memory.addBatch(['lost', 'as well'], ana)).rejects.toThrow()
    expect(await store.head()).toBe(head)
    expect((await store.stats()).memories).toBe(1)
    await memory.close()
    await pglite.exec(`drop schema ${schema} cascade`)
  }, 180_000)

  test('is caught up by the log after another has written without it', async () => {
    const { memory, schema, ...parts } = await openAll()
    await memory.add('Ana likes tea', ana)
    const other = await openStore(schema)
    await other.delete((await memory.getAll(ana)).results.map(({ id }) => ({ orgId: 'default', id })))
    expect(await parts.index.cursor()).toBe(1)
    await memory.add('Ana lives in Rome', ana)
    await memory.flush()
    await expectInStep(parts)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 1 })
    await other.close()
    await memory.close()
    await pglite.exec(`drop schema ${schema} cascade`)
  }, 180_000)
})
