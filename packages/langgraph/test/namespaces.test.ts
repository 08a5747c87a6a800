import { freshFolder, hostileStrings } from '@agentmem/conformance'
import { Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { AgentmemStore } from '@agentmem/langgraph'
import type { ScopeOfNamespace } from '@agentmem/langgraph'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, test } from 'vitest'
import { freshSchema } from './fresh-schema.ts'
import { openMemory } from './open-memory.ts'

/** Labels that contain, begin or look like each other, or mean something to a database. */
const labels = [
  'acme',
  'acme-corp',
  'acme/corp',
  'acme%2Fcorp',
  'acme%',
  'acme_',
  'a',
  '*',
  '%',
  '_',
  '/',
  '👩‍👧',
  '👩',
  ...hostileStrings,
].filter((label, i, all) => all.indexOf(label) === i && !/[.:]/.test(label))

async function showsNoLeak(opened: Store): Promise<void> {
  await using memory = await Memory.open({ store: opened })
  const store = new AgentmemStore(memory.scope({ agentId: 'langgraph' }), { fields: ['text'] })
  const namespaces = labels.flatMap(label => [
    ['tenant', label],
    ['tenant', label, 'notes'],
  ])
  const puts = namespaces.map(namespace => ({ namespace, key: 'k', value: { text: 'green tea', namespace } }))
  await store.batch([...puts, { namespace: ['tenantry'], key: 'k', value: { text: 'green tea' } }])

  const prefixes = labels.map(label => ['tenant', label])
  const listed = await store.batch(prefixes.map(namespacePrefix => ({ namespacePrefix })))
  const found = await store.batch(prefixes.map(namespacePrefix => ({ namespacePrefix, query: 'tea' })))
  const below = await Promise.all(prefixes.map(prefix => store.listNamespaces({ prefix })))
  for (const [i, label] of labels.entries()) {
    const own = [
      ['tenant', label],
      ['tenant', label, 'notes'],
    ]
    const namespacesOf = (items: { namespace: string[] }[] = []) =>
      items.map(({ namespace }) => namespace).toSorted((a, b) => a.length - b.length)
    expect(namespacesOf(listed[i])).toEqual(own)
    expect(namespacesOf(found[i])).toEqual(own)
    if (label !== '*') expect(below[i]).toEqual(own)
  }
  expect(await store.search(['tenant'], { limit: 1_000 })).toHaveLength(namespaces.length)
  expect(await store.search(['ten'])).toEqual([])
  for (const namespace of namespaces) {
    const item = await store.get(namespace, 'k')
    expect(item).toMatchObject({ namespace, value: { namespace } })
  }
  await store.delete(['tenant', 'acme'], 'k')
  expect(await store.search(['tenant'], { limit: 1_000 })).toHaveLength(namespaces.length - 1)
}

describe('a prefix sees the namespaces below it and no others', () => {
  test('on SQLite', async () => {
    await using folder = await freshFolder()
    await showsNoLeak(await openSqliteStore({ path: folder.file() }))
  })
})

describeWithServer('postgres', 'a prefix sees the namespaces below it and no others on Postgres', server => {
  test('whatever the labels are', async () => {
    await using schema = await freshSchema(server().url)
    await showsNoLeak(await openPostgresStore(schema))
  })
})

test('two owners of one namespace and key have an item each', async () => {
  await using memory = await openMemory()
  const [ada, bo] = ['ada', 'bo'].map(userId => new AgentmemStore(memory.scope({ userId })))
  await ada?.put(['docs'], 'k', { of: 'ada' })
  await bo?.put(['docs'], 'k', { of: 'bo' })
  expect((await ada?.get(['docs'], 'k'))?.value).toEqual({ of: 'ada' })
  await ada?.delete(['docs'], 'k')
  expect(await ada?.listNamespaces()).toEqual([])
  expect((await bo?.search([], { query: 'bo' }))?.map(({ value }) => value)).toEqual([{ of: 'bo' }])
})

describe('a scope of namespaces', () => {
  const scope: ScopeOfNamespace = label =>
    label(0) === 'users' ? { userId: label(1) } : { agentId: 'shared' }

  test('gives items their users, so that one is erased by one call', async () => {
    await using memory = await openMemory()
    const store = new AgentmemStore(memory, { scope })
    for (const user of ['ada', 'bo'])
      await store.put(['users', user, 'notes'], 'k', { text: `tea of ${user}` })
    await store.put(['docs'], 'k', { text: 'tea for all' })
    expect((await memory.getAll({ userId: 'ada' })).results).toHaveLength(1)
    const [own, all] = await store.batch([
      { namespacePrefix: ['users', 'ada'], query: 'tea' },
      { namespacePrefix: ['docs'], query: 'tea' },
    ])
    expect([own, all].map(items => items?.map(({ value }) => value['text']))).toEqual([
      ['tea of ada'],
      ['tea for all'],
    ])
    expect(await store.listNamespaces({ prefix: ['users', 'ada'] })).toEqual([['users', 'ada', 'notes']])
    await memory.deleteAll({ userId: 'ada' })
    expect(await store.get(['users', 'ada', 'notes'], 'k')).toBeNull()
    expect(await store.get(['users', 'bo', 'notes'], 'k')).not.toBeNull()
  })

  test('refuses a prefix that does not say whose', async () => {
    await using memory = await openMemory()
    const store = new AgentmemStore(memory, { scope })
    const refused = {
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/asks for label [01], which the namespace/) as string,
    }
    await expect(store.search(['users'])).rejects.toMatchObject(refused)
    await expect(store.search([])).rejects.toMatchObject(refused)
    await expect(store.listNamespaces()).rejects.toMatchObject(refused)
    await expect(store.listNamespaces({ prefix: ['users', '*'] })).rejects.toMatchObject(refused)
    await expect(store.put(['users'], 'k', { n: 1 })).rejects.toMatchObject(refused)
  })

  test('narrows what the Memory is bound to, and never widens it', async () => {
    await using memory = await openMemory()
    const store = new AgentmemStore(memory.scope({ userId: 'ada' }), { scope })
    await expect(store.put(['users', 'bo'], 'k', { n: 1 })).rejects.toThrow(/userId is "bo".* bound to "ada"/)
    await store.put(['users', 'ada'], 'k', { n: 1 })
    await store.put(['docs'], 'k', { n: 1 })
    const { results } = await memory.getAll({ userId: 'ada' })
    expect(new Set(results.map(({ agentId }) => agentId))).toEqual(new Set(['shared', null]))
  })
})
