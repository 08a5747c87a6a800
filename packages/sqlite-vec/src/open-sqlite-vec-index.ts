import { guardIndex, opening } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { SqliteVecIndex } from './sqlite-vec-index.ts'
import { readSqliteVecOptions } from './sqlite-vec-options.ts'
import type { SqliteVecIndexOptions } from './sqlite-vec-options.ts'
import { fileOf, writeInTransactionsOf } from './store-transactions.ts'
import { startVecThread } from './vec-thread.ts'

/**
 * Opens an index of vectors in an SQLite file, searched exactly by sqlite-vec. With `path` it follows the
 * Store's log; with `store` the Store's transactions write it, so that records and vectors commit together.
 * better-sqlite3 and sqlite-vec are loaded by worker threads, so that no option can hand them over.
 *
 * Throws `NOT_INSTALLED` without the native part of better-sqlite3 or of sqlite-vec, `INVALID_ARGUMENT` for a
 * wrong option, and `MODEL_MISMATCH` when the file holds vectors of other dimensions.
 */
export async function openSqliteVecIndex(options: SqliteVecIndexOptions): Promise<VectorIndex> {
  return opening('openSqliteVecIndex', () => open(readSqliteVecOptions(options)))
}

async function open(options: ReturnType<typeof readSqliteVecOptions>): Promise<VectorIndex> {
  const { path = '', store, dimensions, tablePrefix, busyTimeoutMs } = options
  const file = store ? await fileOf(store) : { path, tablePrefix: '' }
  const prefix = tablePrefix ?? file.tablePrefix
  const settings = { path: file.path, tablePrefix: prefix, dimensions, busyTimeoutMs }
  const inMemory = file.path === ':memory:'
  const writer = startVecThread()
  const reader = inMemory ? writer : startVecThread()
  try {
    await writer.ask('open', { ...settings, readonly: false })
    if (!inMemory) await reader.ask('open', { ...settings, readonly: true })
    const leave = store ? writeInTransactionsOf(store, prefix, dimensions) : (): void => undefined
    const transactional = store !== undefined
    const supports = Object.freeze({ durable: !inMemory, exact: true, shared: !inMemory, transactional })
    return guardIndex(new SqliteVecIndex({ dimensions, supports, reader, writer, leave }))
  } catch (error) {
    await Promise.all([reader.terminate(), writer.terminate()])
    throw error
  }
}
