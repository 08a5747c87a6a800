import type { MemoryError } from '../contracts/errors.ts'
import { keyOf, scopeKey } from '../contracts/record-keys.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { Scope } from '../contracts/record.ts'
import type { PendingMemory, Postponed } from '../contracts/store-commit.ts'
import type { DroppedFact, FailedMessage, InferredMemory, Relation } from '../infer-api.ts'
import { extractFacts } from './extract-facts.ts'
import type { Extracted } from './extract-facts.ts'
import { answersOf, keptFacts } from './kept-facts.ts'
import { isAsked } from './is-asked.ts'
import { isParked, postponedBy } from './postponed.ts'
import { readContexts } from './read-contexts.ts'
import { storeFacts } from './store-facts.ts'
import type { Inferring, OwnerWork } from './store-facts.ts'
import { ownerOf, windowsOf } from './window.ts'

export interface Inferred {
  readonly results: readonly InferredMemory[]
  readonly relations: readonly Relation[]
  readonly dropped: readonly DroppedFact[]
  readonly failed: readonly FailedMessage[]
  readonly done: readonly PendingMemory[]
}

/**
 * Makes facts of messages that wait: windows, one call of the model for each, checks, comparison, decisions, and one commit
 * an owner. What fails waits on, or is parked; the messages are stored in any case.
 */
export async function inferFacts(
  inferring: Inferring,
  units: readonly PendingMemory[],
  options: CallOptions,
): Promise<Inferred> {
  const { parts, extractor, settings, spending } = inferring
  const now = parts.now()
  const isShown = (unit: PendingMemory): boolean => isAsked(unit, settings, now)
  const kept = await keptFacts(parts, units.filter(isShown), options)
  const shown = units.filter(unit => isShown(unit) && !kept.has(unit))
  const contexts = await readContexts(parts, shown, settings, options)
  const windows = windowsOf(
    shown,
    settings,
    text => extractor.countTokens(text),
    owner => contexts.get(scopeKey(owner)) ?? [],
  )
  const extracted = await extractFacts(extractor, windows, settings, spending, options)
  const failures = failuresOf(extracted)
  const known = Array.from(kept, ([unit, facts]) => ({ owner: ownerOf(unit.record), facts }))
  const found = extracted.map(({ window: { owner }, facts }) => ({ owner, facts }))
  const works = worksOf(units, [...known, ...found], failures)
  if (inferring.keeps) await keep(inferring, works, kept, options)
  const stored = await storeFacts(inferring, works, options)
  for (const { units: late, error } of stored.failed) for (const unit of late) failures.set(unit, error)
  if (failures.size > 0) await postpone(inferring, failures, works, options)
  const failed = units.flatMap((unit, index): FailedMessage[] => {
    const error = failures.get(unit)
    return error ? [{ index, messageId: unit.record.id, error, retryable: !isParked(unit, error) }] : []
  })
  return { ...stored, dropped: extracted.flatMap(({ dropped }) => dropped), failed }
}

/** The messages of windows that failed, each with its reason. */
function failuresOf(extracted: readonly Extracted[]): Map<PendingMemory, MemoryError> {
  const failures = new Map<PendingMemory, MemoryError>()
  for (const { window, failure } of extracted)
    if (failure) for (const { unit } of window.pieces) failures.set(unit, failure)
  return failures
}

/** What is to be stored of each owner. A message of which one piece failed is not done, and says nothing yet. */
function worksOf(
  units: readonly PendingMemory[],
  found: readonly { readonly owner: Scope; readonly facts: OwnerWork['facts'] }[],
  failures: ReadonlyMap<PendingMemory, MemoryError>,
): OwnerWork[] {
  const late = new Set(Array.from(failures.keys(), ({ record }) => record.id))
  const owners = new Map<
    string,
    { owner: Scope; facts: OwnerWork['facts'][number][]; done: PendingMemory[] }
  >()
  const workOf = (owner: Scope) => {
    const key = scopeKey(owner)
    const work = owners.get(key) ?? { owner, facts: [], done: [] }
    owners.set(key, work)
    return work
  }
  for (const unit of units) if (!failures.has(unit)) workOf(ownerOf(unit.record)).done.push(unit)
  for (const { owner, facts } of found) {
    for (const fact of facts) {
      const sources = fact.sources.filter(({ id }) => !late.has(id))
      if (sources.length > 0) workOf(owner).facts.push({ ...fact, sources })
    }
  }
  return [...owners.values()].filter(({ done }) => done.length > 0)
}

/** Writes the facts that were paid for into the inbox, until they are stored. */
async function keep(
  { parts }: Inferring,
  works: readonly OwnerWork[],
  known: ReadonlyMap<PendingMemory, unknown>,
  { signal }: CallOptions,
): Promise<void> {
  const postponed = works.flatMap(({ facts, done }) => {
    if (facts.length === 0) return []
    const fresh = done.filter(unit => !known.has(unit))
    return Array.from(answersOf(fresh, facts), ([unit, answer]): Postponed => {
      const { attempts, notBefore, parked, reason } = unit
      return { key: keyOf(unit.record), attempts, notBefore, parked, reason, answer }
    })
  })
  await parts.store.commit({ postponed }, { signal })
}

/** Leaves what failed in the inbox: to be taken later, or parked. What stopped at the budget is as it was. */
async function postpone(
  { parts }: Inferring,
  failures: ReadonlyMap<PendingMemory, MemoryError>,
  works: readonly OwnerWork[],
  { signal }: CallOptions,
): Promise<void> {
  const now = parts.now()
  // What was extracted, and could not be stored, is not paid for again.
  const answers = new Map(works.flatMap(({ done, facts }) => [...answersOf(done, facts)]))
  const postponed = Array.from(failures, ([unit, error]) => postponedBy(unit, error, now, answers.get(unit)))
  await parts.store.commit({ postponed }, { signal })
}
