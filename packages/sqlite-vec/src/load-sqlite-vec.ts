import { MemoryError } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'

/** Loads sqlite-vec into a connection; its binary comes from a package of its own for each platform. */
export async function loadSqliteVec(db: BetterSqlite3.Database): Promise<void> {
  try {
    const { load } = await import('sqlite-vec')
    load(db)
  } catch (error) {
    throw notInstalled(error)
  }
}

export function notInstalled(error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new MemoryError(
    'NOT_INSTALLED',
    `sqlite-vec cannot be loaded (${reason}). Run, without leaving out optional dependencies: npm install sqlite-vec`,
    { cause: error },
  )
}
