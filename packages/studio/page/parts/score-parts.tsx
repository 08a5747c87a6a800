import type { VNode } from 'preact'
import type { Row } from '../state/list.ts'
import { sharesOf } from './shares.ts'

const names = {
  text: 'its words',
  vector: 'its embedding',
  run: 'the words of its run',
  actor: 'who said it',
  date: 'its time',
  coverage: 'share of the words of the query',
  similarity: 'cosine similarity',
  rerank: 'the reranker',
} as const

/** How the score of a search came about: what each part has of it, and the parts before they are weighed. */
export function ScoreParts({ row: { score, scores, explanation } }: { readonly row: Row }): VNode | null {
  if (score === undefined || explanation === undefined) return null
  const { shares, remarks } = sharesOf(explanation)
  const parts = Object.entries(names).flatMap(([name, words]) => {
    const value = scores?.[name as keyof typeof names]
    return value === undefined ? [] : [[words, value] as const]
  })
  return (
    <section aria-labelledby="score-title">
      <h3 id="score-title">Score {score.toFixed(3)}</h3>
      {shares.length > 0 && (
        <ul class="shares">
          {shares.map(({ percent, said }) => (
            <li key={said}>
              <span class="percent">{percent}%</span>
              <span class="track" aria-hidden="true">
                <span class="fill" style={{ width: `${percent}%` }} />
              </span>
              <span class="said">{said}</span>
            </li>
          ))}
        </ul>
      )}
      {remarks.map(remark => (
        <p key={remark} class="hint">
          {remark}
        </p>
      ))}
      {parts.length > 0 && (
        <details>
          <summary>The parts before their weights</summary>
          <dl class="pairs">
            {parts.map(([words, value]) => (
              <div key={words}>
                <dt>{words}</dt>
                <dd>{value.toFixed(3)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  )
}
