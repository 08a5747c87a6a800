import { MemoryError } from '@agentmem/core/adapter'
import type { RedisClient } from './redis-client.ts'
import { givenConnection, OwnConnection } from './redis-connection.ts'
import type { RedisConnection } from './redis-connection.ts'

export interface RedisEmbeddingCacheOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. Either this or `client`. */
  readonly url?: string | undefined
  /** A connected client, such as one of node-redis. It stays yours: it is not closed with the cache. */
  readonly client?: RedisClient | undefined
  /** How long a vector is kept after it was written, in seconds. Default 604,800: a week. */
  readonly ttlSeconds?: number | undefined
  /** What the keys begin with. Default 'agentmem'. */
  readonly prefix?: string | undefined
  /** How long a round trip, or connecting, may take, in milliseconds. Default 500. */
  readonly timeoutMs?: number | undefined
  /** How long Redis is left alone after a failure, in milliseconds; doubled each time up to 30,000. Default 1,000. */
  readonly retryAfterMs?: number | undefined
  /** Called once when Redis fails, and again only after it has worked in between. Default: a process warning. */
  readonly onUnavailable?: ((error: MemoryError) => void) | undefined
}

export interface RedisSettings {
  readonly connection: RedisConnection
  readonly ttlSeconds: number
  readonly prefix: string
  readonly timeoutMs: number
  readonly retryAfterMs: number
  readonly onUnavailable: (error: MemoryError) => void
}

const known = ['url', 'client', 'ttlSeconds', 'prefix', 'timeoutMs', 'retryAfterMs', 'onUnavailable']

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; the URL, which may hold a password, is not in the message. */
export function checkRedisOptions(options: RedisEmbeddingCacheOptions): RedisSettings {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { prefix = 'agentmem', ttlSeconds = 604_800, timeoutMs = 500, retryAfterMs = 1_000 } = options
  const { onUnavailable = warn } = options
  if (typeof prefix !== 'string' || prefix === '' || prefix.includes('\0') || prefix.length > 128) {
    throw invalid(`has prefix: ${JSON.stringify(prefix)}; give 1 to 128 characters`)
  }
  checkWhole('ttlSeconds', ttlSeconds, 1)
  checkWhole('timeoutMs', timeoutMs, 1)
  checkWhole('retryAfterMs', retryAfterMs, 0)
  if (typeof onUnavailable !== 'function') throw invalid('has an onUnavailable that is no function')
  return {
    connection: connectionOf(options, timeoutMs),
    ttlSeconds,
    prefix,
    timeoutMs,
    retryAfterMs,
    onUnavailable,
  }
}

function connectionOf({ url, client }: RedisEmbeddingCacheOptions, timeoutMs: number): RedisConnection {
  if ((url === undefined) === (client === undefined)) throw invalid('needs either url or client')
  if (client !== undefined) {
    if (typeof client?.sendCommand === 'function') return givenConnection(client)
    throw invalid('has a client without sendCommand; give a client of node-redis')
  }
  if (typeof url !== 'string' || !URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw invalid("needs a url such as 'redis://localhost:6379'; the one given is no address of Redis")
  }
  return new OwnConnection(url, timeoutMs)
}

/** Up to the longest time that setTimeout and EXPIRE both take. */
function checkWhole(name: string, value: unknown, least: number): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > 2_147_483_647) {
    throw invalid(`has ${name}: ${JSON.stringify(value)}; give a whole number from ${least}`)
  }
}

function warn(error: MemoryError): void {
  process.emitWarning(error.message, { type: 'AgentmemWarning', code: 'AGENTMEM_REDIS_UNAVAILABLE' })
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openRedisEmbeddingCache ${what}.`)
}
