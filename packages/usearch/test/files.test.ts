import { indexEntries } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
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

function openIndex(): Promise<VectorIndex> {
  return openSmall({ path, dimensions, snapshotAfter: 100_000 })
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

describe('an index that is opened again', () => {
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

  it('makes one of the short segments when it is optimized, whatever is in them', async () => {
    for (let i = 0; i < 3; i++) {
      await using index = await openIndex()
      await index.apply({ upserts: entries.slice(100 * i, 100 * i + 100), deletes: [], cursor: i + 1 })
    }
    await using index = await openIndex()
    await index.apply({ upserts: [], deletes: ['entry-000150'], cursor: 4 })
    expect(await index.stats()).toMatchObject({ segments: 3, deadVectors: 1 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({
      vectors: 299,
      segments: 2,
      deadVectors: 0,
      graphVectors: 256,
    })
    const held = entries.slice(0, 300).map(({ id, vector }) => (id === 'entry-000150' ? undefined : vector))
    expect(await index.get(entries.slice(0, 300).map(({ id }) => id))).toEqual(held)
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
})

describe('what does not match its checksum', () => {
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
