import { deepEqual, equal, ok } from 'node:assert/strict'
import { factKey, parseWhere, scopeOf } from '@agentmem/core/adapter'
import type { DeleteOptions, Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf, readAll, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const scope = { orgId }
const message = (n: number, fields: Partial<SampleRecord> = {}): SampleRecord =>
  storedRecord(n, { type: 'message', ...fields })

/** A memory that was made of others. */
function fact(n: number, sources: readonly StoredRecord[], fields: Partial<SampleRecord> = {}): SampleRecord {
  const ids = sources.map(({ id }) => id)
  const derivation = { batch: 'b', sources: ids, seen: ids.length, model: 'm' }
  return storedRecord(n, { type: 'semantic', origin: 'model', derivation, ...fields })
}

const [said, other, third] = [message(1), message(2), message(3)]

/** The ids that are left, each of which is found by every source that it has, and by no other. */
async function left(store: Store): Promise<string[]> {
  const records = await readAll(store, { scope })
  const sources = new Set([said, other, third, ...records].map(({ id }) => id))
  for (const { derivation } of records) for (const source of derivation?.sources ?? []) sources.add(source)
  for (const source of sources) {
    const told = records.filter(({ derivation }) => derivation?.sources.includes(source))
    const where = parseWhere({ 'derivation.sources': { contains: source } })
    deepEqual(idsOf(await readAll(store, { scope, where })), idsOf(told), `what was made of ${source}`)
  }
  return idsOf(records)
}

/** The ways in which a message can be deleted. */
const ways: readonly ((store: Store, record: StoredRecord, options?: DeleteOptions) => Promise<unknown>)[] = [
  (store, record, options) => store.delete([keyOf(record)], options),
  (store, { runId }, options) => store.deleteAll({ orgId, runId: runId ?? '' }, options),
  (store, record, options) =>
    store.deleteAll(scope, {
      ...options,
      where: parseWhere({ 'metadata.n': record.metadata['n'] as number }),
    }),
]

export const cascadeCases: readonly Case<Store>[] = casesOf('cascade', {
  'a message takes the facts along that it alone told, however it is deleted': async store => {
    const heard = ways.map((_, n) => message(5 + n, { runId: `run-${n}` }))
    const facts = heard.map((source, n) => fact(10 + n, [source]))
    await store.put([...heard, ...facts, other])
    for (const [n, remove] of ways.entries()) {
      const { position } = await store.head()
      await remove(store, heard[n] as StoredRecord)
      const gone = idsOf([heard[n], facts[n]] as StoredRecord[])
      deepEqual((await store.changes({ after: position, limit: 10 })).deletes.toSorted(), gone)
      deepEqual(await store.get(gone.map(id => ({ orgId, id }))), [undefined, undefined])
      const [events] = await store.history([keyOf(facts[n] as StoredRecord)])
      deepEqual(
        events?.map(({ event }) => event),
        ['ADD', 'DELETE'],
      )
    }
    deepEqual(await left(store), [other.id])
    deepEqual(idsOf((await readLog(store)).upserts), [other.id])
  },

  'a receipt and a count are of what was named, the span is of all': async store => {
    await store.put([said, other, fact(10, [said]), fact(11, [other])])
    const after = (await store.head()).position
    const receipt = await store.delete([keyOf(said), keyOf(third)])
    deepEqual(receipt, { missing: [third.id], span: { after, upTo: after + 2 } })
    equal(await store.deleteAll(scope, { where: parseWhere({ type: 'message' }) }), 1)
    deepEqual(await left(store), [])
  },

  'a fact that others told too loses the source alone, and goes with the last': async store => {
    const told = fact(10, [said, other])
    await store.put([said, other, told])
    await store.delete([keyOf(said)])
    const [kept] = await store.get([keyOf(told)])
    deepEqual(kept?.derivation, { ...told.derivation, sources: [other.id], seen: 1 })
    deepEqual([kept?.version, kept?.content], [2, told.content])
    deepEqual((await readLog(store)).deletes, [said.id])
    await store.deleteAll(scope, { where: parseWhere({ type: 'message' }) })
    deepEqual(await left(store), [])
  },

  'with cascade: false what was told stays, and counts what is gone among its sources': async store => {
    const cascade = false
    for (const [n, remove] of ways.entries()) {
      const source = message(5 + n, { runId: `run-${n}` })
      const told = [fact(10 + n, [source]), fact(20 + n, [source, third])]
      await store.put([source, ...told])
      await remove(store, source, { cascade })
      deepEqual(await store.get(told.map(keyOf)), told.map(withoutVector))
    }
    await store.put([third])
    await store.delete([keyOf(third)])
    equal((await left(store)).length, 6, 'what is gone told them too')
  },

  'the history of what goes along goes where that is asked for': async store => {
    for (const [n, remove] of ways.entries()) {
      const source = message(5 + n, { runId: `run-${n}` })
      const told = fact(10 + n, [source])
      await store.put([source, told])
      await remove(store, source, { purgeHistory: true })
      deepEqual(await store.history([source, told].map(keyOf)), [[], []])
      const gone = await store.scopedChanges({ after: 0, limit: 100 })
      const nobodys = gone.changes.filter(({ scope: owner }) => owner.userId === undefined)
      equal(nobodys.length, gone.changes.length, 'a log that knows whose they were')
    }
  },

  'the history that another owner of the id has left stays': async store => {
    const owners = { before: { userId: 'before' }, now: { userId: 'now' } }
    for (const [n, remove] of ways.entries()) {
      const source = message(5 + n, { runId: `run-${n}`, ...owners.now })
      const told = fact(10 + n, [source], owners.now)
      const earlier = storedRecord(10 + n, owners.before)
      await store.put([earlier])
      await store.delete([keyOf(earlier)])
      await store.put([source, told])
      await remove(store, source, { purgeHistory: true })
      const [kept, gone] = await store.history(
        [owners.before, owners.now].map(owner => ({ ...keyOf(told), ...owner })),
      )
      deepEqual(
        kept?.map(({ event }) => event),
        ['ADD', 'DELETE'],
      )
      deepEqual(gone, [])
    }
  },

  'an insight goes with any of the facts that it was made of': async store => {
    const facts = [fact(10, [said]), fact(11, [other])]
    const insight = fact(20, facts, { type: 'insight' })
    await store.put([said, other, ...facts, insight])
    await store.delete([keyOf(said)])
    deepEqual(await left(store), idsOf([other, facts[1]] as StoredRecord[]))
  },

  'what stood behind a fact that goes is in force again, unless it goes too': async store => {
    const [first, second] = [fact(10, [said]), fact(11, [other])]
    const closed = { ...first, supersededBy: second.id, validTo: 5 }
    await store.put([said, other, closed, second])
    await store.delete([keyOf(other)])
    const [back] = await store.get([keyOf(first)])
    deepEqual([back?.supersededBy, back?.validTo, back?.version], [null, null, 2])
    deepEqual(idsOf((await readLog(store)).upserts), idsOf([said, first]))
    const [events] = await store.history([keyOf(first)])
    equal(events?.at(-1)?.event, 'RESTORE')
    await store.put([message(4), fact(12, [message(4)])])
    await store.patch([{ key: keyOf(first), set: { supersededBy: fact(12, []).id }, updatedAt: 9 }])
    await store.delete([message(4), said].map(keyOf))
    deepEqual(await left(store), [])
  },

  'of three that followed each other the first is closed by the last, once the one between is gone':
    async store => {
      const facts = [said, other, third].map((source, n) => fact(10 + n, [source]))
      const [first, second, last] = facts as [SampleRecord, SampleRecord, SampleRecord]
      await store.put([
        said,
        other,
        third,
        last,
        { ...first, supersededBy: second.id, validTo: 5 },
        { ...second, supersededBy: last.id, validTo: 7 },
      ])
      await store.delete([keyOf(other)])
      const [kept] = await store.get([keyOf(first)])
      deepEqual([kept?.supersededBy, kept?.validTo], [last.id, 7])
      await store.deleteAll(scope, { where: parseWhere({ 'metadata.n': 3 }) })
      const [back] = await store.get([keyOf(first)])
      deepEqual([back?.supersededBy, back?.validTo], [null, null])
    },

  'what comes back stays closed where another one says the same by now': async store => {
    const content = 'She lives in Paris.'
    const unique = (n: number, sources: readonly StoredRecord[], fields: Partial<SampleRecord> = {}) => {
      const record = fact(n, sources, { content, ...fields })
      return { ...record, dedupeKey: factKey(scopeOf(record), record.hash) }
    }
    const second = fact(11, [other])
    await store.put([said, other, third, second])
    await store.put([unique(10, [said], { supersededBy: second.id, validTo: 5 })])
    await store.put([unique(12, [third])])
    await store.delete([keyOf(other)])
    const [kept] = await store.get([keyOf(unique(10, []))])
    equal(kept?.supersededBy, unique(12, []).id)
    deepEqual(await left(store), idsOf([said, third, unique(10, []), unique(12, [])]))
  },

  'nothing of another user, agent or organization goes along': async store => {
    const others = [{ userId: 'bob' }, { userId: null }, { agentId: 'helper' }, { orgId: 'other' }]
    const facts = others.map((owner, n) => fact(10 + n, [said], owner))
    await store.put([said, fact(20, [said], { runId: 'r' }), ...facts])
    await store.delete([keyOf(said)])
    deepEqual(await store.get(facts.map(keyOf)), facts.map(withoutVector))
    deepEqual(await left(store), idsOf(facts.slice(0, 3)))
  },

  'sources that a later write adds or takes away count': async store => {
    const told = fact(10, [said])
    await store.put([said, other, third, told])
    const changed = async (sources: readonly StoredRecord[]): Promise<void> => {
      const { derivation } = fact(10, sources)
      await store.patch([{ key: keyOf(told), set: { derivation }, updatedAt: 9 }])
    }
    await changed([said, other])
    await store.delete([keyOf(said)])
    equal((await left(store)).includes(told.id), true, 'the source that was added')
    await changed([other, third])
    await changed([other])
    await store.put([fact(11, [other, third])])
    await store.put([fact(11, [other])], { onTaken: 'replace' })
    await store.delete([keyOf(other)])
    deepEqual(await left(store), [third.id], 'the sources that were taken away')
  },

  'a fact that was left out as a duplicate changes no sources': async store => {
    const told = fact(10, [said])
    await store.put([said, other, told])
    await store.put([fact(10, [other])])
    await store.delete([keyOf(said)])
    deepEqual(await left(store), [other.id])
  },

  'an id that is used again has none of the sources that it had': async store => {
    await store.put([said, fact(10, [said])])
    await store.delete([keyOf(fact(10, []))])
    await store.put([fact(10, [])])
    await store.delete([keyOf(said)])
    deepEqual(await left(store), [fact(10, []).id])
  },

  'what a commit deletes takes nothing along, and is counted among the sources': async store => {
    const told = fact(10, [said, other])
    await store.put([said, other])
    await store.commit({ puts: [told], deletes: [keyOf(said)] })
    deepEqual(await left(store), idsOf([other, told]))
    await store.delete([keyOf(other)])
    deepEqual(await left(store), [told.id])
  },

  'deletes whatever their number take as many statements, and of what told nothing one more at most':
    async store => {
      const statements = async (call: () => Promise<unknown>): Promise<number> => {
        const before = store.counters.statements
        await call()
        return store.counters.statements - before
      }
      const many = (count: number, runId: string): SampleRecord[] =>
        Array.from({ length: count }, (_, n) => message(n, { id: `${runId}-${n}`, runId }))
      await store.put(many(1, 'before'))
      const plain = await statements(() => store.delete([{ orgId, id: 'before-0' }]))
      for (const [run, count] of [
        ['few', 3],
        ['some', 3],
        ['lot', 20],
        ['all', 300],
      ] as const) {
        const heard = many(count, run)
        await store.put([
          ...heard,
          ...heard.map((source, n) => fact(n, [source], { id: `${source.id}-fact` })),
        ])
      }
      await store.put(many(1, 'after'))
      const key = (run: string, n: number) => ({ orgId, id: `${run}-${n}` })
      const nothing = await statements(() => store.delete([key('after', 0)]))
      ok(nothing <= plain + 1, `${nothing} statements, ${plain} where nothing was told`)
      const few = await statements(() => store.delete([0, 1, 2].map(n => key('few', n))))
      const lot = await statements(() => store.delete(Array.from({ length: 20 }, (_, n) => key('lot', n))))
      equal(lot, few)
      ok(few <= plain + 6, `${few} statements, ${plain} where nothing was told`)
      const some = await statements(() => store.deleteAll({ orgId, runId: 'some' }))
      equal(await statements(() => store.deleteAll({ orgId, runId: 'all' })), some)
      deepEqual(await left(store), [])
    },
})
