import type { SearchOptions } from '@agentmem/core'

/** A change of the ranking, to see what a part of it is worth. */
export interface Variation {
  readonly name: string
  readonly options: Pick<SearchOptions, 'context' | 'weights' | 'rank' | 'where' | 'collapse'>
  /** Whether similar words count; they are an option of the opening. */
  readonly subwords: boolean
  /** Whether the questions are asked when the last turn of their user is said. */
  readonly atEnd?: boolean
}

/** Where the places of turns say nothing, what the context costs. */
export const withoutContext: Variation = {
  name: 'without context',
  options: { context: false },
  subwords: true,
}

/** Each part off in turn. */
const withoutParts: readonly Variation[] = [
  withoutContext,
  { name: 'without neighbours', options: { weights: { near: 0 } }, subwords: true },
  { name: 'without answers', options: { weights: { answer: 1 } }, subwords: true },
  { name: 'without actor', options: { weights: { actor: 0 } }, subwords: true },
  { name: 'without date', options: { weights: { date: 0 } }, subwords: true },
  { name: 'without run', options: { weights: { run: 0 } }, subwords: true },
  { name: 'without questions down', options: { weights: { asks: 0 } }, subwords: true },
  { name: 'without similar words', options: {}, subwords: false },
]

/** What is new before what is old, as when the conversation has just ended. The first line has no rank, and that time. */
export const ranks: readonly Variation[] = [
  { name: 'asked at the end', options: {}, subwords: true, atEnd: true },
  ...[
    [0.1, 30],
    [0.1, 365],
    [0.5, 30],
    [0.5, 365],
  ].map(([weight, halfLifeDays]) => ({
    name: `recency ${weight}, ${halfLifeDays} days`,
    options: { rank: { recency: { weight, halfLifeDays } } },
    subwords: true,
    atEnd: true,
  })),
]

/** Where facts are: in the run of their message, or in none. */
export type FactScope = 'source' | 'user'

/** What is found where facts stand beside the messages that they are made of. */
export function withFacts(scope: FactScope): Variation[] {
  const where = scope === 'source' ? '' : ' in no run'
  return [
    { name: `with facts${where}`, options: {}, subwords: true },
    { name: `with facts${where}, each a hit`, options: { collapse: false }, subwords: true },
    { name: `facts${where} alone`, options: { where: { origin: 'model' } }, subwords: true },
  ]
}

const nothing = { near: 0, answer: 1, run: 0, actor: 0, date: 0, asks: 0 }

/** The words of each text alone, then one part more on each line; with similar words it is the ranking as it is. */
const cumulative: readonly Variation[] = [
  { name: 'words alone', options: { weights: nothing }, subwords: false },
  ...addParts([
    ['neighbours', 'near'],
    ['answers', 'answer'],
    ['actor', 'actor'],
    ['date', 'date'],
    ['run', 'run'],
    ['questions down', 'asks'],
  ]),
]

/** What is not named has its default, so a part is added by leaving it out of those that are off. */
function addParts(parts: readonly (readonly [name: string, weight: keyof typeof nothing])[]): Variation[] {
  return parts.map(([name], i) => {
    const off = parts.slice(i + 1).map(([, weight]) => [weight, nothing[weight]] as const)
    return { name: `+ ${name}`, options: { weights: Object.fromEntries(off) }, subwords: false }
  })
}

/** In the order of a report. */
export const variations: readonly Variation[] = [...withoutParts, ...cumulative]
