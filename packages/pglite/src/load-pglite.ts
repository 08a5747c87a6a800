import { MemoryError } from '@agentmem/core/adapter'
import type * as Pglite from '@electric-sql/pglite'

/** Loads PGlite only when a Store is opened: it is a database of 10 MB. */
export async function loadPglite(): Promise<typeof Pglite> {
  try {
    return await import('@electric-sql/pglite')
  } catch (error) {
    throw notInstalled(error)
  }
}

/** Only an error of loading gets here. */
export function notInstalled(error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new MemoryError(
    'NOT_INSTALLED',
    `The package @electric-sql/pglite cannot be loaded (${reason}). Run: npm install @electric-sql/pglite`,
    { cause: error },
  )
}
