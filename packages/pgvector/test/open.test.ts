import { indexEntries } from '@agentmem/conformance'
import { ExactIndex, MapStore } from '@agentmem/core'
import { openPgvectorIndex } from '@agentmem/pgvector'
import type { PgvectorIndexOptions } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { connectPostgres, PostgresDriver } from '@agentmem/postgres/connection'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nearest } from '../src/nearest.ts'
import { layoutOf } from '../src/pgvector-layout.ts'
import { openPglite } from './open-pglite.ts'

let pglite: PGlite

beforeAll(async () => {
  pglite = await openPglite()
}, 120_000)

afterAll(() => pglite?.close())

describe('opening', () => {
  const url = 'postgres://nobody:secret@127.0.0.1:1/none'
  test.each([
    ['an option that is not known', { url, dimensions: 3, poool: 1 }, "no option 'poool'"],
    ['no place', { dimensions: 3 }, 'was given none'],
    ['two places', { url, store: new MapStore(), dimensions: 3 }, 'was given url and store'],
    ['a url of something else', { url: 'mysql://x', dimensions: 3 }, "needs a url such as 'postgres://"],
    ['no dimensions', { url }, 'dimensions: undefined'],
    ['more dimensions than a graph can hold', { url, dimensions: 4_001 }, 'from 1 to 4000'],
    ['a schema that is no name', { url, dimensions: 3, schema: 'a"b' }, 'has schema: "a\\"b"'],
    ['a prefix that is no name', { url, dimensions: 3, tablePrefix: 'a-b' }, 'has tablePrefix: "a-b"'],
    ['fewer candidates than links', { url, dimensions: 3, m: 40, efConstruction: 64 }, 'at least twice m'],
    ['a Store without transactions', { store: new MapStore(), dimensions: 3 }, 'not a map store'],
  ])('refuses %s, and says what to do', async (_what, options, message) => {
    await expect(openPgvectorIndex(options as unknown as PgvectorIndexOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message) as string,
    })
  })

  test('says when the server cannot be reached, and keeps the password to itself', async () => {
    const failure: unknown = await openPgvectorIndex({ url, dimensions: 3 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(String(failure)).not.toContain('secret')
  })

  test('without the extension says which command installs it', async () => {
    await using bare = await PGlite.create()
    await expect(openPgvectorIndex({ pglite: bare, dimensions: 3 })).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      message: expect.stringMatching(/apt-get install postgresql-\d+-pgvector/) as string,
    })
  }, 180_000)

  test('refuses tables with vectors of other dimensions, and leaves them as they are', async () => {
    const place = { pglite, schema: 'other_dimensions' }
    const first = await openPgvectorIndex({ ...place, dimensions: 8 })
    await first.apply({ upserts: indexEntries(8, 5), deletes: [], cursor: 5 })
    await first.close()
    await expect(openPgvectorIndex({ ...place, dimensions: 16 })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    })
    await using again = await openPgvectorIndex({ ...place, dimensions: 8 })
    expect((await again.stats()).vectors).toBe(5)
  })
})

test('goes on with tables of an earlier version, which have no place for a slot', async () => {
  const place = { pglite, schema: 'earlier', dimensions: 8 }
  const first = await openPgvectorIndex(place)
  await first.apply({ upserts: indexEntries(8, 5), deletes: [], cursor: 5 })
  await first.close()
  await pglite.exec('alter table earlier.vector_state drop column slot')
  await using index = await openPgvectorIndex(place)
  expect([await index.cursor(), await index.slot()]).toEqual([5, undefined])
  await index.apply({ upserts: [], deletes: [], cursor: 6, slot: 'a name' })
  expect([await index.cursor(), await index.slot()]).toEqual([6, 'a name'])
})

