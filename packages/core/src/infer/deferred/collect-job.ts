import { MemoryError } from '../../contracts/errors.ts'
import { keyOf } from '../../contracts/record-keys.ts'
import type { PendingMemory, Postponed } from '../../contracts/store-commit.ts'
import type { CallOptions } from '../../contracts/log.ts'
import type { DroppedFact, FailedMessage } from '../../infer-api.ts'
import { extractFacts } from '../extract-facts.ts'
import type { Answer, Extracted } from '../extract-facts.ts'
import { answersOf } from '../kept-facts.ts'
import { isParked, postponedBy } from '../postponed.ts'
import type { Processing } from '../process-pending.ts'
import type { Inferring } from '../store-facts.ts'
import type { Window } from '../window.ts'
import type { DeferredJob, JobNote } from './deferred-job.ts'
import { rebuildWindows, renumbered } from './job-windows.ts'

/** What was collected, and what of it could not be used. */
export interface Collected {
  readonly dropped: readonly DroppedFact[]
  readonly failed: readonly FailedMessage[]
}

/**
 * Collects a job, checks its answers, and writes the facts that are believed into the rows of their messages, where they wait to be
 * stored. What was not answered waits for the next job; what cannot be used is asked for again at once. Undefined while the job
 * is not done. It can be done over and over until the note of the job is gone: answers are collected as often as one asks.
 */
export async function collectJob(
  inferring: Inferring,
  note: JobNote,
  job: DeferredJob,
  { scope }: Processing,
  options: CallOptions,
): Promise<Collected | undefined> {
  const { parts, extractor, settings, spending } = inferring
  const outcomes = await outcomesOf(inferring, job, options)
  if (!outcomes) return undefined
  const rebuilt = await rebuildWindows(parts, job, scope, text => extractor.countTokens(text), options)
  const given = new Map<Window, Answer>()
  const unanswered = new Set<Window>()
  for (const [i, one] of rebuilt.entries()) {
    if (!one) continue
    const outcome = outcomes[i] ?? lost
    given.set(one.window, renumbered(outcome, one))
    if ('error' in outcome) unanswered.add(one.window)
  }
  const extracted = await extractFacts(extractor, [...given.keys()], settings, spending, options, given)
  const { postponed, failed } = settled(extracted, unanswered, parts.now())
  if (postponed.length > 0) await parts.store.commit({ postponed }, options)
  await note.remove()
  return { dropped: extracted.flatMap(({ dropped }) => dropped), failed }
}

const lost = { error: new MemoryError('UNAVAILABLE', 'The deferred work is gone; it is handed in again.') }

/** One a window; errors where whoever was to answer knows nothing of the job. */
async function outcomesOf(
  { extractor }: Inferring,
  { ticket, windows }: DeferredJob,
  options: CallOptions,
): Promise<readonly Answer[] | undefined> {
  try {
    const outcomes = await extractor.collect?.(ticket ?? '', options)
    return outcomes && outcomes.length !== windows.length ? windows.map(() => lost) : outcomes
  } catch (error) {
    if (MemoryError.is(error) && error.code === 'NOT_FOUND') return windows.map(() => lost)
    throw error
  }
}

/** The rows of all messages: with their facts, or waiting on. */
function settled(
  extracted: readonly Extracted[],
  unanswered: ReadonlySet<Window>,
  now: number,
): { readonly postponed: Postponed[]; readonly failed: FailedMessage[] } {
  const failures = new Map<PendingMemory, { readonly error: MemoryError; readonly isNew: boolean }>()
  const units = new Set<PendingMemory>()
  for (const { window, failure } of extracted) {
    for (const { unit } of window.pieces) {
      units.add(unit)
      if (failure) failures.set(unit, { error: failure, isNew: !unanswered.has(window) })
    }
  }
  const late = new Set(Array.from(failures.keys(), ({ record }) => record.id))
  const facts = extracted.flatMap(one =>
    one.facts.flatMap(fact => {
      const sources = fact.sources.filter(({ id }) => !late.has(id))
      return sources.length > 0 ? [{ ...fact, sources }] : []
    }),
  )
  const good = [...units].filter(unit => !failures.has(unit))
  const kept = Array.from(answersOf(good, facts), ([unit, answer]): Postponed => {
    const { record, attempts } = unit
    return { key: keyOf(record), attempts, notBefore: now, parked: false, reason: null, answer }
  })
  const waiting = Array.from(failures, ([unit, { error, isNew }]) => {
    const row = postponedBy(unit, error, now, undefined)
    return isNew ? row : { ...row, notBefore: now }
  })
  const failed = Array.from(failures, ([unit, { error }], index): FailedMessage => {
    return { index, messageId: unit.record.id, error, retryable: !isParked(unit, error) }
  })
  return { postponed: [...kept, ...waiting], failed }
}
