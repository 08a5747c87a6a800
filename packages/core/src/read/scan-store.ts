import { keyOf } from '../contracts/record-keys.ts'
import { textOf } from '../contracts/log-entries.ts'
import type { TextAnswer, TextEntry } from '../contracts/text-index.ts'
import type { Match } from '../contracts/vector-index.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { visibleWhere } from '../parts/visibility.ts'
import { innerProduct } from '../vectors/inner-product.ts'
import { compareMatches } from '../vectors/top-k.ts'
import type { Candidate, Candidates } from './candidate.ts'
import { textQuery } from './find-candidates.ts'
import type { Question } from './find-candidates.ts'
import { fuse, joinSides, spreadOf } from './fuse-matches.ts'

/**
 * The memories of the past, which no index has: all that held then are compared. Where so much is filtered out that the best candidates do not fill the answer, the Store names the memories that pass,
 * and each of them is compared: exact, whatever the index. `nearest`, what the vectors found without the filter, says
 * what stands out among them.
 */
export async function scanStore(
  parts: MemoryParts,
  question: Question,
  nearest: Candidates,
  signal: AbortSignal | undefined,
): Promise<Candidates> {
  const { mode, weights, context } = question
  const { matches, past } = await passing(parts, question, signal)
  if (mode === 'vector') {
    const list = matches.map(({ id, score }) => ({ id, score, similarity: score })).toSorted(compareMatches)
    return { list, isAll: true, isPartial: false }
  }
  const texts = past ? parts.texts.over(past) : parts.texts
  const [answer] = (await texts.search([textQuery(question, 1, matches)], { signal })) as [TextAnswer]
  const { isPartial } = answer
  if (!answer.isCovered) return { list: [], isAll: true, isPartial }
  const ranked = { ...answer, matches: [] }
  const spread = past ? spreadOf(matches) : spreadOf(similaritiesOf(nearest))
  const list: Candidate[] =
    mode === 'text'
      ? answer.ranked.flatMap(match => (match && match.score > 0 ? match : [])).toSorted(compareMatches)
      : fuse(joinSides(matches, ranked), answer, weights, context, spread)
  return { list, isAll: true, isPartial }
}

function similaritiesOf({ list }: Candidates): Pick<Match, 'score'>[] {
  return list.flatMap(({ similarity }) => (similarity === undefined ? [] : { score: similarity }))
}

/**
 * The memories that pass the filter, with their cosine similarity where the question has a vector. `past`: their texts,
 * where the question is about the past.
 */
async function passing(
  { store, now }: MemoryParts,
  { scope, where, vector, past }: Question,
  signal: AbortSignal | undefined,
): Promise<{ readonly matches: Match[]; readonly past: TextEntry[] | undefined }> {
  const matches: Match[] = []
  const texts: TextEntry[] = []
  for await (const page of store.query({ scope, where: visibleWhere(where, now(), past) }, { signal })) {
    const searched = page.filter(({ indexed }) => indexed)
    if (past) texts.push(...searched.map(textOf))
    const vectors = vector ? await store.vectors(searched.map(keyOf), { signal }) : []
    searched.forEach(({ id }, i) => {
      const other = vectors[i]
      if (!vector) matches.push({ id, score: 0 })
      else if (other) matches.push({ id, score: innerProduct(vector, other, 0) })
    })
  }
  return { matches, past: past && texts.toReversed() }
}
