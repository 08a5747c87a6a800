import type { Store, WhereNode } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { mutant } from './store-mutant.ts'

/** The filter with the keys of its paths cut at their dots. */
function cutAtDots(node: WhereNode): WhereNode {
  if ('nodes' in node) return { ...node, nodes: node.nodes.map(cutAtDots) }
  if ('node' in node) return { ...node, node: cutAtDots(node.node) }
  if (!('path' in node.target)) return node
  return { ...node, target: { ...node.target, path: node.target.path.flatMap(key => key.split('.')) } }
}

/** The filter with every path led into the metadata. */
function intoMetadata(node: WhereNode): WhereNode {
  if ('nodes' in node) return { ...node, nodes: node.nodes.map(intoMetadata) }
  if ('node' in node) return { ...node, node: intoMetadata(node.node) }
  return 'path' in node.target ? { ...node, target: { path: node.target.path } } : node
}

/** Stores that count wrongly, or lose a part of an answer. */
export const readingMutants: readonly Mutant<Store>[] = [
  mutant('long lists', '70000 keys are read', 'reads the first part of a long list alone', store => ({
    get: async (keys, options) => {
      const found = await store.get(keys.slice(0, 16_384), options)
      return keys.map((_, n) => found[n])
    },
  })),
  mutant('where', 'a path names any key', 'cuts keys at their dots', store => ({
    query: ({ where, ...query }, options) =>
      store.query({ ...query, where: where && cutAtDots(where) }, options),
  })),
  mutant('where', 'a path into the derivation', 'leads every path into the metadata', store => ({
    query: ({ where, ...query }, options) =>
      store.query({ ...query, where: where && intoMetadata(where) }, options),
  })),
  mutant('query', 'an offset passes over', 'passes over records on each page', store => ({
    async *query({ offset = 0, ...query }, options) {
      for await (const page of store.query(query, options)) if (page.length > offset) yield page.slice(offset)
    },
  })),
  mutant('count', 'is the number of records', 'counts what the filter leaves out', store => ({
    count: ({ scope }, options) => store.count({ scope }, options),
  })),
  mutant('database check', 'finds nothing wrong', 'finds fault with a database that is whole', store => ({
    checkDatabase: async () => ({ ...(await store.checkDatabase()), problems: ['page 3 is never used'] }),
  })),
  mutant('database check', 'finds nothing wrong', 'does not say how it asked, nor why it did not', () => ({
    checkDatabase: async () => ({ by: undefined, problems: [] }),
  })),
  mutant('scopes', 'tells each value', 'takes users that look alike for one', store => ({
    scopes: async (request, options) => {
      const values = await store.scopes(request, options)
      const seen = new Set<string>()
      return values.filter(({ value }) => {
        const key = value.trim().toLowerCase()
        return !seen.has(key) && seen.add(key)
      })
    },
  })),
  mutant('scopes', 'sees exactly the scope', 'leaks the values of others', store => ({
    scopes: ({ scope, ...request }, options) =>
      store.scopes({ ...request, scope: { orgId: scope.orgId } }, options),
  })),
  mutant('scopes', 'pages of any limit', 'begins each page with the last value of the one before', store => ({
    scopes: async ({ after, limit, ...request }, options) => {
      const all = await store.scopes({ ...request, limit: 10_000 }, options)
      return all.filter(({ value }) => after === undefined || value >= after).slice(0, limit)
    },
  })),
  mutant('budgets', 'a count, the values', 'reads all that it counts', store => ({
    count: async (request, options) => {
      let count = 0
      for await (const page of store.query({ ...request, pageSize: 10 }, options)) count += page.length
      return count
    },
  })),
]
