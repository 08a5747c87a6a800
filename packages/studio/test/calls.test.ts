import { MapStore, Memory, MemoryError, RuleExtractor } from '@agentmem/core'
import { describe, expect, test } from 'vitest'
import { call, opened, send, tokenOf } from './opened.ts'
import { inputs, sampleMemory } from './sample-memory.ts'

const ada = { userId: 'ada' }
const idsIn = (answer: unknown): string[] =>
  (answer as { results: { id: string }[] }).results.map(({ id }) => id)

describe('a call', () => {
  test('says what the studio shows', async () => {
    const { studio } = await opened({ label: 'sqlite:./m.db', readOnly: true })
    expect(await call(studio, 'about')).toEqual([
      200,
      { label: 'sqlite:./m.db', bound: { orgId: 'default' }, readOnly: true },
    ])
  })

  test('counts users, agents and runs, page by page', async () => {
    const { studio } = await opened()
    const [, users] = await call(studio, 'scopes', { by: 'userId' })
    expect(users).toMatchObject({
      results: [
        { value: '<b>eve</b>', memories: 1 },
        { value: 'ada', memories: 4 },
        { value: 'ben', memories: 1 },
      ],
    })
    expect(await call(studio, 'scopes', { by: 'runId', scope: ada })).toMatchObject([
      200,
      { results: [{ value: 'chat-7', memories: 2 }] },
    ])
    const [, first] = await call(studio, 'scopes', { by: 'userId', limit: 2 })
    const { next } = first as { next: string }
    expect(await call(studio, 'scopes', { by: 'userId', limit: 2, after: next })).toMatchObject([
      200,
      { results: [{ value: 'ben' }] },
    ])
  })

  test('lists what was changed last, of everybody and each once', async () => {
    const { studio, memory } = await opened()
    // The fourth is named by two of the scopes; the first was changed after all others were made.
    expect(await call(studio, 'recent')).toMatchObject([200, { partial: false }])
    const [, all] = await call(studio, 'recent')
    expect(idsIn(all)).toEqual(['m1', 'm6', 'm5', 'm4', 'm3', 'm2'])
    await memory.update('m2', { importance: 1 })
    const [, two] = await call(studio, 'recent', { limit: 2 })
    expect(idsIn(two)).toEqual(['m2', 'm1'])
    // One that comes late in the order of names, behind one that was not changed for long.
    const createdAt = Date.now() + 60_000
    await memory.add({ content: 'Zoe sings.', userId: 'zoe', id: 'm7', createdAt })
    expect(idsIn((await call(studio, 'recent', { limit: 1 }))[1])).toEqual(['m7'])
    await memory.delete('m7')
    await memory.delete('m2', { soft: true })
    const [, shown] = await call(studio, 'recent', { limit: 2 })
    expect(idsIn(shown)).toEqual(['m1', 'm6'])
  })

  test('lists the newest of a scope, by pages and by a filter, and counts them', async () => {
    const { studio } = await opened()
    const [, first] = await call(studio, 'page', { scope: ada, limit: 3 })
    expect(idsIn(first)).toEqual(['m4', 'm3', 'm2'])
    const { next } = first as { next: string }
    expect(idsIn((await call(studio, 'page', { scope: ada, limit: 3, after: next }))[1])).toEqual(['m1'])
    const where = { 'metadata.topic': 'health' }
    expect(idsIn((await call(studio, 'page', { scope: ada, where }))[1])).toEqual(['m2'])
    expect(await call(studio, 'count', { scope: ada, where })).toEqual([200, { count: 1 }])
    expect(await call(studio, 'count', { scope: ada })).toEqual([200, { count: 4 }])
  })

  test('cuts texts that are too long for a list, and has them whole when they are read alone', async () => {
    const { studio, memory } = await opened()
    const long = 'tea and '.repeat(5_000).trim()
    const { results } = await memory.add(long, { userId: 'zoe' })
    const id = results[0]?.id ?? ''
    const [, page] = await call(studio, 'page', { scope: { userId: 'zoe' } })
    expect(page).toMatchObject({ results: [{ id, memory: long.slice(0, 20_000), length: long.length }] })
    const [, got] = await call(studio, 'get', { id })
    expect(got).toMatchObject({ memory: { id, memory: long } })
  })

  test('searches, and says of each memory what its score is made of', async () => {
    const { studio } = await opened()
    const [status, found] = await call(studio, 'search', {
      query: 'when is the report due',
      scope: ada,
      topK: 1,
    })
    expect(status).toBe(200)
    expect(found).toMatchObject({
      results: [
        {
          id: 'm3',
          scores: { text: 1 },
          explanation: [
            expect.stringMatching(/^\d+% of the score: its words/),
            expect.stringContaining('whole run'),
          ],
        },
      ],
    })
  })

  test('reads one memory, and its history', async () => {
    const { studio } = await opened()
    expect(await call(studio, 'get', { id: 'm2' })).toMatchObject([
      200,
      { memory: { memory: inputs[1]?.content } },
    ])
    expect(await call(studio, 'get', { id: 'none' })).toEqual([200, { memory: null }])
    const [, { history }] = (await call(studio, 'history', { id: 'm1' })) as [number, { history: object[] }]
    expect(history).toMatchObject([
      { event: 'ADD', newValue: inputs[0]?.content },
      { event: 'UPDATE', previousValue: inputs[0]?.content, actorId: 'grace' },
    ])
    expect(await call(studio, 'history', { id: 'none' })).toEqual([200, { history: [] }])
  })

  test('says how the parts are, and verifies the index', async () => {
    const { studio, memory } = await opened()
    expect(await call(studio, 'stats')).toMatchObject([200, { follower: { tail: 6 }, index: { vectors: 0 } }])
    await memory.flush()
    expect(await call(studio, 'stats')).toMatchObject([
      200,
      {
        store: { memories: 6 },
        index: { vectors: 6 },
        follower: { tail: 0 },
        infer: { calls: 0, dropped: {} },
      },
    ])
    expect(await call(studio, 'verify')).toMatchObject([200, { ok: true, checked: 6 }])
    expect(await call(studio, 'verify', { database: true })).toMatchObject([
      200,
      { database: { problems: [] } },
    ])
  })

  test('lists what the intelligent mode has still to do, page by page', async () => {
    const memory = await Memory.open({ store: new MapStore(), extractor: new RuleExtractor() })
    const said = ['I moved to Porto.', 'My cat is called Mia.']
    await memory.addBatch(said, { userId: 'ada', infer: true, wait: 'stored' })
    const { studio } = await opened({ memory })
    const [, first] = await call(studio, 'pending', { limit: 1 })
    expect(first).toMatchObject({ results: [{ memory: said[0], attempts: 0, reason: null }] })
    const { next } = first as { next: string }
    const [, second] = await call(studio, 'pending', { limit: 1, after: next })
    expect(second).toMatchObject({ results: [{ memory: said[1] }] })
    expect(await call(studio, 'pending', { state: 'parked' })).toEqual([200, { results: [] }])
    await memory.process()
    expect(await call(studio, 'pending')).toEqual([200, { results: [] }])
  })

  test('hides a memory, restores it, and deletes it with its history', async () => {
    const { studio, memory } = await opened()
    expect(await call(studio, 'delete', { id: 'm2', soft: true })).toEqual([200, { deleted: true }])
    expect(idsIn((await call(studio, 'page', { scope: ada, deleted: true }))[1])).toEqual(['m2'])
    expect(await call(studio, 'restore', { id: 'm2' })).toEqual([200, { restored: true }])
    expect(await memory.get('m2')).toBeDefined()
    expect(await call(studio, 'delete', { id: 'm2', purgeHistory: true })).toEqual([200, { deleted: true }])
    expect([await memory.get('m2'), await memory.history('m2')]).toEqual([undefined, []])
    expect(await call(studio, 'delete', { id: 'm2' })).toEqual([200, { deleted: false }])
  })
})

