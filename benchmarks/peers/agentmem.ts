import { Memory } from '@agentmem/core'
import type { Embedder } from '@agentmem/core'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import pg from 'pg'

import { ourName } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const scope = { userId: 'user' }

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
  (kind: PeerUse['kind']) =>
  async ({ postgresUrl }: PeerPlace, shared: SharedEmbedder): Promise<OpenPeer> => {
    // A PGlite behind a socket is one session for all its connections, so that two of them would meet in the names
    // of prepared statements: Store and index share one, like the one that the others use when they add in turn.
    const pool = new pg.Pool({ connectionString: postgresUrl, max: 1, pipeline: true })
    const embedder = embedderOf(shared)
    const store = await openPostgresStore({ pool })
    const index = await openPgvectorIndex({ pool, dimensions: shared.dimensions })
    const memory = await Memory.open({ store, index, embedder })
    return {
      add: async texts => {
        if (kind === 'batch') await memory.addBatch(texts, scope)
        else for (const text of texts) await memory.add(text, scope)
      },
      flush: async () => void (await memory.flush()),
      nearest: async text =>
        (await memory.search(text, { ...scope, topK: 1, mode: 'vector' })).results[0]?.memory,
      close: async () => {
        await memory.close()
        await pool.end()
      },
    }
  }

const common = { peer: ourName, package: '@agentmem/core', needsPostgres: true }

/** Ours in the place of a peer: what those that write to Postgres are compared with, measured and counted like them. */
export const agentmem: readonly PeerUse[] = [
  { ...common, use: 'add() in a loop', kind: 'single', open: open('single') },
  { ...common, use: 'addBatch([all])', kind: 'batch', open: open('batch') },
]
