import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, test } from 'vitest'

const kills = 20
const batchSize = 40
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

test(`${kills} kills at random moments lose no acknowledged batch, leave none in part, and the index is mended by opening`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-crash-'))
  const acknowledged: number[] = []
  let next = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      const batches = await writeUntilKilled(folder, next, Math.random() * 400)
      acknowledged.push(...batches)
      // A batch that was under way may have been committed without having been acknowledged.
      next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)

      const embedder = new HashEmbedder()
      await using memory = await Memory.open({
        store: await openSqliteStore({ path: join(folder, 'memories.db') }),
        index: await openHnswIndex({
          path: join(folder, 'memories.hnsw'),
          dimensions: embedder.dimensions,
          exactUpTo: 500,
        }),
        embedder,
      })
      const items = new Map<unknown, number>()
      for await (const { metadata } of memory.list({ userId: 'ana' })) {
        items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
      }
      expect(acknowledged.filter(batch => items.get(batch) !== batchSize)).toEqual([])
      expect([...items].filter(([, count]) => count !== batchSize)).toEqual([])
      expect(await memory.verify()).toMatchObject({ ok: true, checked: items.size * batchSize })
    }
    expect(acknowledged.length).toBeGreaterThan(kills)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 180_000)
