import {
  checkBoolean,
  checkInteger,
  checkKeys,
  checkNumber,
  checkText,
  invalid,
  maxContentLength,
} from '../checks/check-values.ts'
import { parseEmbedding } from '../checks/parse-embedding.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { WhereNode } from '../contracts/where.ts'
import { narrowScope, requireScope, scopeOptions } from '../parts/narrow-scope.ts'
import { parseFilter } from '../parts/parse-filter.ts'
import { parseShown } from '../parts/parse-shown.ts'
import { parseTime } from '../parts/parse-time.ts'
import type { Shown } from '../parts/visibility.ts'
import type { SearchMode, SearchOptions, SearchQuery, SearchWeights } from '../search-api.ts'
import { parseRank } from './rank-hits.ts'
import type { ParsedRank } from './rank-hits.ts'

/** A query that has been checked, with its defaults in, but for those that depend on the model. */
export interface ParsedQuery {
  /** '' with an embedding. */
  readonly query: string
  /** A vector in the place of a text; undefined: the text is embedded. */
  readonly embedding: Float32Array | undefined
  readonly scope: Scope
  readonly topK: number
  /** How many of the best are passed over. */
  readonly offset: number
  readonly mode: SearchMode | undefined
  readonly threshold: number
  readonly where: WhereNode | undefined
  readonly weights: Partial<SearchWeights>
  readonly context: boolean
  readonly now: number | undefined
  readonly minSimilarity: number | undefined
  readonly minCoverage: number
  readonly collapse: boolean
  readonly expand: number
  /** How many candidates the reranker is given; 0: none. Undefined: the default, where there is a reranker. */
  readonly rerank: number | undefined
  /** Undefined: only the score counts. */
  readonly rank: ParsedRank | undefined
  readonly explain: boolean
  /** Undefined: what is in force now. */
  readonly past: Shown | undefined
}

const modes: readonly SearchMode[] = ['hybrid', 'vector', 'text']
const weightNames: readonly (keyof SearchWeights)[] = [
  'vector',
  'near',
  'answer',
  'run',
  'actor',
  'date',
  'asks',
]
/** Candidates for a reranker: the first 50 hold nine tenths of what the evidence of a question is, measured on LoCoMo. */
export const rerankCandidates: number = 50
const mostCandidates = 1_000
/** The memories of all pages of a search at most. */
const mostMemories = 10_000

/** What a search may say beside its query. */
export const searchOptions: readonly (keyof SearchOptions)[] = [
  ...scopeOptions,
  'topK',
  'offset',
  'mode',
  'threshold',
  'where',
  'asOf',
  'superseded',
  'weights',
  'context',
  'now',
  'minSimilarity',
  'minCoverage',
  'collapse',
  'expand',
  'rerank',
  'rank',
  'explain',
]

/** `dimensions`: those of the model in use, for an embedding. */
export function parseQuery(search: SearchQuery, bound: Scope, dimensions: number): ParsedQuery {
  checkKeys(search, ['query', 'embedding', ...searchOptions], 'search')
  const embedding = embeddingOf(search, dimensions)
  const {
    query = '',
    topK = 10,
    offset = 0,
    mode = embedding && 'vector',
    where,
    context = true,
    explain = false,
    minCoverage = 0,
    collapse = true,
    expand = 0,
  } = search
  const { threshold = -Infinity, minSimilarity, now } = search
  if (!embedding) checkText(query, 'query', maxContentLength)
  checkInteger(topK, 'topK', 1, mostMemories)
  checkInteger(offset, 'offset', 0, mostMemories)
  if (topK + offset > mostMemories)
    throw invalid(`topK and offset are ${topK + offset} together; at most ${mostMemories} are ranked.`)
  if (mode !== undefined && !modes.includes(mode)) {
    throw invalid(`mode must be 'hybrid', 'vector' or 'text', not ${show(mode)}.`)
  }
  const lowest = mode === 'vector' || mode === undefined ? -1 : 0
  if (search.threshold !== undefined) checkNumber(threshold, 'threshold', lowest, 1)
  if (minSimilarity !== undefined) checkNumber(minSimilarity, 'minSimilarity', -1, 1)
  checkNumber(minCoverage, 'minCoverage', 0, 1)
  if (mode === 'text') refuse(minSimilarity !== undefined, 'minSimilarity', mode, 'compares no vectors')
  if (mode === 'vector') refuse(minCoverage > 0, 'minCoverage', mode, 'looks at no words')
  checkBoolean(context, 'context')
  checkBoolean(explain, 'explain')
  checkBoolean(collapse, 'collapse')
  checkInteger(expand, 'expand', 0, 10)
  const scope = narrowScope(bound, search)
  requireScope(scope, 'search')
  const shown = parseShown({ superseded: search.superseded, asOf: search.asOf })
  return {
    query,
    embedding,
    scope,
    topK,
    offset,
    mode,
    threshold,
    where: parseFilter(where, bound.orgId),
    weights: parseWeights(search.weights),
    context,
    now: now === undefined ? undefined : parseTime(now, 'now'),
    minSimilarity,
    minCoverage,
    collapse,
    expand,
    // A reranker reads the query.
    rerank: embedding ? 0 : parseRerank(search.rerank),
    rank: parseRank(search.rank),
    explain,
    past: search.superseded || search.asOf !== undefined ? shown : undefined,
  }
}

/** The vector of a search, which has a query or a vector. */
function embeddingOf(search: SearchQuery, dimensions: number): Float32Array | undefined {
  const { query, embedding, mode, rerank } = search
  if (embedding === undefined) return undefined
  if (query !== undefined) throw invalid('A search has a query or an embedding, not both; leave one out.')
  if (mode !== undefined && mode !== 'vector') {
    throw invalid(`mode is ${show(mode)}, and an embedding has no words; leave mode out, or give 'vector'.`)
  }
  if (rerank !== undefined && rerank !== false)
    throw invalid('rerank needs a query, which the reranker reads; leave it out with an embedding.')
  if (dimensions === 0)
    throw invalid(
      'This memory was opened without index and embedder, and compares no vectors; search it by words.',
    )
  return parseEmbedding(embedding, dimensions)
}

function refuse(isGiven: boolean, option: string, mode: SearchMode, reason: string): void {
  if (isGiven) throw invalid(`${option} goes with another mode: '${mode}' ${reason}.`)
}

function parseWeights(weights: SearchOptions['weights'] = {}): Partial<SearchWeights> {
  checkKeys(weights, weightNames, 'weights')
  const given = weightNames.filter(name => weights[name] !== undefined)
  for (const name of given) checkNumber(weights[name], `weights.${name}`, 0, name === 'asks' ? 1 : 100)
  return Object.fromEntries(given.map(name => [name, weights[name]]))
}

function parseRerank(rerank: SearchOptions['rerank']): number | undefined {
  if (rerank === undefined) return undefined
  if (typeof rerank === 'boolean') return rerank ? rerankCandidates : 0
  checkKeys(rerank, ['candidates'], 'rerank')
  const { candidates = rerankCandidates } = rerank
  checkInteger(candidates, 'rerank.candidates', 1, mostCandidates)
  return candidates
}
