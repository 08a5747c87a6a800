import type { Pool, PoolClient } from 'pg'

/** How long a server has to take leave of the connections of a pool that ends. */
const goodbyeMs = 2_000

/**
 * The server closes a connection that says goodbye; one that was lost without a word is never closed so, and is dropped after
 * two seconds. Call it before the pool has connections; returns what ends it.
 */
export function poolEnd(pool: Pool): () => Promise<void> {
  const clients = new Set<PoolClient>()
  pool.on('connect', client => void clients.add(client))
  pool.on('remove', client => void clients.delete(client))
  return async () => {
    if (pool.ending) return
    const timer = setTimeout(() => {
      for (const client of clients) streamOf(client)?.destroy()
    }, goodbyeMs)
    try {
      await pool.end()
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Not in the library's types, and in every version of it. */
function streamOf(client: PoolClient): { destroy(): void } | undefined {
  return (client as { connection?: { stream?: { destroy(): void } } }).connection?.stream
}
