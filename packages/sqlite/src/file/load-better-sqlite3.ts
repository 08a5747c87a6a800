import { MemoryError } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'

/** Loads the driver only when a Store is opened, so that its absence is an error that can be understood. */
export async function loadBetterSqlite3(): Promise<
  (path: string, options: { readonly readonly?: boolean }) => BetterSqlite3.Database
> {
  try {
    const { default: Database } = await import('better-sqlite3')
    // The native part is loaded by the first database.
    new Database(':memory:').close()
    return (path, options) => new Database(path, { ...options, timeout: 0 })
  } catch (error) {
    throw notInstalled(error)
  }
}

/** Only an error of loading gets here. */
export function notInstalled(error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new MemoryError(
    'NOT_INSTALLED',
    `The native part of better-sqlite3 cannot be loaded (${reason}). Run: npm rebuild better-sqlite3`,
    { cause: error },
  )
}
