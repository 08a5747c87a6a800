import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killCases, registerCases } from '@agentmem/conformance'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
const writer = join(import.meta.dirname, 'write-batches.mjs')

registerCases(
  describe,
  it,
  killCases(kills),
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentmem-crash-'))
    const start = (first: number) =>
      spawn(process.execPath, [writer, folder, String(first), String(batchSize)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const open = async () => {
      const store = await openSqliteStore({ path: join(folder, 'memories.db') })
      const path = join(folder, 'vectors')
      const settings = { dimensions: 64, exactUpTo: 500, keepVersionsMs: 200 }
      return { store, index: await openLancedbIndex({ path, ...settings }) }
    }
    return {
      part: { start, open, batchSize, withinMs: 600 },
      teardown: () => rm(folder, { recursive: true }),
    }
  },
  900_000,
)
