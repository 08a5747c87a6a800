import { ExactIndex, HashEmbedder, MapStore, Memory as AgentMemory } from '@agentmem/core'
import { expect, test } from 'vitest'
import { importMem0, MemoryClient } from '../src/index.ts'

const say = (content: string) => [{ role: 'user', content }]

/** Memories as the examples of mem0's documents on filters have them. */
async function filled(): Promise<MemoryClient> {
  const embedder = new HashEmbedder({ dimensions: 64 })
  const client = new MemoryClient({
    store: new MapStore(),
    index: new ExactIndex({ dimensions: 64 }),
    embedder,
  })
  const add = (text: string, options: object) => client.add(say(text), { infer: false, ...options })
  const at = (date: string): number => Date.parse(date) / 1_000
  await add('an invoice of January', {
    userId: 'user_123',
    metadata: { source: 'email', type: 'semantic', categories: ['finance'] },
    timestamp: at('2024-01-10'),
  })
  await add('a run of February', {
    userId: 'user_123',
    runId: 'run_456',
    metadata: { type: 'episodic', categories: ['health', 'spam'] },
    timestamp: at('2024-02-10'),
  })
  await add('an agent of March', { agentId: 'finance_bot', timestamp: at('2024-03-10') })
  await add('somebody else', { userId: 'user_2', metadata: { source: 'email' } })
  return client
}

const jan = 'an invoice of January'
const feb = 'a run of February'
const user = { user_id: 'user_123' }

test.each([
  [{ AND: [user] }, [feb, jan]],
  [user, [feb, jan]],
  [{ OR: [user] }, [feb, jan]],
  [{ AND: [user, { run_id: '*' }] }, [feb]],
  [{ ...user, categories: { in: ['finance'] } }, [jan]],
  [{ AND: [user, { categories: { in: ['finance', 'health'] } }] }, [feb, jan]],
  [{ AND: [user, { categories: { contains: 'finance' } }] }, [jan]],
  [{ AND: [user, { metadata: { source: 'email' } }] }, [jan]],
  [{ AND: [user, { keywords: { contains: 'invoice' } }] }, [jan]],
  [
    {
      AND: [
        user,
        { created_at: { gte: '2024-01-01T00:00:00Z' } },
        { created_at: { lt: '2024-02-01T00:00:00Z' } },
      ],
    },
    [jan],
  ],
  [
    { AND: [user, { OR: [{ metadata: { type: 'semantic' } }, { metadata: { type: 'episodic' } }] }] },
    [feb, jan],
  ],
  [{ AND: [user, { NOT: { categories: { in: ['spam', 'test'] } } }] }, [jan]],
  [
    { AND: [user, { NOT: { OR: [{ categories: { in: ['spam'] } }, { categories: { in: ['test'] } }] } }] },
    [jan],
  ],
  [{ AND: [user, { memory_ids: ['mem_1', 'mem_2'] }] }, []],
  [{ AND: [user, { run_id: { ne: 'run_456' } }] }, [jan]],
  [{ AND: [{ agent_id: 'finance_bot' }] }, ['an agent of March']],
  [{ AND: [user, { expiration_date: { lte: '2030-12-31' } }] }, []],
])('the filter %j of their documents finds what it should', async (filters, texts) => {
  await using client = await filled()
  const { count, results } = await client.getAll({ filters })
  expect(results.map(({ memory }) => memory)).toEqual(texts)
  expect(count).toBe(texts.length)
  const found = await client.search(`${jan}, ${feb}, an agent of March`, { filters })
  expect(new Set(found.results.map(({ memory }) => memory))).toEqual(new Set(texts))
})

test.each([
  [{ OR: [user, { run_id: 'run_456' }] }, 'INVALID_ARGUMENT', /name one user_id.*ask once for each/],
  [{ user_id: '*' }, 'INVALID_ARGUMENT', /name one user_id/],
  [{ user_id: { in: ['a', 'b'] } }, 'INVALID_ARGUMENT', /name one user_id/],
  [{ ...user, bogus_key: 'z' }, 'INVALID_ARGUMENT', /no field 'bogus_key'; there are AND/],
  [{ ...user, app_id: 'a' }, 'UNSUPPORTED', /no app_id here/],
  [{ AND: [user, { keywords: { icontains: 'x' } }] }, 'UNSUPPORTED', /'icontains'/],
  [{ AND: [user, { categories: { eq: 'x' } }] }, 'INVALID_ARGUMENT', /categories take/],
  [{ AND: [user, { metadata: 'x' }] }, 'INVALID_ARGUMENT', /metadata takes keys/],
])('the filter %j is refused, with what to do', async (filters, code, message) => {
  await using client = await filled()
  const error = expect.objectContaining({ code, message: expect.stringMatching(message) as string })
  await expect(client.getAll({ filters })).rejects.toThrow(error)
  await expect(client.search('x', { filters })).rejects.toThrow(error)
})

test('days, metadata and categories beside the filters narrow', async () => {
  await using client = await filled()
  const textsOf = async (options: object): Promise<string[]> =>
    (await client.getAll({ filters: user, ...options })).results.map(({ memory }) => memory)
  expect(await textsOf({ startDate: '2024-02-10' })).toEqual([feb])
  expect(await textsOf({ endDate: '2024-01-10' })).toEqual([jan])
  expect(await textsOf({ startDate: '2024-01-11', endDate: '2024-02-09' })).toEqual([])
  expect(await textsOf({ categories: ['health'] })).toEqual([feb])
  const { results } = await client.search('an invoice, a run', {
    filters: user,
    metadata: { type: 'episodic' },
  })
  expect(results.map(({ memory }) => memory)).toEqual([feb])
})

