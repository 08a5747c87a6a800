import {
  childStore,
  freshFolder,
  inferKillCases,
  inferUntilKilled,
  processCases,
  registerCases,
} from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { describe, it } from 'vitest'

const libsql = { module: import.meta.resolve('@agentmem/libsql'), open: 'openLibsqlStore' }

registerCases(describe, it, processCases, async () => {
  const folder = await freshFolder()
  const options = { url: `file:${folder.file()}` }
  return {
    part: {
      open: () => openLibsqlStore(options),
      start: () => childStore({ ...libsql, options }),
    },
    teardown: folder.remove,
  }
})

registerCases(
  describe,
  it,
  inferKillCases({ workers: 1 }),
  async () => {
    const folder = await freshFolder()
    const options = { url: `file:${folder.file()}` }
    return {
      part: {
        open: () => openLibsqlStore(options),
        start: (writer: string) => inferUntilKilled({ ...libsql, options, writer }),
      },
      teardown: folder.remove,
    }
  },
  900_000,
)
