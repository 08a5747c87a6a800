import { join } from 'node:path'
import { freshFolder, indexEntries } from '@agentmem/conformance'
import { MapStore } from '@agentmem/core'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import type { SqliteVecIndexOptions } from '@agentmem/sqlite-vec'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { loadSqliteVec } from '../src/load-sqlite-vec.ts'

describe('opening', () => {
  test.each([
    ['an option that is not known', { path: 'x.db', dimensions: 3, pth: 1 }, "no option 'pth'"],
    ['no options', undefined, 'takes its options as an object, not undefined'],
    ['no place', { dimensions: 3 }, 'needs one of path and store, and was given none'],
    [
      'two places',
      { path: 'x.db', store: new MapStore(), dimensions: 3 },
      'needs one of path and store, and was given path and store',
    ],
    ['an empty path', { path: '', dimensions: 3 }, `path: ""; give a path, such as 'memories.db'`],
    ['null for a path', { path: null, dimensions: 3 }, 'path: null'],
    [
      'a store that is none',
      { store: {}, dimensions: 3 },
      'store: an object; give a Store of openSqliteStore',
    ],
    ['null for a store', { store: null, dimensions: 3 }, 'store: null'],
    ['no dimensions', { path: 'x.db' }, 'dimensions: undefined; give a whole number from 1 to 65536'],
    ['half a dimension', { path: 'x.db', dimensions: 2.5 }, 'dimensions: 2.5'],
    ['a prefix that is no name', { path: 'x.db', dimensions: 3, tablePrefix: 'a-b' }, 'tablePrefix: "a-b"'],
    ['a negative time', { path: 'x.db', dimensions: 3, busyTimeoutMs: -1 }, 'busyTimeoutMs: -1'],
    ['a library, which its threads load', { path: 'x.db', dimensions: 3, lib: {} }, "no option 'lib'"],
  ])('refuses %s, and says what to do', async (_what, options, message) => {
    await expect(openSqliteVecIndex(options as unknown as SqliteVecIndexOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message) as string,
    })
  })

  test('refuses a file with vectors of other dimensions, and leaves it as it is', async () => {
    await using folder = await freshFolder()
    const path = join(folder.path, 'vectors.db')
    const first = await openSqliteVecIndex({ path, dimensions: 8 })
    await first.apply({ upserts: indexEntries(8, 5), deletes: [], cursor: 5 })
    await first.close()
    await expect(openSqliteVecIndex({ path, dimensions: 16 })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('choose another tablePrefix') as string,
    })
    await using other = await openSqliteVecIndex({ path, dimensions: 16, tablePrefix: 'other_' })
    expect(await other.cursor()).toBe(0)
    await using again = await openSqliteVecIndex({ path, dimensions: 8 })
    const { vectors, bytesOnDisk = 0 } = await again.stats()
    expect(vectors).toBe(5)
    expect(bytesOnDisk).toBeGreaterThan(5 * 8 * 4)
  })

  test('goes on with a file of an earlier version, which has no place for a slot', async () => {
    await using folder = await freshFolder()
    const path = join(folder.path, 'vectors.db')
    const first = await openSqliteVecIndex({ path, dimensions: 8 })
    await first.apply({ upserts: indexEntries(8, 5), deletes: [], cursor: 5 })
    await first.close()
    const db = new Database(path)
    db.exec('alter table vec_state drop column slot')
    db.close()
    await using index = await openSqliteVecIndex({ path, dimensions: 8 })
    expect([await index.cursor(), await index.slot()]).toEqual([5, undefined])
    await index.apply({ upserts: [], deletes: [], cursor: 6, slot: 'a name' })
    expect([await index.cursor(), await index.slot()]).toEqual([6, 'a name'])
  })

  test('refuses a folder that is not there, and a file that is no database', async () => {
    await using folder = await freshFolder()
    const path = join(folder.path, 'nowhere', 'vectors.db')
    await expect(openSqliteVecIndex({ path, dimensions: 8 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('without the extension says how it is installed', async () => {
    const cause = new Error('Loadable extension for sqlite-vec not found.\nMore of it.')
    const load = (): never => {
      throw cause
    }
    vi.doMock('sqlite-vec', () => ({ load }))
    onTestFinished(() => {
      vi.doUnmock('sqlite-vec')
    })
    const db = new Database(':memory:')
    onTestFinished(() => void db.close())
    await expect(loadSqliteVec(db)).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      cause,
      message: expect.stringMatching(
        /extension for sqlite-vec not found\.\)\. Run: npm install --include=optional sqlite-vec$/,
      ) as string,
    })
  })
})

describe('several that have one file open', () => {
  test('see what the others have applied, and apply only what follows on', async () => {
    await using folder = await freshFolder()
    const path = join(folder.path, 'vectors.db')
    await using one = await openSqliteVecIndex({ path, dimensions: 8 })
    await using two = await openSqliteVecIndex({ path, dimensions: 8 })
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

  test('wait for a writer, and give up as UNAVAILABLE with nothing written', async () => {
    await using folder = await freshFolder()
    const path = join(folder.path, 'vectors.db')
    await using index = await openSqliteVecIndex({ path, dimensions: 8, busyTimeoutMs: 50 })
    const batch = { upserts: indexEntries(8, 5), deletes: [], cursor: 5 }
    const other = new Database(path)
    other.exec('begin immediate')
    await expect(index.apply(batch)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    other.exec('rollback')
    other.close()
    expect(await index.cursor()).toBe(0)
    await index.apply(batch)
    expect(await index.cursor()).toBe(5)
  })
})
