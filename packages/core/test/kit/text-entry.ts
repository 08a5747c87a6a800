import type { TextAnswer, TextEntry, TextQuery } from '../../src/contracts/text-index.ts'
import { calendarOf, defaultLocales } from '../../src/dates/calendar.ts'
import { rankTexts, textWeights } from '../../src/text-index/rank-texts.ts'
import { WordScorer } from '../../src/text-index/score-words.ts'
import { Shelf } from '../../src/text-index/shelf.ts'

export const alice = { orgId: 'default', userId: 'alice' }
const scorer = new WordScorer()

/** A text of alice's run 'r', with its id as its place in time unless it says another. */
export function textEntry(id: string, content: string, fields: Partial<TextEntry> = {}): TextEntry {
  return {
    id,
    scope: { ...alice, runId: 'r' },
    content,
    createdAt: 1_000,
    place: 0,
    actorId: null,
    origin: 'caller',
    ...fields,
  }
}

/** Texts of one run, in order, with ids from 'a'. */
export function conversation(contents: readonly string[], fields: Partial<TextEntry> = {}): TextEntry[] {
  return contents.map((content, place) =>
    textEntry(String.fromCodePoint(97 + place), content, { place, ...fields }),
  )
}

export function shelfOf(entries: readonly TextEntry[], { subwords = true } = {}): Shelf {
  const shelf = new Shelf(subwords)
  for (const entry of entries) shelf.add(entry)
  return shelf
}

/** Ranks the texts of a shelf. */
export function rank(
  shelf: Shelf,
  query: string,
  { weights, ...options }: Partial<TextQuery> = {},
): TextAnswer {
  return rankTexts(
    shelf,
    {
      query,
      k: 10,
      ids: [],
      context: true,
      now: undefined,
      minCoverage: 0,
      ...options,
      weights: { ...textWeights, ...weights },
    },
    calendarOf(defaultLocales),
    scorer,
  )
}

export function idsOf({ matches }: Pick<TextAnswer, 'matches'>): string[] {
  return matches.map(({ id }) => id)
}
