import { describe, expect, test } from 'vitest'
import { HashEmbedder } from '../../src/reference/hash-embedder.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { InferResult } from '../../src/infer-api.ts'
import { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'
import { FakeExtractor, saying } from './fake-extractor.ts'
import { ana, factsOf, infer, openInference, said } from './open-inference.ts'

describe('messages that are added with infer', () => {
  test('are memories of their own, and their facts stand beside them', async () => {
    const { memory, extractor, clock } = await openInference()
    extractor.facts = ({ messages: [first] }) =>
      saying([
        {
          text: 'Ana lives in Berlin since March',
          sources: [first?.n],
          type: 'semantic',
          when: { from: '2026-03-01', to: null },
          importance: 4,
          entities: ['Ana', 'Berlin', 'Rome'],
          relations: [
            { subject: 'Ana', predicate: 'lives in', object: 'Berlin' },
            { subject: 'Ana', predicate: 'lives in', object: 'Rome' },
          ],
          fields: { room: 3 },
        },
      ])
    const result = await memory.add(said('I live in Berlin since March', { name: 'Ana' }), infer)
    expect(result).toMatchObject({
      results: [{ event: 'ADD', memory: 'Ana lives in Berlin since March', actorId: 'Ana', role: 'user' }],
      relations: [{ subject: 'Ana', predicate: 'lives in', object: 'Berlin' }],
      pending: 0,
      failed: [],
      dropped: [],
      usage: { calls: 1, inputTokens: 100, outputTokens: 10 },
    })
    const [id = ''] = result.messages
    expect(await memory.get(id)).toMatchObject({
      type: 'message',
      origin: 'caller',
      memory: 'I live in Berlin since March',
    })
    const fact = await memory.get(result.results[0]?.id ?? '')
    expect(fact).toMatchObject({
      type: 'semantic',
      origin: 'model',
      importance: 0.8,
      validFrom: Date.UTC(2026, 2, 1),
      createdAt: clock.now,
      derivation: {
        batch: result.batch,
        sources: [id],
        seen: 1,
        model: 'fake-1',
        entities: ['Ana', 'Berlin'],
        relations: [{ subject: 'Ana', predicate: 'lives in', object: 'Berlin' }],
        fields: { room: 3 },
      },
    })
    const found = await memory.search('where does she live, Berlin?', { ...ana, collapse: false })
    expect(new Set(found.results.map(item => item.id))).toEqual(new Set([id, fact?.id]))
    expect(await memory.verify()).toMatchObject({ ok: true })
    expect((await memory.stats()).infer).toMatchObject({ calls: 1, inputTokens: 100, dropped: {} })
  })

  test('of a conversation are shown in order, with who said them; system and tool texts are not shown', async () => {
    const { memory, extractor } = await openInference()
    const { messages } = await memory.add(
      [
        { role: 'system', content: 'You are kind.' },
        said('I play the violin', { name: 'Ana' }),
        { role: 'assistant', content: 'How nice that is' },
        { role: 'tool', content: 'weather: rain today' },
      ],
      { ...infer, runId: 'r1' },
    )
    expect(messages).toHaveLength(4)
    expect(
      extractor.windows.map(({ messages: shown }) =>
        shown.map(({ text, role, actorId }) => [text, role, actorId]),
      ),
    ).toEqual([
      [
        ['I play the violin', 'user', 'Ana'],
        ['How nice that is', 'assistant', null],
      ],
    ])
    expect(await factsOf(memory)).toEqual(['How nice that is', 'I play the violin'])
    await memory.add(said('And I sing in a choir'), {
      ...infer,
      runId: 'r1',
      createdAt: Date.UTC(2026, 2, 11),
    })
    expect(extractor.windows.at(-1)?.context.map(({ text }) => text)).toEqual([
      'I play the violin',
      'How nice that is',
    ])
  })

  test('of two owners are never in one prompt', async () => {
    const { memory, extractor } = await openInference()
    await memory.addBatch(
      [
        { content: 'Ana likes figs', userId: 'ana' },
        { content: 'Bob likes chess', userId: 'bob' },
        { content: 'Ana likes tea', userId: 'ana', agentId: 'cook' },
        { content: 'Ana likes rain', userId: 'ana', runId: 'r' },
      ],
      { infer: true },
    )
    expect(
      extractor.windows.map(({ messages }) => messages.map(({ text }) => text).join()).toSorted(),
    ).toEqual(['Ana likes figs,Ana likes rain', 'Ana likes tea', 'Bob likes chess'])
    expect(await factsOf(memory)).toEqual(['Ana likes figs', 'Ana likes rain', 'Ana likes tea'])
  })

  test('100 short ones of one user are one call, two embed calls and two transactions; nothing new is one call', async () => {
    const { memory, store, extractor } = await openInference()
    const texts = Array.from({ length: 100 }, (_, n) => said(`The ${n}th thing is number${n} of list${n}`))
    const before = store.counters.transactions
    const result = await memory.addBatch(texts, infer)
    expect(extractor.windows).toHaveLength(1)
    expect(result.usage.calls).toBeLessThanOrEqual(3)
    expect(store.counters.transactions - before).toBe(2)
    expect(result.results).toHaveLength(100)

    extractor.facts = () => saying([])
    const nothing = await memory.addBatch([said('Hello there'), said('Thanks a lot')], infer)
    expect(nothing).toMatchObject({ results: [], pending: 0, usage: { calls: 1 } })
  })

  test('the same ids again ask nothing', async () => {
    const { memory, extractor } = await openInference()
    const inputs = [{ id: 'm1', content: 'Ana likes figs' }]
    await memory.addBatch(inputs, infer)
    const again = await memory.addBatch(inputs, infer)
    expect(again).toMatchObject({ results: [], messages: ['m1'], pending: 0, usage: { calls: 0 } })
    expect(extractor.windows).toHaveLength(1)
  })

  test('longer than a window are cut at sentences, and are one source', async () => {
    const { memory, extractor } = await openInference({ windowTokens: 100 })
    const sentence = 'Ana has walked along the river with her dog. '
    const result = await memory.add(said(sentence.repeat(30)), infer)
    expect(extractor.windows.length).toBeGreaterThan(2)
    for (const { messages } of extractor.windows) {
      expect(messages).toHaveLength(1)
      expect(messages[0]?.text.trim()).toMatch(/^Ana.*dog\.$/s)
    }
    expect(result.pending).toBe(0)
  })

  test.each(['stored', 'discard'] as const)("with messages: '%s' no search finds them", async messages => {
    const { memory } = await openInference({ messages })
    const { messages: ids, results } = await memory.add(said('Ana likes figs'), infer)
    const found = await memory.search('Ana likes figs', ana)
    expect(found.results.map(({ id }) => id)).toEqual([results[0]?.id])
    expect((await memory.get(ids[0] ?? ''))?.memory).toBe(
      messages === 'stored' ? 'Ana likes figs' : undefined,
    )
    expect(await memory.history(ids[0] ?? '')).toHaveLength(messages === 'stored' ? 1 : 0)
  })

  test('need an extractor, and are of no other type', async () => {
    const { memory } = await openMemory()
    await expect(memory.add('tea', infer)).rejects.toThrow(/no extractor/)
    const own = await openInference()
    await expect(own.memory.addBatch([{ content: 'tea', type: 'plan' }], infer)).rejects.toThrow(
      /type is "plan"/,
    )
    await expect(own.memory.add('tea', { ...infer, wait: 'soon' } as never)).rejects.toThrow(/wait must be/)
    await expect(openMemory({ infer: { windowTokens: 1 } })).rejects.toThrow(/windowTokens/)
  })

  test.each([true, false])('become facts without a model; with an embedder: %s', async hasEmbedder => {
    const extractor = new RuleExtractor()
    const { memory } = hasEmbedder
      ? await openMemory({ extractor })
      : { memory: await Memory.open({ store: new MapStore(), extractor }) }
    const texts = ['I moved to Berlin last week. Where can I eat?', 'I moved to Berlin last week.', 'Hi!']
    const { results, messages } = await memory.add(
      texts.map(text => said(text)),
      infer,
    )
    expect(results).toMatchObject([{ event: 'ADD', memory: texts[1], sources: messages.slice(0, 2) }])
    expect((await memory.add(said('I moved to Berlin last week!'), infer)).results[0]).toMatchObject({
      event: 'NONE',
    })
    expect(await factsOf(memory)).toEqual([texts[1]])
    await memory.close()
  })
})

describe('a text', () => {
  test('is redacted before any prompt, and its fact is of what was shown', async () => {
    const { memory, extractor } = await openInference({ redact: text => text.replace(/\d{4,}/g, '***') })
    await memory.add(said('My code is 123456 for the door'), infer)
    expect(JSON.stringify(extractor.windows)).not.toContain('123456')
    const failing = await openInference({
      redact: () => {
        throw new Error('no')
      },
    })
    const result = await failing.memory.add(said('Ana likes figs'), infer)
    expect(result).toMatchObject({ pending: 1, failed: [{ retryable: true }] })
    expect(failing.extractor.windows).toEqual([])
  })
})

describe('with a real embedder of words', () => {
  test('the index is asked once more where messages crowd facts out, and not where there are no facts yet', async () => {
    const extractor = new FakeExtractor()
    const embedder = new HashEmbedder({ dimensions: 256 })
    const { memory, index } = await openMemory({ extractor, embedder: embedder as never })
    const boats = (from: number) =>
      Array.from({ length: 30 }, (_, n) => said(`Ana owns the boat ${from + n}`))
    const searches = async (from: number): Promise<number> => {
      const before = index.searches
      await memory.add(boats(from), infer)
      return index.searches - before
    }
    extractor.facts = ({ messages: [first] }) => saying([{ text: 'Ana owns a boat', sources: [first?.n] }])
    expect(await searches(0)).toBe(1)
    expect(await searches(100)).toBe(2)
  })

  test('the model is asked about near facts only', async () => {
    const extractor = new FakeExtractor()
    const embedder = new HashEmbedder({ dimensions: 256 })
    const { memory } = await openMemory({ extractor, embedder: embedder as never, infer: { floor: 0.1 } })
    await memory.add([said('Ana drinks green tea'), said('The boat of Bob is red')], infer)
    const { usage }: InferResult = await memory.add(said('Ana drinks black tea'), infer)
    expect(usage.calls).toBe(2)
    expect(
      extractor.sets.flatMap(({ cases }) => cases.map(({ stored }) => stored.map(({ text }) => text))),
    ).toEqual([['Ana drinks green tea']])
  })
})
