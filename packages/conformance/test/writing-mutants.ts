import type { Store } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

/** Stores that replace, purge or merge wrongly. */
export const writingMutants: readonly Mutant<Store>[] = [
  mutant('meta', 'keeps the longest keys apart', 'knows a key by how it begins', store => ({
    writeMeta: entries => store.writeMeta(entries.map(entry => ({ ...entry, key: entry.key.slice(0, 191) }))),
    readMeta: keys => store.readMeta(keys.map(key => key.slice(0, 191))),
  })),
  mutant('onTaken', 'replace writes', 'deletes what it replaces, and adds anew', store => ({
    put: async (records, options) => {
      if (options?.onTaken === 'replace') await store.delete(records.map(({ orgId, id }) => ({ orgId, id })))
      return store.put(records, options)
    },
  })),
  mutant('onTaken', 'replace leaves an id of another scope', 'keeps what it is to replace', store => ({
    put: async (records, options) => {
      const found = await store.get(records.map(({ orgId, id }) => ({ orgId, id })))
      return store.put(
        records.filter((_, i) => !found[i]),
        options,
      )
    },
  })),
  mutant('onTaken', 'keep, the default', 'replaces always', store => ({
    put: (records, options) => store.put(records, { ...options, onTaken: 'replace' }),
  })),
  mutant('put with a history', 'writes it in the place', 'forgets the history it is given', store => ({
    put: (records, { history: _history, ...options } = {}) => store.put(records, options),
  })),
  mutant('deleteAll', 'with a filter removes', 'deletes all where it is given a filter', store => ({
    deleteAll: (scope, { where: _where, ...options } = {}) => store.deleteAll(scope, options),
  })),
  mutant('deleteAll', 'with a filter purges', 'purges the history of the whole scope', store => ({
    deleteAll: async (scope, options) => {
      const deleted = await store.deleteAll(scope, options)
      if (options?.purgeHistory) {
        const keys = Array.from({ length: 10 }, (_, n) => ({ ...scope, id: `memory-00000${n}` }))
        await store.delete(keys, { purgeHistory: true })
      }
      return deleted
    },
  })),
  mutant('purgeHistory', 'takes the history too', 'goes by the id alone', store => ({
    delete: (keys, options) =>
      store.delete(
        keys.map(({ orgId, id }) => ({ orgId, id })),
        options,
      ),
  })),
  mutant('mergeMetadata', 'puts the keys beside', 'replaces all metadata', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(patch => ({ ...patch, mergeMetadata: false })),
        options,
      ),
  })),
  mutant('mergeMetadata', 'loses no key', 'merges before it writes', store => ({
    patch: async (patches, options) => {
      const found = await store.get(patches.map(({ key }) => key))
      await new Promise(resolve => setImmediate(resolve))
      return store.patch(
        patches.map((patch, i) => ({
          ...patch,
          set: { ...patch.set, metadata: { ...found[i]?.metadata, ...patch.set.metadata } },
          mergeMetadata: false,
        })),
        options,
      )
    },
  })),
]
