import { storedRecord, storedRecords } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { PGlite } from '@electric-sql/pglite'
import { amcheck } from '@electric-sql/pglite/contrib/amcheck'
import { expect, test } from 'vitest'

test('PGlite checks itself by amcheck, and says what it needs where that is not there', async () => {
  await using db = await PGlite.create({ extensions: { amcheck } })
  await using store = await openPgliteStore({ db })
  await store.put(storedRecords(100))
  const without = await store.checkDatabase()
  expect(without).toMatchObject({ by: undefined, problems: [] })
  expect(without.advice).toMatch(/create extension amcheck/)

  await db.exec('create schema tools; create extension amcheck schema tools')
  expect(await store.checkDatabase()).toEqual({ by: 'amcheck', problems: [] })

  // As an index is after a collation has changed, or a disk has lost a write: it lacks a row of its table.
  const { rows } = await db.query<{ oid: number; name: string }>(
    "select indexrelid as oid, indexrelid::regclass::text as name from pg_index where indrelid = 'memories'::regclass and not indisunique",
  )
  const [index] = rows
  await db.exec(`update pg_index set indisready = false, indisvalid = false where indexrelid = ${index?.oid}`)
  await store.put([storedRecord(500)])
  await db.exec(`update pg_index set indisready = true, indisvalid = true where indexrelid = ${index?.oid}`)
  const { by, problems } = await store.checkDatabase()
  expect(by).toBe('amcheck')
  expect(problems).toEqual([expect.stringMatching(/^\S+: heap tuple .* lacks matching index tuple/)])
  expect(problems[0]).toContain(index?.name)
})

test('a user who may not call amcheck is told who can change that', async () => {
  await using db = await PGlite.create({ extensions: { amcheck } })
  await using store = await openPgliteStore({ db })
  await db.exec(
    'create extension amcheck; create role guest; grant all on all tables in schema public to guest; set role guest',
  )
  expect((await store.checkDatabase()).advice).toMatch(/a superuser grants that/)
})
