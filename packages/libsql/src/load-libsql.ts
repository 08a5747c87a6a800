import { importLibrary } from '@agentmem/core/adapter'
import type { OpenDatabase } from '@agentmem/sqlite/file'
import type { Client, Config } from '@libsql/client'
import type Libsql from 'libsql'
import { LibsqlDatabase } from './libsql-database.ts'

/** The class that libsql exports. */
export type DatabaseClass = typeof Libsql

/** The part of @libsql/client that is used. */
export interface ClientLibrary {
  readonly createClient: (config: Config) => Client
}

/** Loads the library for files of this machine, unless `lib` is it. Throws `NOT_INSTALLED`. */
export async function loadLibsql(lib: DatabaseClass | undefined): Promise<OpenDatabase> {
  const load = async (): Promise<DatabaseClass> => (await import('libsql')).default
  const Database = await importLibrary(load, { name: 'libsql', lib })
  return path => new LibsqlDatabase(new Database(path, { timeout: 0 }))
}

/** Loads the client for servers, unless `lib` is it. Throws `NOT_INSTALLED`. */
export async function loadLibsqlClient(lib: ClientLibrary | undefined): Promise<ClientLibrary> {
  return importLibrary<ClientLibrary>(() => import('@libsql/client'), { name: '@libsql/client', lib })
}
