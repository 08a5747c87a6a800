import { describe, expect, test } from 'vitest'

import { importFormats } from '../../../src/import.ts'
import type { ImportFormat } from '../../../src/transfer-api.ts'
import { openMemory } from '../../kit/open-memory.ts'
import {
  chatgptExport,
  claudeExport,
  langgraphDump,
  mcpMemoryLines,
  mem0Answer,
  openaiConversations,
} from './samples.ts'

async function* bytes(file: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(typeof file === 'string' ? file : JSON.stringify(file, null, 1))
}

/** What a file becomes, oldest first. */
async function imported(from: ImportFormat, file: unknown) {
  const { memory } = await openMemory()
  const result = await memory.importFrom(bytes(file), { userId: 'ana', from })
  const order = { by: 'createdAt', direction: 'asc' } as const
  return { memory, result, results: (await memory.getAll({ userId: 'ana', order })).results }
}

const cases = {
  chatgpt: [chatgptExport(), 5],
  claude: [claudeExport(), 3],
  mem0: [mem0Answer(), 2],
  openai: [openaiConversations(), 4],
  mcp: [mcpMemoryLines(), 4],
  langgraph: [langgraphDump(), 2],
} as const satisfies { [Name in keyof typeof importFormats]: readonly [unknown, number] }

describe.each(Object.entries(cases))('%s', (name, [file, count]) => {
  const from = importFormats[name as keyof typeof importFormats]

  test('an import repeated adds nothing, whatever the time zone and the batches', async () => {
    const { memory, result, results } = await imported(from, file)
    expect(result).toEqual({ imported: count, skipped: 0 })
    const ids = results.map(({ id }) => id)
    const zone = process.env['TZ']
    try {
      process.env['TZ'] = 'Pacific/Auckland'
      const again = await memory.importFrom(bytes(file), { userId: 'ana', from, batchSize: 2 })
      expect(again).toEqual({ imported: 0, skipped: count })
      const elsewhere = await imported(from, file)
      expect(elsewhere.results.map(({ id }) => id)).toEqual(ids)
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })

  // A memory of mem0 says itself whose it is.
  test.runIf(name !== 'mem0')('the same file of two users is stored for both', async () => {
    const { memory } = await imported(from, file)
    const other = await memory.importFrom(bytes(file), { userId: 'bo', from })
    expect(other).toEqual({ imported: count, skipped: 0 })
  })
})

test('of a ChatGPT conversation the current branch is read, in its order and without what nobody said', async () => {
  const { results } = await imported(importFormats.chatgpt, chatgptExport())
  expect(results.map(({ memory, role, runId }) => [runId, role, memory])).toEqual([
    ['c1', 'user', 'Which tea is good in the evening?'],
    ['c1', 'assistant', 'Rooibos: it has no caffeine.'],
    ['c1', 'user', 'Look at this cup.\nIs it large enough?'],
    ['c2', 'user', 'Said aloud'],
    ['c2', 'assistant', 'Heard.'],
  ])
  expect(results[1]).toMatchObject({
    createdAt: 1_700_000_001_250,
    metadata: { source: 'chatgpt', title: 'Tea', model: 'gpt-4o' },
  })
  expect(results.map(({ memory }) => memory).join()).not.toContain('an answer that was thrown away')
})

test('a Claude conversation is read in order, without thoughts and tools', async () => {
  const { results } = await imported(importFormats.claude, claudeExport())
  expect(results.map(({ memory, role }) => [role, memory])).toEqual([
    ['user', 'I moved to Lisbon.'],
    ['assistant', 'How is the weather?\nAnd the food?'],
    ['user', 'Only the field text'],
  ])
  expect(results[0]).toMatchObject({
    runId: 'conv-1',
    createdAt: Date.parse('2024-03-01T10:00:00Z'),
    metadata: { source: 'claude', title: 'Moving' },
  })
})

test('a memory of mem0 keeps whose it is, its times and its metadata', async () => {
  const { results } = await imported(importFormats.mem0, mem0Answer())
  expect(results).toMatchObject([
    {
      memory: 'Likes oolong',
      agentId: 'barista',
      createdAt: Date.parse('2024-07-20T08:30:36.275Z'),
      expiresAt: Date.parse('2999-01-01T00:00:00Z'),
      metadata: { topic: 'tea', categories: ['food'] },
    },
    { memory: 'Lives in Porto', runId: 'trip', metadata: {} },
  ])
  expect((await imported(importFormats.mem0, mem0Answer().results)).result.imported).toBe(2)
  expect((await imported(importFormats.mem0, { memories: mem0Answer().results })).result.imported).toBe(2)
})

test('messages with parts become texts, in an array, one a line, and as conversations', async () => {
  const { results } = await imported(importFormats.openai, openaiConversations())
  expect(results.map(({ memory, role, runId }) => [runId, role, memory])).toEqual([
    ['t1', 'user', 'What is on the picture?\nBe short.'],
    ['t1', 'assistant', 'A cup.'],
    [null, 'user', 'Yes'],
    [null, 'user', 'Yes'],
  ])
  const lines = openaiConversations()
    .map(value => JSON.stringify(value))
    .join('\n')
  const again = await imported(importFormats.openai, lines)
  expect(again.results.map(({ id }) => id)).toEqual(results.map(({ id }) => id))
})

test('an observation of the MCP server is a memory of its entity, and a relation is a sentence', async () => {
  const { results } = await imported(importFormats.mcp, mcpMemoryLines())
  expect(results.map(({ memory, metadata }) => [memory, metadata])).toEqual([
    ['Drinks green tea', { entity: 'Ana', entityType: 'person' }],
    ['Lives in Porto', { entity: 'Ana', entityType: 'person' }],
    ['Sells tea', { entity: 'Chá & Co', entityType: 'shop' }],
    ['Ana buys at Chá & Co', { from: 'Ana', relation: 'buys at', to: 'Chá & Co' }],
  ])
})

test('an item of a LangGraph store keeps its namespace, its key and its value', async () => {
  const { results } = await imported(importFormats.langgraph, langgraphDump())
  expect(results).toMatchObject([
    { memory: 'Prefers short answers', metadata: { namespace: ['users', 'ana'], key: 'k1' } },
    { memory: '{"likes":["tea"]}', metadata: { namespace: ['users'], value: { likes: ['tea'] } } },
  ])
})

test.each([
  [
    'chatgpt',
    [...chatgptExport(), { id: 'c3', current_node: 'x', mapping: {} }],
    5,
    /^Element 3: The node "x" must be an object/,
  ],
  [
    'chatgpt',
    [...chatgptExport(), { id: 'c3', current_node: 'x', mapping: { x: { parent: 'x' } } }],
    5,
    /^Element 3: .*its own parent/,
  ],
  ['claude', [...claudeExport(), { name: 'no id' }], 3, /^Element 2: The conversation has no uuid/],
  [
    'mem0',
    { results: [...mem0Answer().results, { id: 'x', user_id: 'bo' }] },
    2,
    /^Element 3 of results: The memory has no text/,
  ],
  [
    'mem0',
    { results: [...mem0Answer().results, { memory: 'tea', created_at: 'soon' }] },
    2,
    /^Element 3 of results: createdAt .*soon/,
  ],
  ['openai', [...openaiConversations(), { content: 'no role' }], 4, /^Element 4: The message has no role/],
  [
    'openai',
    [{ messages: [{ role: 'user', content: 'tea' }, 7] }],
    1,
    /^Element 1: Its message 2 must be an object/,
  ],
  [
    'mcp',
    `${mcpMemoryLines()}{"type":"entity","name":"Bo","observations":[7]}\n`,
    4,
    /^Line 5: Its observation 1/,
  ],
  ['mcp', `${mcpMemoryLines()}{"type":"entity","name":"Bo"`, 4, /^After line 4: The value has no end/],
  [
    'langgraph',
    [...langgraphDump(), { namespace: ['a'], key: 'k', value: 'text' }],
    2,
    /^Element 3: The value must be/,
  ],
] as const)(
  'a bad item of %s is named, and what is before it is stored',
  async (name, file, count, message) => {
    const { memory, store } = await openMemory()
    const importing = memory.importFrom(bytes(file), { userId: 'ana', from: importFormats[name] })
    await expect(importing).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    })
    await expect(importing).rejects.toThrow(new RegExp(`The ${count} memories before it are stored`))
    expect((await store.stats()).memories).toBe(count)
  },
)

