import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, test } from 'vitest'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
/** The writer deletes two of each batch. */
const kept = batchSize - 2
const writer = join(import.meta.dirname, 'write-batches.mjs')

/** Starts the writer, kills it some time after it has opened its memory, and returns the batches it acknowledged. */
async function writeUntilKilled(folder: string, first: number, afterMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, folder, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    output += text
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  expect(signal, `the writer ended by itself after: ${output}`).toBe('SIGKILL')
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

test(`${kills} kills at random moments leave an index that opening mends: every vector there, none too many`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-crash-'))
  const embedder = new HashEmbedder({ dimensions: 64 })
  const acknowledged: number[] = []
  let flushed = 0
  let next = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      const batches = await writeUntilKilled(folder, next, Math.random() * 600)
      acknowledged.push(...batches)
      // A batch that was under way may have been committed without having been acknowledged.
      next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)

      const index = await openLancedbIndex({
        path: join(folder, 'vectors'),
        dimensions: embedder.dimensions,
        exactUpTo: 500,
        keepVersionsMs: 200,
      })
      flushed += (await index.cursor()) > 0 ? 1 : 0
      await using memory = await Memory.open({
        store: await openSqliteStore({ path: join(folder, 'memories.db') }),
        index,
        embedder,
      })
      const items = new Map<unknown, number>()
      for await (const { metadata } of memory.list({ userId: 'ana' })) {
        items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
      }
      expect(acknowledged.filter(batch => items.get(batch) !== kept)).toEqual([])
      const checked = [...items.values()].reduce((sum, count) => sum + count, 0)
      expect(await memory.verify()).toMatchObject({ ok: true, checked, orphans: 0 })
    }
    // On a busy machine some are killed before they have acknowledged anything.
    expect(acknowledged.length).toBeGreaterThan(kills / 4)
    expect(flushed, 'openings that found something in the index').toBeGreaterThan(kills / 4)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 300_000)
