import { deepEqual, equal, ok } from 'node:assert/strict'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import { contentHash } from '@agentmem/core/adapter'
import type { Patch, Store, VectorIndex } from '@agentmem/core/adapter'
import { assertInStep } from '../data/assert-in-step.ts'
import { Random } from '../data/random.ts'
import { orgId, storedRecords } from '../data/records.ts'
import { unitVector } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { assertOwnVectors } from '../tenants/index-tenant-cases.ts'
import { openOrganizations } from '../tenants/organizations.ts'

/** An index that a Store writes in its own transactions, and that Store. The case closes both. */
export interface JoinedParts {
  readonly store: Store
  readonly index: VectorIndex
  /** Opens the same data once more, without the index. */
  readonly openStoreAlone: () => Promise<Store>
  /** Drops the table of vectors behind the back of the index. Records can still be written. */
  readonly breakVectors: () => Promise<void>
}

const ana = { userId: 'ana' }

function open({ store, index }: JoinedParts): Promise<Memory> {
  return Memory.open({ store, index, embedder: new HashEmbedder({ dimensions: index.dimensions }) })
}

/** From now on counts how often an index is searched. */
function countSearches(index: VectorIndex): () => number {
  const search = index.search.bind(index)
  let count = 0
  index.search = (...args) => {
    count++
    return search(...args)
  }
  return () => count
}

