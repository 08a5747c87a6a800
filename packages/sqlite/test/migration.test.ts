import { assertMigrated, earlierLayout, earlierLayouts, freshFolder } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'

/** What the file of a Store has: each table's columns, and each index as it was made. */
function layoutOf(path: string): unknown[] {
  const db = new BetterSqlite3(path)
  try {
    const tables = ['memories', 'history', 'tombstones', 'meta', 'staged', 'pending', 'memory_sources'].map(
      table =>
        (
          db.pragma(`table_info(${table})`) as {
            name: string
            type: string
            notnull: number
            dflt_value: string
          }[]
        )
          .map(({ name, type, notnull, dflt_value: byDefault }) =>
            [table, name, type, notnull, byDefault].join(' '),
          )
          .toSorted(),
    )
    const indexes = db.prepare(
      "select sql from sqlite_master where type = 'index' and sql is not null order by name",
    )
    return [tables, (indexes.pluck().all() as string[]).map(text => text.replaceAll('"', ''))]
  } finally {
    db.close()
  }
}

for (const [version, prefix] of earlierLayouts.flatMap(version =>
  ['', 'own_'].map(prefix => [version, prefix] as const),
)) {
  it(`tables of layout ${version}, with the prefix '${prefix}', are brought to the newest`, async () => {
    await using folder = await freshFolder()
    const path = folder.file()
    const db = new BetterSqlite3(path)
    const types = { key: 'text', text: 'text', integer: 'integer', real: 'real', bytes: 'blob' }
    const statements = earlierLayout(version, {
      types,
      quote: '"',
      partialIndexes: true,
      clustered: 'without rowid',
      bytes: hex => `x'${hex}'`,
      prefix,
    })
    db.exec(statements.join(';'))
    db.close()
    const open = () => openSqliteStore({ path, tablePrefix: prefix })
    const both = await Promise.all([open(), open()])
    for (const store of both) await store.close()
    await using store = await open()
    await assertMigrated(store, version)
    if (prefix !== '') return
    await (await openSqliteStore({ path: folder.file('fresh.db') })).close()
    expect(layoutOf(path)).toEqual(layoutOf(folder.file('fresh.db')))
  })
}
