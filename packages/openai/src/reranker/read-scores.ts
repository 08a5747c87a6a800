import { asObject, byIndex, readBody } from '../endpoint/read-body.ts'

/** How far above 1 or below 0 a probability may be by rounding in a server's arithmetic. */
const rounding = 1e-6

/**
 * Reads an answer to `count` texts: `{ results }` (Cohere, Jina, vLLM), `{ data }` (Voyage) or a bare list (Text Embeddings
 * Inference), with items `{ index, relevance_score }` or `{ index, score }` in any order. Gives scores from 0 to 1 in the
 * order of the texts. Throws `BACKEND` for an answer that is not exactly one score for each text.
 */
export function readScores(
  body: string,
  count: number,
  scores: 'probability' | 'logit',
  name: string,
): number[] {
  return readBody(body, name, answer =>
    byIndex(listIn(answer), count, 'score').map(({ relevance_score, score = relevance_score }, index) => {
      if (typeof score !== 'number') {
        throw new TypeError(
          `the score with the index ${index} is ${JSON.stringify(score)}, which is no number`,
        )
      }
      return scores === 'logit' ? sigmoid(score) : probability(score, index)
    }),
  )
}

function listIn(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer
  const { results, data } = asObject(answer)
  const list = results ?? data
  if (!Array.isArray(list)) throw new TypeError('it has no list of results')
  return list
}

function probability(score: number, index: number): number {
  if (score >= -rounding && score <= 1 + rounding) return Math.min(1, Math.max(0, score))
  throw new TypeError(
    `the score with the index ${index} is ${score}, where 0 to 1 are expected; for a model whose scores are other ` +
      "numbers give openHttpReranker scores: 'logit'",
  )
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
