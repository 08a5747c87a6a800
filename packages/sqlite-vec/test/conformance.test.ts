import { freshFolder, indexCases, registerCases } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, it } from 'vitest'
import { breakTables } from './break-tables.ts'

const dimensions = 32

describe('in a file of its own', () => {
  registerCases(describe, it, indexCases, async () => {
    const folder = await freshFolder()
    const path = folder.file('vectors.db')
    const openAgain = (): Promise<VectorIndex> => openSqliteVecIndex({ path, dimensions })
    const part = await openAgain()
    return {
      part,
      openAgain,
      breakBackend: async () => breakTables(path),
      async teardown() {
        await part.close()
        await folder.remove()
      },
    }
  })
})

describe('in memory', () => {
  registerCases(describe, it, indexCases, async () => {
    const part = await openSqliteVecIndex({ path: ':memory:', dimensions })
    return { part, teardown: () => part.close() }
  })
})

describe("in a Store's transactions", () => {
  registerCases(describe, it, indexCases, async () => {
    const folder = await freshFolder()
    const path = folder.file()
    const store = await openSqliteStore({ path, tablePrefix: 'app_' })
    const openAgain = (): Promise<VectorIndex> => openSqliteVecIndex({ store, dimensions })
    const part = await openAgain()
    return {
      part,
      openAgain,
      breakBackend: async () => breakTables(path, 'app_'),
      async teardown() {
        await part.close()
        await store.close()
        await folder.remove()
      },
    }
  })
})
