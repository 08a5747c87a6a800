import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { contentHash } from '@agentmem/core/adapter'
import type { StagedVector, Store, UnstagedText } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { assertUnchanged, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { assertSameBits, storeDimensions, unitVector } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { bind, nextModel, boundModel } from './model.ts'

/** The vector that the next model gives a text: of other dimensions, and the same for the same text. */
export function nextVector(text: string): Float32Array {
  return unitVector(new Random(Number.parseInt(contentHash(text).slice(0, 8), 16)), storeDimensions + 4)
}

export function stagedOf(texts: Iterable<UnstagedText>): StagedVector[] {
  return Array.from(texts, ({ hash, content }) => ({ hash, vector: nextVector(content) }))
}

/** Every text without a staged vector, read in pages. */
export async function allUnstaged(store: Store, limit = 1000, from = 0): Promise<UnstagedText[]> {
  const texts: UnstagedText[] = []
  for (let after = from, done = false; !done;) {
    const page = await store.unstaged({ after, limit })
    ok(page.texts.length <= limit, `${page.texts.length} texts, the limit is ${limit}`)
    ok(page.done || page.cursor > after, `no progress at ${after}`)
    texts.push(...page.texts)
    ;({ cursor: after, done } = page)
  }
  return texts
}

const hashesOf = (texts: Iterable<{ readonly hash: string }>): string[] =>
  Array.from(texts, ({ hash }) => hash).toSorted()

export const stagingCases: readonly Case<Store>[] = casesOf('staging', {
  'names every live text that has no staged vector, in pages of any limit': async store => {
    const records = storedRecords(50, n => ({ orgId: n % 3 === 0 ? 'other' : 'acme' }))
    await store.put(records)
    await store.delete(records.slice(0, 5).map(keyOf))
    deepEqual(await store.startStaging(nextModel), { memories: 45, unstaged: 45 })
    const live = records.slice(5)
    await store.stage(nextModel, stagedOf(live.slice(0, 20)))
    for (const limit of [1, 7, 25, 1000]) {
      const texts = await allUnstaged(store, limit)
      deepEqual(hashesOf(texts), hashesOf(live.slice(20)), `limit ${limit}`)
      for (const { hash, content } of texts) equal(hash, contentHash(content))
    }
    deepEqual(await store.startStaging(nextModel), { memories: 45, unstaged: 25 }, 'it goes on')
  },

  'gives staged vectors back, aligned, to the last bit': async store => {
    await bind(store)
    const records = storedRecords(30)
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records.slice(0, 20)))
    const asked = [...records.slice(15, 25), ...records.slice(15, 16)]
    const vectors = await store.stagedVectors(
      nextModel,
      asked.map(({ hash }) => hash),
    )
    equal(vectors.length, 11)
    for (const [i, { content }] of asked.entries()) {
      if (i >= 5 && i < 10) equal(vectors[i], undefined)
      else assertSameBits(vectors[i], nextVector(content), content)
    }
    await rejects(store.stagedVectors('another', [asked[0]?.hash ?? '']), { code: 'CONFLICT' })
  },

  'one staged vector serves all records of its text': async store => {
    const records = storedRecords(20, n => ({ content: `Text ${n % 4}.` }))
    await store.put(records)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records.slice(0, 3)))
    equal((await allUnstaged(store)).length, 5)
    await store.stage(nextModel, stagedOf(records))
    deepEqual(await allUnstaged(store), [])
  },

  'what is written meanwhile stands further on in the log': async store => {
    await store.put(storedRecords(10))
    await store.startStaging(nextModel)
    const page = await store.unstaged({ after: 0, limit: 100 })
    equal(page.done, true)
    await store.stage(nextModel, stagedOf(page.texts))
    const [added, changed] = [storedRecord(20), storedRecord(21)]
    await store.put([added])
    const set = { content: changed.content, hash: changed.hash }
    await store.patch([
      { key: keyOf(storedRecord(3)), set, vector: changed.vector, updatedAt: 1 },
      { key: keyOf(storedRecord(4)), set: { importance: 1 }, updatedAt: 1 },
    ])
    deepEqual(hashesOf(await allUnstaged(store, 1000, page.cursor)), hashesOf([added, changed]))
  },

  'changes nothing that is in use': async store => {
    const records = storedRecords(30)
    await store.put(records)
    const before = [
      await stateOf(store),
      await store.vectors(records.map(keyOf)),
      await store.readMeta(['embedder']),
    ]
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    deepEqual(
      [await stateOf(store), await store.vectors(records.map(keyOf)), await store.readMeta(['embedder'])],
      before,
    )
  },

  'what was staged for another model is dropped, and its caller refused': async store => {
    const records = storedRecords(10)
    await store.put(records)
    const before = await stateOf(store)
    const conflict = { name: 'MemoryError', code: 'CONFLICT' }
    await rejects(store.stage(nextModel, stagedOf(records)), conflict)
    await rejects(store.adoptStaged(nextModel), conflict)
    await store.startStaging(nextModel)
    await store.stage(nextModel, stagedOf(records))
    deepEqual(await store.startStaging(boundModel), { memories: 10, unstaged: 10 })
    await rejects(store.stage(nextModel, stagedOf(records)), conflict)
    await rejects(store.adoptStaged(nextModel), conflict)
    equal((await allUnstaged(store)).length, 10)
    await assertUnchanged(store, before)
  },
})
