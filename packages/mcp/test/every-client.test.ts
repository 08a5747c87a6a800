import { freshFolder } from '@agentmem/conformance'
import { openMemory } from '@agentmem/core/open'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMemoryHandler, serveMemoryHttp } from '../src/index.ts'
import { answerOf, call, httpClient, stdioClient } from './clients.ts'
import type { TestClient } from './clients.ts'

interface Opened extends AsyncDisposable {
  readonly client: TestClient
}

async function overStdio(version: 1 | 2): Promise<Opened> {
  const folder = await freshFolder()
  const client = await stdioClient(version, folder.path, ['--user', 'ada', '--tools', 'all'])
  const close = async (): Promise<void> => {
    await client.close()
    await folder.remove()
  }
  return { client, [Symbol.asyncDispose]: close }
}

async function overHttp(version: 1 | 2): Promise<Opened> {
  const folder = await freshFolder()
  const memory = await openMemory({ store: `sqlite:${join(folder.path, 'm.db')}` })
  const handler = createMemoryHandler(memory, { tools: 'all', scopeOf: () => ({ userId: 'ada' }) })
  const served = await serveMemoryHttp(handler, { port: 0 })
  const client = await httpClient(version, served.url)
  const close = async (): Promise<void> => {
    await client.close()
    await served.close()
    await memory.close()
    await folder.remove()
  }
  return { client, [Symbol.asyncDispose]: close }
}

const refusals: readonly [string, object, RegExp][] = [
  ['get_memory', { id: 'none' }, /^NOT_FOUND: There is no memory with the id "none"/],
  ['update_memory', { id: 'none', text: 'x' }, /^NOT_FOUND: /],
  ['add_memory', {}, /^INVALID_ARGUMENT: Give texts or messages/],
  ['add_memory', { texts: ['  '] }, /^INVALID_ARGUMENT: .*white space/],
  ['add_memory', { texts: ['x'], userId: 'bob' }, /userId/],
  ['add_memory', { texts: Array.from({ length: 101 }, (_, i) => `text ${i}`) }, /100/],
  ['search_memories', { query: 'x', filters: { colour: 1 } }, /^INVALID_ARGUMENT: .*colour/],
  ['search_memories', { query: 'x', userId: 'bob' }, /userId/],
  ['list_entities', { by: 'orgId' }, /by/],
  ['get_memories', { cursor: 'x' }, /^INVALID_ARGUMENT: .*after/],
]

describe.each([
  ['SDK 2 over stdio', () => overStdio(2)],
  ['SDK 1 over stdio', () => overStdio(1)],
  ['SDK 2 over HTTP', () => overHttp(2)],
  ['SDK 1 over HTTP', () => overHttp(1)],
] as const)('a client of %s', (_name, open) => {
  test('goes through every tool, the resource and the prompt', async () => {
    await using opened = await open()
    const { client } = opened
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).toSorted()).toEqual([
      'add_memory',
      'delete_all_memories',
      'delete_memory',
      'get_memories',
      'get_memory',
      'list_entities',
      'memory_history',
      'search_memories',
      'update_memory',
    ])
    expect(JSON.stringify(tools.map(({ inputSchema }) => inputSchema))).not.toMatch(/userId"\s*:/)
    expect(client.getInstructions()).toContain('search_memories')

    const texts = ['Ada drinks green tea, never coffee.', 'Ada is allergic to peanuts.']
    const added = await answerOf(client, 'add_memory', { texts, metadata: { topic: 'food' } })
    const results = added['results'] as { id: string; event: string }[]
    expect(results.map(({ event }) => event)).toEqual(['ADD', 'ADD'])
    expect(await answerOf(client, 'add_memory', { texts: texts.slice(0, 1) })).toMatchObject({
      results: [{ id: results[0]?.id, event: 'NONE' }],
    })
    const messages = [{ role: 'user', name: 'Ada', content: 'My train leaves at nine' }]
    await answerOf(client, 'add_memory', { messages })
    const id = results[0]?.id ?? ''

    const found = await call(client, 'search_memories', {
      query: 'which tea?',
      topK: 1,
      filters: { 'metadata.topic': 'food' },
    })
    expect(found.structuredContent).toMatchObject({
      memories: [{ id, memory: texts[0], metadata: { topic: 'food' } }],
    })
    expect(found.content[0]?.text).toContain(`- [${id}] `)

    const page = await answerOf(client, 'get_memories', { limit: 2 })
    expect(page).toMatchObject({
      memories: [{ memory: messages[0]?.content }, {}],
      next: expect.any(String) as string,
    })
    const rest = await answerOf(client, 'get_memories', { limit: 2, cursor: page['next'] })
    expect(rest['memories']).toHaveLength(1)
    expect(rest['next']).toBeUndefined()
    expect(await answerOf(client, 'list_entities', { by: 'userId' })).toMatchObject({
      entities: [{ value: 'ada', memories: 3 }],
    })

    await answerOf(client, 'update_memory', { id, text: 'Ada drinks black tea.' })
    expect(await answerOf(client, 'get_memory', { id })).toMatchObject({
      memory: { memory: 'Ada drinks black tea.', version: 2 },
    })
    expect(await answerOf(client, 'memory_history', { id })).toMatchObject({
      history: [{ event: 'ADD' }, { event: 'UPDATE', previousValue: texts[0] }],
    })
    const { contents } = await client.readResource({ uri: `agentmem://memory/${id}` })
    expect(JSON.parse(contents[0]?.text ?? '')).toMatchObject({ id, memory: 'Ada drinks black tea.' })
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain(
      `agentmem://memory/${id}`,
    )
    const { messages: recalled } = await client.getPrompt({ name: 'recall', arguments: { topic: 'tea' } })
    expect(JSON.stringify(recalled)).toContain('Ada drinks black tea.')

    expect(await answerOf(client, 'delete_memory', { id })).toEqual({ deleted: true })
    expect(await answerOf(client, 'delete_memory', { id })).toEqual({ deleted: false })
    await expect(client.readResource({ uri: `agentmem://memory/${id}` })).rejects.toThrow(/not found/i)
    expect(await answerOf(client, 'delete_all_memories')).toEqual({ deleted: 2 })
  })

  test('is told what was wrong with a call', async () => {
    await using opened = await open()
    for (const [name, args, message] of refusals) {
      const answer = await call(opened.client, name, args)
      const content = [{ text: expect.stringMatching(message) as string }]
      expect(answer, `${name} ${JSON.stringify(args)}`).toMatchObject({ isError: true, content })
    }
  })
})
