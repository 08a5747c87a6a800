import { join } from 'node:path'
import { ExactIndex, HashEmbedder, MapStore, Memory, RuleExtractor } from '@agentmem/core'
import type { EmbeddingCache } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import type { Protocol } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { openMysqlStore } from '@agentmem/mysql'
import { openPostgresStore } from '@agentmem/postgres'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { HranaServer, startRedis } from '@agentmem/testcontainers'
import type { OwnPlace } from '../../opening/own-place.ts'

/** In milliseconds. */
const shortMs = 400
const acquireTimeoutMs = 2_000
const dimensions = 64

/** What a server is reached by, and what takes it away. */
export interface Behind {
  readonly url: string
  stop(): Promise<void>
}

/** Something that is reached over TCP, behind a Memory. */
export interface Target {
  readonly protocol: Protocol
  /** The server of the place that it needs. */
  readonly server?: 'mysql' | 'postgres'
  readonly start: (place: OwnPlace) => Promise<Behind>
  /** `statementTimeoutMs`: how long a statement is waited for; short by default, as every stall waits so long. */
  readonly open: (url: string, statementTimeoutMs?: number) => Promise<Memory>
  /** True where a call never fails with what is behind: a cache. */
  readonly neverFails?: boolean
}

async function memoryOf(store: Store, shared?: EmbeddingCache): Promise<Memory> {
  return Memory.open({
    store,
    index: new ExactIndex(dimensions),
    embedder: new HashEmbedder({ dimensions }),
    extractor: new RuleExtractor(),
    cache: shared ? { shared, maxEntries: 1 } : false,
    // What runs in the background would send messages in between.
    follower: { flushAfterMs: 2 ** 31 - 1, flushSize: 10_000, tailLimit: 100_000 },
  })
}

function ofPlace(server: 'mysql' | 'postgres'): Pick<Target, 'server' | 'start'> {
  return {
    server,
    start: async place => ({ url: place.urls[server] ?? '', stop: async () => undefined }),
  }
}

export const targets: Readonly<Record<string, Target>> = {
  postgres: {
    protocol: 'postgres',
    ...ofPlace('postgres'),
    open: async (url, statementTimeoutMs = shortMs) =>
      memoryOf(await openPostgresStore({ url, poolSize: 2, statementTimeoutMs, acquireTimeoutMs })),
  },
  mysql: {
    protocol: 'mysql',
    ...ofPlace('mysql'),
    open: async (url, statementTimeoutMs = shortMs) =>
      memoryOf(await openMysqlStore({ url, poolSize: 4, statementTimeoutMs, acquireTimeoutMs })),
  },
  libsql: {
    protocol: 'http',
    async start({ folder }) {
      const server = await HranaServer.start(join(folder, 'every-step'), { streamTimeoutMs: 150 })
      return { url: server.url, stop: () => server[Symbol.asyncDispose]() }
    },
    // Longer than the server keeps a stream whose client has gone.
    open: async (url, statementTimeoutMs = 1_000) =>
      memoryOf(await openLibsqlStore({ url, statementTimeoutMs })),
  },
  redis: {
    protocol: 'redis',
    start: () => startRedis(),
    open: async url =>
      memoryOf(
        new MapStore(),
        await openRedisEmbeddingCache({
          url,
          timeoutMs: shortMs,
          retryAfterMs: 1,
          onUnavailable: () => undefined,
        }),
      ),
    neverFails: true,
  },
}
