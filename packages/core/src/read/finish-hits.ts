import type { MemoryParts } from '../parts/memory-parts.ts'
import { toItem } from '../parts/visibility.ts'
import type { FoundMemory, SearchResult } from '../search-api.ts'
import type { Hit } from './candidate.ts'
import { explainScore, scoresOf } from './explain-hit.ts'
import type { Question } from './find-candidates.ts'
import { neighboursOf } from './neighbours-of.ts'
import { rankHits } from './rank-hits.ts'
import { rerankHits } from './rerank-hits.ts'
import { withSimilarity } from './with-similarity.ts'

/** Orders the hits of a question by its reranker and its rank, cuts them to what was asked for, and adds what is to be told of them. */
export async function finishHits(
  parts: MemoryParts,
  question: Question,
  hits: readonly Hit[],
  isPartial: boolean,
  signal: AbortSignal | undefined,
): Promise<SearchResult> {
  const { topK, offset, expand, explain, rank, now } = question
  const reranked = await rerankHits(parts, question, hits, signal)
  const ordered = reranked ?? hits
  const ranked = rank ? rankHits(ordered, rank, now) : ordered
  const cut = ranked.slice(offset, offset + topK)
  const kept = explain ? await withSimilarity(parts, question, cut, signal) : cut
  const neighbours = expand > 0 ? await neighboursOf(parts, question, kept, expand, signal) : []
  const results = kept.map((hit, i): FoundMemory => ({
    ...toItem(hit.record),
    score: hit.ranked?.score ?? hit.rerank ?? hit.score,
    ...(expand > 0 && { neighbours: neighbours[i] ?? [] }),
    ...(explain && { scores: scoresOf(hit), explanation: explainScore(hit, question) }),
  }))
  const partial: SearchResult['partial'] = [
    ...(isPartial ? (['text'] as const) : []),
    ...(reranked === undefined ? (['rerank'] as const) : []),
  ]
  return partial.length > 0 ? { results, partial } : { results }
}
