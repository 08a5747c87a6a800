import type { VNode } from 'preact'
import type { PendingAnswer } from '../../src/answers.ts'
import { scopeParts } from '../state/chosen.ts'
import { loadHealth, loadMorePending, pending } from '../state/health.ts'
import type { PendingState } from '../state/health.ts'
import { Card } from './card.tsx'
import { Failure } from './failure.tsx'
import { counted, span, time } from './words.ts'

const titles = { waiting: 'Messages that wait', parked: 'Messages that were given up' }
const notes = {
  waiting: '`memory.process()` makes memories of them.',
  parked: 'Their facts failed too often. `memory.process({ retryParked: true })` tries again.',
}

/** Messages of which the intelligent mode has made no memories yet, in the order in which they came. */
export function PendingCard({ state }: { readonly state: PendingState }): VNode {
  const { value, error, busy } = pending[state].state.value
  const rows = value?.results ?? []
  const [first] = rows
  const oldest = first && span(Math.max(0, Date.now() - first.receivedAt))
  return (
    <Card title={titles[state]} note={rows.length > 0 ? notes[state] : undefined} facts={[]}>
      {error && <Failure error={error} again={() => void loadHealth()} />}
      {value && (
        <p>
          {rows.length === 0
            ? 'None.'
            : `${value.next === undefined ? '' : 'The first '}${counted(rows.length, 'message')}, the oldest since ${oldest}.`}
        </p>
      )}
      <ol class="pending">
        {rows.map(row => (
          <Message key={row.id} row={row} />
        ))}
      </ol>
      {value?.next !== undefined && (
        <button type="button" class="more" disabled={busy} onClick={() => void loadMorePending(state)}>
          More
        </button>
      )}
    </Card>
  )
}

function Message({ row }: { readonly row: PendingAnswer['results'][number] }): VNode {
  const { memory, receivedAt, attempts, notBefore, reason } = row
  return (
    <li>
      <p class="text" dir="auto">
        {memory}
      </p>
      <p class="facts">
        <span>received {time(receivedAt)}</span>
        {scopeParts.map(([part, one]) => {
          const value = row[part]
          return value === null ? null : (
            <span key={part}>
              {one} <bdi>{value}</bdi>
            </span>
          )
        })}
        {attempts > 0 && <span>tried {counted(attempts, 'time')}</span>}
        {notBefore > Date.now() && <span>not before {time(notBefore)}</span>}
      </p>
      {reason !== null && <p class="hint">{reason}</p>}
    </li>
  )
}
