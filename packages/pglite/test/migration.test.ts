import { assertMigrated, firstLayout } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { it } from 'vitest'

const text = 'text collate "C"'
const types = { key: text, text, integer: 'bigint', real: 'double precision', bytes: 'bytea' }

it('tables of the first layout are brought to the newest', async () => {
  await using db = await PGlite.create()
  const statements = firstLayout({
    types,
    quote: '"',
    partialIndexes: true,
    bytes: hex => `'\\x${hex}'`,
    prefix: 'mine.',
  })
  await db.exec(['create schema mine', ...statements].join(';'))
  await (await openPgliteStore({ db, schema: 'mine' })).close()
  await using store = await openPgliteStore({ db, schema: 'mine' })
  await assertMigrated(store)
}, 120_000)
