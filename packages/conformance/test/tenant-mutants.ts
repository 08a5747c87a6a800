import type { Store, VectorIndex, WhereNode } from '@agentmem/core/adapter'
import { organizations } from '../src/tenants/organizations.ts'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'
import { mutant } from './store-mutant.ts'

/** The filter without what it says of the form of ids. */
function asStored(node: WhereNode): WhereNode {
  if ('nodes' in node) return { ...node, nodes: node.nodes.map(asStored) }
  if ('node' in node) return { ...node, node: asStored(node.node) }
  return 'field' in node.target ? { ...node, target: { ...node.target, given: false } } : node
}

export const storeTenantMutants: readonly Mutant<Store>[] = [
  mutant('tenants', 'with the same ids', 'cuts ids at the length of those of callers', store => ({
    put: (records, options) =>
      store.put(
        records.map(record => ({ ...record, id: record.id.slice(0, 128) })),
        options,
      ),
  })),
  mutant('tenants', 'change and delete nothing', 'deletes of a user in every organization', store => ({
    deleteAll: async (scope, options) => {
      const counts = await Promise.all(
        organizations.map(orgId => store.deleteAll({ ...scope, orgId }, options)),
      )
      return counts[organizations.findIndex(orgId => orgId === scope.orgId)] ?? 0
    },
  })),
  mutant('tenants', 'give an export', 'drops the history that comes with a record', store => ({
    put: (records, options) => store.put(records, { ...options, history: undefined }),
  })),
  mutant('tenants', 'make facts', 'leaves what was made of a memory', store => ({
    delete: (keys, options) => store.delete(keys, { ...options, cascade: false }),
  })),
  mutant('tenants', 'with the longest names', 'cuts the names of organizations', store => ({
    commit: ({ puts, ...change }, options) =>
      store.commit(
        { ...change, puts: puts?.map(record => ({ ...record, orgId: record.orgId.slice(0, 200) })) },
        options,
      ),
  })),
  mutant('tenants', 'are asked for ids', 'compares ids in filters as they are stored', store => ({
    query: query => store.query({ ...query, where: query.where && asStored(query.where) }),
  })),
]

const endOf = (id: string): string => id.slice(id.lastIndexOf(':') + 1)

function byEnd(index: VectorIndex): VectorIndex {
  return overrideMethods<VectorIndex>(index, {
    apply: ({ upserts, deletes, ...batch }) => {
      const entries = new Map(upserts.map(entry => [endOf(entry.id), { ...entry, id: endOf(entry.id) }]))
      const gone = [...new Set(deletes.map(endOf))]
      return index.apply({ ...batch, upserts: [...entries.values()], deletes: gone })
    },
  })
}

export const indexTenantMutants: readonly Mutant<VectorIndex>[] = [
  { group: 'tenants', fails: 'with the same ids', fault: 'knows an id by its end', mutate: byEnd },
]
