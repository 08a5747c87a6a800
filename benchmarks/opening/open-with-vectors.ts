import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { HashEmbedder, Memory } from '@agentmem/core'
import type { MemoryOptions } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openUsearchIndex } from '@agentmem/usearch'

/** SQLite, usearch and the HashEmbedder in a folder: durable, `synchronous=FULL`, every part of a write in its path. */
export async function openWithVectors(
  folder: string,
  options: Pick<MemoryOptions, 'cache' | 'coalesce' | 'follower'> = {},
): Promise<Memory> {
  mkdirSync(folder, { recursive: true })
  const embedder = new HashEmbedder()
  return Memory.open({
    store: await openSqliteStore({ path: join(folder, 'memories.db') }),
    index: await openUsearchIndex({
      path: join(folder, 'memories.usearch'),
      dimensions: embedder.dimensions,
    }),
    embedder,
    ...options,
  })
}
