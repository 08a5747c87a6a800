import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { expect, test } from 'vitest'
import { freshFolder } from './fresh-folder.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
const writer = join(import.meta.dirname, 'write-batches.mjs')
const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder

/** Starts the writer, kills it some time after it has opened its memory, and returns the batches it acknowledged. */
async function writeUntilKilled(folder: string, mode: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, folder, mode, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 400)
    output += text
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  expect(signal, `the writer ended by itself after: ${output}`).toBe('SIGKILL')
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

/** What the index holds is what the log says, before anything has caught up. */
async function expectInStep(store: Store, index: VectorIndex): Promise<void> {
  const page = await store.changes({ after: 0, limit: 100_000 })
  expect(await index.cursor()).toBe(page.cursor)
  expect((await index.stats()).vectors).toBe(page.upserts.length)
  const held = await index.get(page.upserts.map(({ id }) => id))
  expect(held).toEqual(page.upserts.map(({ vector }) => vector))
}

test.each(['own file', "the Store's file", 'transactions'])(
  `%s: ${kills} kills at random moments lose no acknowledged batch, and the index is right after opening`,
  async mode => {
    await using folder = await freshFolder()
    const acknowledged: number[] = []
    let next = 0
    for (let kill = 0; kill < kills; kill++) {
      const batches = await writeUntilKilled(folder.path, mode, next)
      acknowledged.push(...batches)
      // A batch that was under way may have been committed without having been acknowledged.
      next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)

      const store = await openSqliteStore({ path: join(folder.path, 'memories.db') })
      const path = join(folder.path, mode === 'own file' ? 'vectors.db' : 'memories.db')
      const index = await openSqliteVecIndex(
        mode === 'transactions' ? { store, dimensions } : { path, dimensions },
      )
      if (mode === 'transactions') await expectInStep(store, index)
      await using memory = await Memory.open({ store, index, embedder })
      const items = new Map<unknown, number>()
      for await (const { metadata } of memory.list({ userId: 'ana' })) {
        items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
      }
      expect(acknowledged.filter(batch => items.get(batch) !== batchSize)).toEqual([])
      expect([...items].filter(([, count]) => count !== batchSize)).toEqual([])
      expect(await memory.verify()).toMatchObject({ ok: true })
    }
    expect(acknowledged.length).toBeGreaterThan(kills / 4)
  },
  900_000,
)