test('a file of any size is read as a stream: memory is stored while it is read', async () => {
  const { memory } = await openMemory()
  let given = 0
  async function* endless(): AsyncGenerator<string> {
    yield '['
    for (;;) {
      given++
      yield `${given === 1 ? '' : ','}${JSON.stringify({ uuid: `c${given}`, chat_messages: [{ uuid: 'm', sender: 'human', text: `message ${given}` }] })}`
    }
  }
  const stop = new AbortController()
  const importing = memory.importFrom(endless(), {
    userId: 'ana',
    from: importFormats.claude,
    batchSize: 50,
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done === 500) stop.abort()
    },
  })
  await expect(importing).rejects.toMatchObject({ code: 'ABORTED' })
  expect(given).toBeLessThan(700)
  expect(await memory.count({ userId: 'ana' })).toBeGreaterThanOrEqual(500)
})

test('a format of your own is a function, and what it does wrong is told', async () => {
  const { memory } = await openMemory()
  const from: ImportFormat = async function* () {
    yield { place: 'Page 1', key: ['a'], input: { content: 'tea' } }
    yield { place: 'Page 2', input: { content: 'milk', colour: 'white' } as never }
  }
  await expect(memory.importFrom(bytes(''), { userId: 'ana', from })).rejects.toThrow(
    /^Page 2: .*colour.*The 1 memories/,
  )
  const never = { userId: 'ana', from: (() => 7) as never }
  await expect(memory.importFrom(bytes(''), never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})
