import { MapStore, Memory } from '@agentmem/core'
import type { AuthInfo } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createMemoryHandler, createMemoryServer, serveMemoryHttp } from '../src/index.ts'
import { answerOf, call, httpClient } from './clients.ts'
import type { TestClient } from './clients.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** A host that knows its users by their tokens, as a verifier would. */
async function hostOfMany(): Promise<{
  url: string
  memory: Memory
  as: (user: string) => Promise<TestClient>
}> {
  const memory = await Memory.open({ store: new MapStore() })
  const handler = createMemoryHandler(memory, {
    tools: 'all',
    narrowBy: ['runId'],
    scopeOf: ({ authInfo }) => (authInfo ? { userId: authInfo.clientId } : undefined),
  })
  const answer = toNodeHandler(handler)
  const server = createServer((message, response) => {
    const token = /^Bearer (\w+)$/.exec(message.headers.authorization ?? '')?.[1]
    const auth: AuthInfo | undefined =
      token === undefined ? undefined : { token, clientId: token, scopes: [] }
    void answer(Object.assign(message, auth && { auth }), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
    await memory.close()
  })
  const as = async (user: string): Promise<TestClient> => {
    const client = await httpClient(2, url, { authorization: `Bearer ${user}` })
    cleanups.push(() => client.close())
    return client
  }
  return { url, memory, as }
}

describe('two users of one server', () => {
  test('never see one another, whatever their arguments say', async () => {
    const { as } = await hostOfMany()
    const [ada, bob] = [await as('ada'), await as('bob')]
    const secret = 'The vault opens with 4711'
    const { results } = await answerOf(ada, 'add_memory', { texts: [secret], metadata: { userId: 'bob' } })
    const id = (results as { id: string }[])[0]?.id ?? ''
    await answerOf(bob, 'add_memory', { texts: ['Bob likes chess'] })

    const seen: unknown[] = []
    for (const [name, args] of [
      ['search_memories', { query: 'the vault' }],
      ['search_memories', { query: 'the vault', userId: 'ada' }],
      ['search_memories', { query: 'the vault', filters: { userId: 'ada' } }],
      ['search_memories', { query: 'the vault', filters: { or: [{ userId: 'ada' }, { userId: 'bob' }] } }],
      ['search_memories', { query: 'the vault', runId: 'ada' }],
      ['get_memories', {}],
      ['get_memories', { filters: { 'metadata.userId': 'bob' } }],
      ['get_memory', { id }],
      ['memory_history', { id }],
      ['list_entities', { by: 'userId' }],
      ['update_memory', { id, text: 'mine' }],
      ['delete_memory', { id }],
      ['add_memory', { texts: ['x'], userId: 'ada' }],
      ['add_memory', { texts: ['y'], metadata: { userId: 'ada', orgId: 'other' } }],
    ] as const) {
      seen.push(await call(bob, name, args))
    }
    seen.push(await bob.listResources())
    seen.push(await bob.getPrompt({ name: 'recall', arguments: { topic: 'the vault' } }))
    seen.push(
      await bob.readResource({ uri: `agentmem://memory/${id}` }).catch((error: Error) => error.message),
    )
    expect(JSON.stringify(seen)).not.toMatch(/4711|"value":"ada"/)

    expect(await answerOf(bob, 'delete_all_memories')).toEqual({ deleted: 2 })
    expect(await answerOf(ada, 'get_memories')).toMatchObject({
      memories: [{ id, memory: secret, version: 1 }],
    })
    expect(await answerOf(ada, 'memory_history', { id })).toMatchObject({ history: [{ event: 'ADD' }] })
  })

  test('may narrow by what the host allows, and by nothing else', async () => {
    const { as, memory } = await hostOfMany()
    const ada = await as('ada')
    await answerOf(ada, 'add_memory', { texts: ['in the first run'], runId: 'one' })
    await answerOf(ada, 'add_memory', { texts: ['in the second run'], runId: 'two' })
    const { memories } = await answerOf(ada, 'get_memories', { runId: 'two' })
    expect(memories).toMatchObject([{ memory: 'in the second run', runId: 'two' }])
    expect(await call(ada, 'get_memories', { agentId: 'x' })).toMatchObject({ isError: true })
    expect(await memory.count({ userId: 'ada' })).toBe(2)
  })

  test('a request that names nobody is answered with 401, before anything is read', async () => {
    const { url } = await hostOfMany()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const response = await fetch(url, { method: 'POST', body, headers })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })
})

describe('a server on this machine', () => {
  async function statusOf(
    port: number,
    headers: Record<string, string>,
    path = '/mcp',
  ): Promise<number | undefined> {
    const message = request({ port, host: '127.0.0.1', path, method: 'POST', headers })
    message.end('{}')
    const [response] = (await once(message, 'response')) as [{ statusCode?: number; resume: () => void }]
    response.resume()
    return response.statusCode
  }

  test('answers a foreign Host or Origin with 403, so that no web page reaches it', async () => {
    const memory = await Memory.open({ store: new MapStore() })
    const served = await serveMemoryHttp(
      createMemoryHandler(memory, { scopeOf: () => ({ userId: 'ada' }) }),
      { port: 0 },
    )
    cleanups.push(() => memory.close(), served.close)
    const port = Number(new URL(served.url).port)
    expect(await statusOf(port, { host: 'evil.example' })).toBe(403)
    expect(await statusOf(port, { origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf(port, { origin: 'http://localhost:1234' })).not.toBe(403)
    expect(await statusOf(port, {}, '/other')).toBe(404)
  })

  test('is on a loopback address, or refused', async () => {
    const memory = await Memory.open({ store: new MapStore() })
    cleanups.push(() => memory.close())
    const handler = createMemoryHandler(memory, { scopeOf: () => undefined })
    await expect(serveMemoryHttp(handler, { host: '0.0.0.0', port: 0 })).rejects.toThrow(
      /no loopback address/,
    )
  })
})

test.each([
  [{ scope: {} }, /scope must have at least one/],
  [{ scope: { userId: '' } }, /scope must have/],
  [{ scope: { orgId: 'x' } as object }, /scope must have/],
  [{ scope: { userId: 'a' }, tools: 'every' as 'all' }, /tools must be/],
  [{ scope: { userId: 'a' }, narrowBy: ['userId' as 'runId'] }, /narrowBy may have/],
])('createMemoryServer refuses %j', async (options, message) => {
  const memory = await Memory.open({ store: new MapStore() })
  cleanups.push(() => memory.close())
  expect(() => createMemoryServer(memory, options)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string }),
  )
})
