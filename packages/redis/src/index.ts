export { openRedisEmbeddingCache } from './open-redis-embedding-cache.ts'
export type { RedisEmbeddingCacheOptions, RedisLibrary } from './redis-options.ts'
export type { RedisClient, RedisCommand, RedisCommandOptions } from './redis-client.ts'
