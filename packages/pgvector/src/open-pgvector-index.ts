import { closeFailed, guardIndex, opening } from '@agentmem/core/adapter'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { connectPostgres, PostgresDriver, postgresError } from '@agentmem/postgres/connection'
import { joinTransactions } from '@agentmem/sql'
import { GraphBuilder } from './graph-builder.ts'
import { layoutOf, prepareTables } from './pgvector-layout.ts'
import type { Layout } from './pgvector-layout.ts'
import { PgvectorIndex } from './pgvector-index.ts'
import { owner, readPgvectorOptions } from './pgvector-options.ts'
import type { PgvectorIndexOptions, PgvectorSettings } from './pgvector-options.ts'
import { writeBatch } from './write-batch.ts'

/**
 * Opens an index of vectors in PostgreSQL, in an HNSW graph (Malkov and Yashunin, 2016,
 * https://arxiv.org/abs/1603.09320) of pgvector. With `store` the Store's transactions write it, so that
 * records and vectors commit together; otherwise it follows the Store's log.
 *
 * Throws `NOT_INSTALLED` when the server has no pgvector, or a `url` is given and `pg` cannot be loaded,
 * `INVALID_ARGUMENT` on a wrong option, `UNAVAILABLE` when the server cannot be reached or refuses, `TIMEOUT` when it
 * does not answer in time, `SCHEMA` when the tables have another format, and `MODEL_MISMATCH` when they hold vectors
 * of other dimensions.
 */
export async function openPgvectorIndex(options: PgvectorIndexOptions): Promise<VectorIndex> {
  return opening(owner, () => open(readPgvectorOptions(options)), postgresError)
}

async function open(settings: PgvectorSettings): Promise<VectorIndex> {
  const { source, store, acquireTimeoutMs, lib, dimensions, connections, efSearch, exactUpTo } = settings
  const access = await connectPostgres(source, {
    owner,
    acquireTimeoutMs,
    statementTimeoutMs: settings.statementTimeoutMs,
    sizeOption: 'connections',
    applicationName: 'agentmem-pgvector',
    lib,
  })
  const { single, tablePrefix, schema } = access
  const layout = layoutOf(settings.schema ?? schema, settings.tablePrefix ?? tablePrefix, dimensions)
  // How large a scope is decides on the plan of a search.
  const driver = new PostgresDriver(access.take, { ...access, named: false })
  try {
    const extension = await prepareTables(driver, layout)
    const graph = new GraphBuilder(driver, layout, { ...settings, single })
    if (exactUpTo === 0) await graph.build()
    const leave = store
      ? writeInTransactionsOf(store, layout, extension.typeId, graph)
      : (): void => undefined
    const index = new PgvectorIndex({
      access,
      driver,
      layout,
      extension,
      settings: { efSearch, exactUpTo, iterates: extension.iterates },
      width: single ? 1 : connections,
      graph,
      transactional: store !== undefined,
      leave,
    })
    return guardIndex(index)
  } catch (error) {
    await closeFailed(access.close)
    throw error
  }
}

/** Where the cursor stands elsewhere, as when another process wrote without the index, the follower catches up. */
function writeInTransactionsOf(
  store: Store,
  layout: Layout,
  typeId: number,
  graph: GraphBuilder,
): () => void {
  return joinTransactions(store, {
    async write(tx, batch) {
      await writeBatch(tx, layout, typeId, batch)
      graph.changed()
    },
  })
}
