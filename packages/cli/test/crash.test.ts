import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemory } from '@agentmem/cli'
import { expect, test } from 'vitest'
import { sqliteAndHnsw } from './backend-pairs.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 5)
const batchSize = 40
const writer = join(import.meta.dirname, 'write-batches.mjs')

interface Urls {
  readonly store: string
  readonly index: string
}

/** Starts the writer, kills it a moment after it has acknowledged some batches, and returns which ones. */
async function writeUntilKilled({ store, index }: Urls, first: number, atLeast: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, store, index, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    // By acknowledgements, not by time: a busy machine is slow, but comes as far.
    const isDue = output.split('\n').length - 2 >= atLeast
    if (isDue && !child.killed) setTimeout(() => child.kill('SIGKILL'), Math.random() * 50)
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  expect(signal, `the writer ended by itself after: ${output}`).toBe('SIGKILL')
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

async function killAgainAndAgain(urls: Urls): Promise<void> {
  const acknowledged: number[] = []
  let next = 0
  for (let kill = 0; kill < kills; kill++) {
    const batches = await writeUntilKilled(urls, next, 1 + Math.floor(Math.random() * 6))
    acknowledged.push(...batches)
    // A batch that was under way may have been committed without having been acknowledged.
    next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)

    // The lease of the killed process is soon taken over.
    const { memory } = await openMemory({ ...urls, follower: { leaseMs: 200 } })
    try {
      const items = new Map<unknown, number>()
      for await (const { metadata } of memory.list({ userId: 'ana' })) {
        items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
      }
      expect(acknowledged.filter(batch => items.get(batch) !== batchSize)).toEqual([])
      expect([...items].filter(([, count]) => count !== batchSize)).toEqual([])
      expect(await memory.verify()).toMatchObject({ ok: true, checked: items.size * batchSize })
    } finally {
      await memory.close()
    }
  }
  expect(acknowledged.length).toBeGreaterThan(kills)
}

// The other durable indexes have such a test in their own packages.
test(`${kills} kills at random moments lose no acknowledged batch, leave none in part, and the index is mended by opening`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-crash-'))
  try {
    await killAgainAndAgain({ store: sqliteAndHnsw.store(folder), index: sqliteAndHnsw.index(folder, 0) })
  } finally {
    await rm(folder, { recursive: true })
  }
}, 600_000)
