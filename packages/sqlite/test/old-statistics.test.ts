import { freshFolder, storedRecord, storedRecords } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'

it.each(['', 'agent_'])(
  'a file that was analyzed while it held little is planned as before, and other tables as they were (prefix %j)',
  async tablePrefix => {
    await using folder = await freshFolder()
    const path = folder.file()
    const open = () => openSqliteStore({ path, tablePrefix })
    const first = await open()
    await first.put([storedRecord(1), storedRecord(2)])
    await first.delete([{ orgId: 'acme', id: storedRecord(1).id }])
    await first.close()

    using db = new DisposableDatabase(path)
    db.exec('create table theirs (a primary key); insert into theirs values (1), (2)')
    // In a connection that stays open, SQLite goes by what it has read of them.
    await using beside = await open()
    db.exec('analyze')
    expect(db.analyzed()).toEqual(expect.arrayContaining(['theirs', `${tablePrefix}memories`]))
    await beside.put(storedRecords(20))

    const again = await open()
    expect(db.analyzed()).toEqual(['theirs'])
    await again.put(storedRecords(40))
    expect(await again.deleteAll({ orgId: 'acme' })).toBe(40)
    await again.close()
    const plan = (table: string): string => `explain query plan
      select m.content from ${table}tombstones as t join ${table}memories as m on m.id = t.id where t.seq > 5`
    using later = new DisposableDatabase(path)
    expect(later.plan(plan(tablePrefix))).toEqual([
      expect.stringContaining('SEARCH t USING INTEGER PRIMARY KEY'),
      expect.stringContaining('SEARCH m USING INDEX'),
    ])
  },
)

class DisposableDatabase implements Disposable {
  readonly #db: BetterSqlite3.Database

  constructor(path: string) {
    this.#db = new BetterSqlite3(path)
  }

  exec(sql: string): void {
    this.#db.exec(sql)
  }

  /** The tables of which ANALYZE has noted something. */
  analyzed(): string[] {
    return this.#db.prepare<[], string>('select distinct tbl from sqlite_stat1 order by tbl').pluck().all()
  }

  plan(sql: string): string[] {
    return this.#db
      .prepare<[], { detail: string }>(sql)
      .all()
      .map(({ detail }) => detail)
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}
