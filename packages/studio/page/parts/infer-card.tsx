import type { InferStats } from '@agentmem/core'
import type { VNode } from 'preact'
import { open } from '../state/detail.ts'
import { view } from '../state/session.ts'
import { Card } from './card.tsx'
import { count } from './words.ts'

/** What the intelligent mode has used, and what it did not believe. */
export function InferCard({ infer }: { readonly infer: InferStats }): VNode {
  const dropped = Object.entries(infer.dropped)
  return (
    <Card
      title="Intelligent mode"
      note="Counted from when this process opened the memory."
      facts={[
        ['calls of a model', count(infer.calls)],
        ['tokens read, written', `${count(infer.inputTokens)}, ${count(infer.outputTokens)}`],
        ['last error', infer.lastError ?? 'none'],
      ]}
    >
      <h4>Dropped facts, by reason</h4>
      {dropped.length === 0 ? (
        <p class="hint">None.</p>
      ) : (
        <dl class="pairs">
          {dropped.map(([reason, times]) => (
            <div key={reason}>
              <dt>{reason}</dt>
              <dd>{count(times)}</dd>
            </div>
          ))}
        </dl>
      )}
      {infer.lastDropped.length > 0 && (
        <>
          <h4>The last of them</h4>
          <p class="hint">Why, and the messages that they were made of. What they said is not kept.</p>
          <ol class="pending">
            {infer.lastDropped.map(({ reason, sources }, i) => (
              <li key={`${i} ${reason}`}>
                {reason}
                <p class="facts">
                  {sources.map(id => (
                    <button key={id} type="button" class="link" onClick={() => show(id)}>
                      <code>{id}</code>
                    </button>
                  ))}
                </p>
              </li>
            ))}
          </ol>
        </>
      )}
    </Card>
  )
}

/** Opens a message beside the list. */
function show(id: string): void {
  view.value = 'memories'
  void open(id)
}
