import { importLibrary } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'
import type { DatabaseClass } from './sqlite-database.ts'

const about = { name: 'better-sqlite3', install: 'npm rebuild better-sqlite3' }

/**
 * Loads better-sqlite3, unless `lib` is it, and its native part. Returns the function that opens a database, which
 * waits for no lock by itself: SQLite's own waiting would stop the event loop. Throws `NOT_INSTALLED` with the
 * command that builds the native part.
 */
export async function loadBetterSqlite3(
  lib?: DatabaseClass,
): Promise<(path: string, options: { readonly readonly?: boolean }) => BetterSqlite3.Database> {
  const Database = await importLibrary(async () => (await import('better-sqlite3')).default, {
    ...about,
    lib: lib as typeof BetterSqlite3 | undefined,
  })
  // The first database loads the native part.
  await importLibrary(async () => new Database(':memory:').close(), about)
  return (path, options) => new Database(path, { ...options, timeout: 0 })
}
