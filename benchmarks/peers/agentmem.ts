import { ExactIndex, MapStore, Memory } from '@agentmem/core'
import type { Embedder, Store, VectorIndex } from '@agentmem/core'
import { Memory as Mem0Memory } from '@agentmem/mem0'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { openUsearchIndex } from '@agentmem/usearch'
import pg from 'pg'

import { ourName, synced } from '../measured/peer-names.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const scope = { userId: 'user' }

/** The parts of a memory, and what they leave behind that it does not close. */
interface Parts {
  readonly store: Store
  readonly index: VectorIndex
  readonly end?: () => Promise<void>
}

type OpenParts = (place: PeerPlace, dimensions: number) => Promise<Parts>

function embedderOf({ dimensions, embed }: SharedEmbedder): Embedder {
  const close = async (): Promise<void> => undefined
  return {
    model: 'shared',
    dimensions,
    embed: async texts => (await embed(texts)).map(vector => Float32Array.from(vector)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const open =
  (kind: PeerUse['kind'], openParts: OpenParts) =>
  async (place: PeerPlace, shared: SharedEmbedder): Promise<OpenPeer> => {
    const { store, index, end } = await openParts(place, shared.dimensions)
    const memory = await Memory.open({ store, index, embedder: embedderOf(shared) })
    return {
      add: async texts => {
        if (kind === 'batch') await memory.addBatch(texts, scope)
        else for (const text of texts) await memory.add(text, scope)
      },
      flush: async () => void (await memory.flush()),
      search: async (text, topK) => {
        const { results } = await memory.search(text, { ...scope, topK, mode: 'vector' })
        return results.map(found => found.memory)
      },
      close: async () => {
        await memory.close()
        await end?.()
      },
    }
  }

/** The same program as that of mem0, after a swap of its import. */
const openByMem0 =
  (kind: PeerUse['kind'], openParts: OpenParts) =>
  async (place: PeerPlace, shared: SharedEmbedder): Promise<OpenPeer> => {
    const { store, index } = await openParts(place, shared.dimensions)
    const memory = new Mem0Memory({ store, index, embedder: embedderOf(shared) })
    const options = { userId: 'user', infer: false }
    return {
      add: async texts => {
        if (kind === 'batch') {
          const messages = texts.map(content => ({ role: 'user', content }))
          await memory.add(messages, options)
        } else for (const text of texts) await memory.add(text, options)
      },
      search: async (text, topK) => {
        const { results } = await memory.search(text, { filters: { user_id: 'user' }, topK, threshold: 0 })
        return results.map(found => found.memory)
      },
      close: () => memory.close(),
    }
  }

const onPostgres: OpenParts = async ({ postgresUrl }, dimensions) => {
  // A PGlite behind a socket is one session for all its connections, so that two of them would meet in the names
  // of prepared statements: Store and index share one, like the one that the others use when they add in turn.
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 1, pipeline: true })
  const store = await openPostgresStore({ pool })
  return { store, index: await openPgvectorIndex({ pool, dimensions }), end: () => pool.end() }
}

const withSqliteVec: OpenParts = async ({ folder }, dimensions) => ({
  store: await openSqliteStore({ path: `${folder}/memories.db` }),
  index: await openSqliteVecIndex({ path: `${folder}/vectors.db`, dimensions }),
})

const withUsearch: OpenParts = async ({ folder }, dimensions) => ({
  store: await openSqliteStore({ path: `${folder}/memories.db` }),
  index: await openUsearchIndex({ path: `${folder}/vectors`, dimensions }),
})

const inMemory: OpenParts = async (_place, dimensions) => ({
  store: new MapStore(),
  index: new ExactIndex(dimensions),
})

const common = { peer: ourName, package: '@agentmem/core' }
const ways = [
  { kind: 'single', call: 'add() in a loop' },
  { kind: 'batch', call: 'addBatch([all])' },
] as const
/** Ours by its parts: on Postgres through the same driver as the others. */
const places: readonly (Omit<PeerUse, 'peer' | 'package' | 'kind' | 'open'> & {
  readonly openParts: OpenParts
  readonly openAs?: typeof open
})[] = [
  { use: 'postgres + pgvector', needsPostgres: true, openParts: onPostgres },
  { use: 'sqlite + usearch', durability: synced.sqlite, writes: false, openParts: withUsearch },
  { use: 'sqlite + sqlite-vec', durability: synced.sqlite, writes: false, openParts: withSqliteVec },
  {
    use: 'sqlite + usearch by @agentmem/mem0',
    durability: synced.sqlite,
    writes: false,
    openParts: withUsearch,
    openAs: openByMem0,
  },
  { use: 'memory + exact', durability: synced.none, writes: false, openParts: inMemory },
]

/**
 * Ours in the place of a peer, measured and counted like them: what the writes of those on Postgres are compared with, and
 * everywhere what their searches are, and what is left after a kill.
 */
export const agentmem: readonly PeerUse[] = places.flatMap(({ openParts, openAs = open, ...place }) =>
  ways.map(({ kind, call }): PeerUse => ({
    ...common,
    ...place,
    use: `${place.use}, ${call}`,
    kind,
    open: openAs(kind, openParts),
  })),
)
