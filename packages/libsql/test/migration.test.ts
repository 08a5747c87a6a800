import { assertMigrated, earlierLayout, earlierLayouts, freshFolder } from '@agentmem/conformance'
import type { EarlierLayout } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import Libsql from 'libsql'
import { it } from 'vitest'
import { HranaServer } from '@agentmem/testcontainers'

/** Makes the tables of an earlier layout in a file. */
function makeEarlier(version: EarlierLayout, path: string): void {
  const statements = earlierLayout(version, {
    types: { key: 'text', text: 'text', integer: 'integer', real: 'real', bytes: 'blob' },
    quote: '"',
    partialIndexes: true,
    clustered: 'without rowid',
    bytes: hex => `x'${hex}'`,
  })
  const db = new Libsql(path)
  db.exec(statements.join(';'))
  db.close()
}

for (const version of earlierLayouts) {
  it(`tables of layout ${version} in a file are brought to the newest`, async () => {
    await using folder = await freshFolder()
    makeEarlier(version, folder.file())
    const url = `file:${folder.file()}`
    await (await openLibsqlStore({ url })).close()
    await using store = await openLibsqlStore({ url })
    await assertMigrated(store, version)
  })

  it(`tables of layout ${version} on a server are brought to the newest`, async () => {
    await using folder = await freshFolder()
    makeEarlier(version, folder.file())
    await using server = await HranaServer.start(folder.file())
    await (await openLibsqlStore({ url: server.url })).close()
    await using store = await openLibsqlStore({ url: server.url })
    await assertMigrated(store, version)
  })
}
