import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@lancedb/lancedb'
import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { IndexEntry, IndexStats, Scope, VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 120_000 })

const dimensions = 64
const org: Scope = { orgId: 'acme' }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
})

afterEach(() => rm(folder, { recursive: true }))

function apply(index: VectorIndex, upserts: readonly IndexEntry[], cursor: number): Promise<void> {
  return index.apply({ upserts, deletes: [], cursor })
}

/** The stats once they fit, or what they are in the end. */
async function settled(index: VectorIndex, fit: (stats: IndexStats) => boolean): Promise<IndexStats> {
  for (const deadline = Date.now() + 60_000; ;) {
    const stats = await index.stats()
    if (fit(stats) || Date.now() > deadline) return stats
    await delay(200)
  }
}

const isSettled = ({ files, versions }: IndexStats): boolean => Number(files) <= 10 && Number(versions) <= 10

describe('files and versions', () => {
  it('are at most 10 of each after 200 single adds, each of them flushed', async () => {
    const embedder = new HashEmbedder({ dimensions })
    const index = await openLancedbIndex({ path: join(folder, 'vectors'), dimensions, keepVersionsMs: 500 })
    await using memory = await Memory.open({
      store: await openSqliteStore({ path: join(folder, 'memories.db') }),
      index,
      embedder,
    })
    for (let i = 0; i < 200; i++) {
      await memory.add(`Note ${i}`, { userId: 'ana' })
      await memory.flush()
    }
    const stats = await settled(index, isSettled)
    expect(stats.vectors).toBe(200)
    expect(stats['files']).toBeLessThanOrEqual(10)
    expect(stats['versions']).toBeLessThanOrEqual(10)
    expect(stats['backgroundError']).toBeUndefined()
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 200 })
  })

  it('stay few where each process applies once', async () => {
    const entries = indexEntries(dimensions, 40, () => org)
    const open = (): Promise<VectorIndex> => openLancedbIndex({ path: folder, dimensions, keepVersionsMs: 0 })
    for (const [i, entry] of entries.entries()) {
      await using index = await open()
      await apply(index, [entry], i + 1)
    }
    await using index = await open()
    const { vectors, files, versions } = await index.stats()
    expect(vectors).toBe(40)
    // No process had the time to settle; what the last merge of files has replaced is still there.
    expect(Math.max(Number(files), Number(versions))).toBeLessThanOrEqual(20)
  })

  it('of what was replaced are kept for those who read it, and then removed', async () => {
    await using index = await openLancedbIndex({ path: folder, dimensions, keepVersionsMs: 2_500 })
    const entries = indexEntries(dimensions, 60, () => org)
    for (let i = 0; i < 12; i++) await apply(index, entries.slice(5 * i, 5 * i + 5), i + 1)
    await index.optimize()
    expect(Number((await index.stats())['versions'])).toBeGreaterThan(10)
    const stats = await settled(index, isSettled)
    expect(isSettled(stats)).toBe(true)
    expect(stats.vectors).toBe(60)
  })

  it('do not keep what was deleted', async () => {
    await using index = await openLancedbIndex({ path: folder, dimensions, keepVersionsMs: 0 })
    const entries = indexEntries(dimensions, 50, () => org)
    await apply(index, entries, 50)
    await index.optimize()
    await index.apply({ upserts: [], deletes: entries.slice(10).map(entry => entry.id), cursor: 90 })
    await index.optimize()
    await index.optimize()
    const table = await (await connect(folder)).openTable('memories')
    // Ten vectors and the row of the cursor.
    expect(await table.countRows()).toBe(11)
    expect(await index.stats()).toMatchObject({ vectors: 10 })
    expect(await index.cursor()).toBe(90)
  })
})

