import { maxContentLength } from '../../checks/check-values.ts'
import { MemoryError } from '../../contracts/errors.ts'
import type { MessageWindow } from '../../contracts/extractor.ts'
import { mintId } from '../../contracts/mint-id.ts'
import { keyOf, scopeKey } from '../../contracts/record-keys.ts'
import type { PendingMemory, Postponed } from '../../contracts/store-commit.ts'
import type { CallOptions } from '../../contracts/log.ts'
import { isAsked } from '../is-asked.ts'
import type { Processing } from '../process-pending.ts'
import { readContexts } from '../read-contexts.ts'
import type { Inferring } from '../store-facts.ts'
import { shownOf, windowsOf } from '../window.ts'
import type { Window } from '../window.ts'
import type { DeferredJob, JobNote } from './deferred-job.ts'
import { jobWindowsOf, rebuildWindows } from './job-windows.ts'

/** Nobody else takes messages of a job for so long, in milliseconds: longer than a job runs. */
const reservedMs = 7 * 86_400_000

/**
 * Hands in the windows of all messages that wait and have no answer yet. The job is written down, and its messages are set
 * aside, before anything is handed in; its ticket before anyone asks for answers. Returns how many messages are in it.
 */
export async function handIn(
  inferring: Inferring,
  note: JobNote,
  processing: Processing,
  options: CallOptions,
): Promise<number> {
  const { parts, extractor, settings } = inferring
  const units = await unitsOf(inferring, processing, options)
  if (units.length === 0) return 0
  const contexts = await readContexts(parts, units, settings, options)
  const windows = windowsOf(
    units,
    settings,
    text => extractor.countTokens(text),
    owner => contexts.get(scopeKey(owner)) ?? [],
  )
  const taken = affordable(inferring, windows)
  if (taken.length === 0) return 0
  const shown = shownIn(inferring, taken)
  const job = { key: mintId(), ticket: null, windows: jobWindowsOf(taken) }
  await note.write(job)
  return submit(inferring, note, job, taken, shown, options)
}

/** Hands in a job whose ticket is not known: the process ended before it was written down. Returns how many messages are in it. */
export async function handInAgain(
  inferring: Inferring,
  note: JobNote,
  job: DeferredJob,
  { scope }: Processing,
  options: CallOptions,
): Promise<number> {
  const { parts, extractor } = inferring
  const rebuilt = await rebuildWindows(parts, job, scope, text => extractor.countTokens(text), options)
  const windows = rebuilt.flatMap(one => one?.window ?? [])
  if (windows.length === 0) {
    await note.remove()
    return 0
  }
  // Other windows are another job: the answers to the first would not fit them.
  const isSame = rebuilt.every(one => one?.isWhole)
  const next = isSame ? job : { key: mintId(), ticket: null, windows: jobWindowsOf(windows) }
  if (!isSame) await note.write(next)
  return submit(inferring, note, next, windows, shownIn(inferring, windows), options)
}

/** Messages that wait for a model, in order, as many as are asked for. */
async function unitsOf(
  { parts: { store, now }, settings }: Inferring,
  { scope, limit, retryParked }: Processing,
  { signal }: CallOptions,
): Promise<PendingMemory[]> {
  const units: PendingMemory[] = []
  for (const state of retryParked ? (['parked', 'waiting'] as const) : (['waiting'] as const)) {
    for (let after = 0; units.length < limit;) {
      const page = await store.pending({ scope, after, limit: 1_000, state, now: now() }, { signal })
      units.push(...page.messages.filter(unit => unit.answer === null && isAsked(unit, settings, now())))
      after = page.cursor
      if (page.done) break
    }
  }
  return units.slice(0, limit)
}

/** The first windows that the budget allows, and that one entry of the meta table has room for. */
function affordable({ spending }: Inferring, windows: readonly Window[]): Window[] {
  let room = maxContentLength - 1_000
  const count = windows.findIndex(window => {
    room -= JSON.stringify(jobWindowsOf([window])).length + 50 * window.pieces.length
    return room < 0 || !spending.allows(window.pieces.reduce((sum, { tokens }) => sum + tokens, 0))
  })
  if (count < 0) return [...windows]
  // A message of which a part is left out is left out whole: it is done when all of it is.
  const late = new Set(windows.slice(count).flatMap(({ pieces }) => pieces.map(({ unit }) => unit)))
  return windows.slice(0, count).flatMap(window => {
    const pieces = window.pieces.filter(({ unit }) => !late.has(unit))
    return pieces.length > 0 ? [{ ...window, pieces }] : []
  })
}

function shownIn({ settings: { redact } }: Inferring, windows: readonly Window[]): MessageWindow[] {
  try {
    return windows.map(window => shownOf(window, redact ?? (text => text), undefined))
  } catch (error) {
    throw MemoryError.from(error, 'infer.redact failed')
  }
}

async function submit(
  inferring: Inferring,
  note: JobNote,
  job: DeferredJob,
  windows: readonly Window[],
  shown: readonly MessageWindow[],
  { signal }: CallOptions,
): Promise<number> {
  const { parts, extractor } = inferring
  const units = [...new Set(windows.flatMap(({ pieces }) => pieces.map(({ unit }) => unit)))]
  const setAside = async (notBefore: number): Promise<void> => {
    const postponed = units.map(({ record, attempts, reason, answer }): Postponed => {
      return { key: keyOf(record), attempts, notBefore, parked: false, reason, answer }
    })
    await parts.store.commit({ postponed }, { signal })
  }
  await setAside(parts.now() + reservedMs)
  try {
    const ticket = await extractor.submit?.(shown, { key: job.key, signal })
    await note.write({ ...job, ticket: ticket ?? null })
  } catch (error) {
    const { code } = MemoryError.from(error, 'The windows could not be handed in')
    if (code === 'UNSUPPORTED' || code === 'INVALID_ARGUMENT') {
      await setAside(parts.now())
      await note.remove()
    }
    throw error
  }
  return units.length
}
