import { MemoryError } from '@agentmem/core/adapter'
import type { Pool, PoolOptions } from 'mysql2'

/** Loads the driver only when a Store opens its own connections. */
export async function loadMysql2(): Promise<(options: PoolOptions) => Pool> {
  try {
    const { createPool } = await import('mysql2')
    return createPool
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new MemoryError('NOT_INSTALLED', `mysql2 cannot be loaded (${reason}). Run: npm install mysql2`, {
      cause: error,
    })
  }
}
