import { MemoryError } from '@agentmem/core/adapter'
import type { OpenDatabase } from '@agentmem/sqlite/file'
import type { Client, Config } from '@libsql/client'
import { LibsqlDatabase } from './libsql-database.ts'

/** Loads the database for files of this machine. */
export async function loadLibsql(): Promise<OpenDatabase> {
  try {
    const { default: Database } = await import('libsql')
    return path => new LibsqlDatabase(new Database(path, { timeout: 0 }))
  } catch (error) {
    throw notInstalled('libsql', error)
  }
}

/** Loads the client for servers. */
export async function loadLibsqlClient(): Promise<(config: Config) => Client> {
  try {
    const { createClient } = await import('@libsql/client')
    return createClient
  } catch (error) {
    throw notInstalled('@libsql/client', error)
  }
}

function notInstalled(name: string, error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new MemoryError('NOT_INSTALLED', `${name} cannot be loaded (${reason}). Run: npm install ${name}`, {
    cause: error,
  })
}
