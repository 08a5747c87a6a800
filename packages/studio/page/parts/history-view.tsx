import type { HistoryEntry } from '@agentmem/core'
import type { VNode } from 'preact'
import { open } from '../state/detail.ts'
import { textDiff } from './text-diff.ts'
import type { Stretch } from './text-diff.ts'
import { time } from './words.ts'

const events = {
  ADD: 'added',
  UPDATE: 'changed',
  DELETE: 'deleted',
  SUPERSEDE: 'superseded',
  RESTORE: 'restored',
} as const

/** What happened to a memory, newest first, each change of its text as a difference. */
export function HistoryView({ history }: { readonly history: readonly HistoryEntry[] }): VNode {
  return (
    <section aria-labelledby="history-title">
      <h3 id="history-title">History</h3>
      {history.length === 0 && <p class="hint">It was deleted with its history.</p>}
      <ol class="history">
        {history
          .toReversed()
          .map(({ id, event, createdAt, previousValue, newValue, actorId, successorId }) => (
            <li key={id}>
              <p class="facts">
                <b>{events[event]}</b>{' '}
                <time dateTime={new Date(createdAt).toISOString()}>{time(createdAt)}</time>
                {actorId !== null && (
                  <span>
                    by <bdi>{actorId}</bdi>
                  </span>
                )}
              </p>
              {successorId !== null && (
                <p>
                  <button type="button" class="link" onClick={() => void open(successorId)}>
                    by <code>{successorId}</code>
                  </button>
                </p>
              )}
              <Change before={previousValue} after={newValue} />
            </li>
          ))}
      </ol>
    </section>
  )
}

function Change({ before, after }: { readonly before: string | null; readonly after: string | null }): VNode {
  if (before === after) return <p class="hint">Its text stayed as it was.</p>
  // Of a text that is there for the first time, everything is new.
  const stretches =
    before === null ? [{ text: after ?? '', change: 'same' as const }] : textDiff(before, after ?? '')
  return (
    <p class="diff" dir="auto">
      {stretches.map((stretch, i) => (
        <Marked key={i} {...stretch} />
      ))}
    </p>
  )
}

function Marked({ text, change }: Stretch): VNode {
  if (change === 'same') return <>{text}</>
  return change === 'added' ? <ins>{text}</ins> : <del>{text}</del>
}
