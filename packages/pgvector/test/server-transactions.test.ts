import { registerCases, transactionCases } from '@agentmem/conformance'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { describe, it } from 'vitest'
import { describeWithPgvector } from './describe-with-pgvector.ts'

describeWithPgvector('an index in the transactions of a Store on a server', server => {
  registerCases(
    describe,
    it,
    transactionCases,
    async () => {
      const schema = server.freshSchema()
      const openStoreAlone = () => openPostgresStore({ url: server.url(), schema })
      const store = await openStoreAlone()
      const index = await openPgvectorIndex({ store, dimensions: 64, exactUpTo: 100 })
      const breakVectors = async (): Promise<void> =>
        void (await server.query(`drop table ${schema}.vectors`))
      return {
        part: { store, index, openStoreAlone, breakVectors },
        // A case that fails may leave them open.
        teardown: async () => {
          await index.close()
          await store.close()
          await server.drop(schema)
        },
      }
    },
    180_000,
  )
})
