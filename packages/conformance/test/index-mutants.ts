import { ExactIndex } from '@agentmem/core'
import { MemoryError } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'
import { indexTenantMutants } from './tenant-mutants.ts'

type Overrides = (index: VectorIndex) => Partial<VectorIndex>

function mutant(group: string, fails: string, fault: string, overrides: Overrides): Mutant<VectorIndex> {
  return { group, fails, fault, mutate: index => overrideMethods(index, overrides(index)) }
}

export const indexMutants: readonly Mutant<VectorIndex>[] = [
  mutant('apply', 'takes in vectors and remembers the cursor', 'forgets the cursor', () => ({
    cursor: async () => 0,
  })),
  mutant('apply', 'replaces the vector', 'keeps the first vector of an id', index => ({
    apply: async ({ upserts, ...batch }) => {
      const held = await index.get(upserts.map(entry => entry.id))
      await index.apply({ ...batch, upserts: upserts.filter((_, i) => held[i] === undefined) })
    },
  })),
  mutant('apply', 'keeps the slot', 'goes on with the slot of before, where there is none', index => {
    let kept: string | undefined
    return {
      apply: batch => {
        kept = batch.slot ?? kept
        return index.apply({ ...batch, slot: kept })
      },
    }
  }),
  mutant('search', 'gives the best first', 'reorders results', index => ({
    search: async queries => (await index.search(queries)).map(matches => matches.toReversed()),
  })),
  mutant('search', 'orders equal scores by id', 'orders equal scores as they come', index => ({
    search: async queries =>
      (await index.search(queries)).map(matches =>
        matches.toSorted((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1)),
      ),
  })),
  mutant('recall', 'finds the nearest of 2,000', 'misses one of the nearest in five', index => ({
    search: async queries => {
      const more = await index.search(queries.map(query => ({ ...query, k: 2 * query.k })))
      return more.map((matches, i) => matches.filter((_, rank) => rank % 5 !== 1).slice(0, queries[i]?.k))
    },
  })),
  mutant(
    'recall',
    'finds the nearest of 2,000',
    'declares that it is exact and misses one in 500',
    index => ({
      search: async queries =>
        (await index.search(queries)).map((matches, i) => (i === 7 ? matches.slice(0, -1) : matches)),
    }),
  ),
  mutant('recall', 'finds the nearest of 40 in a scope', 'filters by scope after it searched', index => ({
    search: async queries => {
      const answers: Awaited<ReturnType<VectorIndex['search']>> = []
      for (const { scope, ...query } of queries) {
        const [inScope = []] = await index.search([{ ...query, scope, k: 10_000 }])
        const [nearest = []] = await index.search([{ ...query, scope: { orgId: scope.orgId } }])
        const ids = new Set(inScope.map(match => match.id))
        answers.push(nearest.filter(match => ids.has(match.id)))
      }
      return answers
    },
  })),
  mutant(
    'recall',
    'finds the very texts among 3,000 that are alike',
    'takes some vectors that are nearly the same for one',
    index => ({
      search: async queries =>
        (await index.search(queries)).map(matches =>
          matches.filter(
            ({ score }, i) => i === 0 || i % 3 > 0 || (matches[i - 1]?.score ?? 1) - score > 0.01,
          ),
        ),
    }),
  ),
  mutant('scope', 'gives what the scope holds', 'leaks a scope', index => ({
    search: queries =>
      index.search(
        queries.map(({ scope: { agentId: _agentId, ...scope }, ...query }) => ({ ...query, scope })),
      ),
  })),
  mutant('scope', 'an organization sees nothing', 'shows an organization what belongs to another', index => ({
    apply: ({ upserts, ...batch }) =>
      index.apply({
        ...batch,
        upserts: upserts.map(entry => ({ ...entry, scope: { ...entry.scope, orgId: 'small' } })),
      }),
  })),
  mutant('delete', 'what is deleted is not found', 'goes on finding what is deleted', index => ({
    apply: batch => index.apply({ ...batch, deletes: [] }),
  })),
  mutant('get', 'gives every vector bit for bit', 'gives back rounded vectors', index => ({
    get: async ids =>
      (await index.get(ids)).map(vector => vector?.map(value => Math.round(value * 127) / 127)),
  })),
  mutant('clear', 'forgets the vectors', 'keeps the slot of what it forgot', index => ({
    clear: async () => {
      const slot = await index.slot()
      await index.clear()
      await index.apply({ upserts: [], deletes: [], cursor: 0, slot })
    },
  })),
  mutant('clear', 'forgets the vectors', 'keeps the cursor of what it forgot', index => ({
    clear: async () => {
      const cursor = await index.cursor()
      await index.clear()
      await index.apply({ upserts: [], deletes: [], cursor })
    },
  })),
  mutant('durability', 'what was optimized', 'forgets the cursor when it is closed', index => {
    let cursor = 0
    return {
      apply: batch => {
        cursor = batch.cursor
        return index.apply(batch)
      },
      cursor: async () => cursor,
    }
  }),
  mutant('durability', 'what was optimized', 'forgets the slot when it is closed', index => {
    let slot: string | undefined
    return {
      apply: batch => {
        slot = batch.slot
        return index.apply({ ...batch, slot: undefined })
      },
      slot: async () => slot,
      clear: async () => {
        slot = undefined
        await index.clear()
      },
    }
  }),
  mutant('durability', 'what was not optimized', 'names a cursor that it has not reached', index => ({
    apply: ({ upserts, ...batch }) => index.apply({ ...batch, upserts: batch.cursor <= 10 ? upserts : [] }),
  })),
  mutant(
    'durability',
    'what was optimized',
    'declares that it is durable and keeps nothing',
    ({ supports }) => overrideMethods<VectorIndex>(new ExactIndex(32), { supports }),
  ),
  mutant('shared', 'a stretch that does not follow', 'takes a stretch that does not follow', index => ({
    apply: ({ after: _after, ...batch }) => index.apply(batch),
  })),
  mutant(
    'shared',
    'of stretches that follow the same',
    'checks the cursor a moment before it applies',
    index => ({
      apply: async ({ after, ...batch }) => {
        const cursor = await index.cursor()
        if (after !== undefined && after !== cursor) throw new MemoryError('CONFLICT', 'It has moved.')
        await new Promise(resolve => setImmediate(resolve))
        await index.apply(batch)
      },
    }),
  ),
  mutant(
    'shared',
    'what one applies the other holds',
    'knows only the cursor that it reached itself',
    index => {
      let cursor = 0
      return {
        apply: async batch => {
          await index.apply(batch)
          cursor = batch.cursor
        },
        cursor: async () => cursor,
      }
    },
  ),
  mutant('shared', 'what one deletes or replaces', 'remembers vectors that it has looked up', index => {
    const known = new Map<string, Float32Array>()
    return {
      get: async ids => {
        const held = await index.get(ids)
        for (const [i, id] of ids.entries()) if (held[i]) known.set(id, held[i])
        return ids.map(id => known.get(id))
      },
    }
  }),
  mutant('facts', 'stats count', 'counts what is deleted', index => {
    let count = 0
    return {
      apply: batch => {
        count += batch.upserts.length
        return index.apply(batch)
      },
      stats: async () => ({ vectors: count }),
    }
  }),
  ...indexTenantMutants,
  ...[
    ['guards', 'apply refuses', 'takes what it is given'],
    ['hostile calls', 'search throws nothing', 'reads whatever it is given'],
    ['lifecycle', 'apply on a closed one', 'goes on when it is closed'],
    ['abort', 'apply with an aborted signal', 'works for a caller who has gone'],
    ['abort', 'search ends with its signal', 'waits for its backend whatever the signal'],
    ['errors', 'apply passes on a failure', 'throws the errors of its driver'],
  ].map(([group = '', fails = '', fault = '']) => ({ group, fails, fault, unguarded: true })),
]
