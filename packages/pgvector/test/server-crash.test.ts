import { killCases, registerCases, writeBatches } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { describeWithPgvector } from './describe-with-pgvector.ts'
import { openServerParts } from './open-server-parts.ts'

const batchSize = 20
const module = import.meta.resolve('./open-server-parts.ts')

// The process dies, the server does not: it ends by itself what the process had begun.
describeWithPgvector('a process that writes to a server is killed', server => {
  describe.each(['log', 'transactions'] as const)('by its %s', mode => {
    registerCases(
      describe,
      it,
      killCases(),
      async () => {
        const schema = server.freshSchema()
        const options = { url: server.url(), schema, mode }
        const opening = {
          module,
          open: 'openServerParts',
          options,
          follower: { flushSize: 50, flushAfterMs: 5 },
        }
        return {
          part: {
            start: first => writeBatches({ ...opening, first, batchSize }),
            open: () => openServerParts(options),
            batchSize,
            withinMs: 1_000,
            afterAtMost: 4,
          },
          teardown: async () => void (await server.drop(schema)),
        }
      },
      900_000,
    )
  })
})
