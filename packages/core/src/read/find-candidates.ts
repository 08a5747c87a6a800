import { invalid } from '../checks/check-values.ts'
import type { TextAnswer, TextQuery } from '../contracts/text-index.ts'
import type { Match } from '../contracts/vector-index.ts'
import { embedOwned } from '../parts/embed-owned.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { noEmbedder } from '../parts/no-vectors.ts'
import type { SearchMode, SearchWeights } from '../search-api.ts'
import { textWeights } from '../text-index/rank-texts.ts'
import type { Candidates } from './candidate.ts'
import { fuse, joinSides, spreadOf } from './fuse-matches.ts'
import type { ParsedQuery } from './parse-query.ts'
import { withSimilarity } from './with-similarity.ts'

/** What a vector that stands out counts for beside words. */
const vectorWeight = 0.6
/** Each side of a hybrid search gives at least so many candidates, and so many for each memory asked for. */
const fewestCandidates = 100
const candidatesEach = 4

/** A query as the parts of a memory are asked it. */
export interface Question extends Omit<ParsedQuery, 'mode' | 'weights' | 'now'> {
  readonly mode: SearchMode
  readonly weights: SearchWeights
  readonly now: number
  /** Undefined with mode 'text'. */
  readonly vector: Float32Array | undefined
}

/** Fills in what depends on the model, and embeds the queries that need it, in one call. */
export async function askedOf(
  parts: MemoryParts,
  queries: readonly ParsedQuery[],
  signal: AbortSignal | undefined,
): Promise<Question[]> {
  const { embedder, now } = parts
  const modes = queries.map(({ mode }) => mode ?? (isLexical(embedder) ? 'text' : 'hybrid'))
  if (embedder === noEmbedder && modes.some(mode => mode !== 'text')) {
    throw invalid(
      "This memory was opened without index and embedder; search it with mode 'text', or open it with both.",
    )
  }
  queries.forEach(({ minSimilarity }, i) => {
    if (minSimilarity !== undefined && modes[i] === 'text')
      throw invalid(
        "minSimilarity needs vectors, and this search is by words; give mode 'hybrid' or 'vector' with it.",
      )
  })
  const isEmbedded = ({ embedding }: ParsedQuery, i: number): boolean => modes[i] !== 'text' && !embedding
  const open = queries.filter(isEmbedded)
  const texts = open.map(({ query }) => query)
  const orgIds = (): string[] => open.map(({ scope }) => scope.orgId)
  const vectors = texts.length === 0 ? [] : await embedOwned(parts, texts, { as: 'query', signal }, orgIds)
  let next = 0
  const standard = { ...textWeights, vector: isLexical(embedder) ? 0 : vectorWeight }
  return queries.map((query, i) => {
    const mode = modes[i] as SearchMode
    return {
      ...query,
      mode,
      weights: { ...standard, ...query.weights },
      now: query.now ?? now(),
      vector: isEmbedded(query, i) ? vectors[next++] : query.embedding,
    }
  })
}

function isLexical(embedder: MemoryParts['embedder']): boolean {
  return embedder === noEmbedder || embedder.lexical === true
}

/** How many candidates each side of a question is asked for, to give `wanted` memories. */
export function askedFor({ mode }: Question, wanted: number): number {
  return mode === 'hybrid' ? Math.max(fewestCandidates, wanted * candidatesEach) : wanted
}

/**
 * The best candidates of each question, `counts` of either side: one query of the vector index and one look into the
 * texts for all of them together.
 */
export async function findCandidates(
  parts: MemoryParts,
  questions: readonly Question[],
  counts: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Candidates[]> {
  const { follower, texts } = parts
  const vectorQueries = questions.flatMap(({ vector, scope }, i) =>
    vector ? [{ vector, scope, k: counts[i] as number }] : [],
  )
  const lists = vectorQueries.length === 0 ? [] : await follower.search(vectorQueries, { signal })
  // The follower has just read the log to its end; without it, the texts ask for that themselves.
  const upTo = vectorQueries.length > 0 ? follower.state.position : undefined
  let next = 0
  const matches = questions.map(({ vector }) => (vector ? (lists[next++] ?? []) : []))
  const textQueries = questions.flatMap((question, i) =>
    question.mode === 'vector' ? [] : [textQuery(question, counts[i] as number, matches[i] ?? [])],
  )
  const answers = textQueries.length === 0 ? [] : await texts.search(textQueries, { signal, upTo })
  let nextAnswer = 0
  const found = questions.map((question, i): Candidates => {
    const list = matches[i] ?? []
    const count = counts[i] as number
    if (question.mode === 'vector') {
      const found = list.map(({ id, score }) => ({ id, score, similarity: score }))
      return { list: found, isAll: list.length < count, isPartial: false }
    }
    return joined(question, list, answers[nextAnswer++] as TextAnswer, count)
  })
  return Promise.all(
    found.map(async (candidates, i) => {
      const question = questions[i] as Question
      // What words alone found has a similarity too, which may be too low.
      if (question.minSimilarity === undefined) return candidates
      return { ...candidates, list: await withSimilarity(parts, question, candidates.list, signal) }
    }),
  )
}

/** What the texts are asked for a question. `matches`: what the vectors found, to be ranked by their words too. */
export function textQuery(question: Question, k: number, matches: readonly Pick<Match, 'id'>[]): TextQuery {
  const { query, scope, context, now, weights, minCoverage } = question
  const { vector: _, ...textWeights } = weights
  return {
    query,
    scope,
    k,
    context,
    now,
    minCoverage,
    weights: textWeights,
    ids: matches.map(({ id }) => id),
  }
}

function joined(
  question: Question,
  matches: readonly Match[],
  answer: TextAnswer,
  count: number,
): Candidates {
  const isAll = answer.matches.length < count && matches.length < count
  const { isPartial } = answer
  if (!answer.isCovered) return { list: [], isAll: true, isPartial }
  if (question.mode === 'text') return { list: answer.matches, isAll, isPartial }
  const spread = spreadOf(matches)
  const { weights, context } = question
  const list = fuse(joinSides(matches, answer), answer, weights, context, spread)
  return { list, isAll, isPartial }
}
