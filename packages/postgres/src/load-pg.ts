import { MemoryError } from '@agentmem/core/adapter'
import type Pg from 'pg'

/** Loads the driver only when a Store is opened: who uses the flavor with another one needs none. */
export async function loadPg(): Promise<typeof Pg> {
  try {
    const { default: pg } = await import('pg')
    return pg
  } catch (error) {
    throw notInstalled(error)
  }
}

/** Only an error of loading gets here. */
export function notInstalled(error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new MemoryError(
    'NOT_INSTALLED',
    `The package pg cannot be loaded (${reason}). Run: npm install pg`,
    {
      cause: error,
    },
  )
}
