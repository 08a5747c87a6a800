import type { SearchScores } from '../search-api.ts'
import type { Hit } from './candidate.ts'
import type { Question } from './find-candidates.ts'

/** The parts of a score, each before its weight; those that the search has not are left out. */
export function scoresOf({ parts, coverage, similarity, vector, rerank, ranked }: Hit): SearchScores {
  const scores = {
    text: parts?.text,
    vector,
    run: parts?.run,
    actor: parts?.actor,
    date: parts?.date,
    coverage,
    similarity,
    rerank,
    importance: ranked?.importance,
    recency: ranked?.recency,
  }
  return Object.fromEntries(Object.entries(scores).filter(([, value]) => value !== undefined))
}

/** The parts of a score in words, the greatest first. */
export function explainScore(hit: Hit, { mode, weights, rank }: Question): string[] {
  const { parts, coverage, similarity, vector, rerank } = hit
  const more = ofRank(hit, rank)
  if (mode === 'vector')
    return [...ofReranker(rerank), `${show(hit.score)} is the cosine similarity of its embedding`, ...more]
  const shares = [
    { share: parts?.text ?? 0, said: `its words and those of the texts beside it${ofWords(coverage)}` },
    { share: weights.run * (parts?.run ?? 0), said: 'the words of the whole run' },
    { share: weights.vector * (vector ?? 0), said: `its embedding${ofSimilarity(similarity)}` },
    { share: weights.actor * (parts?.actor ?? 0), said: 'the query names who said it' },
    {
      share: weights.date * (parts?.date ?? 0),
      said: 'it is of the time that the query names, or shortly after',
    },
  ]
  const sum = shares.reduce((sum, { share }) => sum + share, 0)
  const lines = shares
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share)
    .map(({ share, said }) => `${percent(share / sum)} of the score: ${said}`)
  const asks = parts?.asks ? [`${percent(weights.asks)} less: it asks`] : []
  return [...ofReranker(rerank), ...lines, ...asks, ...more]
}

function ofWords(coverage: number | undefined): string {
  if (coverage === undefined) return ''
  return coverage === 0
    ? ', which alone have words of the query'
    : `; it has ${percent(coverage)} of the query itself`
}

function ofSimilarity(similarity: number | undefined): string {
  return similarity === undefined ? '' : `, of cosine similarity ${show(similarity)}`
}

function ofReranker(rerank: number | undefined): string[] {
  return rerank === undefined ? [] : [`${show(rerank)} is what the reranker gives it, and its place`]
}

/** What counts for it beside its score. */
function ofRank({ ranked, record }: Hit, rank: Question['rank']): string[] {
  if (!ranked || !rank) return []
  const { importance, recency } = rank
  const day = new Date(record.createdAt).toISOString().slice(0, 10)
  return [
    ...(importance > 0
      ? [`${percent(importance * ranked.importance)} more: its importance is ${show(ranked.importance)}`]
      : []),
    ...(recency.weight > 0 ? [`${percent(recency.weight * ranked.recency)} more: it is of ${day}`] : []),
  ]
}

function show(value: number): string {
  return value.toFixed(2)
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
