import { importLibrary, opening } from '@agentmem/core/adapter'
import type { EmbeddingCache } from '@agentmem/core/adapter'
import { RedisEmbeddingCache } from './redis-embedding-cache.ts'
import { givenConnection, OwnConnection } from './redis-connection.ts'
import { readRedisOptions } from './redis-options.ts'
import type { RedisEmbeddingCacheOptions } from './redis-options.ts'

/**
 * Opens a cache of vectors in Redis 2.6.12 or newer, to be shared by processes. Redis may be away: the cache opens
 * all the same, finds nothing, and works again by itself once Redis is back.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option, `NOT_INSTALLED` when a `url` is given and @redis/client cannot
 * be loaded. Calls throw nothing but `CLOSED` and `ABORTED`.
 */
export async function openRedisEmbeddingCache(options: RedisEmbeddingCacheOptions): Promise<EmbeddingCache> {
  return opening('openRedisEmbeddingCache', async () => {
    const { url, client, lib, ...settings } = readRedisOptions(options)
    if (client) return new RedisEmbeddingCache(settings, givenConnection(client))
    const { createClient } = await importLibrary(() => import('@redis/client'), {
      name: '@redis/client',
      lib,
    })
    return new RedisEmbeddingCache(
      settings,
      new OwnConnection(createClient, url as string, settings.timeoutMs),
    )
  })
}
