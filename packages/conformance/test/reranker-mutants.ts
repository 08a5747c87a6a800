import type { Reranker } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'

type Rerank = Reranker['rerank']

function mutant(
  group: string,
  fails: string,
  fault: string,
  wrong: (rerank: Rerank) => Rerank,
): Mutant<Reranker> {
  const mutate = (reranker: Reranker): Reranker =>
    overrideMethods(reranker, { rerank: wrong((...call) => reranker.rerank(...call)) })
  return { group, fails, fault, mutate }
}

/** Does something to the scores of a call. */
const spoiling =
  (spoil: (scores: readonly number[], texts: readonly string[]) => readonly number[]) =>
  (rerank: Rerank): Rerank =>
  async (query, texts, options) =>
    spoil(await rerank(query, texts, options), texts)

/** Counts the calls. */
const counting =
  (spoil: (score: number, calls: number) => number) =>
  (rerank: Rerank): Rerank => {
    let calls = 0
    return async (...call) => {
      calls++
      return (await rerank(...call)).map(score => spoil(score, calls))
    }
  }

const unguarded: readonly Mutant<Reranker>[] = [
  mutant(
    'scores',
    'one from 0 to 1',
    'gives percentages',
    spoiling(scores => scores.map(s => s * 100)),
  ),
  mutant('scores', 'no texts ask nothing', 'asks for an empty batch', rerank => async (query, texts) => {
    const scores = await rerank(query, texts.length === 0 ? ['nothing'] : texts)
    return scores.slice(0, texts.length)
  }),
  mutant('abort', 'rerank with an aborted signal', 'works for a caller who has gone', rerank => {
    return (query, texts) => rerank(query, texts)
  }),
  mutant(
    'abort',
    'rerank ends with its signal',
    'waits for its backend whatever the signal',
    rerank => rerank,
  ),
  mutant('guards', 'refuses what is no text', 'takes what it is given', rerank => rerank),
  mutant('lifecycle', 'rerank on a closed one', 'goes on when it is closed', rerank => rerank),
].map(given => ({ ...given, unguarded: true }))

export const rerankerMutants: readonly Mutant<Reranker>[] = [
  ...unguarded,
  mutant(
    'scores',
    'a text of the words',
    'gives distances',
    spoiling(scores => scores.map(s => 1 - s)),
  ),
  mutant('scores', 'another query', 'does not read the query', rerank => (_query, texts, options) => {
    return rerank('green tea', texts, options)
  }),
  mutant(
    'scores',
    'the same call',
    'drifts from call to call',
    counting((score, calls) => score / calls),
  ),
  mutant(
    'order',
    'each score stands',
    'gives the best first',
    spoiling(s => s.toSorted((a, b) => b - a)),
  ),
  mutant(
    'order',
    'long and short texts',
    'forgets to sort back',
    rerank => (query, texts, options) =>
      rerank(
        query,
        texts.toSorted((a, b) => a.length - b.length),
        options,
      ),
  ),
  mutant(
    'order',
    'the same text twice',
    'scores by place',
    spoiling(s => s.map((score, i) => score / (i + 1))),
  ),
  mutant(
    'order',
    'five hundred texts',
    'scales each batch to its best',
    spoiling(scores => {
      const best = Math.max(...scores)
      return scores.map((score, i) => (best === 0 ? 0 : (score / best) * (1 - i / 1_000)))
    }),
  ),
  mutant('order', 'calls at the same time', 'answers with the query of another call', rerank => {
    let last = ''
    return async (query, texts, options) => {
      last = query
      await new Promise(resolve => setImmediate(resolve))
      return rerank(last, texts, options)
    }
  }),
  mutant(
    'texts',
    'text of every script',
    'gives NaN for text without a letter',
    spoiling((scores, texts) => scores.map((score, i) => (/[a-z]/i.test(texts[i] ?? '') ? score : NaN))),
  ),
  {
    group: 'facts',
    fails: 'it says what it is',
    fault: 'changes its identity',
    mutate: reranker => {
      let calls = 0
      return overrideMethods<Reranker>(reranker, {
        get model() {
          return `model-${calls}`
        },
        rerank: (...call) => {
          calls++
          return reranker.rerank(...call)
        },
      })
    },
  },
  mutant(
    'errors',
    'rerank passes on a failure',
    'makes up scores when it fails',
    rerank =>
      async (...call) => {
        try {
          return await rerank(...call)
        } catch {
          return call[1].map(() => 0)
        }
      },
  ),
  {
    group: 'hostile calls',
    fails: 'rerank throws nothing',
    fault: 'reads whatever it is given',
    unguarded: true,
  },
]
