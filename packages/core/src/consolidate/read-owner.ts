import { keyOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { CallOptions } from '../contracts/log.ts'
import { whereFields } from '../contracts/where.ts'
import type { WhereField, WhereNode } from '../contracts/where.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { visibleWhere } from '../parts/visibility.ts'

const eq = (field: 'origin' | 'type', value: string): WhereNode => ({
  op: 'eq',
  target: { field, kind: 'string' },
  value,
})
const none = (field: WhereField): WhereNode => ({
  op: 'not',
  node: { op: 'exists', target: { field, kind: whereFields[field] } },
})

const isInsight: WhereNode = { op: 'and', nodes: [eq('origin', 'model'), eq('type', 'insight')] }
const isFact: WhereNode = {
  op: 'and',
  nodes: [
    eq('origin', 'model'),
    {
      op: 'not',
      node: { op: 'in', target: { field: 'type', kind: 'string' }, values: ['insight', 'message'] },
    },
  ],
}

/** True of what is exactly this owner's: a scope alone lets through what has an agent beside. */
function ownedBy({ userId, agentId }: Scope): WhereNode[] {
  return [
    ...(userId === undefined ? [none('userId')] : []),
    ...(agentId === undefined ? [none('agentId')] : []),
  ]
}

/** A fact that is in force, and its vector. */
export interface FactVector {
  readonly record: MemoryRecord
  readonly vector: Float32Array
}

/** The newest facts of an owner that have a vector, oldest first. */
export async function readFacts(
  { store, now }: MemoryParts,
  owner: Scope,
  limit: number,
  { signal }: CallOptions,
): Promise<FactVector[]> {
  const where = visibleWhere({ op: 'and', nodes: [isFact, ...ownedBy(owner)] }, now())
  const facts: FactVector[] = []
  for await (const page of store.query({ scope: owner, where, limit }, { signal })) {
    const vectors = await store.vectors(page.map(keyOf), { signal })
    page.forEach((record, i) => {
      const vector = vectors[i]
      if (vector) facts.push({ record, vector })
    })
  }
  return facts.toReversed()
}

/** How many facts of an owner are of a later time, by when they were recorded. */
export async function countChanged(
  { store, now }: MemoryParts,
  owner: Scope,
  since: number,
  { signal }: CallOptions,
): Promise<number> {
  const isLater: WhereNode = { op: 'gt', target: { field: 'updatedAt', kind: 'number' }, value: since }
  const where = visibleWhere({ op: 'and', nodes: [isFact, isLater, ...ownedBy(owner)] }, now())
  return store.count({ scope: owner, where }, { signal })
}

/** The insights in force of a scope, or of an owner alone, page by page. */
export function readInsights(
  { store, now }: MemoryParts,
  scope: Scope,
  isOwner: boolean,
  { signal }: CallOptions,
): AsyncIterable<MemoryRecord[]> {
  const where = visibleWhere({ op: 'and', nodes: [isInsight, ...(isOwner ? ownedBy(scope) : [])] }, now())
  return store.query({ scope, where }, { signal })
}
