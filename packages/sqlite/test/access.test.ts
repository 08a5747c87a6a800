import { Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, test } from 'vitest'

test('accesses of many users are counted by one statement in one transaction, which moves no log', async () => {
  const store = await openSqliteStore({ path: ':memory:' })
  const memory = await Memory.open({ store, access: true, closeParts: false })
  const users = Array.from({ length: 60 }, (_, n) => `user-${n}`)
  await memory.addBatch(users.map((userId, n) => ({ content: `tea number ${n}`, id: `m${n}`, userId })))
  for (const userId of users) expect((await memory.search('tea', { userId })).results).toHaveLength(1)
  const head = await store.head()
  const { statements, transactions } = store.counters
  await memory.close()
  expect(store.counters.transactions - transactions).toBe(1)
  // BEGIN, one UPDATE, COMMIT.
  expect(store.counters.statements - statements).toBe(3)
  expect(await store.head()).toEqual(head)
  const keys = users.map((_, n) => ({ orgId: 'default', id: `m${n}` }))
  const records = await store.get(keys)
  expect(records.map(record => record?.accessCount)).toEqual(users.map(() => 1))
  expect(records.map(record => record?.version)).toEqual(users.map(() => 1))
  expect((await store.history(keys)).map(entries => entries.length)).toEqual(users.map(() => 1))
  await store.close()
})