describe('a call that is wrong', () => {
  const wrong: readonly (readonly [name: string, input: unknown, message: RegExp])[] = [
    ['about', { a: 1 }, /'about' takes no 'a'; it takes nothing/],
    ['scopes', {}, /by must be/],
    ['scopes', { by: 'content' }, /by must be/],
    ['scopes', { by: 'userId', limit: 0 }, /limit/],
    ['recent', { limit: 'all' }, /limit/],
    ['recent', { limit: 0 }, /limit/],
    ['page', {}, /at least one of userId, agentId and runId/],
    ['page', { scope: { userId: '' } }, /userId/],
    ['page', { scope: { orgId: 'other' } }, /orgId/],
    ['page', { scope: ada, where: { nothing: 1 } }, /nothing/],
    ['page', { scope: ada, after: 'x' }, /no cursor/],
    ['page', { scope: ada, limit: 1e9 }, /limit/],
    ['count', { scope: 'ada' }, /scope/],
    ['search', { scope: ada }, /query/],
    ['search', { scope: ada, query: 'a', mode: 'words' }, /mode/],
    ['search', { scope: ada, query: 'a', orgId: 'other' }, /'search' takes no 'orgId'/],
    ['search', { scope: ada, query: { embedding: [1] } }, /dimensions|embedding/],
    ['get', {}, /id/],
    ['history', { id: 7 }, /id/],
    ['pending', { state: 'done' }, /state/],
    ['stats', { all: true }, /'stats' takes no 'all'/],
    ['verify', { database: 'yes' }, /database/],
    ['delete', {}, /id/],
    ['delete', { id: 'm1', soft: 'no' }, /soft/],
    ['delete', { id: 'm1', all: true }, /'delete' takes no 'all'/],
    ['restore', { id: null }, /id/],
  ]
  test.each(wrong)('%s %j is refused, and says why', async (name, input, message) => {
    const { studio, memory } = await opened()
    expect(await call(studio, name, input)).toEqual([
      400,
      {
        error: {
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(message) as string,
          retryable: false,
        },
      },
    ])
    expect((await memory.getAll({ userId: 'ada' })).results).toHaveLength(4)
  })

  test.each([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['a text', '"x"', 400],
    ['null', 'null', 400],
    ['more than can be meant', `"${'x'.repeat(8 * 1024 * 1024)}"`, 413],
  ])('has a body that is %s', async (_what, body, status) => {
    const { studio } = await opened()
    const answer = await send(studio, '/api/count', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(studio)}` },
      body,
    }).catch((error: Error & { code?: string }) => ({
      status: error.code === 'EPIPE' || error.code === 'ECONNRESET' ? 413 : 0,
      text: '',
    }))
    expect(answer.status).toBe(status)
  })

  test('names no call that there is', async () => {
    const { studio } = await opened()
    for (const name of ['reset', 'deleteAll', 'constructor', '__proto__', 'toString'])
      expect(await call(studio, name)).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
  })

  test('says what the memory has thrown, by its code, and without what is to be hidden', async () => {
    const memory = await sampleMemory()
    const codes = { UNAVAILABLE: 503, TIMEOUT: 504, CORRUPT: 500, UNSUPPORTED: 501, CONFLICT: 409 } as const
    const { studio } = await opened({ memory, redact: text => text.replaceAll('secret', '***') })
    for (const [code, status] of Object.entries(codes)) {
      memory.stats = () =>
        Promise.reject(new MemoryError(code as keyof typeof codes, 'at postgres://ana:secret@db'))
      expect(await call(studio, 'stats')).toMatchObject([
        status,
        { error: { code, message: 'at postgres://ana:***@db' } },
      ])
    }
    memory.stats = () => Promise.reject(new TypeError('a mistake'))
    expect(await call(studio, 'stats')).toMatchObject([500, { error: { code: 'BACKEND' } }])
  })
})

describe('a studio that is read-only', () => {
  test('changes nothing, whatever it is sent', async () => {
    const { studio, memory } = await opened({ readOnly: true })
    await memory.delete('m2', { soft: true })
    const before = await memory.stats()
    for (const [name, input] of [
      ['delete', { id: 'm1' }],
      ['delete', {}],
      ['restore', { id: 'm2' }],
    ] as const)
      expect(await call(studio, name, input)).toMatchObject([
        403,
        { error: { code: 'UNSUPPORTED', message: expect.stringContaining('read-only') as string } },
      ])
    for (const [name, input] of [
      ['recent', {}],
      ['page', { scope: ada }],
      ['search', { query: 'tea', scope: ada }],
      ['verify', {}],
      ['stats', {}],
      ['get', { id: 'm1' }],
      ['history', { id: 'm1' }],
      ['scopes', { by: 'userId' }],
      ['count', { scope: ada }],
    ] as const)
      expect([name, (await call(studio, name, input))[0]]).toEqual([name, 200])
    expect((await memory.stats()).store.head).toBe(before.store.head)
  })
})

test('a studio of one organization of several shows that one, and says that health is of all', async () => {
  await using tenants = await Memory.openTenants({ store: new MapStore() })
  await tenants.org('acme').add('Ada drinks tea.', ada)
  await tenants.org('other').add('Ada drinks coffee.', ada)
  const { studio } = await opened({ memory: tenants.org('acme') })
  expect(await call(studio, 'about')).toMatchObject([200, { label: 'acme', bound: { orgId: 'acme' } }])
  expect(await call(studio, 'recent')).toMatchObject([200, { results: [{ memory: 'Ada drinks tea.' }] }])
  expect(await call(studio, 'stats')).toMatchObject([400, { error: { code: 'INVALID_ARGUMENT' } }])
})
