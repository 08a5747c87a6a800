import { indexEntries, queryVectors } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { mkdtemp, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSmall } from './open-small.ts'

const dimensions = 32
const org: Scope = { orgId: 'acme' }
const entries = indexEntries(dimensions, 1200, n => ({ ...org, userId: `user-${n % 3}` }))

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'agentmem-usearch-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

function openIndex(options: { dimensions?: number } = {}): Promise<VectorIndex> {
  return openSmall({ path, dimensions, snapshotAfter: 100_000, ...options })
}

async function saved(upserts: readonly IndexEntry[], cursor: number): Promise<void> {
  await using index = await openIndex()
  await index.apply({ upserts, deletes: [], cursor })
  await index.optimize()
}

async function filesOf(kind: string): Promise<string[]> {
  return (await readdir(path)).filter(name => name.startsWith(kind)).map(name => join(path, name))
}

async function firstFileOf(kind: string): Promise<string> {
  const [file] = await filesOf(kind)
  if (file === undefined) throw new Error(`There is no file of ${kind}.`)
  return file
}

async function flipBit(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  const { size } = await handle.stat()
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, size >> 1)
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, size >> 1)
  await handle.close()
}

const queries = queryVectors(dimensions, 30).map((vector, i) => ({
  vector,
  k: 10,
  scope: { ...org, userId: `user-${i % 3}` },
}))

describe('an index that is opened again', () => {
  it('has its vectors, scopes, deletions, graphs and cursor', async () => {
    const index = await openIndex()
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await index.apply({
      upserts: entries.slice(0, 50),
      deletes: entries.slice(1100).map(e => e.id),
      cursor: 1300,
    })
    await index.optimize()
    const before = await index.search(queries)
    const stats = await index.stats()
    expect(stats).toMatchObject({ vectors: 1100, rebuiltBecause: undefined })
    expect(stats['graphVectors']).toBeGreaterThan(1000)
    await index.close()

    await using again = await openIndex()
    expect(await again.cursor()).toBe(1300)
    expect(await again.stats()).toEqual({ ...stats, unsavedChanges: 0 })
    expect(await again.search(queries)).toEqual(before)
    expect(await again.get(entries.map(e => e.id))).toEqual(
      entries.map((e, n) => (n < 1100 ? e.vector : undefined)),
    )
  })

  it('appends to no file of before, and makes many short segments one', async () => {
    for (let i = 0; i < 12; i++) {
      await using index = await openIndex()
      await index.apply({ upserts: entries.slice(20 * i, 20 * i + 20), deletes: [], cursor: i + 1 })
    }
    await using index = await openIndex()
    expect(await index.stats()).toMatchObject({ vectors: 240, deadVectors: 0 })
    expect((await index.stats())['segments']).toBeLessThan(8)
    expect(await index.get(entries.slice(0, 240).map(e => e.id))).toEqual(
      entries.slice(0, 240).map(e => e.vector),
    )
  })

  it('gives the place of segments back once most of them is deleted', async () => {
    await using index = await openIndex()
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await index.optimize()
    const { bytesOnDisk: before = 0 } = await index.stats()
    await index.apply({ upserts: [], deletes: entries.slice(200).map(e => e.id), cursor: 2200 })
    await index.optimize()
    const { bytesOnDisk: after = Infinity, vectors } = await index.stats()
    expect(vectors).toBe(200)
    expect(after).toBeLessThan(before / 3)
    await expect.poll(async () => (await filesOf('vectors')).length).toBeLessThan(3)
  })

  it('is not written when nothing has changed', async () => {
    await saved(entries, 1)
    const header = await readFile(join(path, 'header.json'), 'utf8')
    const index = await openIndex()
    await index.optimize()
    await index.close()
    expect(await readFile(join(path, 'header.json'), 'utf8')).toBe(header)
  })

  it('is saved while changes keep coming, before anyone asks', async () => {
    await using index = await openSmall({ path, dimensions, snapshotAfter: 100 })
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await expect.poll(() => readdir(path)).toContain('header.json')
  })

  it('leaves out what came after the last snapshot', async () => {
    const index = await openIndex()
    await index.apply({ upserts: entries.slice(0, 300), deletes: [], cursor: 300 })
    await index.optimize()
    const header = await readFile(join(path, 'header.json'))
    await index.apply({ upserts: entries.slice(300, 350), deletes: ['entry-000000'], cursor: 350 })
    await index.close()
    await writeFile(join(path, 'header.json'), header)

    await using again = await openIndex()
    expect(await again.cursor()).toBe(300)
    expect(await again.stats()).toMatchObject({ vectors: 300, rebuiltBecause: undefined })
  })

  it('clears away what a process left that died an hour ago, and nothing younger', async () => {
    const old = join(path, 'graph-00000000-0000-4000-8000-000000000000')
    const young = join(path, 'graph-00000000-0000-4000-8000-000000000001')
    const foreign = join(path, 'notes.txt')
    for (const file of [old, young, foreign]) await writeFile(file, 'x')
    const longAgo = new Date(Date.now() - 7_200_000)
    for (const file of [old, foreign]) await utimes(file, longAgo, longAgo)
    await saved(entries, 1)
    const names = await readdir(path)
    expect(names).not.toContain('graph-00000000-0000-4000-8000-000000000000')
    expect(names).toContain('graph-00000000-0000-4000-8000-000000000001')
    expect(names).toContain('notes.txt')
  })

  it('whose folder is gone rejects optimize and close, and goes on between', async () => {
    const index = await openIndex()
    await index.apply({ upserts: entries.slice(0, 20), deletes: [], cursor: 20 })
    await rm(path, { recursive: true })
    const lost = { code: 'BACKEND', message: expect.stringMatching(/ENOENT/) as string }
    await expect(index.optimize()).rejects.toMatchObject(lost)
    await index.apply({ upserts: [], deletes: ['entry-000000'], cursor: 21 })
    expect(await index.stats()).toMatchObject({ vectors: 19, unsavedChanges: 21 })
    await expect(index.close()).rejects.toMatchObject(lost)
  })

  it('by two at the same time has what the last one saved, and each keeps answering', async () => {
    await saved(entries.slice(0, 300), 300)
    const [a, b] = [await openIndex(), await openIndex()]
    await a.apply({ upserts: entries.slice(300, 600), deletes: [], cursor: 600 })
    await b.apply({ upserts: entries.slice(300), deletes: [], cursor: 1200 })
    await Promise.all([a.optimize(), b.optimize()])
    await b.apply({ upserts: [], deletes: ['entry-000000'], cursor: 1201 })
    await a.close()
    expect((await b.search(queries)).every(matches => matches.length === 10)).toBe(true)
    await b.close()
    await using again = await openIndex()
    expect(await again.cursor()).toBe(1201)
    expect(await again.stats()).toMatchObject({ vectors: 1199, rebuiltBecause: undefined })
  })
})

