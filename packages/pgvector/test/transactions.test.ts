import { registerCases, transactionCases } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PgliteServer } from './pglite-server.ts'

const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder
const ana = { userId: 'ana' }
let server: PgliteServer
let schemas = 0

beforeAll(async () => {
  server = await PgliteServer.start()
}, 120_000)

afterAll(() => server?.[Symbol.asyncDispose]())

describe.each([
  ['PGlite', (schema: string) => openPgliteStore({ db: server.pglite, schema })],
  ['PostgreSQL', (schema: string) => openPostgresStore({ url: server.url, schema })],
])('an index in the transactions of a Store on %s', (_name, openStore) => {
  const open = async () => {
    const schema = `joined_${schemas++}`
    const store = await openStore(schema)
    const index = await openPgvectorIndex({ store, dimensions, exactUpTo: 100 })
    const drop = async (): Promise<void> => {
      await server.pglite.exec(`drop schema ${schema} cascade`)
    }
    return { schema, store, index, drop }
  }

  registerCases(
    describe,
    it,
    transactionCases,
    async () => {
      const { schema, store, index, drop } = await open()
      const breakVectors = async (): Promise<void> => {
        await server.pglite.exec(`drop table ${schema}.vectors`)
      }
      return {
        part: { store, index, openStoreAlone: () => openStore(schema), breakVectors },
        // A case that fails may leave them open.
        teardown: async () => {
          await index.close()
          await store.close()
          await drop()
        },
      }
    },
    180_000,
  )

  it('gets its graph over what they have written', async () => {
    const { store, index, drop } = await open()
    const memory = await Memory.open({ store, index, embedder })
    const texts = Array.from({ length: 280 }, (_, i) => `Ana noted the colour number ${i}`)
    await memory.addBatch([...texts, 'Ana plays the violin'], ana)
    await memory.optimize()
    expect(await index.stats()).toMatchObject({ graph: true, vectors: 281 })
    const asked = vi.spyOn(index, 'search')
    const found = await memory.search('Who plays the violin?', { ...ana, mode: 'vector' })
    expect(asked).toHaveBeenCalledOnce()
    expect(found.results[0]?.memory).toBe('Ana plays the violin')
    await memory.close()
    await drop()
  }, 180_000)
})
