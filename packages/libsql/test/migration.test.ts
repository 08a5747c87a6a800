import { assertMigrated, firstLayout, freshFolder } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import Libsql from 'libsql'
import { it } from 'vitest'
import { HranaServer } from './hrana-server.ts'

/** Makes the tables of the first layout in a file. */
function makeFirst(path: string): void {
  const statements = firstLayout({
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

it('tables of the first layout in a file are brought to the newest', async () => {
  await using folder = await freshFolder()
  makeFirst(folder.file())
  const url = `file:${folder.file()}`
  await (await openLibsqlStore({ url })).close()
  await using store = await openLibsqlStore({ url })
  await assertMigrated(store)
})

it('tables of the first layout on a server are brought to the newest', async () => {
  await using folder = await freshFolder()
  makeFirst(folder.file())
  await using server = await HranaServer.start(folder.file())
  await (await openLibsqlStore({ url: server.url })).close()
  await using store = await openLibsqlStore({ url: server.url })
  await assertMigrated(store)
})