/** Cases for an index that declares `supports.transactional`. Beside `indexCases`, and registered like them. */
export const transactionCases: readonly Case<JoinedParts>[] = casesOf<JoinedParts>('transactions', {
  'give organizations with the same ids vectors of their own': async ({ store, index }) => {
    const tenants = await openOrganizations({ store, index })
    await assertOwnVectors(tenants, index)
    await tenants.close()
    await index.close()
    await store.close()
  },

  'give the index every change with the change itself, and nothing is left to be flushed': async parts => {
    const { store, index } = parts
    await using memory = await open(parts)
    const violin = async (): Promise<unknown> => {
      const searches = countSearches(index)
      const { results } = await memory.search('Who plays the violin?', { ...ana, mode: 'vector' })
      equal(searches(), 1, 'the index was not asked')
      return results[0]?.memory
    }
    const texts = Array.from({ length: 1_000 }, (_, i) => `Ana noted the colour number ${i}`)
    const { results } = await memory.addBatch(texts, ana)
    await assertInStep(store, index)
    equal((await index.stats()).vectors, 1_000)
    const ids = results.map(({ id }) => id ?? '')

    await memory.update(ids[3] ?? '', { content: 'Ana plays the violin' })
    await memory.update(ids[4] ?? '', { metadata: { seen: true } })
    await memory.deleteBatch(ids.slice(10, 30))
    await memory.addBatch(['Bob likes tea', 'Bob likes figs'], { userId: 'bob' })
    await memory.deleteAll({ userId: 'bob' })
    await assertInStep(store, index)
    equal((await index.stats()).vectors, 980)
    equal(await violin(), 'Ana plays the violin')
    const { tail, flushes } = (await memory.stats()).follower
    deepEqual({ tail, flushes }, { tail: 0, flushes: 0 })
    const { ok: isRight, checked } = await memory.verify()
    deepEqual({ isRight, checked }, { isRight: true, checked: 980 })

    await memory.optimize()
    await assertInStep(store, index)
    equal(await violin(), 'Ana plays the violin')
  },

  'give the index what is superseded, hidden, restored and committed, with the change itself':
    async parts => {
      const { store, index } = parts
      await using memory = await open(parts)
      const { results } = await memory.addBatch(['lives in Paris', 'likes tea', 'likes figs'], ana)
      const [paris = '', tea = '', figs = ''] = results.map(({ id }) => id)
      const vectorsNow = async (): Promise<number> => {
        await assertInStep(store, index)
        return (await index.stats()).vectors
      }
      const scope = memory.bound
      const { vector } = { vector: (await store.vectors([{ ...scope, id: paris }]))[0] ?? null }
      const [old] = await store.get([{ ...scope, id: paris }])
      if (!old) throw new Error('nothing was added')
      const next = { ...old, id: 'next', content: 'lives in Berlin', hash: contentHash('lives in Berlin') }
      await store.commit({
        puts: [{ ...next, vector, dedupeKey: null, reusable: false }],
        patches: [{ key: { ...scope, id: paris }, set: { supersededBy: 'next' }, updatedAt: 1 }],
        deletes: [{ ...scope, id: figs }],
      })
      equal(await vectorsNow(), 2, 'after a commit')
      await memory.delete(tea, { soft: true })
      equal(await vectorsNow(), 1, 'hidden')
      await memory.restore(tea)
      equal(await vectorsNow(), 2, 'restored')
      deepEqual(
        (await memory.search('lives in Paris', { ...ana, mode: 'vector' })).results
          .map(({ id }) => id)
          .toSorted(),
        ['next', tea].toSorted(),
      )
      equal((await memory.verify()).ok, true)
    },

  'give the index what goes along with a delete, and what is in force again': async parts => {
    const { store, index } = parts
    await using memory = await open(parts)
    const { results } = await memory.addBatch(['I live in Paris', 'I live in Berlin'], {
      ...ana,
      type: 'message',
    })
    const [paris = '', berlin = ''] = results.map(({ id }) => id)
    const keys = [paris, berlin].map(id => ({ ...memory.bound, id }))
    const [records, vectors] = [await store.get(keys), await store.vectors(keys)]
    const facts = records.flatMap((record, n) => {
      const derivation = { batch: 'b', sources: [record?.id ?? ''], seen: 1, model: 'm' }
      const made = {
        origin: 'model',
        derivation,
        type: 'semantic',
        dedupeKey: null,
        reusable: false,
      } as const
      return record ? [{ ...record, ...made, id: `fact-${n}`, vector: vectors[n] ?? null }] : []
    })
    await store.put(facts.map(fact => (fact.id === 'fact-0' ? { ...fact, supersededBy: 'fact-1' } : fact)))
    await assertInStep(store, index)
    equal((await index.stats()).vectors, 3)
    await memory.delete(berlin)
    await assertInStep(store, index)
    const found = await memory.search('Where do I live?', { ...ana, mode: 'vector', collapse: false })
    deepEqual(found.results.map(({ id }) => id).toSorted(), ['fact-0', paris].toSorted())
    await memory.deleteAll({ ...ana, where: { type: 'message' } })
    await assertInStep(store, index)
    equal((await index.stats()).vectors, 0)
    equal((await memory.verify()).ok, true)
  },

  'give it of a batch that is a duplicate in part what was added': async parts => {
    await using memory = await open(parts)
    await memory.addBatch(['one', 'two'], { ...ana, dedupe: true })
    await memory.addBatch(['two', 'three', 'three'], { ...ana, dedupe: true })
    await assertInStep(parts.store, parts.index)
    equal((await memory.verify()).checked, 3)
  },

  'give it no record that is not indexed or has no vector, and take back one that no longer is':
    async parts => {
      const { store, index } = parts
      await using memory = await open(parts)
      const vector = (n: number): Float32Array => unitVector(new Random(n + 1), index.dimensions)
      const records = storedRecords(8, n => ({ vector: vector(n), indexed: n !== 1 }))
      await store.put(records.map((record, n) => (n === 2 ? { ...record, vector: null } : record)))
      const held = async (): Promise<number[]> => {
        await assertInStep(store, index)
        const vectors = await index.get(records.map(({ id }) => id))
        const { vectors: count } = await index.stats()
        const numbers = [...records.keys()].filter(n => vectors[n] !== undefined)
        equal(count, numbers.length)
        return numbers
      }
      deepEqual(await held(), [0, 3, 4, 5, 6, 7])

      const patch = (n: number, set: Patch['set'], vector?: Float32Array | null): Patch => ({
        key: { orgId, id: records[n]?.id ?? '' },
        set,
        vector,
        updatedAt: 1,
      })
      const other = { content: 'other', hash: contentHash('other') }
      await store.patch([
        patch(0, { indexed: false }),
        patch(1, { indexed: true }),
        patch(3, { importance: 1 }),
      ])
      deepEqual(await held(), [1, 3, 4, 5, 6, 7])
      await store.patch([patch(2, other, vector(2)), patch(4, other, null), patch(0, other, vector(0))])
      deepEqual(await held(), [1, 2, 3, 5, 6, 7])
      await store.patch([patch(4, { indexed: true }), patch(5, { ...other, indexed: false }, vector(5))])
      deepEqual(await held(), [1, 2, 3, 6, 7])
      deepEqual((await memory.verify()).ok, true)
    },

  'are undone as a whole when the vectors cannot be written': async parts => {
    const { store } = parts
    await using memory = await open(parts)
    await memory.add('kept', ana)
    const head = (await store.head()).position
    await parts.breakVectors()
    await assertRejects('BACKEND', 'addBatch', () => memory.addBatch(['lost', 'as well'], ana))
    equal((await store.head()).position, head)
    equal((await store.stats()).memories, 1)
  },

  'leave it to the log to catch up after another has written without it': async parts => {
    const { store, index } = parts
    await using memory = await open(parts)
    const { results } = await memory.addBatch(['Ana likes tea', 'Ana likes figs'], ana)
    const before = await index.cursor()
    {
      await using elsewhere = await Memory.open({
        store: await parts.openStoreAlone(),
        index: new ExactIndex(index.dimensions),
        embedder: new HashEmbedder({ dimensions: index.dimensions }),
      })
      await elsewhere.add('Ana plays the violin', ana)
      await elsewhere.delete(results[0]?.id ?? '')
    }
    equal(await index.cursor(), before)
    await memory.add('Ana lives in Rome', ana)
    const searches = countSearches(index)
    const { results: nearest } = await memory.search('Who plays the violin?', { ...ana, mode: 'vector' })
    equal(searches(), 1, 'the index was not asked')
    const found = nearest.map(({ memory: text }) => text)
    ok(found.includes('Ana plays the violin'), 'what another has written is not found')
    ok(!found.includes('Ana likes tea'), 'what another has deleted is found')
    await memory.flush()
    await assertInStep(store, index)
    const { ok: isRight, checked } = await memory.verify()
    deepEqual({ isRight, checked }, { isRight: true, checked: 3 })
    await memory.add('Ana has a dog', ana)
    await assertInStep(store, index)
  },
})
