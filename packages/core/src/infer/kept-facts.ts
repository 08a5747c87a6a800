import { keysOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Metadata } from '../contracts/record.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { CallOptions } from '../contracts/log.ts'
import { maxContentLength } from '../checks/check-values.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { CheckedFact } from './check-facts.ts'

/** A checked fact as it waits in the inbox, in the row of its first message: it goes when that goes. */
type KeptFact = Omit<CheckedFact, 'sources'> & { readonly sources: readonly string[] }

/**
 * What is kept of an answer in the row of each message: the facts that it is the first to say. None were paid for twice then,
 * whatever ends the process. Undefined for a row that would be too long.
 */
export function answersOf(
  units: readonly PendingMemory[],
  facts: readonly CheckedFact[],
): Map<PendingMemory, string | undefined> {
  const byFirst = new Map<string, KeptFact[]>()
  for (const { sources, ...fact } of facts) {
    const [first] = sources
    if (!first) continue
    const kept = { ...fact, sources: sources.map(({ id }) => id) }
    const list = byFirst.get(first.id)
    if (list) list.push(kept)
    else byFirst.set(first.id, [kept])
  }
  return new Map(
    units.map(unit => {
      const answer = JSON.stringify(byFirst.get(unit.record.id) ?? [])
      return [unit, answer.length > maxContentLength ? undefined : answer]
    }),
  )
}

/** The facts that wait in the rows of these messages; undefined for a row without an answer, or with one that is none. */
export async function keptFacts(
  { store }: MemoryParts,
  units: readonly PendingMemory[],
  { signal }: CallOptions,
): Promise<Map<PendingMemory, CheckedFact[]>> {
  const kept = new Map<PendingMemory, readonly KeptFact[]>()
  for (const unit of units) {
    const facts = unit.answer === null ? undefined : read(unit.answer)
    if (facts) kept.set(unit, facts)
  }
  const records = new Map(units.map(({ record }) => [record.id, record]))
  const named = [...kept.values()].flatMap(facts => facts.flatMap(({ sources }) => sources))
  const others = [...new Set(named)].filter(id => !records.has(id))
  const orgId = units[0]?.record.orgId ?? ''
  for (const record of await store.get(keysOf(others, { orgId }), { signal }))
    if (record && record.deletedAt === null) records.set(record.id, record)
  return new Map(
    Array.from(kept, ([unit, facts]) => [
      unit,
      facts.map(fact => ({
        ...fact,
        sources: fact.sources.flatMap((id): MemoryRecord[] => {
          const record = records.get(id)
          return record ? [record] : []
        }),
      })),
    ]),
  )
}

function read(answer: string): readonly KeptFact[] | undefined {
  try {
    const facts: unknown = JSON.parse(answer)
    return Array.isArray(facts) ? (facts as (KeptFact & { fields?: Metadata })[]) : undefined
  } catch {
    return undefined
  }
}
