import { deepEqual, equal } from 'node:assert/strict'
import { HashEmbedder, ExactIndex, Memory } from '@agentmem/core'
import type { PutOptions, PutReceipt, Store, StoredRecord } from '@agentmem/core/adapter'
import { keyOf, storedRecord, storedRecords, uniqueRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** A Store that tries again when a connection is lost, over a connection that can be lost at a commit. */
export interface LossyStore {
  readonly store: Store
  /** The server carries out the next write, and its reply to that is lost with the connection. */
  readonly loseReply: () => void
  /** How many replies were lost so far. */
  readonly lost: () => number
}

/**
 * Cases for a Store that sends a write again when its reply was lost. Beside `storeCases`, and registered like them. What
 * it then finds was written by itself.
 */
export const lostReplyCases: readonly Case<LossyStore>[] = casesOf<LossyStore>('lost replies', {
  'of a put of new records: none is a duplicate, and each is stored once': async lossy => {
    const { store } = lossy
    await store.put(storedRecords(2))
    const records = [5, 6, 7].map(n => storedRecord(n))
    deepEqual(namesOf(await putAndLose(lossy, records)), { duplicates: [], replaced: [] })
    deepEqual(await eventsOf(store, records), [['ADD'], ['ADD'], ['ADD']])
    equal((await store.head()).position, 5)
  },

  'of a put of which some were there: only those are duplicates': async lossy => {
    const { store } = lossy
    await store.put(storedRecords(2))
    await store.put([uniqueRecord(3)])
    const same = uniqueRecord(9, { content: uniqueRecord(3).content })
    const records = [storedRecord(5), storedRecord(0), storedRecord(1, { content: 'Another.' }), same]
    deepEqual(namesOf(await putAndLose(lossy, records)).duplicates, [
      [storedRecord(0).id, storedRecord(0).id],
      [storedRecord(1).id, storedRecord(1).id],
      [same.id, uniqueRecord(3).id],
    ])
    deepEqual((await store.get([keyOf(storedRecord(1))]))[0]?.content, storedRecord(1).content)
  },

  'of a put with dedupe keys: what it wrote itself is no duplicate of itself': async lossy => {
    const records = [uniqueRecord(1), uniqueRecord(2), uniqueRecord(3, { content: uniqueRecord(1).content })]
    deepEqual(namesOf(await putAndLose(lossy, records)).duplicates, [
      [storedRecord(3).id, storedRecord(1).id],
    ])
    equal((await lossy.store.head()).position, 2)
  },

  'of a put that replaces: it replaces once, and adds what was not there': async lossy => {
    const { store } = lossy
    await store.put(storedRecords(2))
    const again = storedRecord(1, { content: 'Another.', updatedAt: 1_900_000_000_000 })
    const records = [again, storedRecord(5)]
    deepEqual(namesOf(await putAndLose(lossy, records, { onTaken: 'replace' })), {
      duplicates: [],
      replaced: [[again.id, 2]],
    })
    deepEqual(await eventsOf(store, records), [['ADD', 'UPDATE'], ['ADD']])
    equal((await store.get([keyOf(again)]))[0]?.version, 2)
  },

  'of an add with an id: ADD, also in the counts of an import, and the next search finds it': async lossy => {
    const embedder = new HashEmbedder({ dimensions: 64 })
    const memory = await Memory.open({
      store: lossy.store,
      index: new ExactIndex({ dimensions: 64 }),
      embedder,
      closeParts: false,
    })
    const options = { userId: 'ada' }
    await memory.add({ id: 'there', content: 'Ada drinks coffee.' }, options)
    lossy.loseReply()
    const inputs = [
      { id: 'own', content: 'Ada drinks tea.' },
      { id: 'there', content: 'Ada drinks coffee.' },
    ]
    const { results } = await memory.addBatch(inputs, options)
    deepEqual(
      results.map(({ event }) => event),
      ['ADD', 'NONE'],
    )
    const found = await memory.search('Ada drinks tea.', { ...options, mode: 'vector', topK: 1 })
    equal(found.results[0]?.id, 'own')

    lossy.loseReply()
    const lines = [...inputs, { id: 'new', content: 'Ada reads.' }].map(line => `${JSON.stringify(line)}\n`)
    deepEqual(await memory.importFrom(streamOf(lines), options), { imported: 1, skipped: 2 })
    equal(lossy.lost(), 2, 'replies were lost')
    await memory.close()
  },
})

async function putAndLose(
  { store, loseReply, lost }: LossyStore,
  records: readonly StoredRecord[],
  options: PutOptions = {},
): Promise<PutReceipt> {
  // As every Memory does that opens a Store: the Store has seen how far its log had come.
  await store.head()
  loseReply()
  const receipt = await store.put(records, options)
  equal(lost(), 1, 'replies were lost')
  return receipt
}

function namesOf({ duplicates, replaced = new Map<string, number>() }: PutReceipt): {
  duplicates: [string, string][]
  replaced: [string, number][]
} {
  return { duplicates: [...duplicates].toSorted(([a], [b]) => (a < b ? -1 : 1)), replaced: [...replaced] }
}

async function eventsOf(store: Store, records: readonly StoredRecord[]): Promise<string[][]> {
  const history = await store.history(records.map(keyOf))
  return history.map(entries => entries.map(({ event }) => event))
}

async function* streamOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}
