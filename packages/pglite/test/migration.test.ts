import { assertMigrated, earlierLayout, earlierLayouts } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { it } from 'vitest'

const text = 'text collate "C"'
const types = { key: text, text, integer: 'bigint', real: 'double precision', bytes: 'bytea' }

it.each(earlierLayouts)(
  'tables of layout %i are brought to the newest',
  async version => {
    await using db = await PGlite.create()
    const statements = earlierLayout(version, {
      types,
      quote: '"',
      partialIndexes: true,
      bytes: hex => `'\\x${hex}'`,
      prefix: 'mine.',
    })
    await db.exec(['create schema mine', ...statements].join(';'))
    await (await openPgliteStore({ db, schema: 'mine' })).close()
    await using store = await openPgliteStore({ db, schema: 'mine' })
    await assertMigrated(store, version)
  },
  120_000,
)
