import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Embedder, Store, VectorIndex } from '@agentmem/core'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { openUsearchIndex } from '@agentmem/usearch'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Place {
  readonly folder: string
  readonly store: Store
  readonly name: string
}

const ana = { userId: 'ana' }
const contents = Array.from({ length: 300 }, (_, n) => `note number${n}`)
let pglite: PGlite

beforeAll(async () => {
  pglite = await PGlite.create({ extensions: { vector } })
}, 120_000)

afterAll(async () => pglite?.close())

const onSqlite = async (folder: string): Promise<Store> =>
  openSqliteStore({ path: join(folder, 'memories.db') })
const onPglite = async (folder: string): Promise<Store> =>
  openPgliteStore({ db: pglite, tablePrefix: `${prefixOf(folder)}_` })

/** The tables of all tests are in one PGlite. */
const prefixOf = (folder: string): string => `f${Buffer.from(folder.slice(-6)).toString('hex')}`

type OpenIndex = (place: Place, dimensions: number) => Promise<VectorIndex>

const backends: readonly (readonly [string, (folder: string) => Promise<Store>, OpenIndex])[] = [
  [
    'usearch',
    onSqlite,
    ({ folder, name }, dimensions) => openUsearchIndex({ path: join(folder, `${name}.usearch`), dimensions }),
  ],
  [
    'LanceDB',
    onSqlite,
    ({ folder, name }, dimensions) => openLancedbIndex({ path: join(folder, `${name}.lance`), dimensions }),
  ],
  [
    'sqlite-vec',
    onSqlite,
    ({ folder, name }, dimensions) => openSqliteVecIndex({ path: join(folder, `${name}.db`), dimensions }),
  ],
  [
    'sqlite-vec in the transactions',
    onSqlite,
    ({ store, name }, dimensions) => openSqliteVecIndex({ store, dimensions, tablePrefix: name }),
  ],
  [
    'pgvector',
    onPglite,
    ({ folder, name }, dimensions) =>
      openPgvectorIndex({ pglite, dimensions, tablePrefix: `${name}_${prefixOf(folder)}_` }),
  ],
  [
    'pgvector in the transactions',
    onPglite,
    ({ store, folder, name }, dimensions) =>
      openPgvectorIndex({ store, dimensions, tablePrefix: `${name}_${prefixOf(folder)}_` }),
  ],
]

describe.each(backends)('a memory on %s is moved to another model', (_, openStore, openIndex) => {
  async function move(dimensions: number, openNext: boolean): Promise<void> {
    await using fresh = await freshFolder()
    const folder = fresh.path
    const store = await openStore(folder)
    const index = await openIndex({ folder, store, name: 'first' }, 64)
    await using memory = await Memory.open({ store, index, embedder: new HashEmbedder({ dimensions: 64 }) })
    const { results } = await memory.addBatch(contents, ana)
    await memory.flush()
    const next = openNext ? await openIndex({ folder, store, name: 'next' }, dimensions) : undefined
    await memory.deleteBatch(results.slice(0, 10).map(({ id }) => id))
    const embedder = anotherModel(dimensions)
    const moving = memory.reembed(embedder, { index: next, batchSize: 50 })
    const late = memory.addBatch(['late one', 'late two'], ana)
    await Promise.all([moving, late])
    if (next && !next.supports.transactional) {
      const { indexed } = (await memory.stats()).follower
      expect(indexed, 'it was filled before the switch').toBeGreaterThanOrEqual(290)
    }
    await memory.add('after the switch', ana)
    await memory.delete(results[10]?.id ?? '')
    await memory.flush()
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 292 })
    expect((await memory.stats()).index).toMatchObject({ vectors: 292 })
    for (const text of ['note number77', 'late two', 'after the switch']) {
      const found = await memory.search(text, { ...ana, topK: 1, mode: 'vector' })
      expect(found.results).toMatchObject([{ memory: text, score: expect.closeTo(1, 4) as number }])
    }
  }

  test('of other dimensions, with an index of its own', () => move(96, true))
  test('of the same dimensions, with an index of its own', () => move(64, true))
  test('in the same index', () => move(64, false))
})

/** Another model, by its name and by the direction of its vectors. */
function anotherModel(dimensions: number): Embedder {
  const embedder = new HashEmbedder({ dimensions })
  return {
    model: 'another-model',
    dimensions,
    embed: async texts => (await embedder.embed(texts)).map(vector => vector.map(value => -value)),
    close: () => embedder.close(),
    [Symbol.asyncDispose]: () => embedder.close(),
  }
}
