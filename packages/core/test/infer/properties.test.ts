import { afterAll, expect, test } from 'vitest'
import type { MemoryRecord } from '../../src/contracts/record.ts'
import { ownerOf } from '../../src/infer/window.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { cut, deciding, FakeExtractor, refused, saying, unreadable } from './fake-extractor.ts'

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0
    return (state >>> 8) / 2 ** 24
  }
}

const users = ['ana', 'bob', 'cleo']
const words = ['tea', 'figs', 'Paris', 'Berlin', 'chess', 'boat']

async function all(store: MapStore): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = []
  for await (const page of store.query({ scope: { orgId: 'default' } })) records.push(...page)
  return records
}

/** What a revert must bring back. */
function stateOf(records: readonly MemoryRecord[]): unknown[] {
  return records
    .map(({ id, content, supersededBy, validTo, derivation }) => [
      id,
      content,
      supersededBy,
      validTo,
      derivation?.sources,
      derivation?.seen,
    ])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
}

/** An extractor that says anything whatever. */
function anything(random: () => number): FakeExtractor {
  const extractor = new FakeExtractor()
  const below = (n: number): number => Math.floor(random() * n)
  const place = (): number => below(5) - 1
  extractor.facts = ({ messages }) => {
    const dice = random()
    if (dice < 0.05) return refused
    if (dice < 0.1) return unreadable
    if (dice < 0.15) return cut
    return saying(
      Array.from({ length: below(5) }, () => ({
        text: random() < 0.1 ? 'nobody said this ever' : (messages[below(messages.length)]?.text ?? ''),
        sources: [place(), messages[below(messages.length)]?.n, 0.5],
        when: random() < 0.5 ? { from: '2020-01-01', to: null } : null,
      })),
      below(2),
    )
  }
  extractor.decisions = ({ cases }) => {
    if (random() < 0.05) return unreadable
    const stray = { fact: 77, same: [0], replaces: [{ k: 0, why: 'wrong' }] }
    const decisions = cases.flatMap(({ n, stored }) =>
      Array.from({ length: below(3) }, () => ({
        fact: random() < 0.9 ? n : below(9),
        same: random() < 0.15 ? [place()] : [],
        replaces: Array.from({ length: below(4) }, () => ({
          k: random() < 0.8 ? below(stored.length) : place(),
          why: ['changed', 'changed', 'detail', 'wrong', 'because'][below(5)],
        })),
      })),
    )
    return deciding([...decisions, stray].toSorted(() => random() - 0.5))
  }
  return extractor
}

let superseded = 0

afterAll(() => {
  expect(superseded, 'the answers put too little in the place of anything').toBeGreaterThan(40)
})

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  'whatever an extractor answers, nothing is lost, mixed or done twice (seed %i)',
  async seed => {
    const random = randomOf(seed)
    const below = (n: number): number => Math.floor(random() * n)
    const clock = { now: Date.UTC(2025, 0, 1) }
    const extractor = anything(random)
    const infer = {
      windowMessages: 1 + below(4),
      maxReplaced: below(4),
      mayReplace: (['model', 'any', 'none'] as const)[below(3)],
    }
    const { memory, store } = await openMemory({
      store: new MapStore(),
      extractor,
      infer,
      now: () => clock.now,
    })
    const messages = new Set<string>()
    const known = new Set<string>()
    for (let round = 0; round < 4; round++) {
      clock.now += 1_000
      const before = await all(store)
      const batch = await memory.addBatch(
        Array.from({ length: 1 + below(6) }, () => ({
          content: `${words[below(6)]} and ${words[below(6)]} of number${below(1_000)}`,
          userId: users[below(3)] ?? 'ana',
          createdAt: clock.now - below(5_000),
          role: 'user',
        })),
        { infer: true },
      )
      for (const id of batch.messages) messages.add(id)

      const records = await all(store)
      const byId = new Map(records.map(record => [record.id, record]))
      for (const id of [...messages, ...known]) expect(byId.has(id), `${id} is gone`).toBe(true)
      for (const record of records) {
        known.add(record.id)
        const owner = ownerOf(record)
        for (const source of record.derivation?.sources ?? []) {
          const message = byId.get(source)
          expect(message && ownerOf(message)).toEqual(owner)
        }
        const [entries = []] = await store.history([{ orgId: 'default', id: record.id }])
        const wasSuperseded = entries.filter(({ event }) => event === 'SUPERSEDE').length
        expect(wasSuperseded).toBeLessThanOrEqual(1)
        const path = new Set<string>()
        for (let at: MemoryRecord | undefined = record; at?.supersededBy; at = byId.get(at.supersededBy)) {
          expect(path.has(at.id), 'a cycle').toBe(false)
          path.add(at.id)
          const next = byId.get(at.supersededBy)
          expect(next && ownerOf(next)).toEqual(owner)
          expect(at.origin === 'model' || infer.mayReplace === 'any').toBe(true)
        }
      }
      for (const { event, id, previousId = '' } of batch.results) {
        if (event !== 'SUPERSEDE') continue
        expect(byId.get(previousId)?.supersededBy).toBe(id)
        superseded++
      }
      const old = new Map(before.map(record => [record.id, record]))
      for (const record of records)
        if (old.has(record.id)) expect(record.content).toBe(old.get(record.id)?.content)
      const waiting = new Set(batch.failed.map(({ messageId }) => messageId))
      const { messages: left } = await store.pending({ scope: { orgId: 'default' }, limit: 100, now: 8e15 })
      for (const { record } of left)
        expect(batch.messages.includes(record.id) ? waiting.has(record.id) : true).toBe(true)
      expect(await memory.verify()).toMatchObject({ ok: true })

      if (random() < 0.5) {
        let [removed, restored] = [0, 0]
        for (const userId of users) {
          const undone = await memory.revert(batch.batch, { userId })
          ;[removed, restored] = [removed + undone.removed, restored + undone.restored]
        }
        const after = (await all(store)).filter(({ id }) => !batch.messages.includes(id))
        expect(stateOf(after)).toEqual(stateOf(before))
        for (const { id } of batch.results) if (!old.has(id)) known.delete(id)
        for (const record of records) if (record.derivation?.batch === batch.batch) known.delete(record.id)
        expect(await memory.verify()).toMatchObject({ ok: true })
        expect(removed).toBe(records.filter(({ derivation }) => derivation?.batch === batch.batch).length)
        expect(restored).toBeLessThanOrEqual(before.length)
      }
    }
  },
)
