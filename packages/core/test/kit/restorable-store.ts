import { embedderKey } from '../../src/contracts/model-identity.ts'
import { dedupeKey } from '../../src/contracts/record-keys.ts'
import { scopeOf } from '../../src/contracts/record.ts'
import type { MetaEntry, Store } from '../../src/contracts/store.ts'
import { MapStore } from '../../src/reference/map-store.ts'

const scope = { orgId: 'default' }

/** A Store that goes back beneath those who use it, to the state that it had when it was told to remember. */
export interface RestorableStore {
  readonly store: Store
  readonly remember: () => Promise<void>
  readonly goBack: () => void
}

/** `named`: whether its log has a lineage. */
export function restorableStore({ named }: { readonly named: boolean }): RestorableStore {
  const keys = new Set<string>()
  let current: Store = new MapStore()
  let backup: Store = new MapStore()
  return {
    store: new Proxy(current, {
      get(_, name): unknown {
        if (name === 'head' && !named) return async () => ({ position: (await current.head()).position })
        if (name === 'writeMeta')
          return (entries: readonly MetaEntry[]) => {
            for (const { key } of entries) keys.add(key)
            return current.writeMeta(entries)
          }
        const value: unknown = Reflect.get(current, name, current)
        return typeof value === 'function' ? value.bind(current) : value
      },
    }),
    remember: async () => {
      backup = await copyOf(current, [...keys])
    },
    goBack: () => {
      current = backup
    },
  }
}

/** Records, vectors, model and what else is noted, in a log of its own. */
async function copyOf(store: Store, keys: readonly string[]): Promise<Store> {
  const copy = new MapStore()
  const noted = [embedderKey, ...keys]
  const values = await store.readMeta(noted)
  await copy.writeMeta(noted.map((key, i) => ({ key, value: values[i] ?? null })))
  for await (const records of store.query({ scope, order: { by: 'createdAt', direction: 'asc' } })) {
    const vectors = await store.vectors(records.map(({ id }) => ({ ...scope, id })))
    await copy.put(
      records.map((record, i) => ({
        ...record,
        vector: vectors[i] ?? null,
        dedupeKey: dedupeKey(scopeOf(record), record.hash),
        reusable: false,
      })),
    )
  }
  return copy
}
