import { guardIndex, MemoryError } from '@agentmem/core/adapter'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { joinTransactions } from '@agentmem/sql'
import { connect } from './connect.ts'
import { GraphBuilder } from './graph-builder.ts'
import { layoutOf, prepareTables } from './pgvector-layout.ts'
import type { Layout } from './pgvector-layout.ts'
import { PgvectorIndex } from './pgvector-index.ts'
import { checkOptions } from './pgvector-options.ts'
import type { PgvectorIndexOptions } from './pgvector-options.ts'
import { postgresFailure } from './postgres-failure.ts'
import { writeBatch } from './write-batch.ts'

/**
 * Opens an index of vectors in PostgreSQL, in an HNSW graph (Malkov and Yashunin, 2016,
 * https://arxiv.org/abs/1603.09320) of pgvector. With `store` the Store's transactions write it, so that
 * records and vectors commit together; otherwise it follows the Store's log.
 *
 * Throws `NOT_INSTALLED` when the server has no pgvector, `INVALID_ARGUMENT` on a wrong option, `UNAVAILABLE`
 * when the server cannot be reached, and `MODEL_MISMATCH` when the tables hold vectors of other dimensions.
 */
export async function openPgvectorIndex(options: PgvectorIndexOptions): Promise<VectorIndex> {
  const checked = checkOptions(options)
  const { dimensions, store, exactUpTo } = checked
  const connected = await connect(checked)
  const prefix = checked.tablePrefix ?? connected.tablePrefix
  const layout = layoutOf(checked.schema ?? connected.schema, prefix, dimensions)
  try {
    const extension = await prepareTables(connected.db, layout)
    const graph = new GraphBuilder(connected.db, layout, { ...checked, single: connected.single })
    if (exactUpTo === 0) await graph.build()
    const leave = store
      ? writeInTransactionsOf(store, layout, extension.typeId, graph)
      : (): void => undefined
    const settings = { efSearch: checked.efSearch, exactUpTo, iterates: extension.iterates }
    const transactional = store !== undefined
    return guardIndex(
      new PgvectorIndex({ connected, layout, extension, settings, graph, transactional, leave }),
    )
  } catch (error) {
    await connected.close().catch(() => undefined)
    throw postgresFailure(error) ?? MemoryError.from(error, 'The pgvector index cannot be opened')
  }
}

/** A cursor that stands elsewhere, as when another process wrote without the index, is left to the follower. */
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
