import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Store, StoredRecord } from '@agentmem/core/adapter'
import { assertUnchanged, idsOf, readLog, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { bind, boundModel, nextModel } from './model.ts'
import { openedAgain } from './opened-again.ts'
import { allUnstaged, nextVector, stagedOf } from './staging.ts'

/** Fails unless each of these records has the vector of the next model. */
async function assertMoved(store: Store, records: readonly StoredRecord[]): Promise<void> {
  const vectors = await store.vectors(records.map(keyOf))
  for (const [i, { id, content }] of records.entries()) assertSameBits(vectors[i], nextVector(content), id)
  deepEqual(await store.readMeta(['embedder']), [nextModel])
}

const embed = async (texts: readonly string[]): Promise<Float32Array[]> => texts.map(nextVector)

export const adoptCases: readonly Case<Store>[] = casesOf('adopt', {
  'gives every record its staged vector, and the Store its new model': async store => {
    await bind(store)
    const records = storedRecords(60, n => ({ orgId: n % 3 === 0 ? 'other' : 'acme', reusable: n % 2 === 0 }))
    await store.put(records)
    const keys = records.map(keyOf)
    const [before, histories] = [await store.get(keys), await store.history(keys)]
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    equal((await store.adoptStaged(nextModel))?.memories, 60)
    await assertMoved(store, records)
    deepEqual(await store.get(keys), before, 'records')
    deepEqual(await store.history(keys), histories, 'history')
    const [first] = await store.vectorsByHash([records[0]?.hash ?? ''], { embedder: nextModel })
    assertSameBits(first, nextVector(records[0]?.content ?? ''), 'a vector that may be used again')
    await rejects(store.put([storedRecord(100)], { embedder: boundModel }), { code: 'MODEL_MISMATCH' })
    const next = storedRecord(101, { vector: nextVector('101') })
    await store.put([next], { embedder: nextModel })
    equal((await store.stats()).memories, 61)
  },

  'moves each record further on in the log, by the same distance': async store => {
    const records = storedRecords(30)
    for (let start = 0; start < 30; start += 10) await store.put(records.slice(start, start + 10))
    await store.delete(records.slice(5, 15).map(keyOf))
    await store.patch([{ key: keyOf(storedRecord(2)), set: { importance: 1 }, updatedAt: 1 }])
    const live = records.filter((_, n) => n < 5 || n >= 15)
    const [head, order] = [(await store.head()).position, await ordered(store, 0)]
    const { cursor: firstBefore } = await store.changes({ after: 0, limit: 1 })
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    const adopted = await store.adoptStaged(nextModel)
    deepEqual(adopted?.span, { after: head, upTo: (await store.head()).position })
    const { cursor: first } = await store.changes({ after: head, limit: 1 })
    equal(first - adopted.distance, firstBefore, 'the distance')
    deepEqual(await ordered(store, head), order, 'the order of the log')
    const { upserts, deletes } = await readLog(store)
    deepEqual([idsOf(upserts), deletes.toSorted()], [idsOf(live), idsOf(records.slice(5, 15))])
    for (const { id, vector } of upserts) {
      const content = records.find(record => record.id === id)?.content ?? ''
      assertSameBits(vector, nextVector(content), id)
    }
  },

  'does nothing while a text has no staged vector': async store => {
    await bind(store)
    const records = storedRecords(10)
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records.slice(1)))
    const before = await stateOf(store)
    equal(await store.adoptStaged(nextModel), undefined)
    await assertUnchanged(store, before)
    deepEqual(await store.readMeta(['embedder']), [boundModel])
    const [vector] = await store.vectors([keyOf(storedRecord(1))])
    assertSameBits(vector, storedRecord(1).vector, 'the vector in use')
    equal((await allUnstaged(store)).length, 1, 'what was staged is kept')
  },

  'embeds a rest that is within the limit itself': async store => {
    const records = storedRecords(10)
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records.slice(3)))
    const asked: string[][] = []
    const complete = async (texts: readonly string[]): Promise<Float32Array[]> => {
      asked.push([...texts])
      return embed(texts)
    }
    equal(await store.adoptStaged(nextModel, { limit: 2, complete }), undefined)
    deepEqual(asked, [])
    equal((await store.adoptStaged(nextModel, { limit: 3, complete }))?.memories, 10)
    deepEqual(
      asked.map(texts => new Set(texts)),
      [new Set(records.slice(0, 3).map(({ content }) => content))],
    )
    await assertMoved(store, records)
  },

  'changes nothing when that fails': async store => {
    await bind(store)
    await store.put(storedRecords(3))
    await store.startStaging(nextModel)
    const before = await stateOf(store)
    const complete = (): Promise<never> => Promise.reject(new Error('The model is away.'))
    await rejects(store.adoptStaged(nextModel, { limit: 3, complete }), { name: 'MemoryError' })
    await assertUnchanged(store, before)
    deepEqual(await store.readMeta(['embedder']), [boundModel])
    equal((await store.adoptStaged(nextModel, { limit: 3, complete: embed }))?.memories, 3)
  },

  'of a Store without memories it changes the model': async store => {
    await bind(store)
    await store.put(storedRecords(3))
    await store.deleteAll({ orgId: 'acme' })
    await store.startStaging(nextModel)
    const head = (await store.head()).position
    deepEqual(await store.adoptStaged(nextModel), {
      memories: 0,
      span: { after: head, upTo: head },
      distance: 0,
    })
    deepEqual(await store.readMeta(['embedder']), [nextModel])
  },

  'can be done again for another model': async store => {
    const records = storedRecords(2500)
    await store.put(records)
    for (const model of [nextModel, boundModel, nextModel]) {
      await store.startStaging(model)
      const texts = await allUnstaged(store)
      equal(texts.length, 2500, 'nothing is left of what was staged')
      await store.stage(model, stagedOf(texts))
      equal((await store.adoptStaged(model))?.memories, 2500)
    }
    await assertMoved(store, records)
    ok((await store.head()).position <= 2500 * 4, 'the log does not grow by more than the memories')
  },

  'loses no write that is made at the same time, and leaves none with an old vector': async store => {
    await bind(store)
    const old = storedRecords(100, n => (n % 2 === 0 ? uniqueRecord(n) : {}))
    await store.put(old)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(old))
    const added = Array.from({ length: 60 }, (_, n) => storedRecord(1000 + n))
    const writes = added.map(record => store.put([record], { embedder: boundModel }))
    const deleted = old.slice(0, 10)
    const deleting = store.delete(deleted.map(keyOf))
    const adopting = store.adoptStaged(nextModel, { limit: 100, complete: embed })
    const outcomes = await Promise.allSettled(writes)
    await deleting
    equal((await adopting) !== undefined, true)
    const written = added.filter((_, n) => outcomes[n]?.status === 'fulfilled')
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') equal(outcome.reason.code, 'MODEL_MISMATCH')
    }
    const live = [...old.slice(10), ...written]
    await assertMoved(store, live)
    deepEqual(await store.get(live.map(keyOf)), live.map(withoutVector))
    deepEqual(idsOf((await readLog(store)).upserts), idsOf(live))
  },

  'what was staged is there when it is opened again': {
    unless: ({ part }: Setup<Store>) =>
      part.supports.durable ? undefined : `${part.name} declares supports.durable: false`,
    run: async (store, setup) => {
      const records = storedRecords(20)
      await store.put(records)
      await store.startStaging(nextModel)
      await store.stage(nextModel, stagedOf(records.slice(0, 15)))
      await store.close()
      await using again = await openedAgain(setup)
      deepEqual(await again.startStaging(nextModel), { memories: 20, unstaged: 5 })
      await again.stage(nextModel, stagedOf(await allUnstaged(again)))
      equal((await again.adoptStaged(nextModel))?.memories, 20)
      await assertMoved(again, records)
    },
  },
})

/** Ids in the order of the log. */
async function ordered(store: Store, after: number): Promise<string[]> {
  return (await readLog(store, after)).upserts.map(({ id }) => id)
}
