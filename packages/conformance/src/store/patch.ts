import { deepEqual, equal, ok } from 'node:assert/strict'
import { contentHash } from '@agentmem/core/adapter'
import type { Patch, Store } from '@agentmem/core/adapter'
import { assertUnchanged, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'

const later = 1_800_000_000_000

/** A patch that gives a record the content, the vector and the dedupe key of another. */
function rewrite(record: SampleRecord, other: SampleRecord): Patch {
  return {
    key: keyOf(record),
    set: { content: other.content, hash: other.hash },
    vector: other.vector,
    dedupeKey: other.dedupeKey ?? undefined,
    updatedAt: later,
  }
}

export const patchCases: readonly Case<Store>[] = casesOf('patch', {
  'changes what is set, leaves the rest, raises the version': async store => {
    const record = storedRecord(1, { metadata: { old: true }, expiresAt: 4_000_000_000_000 })
    await store.put([record])
    const set = { metadata: { new: [1, { deep: true }] }, importance: 0.75, level: 'high' }
    const { missing } = await store.patch([{ key: keyOf(record), set, updatedAt: later }])
    deepEqual(missing, [])
    const expected = { ...withoutVector(record), ...set, updatedAt: later, version: 2 }
    deepEqual(await store.get([keyOf(record)]), [expected])
    const [vector] = await store.vectors([keyOf(record)])
    assertSameBits(vector, record.vector, record.id)
  },

  'each field can be set alone': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const sets: Patch['set'][] = [
      { metadata: {} },
      { type: 'semantic' },
      { level: 'low' },
      { importance: 0 },
      { expiresAt: later + 1 },
      { expiresAt: null },
      { accessCount: 3 },
      { lastAccessedAt: later },
      { lastAccessedAt: null },
    ]
    let expected = withoutVector(record)
    for (const [i, set] of sets.entries()) {
      await store.patch([{ key: keyOf(record), set, updatedAt: later + i }])
      expected = { ...expected, ...set, updatedAt: later + i, version: i + 2 }
      deepEqual(await store.get([keyOf(record)]), [expected], JSON.stringify(set))
    }
  },

  'new content comes with its hash and its vector': async store => {
    const [record, other] = [storedRecord(1), storedRecord(2)]
    await store.put([record])
    await store.patch([rewrite(record, other)])
    const [kept] = await store.get([keyOf(record)])
    equal(kept?.content, other.content)
    equal(kept?.hash, contentHash(other.content))
    const [vector] = await store.vectors([keyOf(record)])
    assertSameBits(vector, other.vector, record.id)
  },

  'names the actor as the one who changed it last': async store => {
    const record = storedRecord(1, { createdBy: 'alice', updatedBy: 'alice' })
    const patch = { key: keyOf(record), set: { importance: 1 }, updatedAt: later }
    const whoChanged = async (): Promise<unknown> => {
      const [kept] = await store.get([keyOf(record)])
      return [kept?.createdBy, kept?.updatedBy]
    }
    await store.put([record])
    await store.patch([patch], { actor: 'bob' })
    deepEqual(await whoChanged(), ['alice', 'bob'])
    await store.patch([patch])
    deepEqual(await whoChanged(), ['alice', 'bob'])
  },

  'a batch changes each record by its own patch': async store => {
    const records = storedRecords(120)
    await store.put(records)
    const patches = records.map((record, n) => ({
      key: keyOf(record),
      set: n % 2 === 0 ? { importance: n / 1000 } : { metadata: { changed: n } },
      updatedAt: later + n,
    }))
    await store.patch(patches)
    deepEqual(
      await store.get(records.map(keyOf)),
      records.map((record, n) => ({
        ...withoutVector(record),
        ...patches[n]?.set,
        updatedAt: later + n,
        version: 2,
      })),
    )
  },

  'names what is not there and changes the others': async store => {
    const [record, foreign] = [storedRecord(1), storedRecord(2, { orgId: 'other' })]
    await store.put([record, foreign])
    const keys = [keyOf(storedRecord(8)), keyOf(record), { ...keyOf(record), id: foreign.id }]
    const { missing } = await store.patch(
      keys.map(key => ({ key, set: { importance: 1 }, updatedAt: later })),
    )
    deepEqual(missing.toSorted(), [foreign.id, 'memory-000008'])
    const [kept, other] = await store.get([record, foreign].map(keyOf))
    deepEqual(other, withoutVector(foreign))
    deepEqual([kept?.importance, kept?.version], [1, 2])
    deepEqual(await store.history([keyOf(storedRecord(8))]), [[]])
  },

  'changes a record that has the expected version': async store => {
    const record = storedRecord(1, { version: 3 })
    await store.put([record])
    const patch = { key: keyOf(record), set: { importance: 1 }, updatedAt: later }
    await store.patch([{ ...patch, expectVersion: 3 }])
    await store.patch([{ ...patch, expectVersion: 4 }])
    equal((await store.get([keyOf(record)]))[0]?.version, 5)
  },

  'another version than expected is a CONFLICT, and nothing of the batch is written': async store => {
    const records = storedRecords(20)
    await store.put(records)
    const before = await stateOf(store)
    const patches = records.map((record, n) => ({
      key: keyOf(record),
      set: { importance: 1 },
      updatedAt: later,
      expectVersion: n === 19 ? 2 : 1,
    }))
    await assertRejects('CONFLICT', 'a stale version', () => store.patch(patches))
    await assertUnchanged(store, before)
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
    ok((await store.history(records.map(keyOf))).every(entries => entries.length === 1))
  },

  'a record that must exist and does not is NOT_FOUND, and nothing of the batch is written': async store => {
    const records = storedRecords(5)
    await store.put(records)
    const before = await stateOf(store)
    const patches = [...records, storedRecord(8)].map(record => ({
      key: keyOf(record),
      set: { importance: 1 },
      updatedAt: later,
      mustExist: true,
    }))
    await assertRejects('NOT_FOUND', 'a record that is not there', () => store.patch(patches))
    await assertUnchanged(store, before)
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'changes nothing of others than the key names': async store => {
    const record = storedRecord(1, { userId: 'alice' })
    await store.put([record])
    const before = await stateOf(store)
    const key = { ...keyOf(record), userId: 'bob' }
    const patch = { key, set: { importance: 1 }, updatedAt: later }
    deepEqual((await store.patch([patch])).missing, [record.id])
    await assertRejects('NOT_FOUND', 'a record of another user', () =>
      store.patch([{ ...patch, mustExist: true }]),
    )
    await assertUnchanged(store, before)
    await store.patch([{ ...patch, key: { ...key, userId: 'alice' } }])
    equal((await store.get([keyOf(record)]))[0]?.importance, 1)
  },

  'of writers that expect the same version one wins': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const patch = { key: keyOf(record), updatedAt: later, expectVersion: 1 }
    const calls = Array.from({ length: 10 }, (_, n) => store.patch([{ ...patch, set: { accessCount: n } }]))
    const outcomes = await Promise.allSettled(calls)
    equal(outcomes.filter(outcome => outcome.status === 'fulfilled').length, 1)
    equal((await store.get([keyOf(record)]))[0]?.version, 2)
  },

  'changes at the same time are all counted': async store => {
    const record = storedRecord(1)
    await store.put([record])
    const patch = { key: keyOf(record), set: { importance: 1 }, updatedAt: later }
    await Promise.all(Array.from({ length: 20 }, () => store.patch([patch])))
    equal((await store.get([keyOf(record)]))[0]?.version, 21)
    equal((await store.history([keyOf(record)]))[0]?.length, 21)
  },

  'the dedupe key goes with the content': async store => {
    const [record, other] = [uniqueRecord(1), uniqueRecord(2)]
    await store.put([record])
    await store.patch([rewrite(record, other)])
    const old = uniqueRecord(3, { content: record.content })
    equal((await store.put([old])).duplicates.size, 0, 'the old content is still taken')
    deepEqual((await store.put([other])).duplicates, new Map([[other.id, record.id]]))
  },

  'a record without a dedupe key gets none': async store => {
    const [record, other] = [storedRecord(1), uniqueRecord(2)]
    await store.put([record])
    await store.patch([rewrite(record, other)])
    const plain = storedRecord(3, { content: other.content })
    equal((await store.put([plain])).duplicates.size, 0)
    await store.delete([keyOf(record), keyOf(plain)])
    equal((await store.put([other])).duplicates.size, 0)
  },

  'a dedupe key that is taken is a CONFLICT, and nothing of the batch is written': async store => {
    const records = [uniqueRecord(1), uniqueRecord(2), uniqueRecord(3)]
    const [a, b, c] = records as [SampleRecord, SampleRecord, SampleRecord]
    await store.put(records)
    const before = await stateOf(store)
    const harmless = { key: keyOf(a), set: { importance: 1 }, updatedAt: later }
    await assertRejects('CONFLICT', 'a taken dedupe key', () => store.patch([harmless, rewrite(b, c)]))
    await assertUnchanged(store, before)
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'an empty batch writes nothing and sends nothing': async store => {
    const { statements } = store.counters
    deepEqual([...(await store.patch([])).missing], [])
    equal(store.counters.statements, statements)
  },
})
