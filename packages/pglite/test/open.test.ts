import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import type { PgliteStoreOptions } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('options', () => {
  it.each([
    [{}, /one of path and db, and was given none/],
    [{ path: '' }, /has path: ""; give a path, such as/],
    [{ path: ' a' }, /has path: " a"; give a path, such as/],
    [{ path: ':memory:', schema: 'a b' }, /schema: "a b"/],
    [{ path: ':memory:', tablePrefix: '1' }, /tablePrefix: "1"/],
    [{ path: ':memory:', fsync: true }, /no option 'fsync'; there are path/],
  ])('%j is refused', async (options, message) => {
    await expect(openPgliteStore(options as PgliteStoreOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('libraries', () => {
  const outcomes = async (...missing: string[]): Promise<unknown> => {
    const script = join(import.meta.dirname, 'without-library.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...missing])
    return JSON.parse(stdout)
  }

  it('pg is not needed', async () => {
    expect(await outcomes('pg')).toMatchObject({ path: 0 })
  }, 120_000)

  it('PGlite that cannot be loaded is NOT_INSTALLED, and lib takes its place', async () => {
    expect(await outcomes('@electric-sql/pglite')).toMatchObject({
      path: {
        code: 'NOT_INSTALLED',
        message: expect.stringContaining('npm install @electric-sql/pglite') as string,
      },
      lib: { code: 'UNAVAILABLE', message: expect.stringContaining('asked of lib') as string },
    })
  }, 120_000)
})

describe('a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agentmem-pglite-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('has its memories when it is opened again', async () => {
    const path = join(folder, 'memories')
    const store = await openPgliteStore({ path })
    expect(store.supports).toMatchObject({ durable: true, multiProcess: false })
    await store.put(storedRecords(20))
    await store.delete([keyOf(storedRecord(3))])
    await store.close()
    await using again = await openPgliteStore({ path })
    expect(await again.stats()).toMatchObject({ memories: 19, head: 21 })
    expect((await again.vectors([keyOf(storedRecord(1))]))[0]).toEqual(storedRecord(1).vector)
  }, 120_000)

  it('that is a file is refused', async () => {
    const path = join(folder, 'file')
    await writeFile(path, 'not a database')
    await expect(openPgliteStore({ path })).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: false })
  }, 120_000)
})

describe('a PGlite of others', () => {
  let db: PGlite
  beforeAll(async () => {
    db = await PGlite.create()
  }, 120_000)
  afterAll(() => db.close())

  it('stays open, and is shared by stores that do not get into each other’s transactions', async () => {
    const one = await openPgliteStore({ db, schema: 'one' })
    const two = await openPgliteStore({ db, schema: 'two', tablePrefix: 'my_' })
    await Promise.all([
      ...Array.from({ length: 5 }, (_, i) => one.put(storedRecords(5, n => ({ id: `${i}-${n}` })))),
      ...Array.from({ length: 5 }, (_, i) => two.put(storedRecords(5, n => ({ id: `${i % 3}-${n}` })))),
      one.patch([{ key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }]),
    ])
    expect((await one.stats()).memories).toBe(25)
    expect((await two.stats()).memories).toBe(15)
    await one.close()
    await two.close()
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('keeps what is written outside of a transaction that others have open', async () => {
    const store = await openPgliteStore({ db, schema: 'three' })
    let put: Promise<unknown> | undefined
    await db.transaction(async tx => {
      put = store.put(storedRecords(3))
      await tx.query('select 1')
      await tx.rollback()
    })
    await put
    expect((await store.stats()).memories).toBe(3)
    await store.close()
  })

  it('undoes a transaction in which a statement failed, and gives the connection back', async () => {
    const store = await openPgliteStore({ db, schema: 'five' })
    await store.put(storedRecords(3))
    const before = { ...store.counters }
    const patch = { key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }
    await store.patch([patch])
    expect(store.counters.transactions - before.transactions).toBe(1)
    await db.exec('drop table five.history')
    await expect(store.patch([{ ...patch, updatedAt: 2 }])).rejects.toMatchObject({ code: 'BACKEND' })
    expect((await store.get([patch.key]))[0]?.updatedAt).toBe(1)
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await store.close()
  })

  it('puts a thousand new records in one statement', async () => {
    const store = await openPgliteStore({ db, schema: 'four' })
    const before = { ...store.counters }
    await store.put(storedRecords(1000))
    expect(store.counters.statements - before.statements).toBe(1)
    await store.close()
  })
})
