import { indexEntries, queryVectors } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import type { HnswIndexOptions } from '@agentmem/hnsw'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const dimensions = 32
const org: Scope = { orgId: 'acme' }
const entries = indexEntries(dimensions, 1200, n => ({ ...org, userId: `user-${n % 3}` }))

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'agentmem-hnsw-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

function openIndex(options: Partial<HnswIndexOptions> = {}): Promise<VectorIndex> {
  return openHnswIndex({ path, dimensions, exactUpTo: 100, ...options })
}

async function saved(upserts: readonly IndexEntry[], cursor: number): Promise<void> {
  await using index = await openIndex()
  await index.apply({ upserts, deletes: [], cursor })
}

/** The one file of a kind that the snapshot has. */
async function fileOf(kind: string): Promise<string> {
  const names = (await readdir(path)).filter(name => name.startsWith(kind))
  expect(names).toHaveLength(1)
  return join(path, names[0] ?? '')
}

async function flipBit(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  const { size } = await handle.stat()
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, size >> 1)
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, size >> 1)
  await handle.close()
}

describe('a snapshot', () => {
  it('brings back vectors, scopes, deletions, graph and cursor', async () => {
    const queries = queryVectors(dimensions, 30).map((vector, i) => ({
      vector,
      k: 10,
      scope: { ...org, userId: `user-${i % 3}` },
    }))
    const index = await openIndex()
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await index.apply({
      upserts: entries.slice(0, 50),
      deletes: entries.slice(1100).map(e => e.id),
      cursor: 1300,
    })
    const before = await index.search(queries)
    await index.close()

    await using again = await openIndex()
    expect(await again.cursor()).toBe(1300)
    expect(await again.stats()).toMatchObject({ vectors: 1100, graphVectors: 1100, deletedLabels: 150 })
    expect((await again.stats()).rebuiltBecause).toBeUndefined()
    expect(await again.search(queries)).toEqual(before)
    expect(await again.get(entries.map(e => e.id))).toEqual(
      entries.map((e, n) => (n < 1100 ? e.vector : undefined)),
    )
    await again.apply({ upserts: entries.slice(1100), deletes: [], cursor: 1400 })
    expect(await again.stats()).toMatchObject({ vectors: 1200, graphVectors: 1200, deletedLabels: 150 })
  })

  it('replaces the one before it, files and all', async () => {
    await saved(entries, 1)
    const first = await readdir(path)
    await saved(entries.slice(0, 10), 2)
    const second = await readdir(path)
    expect(second).toHaveLength(first.length)
    expect(second.filter(name => first.includes(name))).toEqual(['header.json'])
    await using index = await openIndex()
    expect(await index.cursor()).toBe(2)
  })

  it('is not written again when nothing has changed', async () => {
    await saved(entries, 1)
    const before = await readdir(path)
    const index = await openIndex()
    await index.optimize()
    await index.close()
    expect(await readdir(path)).toEqual(before)
  })

  it('is written while changes keep coming, before anyone asks', async () => {
    await using index = await openIndex({ exactUpTo: 100_000 })
    const many = indexEntries(dimensions, 6000, () => org)
    await index.apply({ upserts: many, deletes: [], cursor: 6000 })
    await index.apply({ upserts: [], deletes: [], cursor: 6001 })
    expect(await readdir(path)).toContain('header.json')
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

  it('that cannot be written rejects optimize and close, and the index goes on between', async () => {
    const index = await openIndex()
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await rm(path, { recursive: true })
    await expect(index.optimize()).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(/ENOENT/),
    })
    await index.apply({ upserts: [], deletes: ['entry-000000'], cursor: 1201 })
    expect(await index.stats()).toMatchObject({ vectors: 1199, unsavedChanges: 1201 })
    await expect(index.close()).rejects.toMatchObject({ code: 'BACKEND' })
  })

  it('of two writers the last one wins, and each keeps answering', async () => {
    const [a, b] = [await openIndex(), await openIndex()]
    await a.apply({ upserts: entries.slice(0, 600), deletes: [], cursor: 600 })
    await b.apply({ upserts: entries, deletes: [], cursor: 1200 })
    await Promise.all([a.optimize(), b.optimize()])
    await b.apply({ upserts: [], deletes: ['entry-000000'], cursor: 1201 })
    await a.close()
    expect((await b.stats()).vectors).toBe(1199)
    await b.close()
    await using again = await openIndex()
    expect(await again.cursor()).toBe(1201)
    expect(await again.stats()).toMatchObject({ vectors: 1199, rebuiltBecause: undefined })
  })
})

