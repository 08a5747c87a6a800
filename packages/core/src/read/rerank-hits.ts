import { withinTime } from '../adapter-kit/within-time.ts'
import { throwIfAborted } from '../contracts/errors.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { Question } from './find-candidates.ts'
import type { Hit } from './candidate.ts'
import { neighboursOf } from './neighbours-of.ts'

/** How long a reranker may take, in milliseconds. */
const timeLimitMs = 2_000
/** Turns before a hit that the reranker reads too: an answer says little without its question. */
const turnsBefore = 2

/**
 * The hits in the order of the reranker, equal scores as they stood. Undefined when it failed or took too long: the
 * order that the hits have is an answer too.
 */
export async function rerankHits(
  parts: MemoryParts,
  question: Question,
  hits: readonly Hit[],
  signal: AbortSignal | undefined,
): Promise<readonly Hit[] | undefined> {
  const { reranker } = parts
  if (!reranker || question.rerank === 0 || hits.length === 0) return hits
  const before = await neighboursOf(parts, question, hits, turnsBefore, signal, ['before'])
  const texts = hits.map(({ record }, i) => {
    const day = new Date(record.createdAt).toISOString().slice(0, 10)
    return [...(before[i] ?? []).map(({ memory }) => memory), `${day}: ${record.content}`].join('\n')
  })
  try {
    const scores = await withinTime(
      timeLimitMs,
      signal => reranker.rerank(question.query, texts, { signal }),
      {
        message: ms =>
          `The reranker ${reranker.model} took longer than ${ms} ms; the order is that of the search.`,
        signal,
      },
    )
    return hits
      .map((hit, i) => ({ ...hit, rerank: scores[i] as number }))
      .toSorted((a, b) => b.rerank - a.rerank)
  } catch (error) {
    throwIfAborted(signal)
    parts.onBackgroundError(error)
    return undefined
  }
}
