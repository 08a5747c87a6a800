import type { DecisionSet, Extractor, FactDecision, Outcome, ShownFact } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import { splitWords } from '../text/split-words.ts'
import type { MemoryError } from '../contracts/errors.ts'
import type { Compared } from './compare-facts.ts'
import { overBudget } from './extract-facts.ts'
import type { InferSettings } from './infer-settings.ts'
import type { Spending } from './spending.ts'

/** What is to become of a fact. Places are those of `candidatesOf`. */
export interface Decision {
  readonly same: readonly number[]
  readonly replaces: readonly { readonly k: number; readonly why: string }[]
}

/** Something that a fact was compared with: a stored memory, or an earlier fact of the run by its place. */
export type Candidate = { readonly stored: Compared['stored'][number] } | { readonly earlier: number }

/** Facts in one set at most. */
const setSize = 50

/** All that a fact was compared with, in the order in which it is shown. */
export function candidatesOf({ stored, earlier }: Compared): Candidate[] {
  return [...stored.map(record => ({ stored: record })), ...earlier.map(place => ({ earlier: place }))]
}

export interface Decided {
  /** Aligned with the facts. */
  readonly decisions: readonly Decision[]
  /** Why nothing was decided: the facts of these owners wait. By the owner. */
  readonly failures: ReadonlyMap<Compared['owner'], MemoryError>
}

/**
 * Asks what is to become of the facts that have something near them: up to 50 of one owner in a call. Facts of equal words
 * need no model. An answer that cannot be read is asked for again once; after that the facts are added beside the others.
 */
export async function decideFacts(
  extractor: Extractor,
  facts: readonly Compared[],
  settings: InferSettings,
  spending: Spending,
  options: CallOptions,
): Promise<Decided> {
  const decisions = facts.map(fact => twinOf(fact, facts))
  const failures = new Map<Compared['owner'], MemoryError>()
  const open = facts.flatMap((fact, n) =>
    settings.decide && decisions[n] === undefined && candidatesOf(fact).length > 0 ? [{ fact, n }] : [],
  )
  const sets: (typeof open)[] = []
  for (const next of open) {
    const last = sets.at(-1)
    if (last && last.length < setSize && last[0]?.fact.owner === next.fact.owner) last.push(next)
    else sets.push([next])
  }
  for (const rejected of [undefined, ['the answer is not the JSON that was asked for']]) {
    const asked = sets.filter(set => {
      if (spending.allows(set.reduce((sum, { fact }) => sum + tokensOf(fact, extractor), 0))) return true
      for (const { fact } of set) failures.set(fact.owner, overBudget())
      return false
    })
    const shown = asked.map(set => setOf(set, facts, rejected))
    const outcomes = await extractor.decide(shown, options)
    sets.length = 0
    asked.forEach((set, i) => {
      const outcome = outcomes[i] as Outcome<{ readonly decisions: readonly FactDecision[] }>
      if ('usage' in outcome) spending.note(outcome.usage)
      if ('error' in outcome) for (const { fact } of set) failures.set(fact.owner, outcome.error)
      else if (outcome.finish === 'stop') take(set, outcome.decisions, decisions)
      else if (outcome.finish !== 'refused' && rejected === undefined) sets.push(set)
    })
    if (sets.length === 0) break
  }
  return { decisions: decisions.map(decision => decision ?? { same: [], replaces: [] }), failures }
}

/** The first decision about each fact counts: a second one may contradict it. */
function take(
  set: readonly { readonly fact: Compared; readonly n: number }[],
  given: readonly FactDecision[],
  decisions: (Decision | undefined)[],
): void {
  for (const decision of given) {
    const { fact, same, replaces } = Object(decision) as Partial<FactDecision>
    const named = set[set.findIndex(({ n }) => n === fact)]
    if (!named || decisions[named.n] !== undefined) continue
    const count = candidatesOf(named.fact).length
    const isPlace = (k: unknown): k is number =>
      Number.isInteger(k) && (k as number) >= 0 && (k as number) < count
    const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
    decisions[named.n] = {
      same: list(same).filter(isPlace),
      replaces: list(replaces).flatMap(entry => {
        const { k, why } = Object(entry) as { k?: unknown; why?: unknown }
        return isPlace(k) ? [{ k, why: why === 'detail' || why === 'wrong' ? why : 'changed' }] : []
      }),
    }
  }
}

/** What needs no model: the same words. */
function twinOf(fact: Compared, facts: readonly Compared[]): Decision | undefined {
  const k = candidatesOf(fact).findIndex(candidate =>
    'stored' in candidate
      ? splitWords(candidate.stored.content).join(' ') === fact.words
      : facts[candidate.earlier]?.words === fact.words,
  )
  return k < 0 ? undefined : { same: [k], replaces: [] }
}

function setOf(
  set: readonly { readonly fact: Compared; readonly n: number }[],
  facts: readonly Compared[],
  rejected: readonly string[] | undefined,
): DecisionSet {
  const shownFact = ({ fact }: Compared): ShownFact => ({
    text: fact.text,
    said: fact.sources[0]?.createdAt ?? 0,
    from: fact.when?.from ?? null,
  })
  const cases = set.map(({ fact, n }) => ({
    n,
    fact: shownFact(fact),
    stored: candidatesOf(fact).map(candidate =>
      'stored' in candidate
        ? {
            text: candidate.stored.content,
            said: candidate.stored.createdAt,
            from: candidate.stored.validFrom,
          }
        : shownFact(facts[candidate.earlier] as Compared),
    ),
  }))
  return { cases, ...(rejected && { rejected }) }
}

function tokensOf(fact: Compared, extractor: Extractor): number {
  const texts = [fact.fact.text, ...fact.stored.map(({ content }) => content)]
  return texts.reduce((sum, text) => sum + extractor.countTokens(text), 0)
}