describe('a snapshot that does not fit', () => {
  async function expectRebuilt(reason: RegExp, options: Partial<HnswIndexOptions> = {}): Promise<void> {
    await using index = await openIndex(options)
    expect(await index.cursor()).toBe(0)
    const { vectors, rebuiltBecause } = await index.stats()
    expect(vectors).toBe(0)
    expect(rebuiltBecause).toMatch(reason)
    const [entry] = indexEntries(index.dimensions, 1, () => org)
    if (!entry) throw new Error('no entry')
    await index.apply({ upserts: [entry], deletes: [], cursor: 1 })
    expect(await index.search([{ vector: entry.vector, k: 1, scope: org }])).toMatchObject([
      [{ id: entry.id }],
    ])
  }

  it.each([
    [{ dimensions: 16 }, /dimensions 32 instead of 16/],
    [{ m: 8 }, /m \d+ instead of 8/],
    [{ efConstruction: 100 }, /efConstruction \d+ instead of 100/],
  ])('because it was built with other options than %j is not used', async (options, reason) => {
    await saved(entries, 1)
    await expectRebuilt(reason, options)
  })

  it('because of another format is not used', async () => {
    await saved(entries, 1)
    const header = join(path, 'header.json')
    const { crc32 } = await import('node:zlib')
    const [json = ''] = (await readFile(header, 'utf8')).split('\n')
    const newer = JSON.stringify({ ...(JSON.parse(json) as object), format: 2 })
    await writeFile(header, `${newer}\n${crc32(newer)}\n`)
    await expectRebuilt(/format 2, this version reads 1/)
  })

  for (const kind of ['header', 'vectors', 'entries', 'graph']) {
    it(`because a bit of its ${kind} file is flipped is not used`, async () => {
      await saved(entries, 1)
      await flipBit(await fileOf(kind))
      await expectRebuilt(/checksum/)
    })

    it(`because its ${kind} file is cut short is not used`, async () => {
      await saved(entries, 1)
      await truncate(await fileOf(kind), 40)
      await expectRebuilt(kind === 'header' ? /checksum/ : /has 40 bytes instead of/)
    })
  }

  it.each(['vectors', 'entries', 'graph'])('because its %s file is missing is not used', async kind => {
    await saved(entries, 1)
    await rm(await fileOf(kind))
    await expectRebuilt(/damaged: ENOENT/)
  })
})

describe('a process that is killed', () => {
  /** Applies 100 entries a batch, each followed by a snapshot, and says so. */
  const writer = `
    import { indexEntries } from '@agentmem/conformance'
    import { openHnswIndex } from '@agentmem/hnsw'
    const index = await openHnswIndex({ path: process.argv[1], dimensions: 32, exactUpTo: 100 })
    const entries = indexEntries(32, 1000, () => ({ orgId: 'acme' }))
    for (let start = 0; ; start = (start + 100) % 1000) {
      const upserts = entries.slice(start, start + 100)
      await index.apply({ upserts, deletes: [], cursor: start + 100 })
      process.stdout.write('.')
      await index.optimize()
    }
  `

  it.each([3, 5, 7, 9])(
    'while snapshot %i is written leaves an index that opens',
    { timeout: 30_000 },
    async count => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer, path], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const exited = once(child, 'exit')
      let dots = 0
      for await (const chunk of child.stdout) {
        dots += String(chunk).length
        if (dots >= count) child.kill('SIGKILL')
      }
      await exited
      await using index = await openIndex()
      const cursor = await index.cursor()
      expect((await index.stats()).rebuiltBecause).toBeUndefined()
      expect(cursor).toBeGreaterThanOrEqual(100 * (count - 1))
      expect((await index.stats()).vectors).toBe(cursor)
    },
  )
})

describe('a process that exits', () => {
  /** Builds a graph of some megabytes and exits as soon as its file appears. */
  const writer = `
    import { indexEntries } from '@agentmem/conformance'
    import { openHnswIndex } from '@agentmem/hnsw'
    import { readdirSync } from 'node:fs'
    const [, path] = process.argv
    const index = await openHnswIndex({ path, dimensions: 1024, exactUpTo: 100, efConstruction: 4 })
    await index.apply({ upserts: indexEntries(1024, 3000, () => ({ orgId: 'acme' })), deletes: [], cursor: 1 })
    void index.optimize().catch(() => undefined)
    while (!readdirSync(path).some(name => name.startsWith('graph'))) {}
    process.exit(3)
  `

  it('while its snapshot is written is not aborted by the addon', { timeout: 30_000 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer, path], {
      cwd: import.meta.dirname,
      stdio: 'inherit',
    })
    expect(await once(child, 'exit')).toEqual([3, null])
    await using index = await openIndex({ dimensions: 1024, efConstruction: 4 })
    expect(await index.stats()).toMatchObject({ vectors: 0, rebuiltBecause: undefined })
  })
})
