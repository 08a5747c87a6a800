import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { killCases, registerCases, runCase } from '@agentmem/conformance'
import type { Harness, KilledMemory } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, expect, it } from 'vitest'
import { freshFolder } from './fresh-folder.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
const dimensions = 64
const writer = join(import.meta.dirname, 'write-batches.mjs')

function harness(mode: string): Harness<KilledMemory> {
  return async () => {
    const folder = await freshFolder()
    const start = (first: number) =>
      spawn(process.execPath, [writer, folder.path, mode, String(first), String(batchSize)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const open = async () => {
      const store = await openSqliteStore({ path: join(folder.path, 'memories.db') })
      const path = join(folder.path, mode === 'own file' ? 'vectors.db' : 'memories.db')
      const place = mode === 'transactions' ? { store } : { path }
      return { store, index: await openSqliteVecIndex({ ...place, dimensions }) }
    }
    return {
      part: { start, open, batchSize, withinMs: 400 },
      teardown: async () => folder[Symbol.asyncDispose](),
    }
  }
}

describe.each(['own file', "the Store's file", 'transactions'])('%s', mode => {
  registerCases(describe, it, killCases(kills), harness(mode), 900_000)
})

it('a writer that acknowledges before it has written is found out', async () => {
  for (const given of killCases(3)) {
    await expect(runCase(given, harness('hasty'))).rejects.toThrow(/acknowledged/)
  }
}, 60_000)
