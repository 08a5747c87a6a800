import { freshFolder, indexEntries } from '@agentmem/conformance'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'

it('forgets what ANALYZE has noted of its tables while they were small', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  const open = () => openSqliteVecIndex({ path, dimensions: 8 })
  const first = await open()
  await first.apply({ upserts: indexEntries(8, 3), deletes: [], cursor: 1 })
  await first.close()
  const db = new BetterSqlite3(path)
  try {
    db.exec('create table theirs (a primary key); insert into theirs values (1); analyze')
    const analyzed = db.prepare<[], string>('select distinct tbl from sqlite_stat1 order by tbl desc').pluck()
    expect(analyzed.all()).toEqual(['vec_vectors', 'vec_state', 'vec_scopes', 'theirs'])
    const again = await open()
    expect(analyzed.all()).toEqual(['theirs'])
    expect((await again.stats()).vectors).toBe(3)
    await again.close()
  } finally {
    db.close()
  }
})
