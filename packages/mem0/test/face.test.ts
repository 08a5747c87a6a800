import { MapStore, Memory as AgentMemory, RuleExtractor } from '@agentmem/core'
import { expect, test } from 'vitest'
import { importMem0, Memory } from '../src/index.ts'

function open(
  extract?: (messages: readonly object[], existing: readonly string[]) => Promise<string[]>,
): Memory {
  return new Memory({ store: new MapStore(), extract })
}

const ana = { filters: { user_id: 'ana' } }

test('twenty updates of metadata at once lose none', async () => {
  await using memory = open()
  const { results } = await memory.add('Ana likes tea', { userId: 'ana', infer: false })
  const id = results[0]?.id ?? ''
  const twenty = Array.from({ length: 20 }, (_, n) => n)
  await Promise.all(twenty.map(n => memory.update(id, { metadata: { [`key${n}`]: n } })))
  expect((await memory.get(id))?.metadata).toEqual(Object.fromEntries(twenty.map(n => [`key${n}`, n])))
})

test('infer asks extract, which is given what is known, and stores its facts', async () => {
  const asked: unknown[] = []
  await using memory = open(async (messages, existing) => {
    asked.push([messages, existing])
    return ['Ana likes tea', 'Ana lives in Porto']
  })
  await memory.add('I moved to Porto, where tea is good', { userId: 'ana' })
  await memory.add('Tea in Porto', { userId: 'ana' })
  expect(asked[0]).toEqual([[{ role: 'user', content: 'I moved to Porto, where tea is good' }], []])
  expect((asked[1] as [object, string[]])[1].toSorted()).toEqual(['Ana likes tea', 'Ana lives in Porto'])
  expect((await memory.getAll(ana)).results.map(({ memory }) => memory)).toContain('Ana lives in Porto')
})

test('without extract infer stores the messages as they are, and says so once', async () => {
  const warned: string[] = []
  const note = (warning: Error): void => void warned.push(warning.message)
  process.on('warning', note)
  await using memory = open()
  await memory.add('one', { userId: 'ana' })
  await memory.add('two', { userId: 'ana' })
  await new Promise(resolve => setImmediate(resolve))
  process.off('warning', note)
  expect((await memory.getAll(ana)).results.map(({ memory }) => memory)).toEqual(['one', 'two'])
  expect(warned.filter(message => message.startsWith('infer: true'))).toHaveLength(1)
})

/** Puts each fact in the place of those that are stored. */
class ReplacingExtractor extends RuleExtractor {
  override async decide(sets: Parameters<RuleExtractor['decide']>[0]) {
    return sets.map(({ cases }) => ({
      finish: 'stop' as const,
      unread: 0,
      usage: { input: 0, output: 0 },
      decisions: cases.map(({ n, stored }) => ({
        fact: n,
        replaces: stored.map((_, k) => ({ k, why: 'changed' as const })),
      })),
    }))
  }
}

test('without extract infer asks the extractor of the Memory, and tells what took a place as UPDATE', async () => {
  const extractor = new ReplacingExtractor()
  await using memory = new Memory({ store: new MapStore(), extractor })
  const eventsOf = async (text: string): Promise<unknown[]> =>
    (await memory.add(text, { userId: 'ana' })).results.map(item => [item.memory, item.metadata])
  expect(await eventsOf('Ana lives in Porto.')).toEqual([['Ana lives in Porto.', { event: 'ADD' }]])
  expect(await eventsOf('Ana lives in Lisbon.')).toEqual([['Ana lives in Lisbon.', { event: 'UPDATE' }]])
  expect((await memory.getAll(ana)).results.map(item => item.memory)).toEqual(['Ana lives in Lisbon.'])
})

test('the facts of an extractor have the metadata that is given, as the memories of mem0 have', async () => {
  await using memory = new Memory({ store: new MapStore(), extractor: new RuleExtractor() })
  await memory.add('Ana lives in Porto.', { userId: 'ana', metadata: { topic: 'home' } })
  const { results } = await memory.search('Porto', { filters: { user_id: 'ana', topic: 'home' } })
  expect(results.map(item => [item.memory, item.metadata])).toEqual([
    ['Ana lives in Porto.', { topic: 'home' }],
  ])
})

test('facts that cannot be made are an error, and their messages wait', async () => {
  const extractor = new RuleExtractor()
  extractor.extract = async () => {
    throw new Error('no model today')
  }
  await using agent = await AgentMemory.open({ store: new MapStore(), extractor })
  const adding = Memory.fromMemory(agent).add('Ana lives in Porto.', { userId: 'ana' })
  await expect(adding).rejects.toThrow(/no model today.*process\(\)/)
  expect(await agent.count({ userId: 'ana' })).toBe(1)
})

test.each([
  ['search', { ...ana, rerank: true }, 'UNSUPPORTED', /search\(\) has no rerank here/],
  ['search', { ...ana, showExpired: true }, 'UNSUPPORTED', /has no showExpired here/],
  ['search', { ...ana, topk: 3 }, 'INVALID_ARGUMENT', /no option 'topk'; there are filters, topK, threshold/],
  ['search', { filters: { ...ana.filters, name: { icontains: 'x' } } }, 'UNSUPPORTED', /'icontains'/],
  ['search', { filters: { ...ana.filters, name: { near: 1 } } }, 'INVALID_ARGUMENT', /'near'; there are eq/],
  ['search', { ...ana, threshold: 0.3 }, 'INVALID_ARGUMENT', /mode 'text'/],
] as const)('%s with %j is refused by name, never passed over', async (_call, config, code, message) => {
  await using memory = open()
  const error = expect.objectContaining({ code, message: expect.stringMatching(message) as string })
  await expect(memory.search('x', config as never)).rejects.toThrow(error)
})

test('a face on a scope sees nothing else', async () => {
  await using agent = await AgentMemory.open({ store: new MapStore() })
  const [ana, bob] = ['ana', 'bob'].map(userId => Memory.fromMemory(agent.scope({ userId })))
  const { results = [] } = (await ana?.add('secret', { userId: 'ana', infer: false })) ?? {}
  const id = results[0]?.id ?? ''
  expect(await bob?.get(id)).toBeNull()
  await expect(bob?.delete(id)).rejects.toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  await expect(bob?.getAll({ filters: { user_id: 'ana' } })).rejects.toThrow(/userId/)
})

test('an import of 1,000 that was stopped half way goes on where it was', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => ({
    id: `m${n}`,
    memory: `note ${n}`,
    user_id: 'ana',
    createdAt: new Date(Date.UTC(2026, 0, 1) + n).toISOString(),
  }))
  const from = (results: object[]) => ({ getAll: async () => ({ results }) })
  await using to = await AgentMemory.open({ store: new MapStore() })
  const scopes = [{ user_id: 'ana' }]
  expect(await importMem0({ from: from(items.slice(0, 500)), to, scopes })).toEqual({
    imported: 500,
    skipped: 0,
  })
  expect(await importMem0({ from: from(items), to, scopes })).toEqual({ imported: 500, skipped: 500 })
  expect(await to.count({ userId: 'ana' })).toBe(1_000)
  await expect(importMem0({ from: from([]), to, scopes: [] })).rejects.toThrow(/needs scopes/)
})
