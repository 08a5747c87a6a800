import { freshFolder, inferKillCases, inferUntilKilled, registerCases } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { describe, it } from 'vitest'

const pglite = { module: import.meta.resolve('@agentmem/pglite'), open: 'openPgliteStore' }

registerCases(
  describe,
  it,
  inferKillCases({ workers: 1 }),
  async () => {
    const folder = await freshFolder()
    const options = { path: folder.file() }
    return {
      part: {
        open: () => openPgliteStore(options),
        start: (writer: string) => inferUntilKilled({ ...pglite, options, writer }),
      },
      teardown: folder.remove,
    }
  },
  900_000,
)
