import { describeWithServer } from '@agentmem/testcontainers/describe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { stores } from '../backends.ts'
import type { Place } from '../backends.ts'
import { openWorkbench } from '../run/open-workbench.ts'
import type { OwnWorkbench } from '../run/open-workbench.ts'
import type { Opened } from '../scenarios/workbench.ts'

/** What a call may send at most, as [statements, round trips]. Who lowers a count lowers it here as well. */
interface Counts {
  readonly addBatch100: readonly [number, number]
  readonly addBatch1000: readonly [number, number]
  readonly search: readonly [number, number]
  readonly updateBatch100: readonly [number, number]
  readonly deleteBatch100: readonly [number, number]
  readonly deleteAll: readonly [number, number]
}

/** MySQL prepares a statement, a round trip of its own, when a connection of the pool sees it first. */
const atMost: Readonly<Record<string, Counts>> = {
  sqlite: {
    addBatch100: [5, 5],
    addBatch1000: [14, 14],
    search: [2, 2],
    updateBatch100: [8, 8],
    deleteBatch100: [7, 7],
    deleteAll: [6, 6],
  },
  libsql: {
    addBatch100: [5, 5],
    addBatch1000: [14, 14],
    search: [2, 2],
    updateBatch100: [8, 8],
    deleteBatch100: [7, 7],
    deleteAll: [6, 6],
  },
  pglite: {
    addBatch100: [1, 1],
    addBatch1000: [1, 1],
    search: [2, 2],
    updateBatch100: [10, 10],
    deleteBatch100: [9, 9],
    deleteAll: [8, 8],
  },
  postgres: {
    addBatch100: [4, 1],
    addBatch1000: [4, 1],
    search: [2, 2],
    updateBatch100: [11, 9],
    deleteBatch100: [10, 8],
    deleteAll: [9, 7],
  },
  mysql: {
    addBatch100: [5, 8],
    addBatch1000: [14, 18],
    search: [2, 4],
    updateBatch100: [9, 14],
    deleteBatch100: [8, 12],
    deleteAll: [7, 10],
  },
}

const timeout = 180_000

test('every store that keeps its data has its counts here', () => {
  expect(Object.keys(atMost).toSorted()).toEqual(
    Object.keys(stores)
      .filter(name => name !== 'memory')
      .toSorted(),
  )
})

for (const name of ['sqlite', 'libsql', 'pglite']) {
  describe(`what a memory on ${name} sends`, () => countCalls(name, () => ({})))
}
describeWithServer('postgres', 'what a memory on postgres sends', server =>
  countCalls('postgres', () => ({ postgres: server().url })),
)
describeWithServer('mysql', 'what a memory on mysql sends', server =>
  countCalls('mysql', () => ({ mysql: server().url })),
)

function countCalls(storeName: string, urls: () => Place['urls']): void {
  const budget = atMost[storeName]
  if (!budget) throw new Error(`There are no counts for ${storeName}.`)
  let bench: OwnWorkbench
  let opened: Opened

  beforeAll(async () => {
    const combination = { store: storeName, index: 'exact', embedder: 'hash' }
    bench = await openWorkbench(
      { scenario: 'counts', combination, sizes: [1], round: 0, quick: true },
      urls(),
    )
    opened = await bench.open()
    // Connections are there, and what is prepared once is prepared.
    await opened.memory.addBatch(bench.freshTexts(200), { userId: 'user' })
    await opened.memory.flush()
  }, timeout)
  afterAll(async () => {
    await opened.memory.close()
    await bench.clear()
  }, timeout)

  const spent = async (call: () => Promise<unknown>): Promise<number[]> => {
    const { statements, roundTrips } = opened.store.counters
    await call()
    const { counters } = opened.store
    return [counters.statements - statements, counters.roundTrips - roundTrips]
  }
  const expectAtMost = (
    actual: readonly number[],
    [statements, roundTrips]: readonly [number, number],
  ): void => {
    expect({ statements: actual[0], roundTrips: actual[1] }).toSatisfy(
      (got: { statements: number; roundTrips: number }) =>
        got.statements >= 1 && got.statements <= statements && got.roundTrips <= roundTrips,
      `at most ${statements} statements in ${roundTrips} round trips`,
    )
  }
  const embedCalls = async (): Promise<number> => Number((await opened.memory.stats()).embedder['calls'])
  const someIds = async (): Promise<string[]> =>
    (await opened.memory.getAll({ userId: 'user', topK: 100 })).results.map(({ id }) => id)

  test.each([100, 1_000] as const)(
    'for addBatch(%i): few statements and one embed call',
    { timeout },
    async size => {
      const texts = bench.freshTexts(size)
      const before = await embedCalls()
      const counts = await spent(() => opened.memory.addBatch(texts, { userId: 'user' }))
      expectAtMost(counts, budget[`addBatch${size}`])
      expect((await embedCalls()) - before).toBe(1)
    },
  )

  test('for adds made at once: no more than for a batch and what was under way', { timeout }, async () => {
    const texts = bench.freshTexts(100)
    const before = await embedCalls()
    const [statements, roundTrips] = budget.addBatch100
    const counts = await spent(() =>
      Promise.all(texts.map(text => opened.memory.add(text, { userId: 'user' }))),
    )
    expectAtMost(counts, [2 * statements, 2 * roundTrips])
    expect((await embedCalls()) - before).toBeLessThanOrEqual(2)
  })

  test('for a search: one embed call, and one read beside the look at the log', { timeout }, async () => {
    const before = await embedCalls()
    expectAtMost(await spent(() => opened.memory.search('a chess set', { userId: 'user' })), budget.search)
    expect((await embedCalls()) - before).toBe(1)
  })

  test('for updates and deletes of 100, and for deleteAll', { timeout }, async () => {
    const ids = await someIds()
    const texts = bench.freshTexts(100)
    const changes = ids.map((id, i) => ({ id, content: texts[i] as string }))
    expectAtMost(await spent(() => opened.memory.updateBatch(changes)), budget.updateBatch100)
    expectAtMost(await spent(() => opened.memory.deleteBatch(ids)), budget.deleteBatch100)
    expectAtMost(await spent(() => opened.memory.deleteAll({ userId: 'user' })), budget.deleteAll)
  })
}
