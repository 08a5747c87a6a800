import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { expect, test } from 'vitest'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 20
const writer = join(import.meta.dirname, 'write-batches.mjs')
const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder

/** Starts the writer, kills it some time after it has opened its memory, and returns the batches it acknowledged. */
async function writeUntilKilled(dataDir: string, mode: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, dataDir, mode, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 1_000)
    output += text
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  expect(signal, `the writer ended by itself after: ${output}`).toBe('SIGKILL')
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

test.each(['log', 'transactions'])(
  `by its %s: ${kills} kills of the database with its process lose no acknowledged batch, and the index is right after opening`,
  async mode => {
    const folder = await mkdtemp(join(tmpdir(), 'agentmem-pgvector-'))
    const dataDir = join(folder, 'pglite')
    const acknowledged: number[] = []
    let next = 0
    try {
      for (let kill = 0; kill < kills; kill++) {
        const batches = await writeUntilKilled(dataDir, mode, next)
        acknowledged.push(...batches)
        // A batch that was under way may have been committed without having been acknowledged.
        next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)

        const pglite = await PGlite.create({ dataDir, extensions: { vector } })
        const store = await openPgliteStore({ db: pglite })
        const place = mode === 'transactions' ? { store } : { pglite }
        const index = await openPgvectorIndex({ ...place, dimensions, exactUpTo: 200 })
        if (mode === 'transactions') expect(await index.cursor()).toBe(await store.head())
        const memory = await Memory.open({ store, index, embedder })
        const items = new Map<unknown, number>()
        for await (const { metadata } of memory.list({ userId: 'ana' })) {
          items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
        }
        expect(acknowledged.filter(batch => items.get(batch) !== batchSize)).toEqual([])
        expect([...items].filter(([, count]) => count !== batchSize)).toEqual([])
        expect(await memory.verify()).toMatchObject({ ok: true })
        await memory.close()
        await pglite.close()
      }
      expect(acknowledged.length).toBeGreaterThan(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
  900_000,
)
