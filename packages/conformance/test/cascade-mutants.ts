import type { Key, MemoryRecord, Patch, Scope, Store } from '@agentmem/core/adapter'
import { keyOf } from '../src/data/records.ts'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

/** All that a store holds of some organizations. */
async function all(store: Store, ...orgIds: readonly string[]): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = []
  for (const orgId of orgIds.length > 0 ? orgIds : ['acme'])
    for await (const page of store.query({ scope: { orgId } })) records.push(...page)
  return records
}

/** Runs a delete, and then changes what is left by what was there before. */
function afterwards(
  fails: string,
  fault: string,
  change: (store: Store, before: readonly MemoryRecord[], keys: readonly Key[]) => Promise<unknown>,
): Mutant<Store> {
  return mutant('cascade', fails, fault, store => ({
    delete: async (keys, options) => {
      const before = await all(store, 'acme', 'other')
      const receipt = await store.delete(keys, options)
      await change(store, before, keys)
      return receipt
    },
  }))
}

/** Deletes whatever names one of the keys among its sources. */
async function takeAll(store: Store, before: readonly MemoryRecord[], keys: readonly Key[]): Promise<void> {
  const named = ({ derivation }: MemoryRecord): boolean =>
    keys.some(({ id }) => derivation?.sources.includes(id))
  await store.delete(before.filter(named).map(keyOf))
}

/** Writes what the given function says of memories that are left and stood behind another. */
async function close(
  store: Store,
  before: readonly MemoryRecord[],
  set: (record: MemoryRecord) => Patch['set'],
): Promise<void> {
  const behind = before.filter(({ supersededBy }) => supersededBy !== null)
  const now = await store.get(behind.map(keyOf))
  const patches = behind.flatMap((record, n) =>
    now[n] && now[n].version > record.version ? [{ key: keyOf(record), set: set(record), updatedAt: 9 }] : [],
  )
  await store.patch(patches)
}

const kept = { cascade: false }

/** Stores that take the wrong things along with what is deleted, or leave the wrong ones. */
export const cascadeMutants: readonly Mutant<Store>[] = [
  mutant('cascade', 'a message takes the facts along', 'takes nothing along by a filter', store => ({
    deleteAll: (scope: Scope, options) =>
      store.deleteAll(scope, options?.where ? { ...options, ...kept } : options),
  })),
  mutant('cascade', 'a receipt and a count', 'counts what goes along', store => ({
    deleteAll: async (scope, options) => {
      const before = (await all(store)).length
      await store.deleteAll(scope, options)
      return before - (await all(store)).length
    },
  })),
  afterwards('a fact that others told too', 'takes what others told too', takeAll),
  mutant('cascade', 'with cascade: false', 'takes along what is to stay', store => ({
    delete: (keys, { cascade: _cascade, ...options } = {}) => store.delete(keys, options),
  })),
  mutant('cascade', 'the history of what goes along', 'purges the history of what is named alone', store => ({
    delete: async (keys, options) => {
      if (options?.purgeHistory) await store.delete(keys, { ...options, purgeHistory: false })
      return store.delete(keys, options)
    },
  })),
  mutant('cascade', 'the history that another owner', 'purges by id, whosever history it is', store => ({
    delete: async (keys, options) => {
      const before = await all(store)
      const receipt = await store.delete(keys, options)
      const left = new Set((await all(store)).map(({ id }) => id))
      const gone = before.filter(({ id }) => !left.has(id)).map(keyOf)
      if (options?.purgeHistory) await store.delete(gone, { purgeHistory: true })
      return receipt
    },
  })),
  mutant('cascade', 'an insight goes with any', 'takes an insight for a fact', store => ({
    put: (records, options) =>
      store.put(
        records.map(record => ({ ...record, type: record.type === 'insight' ? 'semantic' : record.type })),
        options,
      ),
  })),
  afterwards('what stood behind a fact', 'leaves it closed', (store, before) =>
    close(store, before, ({ supersededBy }) => ({ supersededBy })),
  ),
  afterwards('of three that followed each other', 'opens it whatever is behind', (store, before) =>
    close(store, before, () => ({ supersededBy: null, validTo: null })),
  ),
  afterwards('what comes back stays closed', 'opens one of two that are alike', (store, before) =>
    close(store, before, () => ({ supersededBy: null })),
  ),
  afterwards('nothing of another user', 'takes along what is of others', takeAll),
  mutant('cascade', 'sources that a later write', 'notes sources at the first write alone', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(({ set: { derivation: _derivation, ...set }, ...patch }) => ({ ...patch, set })),
        options,
      ),
  })),
  mutant('cascade', 'sources that a later write', 'finds a memory by what it was once made of', store => {
    const once = new Map<string, Set<string>>()
    const note = (id: string, derivation: MemoryRecord['derivation'] | undefined): void =>
      void once.set(id, new Set([...(once.get(id) ?? []), ...(derivation?.sources ?? [])]))
    return {
      put: (records, options) => {
        for (const { id, derivation } of records) note(id, derivation)
        return store.put(records, options)
      },
      patch: (patches, options) => {
        for (const { key, set } of patches) note(key.id, set.derivation)
        return store.patch(patches, options)
      },
      query: async function* ({ where, ...request }, options) {
        const source = where?.op === 'contains' ? where.value : undefined
        const isTold = ({ id }: MemoryRecord): boolean => once.get(id)?.has(String(source)) ?? false
        const asked = typeof source === 'string' ? request : { ...request, where }
        for await (const page of store.query(asked, options))
          yield typeof source === 'string' ? page.filter(isTold) : page
      },
    }
  }),
  mutant('cascade', 'a fact that was left out', 'notes the sources of a duplicate', store => ({
    put: async (records, options) => {
      const receipt = await store.put(records, options)
      const patches = records.flatMap(record =>
        receipt.duplicates.has(record.id)
          ? [{ key: keyOf(record), set: { derivation: record.derivation }, updatedAt: 9 }]
          : [],
      )
      await store.patch(patches)
      return receipt
    },
  })),
  mutant('cascade', 'an id that is used again', 'keeps the sources of what is gone', store => {
    const known = new Map<string, MemoryRecord['derivation']>()
    return {
      put: (records, options) => {
        for (const { id, derivation } of records) known.set(id, known.get(id) ?? derivation)
        const again = records.map(record => ({ ...record, derivation: known.get(record.id) ?? null }))
        return store.put(again, options)
      },
    }
  }),
  mutant('cascade', 'what a commit deletes', 'cascades in a commit', store => ({
    commit: async ({ deletes = [], ...change }, options) => {
      const receipt = await store.commit(change, options)
      await store.delete(deletes)
      return receipt
    },
  })),
  mutant('cascade', 'deletes whatever their number', 'deletes one by one', store => ({
    delete: async (keys, options) => {
      const receipts = []
      for (const key of keys) receipts.push(await store.delete([key], options))
      return { missing: receipts.flatMap(({ missing }) => missing) }
    },
  })),
]
