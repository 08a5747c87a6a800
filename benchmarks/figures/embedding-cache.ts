/**
 * What each level of the embedding cache saves: batches of 1,000 on SQLite + hnsw, with a model that takes 0.2 ms
 * a text, beside the same batch with vectors that need no embedding.
 *
 *   node benchmarks/figures/embedding-cache.ts [--rounds 7]      with AGENTMEM_REDIS_URL: the shared level as well
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { Memory } from '@agentmem/core'
import type { AddInput, EmbeddingCache, MemoryOptions } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { openSqliteStore } from '@agentmem/sqlite'

import { formatNumber } from '../measured/format-number.ts'
import { median } from '../measured/statistics.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'
import { WaitingEmbedder } from './waiting-embedder.ts'

const [size, dimensions, msPerText] = [1_000, 384, 0.2]
const rounds = Number(parseArgs({ options: { rounds: { type: 'string', default: '7' } } }).values.rounds)
const redisUrl = process.env['AGENTMEM_REDIS_URL']
const userId = 'user'

/** One way to add a batch; `before` is done outside of the time that is taken. */
interface Way {
  readonly name: string
  readonly inputs: (texts: readonly string[]) => readonly AddInput[] | Promise<readonly AddInput[]>
  readonly before?: (texts: readonly string[]) => Promise<unknown>
}

const folder = await mkdtemp(join(tmpdir(), 'agentmem-cache-'))
const opened: Memory[] = []

/** A time limit that a busy machine does not reach: what is measured is the cache, not its absence. */
const openShared = (url: string): Promise<EmbeddingCache> =>
  openRedisEmbeddingCache({ url, ttlSeconds: 600, timeoutMs: 20_000, prefix: 'agentmem-benchmark' })

async function open(name: string, cache: MemoryOptions['cache'], embedder: WaitingEmbedder): Promise<Memory> {
  const path = join(folder, name)
  const memory = await Memory.open({
    store: await openSqliteStore({ path: `${path}.db` }),
    index: await openHnswIndex({ path: `${path}.hnsw`, dimensions }),
    embedder,
    cache,
  })
  opened.push(memory)
  return memory
}

try {
  const model = (): WaitingEmbedder => new WaitingEmbedder('waiting', dimensions, msPerText)
  const asIs = (texts: readonly string[]): readonly string[] => texts
  const rows: string[][] = []
  let floor = Number.NaN
  const measure = async (memory: Memory, embedder: WaitingEmbedder, way: Way): Promise<void> => {
    const times: number[] = []
    let [calls, embedded] = [0, 0]
    for (let round = 0; round <= rounds; round++) {
      const texts = sampleTexts(rows.length * 100_000 + round * size, size)
      await way.before?.(texts)
      const inputs = await way.inputs(texts)
      ;[calls, embedded] = [embedder.calls, embedder.texts]
      const start = performance.now()
      await memory.addBatch(inputs, { userId })
      if (round > 0) times.push(performance.now() - start)
      ;[calls, embedded] = [embedder.calls - calls, embedder.texts - embedded]
      await memory.flush()
    }
    const ms = median(times)
    if (rows.length === 0) floor = ms
    const rate = formatNumber((size / ms) * 1_000)
    rows.push([
      way.name,
      formatNumber(ms),
      rate,
      `${formatNumber((floor / ms) * 100)}%`,
      `${calls}`,
      `${embedded}`,
    ])
  }
  const half = (texts: readonly string[]): readonly string[] => {
    const distinct = texts.slice(0, size / 2)
    return [...distinct, ...distinct]
  }

  const one = model()
  const plain = await open('memory', {}, one)
  await measure(plain, one, {
    name: 'vectors brought along: the storage alone',
    inputs: async texts => {
      const vectors = await new WaitingEmbedder('waiting', dimensions, 0).embed(texts)
      return texts.map((content, i) => ({ content, embedding: vectors[i] }))
    },
  })
  await measure(plain, one, { name: 'all texts new', inputs: asIs })
  await measure(plain, one, { name: 'half of them repeated', inputs: half })
  const warm = (texts: readonly string[]): Promise<unknown> => plain.addBatch(half(texts), { userId })
  await measure(plain, one, { name: 'the same batch again: in memory', inputs: half, before: warm })

  if (redisUrl !== undefined) {
    const [two, three] = [model(), model()]
    const writer = await open('writer', { shared: await openShared(redisUrl) }, two)
    // As in another process: it shares the second level, and has nothing in memory.
    const reader = await open('reader', { shared: await openShared(redisUrl), maxEntries: 1 }, three)
    await measure(reader, three, {
      name: 'the same batch in another process: Redis',
      inputs: asIs,
      before: async texts => {
        await writer.addBatch(texts, { userId })
        await new Promise(resolve => setTimeout(resolve, 200))
      },
    })
  }

  const four = model()
  const kept = await open('kept', { store: true, maxEntries: 1 }, four)
  await measure(kept, four, { name: 'all texts new, found again by the Store', inputs: asIs })
  await measure(kept, four, {
    name: 'the same batch after a restart: the Store',
    inputs: asIs,
    before: texts => kept.addBatch(texts, { userId }),
  })

  console.log(
    `addBatch(${size}) on SQLite + hnsw; the model takes ${msPerText} ms a text; medians of ${rounds}\n`,
  )
  console.log(formatTable(['batch', 'ms', 'memories/s', 'of storage', 'embed calls', 'embedded'], rows))
  if (redisUrl === undefined)
    console.log('\nThe shared level was left out: AGENTMEM_REDIS_URL names no Redis.')
} finally {
  for (const memory of opened) await memory.close()
  await rm(folder, { recursive: true })
}
