import { evaluateWhere } from '../contracts/evaluate-where.ts'
import type { Embedder } from '../contracts/embedder.ts'
import { identityOf, modelMismatch } from '../contracts/model-identity.ts'
import { keysOf } from '../contracts/record-keys.ts'
import { isCurrent } from '../contracts/record.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isVisible, visibleWhere } from '../parts/visibility.ts'
import type { SearchResult } from '../search-api.ts'
import type { Candidate, Candidates, Hit } from './candidate.ts'
import { askedFor, askedOf, findCandidates } from './find-candidates.ts'
import type { Question } from './find-candidates.ts'
import { finishHits } from './finish-hits.ts'
import { rerankCandidates } from './parse-query.ts'
import type { ParsedQuery } from './parse-query.ts'
import { rankOverfetch } from './rank-hits.ts'
import { scanStore } from './scan-store.ts'
import { ToldOnce } from './told-once.ts'

/** How many more candidates than asked for are fetched when a filter is going to drop some. */
const overfetch = 4
/** The same where facts may stand beside the messages that say them. */
const factsOverfetch = 2
/** By how much more is asked for when that was not enough, and up to how many candidates. */
const widening = 8
const widest = 4_096

/**
 * One embed call, one index query and two reads of the Store (log head, records), however many queries there are. Vectors
 * that the queries bring are of `embedder`, the one that was in use when the call was made.
 */
export async function searchMemories(
  parts: MemoryParts,
  queries: readonly ParsedQuery[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<SearchResult[]> {
  if (queries.length === 0) return []
  if (embedder !== parts.embedder && queries.some(({ embedding }) => embedding))
    throw modelMismatch(parts.store.name, identityOf(parts.embedder), identityOf(embedder))
  const all = await askedOf(parts, queries, signal)
  const questions = all.filter(({ past }) => !past)
  const found = await searchPresent(parts, questions, signal)
  const present = found.values()
  const results: SearchResult[] = []
  for (const question of all)
    results.push(
      question.past ? await searchPast(parts, question, signal) : (present.next().value as SearchResult),
    )
  return results
}

/** What held at some time: all of it is compared. */
async function searchPast(
  parts: MemoryParts,
  question: Question,
  signal: AbortSignal | undefined,
): Promise<SearchResult> {
  const { hits, isPartial } = await searchAll(
    parts,
    question,
    { list: [], isAll: true, isPartial: false },
    signal,
  )
  return finishHits(parts, question, hits, isPartial, signal)
}

async function searchPresent(
  parts: MemoryParts,
  questions: readonly Question[],
  signal: AbortSignal | undefined,
): Promise<SearchResult[]> {
  if (questions.length === 0) return []
  const firsts = questions.map(question => wantedOf(parts, question) * overfetchOf(parts, question))
  const counts = questions.map((question, i) => askedFor(question, firsts[i] as number))
  const found = await findCandidates(parts, questions, counts, signal)
  const best = found.map((candidates, i) => firstOf(candidates, firsts[i] as number))
  const records = await readRecords(parts, best, (questions[0] as Question).scope, signal)
  return Promise.all(
    questions.map(async (question, i) => {
      const [first, all] = [best[i] as Candidates, found[i] as Candidates]
      const hits = keep(parts, question, first.list, records)
      const filled = isComplete(parts, question, first, hits)
        ? { hits, isPartial: first.isPartial }
        : await searchWider(parts, question, all, counts[i] as number, signal)
      return finishHits(parts, question, filled.hits, filled.isPartial, signal)
    }),
  )
}

/** The best of some candidates: as a rule their records are all that is read. */
function firstOf(candidates: Candidates, count: number): Candidates {
  if (candidates.list.length <= count) return candidates
  return { ...candidates, list: candidates.list.slice(0, count), isAll: false }
}

function overfetchOf({ infers }: MemoryParts, { where, collapse }: Question): number {
  if (where) return overfetch
  return infers && collapse ? factsOverfetch : 1
}

/** How many hits a question needs: more than it returns where a reranker or a rank chooses among them. */
function wantedOf({ reranker }: MemoryParts, question: Question): number {
  const { topK, offset, rank, rerank = rerankCandidates } = question
  const asked = topK + offset
  if (reranker && rerank > 0) return Math.max(asked, rerank)
  return rank ? asked * rankOverfetch : asked
}

/** The records that the candidates name, read at once. */
async function readRecords(
  { store }: MemoryParts,
  candidates: readonly Candidates[],
  { orgId }: Scope,
  signal: AbortSignal | undefined,
): Promise<Map<string, MemoryRecord | undefined>> {
  const ids = [...new Set(candidates.flatMap(({ list }) => list.map(({ id }) => id)))]
  // Queries of one call may be about several users; each looks at the scope of what it is given.
  const records = await store.get(keysOf(ids, { orgId }), { signal })
  return new Map(ids.map((id, i) => [id, records[i]]))
}

/** The candidates that the question lets through, with their records. */
function keep(
  parts: MemoryParts,
  question: Question,
  list: readonly Candidate[],
  records: ReadonlyMap<string, MemoryRecord | undefined>,
): Hit[] {
  const { scope, threshold, minSimilarity = -Infinity, past, collapse } = question
  const [wanted, now] = [wantedOf(parts, question), parts.now()]
  const where = past ? visibleWhere(question.where, now, past) : question.where
  const hits: Hit[] = []
  const once = collapse ? new ToldOnce() : undefined
  for (const candidate of list) {
    if (hits.length === wanted || candidate.score < threshold) break
    const record = records.get(candidate.id)
    if (!isVisible(record, scope, now) || !(past || isCurrent(record))) continue
    if ((candidate.similarity ?? Infinity) < minSimilarity) continue
    if (where !== undefined && !evaluateWhere(where, record)) continue
    if (!once?.repeats(record)) hits.push({ ...candidate, record })
  }
  return hits
}

/** True when no memory beyond these candidates could be part of the answer. */
function isComplete(
  parts: MemoryParts,
  question: Question,
  { list, isAll }: Candidates,
  hits: readonly Hit[],
): boolean {
  const { threshold } = question
  return hits.length === wantedOf(parts, question) || isAll || (list.at(-1)?.score ?? threshold) < threshold
}

/** Takes all candidates that were found, then asks for more, as long as that is less work than to go through the Store. */
async function searchWider(
  parts: MemoryParts,
  question: Question,
  found: Candidates,
  asked: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly hits: Hit[]; readonly isPartial: boolean }> {
  let candidates = found
  for (let k = asked * widening; ; k *= widening) {
    const records = await readRecords(parts, [candidates], question.scope, signal)
    const hits = keep(parts, question, candidates.list, records)
    if (isComplete(parts, question, candidates, hits)) return { hits, isPartial: candidates.isPartial }
    if (k > widest) break
    ;[candidates] = (await findCandidates(parts, [question], [k], signal)) as [Candidates]
  }
  return searchAll(parts, question, candidates, signal)
}

/** Goes through the Store. `nearest`: what the vectors found so far. */
async function searchAll(
  parts: MemoryParts,
  question: Question,
  nearest: Candidates,
  signal: AbortSignal | undefined,
): Promise<{ readonly hits: Hit[]; readonly isPartial: boolean }> {
  const passing = await scanStore(parts, question, nearest, signal)
  const best = firstOf(passing, wantedOf(parts, question) * overfetch)
  const hits = keep(parts, question, best.list, await readRecords(parts, [best], question.scope, signal))
  return { hits, isPartial: passing.isPartial }
}
