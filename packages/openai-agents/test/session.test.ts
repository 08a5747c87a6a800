import { freshFolder, Random } from '@agentmem/conformance'
import { MapStore, Memory } from '@agentmem/core'
import { AgentmemSession } from '@agentmem/openai-agents'
import { openSqliteStore } from '@agentmem/sqlite'
import { Agent, MemorySession, run, Usage } from '@openai/agents-core'
import type { AgentInputItem, Model, ModelRequest, ModelResponse, Session } from '@openai/agents-core'
import { expect, test } from 'vitest'

const said = (text: string): AgentInputItem => ({ role: 'user', content: text })

/** A model that answers with how many items it was given. */
class CountingModel implements Model {
  readonly asked: (string | AgentInputItem[])[] = []

  async getResponse({ input }: ModelRequest): Promise<ModelResponse> {
    this.asked.push(input)
    const text = `I was given ${input.length} items.`
    return {
      usage: new Usage(),
      output: [
        { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
      ],
    }
  }

  getStreamedResponse(): AsyncIterable<never> {
    throw new Error('This model does not stream.')
  }
}

test("500 operations have the results that they have on the SDK's own MemorySession", async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  const ours: Session = new AgentmemSession<AgentInputItem>(memory.scope({ userId: 'ana' }), {
    sessionId: 's',
  })
  const theirs: Session = new MemorySession({ sessionId: 's' })
  const random = new Random(3)
  expect(await ours.getSessionId()).toBe(await theirs.getSessionId())
  for (let n = 0; n < 500; n++) {
    const kind = random.next()
    if (kind < 0.4) {
      const items = Array.from({ length: random.below(4) }, (_item, i) =>
        said(`${n}, ${i}: ${'é'.repeat(i)}`),
      )
      await ours.addItems(items)
      await theirs.addItems(items)
    } else if (kind < 0.6) expect(await ours.popItem()).toEqual(await theirs.popItem())
    else if (kind < 0.62) await Promise.all([ours.clearSession(), theirs.clearSession()])
    else {
      const limit = random.pick([undefined, 1, 3, 1_000])
      expect(await ours.getItems(limit)).toEqual(await theirs.getItems(limit))
    }
  }
})

test('an agent goes on with a conversation of a program that has ended', async () => {
  await using folder = await freshFolder()
  const model = new CountingModel()
  const agent = new Agent({ name: 'Counter', instructions: 'Count.', model })
  for (const [turn, expected] of [
    'I was given 1 items.',
    'I was given 3 items.',
    'I was given 5 items.',
  ].entries()) {
    await using memory = await Memory.open({ store: await openSqliteStore({ path: folder.file() }) })
    const session = new AgentmemSession<AgentInputItem>(memory.scope({ userId: 'ana' }), {
      sessionId: 'chat-7',
    })
    const { finalOutput } = await run(agent, `Turn ${turn}`, { session })
    expect(finalOutput).toBe(expected)
    expect(await session.getItems()).toHaveLength(2 * (turn + 1))
  }
  expect(JSON.stringify(model.asked[2])).toMatch(/Turn 0.*given 1 items.*Turn 1.*given 3 items.*Turn 2/)
})

test('a session sees its own items alone, and no search finds them', async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  const [ana, bo] = ['ana', 'bo'].map(userId => memory.scope({ userId }))
  if (!ana || !bo) throw new Error('there are two users')
  const sessions = [ana, bo, ana].map(
    (of, i) => new AgentmemSession(of, { sessionId: i < 2 ? 'same' : 'other' }),
  )
  for (const [i, session] of sessions.entries()) await session.addItems([said(`green tea ${i}`)])
  for (const [i, session] of sessions.entries())
    expect(await session.getItems()).toEqual([said(`green tea ${i}`)])
  await ana.add('green tea', { runId: 'same' })
  expect((await ana.search('green tea')).results).toHaveLength(1)
  await sessions[0]?.clearSession()
  expect(await sessions[0]?.getItems()).toEqual([])
  expect(await ana.count()).toBe(2)
  expect(await sessions[1]?.getItems()).toHaveLength(1)
})

test('items that are added and taken at once keep their order, and none is taken twice', async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  const session = new AgentmemSession<AgentInputItem>(memory.scope({ userId: 'ana' }))
  const pairs = Array.from({ length: 20 }, (_pair, i) => [said(`${i} a`), said(`${i} b`)])
  await Promise.all(pairs.map(pair => session.addItems(pair)))
  expect(await session.getItems()).toEqual(pairs.flat())
  // Another session object of the same conversation takes part.
  const again = new AgentmemSession<AgentInputItem>(memory.scope({ userId: 'ana' }), {
    sessionId: await session.getSessionId(),
  })
  const taken = await Promise.all(
    Array.from({ length: 45 }, (_pop, i) => (i % 2 === 0 ? session : again).popItem()),
  )
  const texts = taken.flatMap(item => (item ? [JSON.stringify(item)] : []))
  expect(new Set(texts).size).toBe(40)
  expect(texts).toHaveLength(40)
})

test('a Memory of nobody, and other options, are refused', async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  expect(() => new AgentmemSession(memory)).toThrow(/memory\.scope\(\{ userId \}\)/)
  const ana = memory.scope({ userId: 'ana' })
  expect(() => new AgentmemSession(ana, { sessionId: '' })).toThrow(/the id of a conversation/)
  expect(() => new AgentmemSession(ana, { session: 'a' } as object)).toThrow(/no option 'session'/)
})
