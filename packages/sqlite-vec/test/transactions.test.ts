import { join } from 'node:path'
import { registerCases, transactionCases } from '@agentmem/conformance'
import { HashEmbedder, MapStore, Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, expect, it } from 'vitest'
import { breakTables } from './break-tables.ts'
import { freshFolder } from './fresh-folder.ts'

const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder

describe("an index in the Store's transactions", () => {
  registerCases(describe, it, transactionCases, async () => {
    const folder = await freshFolder()
    const path = join(folder.path, 'memories.db')
    const openStoreAlone = () => openSqliteStore({ path, tablePrefix: 'app_' })
    const store = await openStoreAlone()
    const index = await openSqliteVecIndex({ store, dimensions })
    const breakVectors = async () => breakTables(path, 'app_', ['vec_vectors'])
    return {
      part: { store, index, openStoreAlone, breakVectors },
      teardown: async () => folder[Symbol.asyncDispose](),
    }
  })

  it('leaves them when it is closed; the Store goes on', async () => {
    await using folder = await freshFolder()
    const store = await openSqliteStore({ path: join(folder.path, 'memories.db') })
    const index = await openSqliteVecIndex({ store, dimensions })
    const memory = await Memory.open({ store, index, embedder })
    await index.close()
    breakTables(join(folder.path, 'memories.db'))
    await memory.add('written without an index', { userId: 'ana' })
    expect((await store.stats()).memories).toBe(1)
    await store.close()
  })

  it('needs a Store of openSqliteStore that is on disk', async () => {
    const inMemory = await openSqliteStore({ path: ':memory:' })
    const invalid = { code: 'INVALID_ARGUMENT' }
    await expect(openSqliteVecIndex({ store: inMemory, dimensions })).rejects.toMatchObject(invalid)
    await expect(openSqliteVecIndex({ store: new MapStore(), dimensions })).rejects.toMatchObject(invalid)
    await inMemory.close()
  })
})
