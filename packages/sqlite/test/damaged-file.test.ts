import { freshFolder } from '@agentmem/conformance'
import { Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { open, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const pageSize = 4096

async function filled(path: string): Promise<void> {
  await using memory = await Memory.open({ store: await openSqliteStore({ path }) })
  const texts = Array.from({ length: 400 }, (_, n) => `Note ${n}: Ada drinks ${n} cups of green tea.`)
  await memory.addBatch(texts, { userId: 'ada' })
}

/** Overwrites a part of each page from the `first` on that `matches`. */
async function damage(path: string, first: number, matches: (page: Buffer) => boolean): Promise<number> {
  const bytes = await readFile(path)
  await using file = await open(path, 'r+')
  let damaged = 0
  for (let page = first; (page + 1) * pageSize <= bytes.length; page++) {
    const start = page * pageSize
    if (!matches(bytes.subarray(start, start + pageSize))) continue
    await file.write(Buffer.alloc(64, 0xff), 0, 64, start)
    damaged++
  }
  return damaged
}

const options = { userId: 'ada' }

test('a file whose pages are damaged is told as such by search, verify and repair, with what to do', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  await filled(path)
  // The pages of texts; the tables can still be opened.
  expect(await damage(path, 1, page => page.includes('cups of green tea'))).toBeGreaterThan(10)
  await using memory = await Memory.open({ store: await openSqliteStore({ path }) })
  const restore = {
    code: 'CORRUPT',
    retryable: false,
    message: expect.stringMatching(/restore it from a backup/),
  }
  await expect(memory.search('green tea', options)).rejects.toMatchObject(restore)
  await expect(memory.getAll(options)).rejects.toMatchObject(restore)
  await expect(memory.verify()).rejects.toMatchObject(restore)
  const found = await memory.verify({ database: true })
  expect(found).toMatchObject({ ok: false, checked: 0, database: { by: 'pragma integrity_check' } })
  expect(found.database?.problems.length).toBeGreaterThan(0)
  expect(found.database?.problems.length).toBeLessThanOrEqual(100)
  expect(await memory.repair({ database: true })).toMatchObject({ found: { ok: false }, written: 0 })
})

test('an index that lacks rows of its table, which no read complains of, is found by the check', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  await filled(path)
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(path)
  // As a faulty disk leaves it: the index is emptied, and the table knows nothing of that.
  db.unsafeMode(true)
  db.pragma('writable_schema = on')
  const { name, sql } = db
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name = 'memories' and sql is not null",
    )
    .get() as { name: string; sql: string }
  db.prepare('delete from sqlite_master where name = ?').run(name)
  db.pragma('writable_schema = reset')
  db.exec('create table other (x); insert into other values (1)')
  db.exec(sql.replace(/ on [^(]+\(.*$/s, ' on other(x)'))
  const { rootpage } = db.prepare('select rootpage from sqlite_master where name = ?').get(name) as {
    rootpage: number
  }
  db.pragma('writable_schema = on')
  db.prepare('update sqlite_master set sql = ?, tbl_name = ? where name = ?').run(sql, 'memories', name)
  db.close()
  expect(rootpage).toBeGreaterThan(0)
  await using memory = await Memory.open({ store: await openSqliteStore({ path }) })
  const { ok, database } = await memory.verify({ database: true })
  expect([ok, database?.problems.join('\n')]).toEqual([
    false,
    expect.stringMatching(/missing from index|wrong # of entries/),
  ])
})

test('a whole file is found to be whole, and only if that is asked', async () => {
  await using folder = await freshFolder()
  await filled(folder.file())
  await using memory = await Memory.open({ store: await openSqliteStore({ path: folder.file() }) })
  expect(await memory.verify()).not.toHaveProperty('database')
  expect(await memory.verify({ database: true })).toMatchObject({
    ok: true,
    database: { by: 'pragma integrity_check', problems: [] },
  })
  await expect(memory.verify({ database: 'yes' as unknown as boolean })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})
