import { importLibrary } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'

/**
 * Loads sqlite-vec into a connection. Its binary comes from an optional dependency, one for each platform. Throws
 * `NOT_INSTALLED`.
 */
export async function loadSqliteVec(db: BetterSqlite3.Database): Promise<void> {
  const install = 'npm install --include=optional sqlite-vec'
  await importLibrary(async () => (await import('sqlite-vec')).load(db), { name: 'sqlite-vec', install })
}
