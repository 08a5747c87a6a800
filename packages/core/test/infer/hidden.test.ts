import { describe, expect, test } from 'vitest'
import { contentHash } from '../../src/contracts/record-keys.ts'
import type { Memory } from '../../src/memory.ts'
import { deciding, saying } from './fake-extractor.ts'
import { ana, factsOf, infer, openInference, said } from './open-inference.ts'

const soft = { soft: true }

/** What searches by words and by vectors find. */
async function found(memory: Memory, query: string): Promise<string[]> {
  const modes = ['vector', 'text'] as const
  const answers = await Promise.all(modes.map(mode => memory.search(query, { ...ana, mode })))
  return [...new Set(answers.flatMap(({ results }) => results.map(item => item.memory)))].toSorted()
}

describe('a message that is hidden', () => {
  test('takes the facts along that it alone told, and brings them back, in one transaction each', async () => {
    const { memory, store } = await openInference()
    const { messages: ids } = await memory.add(
      [said('Ana plays the violin'), said('Ana collects stamps')],
      infer,
    )
    const written = async (call: () => Promise<unknown>): Promise<number> => {
      const { transactions } = store.counters
      await call()
      return store.counters.transactions - transactions
    }
    expect(await written(() => memory.deleteBatch([ids[0] ?? '', 'none'], soft))).toBe(1)
    expect(await factsOf(memory)).toEqual(['Ana collects stamps'])
    expect(await found(memory, 'violin stamps')).toEqual(['Ana collects stamps'])
    expect(await factsOf(memory, { deleted: true })).toEqual(['Ana plays the violin'])
    expect(await written(() => memory.restore(ids[0] ?? ''))).toBe(1)
    expect(await factsOf(memory)).toEqual(['Ana collects stamps', 'Ana plays the violin'])
    expect(await found(memory, 'violin stamps')).toHaveLength(2)
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('leaves a fact that another one told, until that is hidden too; the first to come back brings it', async () => {
    const { memory, clock } = await openInference()
    const { messages: first } = await memory.add(said('Ana plays the violin'), infer)
    const { messages: second } = await memory.add(said('Ana plays the violin'), infer)
    const [one = '', other = ''] = [...first, ...second]
    await memory.delete(one, soft)
    expect(await factsOf(memory)).toHaveLength(1)
    clock.now += 1_000
    await memory.delete(other, soft)
    expect(await factsOf(memory)).toEqual([])
    clock.now += 1_000
    await memory.restore(one)
    expect(await factsOf(memory)).toEqual(['Ana plays the violin'])
  })

  test('with cascade: false leaves all, and brings back nothing that was hidden by itself', async () => {
    const { memory, clock } = await openInference()
    const { messages, results } = await memory.add(said('Ana plays the violin'), infer)
    const id = messages[0] ?? ''
    await memory.delete(id, { ...soft, cascade: false })
    expect(await factsOf(memory)).toHaveLength(1)
    await memory.restore(id)
    await memory.delete(results[0]?.id ?? '', soft)
    clock.now += 1_000
    await memory.delete(id, soft)
    await memory.restore(id)
    expect(await factsOf(memory)).toEqual([])
  })

  test('leaves what its fact took the place of behind it, until it is deleted', async () => {
    const { memory, extractor, clock } = await openInference()
    await memory.add(said('Ana lives in Paris'), infer)
    clock.now += 1_000
    extractor.decisions = () => deciding([{ fact: 0, replaces: [{ k: 0, why: 'changed' }] }])
    const { messages } = await memory.add(said('Ana lives in Berlin'), infer)
    const id = messages[0] ?? ''
    await memory.delete(id, soft)
    expect(await factsOf(memory)).toEqual([])
    await memory.restore(id)
    expect(await factsOf(memory)).toEqual(['Ana lives in Berlin'])
    await memory.delete(id, soft)
    await memory.delete(id)
    expect(await factsOf(memory)).toEqual(['Ana lives in Paris'])
  })

  test('hides an insight with any of its facts, and brings it back with the last', async () => {
    const { memory, store, clock } = await openInference()
    const { messages: ids, results } = await memory.add([said('Ana paints'), said('Ana sings')], infer)
    const [fact] = await store.get([{ orgId: 'default', id: results[0]?.id ?? '' }])
    if (!fact?.derivation) throw new Error('There is no fact.')
    const derivation = { ...fact.derivation, sources: results.map(({ id }) => id), seen: 2 }
    const insight = {
      ...fact,
      id: 'insight',
      type: 'insight',
      content: 'Ana is an artist',
      hash: contentHash('Ana is an artist'),
      derivation,
    }
    await store.put([{ ...insight, vector: null, dedupeKey: null, reusable: false }])
    const isThere = async (): Promise<boolean> => (await memory.get('insight')) !== undefined
    await memory.delete(ids[0] ?? '', soft)
    clock.now += 1_000
    await memory.delete(ids[1] ?? '', soft)
    expect(await isThere()).toBe(false)
    await memory.restore(ids[0] ?? '')
    expect(await isThere()).toBe(false)
    await memory.restore(ids[1] ?? '')
    expect(await isThere()).toBe(true)
    expect((await memory.get('insight'))?.derivation).toEqual(derivation)
  })

  test('comes back without a fact that was told again meanwhile', async () => {
    const { memory } = await openInference()
    const { messages } = await memory.add(said('Ana plays the violin'), infer)
    await memory.delete(messages[0] ?? '', soft)
    await memory.add(said('Ana plays the violin'), infer)
    expect(await memory.restore(messages[0] ?? '')).toBe(true)
    expect(await factsOf(memory)).toEqual(['Ana plays the violin'])
  })

  test('takes nothing of another user along, and is tried again where a fact changes meanwhile', async () => {
    const { memory, extractor, store } = await openInference()
    extractor.facts = () => saying([{ text: 'Ana plays the violin', sources: [0] }])
    const { messages, results } = await memory.add(said('Ana plays the violin'), infer)
    const key = { orgId: 'default', id: results[0]?.id ?? '' }
    const [fact] = await store.get([key])
    await store.put([
      { ...fact, id: 'bobs', userId: 'bob', vector: null, dedupeKey: null, reusable: false } as never,
    ])
    const patch = store.patch.bind(store)
    let patches = 0
    store.patch = async (...given) => {
      if (patches++ === 0) await patch([{ key, set: { importance: 1 }, updatedAt: 1 }])
      return patch(...given)
    }
    await memory.delete(messages[0] ?? '', soft)
    expect(patches).toBe(2)
    expect(await factsOf(memory)).toEqual([])
    expect(await memory.get('bobs')).toBeDefined()
  })
})
