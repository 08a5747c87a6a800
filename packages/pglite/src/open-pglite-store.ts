import { claimFolder, importLibrary, MemoryError, opening } from '@agentmem/core/adapter'
import type { FolderClaim, Store } from '@agentmem/core/adapter'
import { connectPostgres, openStoreOn } from '@agentmem/postgres/connection'
import type { PGlite } from '@electric-sql/pglite'
import { mkdir } from 'node:fs/promises'
import { owner, readPgliteOptions } from './pglite-options.ts'
import type { PgliteLibrary, PgliteStoreOptions } from './pglite-options.ts'

/**
 * Opens a Store in PGlite, PostgreSQL in this process. Makes its folder, schema and tables when they are not there.
 * Throws `NOT_INSTALLED` when a `path` is given and `@electric-sql/pglite` cannot be loaded, `UNAVAILABLE` when the
 * folder is open already, in this process or another, or PGlite cannot open it, and `SCHEMA` when the tables are
 * someone else's or newer than this version.
 */
export async function openPgliteStore(options: PgliteStoreOptions): Promise<Store> {
  return opening(owner, async () => {
    const { db, path, lib, schema, tablePrefix } = readPgliteOptions(options)
    const opened = db ? { pglite: db, close: async () => undefined } : await openPglite(path, lib)
    const access = await connectPostgres({ pglite: opened.pglite }, { owner })
    return openStoreOn({ ...access, close: opened.close }, { owner, name: 'pglite', schema, tablePrefix })
  })
}

interface OpenPglite {
  readonly pglite: PGlite
  readonly close: () => Promise<void>
}

async function openPglite(path: string | undefined, lib: PgliteLibrary | undefined): Promise<OpenPglite> {
  const { PGlite } = await importLibrary<PgliteLibrary>(() => import('@electric-sql/pglite'), {
    name: '@electric-sql/pglite',
    lib,
  })
  let claim: FolderClaim | undefined
  try {
    claim = path === undefined ? undefined : await claimOwn(path)
    const pglite = await PGlite.create(path === undefined ? {} : { dataDir: path })
    const close = async (): Promise<void> => {
      try {
        if (!pglite.closed) await pglite.close()
      } finally {
        await claim?.release()
      }
    }
    return { pglite, close }
  } catch (error) {
    await claim?.release()
    if (MemoryError.is(error)) throw error
    const where = path === undefined ? 'a database in memory' : `'${path}'`
    throw new MemoryError(
      'UNAVAILABLE',
      `PGlite cannot open ${where}; check that the folder is one of its own and may be written (${reasonOf(error)}).`,
      { cause: error, retryable: false },
    )
  }
}

/** Two that have a folder open write over each other, and PGlite does not see it. */
async function claimOwn(path: string): Promise<FolderClaim> {
  await mkdir(path, { recursive: true })
  return claimFolder(path, 'The PGlite folder')
}

/** PGlite also rejects with what is no error, such as the exit status of a PostgreSQL that could not start. */
function reasonOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown }
  if (typeof message === 'string' && message !== '') return message
  const { status } = Object(error) as { status?: unknown }
  return status === undefined ? 'PostgreSQL did not start' : `PostgreSQL ended with ${String(status)}`
}
