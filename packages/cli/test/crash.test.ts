import { openFromAddresses } from '@agentmem/core/open'
import { freshFolder, killCases, registerCases, writeBatches } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { sqliteAndUsearch } from './backend-pairs.ts'

const batchSize = 40
const module = import.meta.resolve('@agentmem/core/open')

// The other durable indexes have such a test in their own packages.
registerCases(
  describe,
  it,
  killCases(),
  async () => {
    const folder = await freshFolder()
    const urls = { store: sqliteAndUsearch.store(folder.path), index: sqliteAndUsearch.index(folder.path, 0) }
    // Flushes follow one another, so that most kills come in the middle of one.
    const options = { ...urls, follower: { flushSize: 100, leaseMs: 200 } }
    return {
      part: {
        start: first => writeBatches({ module, open: 'openFromAddresses', options, first, batchSize }),
        // The lease of the killed process is soon taken over.
        open: () => openFromAddresses({ ...urls, follower: { leaseMs: 200 } }),
        batchSize,
        withinMs: 50,
        afterAtMost: 6,
      },
      teardown: folder.remove,
    }
  },
  900_000,
)
