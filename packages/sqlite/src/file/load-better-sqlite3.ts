import { importLibrary, MemoryError } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'
import type { DatabaseClass } from './sqlite-database.ts'

const about = { name: 'better-sqlite3', install: 'npm rebuild better-sqlite3' }

/** What the prebuilt native part needs of Node: with less the process ends without a word. */
const neededNodeApi = 10

/**
 * Loads better-sqlite3, unless `lib` is it, and its native part. Returns the function that opens a database, which
 * waits for no lock by itself: SQLite's own waiting would stop the event loop. Throws `NOT_INSTALLED` with the
 * command that builds the native part, and `UNSUPPORTED` on a Node that is too old for it, before it is loaded. A `lib` is taken
 * as it is.
 */
export async function loadBetterSqlite3(
  lib?: DatabaseClass,
  versions: { readonly node: string; readonly napi?: string | undefined } = process.versions,
): Promise<(path: string, options: { readonly readonly?: boolean }) => BetterSqlite3.Database> {
  if (lib === undefined) checkNode(versions)
  const Database = await importLibrary(async () => (await import('better-sqlite3')).default, {
    ...about,
    lib: lib as typeof BetterSqlite3 | undefined,
  })
  // The first database loads the native part.
  await importLibrary(async () => new Database(':memory:').close(), about)
  return (path, options) => new Database(path, { ...options, timeout: 0 })
}

/** Node-API 10 is in Node 22.14, 23.6 and all from 24 on: https://nodejs.org/api/n-api.html#node-api-version-matrix */
function checkNode({ node, napi }: { readonly node: string; readonly napi?: string | undefined }): void {
  // Other runtimes may not say.
  if (napi === undefined || Number(napi) >= neededNodeApi) return
  throw new MemoryError(
    'UNSUPPORTED',
    `better-sqlite3 needs Node 22.14 or newer, or 23.6; this is Node ${node}, which it would end without a word. Update Node.`,
  )
}