describe('the index over the vectors', () => {
  const entries = indexEntries(dimensions, 3_000, n => ({ ...org, userId: `user-${n % 7}` }))
  const queries = queryVectors(dimensions, 40)

  async function recallOf(index: VectorIndex, held: readonly IndexEntry[], scope: Scope): Promise<number> {
    const exact = new ExactIndex(dimensions)
    await apply(exact, held, 1)
    const asked = queries.map(vector => ({ vector, k: 10, scope }))
    const [truth, answers] = [await exact.search(asked), await index.search(asked)]
    let found = 0
    for (const [i, expected] of truth.entries()) {
      const scores = new Map(expected.map(({ id, score }) => [id, score]))
      for (const { id, score } of answers[i] ?? []) {
        if (!scores.has(id)) continue
        expect(score).toBe(scores.get(id))
        found++
      }
    }
    return found / truth.flat().length
  }

  it('is built in the background past the size that is scanned, and finds also what came later', async () => {
    await using index = await openLancedbIndex({ path: folder, dimensions, exactUpTo: 1_000 })
    await apply(index, entries.slice(0, 900), 900)
    await index.optimize()
    expect(await index.stats()).toMatchObject({ indexKind: 'none', unindexedRows: 900 })
    await apply(index, entries.slice(900, 2_500), 2_500)
    const built = await settled(index, ({ indexKind }) => indexKind !== 'none')
    expect(built).toMatchObject({ indexKind: 'IVF_RQ', partitions: 8, backgroundError: undefined })
    await apply(index, entries.slice(2_500), 3_000)
    expect((await index.stats())['unindexedRows']).toBeGreaterThanOrEqual(500)
    expect(await recallOf(index, entries, org)).toBeGreaterThan(0.95)
    await index.optimize()
    expect((await index.stats())['unindexedRows']).toBeLessThan(500)
    expect(await recallOf(index, entries, org)).toBeGreaterThan(0.95)
    expect(await recallOf(index, entries, { ...org, userId: 'user-3' })).toBe(1)
  })

  it('takes changes while it is built, and holds them all', async () => {
    await using index = await openLancedbIndex({ path: folder, dimensions, exactUpTo: 1_000 })
    await apply(index, entries.slice(0, 2_000), 2_000)
    const building = index.optimize()
    for (let i = 2_000; i < 3_000; i += 100) await apply(index, entries.slice(i, i + 100), i + 100)
    await building
    const gone = entries.slice(0, 500).map(entry => entry.id)
    await index.apply({ upserts: [], deletes: gone, cursor: 3_500 })
    expect(await index.stats()).toMatchObject({ vectors: 2_500, indexKind: 'IVF_RQ' })
    expect(await recallOf(index, entries.slice(500), org)).toBeGreaterThan(0.95)
    expect(await index.get(gone.slice(0, 3))).toEqual([undefined, undefined, undefined])
  })

  it('is built again when the table has outgrown it', async () => {
    const many = indexEntries(16, 33_000, () => org)
    await using index = await openLancedbIndex({ path: folder, dimensions: 16, exactUpTo: 1_000 })
    await apply(index, many.slice(0, 2_000), 2_000)
    await index.optimize()
    expect(await index.stats()).toMatchObject({ partitions: 8 })
    await apply(index, many.slice(2_000), 33_000)
    await index.optimize()
    expect(await index.stats()).toMatchObject({ partitions: 33, unindexedRows: 0 })
    const table = await (await connect(folder)).openTable('memories')
    const overVectors = (await table.listIndices()).filter(({ columns }) => columns.includes('vector'))
    expect(overVectors).toHaveLength(1)
  })
})

describe('equal scores', () => {
  it('are in the order of the ids, also when there are more of them than candidates', async () => {
    await using index = await openLancedbIndex({ path: folder, dimensions })
    const [same] = indexEntries(dimensions, 1, () => org)
    if (!same) throw new Error('There are no entries.')
    const ids = Array.from({ length: 500 }, (_, n) => `id-${String((n * 271) % 500).padStart(3, '0')}`)
    await apply(
      index,
      ids.map(id => ({ ...same, id })),
      1,
    )
    const [matches = []] = await index.search([{ vector: same.vector, k: 10, scope: org }])
    expect(matches.map(match => match.id)).toEqual(ids.toSorted().slice(0, 10))
  })
})

describe('what opening refuses', () => {
  it("a table that is not agentmem's, and leaves it alone", async () => {
    const connection = await connect(folder)
    await connection.createTable('memories', [{ id: 'a', vector: [1, 2] }])
    await expect(openLancedbIndex({ path: folder, dimensions: 2 })).rejects.toMatchObject({ code: 'SCHEMA' })
    expect(await (await connection.openTable('memories')).countRows()).toBe(1)
  })

  it('a place that cannot be written to', async () => {
    await mkdir(join(folder, 'sub'))
    await writeFile(join(folder, 'sub', 'file'), '')
    await expect(
      openLancedbIndex({ path: join(folder, 'sub', 'file', 'x'), dimensions: 2 }),
    ).rejects.toMatchObject({ code: 'BACKEND' })
  })
})

it('a file:// address is kept as a folder is', async () => {
  const options = { uri: `file://${folder}/vectors`, dimensions: 2 }
  const vector = Float32Array.of(0.6, 0.8)
  {
    await using index = await openLancedbIndex(options)
    await apply(index, [{ id: 'a', scope: org, vector }], 3)
  }
  await using index = await openLancedbIndex(options)
  expect(await index.cursor()).toBe(3)
  expect(await index.get(['a'])).toEqual([vector])
  expect(await index.stats()).toMatchObject({ vectors: 1, bytesOnDisk: undefined })
})
