import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { HashEmbedder, Memory } from '@agentmem/core'
import type { MemoryOptions } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openSqliteStore } from '@agentmem/sqlite'

/** SQLite, hnsw and the HashEmbedder in a folder, as the README opens them: durable, `synchronous=FULL`. */
export async function openEmbeddedDefault(
  folder: string,
  options: Pick<MemoryOptions, 'cache' | 'coalesce' | 'follower'> = {},
): Promise<Memory> {
  mkdirSync(folder, { recursive: true })
  const embedder = new HashEmbedder()
  return Memory.open({
    store: await openSqliteStore({ path: join(folder, 'memories.db') }),
    index: await openHnswIndex({ path: join(folder, 'memories.hnsw'), dimensions: embedder.dimensions }),
    embedder,
    ...options,
  })
}
