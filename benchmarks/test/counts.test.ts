import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ServerName } from '@agentmem/testcontainers'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Place } from '../opening/place.ts'
import { readManifests } from '../opening/read-manifests.ts'
import type { BackendManifest } from '../opening/read-manifests.ts'
import { openWorkbench } from '../run/open-workbench.ts'
import type { OwnWorkbench } from '../run/open-workbench.ts'
import type { Opened } from '../scenarios/workbench.ts'
import { readCounts } from './read-counts.ts'
import type { Count, Counts } from './read-counts.ts'

const timeout = 180_000
const user = { userId: 'user' }
const manifests = readManifests().filter(({ part }) => part === 'store')

test.each(manifests)('$package says what a memory on it sends', manifest => {
  for (const { statements, roundTrips } of Object.values(readCounts(manifest))) {
    expect(statements).toBeGreaterThanOrEqual(1)
    expect(roundTrips).toBeGreaterThanOrEqual(1)
  }
})

test.each([
  ['no counts.json', undefined],
  ['a call that is left out', '{ "search": { "statements": 2, "roundTrips": 2 } }'],
])('the error about a store with %s says what to add', async (_, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-counts-'))
  await mkdir(join(folder, 'test'))
  if (text !== undefined) await writeFile(join(folder, 'test/counts.json'), text)
  expect(() => readCounts({ folder, package: '@agentmem/new' })).toThrow(
    /^@agentmem\/new needs test\/counts\.json: .*"addBatch100":\{"statements":0,"roundTrips":0\}/,
  )
  await rm(folder, { recursive: true })
})

for (const manifest of manifests) {
  const { scheme, server } = manifest
  const title = `what a memory on ${scheme} sends`
  if (server === undefined) describe(title, () => countCalls(manifest, () => ({})))
  else {
    describeWithServer(server as ServerName, title, started =>
      countCalls(manifest, () => ({ [server]: started().url })),
    )
  }
}

function countCalls(manifest: BackendManifest, urls: () => Place['urls']): void {
  let atMost: Counts
  let bench: OwnWorkbench
  let opened: Opened

  beforeAll(async () => {
    atMost = readCounts(manifest)
    const combination = { store: manifest.scheme, index: 'exact', embedder: 'hash' }
    bench = await openWorkbench(
      { scenario: 'counts', combination, sizes: [1], round: 0, quick: true },
      urls(),
    )
    // No flush in the background: it would be counted with the call beside it.
    opened = await bench.open({ follower: { flushAfterMs: 3_600_000, flushSize: 30_000 } })
    // Connections are there, and what is prepared once is prepared.
    await opened.memory.addBatch(bench.freshTexts(200), user)
    await opened.memory.flush()
  }, timeout)
  afterAll(async () => {
    await opened.memory.close()
    await bench.clear()
  }, timeout)

  const expectAtMost = async (
    { statements, roundTrips }: Count,
    call: () => Promise<unknown>,
  ): Promise<void> => {
    // What earlier calls have left is in the index: a flush in the background would be counted with the call.
    await opened.memory.flush()
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
      await expectAtMost(atMost[`addBatch${size}`], () => opened.memory.addBatch(texts, user))
      expect((await embedCalls()) - before).toBe(1)
    },
  )

  test('for adds made at once: no more than for two batches', { timeout }, async () => {
    const texts = bench.freshTexts(100)
    const before = await embedCalls()
    const { statements, roundTrips } = atMost.addBatch100
    await expectAtMost({ statements: 2 * statements, roundTrips: 2 * roundTrips }, () =>
      Promise.all(texts.map(text => opened.memory.add(text, user))),
    )
    expect((await embedCalls()) - before).toBeLessThanOrEqual(2)
  })

  test('for a search: one embed call, and one read beside the look at the log', { timeout }, async () => {
    const before = await embedCalls()
    await expectAtMost(atMost.search, () => opened.memory.search('a chess set', { ...user, mode: 'vector' }))
    expect((await embedCalls()) - before).toBe(1)
  })

  test('for a search by words that is warm: as many, and no embed call', { timeout }, async () => {
    const search = () => opened.memory.search('a chess set', { ...user, mode: 'text' })
    await search()
    const before = await embedCalls()
    await expectAtMost(atMost.search, search)
    expect(await embedCalls()).toBe(before)
  })

  test('for a search by both: as many, and one embed call', { timeout }, async () => {
    const before = await embedCalls()
    await expectAtMost(atMost.search, () =>
      opened.memory.search('a chess board', { ...user, mode: 'hybrid' }),
    )
    expect((await embedCalls()) - before).toBe(1)
  })

  test('for updates and deletes of 100, and for deleteAll', { timeout }, async () => {
    const { results } = await opened.memory.getAll({ ...user, topK: 100 })
    const ids = results.map(({ id }) => id)
    const texts = bench.freshTexts(100)
    const changes = ids.map((id, i) => ({ id, content: texts[i] as string }))
    await expectAtMost(atMost.updateBatch100, () => opened.memory.updateBatch(changes))
    await expectAtMost(atMost.deleteBatch100, () => opened.memory.deleteBatch(ids))
    await expectAtMost(atMost.deleteAll, () => opened.memory.deleteAll(user))
  })
}
