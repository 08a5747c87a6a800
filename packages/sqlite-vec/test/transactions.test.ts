import { join as joinPath } from 'node:path'
import { freshFolder, registerCases, runCase, transactionCases } from '@agentmem/conformance'
import type { Harness, JoinedParts } from '@agentmem/conformance'
import { HashEmbedder, MapStore, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, expect, it } from 'vitest'
import { breakTables } from './break-tables.ts'

const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder

const pathIn = (folder: string): string => joinPath(folder, 'memories.db')

type OpenIndex = (store: Store, path: string) => Promise<VectorIndex>

const join: OpenIndex = store => openSqliteVecIndex({ store, dimensions })
const follow: OpenIndex = (_store, path) => openSqliteVecIndex({ path, dimensions, tablePrefix: 'app_' })

function harness(openIndex: OpenIndex): Harness<JoinedParts> {
  return async () => {
    const folder = await freshFolder()
    const path = pathIn(folder.path)
    const openStoreAlone = () => openSqliteStore({ path, tablePrefix: 'app_' })
    const store = await openStoreAlone()
    const index = await openIndex(store, path)
    const breakVectors = async () => breakTables(path, 'app_', ['vec_vectors'])
    return {
      part: { store, index, openStoreAlone, breakVectors },
      teardown: async () => {
        await index.close()
        await store.close()
        await folder.remove()
      },
    }
  }
}

describe("an index in the Store's transactions", () => {
  registerCases(describe, it, transactionCases, harness(join))

  it('is not mistaken for one that follows the log behind the Store', async () => {
    const found = transactionCases.find(({ name }) => name.startsWith('give the index every change'))
    expect(found).toBeDefined()
    if (found) await expect(runCase(found, harness(follow))).rejects.toThrow()
  })

  it('leaves them when it is closed; the Store goes on', async () => {
    await using folder = await freshFolder()
    const store = await openSqliteStore({ path: pathIn(folder.path) })
    const index = await openSqliteVecIndex({ store, dimensions })
    const memory = await Memory.open({ store, index, embedder })
    await index.close()
    breakTables(pathIn(folder.path))
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
