import { describeWithServer } from '@agentmem/testcontainers/describe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { stores } from '../opening/backends.ts'
import type { Place } from '../opening/place.ts'
import { openWorkbench } from '../run/open-workbench.ts'
import type { OwnWorkbench } from '../run/open-workbench.ts'
import type { Opened } from '../scenarios/workbench.ts'

/** What may be sent at most, as [statements, round trips]. Who lowers a count lowers it here as well. */
type Count = readonly [number, number]
type Call = 'addBatch100' | 'addBatch1000' | 'search' | 'updateBatch100' | 'deleteBatch100' | 'deleteAll'
type Counts = Readonly<Record<Call, Count>>

/** libSQL is a fork of SQLite, and its Store sends the same. */
const sqliteCounts: Counts = {
  addBatch100: [5, 5],
  addBatch1000: [14, 14],
  search: [2, 2],
  updateBatch100: [8, 8],
  deleteBatch100: [8, 8],
  deleteAll: [6, 6],
}

/** MySQL prepares a statement, a round trip of its own, when a connection of the pool sees it first. */
const atMost: Readonly<Record<string, Counts>> = {
  sqlite: sqliteCounts,
  libsql: sqliteCounts,
  pglite: {
    addBatch100: [1, 1],
    addBatch1000: [1, 1],
    search: [2, 2],
    updateBatch100: [10, 10],
    deleteBatch100: [10, 10],
    deleteAll: [8, 8],
  },
  postgres: {
    addBatch100: [4, 1],
    addBatch1000: [4, 1],
    search: [2, 2],
    updateBatch100: [11, 9],
    deleteBatch100: [11, 9],
    deleteAll: [9, 7],
  },
  mysql: {
    addBatch100: [5, 8],
    addBatch1000: [14, 18],
    search: [2, 4],
    updateBatch100: [9, 14],
    deleteBatch100: [9, 14],
    deleteAll: [7, 10],
  },
}

const timeout = 180_000
const user = { userId: 'user' }

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
    await opened.memory.addBatch(bench.freshTexts(200), user)
    await opened.memory.flush()
  }, timeout)
  afterAll(async () => {
    await opened.memory.close()
    await bench.clear()
  }, timeout)

  const expectAtMost = async (
    [statements, roundTrips]: Count,
    call: () => Promise<unknown>,
  ): Promise<void> => {
    const before = { ...opened.store.counters }
    await call()
    const { counters } = opened.store
    const sent = {
      statements: counters.statements - before.statements,
      roundTrips: counters.roundTrips - before.roundTrips,
    }
    expect(sent).toSatisfy(
      (got: typeof sent) =>
        got.statements >= 1 && got.statements <= statements && got.roundTrips <= roundTrips,
      `at most ${statements} statements in ${roundTrips} round trips`,
    )
  }
  const embedCalls = async (): Promise<number> => Number((await opened.memory.stats()).embedder['calls'])

  test.each([100, 1_000] as const)(
    'for addBatch(%i): few statements and one embed call',
    { timeout },
    async size => {
      const texts = bench.freshTexts(size)
      const before = await embedCalls()
      await expectAtMost(budget[`addBatch${size}`], () => opened.memory.addBatch(texts, user))
      expect((await embedCalls()) - before).toBe(1)
    },
  )

  test('for adds made at once: no more than for a batch and what was under way', { timeout }, async () => {
    const texts = bench.freshTexts(100)
    const before = await embedCalls()
    const [statements, roundTrips] = budget.addBatch100
    await expectAtMost([2 * statements, 2 * roundTrips], () =>
      Promise.all(texts.map(text => opened.memory.add(text, user))),
    )
    expect((await embedCalls()) - before).toBeLessThanOrEqual(2)
  })

  test('for a search: one embed call, and one read beside the look at the log', { timeout }, async () => {
    const before = await embedCalls()
    await expectAtMost(budget.search, () => opened.memory.search('a chess set', user))
    expect((await embedCalls()) - before).toBe(1)
  })

  test('for updates and deletes of 100, and for deleteAll', { timeout }, async () => {
    const { results } = await opened.memory.getAll({ ...user, topK: 100 })
    const ids = results.map(({ id }) => id)
    const texts = bench.freshTexts(100)
    const changes = ids.map((id, i) => ({ id, content: texts[i] as string }))
    await expectAtMost(budget.updateBatch100, () => opened.memory.updateBatch(changes))
    await expectAtMost(budget.deleteBatch100, () => opened.memory.deleteBatch(ids))
    await expectAtMost(budget.deleteAll, () => opened.memory.deleteAll(user))
  })
}
