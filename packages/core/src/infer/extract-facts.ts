import { MemoryError } from '../contracts/errors.ts'
import type { ExtractedFact, Extractor, MessageWindow, Outcome } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { DroppedFact } from '../infer-api.ts'
import { checkFacts, defaultTypes, mostFacts } from './check-facts.ts'
import type { CheckedFact } from './check-facts.ts'
import type { InferSettings } from './infer-settings.ts'
import type { Spending } from './spending.ts'
import { halvesOf, shownOf } from './window.ts'
import type { Window } from './window.ts'

/** What became of a window. */
export interface Extracted {
  readonly window: Window
  readonly facts: readonly CheckedFact[]
  readonly dropped: readonly DroppedFact[]
  /** Why its messages have no facts. */
  readonly failure?: MemoryError | undefined
}

/** A window that is to be asked, and what came of asking it before. */
interface Asked {
  readonly window: Window
  readonly rejected?: readonly string[] | undefined
  /** What was good of the answer before. */
  readonly before?:
    | { readonly facts: readonly CheckedFact[]; readonly dropped: readonly DroppedFact[] }
    | undefined
}

/** What an extractor says of a window. */
export type Answer = Outcome<{ readonly facts: readonly ExtractedFact[] }>

/** The share of dropped facts from which a model is asked again. */
const tooManyDropped = 0.2

/**
 * Asks for the facts of all windows at once. A window is asked again once, with the reasons, where an answer cannot be read or
 * much of it is dropped, and halved where its answer is too long. What cannot be used then fails its messages alone. `given`
 * has answers that are there already: of their windows nothing is asked at first, and no call is counted.
 */
export async function extractFacts(
  extractor: Extractor,
  windows: readonly Window[],
  settings: InferSettings,
  spending: Spending,
  options: CallOptions,
  given: ReadonlyMap<Window, Answer> = new Map(),
): Promise<Extracted[]> {
  const done: Extracted[] = []
  for (let queue: readonly Asked[] = windows.map(window => ({ window })); queue.length > 0;) {
    const asked: (Asked & { readonly shown: MessageWindow })[] = []
    const known: typeof asked = []
    for (const next of queue) {
      const shown = show(next, settings)
      if (shown instanceof MemoryError) done.push(failed(next.window, shown))
      else if (next.rejected === undefined && given.has(next.window)) known.push({ ...next, shown })
      else if (spending.allows(tokensOf(next.window))) asked.push({ ...next, shown })
      else done.push(failed(next.window, overBudget()))
    }
    const outcomes = await extractor.extract(
      asked.map(({ shown }) => shown),
      options,
    )
    queue = [...asked, ...known].flatMap(({ shown, ...next }, i) => {
      const outcome = (outcomes[i] ?? given.get(next.window)) as Answer
      if ('usage' in outcome) spending.note(outcome.usage)
      const came = judge(next, shown, outcome, extractor, settings)
      if (Array.isArray(came)) return came
      done.push(came)
      return []
    })
  }
  return done
}

/** What came of a window, or what is to be asked next. */
function judge(
  { window, rejected, before }: Asked,
  shown: MessageWindow,
  outcome: Answer,
  extractor: Extractor,
  { grounding }: InferSettings,
): Extracted | Asked[] {
  if ('error' in outcome) return failed(window, outcome.error)
  if (outcome.finish === 'refused') return failed(window, unusable('the model refused to answer'))
  const isCut =
    outcome.finish === 'cut' ||
    (outcome.finish === 'stop' && outcome.facts.length > mostFacts(window.pieces.length))
  if (isCut) {
    const halves = halvesOf(window)
    if (halves.length > 1) return halves.map(half => ({ window: half }))
    return failed(window, unusable('the answer about one message is too long'))
  }
  if (outcome.finish !== 'stop') {
    const reason = outcome.reason ?? 'the answer is not the JSON that was asked for'
    if (rejected === undefined) return [{ window, rejected: [reason] }]
    return before ? { window, ...before } : failed(window, unusable(reason))
  }
  const checks = { grounding, types: extractor.types ?? defaultTypes }
  const { facts, dropped } = checkFacts(window, shown, outcome.facts, checks)
  const lost = dropped.length + outcome.unread
  const isPoor = lost > 0 && lost / (outcome.facts.length + outcome.unread) >= tooManyDropped
  if (isPoor && rejected === undefined) {
    const reasons = [
      ...new Set(dropped.map(({ reason, text }) => `${JSON.stringify(text.slice(0, 80))}: ${reason}`)),
    ]
    if (outcome.unread > 0) reasons.push(`${outcome.unread} items are no objects`)
    const good = facts.length > 0 ? { facts, dropped } : undefined
    return [{ window, rejected: reasons.slice(0, 20), ...(good && { before: good }) }]
  }
  if (facts.length > 0 || lost === 0) return { window, facts, dropped }
  if (before) return { window, ...before }
  return { ...failed(window, unusable('nothing of the answer is to be believed')), dropped }
}

function show({ window, rejected }: Asked, { redact }: InferSettings): MessageWindow | MemoryError {
  try {
    return shownOf(window, redact ?? (text => text), rejected)
  } catch (error) {
    return MemoryError.from(error, 'infer.redact failed')
  }
}

function tokensOf({ pieces }: Window): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens, 0)
}

function failed(window: Window, failure: MemoryError): Extracted {
  return { window, facts: [], dropped: [], failure }
}

function unusable(reason: string): MemoryError {
  return new MemoryError('MODEL_ANSWER', `The messages are stored, and their facts are not: ${reason}.`)
}

export function overBudget(): MemoryError {
  return new MemoryError('BUDGET', 'The budget of this call is spent; the messages wait for the next.')
}