test('several that have the same tables open apply only what follows on', async () => {
  const place = { pglite, schema: 'several', dimensions: 8 }
  await using one = await openPgvectorIndex(place)
  await using two = await openPgvectorIndex(place)
  const entries = indexEntries(8, 20)
  await one.apply({ upserts: entries.slice(0, 10), deletes: [], cursor: 10, after: 0 })
  expect(await two.cursor()).toBe(10)
  const late = { upserts: entries.slice(10), deletes: ['entry-000000'], cursor: 20, after: 0 }
  await expect(two.apply(late)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect((await two.stats()).vectors).toBe(10)
  await two.apply({ ...late, after: 10 })
  expect(await one.cursor()).toBe(20)
  expect((await one.stats()).vectors).toBe(19)
})

describe('the graph', () => {
  test('is built by optimize() past exactUpTo, is used, and is gone after clear()', async () => {
    await using index = await openPgvectorIndex({ pglite, schema: 'graph', dimensions: 16, exactUpTo: 50 })
    // Enough for the planner to find the graph cheaper than going through all.
    const entries = indexEntries(16, 4_000)
    await index.apply({ upserts: entries.slice(0, 50), deletes: [], cursor: 50 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({ graph: false })
    await index.apply({ upserts: entries.slice(50), deletes: [], cursor: 4_000 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({ graph: true })
    const scans = async (): Promise<number> => {
      // A backend publishes its counts a while later, unless it is asked to.
      await pglite.query('select pg_stat_force_next_flush()')
      const { rows } = await pglite.query<{ scans: number }>(
        "select idx_scan::integer as scans from pg_stat_user_indexes where indexrelid = 'graph.vectors_hnsw'::regclass",
      )
      return rows[0]?.scans ?? 0
    }
    const before = await scans()
    const scope = { orgId: 'acme' }
    const queries = entries.slice(0, 5).map(({ vector }) => ({ vector, k: 3, scope }))
    const found = await index.search(queries)
    expect(found.map(([best]) => best?.id)).toEqual(entries.slice(0, 5).map(({ id }) => id))
    expect(await scans()).toBe(before + 5)
    await index.clear()
    expect(await index.stats()).toMatchObject({ graph: false, vectors: 0 })
  }, 180_000)

  test('that gives up before it has found enough is followed by a scan', async () => {
    const dimensions = 16
    await using index = await openPgvectorIndex({ pglite, schema: 'short', dimensions, exactUpTo: 50 })
    const near = indexEntries(dimensions, 4_000, () => ({ orgId: 'near' }))
    const far = indexEntries(dimensions, 500, () => ({ orgId: 'far' })).map(({ id, scope, vector }) => {
      return { id: `far ${id}`, scope, vector: vector.map(value => -value) }
    })
    await index.apply({ upserts: [...near, ...far], deletes: [], cursor: 4_500 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({ graph: true })
    const access = await connectPostgres({ pglite }, { owner: 'test' })
    // Without iterative scans, as before pgvector 0.8, the graph has nothing of a scope that is not near.
    const settings = { efSearch: 10, exactUpTo: 50, iterates: false }
    const query = { vector: near[0]?.vector ?? new Float32Array(), k: 10, scope: { orgId: 'far' } }
    const layout = layoutOf('short', '', dimensions)
    const found = await new PostgresDriver(access.take, { ...access, named: false }).run(connection =>
      nearest(connection, layout, settings, query),
    )
    const exact = new ExactIndex(dimensions)
    await exact.apply({ upserts: far, deletes: [], cursor: 500 })
    expect([found]).toEqual(await exact.search([query]))
  }, 180_000)

  test('of more than 2,000 dimensions is built over half-precision copies, and scores are exact', async () => {
    const dimensions = 2_500
    await using index = await openPgvectorIndex({ pglite, schema: 'half', dimensions, exactUpTo: 0 })
    const entries = indexEntries(dimensions, 40)
    await index.apply({ upserts: entries, deletes: [], cursor: 40 })
    const [query] = entries
    const [matches = []] = await index.search([
      { vector: query?.vector ?? new Float32Array(dimensions), k: 5, scope: { orgId: 'acme' } },
    ])
    expect(matches[0]?.id).toBe(query?.id)
    expect(matches[0]?.score).toBeCloseTo(1, 6)
  }, 180_000)
})
