import { deepEqual, equal } from 'node:assert/strict'
import { factKey, scopeOf } from '@agentmem/core/adapter'
import type { Patch, Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { bind, boundModel, nextModel } from './model.ts'
import { rowOf, waitingOf } from './inbox.ts'

const scope = { orgId }
const [message, other, old] = [storedRecord(1), storedRecord(2), storedRecord(3)]
const fact = storedRecord(10, { origin: 'model' })

function supersede(record: StoredRecord, by: string, fields: Partial<Patch> = {}): Patch {
  return { key: keyOf(record), set: { supersededBy: by }, updatedAt: 9, ...fields }
}

/** A store in which two messages wait and one memory is there. */
async function receive(store: Store): Promise<void> {
  await store.commit({ puts: [message, other], pending: [message, other].map(record => rowOf(record)) })
  await store.put([old])
}

export const commitCases: readonly Case<Store>[] = casesOf('commit', {
  'writes puts, patches, deletes and the inbox together, and its receipt tells the span of all':
    async store => {
      await receive(store)
      const { position: after } = await store.head()
      const upTo = after + 3
      const receipt = await store.commit({
        puts: [fact],
        patches: [supersede(old, fact.id)],
        deletes: [keyOf(other)],
        done: [keyOf(message), keyOf(other)],
      })
      deepEqual(receipt, { duplicates: new Map(), missing: [], span: { after, upTo } })
      const found = await store.get([fact, old, other, message].map(keyOf))
      deepEqual(found[0], withoutVector(fact))
      equal(found[1]?.supersededBy, fact.id)
      deepEqual([found[2], found[3]], [undefined, withoutVector(message)])
      deepEqual(await waitingOf(store), [])
      const { upserts, deletes } = await readLog(store)
      deepEqual([idsOf(upserts), deletes.toSorted()], [idsOf([fact, message]), idsOf([old, other])])
      deepEqual(await store.history([keyOf(other)]), [[]], 'what it deletes goes with its history')
    },

  'one of done that does not wait any more undoes all of it': async store => {
    await receive(store)
    await store.commit({ done: [keyOf(message)] })
    const head = await store.head()
    const change = {
      puts: [fact],
      patches: [supersede(old, fact.id)],
      deletes: [keyOf(other)],
      done: [keyOf(other), keyOf(message)],
    }
    await assertRejects('CONFLICT', 'a row that is gone', () => store.commit(change))
    deepEqual(await store.head(), head)
    deepEqual(await store.get([keyOf(fact)]), [undefined])
    equal((await store.get([keyOf(old)]))[0]?.supersededBy, null)
    deepEqual(await waitingOf(store), [other.id])
  },

  'a row of another scope is not done': async store => {
    await receive(store)
    const foreign = { ...keyOf(message), userId: 'bob' }
    await assertRejects('CONFLICT', 'another user', () => store.commit({ done: [foreign] }))
    deepEqual(await waitingOf(store), [message.id, other.id])
  },

  'another version than expected undoes all of it': async store => {
    await receive(store)
    await store.patch([{ key: keyOf(old), set: { importance: 1 }, updatedAt: 8 }])
    const patches = [supersede(old, fact.id, { expectVersion: 1 })]
    await assertRejects('CONFLICT', 'an old version', () =>
      store.commit({ puts: [fact], patches, done: [keyOf(message)] }),
    )
    deepEqual(await store.get([keyOf(fact)]), [undefined])
    deepEqual(await waitingOf(store), [message.id, other.id])
  },

  'a put that is a duplicate undoes a commit with rows that are done, and is left out of any other':
    async store => {
      await receive(store)
      const [first, twin] = [uniqueRecord(20), { ...uniqueRecord(20), id: 'twin' }]
      await store.put([first])
      await assertRejects('CONFLICT', 'a duplicate', () =>
        store.commit({ puts: [twin], done: [keyOf(message)] }),
      )
      deepEqual(await waitingOf(store), [message.id, other.id])
      const again = storedRecord(21)
      const change = { puts: [twin, again], pending: [rowOf(twin), rowOf(again)] }
      deepEqual((await store.commit(change)).duplicates, new Map([['twin', first.id]]))
      deepEqual(await waitingOf(store), [message.id, other.id, again.id], 'its row is left out as well')
    },

  'a receive that is sent twice is received once': async store => {
    const change = { puts: [message, other], pending: [rowOf(message), rowOf(other)] }
    await store.commit(change)
    await store.commit({ done: [keyOf(message)] })
    const { duplicates } = await store.commit(change)
    deepEqual([...duplicates.keys()].toSorted(), idsOf([message, other]))
    deepEqual(await waitingOf(store), [other.id])
  },

  'of two that work on the same rows at once, one writes': async store => {
    await receive(store)
    const facts = storedRecords(20, n => ({ id: `fact-${n}`, origin: 'model' }))
    const attempts = [0, 1, 2, 3].map(n =>
      store.commit({ puts: facts.slice(n * 5, n * 5 + 5), done: [keyOf(message), keyOf(other)] }),
    )
    const settled = await Promise.allSettled(attempts)
    equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
    equal((await store.get(facts.map(keyOf))).filter(Boolean).length, 5)
    deepEqual(await waitingOf(store), [])
  },

  'a fact does not yield to a message of the same words, nor keep one out': async store => {
    const words = { content: 'Ana lives in Paris.' }
    const told = storedRecord(30, words)
    const made = storedRecord(31, { ...words, origin: 'model' })
    const keyed = { ...made, dedupeKey: factKey(scopeOf(made), made.hash) }
    await store.put([told])
    equal((await store.commit({ puts: [keyed] })).duplicates.size, 0, 'the fact is stored')
    await store.delete([keyOf(told)])
    equal((await store.put([uniqueRecord(32, words)])).duplicates.size, 0, 'the message is stored')
    const twin = { ...keyed, id: 'twin' }
    deepEqual((await store.put([twin])).duplicates, new Map([['twin', keyed.id]]), 'a fact is stored once')
    await store.put([storedRecord(34, { content: 'plain', origin: 'model' })])
    equal((await store.put([uniqueRecord(35, { content: 'plain' })])).duplicates.size, 0, 'without a key')
  },

  'vectors of another model are refused, and nothing is written': async store => {
    await bind(store)
    const change = { puts: [message], pending: [rowOf(message)] }
    await assertRejects('MODEL_MISMATCH', 'another model', () =>
      store.commit(change, { embedder: nextModel }),
    )
    deepEqual(await waitingOf(store), [])
    await store.commit(change, { embedder: boundModel })
    deepEqual(await store.get([keyOf(message)]), [withoutVector(message)])
  },

  'a change that contradicts itself is refused': async store => {
    await receive(store)
    const wrong = [
      { puts: [fact], deletes: [keyOf(fact)] },
      { patches: [supersede(old, fact.id)], deletes: [keyOf(old)] },
      { pending: [rowOf(fact)] },
      { done: [keyOf(message), keyOf(message)] },
      { puts: [{ ...fact, origin: 'someone' }] },
      { puts: [{ ...fact, derivation: { batch: 'b' } }] },
      { puts: 'all' },
      { put: [fact] },
    ]
    for (const change of wrong)
      await assertRejects('INVALID_ARGUMENT', JSON.stringify(Object.keys(change)), () =>
        store.commit(change as never),
      )
    equal((await store.stats()).memories, 3)
    const { messages } = await store.pending({ scope, limit: 10, now: 100 })
    equal(messages.length, 2)
  },
})
