import { importLibrary, MemoryError, opening } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { connectPostgres, openStoreOn } from '@agentmem/postgres/connection'
import type { PGlite } from '@electric-sql/pglite'
import { owner, readPgliteOptions } from './pglite-options.ts'
import type { PgliteLibrary, PgliteStoreOptions } from './pglite-options.ts'

/**
 * Opens a Store in PGlite, PostgreSQL in this process. Makes its folder, schema and tables when they are not there.
 * Throws `NOT_INSTALLED` when a `path` is given and `@electric-sql/pglite` cannot be loaded, `UNAVAILABLE` when PGlite
 * cannot open the folder, and `SCHEMA` when the tables are someone else's or newer than this version.
 */
export async function openPgliteStore(options: PgliteStoreOptions): Promise<Store> {
  return opening(owner, async () => {
    const { db, path, lib, schema, tablePrefix } = readPgliteOptions(options)
    const pglite = db ?? (await openPglite(path, lib))
    const access = await connectPostgres({ pglite }, { owner })
    const close = async (): Promise<void> => {
      if (!db && !pglite.closed) await pglite.close()
    }
    return openStoreOn({ ...access, close }, { owner, name: 'pglite', schema, tablePrefix })
  })
}

async function openPglite(path: string | undefined, lib: PgliteLibrary | undefined): Promise<PGlite> {
  const { PGlite } = await importLibrary<PgliteLibrary>(() => import('@electric-sql/pglite'), {
    name: '@electric-sql/pglite',
    lib,
  })
  try {
    return await PGlite.create(path === undefined ? {} : { dataDir: path })
  } catch (error) {
    const where = path === undefined ? 'a database in memory' : `'${path}'`
    throw new MemoryError(
      'UNAVAILABLE',
      `PGlite cannot open ${where}; check that the folder is one of its own, may be written, and is not open elsewhere (${reasonOf(error)}).`,
      { cause: error, retryable: false },
    )
  }
}

/** PGlite also rejects with what is no error, such as the exit status of a PostgreSQL that could not start. */
function reasonOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown }
  if (typeof message === 'string' && message !== '') return message
  const { status } = Object(error) as { status?: unknown }
  return status === undefined ? 'PostgreSQL did not start' : `PostgreSQL ended with ${String(status)}`
}
