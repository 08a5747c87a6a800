import { MemoryError } from '../contracts/errors.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { Derivation, MemoryRecord, Scope } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { RevertResult } from '../infer-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'

/**
 * Undoes what one run inferred, in one transaction: its facts go, with their history, what they took the place of is in
 * force again, and known facts lose the sources that it added. The messages stay. Throws `CONFLICT`, and changes nothing, when
 * a later run built on it.
 */
export async function revertBatch(
  parts: MemoryParts,
  batch: string,
  scope: Scope,
  { signal }: CallOptions,
): Promise<RevertResult> {
  const { store, follower, now } = parts
  const own: MemoryRecord[] = []
  const others: MemoryRecord[] = []
  const where = { op: 'or', nodes: [isModel, hasSuccessor] } as const
  for await (const page of store.query({ scope, where }, { signal })) {
    for (const record of page) (record.derivation?.batch === batch ? own : others).push(record)
  }
  const ids = new Set(own.map(({ id }) => id))
  for (const record of own) {
    const later = Object.keys(runsOf(record.derivation)).find(name => name !== batch)
    const isLate = record.derivation?.['closedBy'] === record.supersededBy
    const successor = isLate ? undefined : others.find(({ id }) => id === record.supersededBy)
    if (later !== undefined || successor)
      throw builtOn(batch, later ?? successor?.derivation?.batch ?? successor?.id ?? '')
  }
  const patches = others.flatMap((record): Patch[] => {
    const added = runsOf(record.derivation)[batch]
    const isBack = record.supersededBy !== null && ids.has(record.supersededBy)
    if (!isBack && added === undefined) return []
    const set = {
      ...(isBack && { supersededBy: null, validTo: null }),
      ...(added && record.derivation && { derivation: without(record.derivation, batch, added) }),
    }
    return [{ key: keyOf(record), set, expectVersion: record.version, mustExist: true, updatedAt: now() }]
  })
  const restored = patches.filter(({ set }) => set.supersededBy === null).length
  await follower.room(signal)
  await store.commit({ patches, deletes: own.map(keyOf) }, { signal })
  follower.accept({}, { upserts: [], deletes: [] })
  return { removed: own.length, restored }
}

const isModel = { op: 'eq', target: { field: 'origin', kind: 'string' }, value: 'model' } as const
const hasSuccessor = { op: 'exists', target: { field: 'supersededBy', kind: 'string' } } as const

/** The sources that later runs have added, by run. */
function runsOf(derivation: Derivation | null): Readonly<Record<string, readonly string[]>> {
  return Object(derivation?.['later']) as Readonly<Record<string, readonly string[]>>
}

function without(derivation: Derivation, batch: string, added: readonly string[]): Derivation {
  const { [batch]: _gone, ...later } = runsOf(derivation)
  return {
    ...derivation,
    sources: derivation.sources.filter(id => !added.includes(id)),
    seen: Math.max(0, derivation.seen - added.length),
    later,
  }
}

function builtOn(batch: string, later: string): MemoryError {
  return new MemoryError(
    'CONFLICT',
    `The run ${JSON.stringify(batch)} cannot be undone: ${JSON.stringify(later)} built on it; undo that first.`,
  )
}
