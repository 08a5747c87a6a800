import { createHash } from 'node:crypto'
import {
  hasUnitLength,
  MemoryError,
  packVector,
  throwIfAborted,
  unpackVector,
  withinTime,
} from '@agentmem/core/adapter'
import type { CachedVector, CallOptions, EmbeddingCache, EmbeddingCacheScope } from '@agentmem/core/adapter'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { RedisConnection } from './redis-connection.ts'
import type { RedisSettings } from './redis-options.ts'

/** Most bytes in one round trip: 1,000 vectors of up to 4,000 dimensions take two. */
const bytesPerTrip = 8 * 1024 * 1024
/** About as much as a key and the protocol around it. */
const bytesPerKey = 256
/** The square of a stored vector's length lies within this of 1; other bytes are not a vector. */
const lengthTolerance = 1e-3

/** A cache of vectors in Redis. Calls throw nothing but `CLOSED` and `ABORTED`, whatever Redis does. */
export class RedisEmbeddingCache implements EmbeddingCache {
  readonly name = 'redis'
  readonly #settings: RedisSettings
  readonly #connection: RedisConnection
  /** One for reads and one for writes: a Redis that is full, or a replica, still answers reads. */
  readonly #reading: CircuitBreaker
  readonly #writing: CircuitBreaker
  readonly #running = new Set<Promise<unknown>>()
  #failures = 0
  #saidUnavailable = false
  #closed = false

  constructor(settings: RedisSettings, connection: RedisConnection) {
    this.#settings = settings
    this.#connection = connection
    this.#reading = new CircuitBreaker(settings.retryAfterMs)
    this.#writing = new CircuitBreaker(settings.retryAfterMs)
  }

  /** Round trips that failed. While Redis is left alone after one, nothing is sent and nothing counted. */
  get failures(): number {
    return this.#failures
  }

  read(
    scope: EmbeddingCacheScope,
    keys: readonly string[],
    { signal }: CallOptions = {},
  ): Promise<(Float32Array | undefined)[]> {
    return this.#run('read', signal, async () => {
      const vectors: (Float32Array | undefined)[] = []
      const prefix = keyPrefix(this.#settings.prefix, scope)
      for (const batch of tripsOf(keys, scope)) {
        const command = ['MGET', ...batch.map(key => prefix + key)]
        const values = await this.#attempt(this.#reading, signal, async ending => {
          const [reply] = await this.#connection.send([command], ending)
          return checkValues(reply, batch.length)
        })
        for (const i of batch.keys()) {
          const bytes = values?.[i]
          vectors.push(bytes ? vectorIn(bytes, scope.dimensions) : undefined)
        }
      }
      return vectors
    })
  }

  write(
    scope: EmbeddingCacheScope,
    entries: readonly CachedVector[],
    { signal }: CallOptions = {},
  ): Promise<void> {
    return this.#run('write', signal, async () => {
      const prefix = keyPrefix(this.#settings.prefix, scope)
      for (const batch of tripsOf(entries, scope)) {
        const commands = batch.map(({ key, vector }) => {
          return ['SET', prefix + key, packVector(vector), 'EX', String(this.#settings.ttlSeconds)]
        })
        await this.#attempt(this.#writing, signal, ending => this.#connection.send(commands, ending))
      }
    })
  }

  /** Waits for the calls in flight, each of which has its time limit. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
    this.#connection.drop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run<T>(doing: string, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    if (this.#closed)
      throw new MemoryError('CLOSED', `The embedding cache is closed; ${doing} needs it open.`)
    throwIfAborted(signal)
    const running = call()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** One round trip; undefined when Redis failed, or has failed a moment ago. */
  async #attempt<T>(
    breaker: CircuitBreaker,
    signal: AbortSignal | undefined,
    trip: (ending: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const limit = { message: noAnswer, signal }
    try {
      const result = await breaker.run(() => withinTime(this.#settings.timeoutMs, trip, limit))
      if (this.#reading.works && this.#writing.works) this.#saidUnavailable = false
      return result
    } catch (error) {
      const code = MemoryError.is(error) ? error.code : undefined
      if (code === 'ABORTED') throw error
      this.#failures++
      // A peer that has vanished never closes the connection; a new one tells.
      if (code === 'TIMEOUT') this.#connection.drop()
      this.#sayUnavailable(error)
      return undefined
    }
  }

  #sayUnavailable(cause: unknown): void {
    if (this.#saidUnavailable) return
    this.#saidUnavailable = true
    this.#settings.onUnavailable(
      new MemoryError(
        'UNAVAILABLE',
        `The embedding cache in Redis does not work (${reasonOf(cause)}). Until it does, texts are embedded without it.`,
        { cause },
      ),
    )
  }
}

function noAnswer(ms: number): string {
  return `no answer in ${ms} ms, the timeoutMs of the cache`
}

/** An error of several attempts to connect, such as to localhost by IPv6 and IPv4, has a code but no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}

/** The start of a key, before the hash of the text: no two models or dimensions share it. */
function keyPrefix(prefix: string, { model, dimensions }: EmbeddingCacheScope): string {
  return `${prefix}:${createHash('sha256').update(model).digest('hex')}:${dimensions}:`
}

/** Cuts a call into round trips of at most `bytesPerTrip`. */
function tripsOf<T>(items: readonly T[], { dimensions }: EmbeddingCacheScope): (readonly T[])[] {
  const size = Math.max(1, Math.floor(bytesPerTrip / (dimensions * 4 + bytesPerKey)))
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

/** The values of an MGET's answer, one a key. Text in place of bytes is an error: it would never be a vector. */
function checkValues(reply: unknown, count: number): readonly (Uint8Array | null)[] {
  const isValue = (value: unknown): boolean => value === null || value instanceof Uint8Array
  if (Array.isArray(reply) && reply.length === count && reply.every(isValue)) return reply
  throw new MemoryError('BACKEND', `the client does not answer MGET with ${count} Buffers or nulls`)
}

/** The vector in these bytes; undefined when they are not one of unit length with that many dimensions. */
function vectorIn(bytes: Uint8Array, dimensions: number): Float32Array | undefined {
  if (bytes.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return undefined
  const vector = unpackVector(bytes)
  return hasUnitLength(vector, lengthTolerance) ? vector : undefined
}
