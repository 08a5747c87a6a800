import type {
  CountOptions,
  MemoryItem,
  PageOptions,
  PendingOptions,
  ScopesOptions,
  SearchOptions,
} from '@agentmem/core'
import type { ListedMemory } from './answers.ts'
import type { Call } from './call.ts'
import { recentChanges } from './recent-changes.ts'

/** Characters of a text that a list shows: a list of the longest texts would have megabytes. */
const mostListed = 20_000
const shown = ['scope', 'where', 'superseded', 'deleted', 'asOf']

/** The calls that change nothing. */
export const readCalls: Readonly<Record<string, Omit<Call, 'writes'>>> = {
  about: { keys: [], run: ({ about }) => Promise.resolve(about) },
  scopes: {
    keys: [...shown, 'by', 'limit', 'after'],
    run: ({ memory }, input, signal) =>
      memory.scopes({ ...(input as Partial<ScopesOptions> as ScopesOptions), signal }),
  },
  recent: {
    keys: ['limit'],
    run: async ({ memory }, { limit = 50 }, signal) => {
      const { results, partial } = await recentChanges(memory, limit as number, signal)
      return { results: results.map(listed), partial }
    },
  },
  page: {
    keys: [...shown, 'order', 'limit', 'after'],
    run: async ({ memory }, input, signal) => {
      const { results, next } = await memory.page({ ...(input as PageOptions), signal })
      return { results: results.map(listed), next }
    },
  },
  count: {
    keys: shown,
    run: async ({ memory }, input, signal) => ({
      count: await memory.count({ ...(input as CountOptions), signal }),
    }),
  },
  search: {
    keys: ['query', 'scope', 'where', 'superseded', 'asOf', 'mode', 'topK', 'offset', 'minSimilarity'],
    run: async ({ memory }, { query, ...input }, signal) => {
      const options = { ...(input as SearchOptions), explain: true, signal }
      const { results, ...found } = await memory.search(query as string, options)
      return { ...found, results: results.map(listed) }
    },
  },
  get: {
    keys: ['id'],
    run: async ({ memory }, { id }, signal) => ({
      memory: (await memory.get(id as string, { signal })) ?? null,
    }),
  },
  history: {
    keys: ['id'],
    run: async ({ memory }, { id }, signal) => ({ history: await memory.history(id as string, { signal }) }),
  },
  pending: {
    keys: ['state', 'limit', 'after'],
    run: async ({ memory }, input, signal) => {
      const { results, next } = await memory.pending({ ...(input as PendingOptions), signal })
      return { results: results.map(listed), next }
    },
  },
  stats: { keys: [], run: ({ memory }) => memory.stats() },
  verify: {
    keys: ['database'],
    run: ({ memory }, input, signal) => memory.verify({ ...(input as { database?: boolean }), signal }),
  },
}

function listed<Item extends MemoryItem>(item: Item): Item & ListedMemory {
  const { length } = item.memory
  return length > mostListed ? { ...item, memory: item.memory.slice(0, mostListed), length } : item
}
