import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killCases, registerCases } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { describe, it } from 'vitest'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 20
const dimensions = 64
const writer = join(import.meta.dirname, 'write-batches.mjs')

// The database dies with its process.
describe.each(['log', 'transactions'])('by its %s', mode => {
  registerCases(
    describe,
    it,
    killCases(kills),
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'agentmem-pgvector-'))
      const dataDir = join(folder, 'pglite')
      const start = (first: number) =>
        spawn(process.execPath, [writer, dataDir, mode, String(first), String(batchSize)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
      const open = async () => {
        const pglite = await PGlite.create({ dataDir, extensions: { vector } })
        const store = await openPgliteStore({ db: pglite })
        const place = mode === 'transactions' ? { store } : { pglite }
        const index = await openPgvectorIndex({ ...place, dimensions, exactUpTo: 200 })
        return { store, index, close: () => pglite.close() }
      }
      return {
        part: { start, open, batchSize, withinMs: 1_000 },
        teardown: () => rm(folder, { recursive: true }),
      }
    },
    900_000,
  )
})
