import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Key, Store } from '@agentmem/core/adapter'
import { keyOf, orgId, storedRecord, storedRecords, uniqueRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** More than any database takes as the values of one statement. */
const many = 70_000

/** A few statements, and one more for each thousand. */
const atMost = (count: number): number => 10 + Math.ceil(count / 1000)

async function statementsOf<T>(
  store: Store,
  call: () => Promise<T>,
): Promise<[answer: T, statements: number]> {
  const before = store.counters.statements
  const answer = await call()
  return [answer, store.counters.statements - before]
}

/** The key of each 1,000th is that of a memory, if all of `storedRecords(70)` are there; the others name nothing. */
const keys: readonly Key[] = Array.from({ length: many }, (_, n) =>
  n % 1000 === 999 ? keyOf(storedRecord((n - 999) / 1000)) : { orgId, id: `nothing-${n}` },
)

export const longListCases: readonly Case<Store>[] = casesOf('long lists', {
  [`${many} keys are read in their order, by few statements`]: async store => {
    await store.put(storedRecords(70, () => ({ reusable: true })))
    const [records, got] = await statementsOf(store, () => store.get(keys))
    equal(records.length, many)
    for (const [n, record] of records.entries()) equal(record?.id, n % 1000 === 999 ? keys[n]?.id : undefined)
    const [vectors, seen] = await statementsOf(store, () => store.vectors(keys))
    deepEqual(vectors[69_999], storedRecord(69).vector)
    equal(vectors.filter(vector => vector !== undefined).length, 70)
    const [histories, told] = await statementsOf(store, () => store.history([...keys, ...keys]))
    equal(histories.length, 2 * many)
    for (const entries of [histories[999], histories[many + 999]]) equal(entries?.length, 1)
    equal(histories.flat().length, 140)
    const hashes = keys.map(({ id }, n) => (n % 1000 === 999 ? (records[n]?.hash ?? '') : id))
    const [staged, asked] = await statementsOf(store, async () => {
      await store.startStaging('another model')
      return store.stagedVectors('another model', hashes)
    })
    equal(staged.filter(vector => vector !== undefined).length, 0)
    for (const statements of [got, seen, told / 2, asked]) ok(statements <= atMost(many), String(statements))
  },

  [`${many} keys are changed and deleted where something is there, by few statements`]: async store => {
    await store.put(storedRecords(70))
    const patches = keys.map(key => ({ key, set: { importance: 1 }, updatedAt: 1 }))
    const [patched, changing] = await statementsOf(store, () => store.patch(patches))
    equal(patched.missing.length, many - 70)
    equal((await store.get([keyOf(storedRecord(69))]))[0]?.importance, 1)
    const [, touching] = await statementsOf(store, () => store.touch(keys, 1))
    equal((await store.get([keyOf(storedRecord(69))]))[0]?.accessCount, 1)
    const postponed = keys.map(key => ({ key, attempts: 1, notBefore: 1, parked: false, reason: null }))
    const [, postponing] = await statementsOf(store, () => store.commit({ postponed }))
    const [deleted, deleting] = await statementsOf(store, () => store.delete(keys))
    equal(deleted.missing.length, many - 70)
    equal((await store.stats()).memories, 0)
    const { deletes } = await store.changes({ after: 0, limit: 200 })
    deepEqual(
      deletes.toSorted(),
      storedRecords(70).map(({ id }) => id),
    )
    const [, purging] = await statementsOf(store, () => store.delete(keys, { purgeHistory: true }))
    equal((await store.history(keys)).flat().length, 0)
    for (const statements of [changing, touching, postponing, deleting, purging])
      ok(statements <= 3 * atMost(many), String(statements))
  },

  '6,000 memories are put, put again, replaced, changed and deleted, by few statements': async store => {
    const count = 6_000
    // As many are there already, of whom each is in the way of one.
    const others = Array.from({ length: count }, (_, n) => uniqueRecord(n, { id: `other-${n}` }))
    const records = Array.from({ length: count }, (_, n) => uniqueRecord(n))
    await store.put(others)
    const [{ duplicates }, putting] = await statementsOf(store, () => store.put(records))
    equal(duplicates.get(records[5_999]?.id ?? ''), 'other-5999')
    equal(duplicates.size, count)
    const [{ replaced }, replacing] = await statementsOf(store, () =>
      store.put(others, { onTaken: 'replace' }),
    )
    equal(replaced?.size, count)
    const patches = others.map(record => ({ key: keyOf(record), set: { importance: 1 }, updatedAt: 1 }))
    const [{ missing, span }, changing] = await statementsOf(store, () => store.patch(patches))
    equal(missing.length, 0)
    equal((span?.upTo ?? 0) - (span?.after ?? 0), count)
    const [deleted, deleting] = await statementsOf(store, () => store.delete(others.map(keyOf)))
    equal((deleted.span?.upTo ?? 0) - (deleted.span?.after ?? 0), count)
    equal((await store.stats()).memories, 0)
    // Rows travel by the hundred at least.
    for (const statements of [putting, replacing, changing, deleting])
      ok(statements <= 10 + 4 * Math.ceil(count / 100), String(statements))
  },
})
