import { chmod, stat, writeFile } from 'node:fs/promises'
import { freshFolder, keyOf, storedRecord } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import type { SqliteStoreOptions } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { watch } from './watched-driver.ts'

/** Runs a few statements in a file, as another program would. */
function inFile(path: string, work: (db: BetterSqlite3.Database) => void): void {
  const db = new BetterSqlite3(path)
  try {
    work(db)
  } finally {
    db.close()
  }
}

describe('options', () => {
  it.each([
    [undefined, 'takes its options as an object, not undefined'],
    [{}, "path: undefined; give a path, such as 'memories.db' or ':memory:'"],
    [{ path: '' }, 'path: ""; give a path'],
    [{ path: 'a.db ' }, 'path: "a.db "; give a path'],
    [{ path: 'a.db', synchronous: 'off' }, "synchronous: \"off\"; give 'full' or 'normal'"],
    [{ path: 'a.db', busyTimeoutMs: -1 }, 'busyTimeoutMs: -1; give a whole number of milliseconds'],
    [{ path: 'a.db', busyTimeoutMs: 0.5 }, 'busyTimeoutMs: 0.5'],
    [{ path: 'a.db', busyTimeoutMs: Infinity }, 'busyTimeoutMs: Infinity'],
    [{ path: 'a.db', busyTimeoutMs: null }, 'busyTimeoutMs: null'],
    [{ path: 'a.db', readers: 0 }, 'readers: 0'],
    [{ path: 'a.db', tablePrefix: 'a-b' }, 'tablePrefix: "a-b"'],
    [{ path: 'a.db', sync: 'full' }, "no option 'sync'; there are path, synchronous, busyTimeoutMs, readers"],
    [{ path: 'a.db', lib: 'better-sqlite3' }, 'lib: "better-sqlite3"; give the library better-sqlite3'],
    [{ path: 'a.db', lib: { default: {} } }, 'lib: an object; give the library better-sqlite3'],
  ])('%j is refused', async (options, message) => {
    await expect(openSqliteStore(options as SqliteStoreOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })

  it.each(['full', 'normal'] as const)('synchronous: %s is what SQLite is told', async synchronous => {
    await using folder = await freshFolder()
    const told: string[] = []
    watch('pragma', (db, source) => {
      if (db.name === folder.file()) told.push(source)
    })
    await using store = await openSqliteStore({ path: folder.file(), synchronous })
    expect(store.name).toBe('sqlite')
    expect(told).toContain(`synchronous = ${synchronous}`)
  })
})

describe('the file', () => {
  it('is made for its owner alone, and is in WAL mode', async () => {
    await using folder = await freshFolder()
    await using store = await openSqliteStore({ path: folder.file() })
    await store.put([storedRecord(1)])
    for (const name of ['memories.db', 'memories.db-wal', 'memories.db-shm']) {
      expect((await stat(folder.file(name))).mode & 0o777, name).toBe(0o600)
    }
  })

  it('keeps its permissions when it was there', async () => {
    await using folder = await freshFolder()
    await writeFile(folder.file(), '')
    await chmod(folder.file(), 0o640)
    await using store = await openSqliteStore({ path: folder.file() })
    expect((await store.stats()).memories).toBe(0)
    expect((await stat(folder.file())).mode & 0o777).toBe(0o640)
  })

  it('is alone again once the store is closed', async () => {
    await using folder = await freshFolder()
    const store = await openSqliteStore({ path: folder.file() })
    await store.put([storedRecord(1)])
    await store.get([keyOf(storedRecord(1))])
    await store.close()
    await expect(stat(folder.file('memories.db-wal'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('may hold tables of someone else', async () => {
    await using folder = await freshFolder()
    inFile(folder.file(), db => db.exec('create table theirs(a); insert into theirs values (1)'))
    {
      await using store = await openSqliteStore({ path: folder.file() })
      await store.put([storedRecord(1)])
    }
    inFile(folder.file(), db => expect(db.prepare('select a from theirs').all()).toEqual([{ a: 1 }]))
  })

  it.each(['create table memories(a)', 'create table meta(k, v)', 'create table Meta(key, value)'])(
    'is refused after %s',
    async ddl => {
      await using folder = await freshFolder()
      inFile(folder.file(), db => db.exec(ddl))
      await expect(openSqliteStore({ path: folder.file() })).rejects.toMatchObject({
        code: 'SCHEMA',
        message: expect.stringMatching(/'(?:memories|meta|Meta)'.*not agentmem's/),
      })
      await using store = await openSqliteStore({ path: folder.file(), tablePrefix: 'my_' })
      expect((await store.stats()).memories).toBe(0)
    },
  )

  it('is refused when it is no database', async () => {
    await using folder = await freshFolder()
    await writeFile(folder.file(), 'Just some notes, and nothing else. '.repeat(300))
    await expect(openSqliteStore({ path: folder.file() })).rejects.toMatchObject({ code: 'SCHEMA' })
  })

  it('is refused in a folder that is not there', async () => {
    await using folder = await freshFolder()
    await expect(openSqliteStore({ path: folder.file('none/memories.db') })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining('folder'),
    })
  })

  it('of a newer schema is refused, with both versions named', async () => {
    await using folder = await freshFolder()
    await (await openSqliteStore({ path: folder.file() })).close()
    inFile(folder.file(), db => db.exec("update meta set value = '99' where key = 'agentmem:schema'"))
    await expect(openSqliteStore({ path: folder.file() })).rejects.toMatchObject({
      code: 'SCHEMA',
      message: expect.stringMatching(/99.*\b6\b/),
    })
  })
})

it('two prefixes in one file are two stores', async () => {
  await using folder = await freshFolder()
  await using a = await openSqliteStore({ path: folder.file(), tablePrefix: 'a_' })
  await using b = await openSqliteStore({ path: folder.file(), tablePrefix: 'b_' })
  await a.put([storedRecord(1), storedRecord(2)])
  await b.put([storedRecord(1)])
  expect([(await a.stats()).memories, (await b.stats()).memories]).toEqual([2, 1])
})
