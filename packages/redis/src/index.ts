export { openRedisEmbeddingCache } from './open-redis-embedding-cache.ts'
export type { RedisEmbeddingCacheOptions } from './redis-options.ts'
export type { RedisClient, RedisCommand, RedisCommandOptions } from './redis-client.ts'