describe('files that do not fit', () => {
  async function expectRebuilt(reason: RegExp, options: { dimensions?: number } = {}): Promise<void> {
    await using index = await openIndex(options)
    expect(await index.cursor()).toBe(0)
    const { vectors, rebuiltBecause } = await index.stats()
    expect(vectors).toBe(0)
    expect(rebuiltBecause).toMatch(reason)
    const upserts = indexEntries(index.dimensions, 300, () => org)
    await index.apply({ upserts, deletes: [], cursor: 1 })
    await index.optimize()
    const [{ id, vector } = { id: '', vector: new Float32Array() }] = upserts
    expect(await index.search([{ vector, k: 1, scope: org }])).toMatchObject([[{ id }]])
  }

  it('because of other dimensions are not used', async () => {
    await saved(entries, 1)
    await expectRebuilt(/dimensions 32 instead of 16/, { dimensions: 16 })
  })

  it('because of another format are not used', async () => {
    await saved(entries, 1)
    const header = join(path, 'header.json')
    const [json = ''] = (await readFile(header, 'utf8')).split('\n')
    const newer = JSON.stringify({ ...(JSON.parse(json) as object), format: 3 })
    await writeFile(header, `${newer}\n${crc32(newer)}\n`)
    await expectRebuilt(/format 3, this version reads 2/)
  })

  it.each(['header', 'vectors', 'codes', 'entries'])(
    'because a bit of %s is flipped are not used',
    async kind => {
      await saved(entries, 1)
      await flipBit(await firstFileOf(kind))
      await expectRebuilt(/checksum/)
    },
  )

  it.each(['header', 'codes', 'entries', 'vectors'])('because %s is cut short are not used', async kind => {
    await saved(entries, 1)
    await truncate(await firstFileOf(kind), 40)
    await expectRebuilt(kind === 'header' ? /checksum/ : /ends before/)
  })

  it.each(['vectors', 'codes', 'entries'])('because %s is missing are not used', async kind => {
    await saved(entries, 1)
    await rm(await firstFileOf(kind))
    await expectRebuilt(/damaged: ENOENT/)
  })

  it.each(['flipped', 'cut', 'missing'])('a graph that is %s is built again', async how => {
    await saved(entries, 1)
    const graph = await firstFileOf('graph')
    if (how === 'flipped') await flipBit(graph)
    if (how === 'cut') await truncate(graph, 4_000)
    if (how === 'missing') await rm(graph)
    await using index = await openIndex()
    expect(await index.cursor()).toBe(1)
    await index.optimize()
    expect(await index.stats()).toMatchObject({ rebuiltBecause: undefined, vectors: 1200 })
    expect((await index.stats())['graphVectors']).toBe(1200)
    expect(await readFile(join(path, 'header.json'), 'utf8')).not.toContain(basename(graph))
  })

  it('no graph is built over vectors of which a bit is flipped while they are open', async () => {
    {
      await using index = await openIndex()
      await index.apply({ upserts: entries, deletes: [], cursor: 1 })
    }
    const header = JSON.parse((await readFile(join(path, 'header.json'), 'utf8')).split('\n')[0] ?? '') as {
      segments: { name: string; rows: number }[]
    }
    const full = header.segments.find(segment => segment.rows === 256)
    const index = await openIndex()
    await flipBit(join(path, `vectors-${full?.name}`))
    await expect(index.optimize()).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(/vectors do not match their checksum/) as string,
    })
    await index.close()
  })
})
