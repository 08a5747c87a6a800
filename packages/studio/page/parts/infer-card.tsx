import type { InferStats } from '@agentmem/core'
import type { VNode } from 'preact'
import { Card } from './card.tsx'
import type { Waiting } from './troubles.ts'
import { count, span } from './words.ts'

/** What the intelligent mode has to do yet, and what it did not believe. */
export function InferCard({ infer }: { readonly infer: InferStats }): VNode {
  const { waiting, parked, oldestWaiting } = infer as Waiting
  const dropped = Object.entries(infer.dropped)
  const waitsFor = oldestWaiting ? span(Date.now() - oldestWaiting) : 'nothing waits'
  return (
    <Card
      title="Intelligent mode"
      note="What was dropped and used counts from when this process opened the memory."
      facts={[
        ['messages that wait', waiting === undefined ? undefined : count(waiting)],
        ['parked after failures', parked === undefined ? undefined : count(parked)],
        ['the oldest waits for', waiting === undefined ? undefined : waitsFor],
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
    </Card>
  )
}
