import type { MemoryRecord, Store, TextEntry } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

const byCode = (a: string, b: string): number => (a < b ? -1 : 1)

/** All texts of a query in another order, in its pages. */
function reordered(compare: (a: TextEntry, b: TextEntry) => number): (store: Store) => Partial<Store> {
  return store => ({
    async *texts({ pageSize = 1_000, ...query }) {
      const all: TextEntry[] = []
      for await (const page of store.texts(query)) all.push(...page)
      all.sort(compare)
      for (let start = 0; start < all.length; start += pageSize) yield all.slice(start, start + pageSize)
    },
  })
}

/** Stores that lose the order of what was said, or who is searched. */
export const textMutants: readonly Mutant<Store>[] = [
  mutant('scopedChanges', 'tells of what was purged', 'forgets what was purged', store => ({
    scopedChanges: async (request, options) => {
      const page = await store.scopedChanges(request, options)
      return { ...page, changes: page.changes.filter(({ scope }) => scope.userId !== undefined) }
    },
  })),
  mutant(
    'order',
    'four inputs of one call',
    'orders texts of one time by their ids',
    reordered((a, b) => a.createdAt - b.createdAt || byCode(a.id, b.id)),
  ),
  mutant(
    'order',
    'newest first is exactly the reverse',
    'lets ids ascend when the newest come first',
    store => ({
      async *query({ pageSize = 500, order = { by: 'createdAt', direction: 'desc' }, ...query }) {
        const all: MemoryRecord[] = []
        for await (const page of store.query({ ...query, order })) all.push(...page)
        const sign = order.direction === 'asc' ? 1 : -1
        all.sort((a, b) => sign * (a[order.by] - b[order.by] || a.place - b.place) || byCode(a.id, b.id))
        for (let start = 0; start < all.length; start += pageSize) yield all.slice(start, start + pageSize)
      },
    }),
  ),
  mutant(
    'order',
    'a page may begin after',
    'takes no notice of the place that a page begins after',
    store => ({
      query: query => store.query({ ...query, after: query.after && { ...query.after, place: 0 } }),
    }),
  ),
  mutant(
    'texts',
    'gives each text of a scope once',
    'orders texts by place before time',
    reordered((a, b) => a.place - b.place || a.createdAt - b.createdAt || byCode(a.id, b.id)),
  ),
  mutant('texts', 'gives all that a ranking knows', 'takes what a model made for what was said', store => ({
    async *texts(query) {
      for await (const page of store.texts(query)) yield page.map(text => ({ ...text, origin: 'caller' }))
    },
  })),
  mutant('textChanges', 'from 0 it is every indexed text', 'says of no text who made it', store => ({
    textChanges: async request => {
      const page = await store.textChanges(request)
      return { ...page, upserts: page.upserts.map(text => ({ ...text, origin: 'caller' })) }
    },
  })),
  mutant('texts', 'sees exactly the scope', 'leaks the texts of other runs', store => ({
    texts: ({ scope: { runId: _runId, ...scope }, ...query }) => store.texts({ ...query, scope }),
  })),
  mutant('texts', 'leaves out what is not indexed', 'forgets that a record is no longer indexed', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(({ set: { indexed: _indexed, ...set }, ...patch }) => ({ ...patch, set })),
        options,
      ),
  })),
  mutant(
    'textChanges',
    'from 0 it is every indexed text',
    'takes a text without a vector for a delete',
    store => ({
      textChanges: async request => {
        const page = await store.textChanges(request)
        const vectors = await store.vectors(page.upserts.map(({ id, scope: { orgId } }) => ({ orgId, id })))
        return {
          ...page,
          upserts: page.upserts.filter((_, i) => vectors[i]),
          deletes: [...page.deletes, ...page.upserts.filter((_, i) => !vectors[i]).map(({ id }) => id)],
        }
      },
    }),
  ),
  mutant('textChanges', 'has the newest state', 'remembers the first text of each id', store => {
    const first = new Map<string, TextEntry>()
    return {
      textChanges: async request => {
        const page = await store.textChanges(request)
        for (const entry of page.upserts) if (!first.has(entry.id)) first.set(entry.id, entry)
        return { ...page, upserts: page.upserts.map(entry => first.get(entry.id) ?? entry) }
      },
      put: async (records, options) => {
        const receipt = await store.put(records, options)
        for (const { id, content, createdAt, place, actorId, origin, orgId } of records)
          first.set(id, { id, scope: { orgId }, content, createdAt, place, actorId, origin })
        return receipt
      },
    }
  }),
  mutant('indexed', 'the log of vectors has', 'leaves out of its log what is not indexed', store => ({
    changes: async request => {
      const page = await store.changes(request)
      const found = await store.get(page.deletes.map(id => ({ orgId: 'acme', id })))
      return { ...page, deletes: page.deletes.filter((_, i) => !found[i]) }
    },
  })),
  mutant('indexed', 'the place stays', 'gives a changed record the place 0', store => {
    const changed = new Set<string>()
    return {
      patch: async (patches, options) => {
        for (const { key } of patches) changed.add(key.id)
        return store.patch(patches, options)
      },
      get: async (keys, options) =>
        (await store.get(keys, options)).map(record =>
          record && changed.has(record.id) ? { ...record, place: 0 } : record,
        ),
    }
  }),
  mutant('indexed', 'staging is for indexed records', 'counts and moves what is not indexed', store => ({
    put: (records, options) =>
      store.put(
        records.map(record => ({ ...record, indexed: true })),
        options,
      ),
  })),
]
