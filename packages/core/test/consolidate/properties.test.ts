import { afterAll, expect, test } from 'vitest'
import { contentHash } from '../../src/contracts/record-keys.ts'
import type { MemoryRecord } from '../../src/contracts/record.ts'
import { ownerOf } from '../../src/infer/window.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import { concluding, cut, refused, unreadable } from '../infer/fake-extractor.ts'
import { openConsolidation } from './open-consolidation.ts'
import type { OpenedConsolidation } from './open-consolidation.ts'

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0
    return (state >>> 8) / 2 ** 24
  }
}

async function all(store: MapStore): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = []
  for await (const page of store.query({ scope: { orgId: 'default' } })) records.push(...page)
  return records
}

/** Answers with anything whatever. */
function sayAnything({ extractor }: OpenedConsolidation, random: () => number): void {
  const below = (n: number): number => Math.floor(random() * n)
  const odd = [null, 7, '0', -1, 1e9, 0.5, [], { text: 'x' }, Number.NaN]
  extractor.insights = ({ clusters }) => {
    const dice = random()
    if (dice < 0.05) return refused
    if (dice < 0.1) return unreadable
    if (dice < 0.15) return cut
    return concluding(
      Array.from({ length: below(6) }, () => {
        if (random() < 0.1) return odd[below(odd.length)]
        const cluster = random() < 0.9 ? below(clusters.length) : odd[below(odd.length)]
        const facts = clusters[Number(cluster)]?.facts ?? []
        const words = (facts[below(facts.length)]?.text ?? 'nobody knows this').split(' ')
        return {
          cluster,
          sources: Array.from({ length: below(6) }, () =>
            random() < 0.9 ? below(facts.length + 1) : odd[below(odd.length)],
          ),
          text: random() < 0.9 ? words.slice(0, 1 + below(words.length)).join(' ') : odd[below(odd.length)],
        }
      }),
    )
  }
}

let drawn = 0

afterAll(() => {
  expect(drawn, 'the answers were hardly ever believed').toBeGreaterThan(40)
})

test.each(Array.from({ length: 30 }, (_, seed) => seed + 1))(
  'whatever an extractor answers, nothing but insights is changed (seed %i)',
  async seed => {
    const random = randomOf(seed)
    const below = (n: number): number => Math.floor(random() * n)
    const opened = await openConsolidation({ changed: 1, least: 2, similarity: 0.5 + random() / 3 })
    const { memory, store, learn } = opened
    sayAnything(opened, random)
    const users = ['ana', 'bob']
    const told = await memory.add({ content: 'an insight of the caller', type: 'insight' }, { userId: 'ana' })
    for (let round = 0; round < 4; round++) {
      const userId = users[below(2)] ?? 'ana'
      await learn(
        Array.from(
          { length: 2 + below(6) },
          () => `${['chess', 'boats', 'figs'][below(3)]} on day ${below(40)} again`,
        ),
        { userId },
      )
      const facts = (await all(store)).filter(({ type }) => type === 'semantic' || type === 'episodic')
      const victim = facts[below(facts.length)]
      if (random() < 0.5 && victim) await memory.delete(victim.id, { soft: random() < 0.5 })

      const before = new Map((await all(store)).map(record => [record.id, record]))
      const bounded = random() < 0.5 ? { userId } : {}
      const { results, closed } = await memory.consolidate({ ...bounded, budget: { calls: 1 + below(3) } })
      drawn += results.length
      const after = new Map((await all(store)).map(record => [record.id, record]))
      for (const [id, record] of before) {
        const isInsight = record.type === 'insight' && record.origin === 'model'
        if (!isInsight) expect(after.get(id), 'something else was changed').toEqual(record)
        else if (!after.has(id)) expect(closed).toContain(id)
        else expect(after.get(id)).toMatchObject({ content: record.content, derivation: record.derivation })
      }
      const keys = new Set<string>()
      for (const record of after.values()) {
        if (record.type !== 'insight' || record.origin !== 'model') continue
        expect(record.hash).toBe(contentHash(record.content))
        const sources = record.derivation?.sources ?? []
        expect(sources.length).toBeGreaterThan(1)
        if (record.supersededBy !== null) expect(after.has(record.supersededBy)).toBe(true)
        else {
          const key = `${record.userId} ${sources.toSorted().join(' ')}`
          expect(keys.has(key), 'two insights of the same facts').toBe(false)
          keys.add(key)
        }
        if (!before.has(record.id))
          for (const source of sources) {
            const fact = after.get(source)
            expect(fact).toMatchObject({ origin: 'model', deletedAt: null, supersededBy: null })
            expect(fact && ownerOf(fact)).toEqual(ownerOf(record))
          }
      }
      expect(await memory.verify()).toMatchObject({ ok: true })
    }
    expect(await memory.get(told.results[0]?.id ?? '')).toMatchObject({ version: 1 })
    // Once answers are done with, a rerun adds nothing.
    opened.extractor.insights = () => concluding([])
    for (const userId of users) await memory.consolidate({ userId })
    const head = await store.head()
    for (const userId of users)
      expect(await memory.consolidate({ userId })).toMatchObject({ results: [], closed: [] })
    expect(await store.head()).toEqual(head)
  },
)
