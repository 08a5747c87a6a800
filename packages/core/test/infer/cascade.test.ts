import { describe, expect, test } from 'vitest'
import type { Memory } from '../../src/memory.ts'
import { deciding, saying } from './fake-extractor.ts'
import { ana, factsOf, infer, openInference, said } from './open-inference.ts'

/** What searches by words and by vectors find. */
async function found(memory: Memory, query: string): Promise<string[]> {
  const modes = ['vector', 'text'] as const
  const answers = await Promise.all(modes.map(mode => memory.search(query, { ...ana, mode })))
  return [...new Set(answers.flatMap(({ results }) => results.map(item => item.memory)))].toSorted()
}

async function isInStep(memory: Memory): Promise<boolean> {
  await memory.flush()
  return (await memory.verify()).ok
}

describe('a message that is deleted', () => {
  test.each(['delete', 'deleteBatch', 'deleteAll', 'purgeExpired'] as const)(
    'by %s takes the facts along that it alone told, out of every search',
    async way => {
      const { memory, clock } = await openInference()
      const messages = [
        { ...said('Ana plays the violin'), runId: 'one', expiresAt: clock.now + 1_000 },
        { ...said('Ana collects stamps'), runId: 'two' },
      ]
      const { messages: ids } = await memory.add(messages, infer)
      expect(await found(memory, 'violin stamps')).toHaveLength(2)
      clock.now += 2_000
      if (way === 'delete') expect(await memory.delete(ids[0] ?? '')).toBe(true)
      else if (way === 'deleteBatch')
        expect(await memory.deleteBatch([ids[0] ?? '', 'none'])).toEqual([true, false])
      else if (way === 'deleteAll')
        expect(await memory.deleteAll({ runId: 'one', where: { type: 'message' } })).toBe(1)
      // The fact expires when its message does, and is counted with it.
      else expect(await memory.purgeExpired()).toBe(2)
      expect(await factsOf(memory)).toEqual(['Ana collects stamps'])
      expect(await found(memory, 'violin stamps')).toEqual(['Ana collects stamps'])
      expect((await memory.stats()).store.memories).toBe(2)
      expect(await isInStep(memory)).toBe(true)
    },
  )

  test('leaves a fact that another message told, and cascade: false leaves all', async () => {
    const { memory, extractor } = await openInference()
    const { messages: first } = await memory.add(said('Ana plays the violin'), infer)
    const { messages: second, results } = await memory.add(said('Ana plays the violin'), infer)
    expect(results).toMatchObject([{ event: 'NONE' }])
    expect(extractor.sets).toHaveLength(0)
    await memory.delete(first[0] ?? '')
    const [fact] = (await memory.getAll({ ...ana, where: { origin: 'model' } })).results
    expect(fact?.derivation).toMatchObject({ sources: second, seen: 1 })
    await memory.delete(second[0] ?? '', { cascade: false })
    expect(await factsOf(memory)).toEqual(['Ana plays the violin'])
    await expect(memory.delete('m1', { cascade: 1 as never })).rejects.toThrow('options.cascade')
  })

  test('takes the history of its facts along where that is asked for', async () => {
    const { memory } = await openInference()
    for (const purgeHistory of [false, true]) {
      const { messages, results } = await memory.add(said(`Ana owns ${purgeHistory}`), infer)
      await memory.delete(messages[0] ?? '', { purgeHistory })
      const events = (await memory.history(results[0]?.id ?? '')).map(({ event }) => event)
      expect(events).toEqual(purgeHistory ? [] : ['ADD', 'DELETE'])
    }
  })

  test('brings back what its fact took the place of', async () => {
    const { memory, extractor, clock } = await openInference()
    await memory.add(said('Ana lives in Paris'), infer)
    clock.now += 1_000
    extractor.decisions = () => deciding([{ fact: 0, replaces: [{ k: 0, why: 'changed' }] }])
    const { messages, results } = await memory.add(said('Ana lives in Berlin'), infer)
    expect(results).toMatchObject([{ event: 'SUPERSEDE', previousMemory: 'Ana lives in Paris' }])
    expect(await factsOf(memory)).toEqual(['Ana lives in Berlin'])
    await memory.delete(messages[0] ?? '')
    expect(await factsOf(memory)).toEqual(['Ana lives in Paris'])
    expect(await found(memory, 'lives')).toEqual(['Ana lives in Paris'])
    expect(await isInStep(memory)).toBe(true)
  })

  test('while its facts are made leaves none', async () => {
    const { memory, extractor } = await openInference()
    const message = { ...said('Ana plays the violin'), id: 'm1' }
    extractor.onCall = async () => void (await memory.delete('m1'))
    extractor.facts = () => saying([{ text: 'Ana plays the violin', sources: [0] }])
    const { results } = await memory.add([message], infer)
    expect(results).toEqual([])
    expect(await factsOf(memory)).toEqual([])
    expect((await memory.process()).messages).toEqual([])
  })
})