test('a Memory that is bound needs no name, and no filter looks outside of it', async () => {
  await using agent = await AgentMemory.open({ store: new MapStore() })
  await agent.addBatch(['of ana'], { userId: 'ana' })
  await agent.addBatch(['of bob'], { userId: 'bob', runId: 'r' })
  const client = MemoryClient.fromMemory(agent.scope({ userId: 'ana' }))
  expect((await client.getAll({ filters: { OR: [{ user_id: 'ana' }, { user_id: 'bob' }] } })).count).toBe(1)
  expect((await client.users()).results.map(({ name }) => name)).toEqual(['ana'])
  const bobs = (await agent.getAll({ userId: 'bob' })).results[0]?.id ?? ''
  await expect(client.get(bobs)).rejects.toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  expect(await client.batchDelete([bobs])).toEqual({ message: 'Successfully deleted 0 memories' })
  await client.deleteUsers()
  expect(await agent.count({ userId: 'bob' })).toBe(1)
})

test('pages of users join to all of them, with counts and the time of the first memory', async () => {
  await using client = await filled()
  const pages = await Promise.all([1, 2, 3].map(page => client.users({ page, pageSize: 2 })))
  expect(pages.flatMap(({ results }) => results.map(({ type, name }) => `${type} ${name}`))).toEqual([
    'user user_123',
    'user user_2',
    'agent finance_bot',
    'run run_456',
  ])
  expect(pages.map(({ next }) => next)).toEqual(['?page=2&page_size=2', null, null])
  const created = '2024-01-10T00:00:00.000Z'
  expect(pages[0]?.results[0]).toMatchObject({ totalMemories: 2, createdAt: created, owner: 'default' })
  expect(pages[0]).toMatchObject({ count: 4, totalUsers: 2, totalAgents: 1, totalRuns: 1 })
})

test('a batch with one id that is not there changes nothing', async () => {
  await using client = await filled()
  const [first] = (await client.getAll({ filters: user })).results
  const changes = [first?.id ?? '', 'nobody'].map(memoryId => ({ memoryId, text: 'changed' }))
  await expect(client.batchUpdate(changes)).rejects.toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  expect((await client.getAll({ filters: user })).results.map(({ memory }) => memory)).toEqual([feb, jan])
})

test('a day of expiry is answered as it was given, and not among the metadata', async () => {
  await using client = await filled()
  const { results } = await client.add(say('x y'), {
    userId: 'eve',
    infer: false,
    expirationDate: '2999-12-31',
  })
  const id = results[0]?.id ?? ''
  expect(await client.get(id)).toMatchObject({ expirationDate: '2999-12-31', metadata: {} })
  expect(await client.update(id, { expirationDate: null })).toMatchObject({
    expirationDate: null,
    metadata: {},
  })
})

const calls: readonly [string, (client: MemoryClient) => Promise<unknown>, string, RegExp][] = [
  ['apps', c => c.add(say('x'), { appId: 'a', userId: 'u' } as never), 'UNSUPPORTED', /no appId here/],
  [
    'reranking',
    c => c.search('x', { filters: user, rerank: true } as never),
    'UNSUPPORTED',
    /no rerank here/,
  ],
  [
    'what was replaced',
    c => c.getAll({ filters: user, latestOnly: false as never }),
    'UNSUPPORTED',
    /latestOnly/,
  ],
  ['linked deletes', c => c.delete('x', { deleteLinked: true }), 'UNSUPPORTED', /no deleteLinked here/],
  ['everyone by a star', c => c.deleteAll({ userId: '*' }), 'UNSUPPORTED', /deleteUsers\(\)/],
  ['two users at once', c => c.deleteUsers({ userId: 'a', runId: 'r' }), 'INVALID_ARGUMENT', /one of/],
  [
    'pages of none',
    c => c.getAll({ filters: user, pageSize: 0 }),
    'INVALID_ARGUMENT',
    /from 1 to 200, not 0/,
  ],
  ['more than 1,000', c => c.search('x', { filters: user, topK: 1_001 }), 'INVALID_ARGUMENT', /1 to 1000/],
  ['an empty batch', c => c.batchDelete([]), 'INVALID_ARGUMENT', /1 to 1,000/],
  [
    'an entity of no kind',
    c => c.deleteUser({ entity_id: 1, entity_type: 'app' }),
    'INVALID_ARGUMENT',
    /'app'/,
  ],
  ['webhooks', c => c.getWebhooks(), 'UNSUPPORTED', /getWebhooks\(\) belongs to the service.*changes\(\)/],
  ['profiles', c => c.getProfile({ entityId: 'a' }), 'UNSUPPORTED', /getProfile\(\) belongs to the service/],
]
test.each(calls)('%s: refused by name', async (_what, call, code, message) => {
  await using client = await filled()
  const error = expect.objectContaining({ code, message: expect.stringMatching(message) as string })
  await expect(call(client)).rejects.toThrow(error)
})

test('a key of the service is refused, with what to give in its place', () => {
  expect(() => new MemoryClient({ apiKey: 'm0-x' } as never)).toThrow(/takes no apiKey.*give it a store/)
})

test('memories move from one client to another as they are', async () => {
  await using client = await filled()
  await using to = await AgentMemory.open({ store: new MapStore() })
  expect(await importMem0({ from: client, to })).toEqual({ imported: 4, skipped: 0 })
  const moved = MemoryClient.fromMemory(to)
  const of = async (from: MemoryClient) =>
    (await from.getAll({ filters: user })).results.map(({ id: _id, updatedAt: _at, ...rest }) => rest)
  expect(await of(moved)).toEqual(await of(client))
})
