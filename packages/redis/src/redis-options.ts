import {
  callback,
  exactlyOne,
  library,
  optional,
  part,
  readOptions,
  serverUrl,
  text,
  whole,
} from '@agentmem/core/adapter'
import type { MemoryError } from '@agentmem/core/adapter'
import type * as RedisModule from '@redis/client'
import type { RedisClient } from './redis-client.ts'

/** The part of @redis/client that is used. */
export type RedisLibrary = Pick<typeof RedisModule, 'createClient'>

export interface RedisEmbeddingCacheOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. Either this or `client`. */
  readonly url?: string | undefined
  /** A connected client, such as one of node-redis. It stays yours: it is not closed with the cache. */
  readonly client?: RedisClient | undefined
  /** How long a vector is kept after it was written, in seconds. Default 604,800: a week. */
  readonly ttlSeconds?: number | undefined
  /** What the keys begin with, 1 to 128 characters. Default 'agentmem'. */
  readonly prefix?: string | undefined
  /** Time limit for connecting and for each round trip, in milliseconds. Default 500. */
  readonly timeoutMs?: number | undefined
  /** How long Redis is left alone after a failure, in milliseconds; doubled each time up to 30,000. Default 1,000. */
  readonly retryAfterMs?: number | undefined
  /** Called once when Redis fails, and again only after it has worked in between. Default: a process warning. */
  readonly onUnavailable?: ((error: MemoryError) => void) | undefined
  /** @redis/client, already loaded, in place of an import: for bundlers, and for tests. Only used with `url`. */
  readonly lib?: RedisLibrary | undefined
}

export interface RedisSettings {
  readonly ttlSeconds: number
  readonly prefix: string
  readonly timeoutMs: number
  readonly retryAfterMs: number
  readonly onUnavailable: (error: MemoryError) => void
}

const redisUrl = serverUrl({
  schemes: ['redis', 'rediss'],
  example: 'redis://localhost:6379',
  parameters: {},
  instead: { ssl: 'rediss://', tls: 'rediss://' },
})

/** The longest time that setTimeout and EXPIRE both take. */
const longest = 2_147_483_647

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; the URL, which may hold a password, is not in the message. */
export function readRedisOptions(
  given: RedisEmbeddingCacheOptions,
): RedisSettings & Pick<RedisEmbeddingCacheOptions, 'url' | 'client' | 'lib'> {
  const owner = 'openRedisEmbeddingCache'
  const options = readOptions(owner, given, {
    url: optional(redisUrl),
    client: optional(
      part<RedisClient>('a connected client with sendCommand, such as one of node-redis', ['sendCommand']),
    ),
    ttlSeconds: whole(1, longest, 604_800),
    prefix: text('1 to 128 characters', 'agentmem', isPrefix),
    timeoutMs: whole(1, longest, 500),
    retryAfterMs: whole(0, longest, 1_000),
    onUnavailable: callback(warn),
    lib: library<RedisLibrary>('@redis/client'),
  })
  exactlyOne(owner, given, ['url', 'client'])
  return options
}

function isPrefix(prefix: string): boolean {
  return prefix !== '' && prefix.length <= 128 && !prefix.includes('\0')
}

function warn(error: MemoryError): void {
  process.emitWarning(error.message, { type: 'AgentmemWarning', code: 'AGENTMEM_REDIS_UNAVAILABLE' })
}
