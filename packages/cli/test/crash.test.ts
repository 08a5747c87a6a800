import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemory } from '@agentmem/cli'
import { killCases, registerCases } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { sqliteAndHnsw } from './backend-pairs.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
const writer = join(import.meta.dirname, 'write-batches.mjs')

// The other durable indexes have such a test in their own packages.
registerCases(
  describe,
  it,
  killCases(kills),
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentmem-crash-'))
    const urls = { store: sqliteAndHnsw.store(folder), index: sqliteAndHnsw.index(folder, 0) }
    const start = (first: number) =>
      spawn(process.execPath, [writer, urls.store, urls.index, String(first), String(batchSize)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    // The lease of the killed process is soon taken over.
    const open = () => openMemory({ ...urls, follower: { leaseMs: 200 } })
    return {
      part: { start, open, batchSize, withinMs: 50, afterAtMost: 6 },
      teardown: () => rm(folder, { recursive: true }),
    }
  },
  900_000,
)
